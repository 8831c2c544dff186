"""From a printed page to one that somebody filled in, with the truth about every box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from channels.paper.sheet import Box
from channels.paper.training.hands import EMPTY, Drawn, Hand, Rng, cancel, hand, mark
from channels.paper.training.machines import MM_PER_INCH
from channels.paper.training.odd import REACHED, harmless, unsure
from channels.paper.training.pens import Grey, Stroke, draw

NEAR = 0.55  # of half a box: what comes so near to its middle from elsewhere may be meant for it


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all boxes, how many have what; the others stay empty."""

    marked: float
    cancelled: float
    harmless: float
    unsure: float


@dataclass(frozen=True, slots=True)
class Filled:
    """A page, and what was drawn at each of its boxes, in their order."""

    page: Grey
    drawn: tuple[Drawn, ...]


def fill(blank: Grey, boxes: Sequence[Box], shares: Shares, dpi: float, rng: Rng, anew: float = 1.0) -> Filled:
    """`anew`: how likely every box is somebody else's, so that few pages show many hands."""
    page, px_per_mm = blank.copy(), dpi / MM_PER_INCH
    drawn, somebody = [], hand(rng)
    for box in boxes:
        somebody = hand(rng) if rng.random() < anew else somebody
        done = _at(box, _one(rng, somebody, box, shares))
        draw(page, done.strokes, somebody.pen, somebody.darkness, px_per_mm, int(rng.integers(2**32)))
        drawn.append(done)
    return Filled(page, tuple(_judged(drawn, boxes)))


def _one(rng: Rng, somebody: Hand, box: Box, shares: Shares) -> Drawn:
    half = box.side_mm / 2
    until = np.cumsum((shares.marked, shares.cancelled, shares.harmless, shares.unsure))
    match int(np.searchsorted(until, rng.random(), side="right")):
        case 0:
            return mark(rng, somebody, half)
        case 1:
            return cancel(rng, somebody, half, box.shape)
        case 2:
            return harmless(rng, somebody, half)
        case 3:
            return unsure(rng, somebody, half, box.shape)
        case _:
            return Drawn("nothing", (), EMPTY)


def _at(box: Box, drawn: Drawn) -> Drawn:
    middle = np.array((box.x_mm + box.side_mm / 2, box.y_mm + box.side_mm / 2), np.float32)
    return replace(drawn, strokes=tuple(replace(each, points=each.points + middle) for each in drawn.strokes))


def _judged(drawn: Sequence[Drawn], boxes: Sequence[Box]) -> list[Drawn]:
    """An empty box that a mark of another one reaches into is no longer surely empty."""
    judged = []
    for box, own in zip(boxes, drawn, strict=True):
        others = (stroke for each in drawn if each is not own for stroke in each.strokes)
        reached = own.target == EMPTY and any(_near(box, stroke) for stroke in others)
        judged.append(replace(own, kind="reached", target=REACHED) if reached else own)
    return judged


def _near(box: Box, stroke: Stroke) -> bool:
    middle = np.array((box.x_mm + box.side_mm / 2, box.y_mm + box.side_mm / 2), np.float32)
    return bool((np.hypot(*(stroke.points - middle).T) < NEAR * box.side_mm / 2).any())
