"""Faces and large digits, drawn in half cells: two pixels above each other in one cell.

Block letters of figlet and emoji were tried and are unreadable or torn (emoji: rich#3897). A face of 10x10 pixels
with a black outline on a light ground looks the same in every terminal; the word below it says what it means, the
colour says nothing. A text row is as high as two columns are wide, so a pixel is a square.
"""

from __future__ import annotations

_TOP = ("..######..", ".#oooooo#.")
_CHIN = (".#oooooo#.", "..######..")

VERY_GLAD = (*_TOP, "#oooooooo#", "#oo#oo#oo#", "#oo#oo#oo#", "#oooooooo#", "#o######o#", "#oo####oo#", *_CHIN)
GLAD = (*_TOP, "#oooooooo#", "#oo#oo#oo#", "#oo#oo#oo#", "#oooooooo#", "#o#oooo#o#", "#oo####oo#", *_CHIN)
EVEN = (*_TOP, "#oooooooo#", "#oo#oo#oo#", "#oo#oo#oo#", "#oooooooo#", "#oooooooo#", "#oo####oo#", *_CHIN)
SORRY = (*_TOP, "#oooooooo#", "#oo#oo#oo#", "#oo#oo#oo#", "#oooooooo#", "#oo####oo#", "#o#oooo#o#", *_CHIN)
VERY_SORRY = (*_TOP, "#oooooooo#", "#oo#oo#oo#", "#oo#oo#oo#", "#oooooooo#", "#oo####oo#", "#o######o#", *_CHIN)

FACE_COLUMNS, FACE_ROWS = 10, 5

# For two to five points of a scale, from the glad end.
FACES: dict[int, tuple[tuple[str, ...], ...]] = {
    2: (GLAD, SORRY),
    3: (GLAD, EVEN, SORRY),
    4: (VERY_GLAD, GLAD, SORRY, VERY_SORRY),
    5: (VERY_GLAD, GLAD, EVEN, SORRY, VERY_SORRY),
}

# On the large grid a face stands beside its words, without an outline: its ground is light there by itself.
_EYES = ("o#oo#o", "oooooo")
SMALL_VERY_GLAD = (*_EYES, "o####o", "oo##oo")
SMALL_GLAD = (*_EYES, "o#oo#o", "oo##oo")
SMALL_EVEN = (*_EYES, "oooooo", "o####o")
SMALL_SORRY = (*_EYES, "oo##oo", "o#oo#o")
SMALL_VERY_SORRY = (*_EYES, "oo##oo", "o####o")

SMALL_FACES: dict[int, tuple[tuple[str, ...], ...]] = {
    2: (SMALL_GLAD, SMALL_SORRY),
    3: (SMALL_GLAD, SMALL_EVEN, SMALL_SORRY),
    4: (SMALL_VERY_GLAD, SMALL_GLAD, SMALL_SORRY, SMALL_VERY_SORRY),
    5: (SMALL_VERY_GLAD, SMALL_GLAD, SMALL_EVEN, SMALL_SORRY, SMALL_VERY_SORRY),
}

DIGIT_COLUMNS, DIGIT_ROWS = 4, 4
DIGITS: dict[str, tuple[str, ...]] = {
    "0": (".##.", "#..#", "#..#", "#..#", "#..#", "#..#", ".##.", "...."),
    "1": ("..#.", ".##.", "#.#.", "..#.", "..#.", "..#.", ".###", "...."),
    "2": (".##.", "#..#", "...#", "..#.", ".#..", "#...", "####", "...."),
    "3": ("###.", "...#", "...#", ".##.", "...#", "...#", "###.", "...."),
    "4": ("#..#", "#..#", "#..#", "####", "...#", "...#", "...#", "...."),
    "5": ("####", "#...", "###.", "...#", "...#", "#..#", ".##.", "...."),
    "6": (".##.", "#...", "#...", "###.", "#..#", "#..#", ".##.", "...."),
    "7": ("####", "...#", "...#", "..#.", "..#.", ".#..", ".#..", "...."),
    "8": (".##.", "#..#", "#..#", ".##.", "#..#", "#..#", ".##.", "...."),
    "9": (".##.", "#..#", "#..#", ".###", "...#", "...#", ".##.", "...."),
}


SMALL_DIGITS: dict[str, tuple[str, ...]] = {
    "0": ("###", "#.#", "#.#", "#.#", "###", "..."),
    "1": (".#.", "##.", ".#.", ".#.", "###", "..."),
    "2": ("###", "..#", "###", "#..", "###", "..."),
    "3": ("###", "..#", ".##", "..#", "###", "..."),
    "4": ("#.#", "#.#", "###", "..#", "..#", "..."),
    "5": ("###", "#..", "###", "..#", "###", "..."),
    "6": ("###", "#..", "###", "#.#", "###", "..."),
    "7": ("###", "..#", ".#.", ".#.", ".#.", "..."),
    "8": ("###", "#.#", "###", "#.#", "###", "..."),
    "9": ("###", "#.#", "###", "..#", "###", "..."),
}


def digits(code: str, *, small: bool = False) -> tuple[str, ...]:
    """A number in large digits, as pixel rows; a space parts the groups."""
    shapes, space = (SMALL_DIGITS, ".") if small else (DIGITS, "...")
    return tuple(
        ".".join(space if sign == " " else shapes[sign][row] for sign in code) for row in range(len(shapes["0"]))
    )
