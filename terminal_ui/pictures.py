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


def digits(code: str) -> tuple[str, ...]:
    """A number in large digits, as pixel rows; a space parts the groups."""
    rows = []
    for row in range(DIGIT_ROWS * 2):
        rows.append(".".join("..." if sign == " " else DIGITS[sign][row] for sign in code))
    return tuple(rows)
