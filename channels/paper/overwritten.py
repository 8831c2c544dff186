"""Ink on printed words: a label that was struck out, a cross on the number of an answer instead of its box.

How much ink a line of words has is known, so a line with more than the others has been written on. A printer and a
copier make all of them lighter or bolder alike, or some; so the lines of a page are measured against each other, and
where they differ much by themselves, as with the last of a toner, only what stands out from that is seen. Of the labels
that the benchmark's residents strike out a third is missed: one thin line through long words. A dark fold along a line
of words is taken for one.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.fit import Floats
from channels.paper.ground import PRINT, Areas, Ground, Pixels
from channels.paper.sheet import Words

AROUND_MM = 0.7  # the words: letters may lie a little off
PAPER = 0.15  # of print: what is paler is paper
LEAST_LINES = 5  # to be measured against each other
LEAST_MM2 = 1.5  # of ink that was added
LEAST_SHARE = 0.12  # of the ink of the words
SPREADS = 5.0  # by which lines differ on this page
NORMAL = 1.48  # from the median of what they are off to a standard deviation


def overwritten(ground: Ground, marks_mm: Floats) -> frozenset[str]:
    """The questions with such words. `marks_mm`: the middles of the boxes with something in them, whose marks may reach
    over words."""
    lines = [words for words in ground.page.words if words.ink_mm2 and ground.questions([_middle_mm(words)])]
    if len(lines) < LEAST_LINES:
        return frozenset()
    numbers = _numbers(ground, lines)
    over = _stands_out(np.array([line.ink_mm2 for line in lines]), _ink_mm2(ground, numbers, len(lines)))
    if over.any():
        strokes = ground.strokes()
        reached = np.unique(numbers[np.isin(strokes, ground.marks(strokes, marks_mm))])
        over[reached[reached > 0] - 1] = False
    return ground.questions(_middle_mm(line) for line, is_over in zip(lines, over, strict=True) if is_over)


def _middle_mm(words: Words) -> float:
    return words.y_mm + words.height_mm / 2


def _numbers(ground: Ground, lines: Sequence[Words]) -> Pixels:
    """1 where the first line is, and so on; 0 where there is none."""
    areas: Areas = [(line.x_mm, line.y_mm, line.width_mm, line.height_mm) for line in lines]
    numbers = np.zeros(ground.dark.shape, np.int32)
    for number, quad in enumerate(ground.px(areas, AROUND_MM), start=1):
        cv2.fillConvexPoly(numbers, quad, (number,))
    return numbers


def _stands_out(meant: Floats, seen: Floats) -> NDArray[np.bool_]:
    usual = float(np.median(seen / meant))
    if not usual:  # nothing can be seen of most lines
        return np.zeros(len(meant), bool)
    more = seen / usual - meant
    spread = NORMAL * float(np.median(np.abs(more / meant)))
    return np.asarray((more >= LEAST_MM2) & (more >= max(LEAST_SHARE, SPREADS * spread) * meant), np.bool_)


def _ink_mm2(ground: Ground, numbers: Pixels, count: int) -> Floats:
    """Of each line: what is half as dark counts half."""
    points = np.flatnonzero(ground.dark > round(PAPER * PRINT))
    summed = np.bincount(numbers.ravel()[points], ground.dark.ravel()[points], minlength=count + 1)[1:]
    return np.asarray(summed / PRINT / ground.px2(1.0), np.float64)
