"""The power fails, the server is away, the disk is full, the window too small: nothing confirmed is lost or shows."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from pathlib import Path

import pytest

from kiosk.office import Office
from kiosk.record import Via
from terminal_ui.actions import Welcome
from terminal_ui.app import BROKEN, Terminal, Timing
from terminal_ui.journal import FOLDER, Journal
from tests.kiosk.running import Started, run
from tests.terminal_ui.exported import given, responses, wait_for
from tests.terminal_ui.sitting import Sitting

SECRET = "Hinterhofgarage"


def answer_until_text(person: Sitting) -> None:
    person.touch("Hier beginnen")
    person.touch("Ja, mitmachen")
    person.key("1", "1", "1")
    person.key(*SECRET)
    person.sees(SECRET)


def test_killed_in_the_middle_what_was_confirmed_arrives_and_nothing_shows(counter: Path) -> None:
    with Sitting(counter) as person:
        answer_until_text(person)
        person.key("enter")  # handed in: it is on the review
        person.sees("Ja, abgeben")
        os.kill(person.process.pid, signal.SIGKILL)
        person.ended()
    assert SECRET.encode() not in whole_folder(counter)
    with Started(counter), Sitting(counter) as next_person:
        next_person.sees("Hier beginnen")
        assert SECRET.encode() not in next_person.raw
        response = wait_for(counter, "counter", 1, state="counted")[0]
        next_person.process.kill(signal.SIGTERM)
        next_person.ended()
        assert not list((counter / FOLDER).iterdir())
    assert given(response)["remarks"] == SECRET
    assert given(response)["waited"] == ["under_10_minutes"]
    assert response["disposition"] == "complete"
    assert SECRET.encode() not in whole_folder(counter)


def test_without_a_server_it_goes_on_and_delivers_later(counter: Path) -> None:
    with Sitting(counter, "--site", "market") as person:
        codes = []
        for _ in range(3):
            person.sees("Hier beginnen")
            person.key("1", "1", "1", "1", "1", "enter", "enter")
            codes.append(person.code())
            person.key("enter")
        with Started(counter):
            arrived = wait_for(counter, "counter", 3, state="counted")
            assert {response["site"] for response in arrived} == {"market"}
            assert all(run(counter, "show", code).returncode == 0 for code in codes)
            person.wait(lambda: journal_bytes(counter) == 0, "an empty journal")
        person.sees("Hier beginnen")
        person.key("1", "1", "1", "1", "1", "enter", "enter")
        person.code()
        with Started(counter) as server:
            wait_for(counter, "counter", 4, state="counted")
            server.stop(signal.SIGKILL)
        person.key("enter", "1", "1", "1", "1", "1", "enter", "enter")
        person.code()
    with Started(counter), Sitting(counter) as other:
        other.sees("Hier beginnen")
        wait_for(counter, "counter", 5, state="counted")
    assert len(responses(counter, "counter")) == 5


def test_two_terminals_share_an_office(counter: Path) -> None:
    with Started(counter), Sitting(counter, "--site", "left") as left, Sitting(counter, "--site", "right") as right:
        for person in (left, right):
            person.touch("Hier beginnen")
        for person in (right, left):
            person.touch("Ja, mitmachen")
            person.key("1", "1", "1", "enter", "enter")
            person.code()
        arrived = wait_for(counter, "counter", 2, state="counted")
    assert {response["site"] for response in arrived} == {"left", "right"}


def test_a_full_disk_ends_it_with_a_sentence_and_without_an_answer(counter: Path) -> None:
    with Sitting(counter) as person:
        answer_until_text(person)
        resource.prlimit(person.process.pid, resource.RLIMIT_FSIZE, (1, 1))
        before = len(person.raw)
        person.process.send("\r")
        status = person.ended()
        last_words = person.raw[before:].decode(errors="replace").rpartition("\x1b[?1049l")[2]
    assert status == 74
    assert "Bitte warten Sie einen Moment" in last_words
    assert "journal.disk" in last_words
    assert "Traceback" not in last_words
    assert SECRET not in last_words
    with Started(counter), Sitting(counter):
        response = wait_for(counter, "counter", 1, state="counted")[0]
    assert given(response)["waited"] == ["under_10_minutes"]


def test_a_fault_of_our_own_shows_nothing_either(counter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = Office(counter)
    journal = Journal.create(counter / FOLDER, office.keyring)
    terminal = Terminal(office, journal, Timing(90, 30, 60))

    def broken() -> None:
        answer = SECRET
        raise ZeroDivisionError(answer)

    async def run_into_it() -> None:
        async with terminal.run_test(size=(68, 19)) as pilot:
            terminal.do(Welcome("de"), Via.TOUCH)
            terminal.call_later(broken)
            await pilot.pause()

    with pytest.raises(ZeroDivisionError):  # what Textual hands to a test it would print on the screen
        asyncio.run(run_into_it())
    journal.close()
    assert terminal.return_code == BROKEN
    shown = capsys.readouterr()
    assert SECRET not in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err


def test_a_window_that_is_too_small_is_refused_by_name_of_both_sizes(counter: Path) -> None:
    with Sitting(counter, columns=60, rows=15) as person:
        assert person.ended() == 78
    assert "60 columns and 15 rows" in person.words
    assert "68 columns and 19 rows" in person.words


def test_a_window_that_shrinks_loses_nothing(counter: Path) -> None:
    with Sitting(counter) as person:
        answer_until_text(person)
        person.resize(50, 12)
        person.sees("50 mal 12")
        person.resize(100, 30)
        person.sees(SECRET)


def test_no_terminal_at_all(counter: Path) -> None:
    done = run(counter, "terminal")
    assert done.returncode == 78
    assert "terminal window" in done.stderr


def test_an_unknown_survey(counter: Path) -> None:
    with Sitting(counter, "--survey", "gone") as person:
        assert person.ended() == 64
    assert "gone" in person.words


def test_a_journal_that_does_not_open_is_set_aside(counter: Path) -> None:
    damaged = counter / FOLDER / "0000.journal"
    damaged.write_bytes((b"\0\0\0\x20" + b"\7" * 32) * 3)
    with Sitting(counter) as person:
        person.sees("Hier beginnen")
    assert damaged.with_suffix(".refused").exists()
    assert "were refused" in run(counter, "doctor").stdout


def whole_folder(office: Path) -> bytes:
    return b"".join(file.read_bytes() for file in office.rglob("*") if file.is_file() and "surveys" not in file.parts)


def journal_bytes(office: Path) -> int:
    return sum(file.stat().st_size for file in (office / FOLDER).iterdir())
