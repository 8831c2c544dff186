"""Words, keys, colours, digits: the small parts that every screen is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue import fields, read
from terminal_ui.actions import Finish, Write
from terminal_ui.cells import fits, shorten, width, wrap
from terminal_ui.grid import Size
from terminal_ui.keys import Focus, Move, moved
from terminal_ui.page import Look, Page, Rect, Target
from terminal_ui.paint import Touch, paint
from terminal_ui.palette import DAY, contrast
from terminal_ui.pictures import DIGIT_COLUMNS, FACE_COLUMNS, FACE_ROWS, FACES, digits
from terminal_ui.shield import Shield

FOLDER = Path(__file__).parents[2] / "terminal_ui" / "locale"
WORDS = {file.parent.parent.name: read(file) for file in FOLDER.glob("*/LC_MESSAGES/terminal.po")}


def test_all_languages_say_the_same_things() -> None:
    assert set(WORDS) == {"de", "de@easy", "en"}
    for message, words in WORDS["de"].items():
        assert message.startswith("terminal.")
        assert {fields(catalogue[message]) for catalogue in WORDS.values()} == {fields(words)}
    assert len({frozenset(catalogue) for catalogue in WORDS.values()}) == 1


def test_every_message_is_used() -> None:
    files = [file for suffix in ("*.py", "*.html") for file in FOLDER.parent.rglob(suffix)]
    source = "\n".join(file.read_text() for file in files)
    unused = []
    for message in WORDS["de"]:
        prefix, _, last = message.rpartition(".")
        if message not in source and not (f"{prefix}.{{" in source and f'"{last}"' in source):
            unused.append(message)
    assert unused == []


def test_easy_words_are_easy() -> None:
    for message, easy in WORDS["de@easy"].items():
        assert easy != WORDS["de"][message], message
        for sentence in re.split(r"[.!?:]", easy):
            assert len(sentence.split()) <= 12, message
        assert all(len(word) < 14 for word in re.findall(r"[^\W\d_]+", easy)), message


@given(st.text(alphabet="abcäß- \n漢", max_size=80), st.integers(min_value=2, max_value=30))
def test_wrapping_loses_no_letter_and_no_line_is_too_wide(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_words_are_kept_whole() -> None:
    assert wrap("Bürger-Amt und Rathaus", 8) == ("Bürger-", "Amt und", "Rathaus")
    assert fits("Bürger-Amt", 7, 2)
    assert not fits("Bürgeramt", 7, 2)
    assert shorten("eins zwei drei vier", 10, 1) == ("eins …",)
    assert shorten("die Donaudampfschifffahrt und", 10, 3) == ("die", "Donaudamp…", "und")


def row_of_three() -> tuple[Target, ...]:
    places = (Rect(1, 1, 10, 3), Rect(13, 1, 10, 3), Rect(25, 1, 10, 3), Rect(1, 6, 34, 3))
    return tuple(Target(place, Finish(), ("x",)) for place in places)


@pytest.mark.parametrize(
    ("start", "move", "end"),
    [
        (0, Move.RIGHT, 1),
        (2, Move.RIGHT, 2),
        (1, Move.DOWN, 3),
        (3, Move.UP, 1),
        (3, Move.NEXT, 0),
        (0, Move.BEFORE, 3),
        (2, Move.LEFT, 1),
    ],
)
def test_arrows_go_where_they_point(start: int, move: Move, end: int) -> None:
    assert moved(row_of_three(), Focus(start), move) == Focus(end)


def test_a_double_tap_counts_once_but_for_letters() -> None:
    first, second, *_ = row_of_three()
    letter = replace(first, action=Write("remarks", "s"))
    shield = Shield()
    shield.appeared(10.0)
    assert shield.refuses(first, 10.2)
    assert not shield.refuses(first, 10.4)
    shield.took(first, 10.4)
    assert shield.refuses(first, 10.5)
    assert not shield.refuses(second, 10.5)
    assert not shield.refuses(letter, 10.5)
    assert not shield.refuses(first, 10.8)


def test_the_same_key_counts_again_after_the_pause_that_the_office_sets() -> None:
    patient, usual = Shield(pause=0.5), Shield()
    for key, at, refused in (("1", 10.0, False), ("1", 10.4, True), ("1", 10.95, False), ("2", 11.0, False)):
        assert patient.struck_twice(key, at) is refused
        assert not usual.struck_twice(key, at)


def test_faces_and_digits_are_whole_pictures() -> None:
    for faces in FACES.values():
        assert len(set(faces)) == len(faces)
        for face in faces:
            assert {len(line) for line in face} == {FACE_COLUMNS}
            assert len(face) == FACE_ROWS * 2
    rows = digits("1234 5678 901")
    assert {len(row) for row in rows} == {11 * DIGIT_COLUMNS + 12 + 2 * 3}


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_frame_of_the_focus_stays_whole_beside_thin_lines() -> None:
    """A card below draws its own outline into the same row; the frame was black there instead of orange."""
    card = Target(Rect(1, 1, 8, 2), Finish(), ("one",), Look.CARD)
    below = replace(card, rect=Rect(1, 4, 8, 2))
    rows = paint(Page("cards", (card, below), ()), Size(12, 8), DAY, Touch(range(1)))
    gap = [(text, ink) for text, ink in rows[3] if "▀" in text]
    assert [ink.fore for _, ink in gap] == [DAY.ring]
