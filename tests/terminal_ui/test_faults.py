"""The power fails, the server is away, the disk is full, the window too small: nothing confirmed is lost or shows."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from pathlib import Path

import pytest

from channels.window import BROKEN
from kiosk.office import Office
from kiosk.record import Via
from terminal_ui.actions import Welcome
from terminal_ui.app import Terminal, Timing
from terminal_ui.command import CLEARED
from terminal_ui.journal import FOLDER, PURPOSE, Journal
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


@pytest.mark.peers
def test_without_a_server_it_goes_on_and_delivers_later(counter: Path) -> None:
    with Sitting(counter, "--site", "market") as person:
        codes = []
        for _ in range(3):
            person.sees("Hier beginnen")
            person.key("1", "1", "1", "1", "1", "enter", "enter")
            codes.append(person.code())
            person.key("1")
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
        person.key("1", "1", "1", "1", "1", "1", "enter", "enter")
        person.code()
    with Started(counter), Sitting(counter) as other:
        other.sees("Hier beginnen")
        wait_for(counter, "counter", 5, state="counted")
    assert len(responses(counter, "counter")) == 5


@pytest.mark.peers
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


@pytest.mark.peers
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


@pytest.mark.peers
def test_a_disk_that_is_full_from_the_start_is_told_and_gets_no_more_files(counter: Path) -> None:
    with Sitting(counter) as person:
        answer_until_text(person)
        os.kill(person.process.pid, signal.SIGKILL)
        person.ended()
    left = list((counter / FOLDER).iterdir())
    with Sitting(counter, full_disk=True) as next_person:
        assert next_person.ended() == 74
    assert "journal.disk" in next_person.words
    assert list((counter / FOLDER).iterdir()) == left


@pytest.mark.peers
def test_told_to_end_on_a_full_disk_it_ends_and_says_why(counter: Path) -> None:
    with Sitting(counter) as person:
        answer_until_text(person)
        resource.prlimit(person.process.pid, resource.RLIMIT_FSIZE, (1, 1))
        person.process.kill(signal.SIGTERM)
        assert person.ended() == 74
    assert b"journal.disk" in person.raw
    assert b"Traceback" not in person.raw


@pytest.mark.peers
def test_an_interrupt_from_outside_ends_it_like_the_operator(counter: Path) -> None:
    with Started(counter), Sitting(counter) as person:
        answer_until_text(person)
        person.process.kill(signal.SIGINT)
        assert person.ended() == 0
        response = wait_for(counter, "counter", 1, state="counted")[0]
    assert given(response)["waited"] == ["under_10_minutes"]


def test_a_byte_that_is_no_letter_does_not_end_it(counter: Path) -> None:
    with Sitting(counter) as person:
        answer_until_text(person)
        os.write(person.process.child_fd, b"\xff")
        person.read(0.3)
        person.key("s")
        person.sees(f"{SECRET}s")


def test_it_never_leaves_a_core_file(counter: Path) -> None:
    with Sitting(counter) as person:
        person.sees("Hier beginnen")
        assert resource.prlimit(person.process.pid, resource.RLIMIT_CORE) == (0, 0)


def test_what_a_killed_one_left_on_the_screen_goes_first(counter: Path) -> None:
    with Sitting(counter) as person:
        person.sees("Hier beginnen")
    assert person.raw.startswith(CLEARED.encode())


def test_what_is_typed_before_there_is_a_screen_answers_nothing(counter: Path) -> None:
    """A program that has to start again must not take what somebody typed at the dead screen for a yes."""
    with Sitting(counter) as person:
        person.process.send("112")
        person.sees("Hier beginnen")
        person.read(1.0)
        person.sees("Hier beginnen")


def test_a_panic_is_no_orderly_end(counter: Path) -> None:
    """Textual calls it when a thread of its own breaks."""
    office = Office(counter)
    journal = Journal.create(counter / FOLDER, office.keyring)
    terminal = Terminal(office, journal, Timing(90, 30, 60))

    async def run_into_it() -> None:
        async with terminal.run_test(size=(68, 19)):
            terminal.panic(SECRET)

    asyncio.run(run_into_it())
    journal.close()
    assert terminal.return_code == BROKEN


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
    with Sitting(counter, columns=60, rows=12) as person:
        assert person.ended() == 78
    assert "60 columns and 12 rows" in person.words
    assert "49 columns and 14 rows" in person.words


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
    assert "Refused files" in run(counter, "doctor").stdout


@pytest.mark.parametrize("words", [b"Xnew", b'T{"of": "another version"}'])
def test_a_journal_of_another_version_is_set_aside(counter: Path, words: bytes) -> None:
    sealed = Office(counter).keyring.seal(words, PURPOSE)
    newer = counter / FOLDER / "0000.journal"
    newer.parent.mkdir(exist_ok=True)
    newer.write_bytes(len(sealed).to_bytes(4, "big") + sealed)
    with Sitting(counter) as person:
        person.sees("Hier beginnen")
    assert newer.with_suffix(".refused").exists()


def whole_folder(office: Path) -> bytes:
    return b"".join(file.read_bytes() for file in office.rglob("*") if file.is_file() and "surveys" not in file.parts)


def journal_bytes(office: Path) -> int:
    return sum(file.stat().st_size for file in (office / FOLDER).iterdir())


def test_the_signal_to_go_on_takes_nothing_over_once_more(counter: Path) -> None:
    """It comes with every line that hangs up, too."""
    with Sitting(counter) as person:
        answer_until_text(person)
        threads = Path(f"/proc/{person.process.pid}/task")
        before = sorted(thread.name for thread in threads.iterdir())
        os.kill(person.process.pid, signal.SIGCONT)
        person.key("s")
        person.sees(f"{SECRET}s")
        assert sorted(thread.name for thread in threads.iterdir()) == before
