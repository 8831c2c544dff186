"""What `kiosk doctor` says of paper: whether forms can be printed here."""

from __future__ import annotations

from collections.abc import Iterator

from channels.paper.letters import PACKAGE, there
from kiosk.channel import Finding
from kiosk.office import Office


def findings(office: Office) -> Iterator[Finding]:
    """The fonts, and the address that forms are handed in at."""
    yield Finding("fonts for printed forms", there(), f"Install them: apt install {PACKAGE}")
    yield Finding(
        "address of the house",
        bool(office.house.address),
        "Set address under [house] in office.toml: forms say where to hand them in.",
    )
