"""What people really text back, and what it must become: replies.tsv, written by somebody who had not seen the program.

Columns: where it arrives (the notice, a question of the sample survey, or `age`), the locale, the text (\\n is a line
break), what it becomes, and a note. `again`: it is asked again and nothing is stored. Nothing may be guessed: where the
table says `again`, an answer is a fault, and so is a wrong answer anywhere. The rows in `DIFFERENT` are read in another
way than their author read them, each for a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from kiosk import catalogue
from kiosk.hearing import hear
from kiosk.inputs import (
    AskedAgain,
    AskedHelp,
    Chose,
    Consented,
    Declined,
    Input,
    Left,
    Misunderstood,
    Reopened,
    SpokeLocale,
    Together,
)
from kiosk.interview import Interview
from kiosk.survey import Answer, Kind, Question, Survey
from kiosk.understanding import Command, command
from tests.kiosk.generated import sample

TABLE = Path(__file__).with_name("replies.tsv")
CATALOGUES = catalogue.load()
DIGITAL = sample("digital")
LOCALES = DIGITAL.locales
AGE = Question("age", Kind.INTEGER, dict.fromkeys(LOCALES, "?"), required=True, minimum=16, maximum=110)
BEFORE: Mapping[str, Answer] = {
    "useful_at": Answer(("offices",)),
    "skills": Answer(("fair",)),
    "support": Answer(("courses",)),
    "involved_by": Answer(("online",)),
}


class Row(NamedTuple):
    where: str
    locale: str
    text: str
    becomes: str
    note: str


def rows() -> Iterator[Row]:
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        where, locale, text, becomes, note = line.split("\t")
        yield Row(where, locale, text.replace("\\n", "\n"), becomes, note)


def asked(survey: Survey, where: str, locale: str) -> Interview:
    """The interview that stands where the text arrives."""
    if where == "consent":
        return Interview(survey, locale, review=False)
    if where == "age":
        return Interview(replace(survey, questions=(AGE,)), locale, review=False, consent=True)
    names = list(BEFORE)
    before = {name: BEFORE[name] for name in (names[: names.index(where)] if where in names else names)}
    return Interview(survey, locale, review=False, consent=True, answers=before)


def became(given: Input, interview: Interview) -> str:
    """What an input is in the words of the table."""
    match given:
        case Consented(yes):
            return "yes" if yes else "no"
        case Chose(values, to):
            question = interview.survey.question(to)
            assert question
            kinds = {Kind.TEXT: "text", Kind.INTEGER: f"number:{values[0]}"}
            return kinds.get(question.kind, f"choice:{'+'.join(values)}")
        case Declined(missing):
            return str(missing)
        case Together(inputs):
            return "several:" + ",".join(part(one) for one in inputs if not isinstance(one, Misunderstood))
        case SpokeLocale(locale):
            return f"language:{locale}"
        case Reopened():
            return "back"
        case AskedHelp():
            return "help"
        case AskedAgain():
            return "repeat"
        case Left():
            return "stop"
        case _:
            return "again"


def part(given: Input) -> str:
    match given:
        case Consented():
            return "yes"
        case Chose(values, to):
            return f"{to}={'+'.join(values)}"
        case Declined(missing, to):
            return f"{to}={missing}"
        case _:
            return str(given)


def heard(row: Row) -> str:
    """What the row's text becomes. START says what is asked once more, as NOCHMAL does, so it is told by its word."""
    interview, words = asked(DIGITAL, row.where, row.locale), CATALOGUES[row.locale].vocabulary
    if command(row.text, words) is Command.START:
        return "start"
    return became(hear(interview, row.text, words), interview)


def meant(row: Row) -> str:
    after = LOCALES[(LOCALES.index(row.locale) + 1) % len(LOCALES)]
    return f"language:{after}" if row.becomes == "language:next" else row.becomes


ASKED_AGAIN = ("again", "repeat", "help")
# (where, text) -> what it becomes here, and why
DIFFERENT: Mapping[tuple[str, str], tuple[str, str]] = {
    ("support", "3b"): ("several:support=at_the_office", "the same answer, by its label"),
    ("support", "Einfacher bitte"): ("choice:simpler_services", "nobody asks for another language in this word"),
    ("wishes", "7"): ("text", "a free text is taken as it is"),
    ("useful_at", "1A 2BC"): ("several:useful_at=offices", "what is clear is kept, question 2 is asked again"),
    ("useful_at", "1A 2C 2D"): ("several:useful_at=offices", "what is clear is kept, question 2 is asked again"),
    ("useful_at", "1E 2A"): ("several:skills=very_good", "what is clear is kept, question 1 is asked again"),
    ("consent", "los gehts"): ("start", "a consent has to be a yes"),
}
TOO_CAREFUL = 0.10  # of all rows, at most, may be asked again although their author understood them


@pytest.mark.parametrize("row", [pytest.param(row, id=f"row-{number}") for number, row in enumerate(rows(), start=2)])
def test_nothing_is_guessed(row: Row) -> None:
    is_ = heard(row)
    different, _ = DIFFERENT.get((row.where, row.text), ("", ""))
    assert is_ in (meant(row), different or meant(row), *ASKED_AGAIN)


def test_hardly_anything_that_is_clear_is_asked_again() -> None:
    table = list(rows())
    missed = [row for row in table if heard(row) != meant(row) and heard(row) in ASKED_AGAIN]
    assert len(table) >= 150
    assert len(missed) <= TOO_CAREFUL * len(table), "\n".join(f"{row.where}: {row.text!r}" for row in missed)


def test_every_difference_is_one() -> None:
    told = {(row.where, row.text): row for row in rows() if (row.where, row.text) in DIFFERENT}
    assert told.keys() == DIFFERENT.keys()
    assert [row for key, row in told.items() if heard(row) != DIFFERENT[key][0]] == []
