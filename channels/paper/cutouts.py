"""What is shown to a person, and whether there is handwriting at all: pieces of the page, laid upright.

A field is written in where there is ink besides its printed lines. Of a comb only the inside of its cells is looked at;
of lines, what runs on straight for longer than a pen does is taken away first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.locate import Place, View
from channels.paper.picture import Grey
from channels.paper.sheet import WIDTH_MM, Box, Field, Rows

SHOWN_PX_PER_MM = 5.0  # 127 dots per inch: enough to read handwriting
GREYS = 16  # that a cut-out keeps: a third of the bytes, and nobody sees it
FAST = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE)  # a third of the time
EDGE_MM = 12.0  # of the page, left and right, that is not shown
ABOVE_MM, BELOW_MM = 5.0, 4.0  # around what is shown
INK = 0.2  # of the way from paper to the darkest: from here on it is ink. Faint pencil is; so are some stains
PAPER_MM = 6.0  # so near every stroke there is paper
PRINTED_MM = 12.0  # a line that runs on so far is printed
PEN_MM = 0.6  # around a printed line that is taken away with it
INSIDE_MM = 1.2  # from the edge of a comb's cell to where it is looked at
LEAST_MM2 = 1.0  # of ink that somebody wrote
LEAST_CONTRAST = 24  # greys between paper and the darkest; less is noise


@dataclass(frozen=True, slots=True)
class Area:
    """A piece of the upright page."""

    left_mm: float
    top_mm: float
    right_mm: float
    bottom_mm: float


def around_boxes(boxes: Sequence[Box]) -> Area:
    """All boxes of a question with the words beside them."""
    top = min(box.y_mm for box in boxes) - ABOVE_MM
    bottom = max(box.y_mm + box.side_mm for box in boxes) + BELOW_MM
    return Area(EDGE_MM, top, WIDTH_MM - EDGE_MM, bottom)


def around_field(field: Field) -> Area:
    return Area(EDGE_MM, field.y_mm - ABOVE_MM, WIDTH_MM - EDGE_MM, field.y_mm + field.height_mm + BELOW_MM)


def around_rows(rows: Rows) -> Area:
    """All of a question, to the edges of the paper."""
    return Area(0.0, rows.y_mm - ABOVE_MM, WIDTH_MM, rows.y_mm + rows.height_mm + ABOVE_MM)


def png(picture: View, where: Place, area: Area) -> bytes:
    grey = piece(picture, where, area)
    done, encoded = cv2.imencode(".png", grey // (256 // GREYS) * (255 // (GREYS - 1)), FAST)
    assert done
    return encoded.tobytes()


def piece(picture: View, where: Place, area: Area) -> Grey:
    """SHOWN_PX_PER_MM, whatever the scan had."""
    width = round((area.right_mm - area.left_mm) * SHOWN_PX_PER_MM)
    height = round((area.bottom_mm - area.top_mm) * SHOWN_PX_PER_MM)
    step = 1 / SHOWN_PX_PER_MM
    to_mm = np.array([[step, 0.0, area.left_mm + step / 2], [0.0, step, area.top_mm + step / 2], [0.0, 0.0, 1.0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpPerspective(picture.small, where.matrix @ to_mm, (width, height), flags=flags, borderValue=(255.0,))
    return np.asarray(laid, np.uint8)


def written(picture: View, where: Place, field: Field) -> bool:
    area = Area(field.x_mm, field.y_mm, field.x_mm + field.width_mm, field.y_mm + field.height_mm)
    depth = _below_paper(piece(picture, where, area))
    deepest = np.percentile(depth, 99)
    if deepest < LEAST_CONTRAST:
        return False
    ink = (depth > INK * deepest).astype(np.uint8)
    left = _inside_cells(ink, field.cells) if field.cells else _without_lines(ink)
    return bool(left.sum() >= LEAST_MM2 * SHOWN_PX_PER_MM**2)


def _below_paper(grey: Grey) -> Grey:
    """How much darker each point is than the paper close by, so that no shadow is ink."""
    side = 2 * round(PAPER_MM * SHOWN_PX_PER_MM / 2) + 1
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return np.asarray(cv2.subtract(paper, grey), np.uint8)


def _inside_cells(ink: NDArray[np.uint8], cells: int) -> NDArray[np.uint8]:
    inset = round(INSIDE_MM * SHOWN_PX_PER_MM)
    edges = np.linspace(0, ink.shape[1], cells + 1).round().astype(int)
    return np.hstack([ink[inset:-inset, left + inset : right - inset] for left, right in pairwise(edges)])


def _without_lines(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    long = np.ones((1, round(PRINTED_MM * SHOWN_PX_PER_MM)), np.uint8)
    lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, long)
    pen = np.ones((2 * round(PEN_MM * SHOWN_PX_PER_MM) + 1, 3), np.uint8)
    return np.asarray(np.where(cv2.dilate(lines, pen), 0, ink), np.uint8)
