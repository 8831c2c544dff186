"""Names of signs (placeholder until merged)."""

from __future__ import annotations

from kiosk.catalogue import Catalogue


def name(sign: str, catalogue: Catalogue) -> str:
    return sign
