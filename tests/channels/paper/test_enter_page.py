"""What is on the screen where forms are typed in: all of it is to be seen at 80 by 24, and looks as it did.

RECORD=1 writes the snapshot anew, and fails, so that nobody takes that for a test that passed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from channels.paper.enter import asking
from channels.paper.enter.desk import Desk, Form, Stage
from channels.paper.enter.page import Ink, page, wrapped
from kiosk.identity import check_digit
from kiosk.office import Office
from kiosk.prompt import Ask, Review
from kiosk.survey import Answer, Kind, Survey
from tests.channels.paper.typist import Typist

SNAPSHOT = Path(__file__).parent / "snapshots/enter.txt"
SIZES = ((80, 24), (100, 30), (200, 60))
NUMBER = f"1234567890{check_digit('1234567890')}"
LONG = "Die Wartehalle braucht mehr Bänke, und am Eingang fehlt ein Schild. " * 28
LONGEST = {Kind.TEXT: LONG, Kind.INTEGER: "120"}
SURVEYS = ("counter", "digital", "kinds", "vote")


@pytest.fixture(scope="module")
def office(kinds_office: Path) -> Office:
    return Office(kinds_office)


def shown(desk: Desk, columns: int, rows: int, waiting: str = "", closed: str = "") -> list[str]:
    return ["".join(text for text, _ in row) for row in page(desk, columns, rows, waiting, closed=closed)]


def asked(desk: Desk, survey: Survey) -> Iterator[Desk]:
    """The desk at every question of the survey."""
    for question in survey.questions:
        if question.asks:
            form = Form(NUMBER, 1, survey, True, Ask(question.name, 1, 1))
            yield replace(desk, stage=Stage.QUESTION, form=form)


def answered(desk: Desk, survey: Survey) -> Desk:
    """The desk at the summary of the fullest form there can be."""
    answers = {
        question.name: Answer(
            (question.choices[-1].name,) if question.choices else (LONG if question.kind == "text" else "7",)
        )
        for question in survey.questions
    }
    return replace(desk, stage=Stage.SUMMARY, form=Form(NUMBER, 1, survey, True, Review(), answers))


def desks(office: Office) -> Iterator[Desk]:
    """Every question and summary of every survey in every language."""
    for survey in map(office.survey, SURVEYS):
        for locale in survey.locales:
            desk = Desk(survey, locale, office.catalogues)
            yield from (desk, answered(desk, survey), replace(desk, before=NUMBER, news="The form is in."))
            yield from asked(desk, survey)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_every_screen_fills_the_window_and_names_its_keys_in_the_last_line(
    office: Office, columns: int, rows: int
) -> None:
    for desk in desks(office):
        for one in (desk, replace(desk, problem="6 is no box of this question."), replace(desk, entry=LONG[:11])):
            lines = shown(one, columns, rows)
            assert len(lines) == rows
            assert all(cell_len(line) == columns for line in lines)
            assert re.search(r"- |Esc |Enter ", lines[-1]), lines[-1]


def test_at_the_smallest_size_no_key_and_no_choice_is_cut_off(office: Office) -> None:
    for desk in desks(office):
        wide, lines = shown(desk, 300, 60)[-1].strip(), shown(desk, 80, 24, closed="Closed since 2026-01-31")
        assert lines[-1].strip() == wide
        assert lines[1].rstrip().endswith(f"   {desk.words.say('locale.name')}   Closed since 2026-01-31")
        question = desk.form.question if desk.form else None
        if desk.form and question:
            words = " ".join(" ".join(lines).split())
            for offer in asking.offers(desk, desk.form, question):
                assert " ".join(offer.label.split()) in words, offer.label


def test_a_summary_has_every_question_and_as_much_of_a_long_text_as_there_is_room(office: Office) -> None:
    for survey in map(office.survey, SURVEYS):
        desk = answered(Desk(survey, "de", office.catalogues), survey)
        for columns, rows in SIZES:
            lines = shown(desk, columns, rows)
            assert sum(bool(re.match(r"\s+[1-5]   \S", line)) for line in lines) == len(survey.questions)


def test_of_a_long_text_its_end_is_seen_while_it_is_typed(office: Office) -> None:
    survey = office.survey("counter")
    *_, desk = asked(Desk(survey, "de", office.catalogues), survey)
    lines = shown(replace(desk, entry=LONG + "Danke"), 80, 24)
    assert any("Danke▏" in line for line in lines)
    assert any("5   Was soll" in line for line in lines)


def test_while_it_waits_it_says_for_what_and_that_nothing_is_lost(office: Office) -> None:
    desk = Desk(office.survey("counter"), "de", office.catalogues)
    words = " ".join("".join(shown(desk, 80, 24, "The kiosk server does not answer.")).split())
    assert "The kiosk server does not answer. What was typed is kept on this screen and goes in by itself." in words


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("eins zwei", 10, ["eins zwei"]),
        ("eins zwei drei", 9, ["eins zwei", "drei"]),
        ("eins\nzwei", 10, ["eins", "zwei"]),
        ("a Fahrkartenautomat", 8, ["a", "Fahrkart", "enautoma", "t"]),
        ("eins\tzwei\x1b[2J", 8, ["eins", "zwei [2J"]),
        ("\t" * 99, 8, [""]),
        ("漢字漢字", 4, ["漢字", "漢字"]),
    ],
)
def test_lines_are_broken_by_columns(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


def test_every_ink_is_easy_to_read() -> None:
    """At least 7:1 (WCAG 2.2, 1.4.6)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for ink in Ink:
        darker, lighter = sorted((luminance(ink.fore), luminance(ink.back)))
        assert (lighter + 0.05) / (darker + 0.05) >= 7, ink


STORY = (
    ("the next number", ""),
    ("a number that is wrong", "12345678900"),
    ("who filled it in", f"-{NUMBER}"),
    ("a number", "⏎"),
    ("several boxes", "35⏎13"),
    ("a wrong key", "4"),
    ("a text", "-⏎7⏎Mehr Bänke in der Wartehalle"),
    ("the summary", "⏎"),
    ("handed in", "⏎"),
    ("in already", NUMBER),
    ("another's, and back at a question", "/⏎35⏎-"),
    ("half typed", f"⎋{NUMBER}"),
)


def test_the_screens_look_as_they_did(office: Office) -> None:
    typist = Typist(office, "kinds", seat="snapshots")
    drawn = "\n".join(f"== {name}\n{typist.type(keys).sees()}\n" for name, keys in STORY) + "\n"
    typist.leaves()
    now = re.sub(r"(Version) \w+|(since) [\d-]{10} [\d:]{5}", lambda found: f"{found[1] or found[2]} …", drawn)
    if os.environ.get("RECORD"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(now)
        pytest.fail(f"{SNAPSHOT.name} was written anew: read what changed")
    assert now.splitlines() == SNAPSHOT.read_text().splitlines()
