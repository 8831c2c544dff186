"""A scanned sheet with a doubtful mark: pending until a person decides, then counted; the machine's reading stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import review
from kiosk.commands import init
from kiosk.errors import UsageError
from kiosk.inputs import Began, Consented, Filled, Input, Submitted
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Address, AddressKind, Mode, Turn, Via
from kiosk.review import Doubt, DoubtKind
from kiosk.store.interviews import Interviews
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Answer


class Sheet:
    """One sheet of the vote, read by a machine that was not sure of its one mark."""

    def __init__(self, folder: Path) -> None:
        init.make(folder)
        self.office = Office(folder)
        self.survey = self.office.survey("vote")
        self.question = next(question for question in self.survey.questions if question.choices)
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self.interviews = Interviews(self.office.keyring)
        self.turns = 0

    def say(self, given: Input) -> None:
        self.turns += 1
        sheet = Address(AddressKind.SERIAL, "12345678901")
        turn = Turn(f"sheet:{self.turns}", Mode("paper"), sheet, "vote", given, 1_000, Via.READ_BY_MACHINE)
        self.intake.receive(turn)

    def scanned(self) -> None:
        read = Answer((self.question.choices[0].name,), pending=True)
        for given in (Began("de"), Consented(True), Filled({self.question.name: read}), Submitted()):
            self.say(given)
        self.writer.run(self.raise_doubt)

    def raise_doubt(self, connection: sqlite3.Connection) -> int:
        response = connection.execute("SELECT max(id) FROM response").fetchone()[0]
        return review.raise_doubt(
            connection,
            self.office.keyring,
            response,
            self.question.name,
            DoubtKind.MARK,
            reason="mark outside its box",
            reading="1",
            evidence=None,
            now=2_000,
        )

    def doubts(self) -> list[Doubt]:
        return self.writer.run(lambda connection: review.open_doubts(connection, self.office.keyring))

    def settle(self, doubt: int, value: str, by: str = "clerk") -> None:
        def work(connection: sqlite3.Connection) -> None:
            review.settle(connection, self.interviews, self.office.keyring, doubt, Answer((value,)), by=by, now=3_000)

        self.writer.run(work)

    def counts(self) -> dict[tuple[str, str, str], int]:
        reads = Reads(self.office.store_file, self.office.keyring)
        try:
            return reads.counts("vote")
        finally:
            reads.close()


@pytest.fixture
def sheet(tmp_path: Path) -> Iterator[Sheet]:
    sheet = Sheet(tmp_path / "office")
    sheet.scanned()
    yield sheet
    sheet.writer.close()


def test_a_pending_answer_is_not_counted(sheet: Sheet) -> None:
    assert not sheet.counts()
    assert [(doubt.kind, doubt.reading) for doubt in sheet.doubts()] == [(DoubtKind.MARK, "1")]


def test_settled_it_is_counted_and_the_response_is_complete(sheet: Sheet) -> None:
    second = sheet.question.choices[1].name
    sheet.settle(sheet.doubts()[0].id, second)
    assert sheet.counts() == {
        ("", "complete", "paper"): 1,
        **_missing(sheet),
        (sheet.question.name, second, "paper"): 1,
    }
    assert sheet.doubts() == []
    reads = Reads(sheet.office.store_file, sheet.office.keyring)
    (response,) = reads.responses("vote")
    reads.close()
    assert response.provenance[sheet.question.name].checked_by == "clerk"


def test_the_first_decision_counts(sheet: Sheet) -> None:
    doubt = sheet.doubts()[0].id
    sheet.settle(doubt, sheet.question.choices[0].name)
    before = sheet.counts()
    sheet.settle(doubt, sheet.question.choices[1].name, by="another clerk")
    assert sheet.counts() == before


def test_a_doubt_that_is_not_there(sheet: Sheet) -> None:
    with pytest.raises(UsageError, match="no doubt number 99"):
        sheet.settle(99, "any")


def _missing(sheet: Sheet) -> dict[tuple[str, str, str], int]:
    """The other questions of the survey, which this sheet left empty."""
    others = [question.name for question in sheet.survey.questions if question.asks and question != sheet.question]
    return {(name, "-skipped", "paper"): 1 for name in others}
