"""Somebody walks away; the next person must find nothing of them."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyte
import pytest
from textual.pilot import Pilot

from kiosk.channel import installed
from kiosk.inputs import Chose, Consented, Submitted
from kiosk.office import Office
from kiosk.record import Via
from terminal_ui.actions import (
    Again,
    Colour,
    Faster,
    Finish,
    Give,
    HandIn,
    Letters,
    Listen,
    Louder,
    Welcome,
    Write,
)
from terminal_ui.app import Terminal, Timing
from terminal_ui.comfort import Colours
from terminal_ui.grid import STANDARD
from terminal_ui.journal import FOLDER, Journal
from terminal_ui.letters import ASKED
from terminal_ui.visit import Visit
from tests.kiosk.running import Started, configure
from tests.terminal_ui.exported import given, wait_for
from tests.terminal_ui.hearing import StandIns
from tests.terminal_ui.sitting import Sitting

SECRET = "".join(random.choices("abcdefghik", k=15))  # it stands in no file, so only the program can hold it


@pytest.mark.peers
def test_a_quiet_screen_asks_first_and_one_touch_goes_on(hasty: Path) -> None:
    with Sitting(hasty) as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.sees("Sind Sie noch da?")
        person.touch("Ich bin noch da")
        person.sees("Frage 1 von")
        person.sees("Sind Sie noch da?")
        person.key("enter")  # the focus lies on it already
        person.sees("Frage 1 von")


@pytest.mark.peers
def test_then_it_is_wiped_and_what_was_answered_is_kept_as_the_survey_says(hasty: Path) -> None:
    with Started(hasty), Sitting(hasty, "--site", "away") as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.key("1", "1", "1")
        person.key(*SECRET)
        person.touch("Schrift, Farbe")
        person.touch("Tasten ABC")
        person.touch("Fertig")
        person.sees("Sind Sie noch da?")
        person.touch("Ich höre auf")  # as when the time runs out, only sooner
        person.sees("Hier beginnen")
        assert SECRET not in person.text
        person.key("1", "1", "1", "1", "1")
        person.sees("Q W E")  # the keyboard fell back, too
        person.process.send("\x1b")
        response = wait_for(hasty, "counter", 1, state="counted")[0]
    assert given(response)["satisfied"] == ["very_satisfied"]
    assert given(response)["remarks"] == "not_asked"  # it was never handed in
    assert response["disposition"] == "complete"


@pytest.mark.peers  # it takes as long as the warning stands
def test_the_time_runs_out(hasty: Path) -> None:
    with Sitting(hasty) as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.sees("Sind Sie noch da?")
        person.sees("Noch 18 Sekunden")
        person.sees("Hier beginnen")


def test_enter_twice_in_haste_does_not_take_the_code_away(counter: Path) -> None:
    with Sitting(counter) as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.key("1", "1", "1", "enter", "enter", "enter")
        person.code()


@pytest.mark.peers
def test_the_code_does_not_stay_but_is_not_taken_away_without_a_word(counter: Path) -> None:
    configure(counter, done_seconds="0")  # it stays for five seconds all the same
    with Sitting(counter) as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.key("1", "1", "1", "enter", "enter")
        code = person.code()
        person.sees("Sind Sie noch da?")
        person.key("enter")
        assert person.code() == code
        person.sees("Sind Sie noch da?")
        person.touch("Ich höre auf")
        person.sees("Hier beginnen")


@pytest.mark.peers
def test_the_question_gives_back_what_it_lay_over_and_no_digit_leaves_from_it(hasty: Path) -> None:
    with Sitting(hasty) as person:
        person.touch("Hier beginnen")
        person.touch("Datenschutz lesen")
        person.touch("Nächste Seite")
        person.sees("Sind Sie noch da?")
        person.key("2")  # meant for what was there a moment before
        person.sees("Sind Sie noch da?")
        person.key("1")
        person.sees("Seite 2 von")


@pytest.mark.peers
def test_a_focus_that_was_moved_on_the_first_screen_is_not_the_next_persons(hasty: Path) -> None:
    with Sitting(hasty) as person:
        person.sees("Hier beginnen")
        before = person.text
        person.key("right")
        assert person.text != before  # the frame is seen
        person.wait(lambda: person.text == before, "the frame to go")
        person.key("enter")
        person.sees("Machen Sie mit?")  # in plain German, the first of the languages


def test_who_only_looks_leaves_nothing(counter: Path) -> None:
    with Sitting(counter) as person:
        person.touch("Hier beginnen")
        person.sees("Ja, mitmachen")
        person.touch("Zurück")
        person.sees("Hier beginnen")
        assert all(file.stat().st_size == 0 for file in (counter / FOLDER).iterdir())


@pytest.fixture
def terminal(counter: Path) -> Iterator[Terminal]:
    office = Office(counter)
    journal = Journal.create(counter / FOLDER, office.keyring)
    yield Terminal(office, journal, Timing(90, 30, 60))
    journal.close()


async def answer(pilot: Pilot[Any], terminal: Terminal) -> None:
    """Up to the free text, which is written and handed in."""
    terminal.do(Welcome("de"), Via.TOUCH)
    terminal.do(Listen(), Via.TOUCH)
    terminal.do(Listen(), Via.TOUCH)
    for given_input in (
        Consented(True),
        Chose(("satisfied",), "satisfied"),
        Chose(("under_10_minutes",), "waited"),
        Chose(("yes",), "got_done"),
    ):
        terminal.do(Give(given_input), Via.TOUCH)
    for sign in SECRET:
        terminal.do(Write("remarks", sign), Via.TOUCH)
        await pilot.pause()


def test_after_the_wipe_no_object_of_the_program_holds_what_was_written(terminal: Terminal) -> None:
    asyncio.run(_answer_and_wipe(terminal))


async def _answer_and_wipe(terminal: Terminal) -> None:
    async with terminal.run_test(size=(STANDARD.least.columns, STANDARD.least.rows)) as pilot:
        await answer(pilot, terminal)
        assert holders(SECRET)
        terminal.do(HandIn("remarks"), Via.TOUCH)
        await pilot.pause()
        assert holders(SECRET)
        terminal.do(Give(Submitted()), Via.TOUCH)
        await pilot.pause()
        edoc = terminal.page.spoken[1][::-1] if terminal.page else ""  # backwards, so that we do not hold it ourselves
        assert holders(edoc[::-1])
        terminal.do(Finish(), Via.TOUCH)
        await pilot.pause(0.1)
        assert terminal.visit.untouched
        assert not holders(SECRET), [type(holder) for holder in holders(SECRET)]
        assert not holders(edoc[::-1]), [type(holder) for holder in holders(edoc[::-1])]
        assert terminal.clipboard == ""


@pytest.mark.parametrize("people", [8, pytest.param(500, marks=[pytest.mark.peers, pytest.mark.timeout(900)])])
def test_many_people_after_one_another_find_nothing_of_each_other(
    counter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, people: int
) -> None:
    """All of them listen, each with words and settings of their own."""
    voice = StandIns(tmp_path / "voice", seconds=0.01)
    monkeypatch.setenv("PATH", voice.path)
    monkeypatch.setenv(ASKED, "xterm")
    office = Office(counter)
    journal = Journal.create(counter / FOLDER, office.keyring)
    asyncio.run(_one_after_another(Terminal(office, journal, Timing(1e6, 30, 1e6)), people))  # nobody is too slow
    journal.close()
    said = voice.folder.glob("said.*")
    assert any("Da steht jetzt" in file.read_text() for file in said), "nobody was read to"
    kept = b"".join(file.read_bytes() for file in counter.rglob("*") if file.is_file())
    assert not any(secret(number).encode() in kept for number in range(people))


async def _one_after_another(terminal: Terminal, people: int) -> None:
    counted = 0
    async with terminal.run_test(size=(STANDARD.least.columns, STANDARD.least.rows)) as pilot:
        for number in range(people):
            for action in (Welcome("de"), Listen(), Letters(True), Colour(Colours.NIGHT), Faster(1), Louder(1)):
                terminal.do(action, Via.TOUCH)
            terminal.do(Give(Consented(True)), Via.TOUCH)
            for name, value in (("satisfied", "satisfied"), ("waited", "under_10_minutes"), ("got_done", "yes")):
                terminal.do(Give(Chose((value,), name)), Via.TOUCH)
            for sign in secret(number):
                terminal.do(Write("remarks", sign), Via.TOUCH)
            terminal.do(Again(), Via.TOUCH)
            await pilot.pause()
            assert secret(number) in shown(terminal)
            terminal.do(HandIn("remarks"), Via.TOUCH)
            terminal.do(Give(Submitted()), Via.TOUCH)
            await pilot.pause()
            terminal.do(Finish(), Via.TOUCH)
            await pilot.pause()
            assert terminal.visit == Visit("de"), "the settings fell back"
            assert secret(number) not in shown(terminal)
            if number % max(1, people // 25) == 0:
                await _nobody_holds(secret(number))
            if number == people // 5:
                counted = _objects()
        assert _objects() - counted < people / 2, "something grows with every person"


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())


async def _nobody_holds(words: str) -> None:
    """The voice's thread that was stopped may need a moment to end."""
    found = holders(words)
    for _ in range(50):
        if not found:
            break
        await asyncio.sleep(0.02)
        found = holders(words)
    assert not found, [type(holder) for holder in found]


