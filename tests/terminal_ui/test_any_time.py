"""Midnight, a clock that is set, the hour that daylight saving takes, and a machine that slept.

The time of day is turned for the real terminal, while it runs, by libfaketime: so nothing of ours has to know of it.
The server goes on in the present. The clock that counts quiet seconds (CLOCK_BOOTTIME) is left alone, as it is where
somebody sets the time. Sleep is that clock alone going on, which libfaketime cannot do; there the program is given
another in the place of the machine's.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.inputs import Chose, Consented
from kiosk.office import Office
from kiosk.record import Via
from terminal_ui.actions import Give, Welcome
from terminal_ui.app import Terminal, Timing
from terminal_ui.grid import STANDARD
from terminal_ui.journal import FOLDER, Journal
from tests.kiosk.running import Started
from tests.terminal_ui.exported import given, wait_for
from tests.terminal_ui.sitting import Sitting

HERE = ZoneInfo("Europe/Berlin")
LAST_DAY = "2026-03-02"  # it has passed: the server gets what is answered on it
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


class Wall:
    """The clock on the wall."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.env = {
            "LD_PRELOAD": str(FAKETIME[0]),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "TZ": HERE.key,
        }

    def set(self, at: str) -> None:
        """To a time here, such as "2030-01-02 23:59:50"."""
        off = datetime.fromisoformat(at).replace(tzinfo=HERE).timestamp() - time.time()
        self._file.write_text(f"{off:+.0f}\n")


@pytest.fixture
def wall(tmp_path: Path) -> Wall:
    if not FAKETIME:
        pytest.skip("faketime is not installed")
    return Wall(tmp_path / "offset")


def close_after_last_day(office: Path, name: str = "counter") -> None:
    file = office / "surveys" / f"{name}.toml"
    text, found = re.subn(r"(?m)^keyword = ", f"closes = {LAST_DAY}\nkeyword = ", file.read_text())
    assert found == 1
    file.write_text(text)


@pytest.mark.peers
def test_who_began_before_midnight_finishes_and_counts(counter: Path, wall: Wall) -> None:
    close_after_last_day(counter)
    wall.set(f"{LAST_DAY} 23:59:30")
    with Started(counter), Sitting(counter, env=wall.env) as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.key("1")
        wall.set("2026-03-03 00:00:30")
        person.key("1", "1", "enter", "enter")
        person.code()
        person.read(1.5)
        person.key("enter")
        person.sees("Im Moment läuft hier keine Umfrage.")
        (response,) = wait_for(counter, "counter", 1, state="counted")
    assert response["disposition"] == "complete"
    assert given(response)["got_done"] == ["yes"]


@pytest.mark.peers
def test_at_midnight_the_choice_is_what_is_left_of_it(office: Path, wall: Wall) -> None:
    close_after_last_day(office)
    wall.set(f"{LAST_DAY} 23:59:30")
    with Sitting(office, env=wall.env) as person:
        person.touch("Hier beginnen")
        person.sees("Ihr Besuch im Amt")
        wall.set("2026-03-03 00:00:30")
        person.wait(lambda: "Ihr Besuch im Amt" not in person.words, "the survey to go")
        person.key("1")
        person.sees("mitmachen")
        person.key("escape")
        person.sees("Welche Umfrage")


@pytest.mark.peers
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{LAST_DAY} 12:00:00", f"{LAST_DAY} 17:00:00"),
        (f"{LAST_DAY} 12:00:00", f"{LAST_DAY} 07:00:00"),
        ("2029-03-25 01:59:50", "2029-03-25 03:00:10"),  # an hour that is not there
        ("2029-10-28 02:59:50", "2029-10-28 02:00:10"),  # one that comes twice
    ],
    ids=["forward", "back", "spring", "autumn"],
)
def test_a_clock_that_is_set_neither_wipes_nor_keeps_anything(hasty: Path, wall: Wall, before: str, after: str) -> None:
    wall.set(before)
    with Started(hasty), Sitting(hasty, env=wall.env) as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.key("1")
        wall.set(after)
        person.read(1.5)
        person.sees("Frage 2 von")
        person.sees("Sind Sie noch da?")  # after its five seconds all the same
        person.touch("Ich bin noch da")
        person.key("1", "1", "enter", "enter")
        person.code()
        (response,) = wait_for(hasty, "counter", 1, state="counted")
    assert response["disposition"] == "complete"
    assert given(response)["waited"] == ["under_10_minutes"]
    assert response["duration_seconds"] >= 0


@pytest.mark.parametrize("warned", [False, True], ids=["question", "warned"])
def test_after_a_sleep_nobody_is_asked_whether_they_are_somebody_else(
    counter: Path, clock: Callable[[float], None], warned: bool
) -> None:
    """A lid that was closed on an interview is opened by the next person."""
    office = Office(counter)
    journal = Journal.create(counter / FOLDER, office.keyring)
    terminal = Terminal(office, journal, Timing(90, 30, 60))

    async def sleep() -> None:
        async with terminal.run_test(size=(STANDARD.least.columns, STANDARD.least.rows)) as pilot:
            terminal.do(Welcome("de"), Via.TOUCH)
            terminal.do(Give(Consented(True)), Via.TOUCH)
            terminal.do(Give(Chose(("satisfied",), "satisfied")), Via.TOUCH)
            if warned:
                clock(91)
                await pilot.pause(0.6)
                assert terminal.page
                assert terminal.page.name == "still_here"
            clock(8 * 3600)
            await pilot.pause(0.6)
            assert terminal.visit.untouched

    asyncio.run(sleep())
    journal.close()
