"""An office for a test, made as `kiosk init` makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.running import configure, make_office


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """With the samples; nothing reads aloud in a test."""
    return make_office(tmp_path / "office")


@pytest.fixture
def counter(office: Path) -> Path:
    """With one survey only, so that the first touch leads to its notice."""
    for file in (office / "surveys").glob("*.toml"):
        if file.stem != "counter":
            file.unlink()
    return office


@pytest.fixture
def hasty(counter: Path) -> Path:
    """One that asks after five seconds whether somebody is there."""
    configure(counter, idle_seconds="5")
    return counter
