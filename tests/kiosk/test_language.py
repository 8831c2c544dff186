"""Plain and easy language: the rules, and everything a resident reads kept to them.

That is the surveys, the documented example and all catalogues. The three locales are equals: `de@easy` keeps the limits
of easy language, `de` and `en` those of plain language, and no easy text is just a copy of the plain one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk import catalogue
from kiosk.definition import from_toml
from kiosk.lint.language import Severity, check, sentences, words
from kiosk.survey import Survey
from kiosk.wording import House, full_notice

HOUSE = Path(__file__).parents[2]
LOCALES = ("de", "de@easy", "en")
SURVEY_FILES = [*sorted((HOUSE / "kiosk" / "surveys").glob("*.toml")), HOUSE / "kiosk/schemas/survey.example.toml"]
SURVEYS = {
    file.name: from_toml(file.stem.replace(".", "-"), file.read_text(), file.name, LOCALES) for file in SURVEY_FILES
}
FOLDERS = [HOUSE / "terminal_ui/locale", *sorted(HOUSE.glob("channels/*/locale"))]
CATALOGUES = catalogue.load(FOLDERS)

Words = Mapping[str, str]  # locale -> text


def texts_in(table: Mapping[str, Any], where: str) -> Iterator[tuple[str, Words]]:
    """Every table of locales below `table`, with its path."""
    if all(isinstance(value, str) for value in table.values()) and set(table) <= set(LOCALES):
        yield where, dict(table)
        return
    for key, value in table.items():
        for position, below in enumerate(value if isinstance(value, list) else [value], start=1):
            if isinstance(below, dict):
                yield from texts_in(below, f"{where} {key}{f' {position}' if isinstance(value, list) else ''}")


def everything_to_read() -> dict[str, Words]:
    """Where -> the same text in every locale: of the surveys, and of the messages, but for the words residents say. A
    field counts as one short word."""
    places: dict[str, Words] = {}
    for file in SURVEY_FILES:
        places |= texts_in(tomllib.loads(file.read_text()), file.stem)
    for message in CATALOGUES["de"].messages:
        if not message.startswith("words."):
            texts = {locale: CATALOGUES[locale].messages.get(message, "") for locale in LOCALES}
            places[message] = {locale: re.sub(r"\{\w+\}", "0", text) for locale, text in texts.items()}
    return places


TO_READ = everything_to_read()


# The rules themselves


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Ein Satz.", 1),
        ("Ein Satz ohne Punkt", 1),
        ("Haben Sie Zeit? Ja! Gut.", 3),
        ("Eine Zeile\nEine zweite Zeile", 2),
        ("Eine Zeile.\n\nEin Absatz.", 2),
        ("Das kostet z. B. 5 Euro.", 1),
        ("Das kostet z.B. nichts.", 1),
        ("So will es Art. 6 Abs. 1 der Verordnung.", 1),
        ("Am 1. Mai ist frei. Dann nicht.", 2),
        ("Die 2. von drei Fragen.", 1),
        ("Wir schließen um 12. Dann ist Pause.", 2),
        ("Es sind 1.000 Leute.", 1),
        ('Er sagt: "Gut." Dann geht er.', 2),
        ("Use a pen, e.g. a blue one.", 1),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("ein Wort", 2), ("Daten-Schutz", 1), ("Bus - Bahn – Rad", 3), ("am 24.12. um 8:30 Uhr", 5), ("…", 0)],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert len(words(text)) == count


@pytest.mark.parametrize(
    ("text", "easy", "expected"),
    [
        ("wort " * 15, False, []),
        ("wort " * 16, False, ["L1 warn 16"]),
        ("wort " * 20, False, ["L1 warn 20"]),
        ("wort " * 21, False, ["L1 error 21"]),
        ("wort " * 8, True, []),
        ("wort " * 9, True, ["L1 warn 9"]),
        ("wort " * 12, True, ["L1 warn 12"]),
        ("wort " * 13, True, ["L1 error 13"]),
        ("wort " * 12 + "\n" + "wort " * 8, True, ["L1 warn 12"]),
        ("Datenschutzgrundverordnung", False, ["L2 warn 26"]),
        ("Öffnungszeiten", False, []),
        ("Öffnungszeiten", True, ["L2 error 14"]),
        ("O\u0308ffnungszeiten", True, ["L2 error 14"]),
        ("Öffnungs-Zeiten", True, []),
        ("Öffnungs·zeiten", True, []),
        ("Öffnungs\u00adzeiten", True, []),
        ("Terminvergabe", True, []),
        ("12345678901234567890", True, []),
    ],
)
def test_rules(text: str, easy: bool, expected: list[str]) -> None:
    assert [f"{finding.rule} {finding.severity} {finding.found}" for finding in check(text, easy)] == expected


def test_a_finding_says_where_and_how_much() -> None:
    assert str(check("Öffnungszeiten", easy=True)[0]) == "L2 error: 14 letters, at most 13: “Öffnungszeiten”"


# What residents read


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_breaks_a_rule_of_language(locale: str) -> None:
    """Easy: no sentence over 12 words and no unbroken word of 14 letters. Plain: no sentence over 20 words."""
    easy = locale.endswith("@easy")
    broken = [
        f"{where}: {finding}"
        for where, texts in TO_READ.items()
        for finding in check(texts[locale], easy)
        if finding.severity is Severity.ERROR
    ]
    assert broken == []


def test_every_text_stands_in_every_locale() -> None:
    missing = [f"{where}: {at}" for where, texts in TO_READ.items() for at in LOCALES if not texts.get(at, "").strip()]
    assert missing == []


# A language's name in itself, figures alone, and words that residents are told to look for, the same in every SMS.
ALIKE = {"language.de", "language.de@easy", "language.en", "sms.number", "sms.option", "sms.consent.yes"}
ALIKE |= {"sms.missing.dont_know"}  # plain language is short here because an SMS is


def test_no_easy_text_is_the_plain_one() -> None:
    alike = [where for where, texts in TO_READ.items() if texts["de@easy"] == texts["de"]]
    assert set(alike) == ALIKE


def test_nothing_claims_to_be_leichte_sprache_before_readers_reviewed_it() -> None:
    claims = [
        where for where, texts in TO_READ.items() for text in texts.values() if "leichte sprache" in text.casefold()
    ]
    assert claims == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
def test_the_whole_notice_keeps_the_rules(survey: Survey, locale: str) -> None:
    """With the sentences that follow from the settings, their fields filled in."""
    notice = full_notice(survey, CATALOGUES[locale], House("Amt", "123"))
    findings = [finding for part in notice for finding in check(part, locale.endswith("@easy"))]
    assert [str(finding) for finding in findings if finding.severity is Severity.ERROR] == []
