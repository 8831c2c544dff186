"""Printed forms: what stands on them, that one can read it, and that everything is where the geometry says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from channels.paper import LOCALE, code
from channels.paper.checks import check
from channels.paper.compose import compose
from channels.paper.draw import Drawing
from kiosk import catalogue
from kiosk.definition import from_json, to_json
from kiosk.errors import ConfigError, SurveyError
from kiosk.identity import grouped
from kiosk.survey import Choice, Kind, Question, Survey
from kiosk.wording import House, full_notice
from tests.channels.paper.printed import ADDRESS, DPI, NAME, cut, form, geometry, rasterised, read_aloud
from tests.kiosk.generated import LOCALES, SAMPLES, sample, surveys
from tests.kiosk.running import PHONE

CATALOGUES = catalogue.load([LOCALE])
HOUSE = House(NAME, PHONE, ADDRESS)
WITHIN_MM = 0.2
CLEAR_MM = 3.0
QUIET_MM = 3.2  # four modules of the code
EDGE_MM = 0.4  # around what is printed: it is grey there
SERIAL = "12345678906"

FIRST = "digital"  # it has every kind of box; the others are looked at with the slow tests

everywhere = pytest.mark.parametrize(
    ("survey", "locale"),
    [pytest.param(name, at, marks=() if name == FIRST else (pytest.mark.peers,)) for name in SAMPLES for at in LOCALES],
)


def flat(text: str) -> str:
    return " ".join(text.split())


def drawn(survey: Survey, locale: str = "de", house: House = HOUSE) -> bytes:
    """One copy of any survey."""
    out = BytesIO()
    drawing = Drawing(out, compose(survey, CATALOGUES[locale], house))
    drawing.copy(SERIAL)
    drawing.save()
    return out.getvalue()


# What stands on it


@everywhere
def test_everything_is_on_it(survey: str, locale: str) -> None:
    asked, words, file = sample(survey), CATALOGUES[locale], form(survey, locale)
    pages = read_aloud(file)
    text = " ".join(pages)
    for sought in (
        NAME,
        ADDRESS,
        asked.title[locale],
        asked.brief[locale],
        *full_notice(asked, words, HOUSE, "paper"),
        *(words.say(f"paper.fill.{message}") for message in ("pen", "circle", "mistake")),
        words.say("paper.number.use"),
        words.say("paper.consent.given"),
        words.say("paper.end.thanks"),
    ):
        assert flat(sought) in text
    several = any(question.kind is Kind.SELECT_MULTIPLE for question in asked.questions)
    assert (flat(words.say("paper.fill.square")) in text) == several
    for number, question in enumerate(asked.questions, start=1):
        assert flat(words.say("paper.question", number=number)) in text
        assert flat(question.label[locale]) in text
        for key, choice in enumerate(question.choices, start=1):
            assert f"{key} {choice.label[locale]}" in text
    for at, page in enumerate(pages, start=1):
        assert flat(words.say("paper.page", page=at, of=len(pages))) in page
        assert f"{asked.name} {asked.version}" in page
        assert flat(words.say("paper.phone", phone=PHONE)) in page
        assert words.say("paper.number") in page


@everywhere
def test_the_whole_notice_and_the_consent_come_before_the_first_question(survey: str, locale: str) -> None:
    text, words, asked = " ".join(read_aloud(form(survey, locale))), CATALOGUES[locale], sample(survey)
    order = [flat(part) for part in full_notice(asked, words, HOUSE, "paper")]
    order += [flat(words.say("paper.consent.given")), words.say("paper.question", number=1), words.say("paper.end")]
    places = [text.index(part) for part in order[:-1]] + [text.rindex(order[-1])]
    assert places == sorted(places)


def test_what_it_says_of_one_question() -> None:
    """Number, condition, question, hint, and every box with the key that it has everywhere."""
    text = " ".join(read_aloud(form("digital", "de")))
    assert text[text.index("Frage 3 Nur") : text.index("Frage 4 Wie")].startswith(
        "Frage 3 Nur wenn Sie bei Frage 2 das angekreuzt haben: "
        "„Teils, teils“ (3), „Schlecht“ (4) oder „Sehr schlecht“ (5). "
        "Was hilft den Menschen bei digitalen Angeboten am meisten? Bitte nur ein Kreuz. "
        "1 Kurse 2 Hilfe im Amt 3 Hilfe zu Hause 4 Einfachere Angebote 7 Weiß nicht 8 Keine Angabe"
    )
    assert "1 Sehr gut → weiter mit Frage 4 2 Gut → weiter mit Frage 4 3 Teils, teils 4 Schlecht" in text


def test_easy_language_has_a_line_a_sentence() -> None:
    page = pypdfium2.PdfDocument(form("vote", "de@easy"))[0].get_textpage().get_text_range()
    lines = [line.strip() for line in page.splitlines()]
    assert "Schreiben Sie die Nummer ab." in lines
    assert "Behalten Sie die Nummer gut." in lines


def test_without_a_phone_it_leads_to_the_counter_and_the_last_day_is_told() -> None:
    closing = replace(sample("vote"), closes=date(2026, 5, 31))
    text = " ".join(read_aloud(drawn(closing, house=House(NAME, ""))))
    assert "Hilfe am Schalter" in text
    assert "Telefon" not in text.replace("Name und Telefon finden Sie unter Hilfe", "")
    assert "Letzter Tag: Sonntag, 31. Mai 2026." in text


# Where it stands


@everywhere
def test_every_box_and_field_is_where_the_geometry_says(survey: str, locale: str) -> None:
    pages, found = rasterised(form(survey, locale)), geometry(survey, locale)
    assert len(pages) == len(found["pages"])
    looked = 0
    for page, told in zip(pages, found["pages"], strict=True):
        for box in told["boxes"]:
            assert outline_mm(page, box["x_mm"], box["y_mm"], box["side_mm"], box["side_mm"]) <= WITHIN_MM
            looked += 1
        for field in told["fields"]:
            ink = cut(page, field["x_mm"] - 1, field["y_mm"] - 1, field["width_mm"] + 2, field["height_mm"] + 2) < 128
            columns = np.flatnonzero(ink.any(axis=0)) / DPI * 25.4
            assert columns[0] == pytest.approx(1, abs=WITHIN_MM)
            assert columns[-1] == pytest.approx(1 + field["width_mm"], abs=WITHIN_MM)
            looked += 1
    missing = len(sample(survey).missing)
    offered = sum(len(question.choices) + missing for question in sample(survey).questions if question.choices)
    assert looked == offered + sum(question.kind is Kind.TEXT for question in sample(survey).questions)


def outline_mm(page: np.ndarray, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> float:
    """How far the ink around this place is from its sides, at the worst."""
    around = 2.0
    ink = cut(page, x_mm - around, y_mm - around, width_mm + 2 * around, height_mm + 2 * around) < 128
    per_mm = DPI / 25.4
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    sides = (
        (columns[0] / per_mm, around),
        ((columns[-1] + 1) / per_mm, around + width_mm),
        (rows[0] / per_mm, around),
        ((rows[-1] + 1) / per_mm, around + height_mm),
    )
    return float(max(abs(seen - told) for seen, told in sides))


@everywhere
def test_a_machine_finds_tags_and_code(survey: str, locale: str) -> None:
    finder = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    serials = set()
    for page, told in zip(rasterised(form(survey, locale)), geometry(survey, locale)["pages"], strict=True):
        corners, ids, _ = finder.detectMarkers(page)
        seen = {int(id): corner[0][0] * 25.4 / DPI for id, corner in zip(ids.ravel(), corners, strict=True)}
        assert set(seen) == {tag["id"] for tag in told["tags"]}
        for tag in told["tags"]:
            assert seen[tag["id"]] == pytest.approx([tag["x_mm"], tag["y_mm"]], abs=WITHIN_MM)
        place = told["code"]
        around = cut(page, place["x_mm"] - 4, place["y_mm"] - 4, place["side_mm"] + 8, place["side_mm"] + 8)
        (found,) = zxingcpp.read_barcodes(around)
        mark = code.read(found.text)
        assert mark
        assert (mark.form, mark.page) == (geometry(survey, locale)["form"], told["number"])
        assert found.ec_level == "Q"
        serials.add(mark.serial)
        assert grouped(mark.serial) in read_aloud(form(survey, locale))[told["number"] - 1]
    assert len(serials) == 1


@everywhere
def test_nothing_is_printed_but_what_the_geometry_says(survey: str, locale: str) -> None:
    """Else a reader would take it for what somebody added. And of words it knows how much ink they have."""
    for page, told in zip(rasterised(form(survey, locale)), geometry(survey, locale)["pages"], strict=True):
        left = page.copy()
        for place in (*told["tags"], told["code"], *told["boxes"], *told["fields"], *told["words"]):
            width_mm, height_mm = (place.get(side, place.get("side_mm")) for side in ("width_mm", "height_mm"))
            around = place["x_mm"] - EDGE_MM, place["y_mm"] - EDGE_MM, width_mm + 2 * EDGE_MM, height_mm + 2 * EDGE_MM
            if place.get("ink_mm2"):
                ink_mm2 = float((255.0 - cut(page, *around)).sum()) / 255 * (25.4 / DPI) ** 2
                assert ink_mm2 == pytest.approx(place["ink_mm2"], rel=0.06)
            cut(left, *around)[:] = 255
        assert (left < 250).sum() == 0


@everywhere
def test_a_question_stands_in_its_rows(survey: str, locale: str) -> None:
    for page in geometry(survey, locale)["pages"]:
        rows = {one["question"]: (one["y_mm"], one["y_mm"] + one["height_mm"]) for one in page["rows"]}
        assert list(rows) == list(dict.fromkeys(box["question"] for box in (*page["boxes"], *page["fields"])))
        for upper, lower in pairwise(rows.values()):
            assert upper[1] < lower[0]
        for box in (*page["boxes"], *page["fields"]):
            top, bottom = rows[box["question"]]
            assert top < box["y_mm"] < box["y_mm"] + box.get("side_mm", box.get("height_mm")) <= bottom + WITHIN_MM


@everywhere
def test_around_tags_code_and_boxes_it_is_white(survey: str, locale: str) -> None:
    for page, told in zip(rasterised(form(survey, locale)), geometry(survey, locale)["pages"], strict=True):
        rings = [(tag, CLEAR_MM) for tag in told["tags"]] + [(told["code"], QUIET_MM)]
        rings += [(box, 2.8) for box in told["boxes"]]  # as far as a reader looks
        for place, ring in rings:
            whole = cut(page, *(place[key] - ring for key in ("x_mm", "y_mm")), *[place["side_mm"] + 2 * ring] * 2)
            within = cut(page, *(place[key] - 0.2 for key in ("x_mm", "y_mm")), *[place["side_mm"] + 0.4] * 2)
            assert (whole < 250).sum() == (within < 250).sum()
        edge = round(12 / 25.4 * DPI)
        assert (page[edge:-edge, edge:-edge] < 250).sum() == (page < 250).sum()


@everywhere
def test_a_question_stands_on_one_page_and_its_boxes_are_apart(survey: str, locale: str) -> None:
    places: dict[str, set[int]] = {}
    for page in geometry(survey, locale)["pages"]:
        for box in (*page["boxes"], *page["fields"]):
            places.setdefault(box["question"], set()).add(page["number"])
        for upper, lower in pairwise(sorted(page["boxes"], key=lambda box: float(box["y_mm"]))):
            assert lower["y_mm"] - upper["y_mm"] - upper["side_mm"] >= 4
            assert upper["side_mm"] >= 6
    assert [len(pages) for pages in places.values()] == [1] * len(sample(survey).questions)


# How it looks


@everywhere
def test_letters_are_large_and_lines_short(survey: str, locale: str) -> None:
    small, lengths = "", []
    for page in pypdfium2.PdfDocument(form(survey, locale)):
        text = page.get_textpage()
        letters = [
            (text.get_text_range(at, 1), pdfium.FPDFText_GetFontSize(text.raw, at)) for at in range(text.count_chars())
        ]
        small += "".join(letter for letter, size in letters if letter.strip() and size < 14)
        assert min(size for letter, size in letters if letter.strip()) >= 9
        lengths += [len(line) for line in text.get_text_range().splitlines()]
    asked = sample(survey)
    assert small == f"{asked.name}{asked.version}" * len(geometry(survey, locale)["pages"])
    assert max(lengths) <= 70


@pytest.mark.parametrize(("survey", "pages"), [("counter", 6), ("digital", 6), ("vote", 4)])
def test_how_many_pages_the_samples_take(survey: str, pages: int) -> None:
    assert len(geometry(survey, "de")["pages"]) == pages


def test_the_file_says_its_title_and_language_and_has_bookmarks_and_letters() -> None:
    file = form("vote", "de@easy")
    document = pypdfium2.PdfDocument(file)
    assert document.get_metadata_dict()["Title"] == sample("vote").title["de@easy"]
    assert b"/Lang (de)" in file
    listed = [(bookmark.get_title(), bookmark.get_dest().get_index()) for bookmark in document.get_toc()]
    assert (sample("vote").title["de@easy"], 0) in listed
    assert listed[-1][0] == CATALOGUES["de@easy"].say("paper.end")
    assert file.count(b"/FontFile2") == file.count(b"/Subtype /TrueType") == 2


# Whatever a survey holds


def words(text: str) -> dict[str, str]:
    return dict.fromkeys(LOCALES, text)


AGE = Question("age", Kind.INTEGER, words("Wie alt sind Sie?"), minimum=16, maximum=100)
BUS = Question(
    "bus", Kind.SELECT_ONE, words("Fahren Sie Bus?"), choices=(Choice("yes", words("Ja")), Choice("no", words("Nein")))
)


def survey_of(*questions: Question) -> Survey:
    return replace(sample("digital"), questions=questions)


@pytest.mark.parametrize(
    ("minimum", "maximum", "cells"), [(16, 100, 3), (0, 9, 1), (-20, 40, 3), (None, 100, 10), (None, None, 10)]
)
def test_a_number_has_a_cell_for_every_digit(minimum: int | None, maximum: int | None, cells: int) -> None:
    sheet = compose(survey_of(replace(AGE, minimum=minimum, maximum=maximum)), CATALOGUES["de"], HOUSE).sheet
    (field,) = (field for page in sheet.pages for field in page.fields)
    assert (field.question, field.cells) == ("age", cells)
    declined = [(box.value, box.declines) for page in sheet.pages for box in page.boxes]
    assert declined == [("dont_know", True), ("refused", True)]


def test_a_long_notice_goes_on_overleaf() -> None:
    long = replace(sample("vote"), notice=words("Wort " * 900))
    assert " ".join(read_aloud(drawn(long))).count("Wort") == 900


def test_marks_of_markup_are_letters() -> None:
    asked = survey_of(replace(BUS, label=words("<b>Bus</b> & Bahn, 50 % {so}?")))
    assert "<b>Bus</b> & Bahn, 50 % {so}?" in " ".join(read_aloud(drawn(asked)))


@pytest.mark.parametrize(
    ("survey", "question", "says"),
    [
        (survey_of(replace(BUS, label=words("Wort " * 900)), AGE), "bus", "on paper it is longer than a page"),
        (survey_of(BUS, replace(AGE, hint=words("Zahl 漢"))), "", "on paper the letters have no 漢"),
        (replace(sample("vote"), notice=words("Wort " * 9000)), "", "on paper it has"),
    ],
)
def test_what_does_not_fit_is_a_fault_of_the_survey(survey: Survey, question: str, says: str) -> None:
    faults = check(survey, "some.toml")
    assert {(fault.file, fault.question, fault.locale) for fault in faults} == {
        ("some.toml", question, locale) for locale in LOCALES
    }
    assert all(fault.what.startswith(says) for fault in faults)
    with pytest.raises(SurveyError):
        compose(survey, CATALOGUES["de"], HOUSE)


@given(surveys(), st.data())
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
def test_whatever_is_asked_its_boxes_are_on_the_page_and_apart(survey: Survey, data: st.DataObject) -> None:
    try:
        sheet = compose(survey, CATALOGUES[data.draw(st.sampled_from(survey.locales))], HOUSE).sheet
    except SurveyError as unfit:  # long answers, said again in every condition
        assume("longer than a page" not in str(unfit))
        raise
    found = {box.question for page in sheet.pages for box in page.boxes}
    found |= {field.question for page in sheet.pages for field in page.fields}
    assert found == {question.name for question in survey.questions if question.asks}
    for page in sheet.pages:
        places = sorted((box.y_mm, box.y_mm + box.side_mm) for box in page.boxes)
        places += [(field.y_mm, field.y_mm + field.height_mm) for field in page.fields]
        assert all(37.2 <= top < bottom <= 270 for top, bottom in places)
        assert all(below[0] - above[1] >= 4 for above, below in pairwise(sorted(places)))
        assert all(field.x_mm + field.width_mm <= 190 for field in page.fields)


def test_a_phone_that_does_not_fit_is_said() -> None:
    with pytest.raises(ConfigError, match="Shorten phone"):
        compose(sample("vote"), CATALOGUES["de"], replace(HOUSE, phone="03521 000 000 oder " * 5))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_survey_gives_the_same_form_and_the_samples_have_no_fault(name: str) -> None:
    again = from_json(to_json(sample(name)))
    assert compose(again, CATALOGUES["de"], HOUSE).sheet.id == compose(sample(name), CATALOGUES["de"], HOUSE).sheet.id
    assert check(sample(name), "") == ()
