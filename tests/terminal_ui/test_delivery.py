"""From the journal to the server: one interview that the server refuses keeps back no other, and nothing is dropped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kiosk.call import HangUp, Happened, Step
from kiosk.definition import to_json
from kiosk.door import Door, connect
from kiosk.errors import ConfigError, KioskError, RemoteError, StoreError
from kiosk.inputs import Began, Chose, Consented, Input, Left
from kiosk.office import Office
from kiosk.record import Address, AddressKind, Answered, Message, Reply, Turn, Via
from kiosk.scan import Decision, Form, Page, PageState, Settled
from kiosk.survey import Answer, Survey
from kiosk.wire import WireError
from terminal_ui import delivery
from terminal_ui.delivery import MOST_TRIES, UNKNOWN, Delivery
from terminal_ui.journal import FOLDER, REFUSED, Journal, Kind, Record
from terminal_ui.scene import MODE
from tests.kiosk.running import Started
from tests.terminal_ui.exported import given, wait_for

SAID: Sequence[Input] = (Began("de"), Consented(True), Chose(("satisfied",), "satisfied"), Left())


def interview(survey: Survey, session: str, definition: str = "") -> list[Record]:
    """What one visitor leaves in the journal."""
    address = Address(AddressKind.SESSION, session)
    turns = [
        Turn(f"{session}:{number}", MODE, address, survey.name, said, 1_000 + number, Via.TOUCH, survey.version)
        for number, said in enumerate(SAID)
    ]
    return [Record(Kind.DEFINITION, definition or to_json(survey)), *map(Record.of, turns)]


class Peer:
    """A server of another make: `answers` says what it does with a definition's text or a turn's key."""

    def __init__(self, answers: Callable[[str], KioskError | None]) -> None:
        self._answers = answers
        self.took: list[str] = []

    def receive(self, turn: Turn) -> Reply:
        self._take(turn.key)
        return Reply(None, "de", "")  # type: ignore[arg-type]

    def exchange(self, message: Message) -> Answered:
        return Answered("")

    def call(self, mode: str, happened: Happened) -> Step:
        return Step(0, (), HangUp())

    def define(self, definition: str) -> None:
        self._take(definition)

    def erase(self, code: str, copy: int = 1) -> bool:
        return False

    def settle(self, doubt: int, answer: Answer, by: str) -> None:
        pass

    def keep_form(self, form: Form) -> None:
        pass

    def file_page(self, page: Page) -> PageState:
        return page.state

    def decide_page(self, number: int, decision: Decision, by: str) -> Settled:
        return Settled(PageState.FILED, ())

    def close(self) -> None:
        pass

    def _take(self, what: str) -> None:
        if error := self._answers(what):
            raise error
        self.took.append(what)


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(delivery, "LONGEST_PAUSE", 0.01)


@pytest.fixture
def survey(counter: Path) -> Survey:
    return Office(counter).survey("counter")


def delivered(office: Path, records: Sequence[Record], door: Callable[[], Door]) -> tuple[bool, list[Record]]:
    """Bring these to a server: whether nothing is left to bring, and what was set aside."""
    keyring = Office(office).keyring
    journal = Journal.create(office / FOLDER, keyring)
    for record in records:
        journal.append(record)
    thread = Delivery(journal, (), keyring, door, lambda: None)
    thread.start()
    until = time.monotonic() + 5
    while journal.size and time.monotonic() < until:
        time.sleep(0.02)
    thread.stop(5)
    assert not thread.is_alive()
    aside = []
    for file in (office / FOLDER).glob(f"*{REFUSED}"):
        refused = Journal.adopt(file, keyring)
        assert refused is not None
        aside += [record for record, _ in refused.read()]
        refused.close()
    return journal.size == 0, aside


def test_a_definition_that_is_refused_takes_only_its_own_interview_aside(counter: Path, survey: Survey) -> None:
    bad, good = interview(survey, "bad", definition="{}"), interview(survey, "good")
    bad = [record if record.kind is Kind.DEFINITION else _of_version(record, "f" * 16) for record in bad]
    with Started(counter):
        assert delivered(counter, [*bad, *good], lambda: connect(counter)) == (True, bad)
        (response,) = wait_for(counter, "counter", 1)
    assert given(response)["satisfied"] == ["satisfied"]


def _of_version(record: Record, version: str) -> Record:
    turn = record.turn()
    assert turn is not None
    return Record(Kind.TURN, record.text.replace(turn.version, version))


def test_a_turn_that_is_refused_takes_what_came_before_it_along(counter: Path, survey: Survey) -> None:
    def answers(what: str) -> KioskError | None:
        return ConfigError("no", "No.") if what == "one:2" else None

    one, two = interview(survey, "one"), interview(survey, "two")
    peer = Peer(answers)
    assert delivered(counter, [*one, *two], lambda: peer) == (True, one)
    assert peer.took[-1] == "two:3"


def test_a_turn_that_fails_again_and_again_is_set_aside_too(counter: Path, survey: Survey) -> None:
    tries = []

    def answers(what: str) -> KioskError | None:
        tries.extend([what] if what == "one:1" else [])
        return RemoteError("busy", "Come again.", retryable=True) if what == "one:1" else None

    one, two = interview(survey, "one"), interview(survey, "two")
    assert delivered(counter, [*one, *two], lambda: Peer(answers)) == (True, one)
    assert len(tries) == MOST_TRIES


@pytest.mark.parametrize("trouble", [StoreError("disk", "Full."), RemoteError("door.away", "Away.", retryable=True)])
def test_a_server_in_trouble_is_waited_for(counter: Path, survey: Survey, trouble: KioskError) -> None:
    often = iter(range(3 * MOST_TRIES))
    peer = Peer(lambda _: trouble if next(often, None) is not None else None)
    assert delivered(counter, interview(survey, "one"), lambda: peer) == (True, [])
    assert peer.took[1:] == ["one:0", "one:1", "one:2", "one:3"]


def test_a_server_that_forgot_the_survey_is_told_it_again(counter: Path, survey: Survey) -> None:
    known: list[str] = []

    def answers(what: str) -> KioskError | None:
        if what.startswith("{"):
            known.append(what)
        elif what == "one:2" and len(known) < 2:
            return RemoteError(UNKNOWN, "Define it.", retryable=True)
        return None

    assert delivered(counter, interview(survey, "one"), lambda: Peer(answers)) == (True, [])
    assert len(known) == 2


@pytest.mark.peers
def test_replies_that_nobody_understands_leave_everything_where_it_is(counter: Path, survey: Survey) -> None:
    def answers(what: str) -> KioskError | None:
        return None if what.startswith("{") else WireError()

    assert delivered(counter, interview(survey, "one"), lambda: Peer(answers)) == (False, [])
