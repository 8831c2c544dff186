"""A scanned sheet with a doubtful mark: pending until a person decides, then counted; the machine's reading stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from kiosk import review
from kiosk.commands import init
from kiosk.errors import UsageError
from kiosk.inputs import Began, Consented, Filled, Input, Submitted
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Address, AddressKind, Mode, Response, Turn, Via
from kiosk.review import Doubt, DoubtKind
from kiosk.store.interviews import Interviews
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Answer, Missing

Scan = Callable[[Mapping[str, Answer], str], "Sheet"]


class Sheet:
    """One sheet of the survey “digital”, read by a machine that was not sure of one mark."""

    def __init__(self, folder: Path, answers: Mapping[str, Answer], doubtful: str) -> None:
        init.make(folder)
        self.office = Office(folder)
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self.interviews = Interviews(self.office.keyring)
        inputs: list[Input] = [Began("de"), Consented(True), Filled(answers), Submitted()]
        for number, given in enumerate(inputs):
            self.say(number, given)
        self.doubt = self.writer.run(lambda connection: self.raise_doubt(connection, doubtful))

    def say(self, number: int, given: Input) -> None:
        sheet = Address(AddressKind.SERIAL, "12345678901")
        self.intake.receive(Turn(f"{number}", Mode("paper"), sheet, "digital", given, 1_000, Via.READ_BY_MACHINE))

    def raise_doubt(self, connection: sqlite3.Connection, question: str) -> int:
        return review.raise_doubt(
            connection,
            self.office.keyring,
            response=1,
            question=question,
            kind=DoubtKind.MARK,
            reason="mark outside its box",
            reading="2",
            evidence=None,
            now=2_000,
        )

    def doubts(self) -> list[Doubt]:
        return self.writer.run(lambda connection: review.open_doubts(connection, self.office.keyring))

    def settle(self, answer: Answer, doubt: int = 0, by: str = "clerk") -> None:
        def work(connection: sqlite3.Connection) -> None:
            keyring, number = self.office.keyring, doubt or self.doubt
            review.settle(connection, self.interviews, keyring, number, answer, by=by, now=3_000)

        self.writer.run(work)

    def counts(self) -> dict[str, dict[str, int]]:
        """Question -> value -> n."""
        reads = Reads(self.office.store_file, self.office.keyring)
        counted: dict[str, dict[str, int]] = {}
        for (question, value, _), n in reads.counts("digital").items():
            counted.setdefault(question, {})[value] = n
        reads.close()
        return counted

    def response(self) -> Response:
        reads = Reads(self.office.store_file, self.office.keyring)
        (response,) = reads.responses("digital")
        reads.close()
        return response


@pytest.fixture
def scan(tmp_path: Path) -> Iterator[Scan]:
    sheets: list[Sheet] = []

    def make(answers: Mapping[str, Answer], doubtful: str) -> Sheet:
        sheets.append(Sheet(tmp_path / f"office{len(sheets)}", answers, doubtful))
        return sheets[-1]

    yield make
    for sheet in sheets:
        sheet.writer.close()


def pending(*values: str, missing: Missing | None = None) -> Answer:
    return Answer(values, missing, pending=True)


DOUBTFUL_FILTER = {"skills": pending("good"), "support": Answer(("courses",)), "involved_by": Answer(("surveys",))}


def test_a_pending_answer_waits_and_is_not_counted(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    assert "skills" not in sheet.counts()
    assert sheet.response().answers["skills"].pending
    assert [(doubt.question, doubt.kind, doubt.reading) for doubt in sheet.doubts()] == [("skills", "mark", "2")]


def test_settled_it_counts_and_says_who_decided(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    sheet.settle(Answer(("very_good",)))
    assert sheet.counts()["skills"] == {"very_good": 1}
    assert sheet.doubts() == []
    response = sheet.response()
    assert response.provenance["skills"].via is Via.READ_BY_STAFF
    assert response.provenance["skills"].checked_by == "clerk"
    assert response.provenance["involved_by"].via is Via.READ_BY_MACHINE
    assert response.ended == 1_000, "the interview ended when the sheet was handed in"


def test_a_settled_filter_brings_back_what_it_had_hidden(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    assert sheet.response().answers["support"] == Answer(missing=Missing.NOT_ASKED)
    sheet.settle(Answer(("poor",)))
    assert sheet.response().answers["support"] == Answer(("courses",))
    assert sheet.counts()["support"] == {"courses": 1}


def test_an_unreadable_mark_can_be_settled(scan: Scan) -> None:
    sheet = scan({"skills": pending(missing=Missing.UNREADABLE), "involved_by": Answer(("surveys",))}, "skills")
    assert sheet.response().answers["skills"].pending
    sheet.settle(Answer(("good",)))
    assert sheet.counts()["skills"] == {"good": 1}


def test_a_decision_that_is_no_answer_is_refused_and_the_doubt_stays(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    with pytest.raises(UsageError, match="no answer to skills"):
        sheet.settle(Answer(("godo",)))
    assert len(sheet.doubts()) == 1


def test_the_first_decision_counts(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    sheet.settle(Answer(("good",)))
    sheet.settle(Answer(("poor",)), by="another clerk")
    assert sheet.counts()["skills"] == {"good": 1}


def test_a_doubt_that_is_not_there(scan: Scan) -> None:
    with pytest.raises(UsageError, match="no doubt number 99"):
        scan(DOUBTFUL_FILTER, "skills").settle(Answer(("good",)), doubt=99)
