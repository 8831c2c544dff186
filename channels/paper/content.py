"""Whether two scans show the same page with the same marks: somebody scanned it twice, or copied a sheet for another.

    eemxec?e 3f00...      a letter for each box, then for each field its ink

`Page.content` is compared letter by letter in the core, so a scan that looks like one on record takes over what is on
record. Boxes are alike where they are equal, or where the eye was not sure of a few of them. Handwriting never comes
out the same twice, so its ink is compared as a picture: how dark each cell of a small grid is, without what is the same
all along a row or a column, which is what was printed. What differs more goes to a person.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.cutouts import around_field
from channels.paper.reading import BoxReading, FieldReading, MarkState, PageReading
from channels.paper.sheet import Field

LETTERS = {MarkState.EMPTY: "e", MarkState.MARKED: "x", MarkState.CANCELLED: "c", MarkState.REVIEW: "?"}
NOT_SURE, BLANK = "?", "-"
MOST_UNSURE = 2  # boxes of a page
COLUMNS, ROWS = 48, 12  # of the grid
SHADES = 16  # of a cell, a hex digit each
ALIKE = 0.6  # correlation; see tests/channels/paper/test_content.py for what it parts


def content(read: PageReading) -> str:
    boxes = "".join(map(_letter, read.boxes))
    return " ".join([boxes, *map(_ink, read.fields)])


def known(mine: str, on_record: Iterable[str]) -> str:
    """What is on record of the same page, or `mine` where nothing is alike."""
    return next((other for other in on_record if alike(mine, other)), mine)


def alike(one: str, other: str) -> bool:
    """Whether two scans of the same page of the same form show the same marks."""
    boxes, *inks = one.split(" ")
    others, *other_inks = other.split(" ")
    if len(boxes) != len(others) or len(inks) != len(other_inks):
        return False
    unlike = [pair for pair in zip(boxes, others, strict=True) if len(set(pair)) > 1]
    same = len(unlike) <= MOST_UNSURE and all(NOT_SURE in pair for pair in unlike)
    return same and all(map(_same_ink, inks, other_inks))


def _letter(read: BoxReading) -> str:
    return LETTERS[read.state]


def _ink(read: FieldReading) -> str:
    if read.text:
        return read.text.encode().hex()
    if not read.written:
        return BLANK
    picture = cv2.imdecode(np.frombuffer(read.cutout, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        return BLANK
    picture = picture[_inside(read.field, *picture.shape)]
    paper = float(np.percentile(picture, 90))
    dark = np.clip(1.0 - picture.astype(np.float32) / max(paper, 1.0), 0.0, 1.0)
    grid = cv2.resize(dark, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    darkest = float(grid.max()) or 1.0
    return "".join(f"{int(shade):x}" for shade in (grid / darkest * (SHADES - 1)).ravel())


def _inside(field: Field, height_px: int, width_px: int) -> tuple[slice, slice]:
    """Where the field is in its cut-out, without the words around it."""
    area = around_field(field)
    down, across = height_px / (area.bottom_mm - area.top_mm), width_px / (area.right_mm - area.left_mm)
    top, left = field.y_mm - area.top_mm, field.x_mm - area.left_mm
    rows = slice(round(top * down), round((top + field.height_mm) * down))
    return rows, slice(round(left * across), round((left + field.width_mm) * across))


def _same_ink(one: str, other: str) -> bool:
    if len(one) != COLUMNS * ROWS or len(other) != COLUMNS * ROWS:
        return one == other
    a, b = _without_lines(one), _without_lines(other)
    return float(np.vdot(a, b)) >= ALIKE * float(np.linalg.norm(a) * np.linalg.norm(b))


def _without_lines(ink: str) -> NDArray[np.float32]:
    grid = np.array([int(shade, SHADES) for shade in ink], np.float32).reshape(ROWS, COLUMNS)
    grid -= np.median(grid, axis=1, keepdims=True)
    grid -= np.median(grid, axis=0, keepdims=True)
    blurred: NDArray[np.float32] = cv2.GaussianBlur(np.clip(grid, 0, None), (3, 3), 0).astype(np.float32)
    centred: NDArray[np.float32] = blurred - blurred.mean()
    return centred
