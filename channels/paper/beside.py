"""Ink that is in no box and no field: a label that somebody circled, words in the margin, a cross next to its box.

    picture -> about 2 points a millimetre -> what is darker than the paper close by -> strokes, whole
            -> what of them lies where nothing is printed -> the questions in whose rows that is

A stroke is ink that hangs together, over printed words too. One that hangs together with a marked box is its mark, as
far as hands go astray. Left out are specks, what is wider than a pen, as stains and shadows are, what is longer than a
hand draws, as streaks and folds are, and what is pale all along, as what shines through from behind.

What lies on printed words altogether is not seen: of a label that was struck out, only what sticks out of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.fit import Floats, centres
from channels.paper.locate import Matrix, Place, View, apply
from channels.paper.picture import Grey
from channels.paper.sample import Sampled
from channels.paper.sheet import HEIGHT_MM, WIDTH_MM, Box, SheetPage

PX_PER_MM = 2.0  # about so many: the picture is shrunk by a whole number
PEN_MM = 3.0  # what is wider is no stroke
INK, DARK = 0.22, 0.35  # of the way from paper to printed black: ink, and how dark some of every stroke is
EDGE_MM = 8.0  # of the paper, left and right: shadows
BELOW_MM = 5.0  # the last box of a question: what still belongs to it
AROUND_WORDS_MM = 1.2
AROUND_BOX_MM = 0.6
TAIL_MM = 12.0  # from the middle of a marked box: so far its mark goes
LEAST_MM2, LEAST_DARK_MM2 = 3.0, 1.0  # of a stroke
LONGEST_MM = 120.0  # upright; across, a hand may strike out a whole question
JOIN_PX = 3
HOLE_MM = 7.0  # around the middle of a hole, where a puncher makes it
HOLES_MM = tuple((12.0, HEIGHT_MM / 2 + side * 40.0) for side in (-3, -1, 1, 3))  # ISO 838, and two more of the same


@dataclass(frozen=True, slots=True, eq=False)
class _Small:
    """The page shrunk; `matrix` takes millimetres of the upright page to its points."""

    grey: Grey
    matrix: Matrix
    px_per_mm: float

    def px(self, points_mm: Floats) -> NDArray[np.int32]:
        return np.rint(apply(self.matrix, points_mm.reshape(-1, 2))).astype(np.int32).reshape(points_mm.shape)


def beside(
    picture: View, where: Place, page: SheetPage, sampled: Sampled, filled: Sequence[bool]
) -> frozenset[str]:
    """The questions with such ink. `filled`: whether each box has something in it."""
    if not page.rows:
        return frozenset()
    small = _shrunk(picture.small, where)
    ink, dark = _ink(small, sampled.black)
    off = _Off(page.boxes, sampled.fit.centres_mm)
    added = cv2.bitwise_and(ink, _free(small, page, off))
    least_px = LEAST_MM2 * small.px_per_mm**2
    if cv2.countNonZero(added) < least_px:
        return frozenset()
    labels = _labels(small, ink, page.boxes, off)
    points = cv2.findNonZero(added).reshape(-1, 2)
    which = labels[points[:, 1], points[:, 0]]
    at_mm = apply(np.linalg.inv(small.matrix), points.astype(np.float64))
    sure = dark[points[:, 1], points[:, 0]] > 0
    kept = ~_tails(small, labels, which, at_mm, sampled.fit.centres_mm[np.array(filled, bool)])
    which, at_mm, sure = which[kept], at_mm[kept], sure[kept]
    found = set()
    count, count_dark = np.bincount(which), np.bincount(which, sure)
    for stroke in np.flatnonzero((count >= least_px) & (count_dark >= LEAST_DARK_MM2 * small.px_per_mm**2)):
        these = at_mm[which == stroke]
        if np.ptp(these[:, 1]) > LONGEST_MM or np.ptp(these[:, 0]) > 185:
            continue
        y = float(these[:, 1].mean())
        found |= {r.question for r in page.rows if r.y_mm <= y <= r.y_mm + r.height_mm + BELOW_MM}
        if DEBUG is not None: DEBUG.append((these.mean(0).round().tolist(), int(count[stroke]), int(count_dark[stroke]), np.ptp(these, axis=0).round(1).tolist()))
    return frozenset(found)

DEBUG = None

class _Off:
    """How far the print lies from where it is meant, by the boxes' outlines."""

    def __init__(self, boxes: Sequence[Box], centres_mm: Floats) -> None:
        meant = centres(boxes) if boxes else np.zeros((1, 2))
        order = np.argsort(meant[:, 1])
        self.y, self.by = meant[order, 1], (centres_mm - meant)[order] if boxes else meant * 0

    def __call__(self, areas_mm: Floats) -> Floats:
        """(n, 4, 2) corners."""
        middle = areas_mm[:, :, 1].mean(axis=1)
        by = np.stack([np.interp(middle, self.y, self.by[:, axis]) for axis in (0, 1)], axis=1)
        return areas_mm + by[:, None]


