"""Forms that are filled in on a screen: what somebody puts in with a viewer is exactly what is read."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from channels.paper import LOCALE
from channels.paper.compose import compose
from channels.paper.draw import Drawing
from channels.paper.fillable import read
from channels.paper.sheet import Box, Field, Sheet, from_json
from kiosk import catalogue
from kiosk.survey import MAX_TEXT, Kind, Question, Survey
from kiosk.wording import House
from tests.channels.paper.pile import waiting
from tests.kiosk.generated import LOCALES, sample
from tests.kiosk.running import make_office, run
from tests.terminal_ui.exported import responses

CATALOGUES = catalogue.load([LOCALE])
HOUSE = House("Bürgerbüro", "03521 000 000", "Marktplatz 1")
SERIAL = "12345678906"
MM = 72 / 25.4
WORDS = "Den Schalter am Samstag.\nUnd Züge, „öfter“!"
AGE = Question("age", Kind.INTEGER, dict.fromkeys(LOCALES, "Wie alt sind Sie?"), minimum=16, maximum=100)
DIGITAL = sample("digital")
WITH_AGE = replace(DIGITAL, questions=(AGE, *DIGITAL.questions[:2], DIGITAL.questions[-1]))


def fillable(survey: Survey, locale: str = "de") -> tuple[bytes, Sheet]:
    printed = compose(survey, CATALOGUES[locale], HOUSE)
    out = BytesIO()
    drawing = Drawing(out, printed, fillable=True)
    drawing.copy(SERIAL)
    drawing.save()
    return out.getvalue(), printed.sheet


class Viewer:
    """PDFium, which is what shows a PDF in Chromium, with somebody's hands."""

    def __init__(self, data: bytes) -> None:
        self._document = pypdfium2.PdfDocument(data)
        self._document.init_forms()
        self._forms = self._document.formenv.raw
        self._open: dict[int, Any] = {}

    def click(self, page: int, x_mm: float, y_mm: float) -> None:
        for does in (pdfium.FORM_OnMouseMove, pdfium.FORM_OnLButtonDown, pdfium.FORM_OnLButtonUp):
            does(self._forms, self._page(page), 0, x_mm * MM, (297 - y_mm) * MM)

    def mark(self, box: Box) -> None:
        self.click(box.page, box.x_mm + box.side_mm / 2, box.y_mm + box.side_mm / 2)

    def write(self, field: Field, text: str) -> None:
        self.click(field.page, field.x_mm + 3, field.y_mm + 3)
        words = ctypes.create_string_buffer(text.encode("utf-16-le") + b"\0\0")
        wide = ctypes.cast(words, ctypes.POINTER(ctypes.c_ushort))
        pdfium.FORM_ReplaceSelection(self._forms, self._page(field.page), wide)
        pdfium.FORM_ForceToKillFocus(self._forms)

    def saved(self) -> bytes:
        out = BytesIO()
        self._document.save(out)
        return out.getvalue()

    def _page(self, number: int) -> Any:
        """Loaded once and kept open, as a viewer keeps it."""
        if number not in self._open:
            self._open[number] = self._document[number - 1]
        return self._open[number].raw


def boxes_of(sheet: Sheet, question: str) -> list[Box]:
    return [box for page in sheet.pages for box in page.boxes if box.question == question]


def field_of(sheet: Sheet, question: str) -> Field:
    (field,) = (field for page in sheet.pages for field in page.fields if field.question == question)
    return field


@pytest.mark.parametrize("locale", LOCALES)
def test_what_somebody_puts_in_is_what_is_read(locale: str) -> None:
    data, sheet = fillable(WITH_AGE, locale)
    viewer = Viewer(data)
    viewer.write(field_of(sheet, "age"), "67")
    useful, skills = boxes_of(sheet, "useful_at"), boxes_of(sheet, "skills")
    for box in (useful[0], useful[2], useful[3], useful[3], skills[1], skills[4]):  # one of them twice: off again
        viewer.mark(box)
    viewer.write(field_of(sheet, "wishes"), WORDS)
    found = read(viewer.saved())
    assert found
    assert (found.mark.form, found.mark.serial) == (sheet.id, SERIAL)
    assert found.boxes == {
        ("useful_at", "offices", False),
        ("useful_at", "transport_travel", False),
        ("skills", "very_poor", False),
    }
    assert found.texts == {"age": "67", "wishes": WORDS}


def test_to_decline_is_read_as_that() -> None:
    data, sheet = fillable(WITH_AGE)
    viewer = Viewer(data)
    for question, value in (("age", "refused"), ("useful_at", "dont_know"), ("skills", "refused")):
        viewer.mark(next(box for box in boxes_of(sheet, question) if box.value == value))
    found = read(viewer.saved())
    assert found
    assert found.boxes == {("age", "refused", True), ("useful_at", "dont_know", True), ("skills", "refused", True)}
    assert found.texts == {}