def secret(number: int) -> str:
    """Each person's own word, made when it is needed, so that no test holds it."""
    return "".join("abcdefghik"[int(digit)] for digit in str(7**15 + number * 10_007))


def shown(terminal: Terminal) -> str:
    """What stands on the screen."""
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in terminal.cells.render_lines(terminal.cells.region)
    )


@pytest.mark.peers
def test_nothing_of_anybody_is_left_in_what_scrolled_out_of_the_screen(counter: Path) -> None:
    with Sitting(counter) as person:
        for number in range(2):
            person.touch("Hier beginnen")
            person.touch("Ja, mitmachen")
            person.key("1", "1", "1")
            person.key(secret(number))
            person.sees(secret(number))
            person.key("escape", "escape", "escape", "escape")
            person.touch("Ja, aufhören")
            person.sees("Hier beginnen")
        screen = pyte.HistoryScreen(68, 19, history=10_000)
        pyte.ByteStream(screen).feed(person.raw)
    rows = [*screen.history.top, *screen.history.bottom]
    left = [*screen.display, *("".join(row[column].data for column in range(68)) for row in rows)]
    assert any("Hier beginnen" in line for line in left)
    assert not any(secret(number) in line for line in left for number in range(2))


def holders(words: str) -> list[object]:
    """The objects that hold a text with these words, or with most of them; but for the tests themselves. A container
    of nothing but texts (the inside of a cache) is unknown to the collector, so it is found through what holds it."""
    gc.collect()
    tests = {*map(id, sys.modules[__name__].__dict__.values()), id(globals())}
    found = []
    for candidate in gc.get_objects():
        if id(candidate) in tests or isinstance(candidate, types.FrameType | types.CellType | types.CoroutineType):
            continue
        parts = gc.get_referents(candidate)
        inner = [part for part in parts if isinstance(part, dict | tuple | list) and not gc.is_tracked(part)]
        texts = [text for part in (parts, *map(gc.get_referents, inner)) for text in part if type(text) is str]
        if any(words[:-3] in text for text in texts):
            found.append(candidate)
    return found


def test_the_channel_is_installed() -> None:
    assert "terminal" in [channel.mode for channel in installed()]