def _shrunk(small: Grey, where: Place) -> _Small:
    middle = np.array(((WIDTH_MM / 2, HEIGHT_MM / 2), (WIDTH_MM / 2 + 1, HEIGHT_MM / 2)))
    scale = float(np.hypot(*np.diff(where.px(middle), axis=0)[0]))
    by = max(1, round(scale / PX_PER_MM))
    height, width = (side // by for side in small.shape)
    grey = cv2.resize(small[: height * by, : width * by], (width, height), interpolation=cv2.INTER_AREA)
    move = 0.5 / by - 0.5
    shrink = np.array(((1 / by, 0.0, move), (0.0, 1 / by, move), (0.0, 0.0, 1.0)))
    return _Small(np.asarray(grey, np.uint8), shrink @ where.matrix, scale / by)


def _ink(small: _Small, black: float) -> tuple[Grey, Grey]:
    side = 2 * round(PEN_MM * small.px_per_mm / 2) + 1
    paper = cv2.morphologyEx(small.grey, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    depth = cv2.subtract(paper, small.grey)
    return tuple(cv2.compare(depth, cv2.convertScaleAbs(paper, alpha=share * (1 - black)), cv2.CMP_GT) for share in (INK, DARK))


def _free(small: _Small, page: SheetPage, off: _Off) -> Grey:
    free = np.zeros(small.grey.shape, np.uint8)
    rows = [(EDGE_MM, rows.y_mm, WIDTH_MM - 2 * EDGE_MM, rows.height_mm + BELOW_MM) for rows in page.rows]
    printed = [_wider(p.x_mm, p.y_mm, p.width_mm, p.height_mm, AROUND_WORDS_MM) for p in (*page.words, *page.fields)]
    printed += [_wider(box.x_mm, box.y_mm, box.side_mm, box.side_mm, AROUND_BOX_MM) for box in page.boxes]
    for area in small.px(_corners(rows)):
        cv2.fillConvexPoly(free, area, (255,))
    for area in small.px(off(_corners(printed))):
        cv2.fillConvexPoly(free, area, (0,))
    holes = [_wider(x, y, 0, 0, HOLE_MM) for x, y in HOLES_MM]
    for area in small.px(_corners(holes)):
        cv2.fillConvexPoly(free, area, (0,))
    return free


def _wider(x, y, w, h, by): return (x-by,y-by,w+2*by,h+2*by)

def _corners(areas) -> Floats:
    x,y,w,h=np.array(areas,float).T
    return np.stack([np.stack([x,y],1),np.stack([x+w,y],1),np.stack([x+w,y+h],1),np.stack([x,y+h],1)],1)


def _labels(small, ink, boxes, off):
    solid = ink.copy()
    for area in small.px(off(_corners([(b.x_mm,b.y_mm,b.side_mm,b.side_mm) for b in boxes]))) if boxes else ():
        cv2.fillConvexPoly(solid, area, (255,))
    solid = cv2.dilate(solid, np.ones((JOIN_PX,)*2, np.uint8))
    return cv2.connectedComponents(solid)[1]


def _tails(small, labels, which, at_mm, filled_mm):
    tails = np.zeros(len(which), bool)
    h, w = labels.shape
    for middle, (x, y) in zip(filled_mm, small.px(filled_mm), strict=True):
        if 0 <= x < w and 0 <= y < h:
            tails |= (which == labels[y, x]) & (np.hypot(*(at_mm - middle).T) < TAIL_MM)
    return tails
