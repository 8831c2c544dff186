"""Ink that is in no box and no field: a label that somebody circled, words in the margin, a cross next to its box.

    picture -> about 2 points a millimetre -> what is darker than the paper close by -> strokes, whole
            -> what of them lies where nothing is printed -> the questions in whose rows that is

A stroke is ink that hangs together, over printed words too. One that hangs together with a marked box is its mark, as
far as hands go astray. Left out are specks; what is wider than a pen, as stains and shadows are; what is longer and
straighter than a hand draws, as streaks and folds are; and what is pale all along, as what shines through from behind.

What lies on printed words altogether cannot be told from them: of a label that was struck out only what sticks out is
seen, and nothing of a cross on the number beside a box. A page with too few tags is not looked at: where its words are
is not known well enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.fit import Fit, Floats, centres
from channels.paper.locate import ENOUGH_TAGS, Matrix, Place, View, apply
from channels.paper.picture import Grey
from channels.paper.sample import Sampled
from channels.paper.sheet import HEIGHT_MM, WIDTH_MM, Box, SheetPage

PX_PER_MM = 2.0  # about: the picture is made smaller by a whole number
PEN_MM = 3.0  # what is wider is no stroke
INK, DARK = 0.22, 0.3  # of the way from paper to printed black: from here on it is ink; and no pale one
DARK_SHARE = 0.25  # of a stroke, at least
LEAST_MM2 = 3.0  # of a stroke
STRAIGHT_MM, HARDLY_MM = 10.0, 1.0  # no hand draws so long a line that leaves its way no more than that
ASKEW = 0.03  # and by that share of its length
JOIN_PX = 3  # ink as far apart as that hangs together
EDGE_MM = 8.0  # of the paper, left and right: shadows
BELOW_MM = 5.0  # the last box of a question: what still belongs to it
AROUND_PRINT_MM = 1.2
AROUND_BOX_MM = 0.6
TAIL_MM = 12.0  # from the middle of a marked box: so far goes its mark
HOLE_MM = 7.0  # around the middle of a punched hole
HOLES_MM = tuple((12.0, HEIGHT_MM / 2 + far) for far in (-120.0, -40.0, 40.0, 120.0))  # two by ISO 838, or all four
CORNERS = np.array(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))

Areas = Sequence[tuple[float, float, float, float]]  # left, top, width and height in millimetres
Pixels = NDArray[np.int32]


def beside(picture: View, where: Place, page: SheetPage, sampled: Sampled, filled: Sequence[bool]) -> frozenset[str]:
    """The questions with such ink. `filled`: whether there is something in each box."""
    if not page.rows or where.tags < ENOUGH_TAGS:
        return frozenset()
    ground = _ground(picture.small, where, page.boxes, sampled.fit)
    ink = ground.darker(INK * (1 - sampled.black))
    added = np.asarray(cv2.bitwise_and(ink, _free(ground, page)), np.uint8)
    if cv2.countNonZero(added) < ground.px2(LEAST_MM2):
        return frozenset()
    dark = ground.darker(DARK * (1 - sampled.black))
    labels = _labels(ground, ink, page.boxes)
    marks = sampled.fit.centres_mm[np.array(filled, bool)]
    return frozenset(
        rows.question
        for y_mm in _heights_mm(ground, added, dark, labels, marks)
        for rows in page.rows
        if rows.y_mm <= y_mm <= rows.y_mm + rows.height_mm + BELOW_MM
    )


# -- where one looks


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """The page made smaller. `matrix` takes its millimetres to points of `grey`; `paper` is as `grey` without strokes.
    At the heights `at_mm` what is printed lies `off_mm` away from where `matrix` has it."""

    grey: Grey
    paper: Grey
    matrix: Matrix
    px_per_mm: float
    at_mm: Floats  # (n,)
    off_mm: Floats  # (n, 2)

    def px(self, areas: Areas, around_mm: float = 0.0) -> Pixels:
        """The corners (n, 4, 2) of these areas and so much around them."""
        given = np.array(areas, np.float64).reshape(-1, 1, 4)
        corners = given[..., :2] - around_mm + CORNERS * (given[..., 2:] + 2 * around_mm)
        middle = given[..., 1] + given[..., 3] / 2
        off = np.stack([np.interp(middle, self.at_mm, self.off_mm[:, axis]) for axis in (0, 1)], axis=-1)
        return np.rint(apply(self.matrix, (corners + off).reshape(-1, 2))).astype(np.int32).reshape(-1, 4, 2)

    def px2(self, area_mm2: float) -> float:
        return area_mm2 * self.px_per_mm**2

    def darker(self, by: float) -> Grey:
        """Where it is darker than the paper, by that share of it."""
        by_greys = cv2.convertScaleAbs(self.paper, alpha=by)
        return np.asarray(cv2.compare(cv2.subtract(self.paper, self.grey), by_greys, cv2.CMP_GT), np.uint8)


def _ground(small: Grey, where: Place, boxes: Sequence[Box], fit: Fit) -> _Ground:
    left, right = where.px(np.array(((0.0, HEIGHT_MM / 2), (WIDTH_MM, HEIGHT_MM / 2))))
    px_per_mm = float(np.hypot(*(right - left))) / WIDTH_MM
    by = max(1, round(px_per_mm / PX_PER_MM))
    height, width = (side // by for side in small.shape)
    grey = np.asarray(
        cv2.resize(small[: height * by, : width * by], (width, height), interpolation=cv2.INTER_AREA), np.uint8
    )
    shift = 0.5 / by - 0.5  # a point lies in its middle
    smaller = np.array(((1 / by, 0.0, shift), (0.0, 1 / by, shift), (0.0, 0.0, 1.0)))
    pen = 2 * round(PEN_MM * px_per_mm / by / 2) + 1
    paper = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((pen, pen), np.uint8)), np.uint8)
    meant = centres(boxes) if boxes else np.zeros((1, 2))
    off = fit.centres_mm - meant if boxes else np.zeros((1, 2))
    order = np.argsort(meant[:, 1])
    return _Ground(grey, paper, smaller @ where.matrix, px_per_mm / by, meant[order, 1], off[order])


def _free(ground: _Ground, page: SheetPage) -> Grey:
    """Where a question stands and nothing is printed."""
    free = np.zeros(ground.grey.shape, np.uint8)
    rows: Areas = [(EDGE_MM, row.y_mm, WIDTH_MM - 2 * EDGE_MM, row.height_mm + BELOW_MM) for row in page.rows]
    printed: Areas = [(one.x_mm, one.y_mm, one.width_mm, one.height_mm) for one in page.words]
    fields: Areas = [(one.x_mm, one.y_mm, one.width_mm, one.height_mm) for one in page.fields]
    holes: Areas = [(x_mm, y_mm, 0.0, 0.0) for x_mm, y_mm in HOLES_MM]
    for quad in ground.px(rows):
        cv2.fillConvexPoly(free, quad, (255,))
    for quad in (
        *ground.px([*printed, *fields], AROUND_PRINT_MM),
        *ground.px(_outlines(page.boxes), AROUND_BOX_MM),
        *ground.px(holes, HOLE_MM),
    ):
        cv2.fillConvexPoly(free, quad, (0,))
    return free


def _outlines(boxes: Sequence[Box]) -> Areas:
    return [(box.x_mm, box.y_mm, box.side_mm, box.side_mm) for box in boxes]


# -- what one sees there


def _labels(ground: _Ground, ink: Grey, boxes: Sequence[Box]) -> Pixels:
    """A number for all ink that hangs together; a box hangs together as if it were all ink."""
    solid = ink.copy()
    for quad in ground.px(_outlines(boxes)):
        cv2.fillConvexPoly(solid, quad, (255,))
    joined = cv2.dilate(solid, np.ones((JOIN_PX, JOIN_PX), np.uint8))
    return np.asarray(cv2.connectedComponents(joined)[1], np.int32)


def _heights_mm(ground: _Ground, added: Grey, dark: Grey, labels: Pixels, marks_mm: Floats) -> Floats:
    """Where each stroke lies of which enough was added. `marks_mm`: the middles of boxes with something in them."""
    x, y = cv2.findNonZero(added).reshape(-1, 2).T
    at_mm = apply(np.asarray(np.linalg.inv(ground.matrix)), np.stack([x, y], axis=1).astype(np.float64))
    stroke, piece = labels[y, x], cv2.connectedComponents(added)[1][y, x]
    own = ~_tails(ground, labels, stroke, at_mm, marks_mm) & ~_straight(piece, at_mm)[piece]
    at_mm, stroke, is_dark = at_mm[own], stroke[own], dark[y, x][own] > 0
    points = np.bincount(stroke)
    drawn = (points >= ground.px2(LEAST_MM2)) & (np.bincount(stroke, is_dark) >= DARK_SHARE * points)
    drawn &= ~_straight(stroke, at_mm)
    return np.asarray(np.bincount(stroke, at_mm[:, 1])[drawn] / points[drawn], np.float64)


def _straight(number: Pixels, at_mm: Floats) -> NDArray[np.bool_]:
    """Of points that are numbered by what they belong to: whether that runs along an edge of the paper, and longer than
    a hand could."""
    count = int(number.max(initial=-1)) + 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, number, at_mm)
    np.maximum.at(high, number, at_mm)
    less, more = np.sort(high - low, axis=1).T
    return np.asarray((more > STRAIGHT_MM) & (less < HARDLY_MM + ASKEW * more), np.bool_)


def _tails(ground: _Ground, labels: Pixels, stroke: Pixels, at_mm: Floats, marks_mm: Floats) -> NDArray[np.bool_]:
    """What belongs to a mark."""
    tails = np.zeros(len(stroke), bool)
    middles = np.rint(apply(ground.matrix, marks_mm)).astype(int)
    for (x, y), mark_mm in zip(np.clip(middles, 0, np.array(labels.shape[::-1]) - 1), marks_mm, strict=True):
        tails |= (stroke == labels[y, x]) & (np.hypot(*(at_mm - mark_mm).T) < TAIL_MM)
    return tails
