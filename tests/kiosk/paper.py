"""Sheets of paper as the core meets them: forms with three pages, and what a reader says is on a page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from kiosk.definition import to_json
from kiosk.identity import check_digit
from kiosk.inputs import Chose, Consented, Input, SpokeLocale, Submitted
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Address, AddressKind, Doubt, Doubtful, DoubtKind, Mode, Response, State, Turn, Via
from kiosk.scan import Copy, Form, Page, PageState, Waiting
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Answer, Missing
from tests.kiosk.generated import sample
from tests.kiosk.running import make_office

DIGITAL = sample("digital")
FORM = Form("ABCDEFGH", DIGITAL.name, DIGITAL.version, "en", 3, (1, 2, 3), "{}")
UNKNOWN = replace(FORM, id="HGFEDCBA")
DAY = 86_400_000  # milliseconds

Answers = Mapping[str, Answer]
SKIPPED = Answer(missing=Missing.SKIPPED)
EMPTY = Answer(missing=Missing.SKIPPED, pending=True)  # nothing is marked at a required question
TWO = Answer(pending=True)  # two marks where one counts
ON_PAGE = (("useful_at",), ("skills", "support"), ("involved_by", "wishes"))


def serial(number: int) -> str:
    digits = f"{number:010}"
    return digits + check_digit(digits)


def chose(*values: str) -> Answer:
    return Answer(values)


ONE: Answers = {
    "useful_at": chose("offices", "shops_firms"),
    "skills": chose("good"),
    "support": EMPTY,
    "involved_by": chose("online"),
    "wishes": SKIPPED,
}
OTHER: Answers = {
    "useful_at": chose("offices"),
    "skills": chose("poor"),
    "support": chose("at_home"),
    "involved_by": chose("meetings"),
    "wishes": Answer(pending=True),
}


class House:
    """An office with one form on record, and a reader with a pile of sheets."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(make_office(folder))
        self.open()
        self.intake.define(to_json(DIGITAL))
        self.intake.keep_form(FORM)

    def open(self) -> None:
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)

    def page(
        self,
        answers: Answers,
        number: int,
        *,
        sheet: int = 1,
        file: str = "pile",
        index: int = 0,
        form: Form = FORM,
        at: int = 0,
    ) -> Page:
        """A page as the reader hands it in, with its blobs on the disk."""
        on_page = {name: answers[name] for name in ON_PAGE[number - 1] if name in answers}
        content = repr(sorted((name, answer.values, answer.pending) for name, answer in on_page.items()))
        doubts = tuple(self._doubt(name, file, index) for name, answer in on_page.items() if answer.pending)
        return Page(
            file=sha256(file.encode()).hexdigest(),
            index=index,
            name=f"{file}.pdf",
            state=PageState.FILED,
            at=at or self.office.now(),
            form=form.id,
            serial=serial(sheet),
            number=number,
            content=content,
            answers=on_page,
            doubts=doubts,
            scan=self._blob(f"{file}:{index}"),
            size=4,
        )

    def other(self, state: PageState, file: str, at: int = 0, index: int = 0) -> Page:
        name = sha256(file.encode()).hexdigest()
        at = at or self.office.now()
        return Page(name, index, file, state, at, "Why it is so.", scan=self._blob(file), size=4)

    def sheet(self, answers: Answers, sheet: int = 1, file: str = "pile", first: int = 0) -> list[Page]:
        return [self.page(answers, number, sheet=sheet, file=file, index=first + number - 1) for number in range(1, 4)]

    def file(self, *pages: Page) -> list[PageState]:
        return [self.intake.file_page(page) for page in pages]

    def type_in(self, answers: Answers, sheet: int = 1) -> None:
        """What `kiosk enter` does."""
        given: list[Input] = [SpokeLocale("en"), Consented(True)]
        given += [Chose(answer.values, name) for name, answer in answers.items() if answer.values]
        given.append(Submitted())
        who = Address(AddressKind.SERIAL, serial(sheet), 1)
        for at, one in enumerate(given):
            self.intake.receive(
                Turn(f"{at}", Mode("paper"), who, "digital", one, 1_000 + at, Via.READ_BY_STAFF, code=serial(sheet))
            )

    def responses(self) -> list[Response]:
        """Those that were not erased."""
        with closing(self._reads()) as reads:
            return [one for one in reads.responses("digital") if one.state is not State.WITHDRAWN]

    def answers(self) -> list[dict[str, Answer]]:
        return [dict(response.answers) for response in self.responses()]

    def doubts(self) -> list[Doubt]:
        with closing(self._reads()) as reads:
            return reads.doubts()[0]

    def waiting(self, missing_since: int = 1 << 50) -> list[Waiting]:
        with closing(self._reads()) as reads:
            return reads.pages_waiting(missing_since)

    def copies(self, sheet: int = 1) -> list[Copy]:
        with closing(self._reads()) as reads:
            return reads.copies(serial(sheet))

    def blobs(self) -> set[str]:
        """The ids of the files on the disk."""
        return {file.name for file in (self.office.folder / "blobs").glob("??/*")}

    def known_blobs(self) -> set[str]:
        with closing(self._reads()) as reads:
            return {row[0] for row in reads._connection.execute("SELECT uid FROM blob")}

    def _reads(self) -> Reads:
        return Reads(self.office.store_file, self.office.keyring)

    def _doubt(self, name: str, file: str, index: int) -> Doubtful:
        kind = DoubtKind.TEXT if name == "wishes" else DoubtKind.MARK
        return Doubtful(name, kind, "Look at this.", evidence=self._blob(f"{file}:{index}:{name}"), size=4)

    def _blob(self, name: str) -> str:
        return self.office.blobs.write(b"blob", self.office.keyring.digest(name, "evidence").hex())
