"""The names of signs: every key of the keyboard has one, and what somebody writes is heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import catalogue
from terminal_ui.pages.keyboard import LARGE_BOARD, RUB, SHIFT, STANDARD_BOARD
from terminal_ui.signs import change, name, written

WORDS = catalogue.load([Path(__file__).parents[2] / "terminal_ui" / "locale"])
BOARDS = (STANDARD_BOARD, LARGE_BOARD)
LETTERS = "".join(row for board in BOARDS for rows in board.letters.values() for row in rows)
SIGNS = "".join(row for board in BOARDS for row in board.signs)
KEYS = [*LETTERS, *SIGNS, *LETTERS.upper().replace("SS", ""), " ", RUB, SHIFT, "123", "abc"]


@pytest.mark.parametrize("locale", WORDS)
def test_every_key_of_the_keyboard_has_a_name_of_its_own(locale: str) -> None:
    names = [name(key, WORDS[locale]) for key in dict.fromkeys(KEYS)]
    assert len(set(names)) == len(names)
    unnamed = [found for found in names if not any(sign.isalnum() for sign in found)]
    assert unnamed == []


@pytest.mark.parametrize(
    ("sign", "german", "easy", "english"),
    [
        (",", "Komma", "ein Komma", "comma"),
        ("A", "großes A", "ein großes A", "capital A"),
        ("Ü", "großes Ü", "ein großes Ü", "capital Ü"),
        ("a", "a", "a", "a"),
        ("7", "7", "7", "7"),
        ("ß", "scharfes S", "ein scharfes S", "sharp S"),
        (" ", "Leertaste", "Leer-Taste", "Space"),
        ("←", "Löschen", "Zeichen löschen", "delete"),
        ("$", "$", "$", "$"),
    ],
)
def test_names(sign: str, german: str, easy: str, english: str) -> None:
    assert [name(sign, WORDS[locale]) for locale in ("de", "de@easy", "en")] == [german, easy, english]


@pytest.mark.parametrize(
    ("before", "after", "heard"),
    [
        ("", "D", "großes D"),
        ("Di", "Die", "e"),
        ("Die", "Die ", "Die"),
        ("Die Frage", "Die Frage ", "Frage"),
        ("Die ", "Die  ", "Leertaste"),
        ("", " ", "Leertaste"),
        ("Gut", "Gut.", "Punkt"),
        ("das", "da", "s gelöscht"),
        ("da ", "da", "Leertaste gelöscht"),
        ("a", "", "a gelöscht"),
        ("", "Alles gut", "Da steht jetzt: Alles gut"),
        ("Alles gut", "", "Da steht noch nichts"),
    ],
)
def test_what_is_heard_while_somebody_writes(before: str, after: str, heard: str) -> None:
    assert change(before, after, WORDS["de"]) == heard


def test_a_whole_text_is_read_back() -> None:
    assert written("Alles {gut}?", WORDS["de"]) == "Da steht jetzt: Alles {gut}?"
