"""What the tests of Twilio share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.phone.shelf import Shelf, spoken
from tests.channels.phone.twilio.house import Clockwork, House, make
from tests.kiosk.voice import standins


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where sounds are made, once for all tests, by a program that says everything in no time instead of espeak-ng."""
    programs = tmp_path_factory.mktemp("programs")
    standins.put(programs, "espeak-ng", standins.ESPEAK_NG)
    (programs / "espeak.wav").write_bytes(spoken(0.05))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(programs), prepend=":")
        yield tmp_path_factory.mktemp("sounds")


@pytest.fixture(scope="module")
def shelves() -> Iterator[Shelf]:
    with Shelf() as shelf:
        yield shelf


@pytest.fixture
def shelf(shelves: Shelf) -> Shelf:
    """With nothing on it."""
    shelves.recordings.clear()
    return shelves


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, rendered: Path) -> Clockwork:
    """For all tests, because to read the samples takes most of the time."""
    return Clockwork(make(tmp_path_factory.mktemp("twilio") / "office", rendered))


@pytest.fixture
def house(office: Clockwork, shelf: Shelf) -> Iterator[House]:
    """With an empty store."""
    house = House(office, shelf)
    yield house
    house.writer.close()
    office.ahead = 0
    shutil.rmtree(office.folder / "blobs", ignore_errors=True)
    office.store_file.unlink()