def test_every_box_and_every_field_is_one_of_its_own() -> None:
    data, sheet = fillable(WITH_AGE)
    for box in (box for page in sheet.pages for box in page.boxes):
        viewer = Viewer(data)
        viewer.mark(box)
        found = read(viewer.saved())
        assert found
        assert found.boxes == {(box.question, box.value, box.declines)}


def test_a_text_has_an_end() -> None:
    data, sheet = fillable(DIGITAL)
    viewer = Viewer(data)
    viewer.write(field_of(sheet, "wishes"), "w" * (MAX_TEXT + 100))
    found = read(viewer.saved())
    assert found
    assert found.texts == {"wishes": "w" * MAX_TEXT}


def test_what_is_no_form_to_be_filled_in_is_none() -> None:
    out = BytesIO()
    drawing = Drawing(out, compose(DIGITAL, CATALOGUES["de"], HOUSE))
    drawing.copy(SERIAL)
    drawing.save()
    assert read(out.getvalue()) is None
    assert read(b"") is None
    assert read(b"%PDF-1.7\n%%EOF") is None
    assert read(fillable(DIGITAL)[0][:9000]) is None


def test_a_form_with_somebody_elses_fields_is_none() -> None:
    data, _ = fillable(DIGITAL)
    assert read(data.replace(b"(kiosk)", b"(other)")) is None


@pytest.mark.peers
def test_two_people_who_put_the_same_into_one_form(tmp_path: Path) -> None:
    """The very same file changes nothing; what another says, word for word, a person looks at."""
    office = make_office(tmp_path / "office")
    form = tmp_path / "form.pdf"
    assert run(office, "paper", "print", "digital", "--fillable", "-o", str(form)).returncode == 0
    sheet = from_json(run(office, "paper", "geometry", "digital", "--json").stdout)
    viewer = Viewer(form.read_bytes())
    for question, value in (("skills", "good"), ("involved_by", "online")):
        viewer.mark(next(box for box in boxes_of(sheet, question) if box.value == value))
    viewer.write(field_of(sheet, "wishes"), WORDS)
    filled = viewer.saved()
    others = filled.replace(b"%%EOF", b"% of another viewer\n%%EOF")
    for name, content in (("one.pdf", filled), ("one again.pdf", filled), ("other.pdf", others)):
        (tmp_path / name).write_bytes(content)
        told = run(office, "paper", "read", str(tmp_path / name))
        assert len(responses(office, "digital")) == 1
        assert ("conflict" in told.stdout) is (name == "other.pdf")
    (conflict, *_) = waiting(office)
    assert run(office, "paper", "settle", str(conflict.id), "--as", "another", "--by", "clerk").returncode == 0
    assert waiting(office) == []
    one, other = (response["answers"] for response in responses(office, "digital"))
    assert one == other


@pytest.mark.peers
def test_from_the_command_to_the_counted_answer(tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    form, filled = tmp_path / "form.pdf", tmp_path / "filled.pdf"
    assert run(office, "paper", "print", "digital", "--fillable", "-o", str(form)).returncode == 0
    sheet = from_json(run(office, "paper", "geometry", "digital", "--json").stdout)
    viewer = Viewer(form.read_bytes())
    for question, value in (("useful_at", "offices"), ("skills", "poor"), ("support", "courses")):
        viewer.mark(next(box for box in boxes_of(sheet, question) if box.value == value))
    viewer.mark(next(box for box in boxes_of(sheet, "involved_by") if box.value == "refused"))
    viewer.write(field_of(sheet, "wishes"), WORDS)
    filled.write_bytes(viewer.saved())
    done = run(office, "paper", "read", str(filled))
    assert done.returncode == 0, done.stderr
    (response,) = responses(office, "digital")
    assert (response["channel"], response["state"], response["disposition"]) == ("paper", "counted", "complete")
    answers = response["answers"]
    assert {name: answers[name]["values"] for name in ("useful_at", "skills", "support")} == {
        "useful_at": ["offices"],
        "skills": ["poor"],
        "support": ["courses"],
    }
    assert answers["involved_by"]["missing"] == "refused"
    assert answers["wishes"]["text"] == WORDS
    assert not any(answer["pending"] for answer in answers.values())


def test_what_is_typed_has_letters_that_the_file_carries() -> None:
    data, sheet = fillable(WITH_AGE)
    viewer = Viewer(data)
    viewer.write(field_of(sheet, "age"), "67")
    viewer.write(field_of(sheet, "wishes"), "Für 5 Züge")
    names = (b"/FontFile2", b"/TrueType", b"/Type1", b"Helvetica")
    for file in (data, viewer.saved()):
        assert {name: file.count(name) for name in names} == dict(zip(names, (3, 3, 0, 0), strict=True))
