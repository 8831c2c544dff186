"""A page made smaller, to see what somebody added to it: about two points a millimetre, and how dark each of them is.

Dark is what is darker than the paper close by, against the black of print; so neither a shadow nor a stain is, if it is
wider than a pen. A streak over the whole scan is taken out. What is printed lies as far from its place as the outlines
of the boxes at that height do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.fit import Floats, centres
from channels.paper.locate import Matrix, Place, Points, apply
from channels.paper.picture import Grey
from channels.paper.sample import LEAST_BLACK, Sampled
from channels.paper.sheet import HEIGHT_MM, WIDTH_MM, Box, SheetPage

PX_PER_MM = 2.0  # about: the picture is made smaller by a whole number
PEN_MM = 2.3  # what is wider is no stroke: a ring of coffee, a drop
PRINT = 255  # as dark as print
STREAK = 0.5  # of a scan's height or width is ink
INK = 0.18  # of that: from here on it is ink
JOIN_PX = 3  # ink as far apart as that hangs together
BELOW_MM = 5.0  # the last box of a question: what still belongs to it
CORNERS = np.array(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))

Areas = Sequence[tuple[float, float, float, float]]  # left, top, width and height in millimetres
Pixels = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """`dark` from 0 to PRINT. `matrix` takes millimetres of the page to points of it; at the heights `at_mm` what is
    printed lies `off_mm` away from there."""

    page: SheetPage
    dark: Grey
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

    def mm(self, pixels: Pixels) -> Points:
        """Where points (n, 2) lie on the page."""
        return apply(np.asarray(np.linalg.inv(self.matrix)), pixels.astype(np.float64))

    def px2(self, area_mm2: float) -> float:
        return area_mm2 * self.px_per_mm**2

    @property
    def ink(self) -> Grey:
        """Not 0 where there is ink."""
        return _ink(self.dark)

    def strokes(self) -> Pixels:
        """A number for all ink that hangs together; a box hangs together as if it were all ink."""
        solid = _ink(self.dark)
        for quad in self.px(outlines(self.page.boxes)):
            cv2.fillConvexPoly(solid, quad, (PRINT,))
        joined = cv2.dilate(solid, np.ones((JOIN_PX, JOIN_PX), np.uint8))
        return np.asarray(cv2.connectedComponents(joined)[1], np.int32)

    def marks(self, strokes: Pixels, marks_mm: Floats) -> NDArray[np.intp]:
        """Which of these are the marks in the boxes with these middles."""
        at = np.rint(apply(self.matrix, marks_mm)).astype(np.intp)
        x, y = np.clip(at, 0, np.array(strokes.shape[::-1]) - 1).T
        return np.asarray(strokes[y, x], np.intp)

    def questions(self, heights_mm: Iterable[float]) -> frozenset[str]:
        """In whose rows these are."""
        return frozenset(
            rows.question
            for height_mm in heights_mm
            for rows in self.page.rows
            if rows.y_mm <= height_mm <= rows.y_mm + rows.height_mm + BELOW_MM
        )


def ground(small: Grey, where: Place, page: SheetPage, sampled: Sampled) -> Ground:
    left, right = where.px(np.array(((0.0, HEIGHT_MM / 2), (WIDTH_MM, HEIGHT_MM / 2))))
    px_per_mm = float(np.hypot(*(right - left))) / WIDTH_MM
    by = max(1, round(px_per_mm / PX_PER_MM))
    height, width = (side // by for side in small.shape)
    grey = cv2.resize(small[: height * by, : width * by], (width, height), interpolation=cv2.INTER_AREA)
    shift = 0.5 / by - 0.5  # a point lies in its middle
    smaller = np.array(((1 / by, 0.0, shift), (0.0, 1 / by, shift), (0.0, 0.0, 1.0)))
    dark = _dark(np.asarray(grey, np.uint8), PEN_MM * px_per_mm / by, sampled.black)
    meant = centres(page.boxes) if page.boxes else np.zeros((1, 2))
    off = sampled.fit.centres_mm - meant if page.boxes else np.zeros((1, 2))
    order = np.argsort(meant[:, 1])
    return Ground(page, dark, smaller @ where.matrix, px_per_mm / by, meant[order, 1], off[order])


def outlines(boxes: Sequence[Box]) -> Areas:
    return [(box.x_mm, box.y_mm, box.side_mm, box.side_mm) for box in boxes]


def _dark(grey: Grey, pen_px: float, black: float) -> Grey:
    side = 2 * round(pen_px / 2) + 1
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    depth = cv2.subtract(paper, grey)
    dark = np.asarray(cv2.divide(depth, paper, scale=PRINT / max(1 - black, LEAST_BLACK)), np.uint8)
    ink = _ink(dark)
    for lines, share in ((dark.T, cv2.reduce(ink, 0, cv2.REDUCE_AVG)), (dark, cv2.reduce(ink, 1, cv2.REDUCE_AVG))):
        for line in np.flatnonzero(share > STREAK * PRINT):
            lines[max(0, line - 1) : line + 2] = 0
    return dark


def _ink(dark: Grey) -> Grey:
    return np.asarray(cv2.threshold(dark, INK * PRINT, PRINT, cv2.THRESH_BINARY)[1], np.uint8)
