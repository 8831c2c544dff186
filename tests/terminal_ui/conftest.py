"""An office for a test, made as `kiosk init` makes it."""

from __future__ import annotations

import time
from collections.abc import Callable
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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The clock that counts sleep, too, for the test's own process: it goes on so many seconds when it is told to."""
    at = time.clock_gettime(time.CLOCK_BOOTTIME)

    def go_on(seconds: float) -> None:
        nonlocal at
        at += seconds

    monkeypatch.setattr(time, "clock_gettime", lambda _: at)
    return go_on
