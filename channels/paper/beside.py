"""Ink that is in no box and no field and on no words: a label that somebody circled, words in the margin, a cross next
to its box. What lies on words is overwritten's.

A stroke is ink that hangs together, over printed words too; of it counts what lies where nothing is printed. One that
hangs together with a marked box is its mark, as far as hands go astray. Left out are specks; what is wider than a pen,
as stains and shadows are; what is longer and straighter than a hand draws, as folds are; and what is pale all along, as
what shines through from behind. Where holes are punched nothing is seen.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.fit import Floats
from channels.paper.ground import BELOW_MM, PRINT, Areas, Ground, Pixels, outlines
from channels.paper.locate import Points
from channels.paper.picture import Grey
from channels.paper.sheet import HEIGHT_MM, WIDTH_MM

NOT_PALE = 0.25  # of print
NOT_PALE_SHARE = 0.25  # of a stroke, at least
LEAST_MM2 = 3.0  # of a stroke
STRAIGHT_MM, HARDLY_MM = 10.0, 1.0  # no hand draws so long a line that leaves its way no more than that
ASKEW = 0.03  # and by that share of its length
EDGE_MM = 8.0  # of the paper, left and right: shadows
AROUND_PRINT_MM = 1.2
AROUND_BOX_MM = 0.6
TAIL_MM = 12.0  # from the middle of a marked box: so far goes its mark
HOLE_MM = 4.5  # around the middle of a punched hole
HOLES_MM = tuple((12.0, HEIGHT_MM / 2 + far) for far in (-120.0, -40.0, 40.0, 120.0))  # two by ISO 838, or all four


def beside(ground: Ground, marks_mm: Floats) -> frozenset[str]:
    """The questions with such ink. `marks_mm`: the middles of the boxes with something in them."""
    added = np.asarray(cv2.bitwise_and(ground.ink, _free(ground)), np.uint8)
    if cv2.countNonZero(added) < ground.px2(LEAST_MM2):
        return frozenset()
    return ground.questions(_heights_mm(ground, added, marks_mm))


def _free(ground: Ground) -> Grey:
    """Where a question stands and nothing is printed."""
    page, free = ground.page, np.zeros(ground.dark.shape, np.uint8)
    rows: Areas = [(EDGE_MM, row.y_mm, WIDTH_MM - 2 * EDGE_MM, row.height_mm + BELOW_MM) for row in page.rows]
    words: Areas = [(one.x_mm, one.y_mm, one.width_mm, one.height_mm) for one in page.words]
    fields: Areas = [(one.x_mm, one.y_mm, one.width_mm, one.height_mm) for one in page.fields]
    holes: Areas = [(x_mm, y_mm, 0.0, 0.0) for x_mm, y_mm in HOLES_MM]
    for quad in ground.px(rows):
        cv2.fillConvexPoly(free, quad, (PRINT,))
    for quad in (
        *ground.px([*words, *fields], AROUND_PRINT_MM),
        *ground.px(outlines(page.boxes), AROUND_BOX_MM),
        *ground.px(holes, HOLE_MM),
    ):
        cv2.fillConvexPoly(free, quad, (0,))
    return free


def _heights_mm(ground: Ground, added: Grey, marks_mm: Floats) -> Floats:
    """Where each stroke lies of which enough was added."""
    strokes = ground.strokes()
    points = np.asarray(cv2.findNonZero(added), np.int32).reshape(-1, 2)
    x, y = points.T
    pieces = np.asarray(cv2.connectedComponents(added)[1], np.int32)
    at_mm, stroke, piece = ground.mm(points), strokes[y, x], pieces[y, x]
    own = ~_straight(piece, at_mm)[piece]
    for mark, mark_mm in zip(ground.marks(strokes, marks_mm), marks_mm, strict=True):
        own &= (stroke != mark) | (np.hypot(*(at_mm - mark_mm).T) > TAIL_MM)
    at_mm, stroke, firm = at_mm[own], stroke[own], ground.dark[y, x][own] > NOT_PALE * PRINT
    count = np.bincount(stroke)
    drawn = (count >= ground.px2(LEAST_MM2)) & (np.bincount(stroke, firm) >= NOT_PALE_SHARE * count)
    drawn &= ~_straight(stroke, at_mm)
    return np.asarray(np.bincount(stroke, at_mm[:, 1])[drawn] / count[drawn], np.float64)


def _straight(number: Pixels, at_mm: Points) -> NDArray[np.bool_]:
    """Of points that are numbered by what they belong to: whether that runs along an edge of the paper, and longer than
    a hand could."""
    count = int(number.max(initial=-1)) + 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, number, at_mm)
    np.maximum.at(high, number, at_mm)
    less, more = np.sort(high - low, axis=1).T
    return np.asarray((more > STRAIGHT_MM) & (less < HARDLY_MM + ASKEW * more), np.bool_)
