"""Whether two scans show the same page with the same marks: somebody scanned it twice, or copied a sheet for another.

    eemxec?e:waited 3f00.. 3f00...    a letter for each box, then the questions with ink outside them; for each mark how
                                      it looks; then for each field its ink

`Page.content` is compared letter by letter in the core, so a scan that looks like one on record takes over what is on
record. Boxes are alike where they are equal and the marks in them look the same, for two people who copied a sheet may
cross the same boxes, but not with the same strokes; or where the eye was not sure of a few of them. What was filled in
on a screen has no strokes, and two people may have got one form and put in the same: marks and words are the same only
in the same file. Handwriting never comes out the same twice, so its ink is compared as a picture: how dark each cell of
a grid is, without what runs on along a row, as printed lines do and the mere fact that somebody wrote there. Of ink
outside the boxes it is known at which questions there is some. What is on record is a doubt already; where a later scan
shows more, somebody added it, or it was not seen before. What differs more goes to a person.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.cutouts import around_field
from channels.paper.marks import hand
from channels.paper.reading import BoxReading, FieldReading, MarkState, PageReading
from channels.paper.sheet import Field

LETTERS = {MarkState.EMPTY: "e", MarkState.MARKED: "x", MarkState.CANCELLED: "c", MarkState.REVIEW: "?"}
NOT_SURE, BLANK, NEXT, BESIDE = "?", "-", ",", ":"
MOST_UNSURE = 2  # boxes of a page
CELL_MM, ROW_MM = 1.0, 2.5  # of the grid
SHADES = 16  # of a cell, a hex digit each
LETTER_CELLS = 6.0  # what is wider is no letter
OFF_CELLS, OFF_ROWS = 2, 1  # by which two scans may lie apart
ALIKE = 0.43  # correlation: scans of the same writing have 0.47 and more, of different writing 0.38 at most


def content(read: PageReading, file: str) -> str:
    """`file`: the hash of the file that the page is from."""
    boxes = BESIDE.join(["".join(map(_letter, read.boxes)), *sorted(read.beside)])
    marks = [one.ink or file for one in read.boxes if one.state is MarkState.MARKED]
    return " ".join([boxes, NEXT.join(marks) or BLANK, *(_ink(one, file) for one in read.fields)])


def known(mine: str, on_record: Iterable[str]) -> str:
    """What is on record of the same page, or `mine` where nothing is alike."""
    return next((other for other in on_record if alike(mine, other)), mine)


def alike(one: str, on_record: str) -> bool:
    """Whether a scan shows the same marks as one on record of the same page of the same form, and nothing beside its
    boxes that is not on record."""
    head, marks, *inks = one.split(" ")
    other_head, other_marks, *other_inks = on_record.split(" ")
    (boxes, *beside), (others, *other_beside) = head.split(BESIDE), other_head.split(BESIDE)
    if len(boxes) != len(others) or len(inks) != len(other_inks) or not set(beside) <= set(other_beside):
        return False
    unlike = [pair for pair in zip(boxes, others, strict=True) if len(set(pair)) > 1]
    same = len(unlike) <= MOST_UNSURE and all(NOT_SURE in pair for pair in unlike)
    drawn, other_drawn = _drawn(boxes, marks), _drawn(others, other_marks)
    strokes = all(hand.same(drawn[place], other_drawn[place]) for place in drawn.keys() & other_drawn.keys())
    return same and strokes and all(map(_same_ink, inks, other_inks))


def _drawn(boxes: str, marks: str) -> dict[int, str]:
    """The place of each mark among the boxes, and how it looks."""
    places = [place for place, letter in enumerate(boxes) if letter == LETTERS[MarkState.MARKED]]
    return dict(zip(places, marks.split(NEXT), strict=False))


def _letter(read: BoxReading) -> str:
    return LETTERS[read.state]


def _ink(read: FieldReading, file: str) -> str:
    if read.text:
        return f"{file}:{read.text.encode().hex()}"
    if not read.written:
        return BLANK
    picture = cv2.imdecode(np.frombuffer(read.cutout, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        return BLANK
    picture = picture[_inside(read.field, *picture.shape)]
    paper = max(float(np.percentile(picture, 90)), 1.0)
    dark = np.clip(1.0 - picture.astype(np.float32) / paper, 0.0, 1.0)
    size = round(read.field.width_mm / CELL_MM), round(read.field.height_mm / ROW_MM)
    grid = cv2.resize(dark, size, interpolation=cv2.INTER_AREA)
    shades = (grid / (float(grid.max()) or 1.0) * (SHADES - 1)).round().astype(int)
    return "/".join("".join(f"{shade:x}" for shade in row) for row in shades)


def _inside(field: Field, height_px: int, width_px: int) -> tuple[slice, slice]:
    """Where the field is in its cut-out, without the words around it."""
    area = around_field(field)
    down, across = height_px / (area.bottom_mm - area.top_mm), width_px / (area.right_mm - area.left_mm)
    top, left = field.y_mm - area.top_mm, field.x_mm - area.left_mm
    rows = slice(round(top * down), round((top + field.height_mm) * down))
    return rows, slice(round(left * across), round((left + field.width_mm) * across))


def _same_ink(one: str, other: str) -> bool:
    if "/" not in one or "/" not in other:
        return one == other
    wide = cv2.copyMakeBorder(_letters(one), OFF_ROWS, OFF_ROWS, OFF_CELLS, OFF_CELLS, cv2.BORDER_CONSTANT)
    return float(cv2.matchTemplate(wide, _letters(other), cv2.TM_CCORR_NORMED).max()) >= ALIKE


def _letters(ink: str) -> NDArray[np.float32]:
    """The grid without what runs on along a row."""
    grid = np.array([[int(shade, SHADES) for shade in row] for row in ink.split("/")], np.float32)
    grid = np.clip(grid - np.median(grid, axis=1, keepdims=True), 0, None)
    return np.asarray(grid - cv2.GaussianBlur(grid, (0, 0), sigmaX=LETTER_CELLS, sigmaY=0.01), np.float32)
