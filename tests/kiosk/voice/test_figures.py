"""Figures as they are said, in the words the engine is given."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.voice.figures import spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Ihr Code: 4827 1953 206.", "Ihr Code: 4 8 2 7, 1 9 5 3, 2 0 6."),
        ("Telefon 03521 000 0", "Telefon 0 3 5 2 1, 0 0 0, 0"),
        ("Telefon: 4711", "Telefon: 4 7 1 1"),
        ("Rufen Sie 03521/000-000 an.", "Rufen Sie 0 3 5 2 1, 0 0 0, 0 0 0 an."),
        ("+49 (3521) 0000", "plus 4 9, 3 5 2 1, 0 0 0 0"),
        ("01662 Meißen", "0 1 6 6 2 Meißen"),
        ("am 24.12.2026", "am vierundzwanzigsten Dezember 2026"),
        ("der 3. Oktober 1990", "der dritte Oktober 19 hundert 90"),
        ("Am 1. Mai", "Am ersten Mai"),
        ("2026-12-31", "einunddreißigster Dezember 2026"),
        ("im 2. Stock", "im zweiten Stock"),
        ("um 8:30 Uhr", "um 8 Uhr 30"),
        ("um 8.05 Uhr", "um 8 Uhr 5"),
        ("von 8.30 bis 12.00 Uhr", "von 8 Uhr 30 bis 12 Uhr"),
        ("8–12 Uhr", "8 bis 12 Uhr"),
        ("5 €", "5 Euro"),
        ("5,50 €", "5 Euro 50"),
        ("5,00 Euro", "5 Euro"),
        ("10.000 Menschen", "10000 Menschen"),
        ("10-12", "10 bis 12"),
    ],
)
def test_german(written: str, said: str) -> None:
    assert spoken(written, "de") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Your code: 4827 1953 206", "Your code: 4 8 2 7, 1 9 5 3, 2 0 6"),
        ("phone 03521 000 000", "phone 0 3 5 2 1, 0 0 0, 0 0 0"),
        ("24/12/2026", "24th of December 2026"),
        ("on 3 May 2026", "on 3rd of May 2026"),
        ("at 9:00", "at 9 o'clock"),
        ("9:00 am", "9 am"),
        ("9:05", "9 oh 5"),
        ("9:00–12:30", "9 to 12 30"),
        ("€5.50", "5 euros 50"),
        ("1,000 people", "1000 people"),
        ("10–12", "10 to 12"),
    ],
)
def test_english(written: str, said: str) -> None:
    assert spoken(written, "en") == said


@pytest.mark.parametrize(
    "text",
    [
        "Eine Zahl von 1 bis 120.",
        "1: Ja, mitmachen",
        "0 bis 10",
        "Frage 3 von 5",
        "110 Besucher",
        "3,5 Kinder",
        "Wir schließen um 12. Dann ist Pause.",
        "am 35.13.2026",
        "Version 1.2.3.4",
        "Raum B12",
        "Artikel 6, Absatz 1",
        "Es ist 25:70",
        "4 8 2 7, 1 9 5 3, 2 0 6",
    ],
)
def test_what_an_engine_reads_well_is_left_alone(text: str) -> None:
    assert spoken(text, "de") == text


def test_a_language_without_rules_still_has_its_codes_and_telephones() -> None:
    assert (
        spoken("Kod: 4827 1953 206, tel. 03521 0000", "pl") == "Kod: 4 8 2 7, 1 9 5 3, 2 0 6, tel. 0 3 5 2 1, 0 0 0 0"
    )


NUMERIC = st.text(st.sampled_from("0123456789 .,:/-–+€()UhrMaiStock"), max_size=60)


@given(st.text() | NUMERIC, st.sampled_from(["de", "en", "pl"]))
def test_any_text_can_be_said_and_once_said_keeps_its_words(text: str, language: str) -> None:
    said = spoken(text, language)
    letters = re.findall(r"[^\W\d_]{8,}", re.sub(r"\d+\.? *\w*", "", text))
    assert all(word in said for word in letters)


@given(st.text(st.characters(exclude_categories=["Nd"])), st.sampled_from(["de", "en"]))
def test_a_text_without_digits_is_as_it_was(text: str, language: str) -> None:
    assert spoken(text, language) == text


@given(st.from_regex(r"[0-9]{4} [0-9]{4} [0-9]{3}", fullmatch=True), st.sampled_from(["de", "en", "pl"]))
def test_of_a_code_every_digit_is_said_in_its_place(code: str, language: str) -> None:
    said = spoken(f"Code: {code}.", language)
    assert re.findall(r"\d+", said) == list(code.replace(" ", ""))


@given(st.from_regex(r"0[0-9]{2,5}[ /-][0-9]{3,8}", fullmatch=True), st.sampled_from(["de", "en", "pl"]))
def test_of_a_telephone_number_every_digit_is_said(number: str, language: str) -> None:
    assert re.findall(r"\d+", spoken(number, language)) == re.findall(r"\d", number)
