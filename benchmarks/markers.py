"""Residents who mark boxes, for the benchmark: other pens, other shapes and other proportions than those that the judge
was trained on. Only the ink itself, from strokes to pixels, is the same.

Curves are Bézier's, a tremor is a random walk that is pulled back, and a pen's line swells in the middle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from channels.paper.sheet import Box, Shape
from channels.paper.training.filled import Filled
from channels.paper.training.hands import CANCELLED, EMPTY, MARKED, Drawn, Target
from channels.paper.training.machines import MM_PER_INCH
from channels.paper.training.pens import Grey, Pen, Stroke, draw

Rng = np.random.Generator
Way = Sequence[tuple[float, float]]

PENS = (  # with how often each is taken
    (Pen("biro", (0.3, 0.5), (0.5, 0.85), 0.15), 0.45),
    (Pen("office felt tip", (0.5, 1.2), (0.75, 0.95)), 0.12),
    (Pen("rollerball", (0.4, 0.7), (0.8, 1.0)), 0.15),
    (Pen("pencil HB", (0.35, 0.9), (0.25, 0.6), 0.35), 0.18),
    (Pen("green or red biro", (0.3, 0.55), (0.35, 0.55), 0.1), 0.06),
    (Pen("marker", (1.5, 2.4), (0.7, 0.95)), 0.04),
)
MARKED_SHARE, CANCELLED_SHARE, DIRTY_SHARE, UNSURE_SHARE = 0.17, 0.015, 0.02, 0.005
LOOPED_MM = 1.0  # with a wider pen, loops are a filled box
UNSURE: Target = (0.4, 0.6, 0.0)


@dataclass(frozen=True, slots=True)
class Resident:
    pen: Pen
    width_mm: float
    darkness: float
    shake_mm: float
    large: float
    habit: str


def resident(rng: Rng) -> Resident:
    pen = PENS[rng.choice(len(PENS), p=[share for _, share in PENS])][0]
    habit = str(rng.choice(tuple(WAYS), p=np.array(tuple(OFTEN.values())) / sum(OFTEN.values())))
    return Resident(
        pen,
        float(rng.triangular(pen.width_mm[0], sum(pen.width_mm) / 2, pen.width_mm[1])),
        float(rng.uniform(*pen.darkness)),
        float(rng.gamma(1.5, 0.05)),
        float(rng.triangular(0.6, 0.95, 1.5)),
        "saltire" if habit == "loops" and pen.width_mm[1] > LOOPED_MM else habit,
    )


# Every way is drawn in a square from -1 to 1, one list of control points a stroke.
def _saltire(rng: Rng) -> list[Way]:
    return [_bent(rng, (-0.8, -0.9), (0.85, 0.8)), _bent(rng, (0.75, -0.85), (-0.9, 0.9))]


def _plus(rng: Rng) -> list[Way]:
    return [_bent(rng, (0, -1), (0.1, 0.9)), _bent(rng, (-0.9, 0.05), (0.95, -0.1))]


def _hook(rng: Rng) -> list[Way]:
    return [
        [(-0.7, -0.1), (-0.35, 0.2), (-0.2, 0.8)],
        [(-0.2, 0.8), (0.15, -0.4), (rng.uniform(0.7, 1.5), -rng.uniform(0.7, 1.6))],
    ]


def _slash(rng: Rng) -> list[Way]:
    return [_bent(rng, (rng.uniform(0.4, 1), -0.95), (-rng.uniform(0.4, 1), 0.95))]


def _bar(rng: Rng) -> list[Way]:
    y = rng.uniform(-0.3, 0.35)
    return [_bent(rng, (-0.7, y), (0.75, y + rng.normal(0, 0.1)))]


def _loops(rng: Rng) -> list[Way]:
    """As somebody who writes e e e across the box."""
    x = np.linspace(-0.7, 0.7, int(rng.integers(4, 7)))
    high = rng.uniform(0.4, 0.8)
    return [[(here, high), (here + 0.7, 0.0), (here, -high)] for here in x] + [
        [(here, -high), (here - 0.25, 0), (there, high)] for here, there in pairwise(x)
    ]


def _point(rng: Rng) -> list[Way]:
    size = rng.uniform(0.15, 0.4)
    return [_arc(rng.uniform(0, 6), size * grow, 7.0) for grow in (0.3, 0.65, 1.0)]


def _letter_o(rng: Rng) -> list[Way]:
    return [_arc(rng.uniform(0, 6), rng.uniform(0.3, 0.65), 6.6)]


def _thick_cross(rng: Rng) -> list[Way]:
    """Gone over twice."""
    return [*_saltire(rng), *_saltire(rng)]


def _bent(rng: Rng, start: tuple[float, float], end: tuple[float, float]) -> Way:
    middle = (np.array(start) + end) / 2 + rng.normal(0, 0.12, 2)
    return [start, (float(middle[0]), float(middle[1])), end]


def _arc(begin: float, radius: float, length: float) -> Way:
    angle = begin + np.linspace(0, length, 30)
    return list(zip((np.cos(angle) * radius).tolist(), (np.sin(angle) * radius).tolist(), strict=True))


WAYS: dict[str, Callable[[Rng], list[Way]]] = {
    "saltire": _saltire,
    "hook": _hook,
    "slash": _slash,
    "plus": _plus,
    "bar": _bar,
    "loops": _loops,
    "point": _point,
    "letter o": _letter_o,
    "thick cross": _thick_cross,
}
OFTEN = dict(zip(WAYS, (40, 24, 7, 5, 5, 6, 5, 3, 5), strict=True))


def strokes(
    rng: Rng, who: Resident, ways: Sequence[Way], scale_mm: float, at_mm: NDArray[np.float64]
) -> tuple[Stroke, ...]:
    return tuple(_stroke(rng, who, way, scale_mm, at_mm) for way in ways)


def _stroke(rng: Rng, who: Resident, way: Way, scale_mm: float, at_mm: NDArray[np.float64]) -> Stroke:
    controls = np.array(way, np.float64)
    if len(controls) == 3:  # a quadratic curve; what has more points is a way already
        t = np.linspace(0, 1, 28)[:, None]
        controls = (1 - t) ** 2 * controls[0] + 2 * t * (1 - t) * controls[1] + t**2 * controls[2]
    points = controls * scale_mm + at_mm
    shake = np.zeros(2)
    for place in range(len(points)):
        shake = 0.8 * shake + rng.normal(0, who.shake_mm, 2)
        points[place] += shake
    swell = 0.8 + 0.3 * np.sin(np.pi * np.linspace(0.1, 0.9, len(points)))
    pressure = np.clip(swell + rng.normal(0, 0.03, len(points)), 0.2, 1)
    return Stroke(points.astype(np.float32), (who.width_mm * swell).astype(np.float32), pressure.astype(np.float32))


def _blacked(rng: Rng, who: Resident, shape: Shape) -> list[Way]:
    """Filled all over: round and round, or along both ways."""
    line = who.width_mm / 3.5  # against half a box
    if shape is Shape.CIRCLE and rng.random() < 0.6:
        turns = int(np.ceil(1.0 / (0.6 * line)))
        angle = np.linspace(0, 2 * np.pi * turns, turns * 26)
        radius = np.linspace(0.02, rng.uniform(0.92, 1.15), len(angle))
        return [list(zip((np.cos(angle) * radius).tolist(), (np.sin(angle) * radius).tolist(), strict=True))]
    edge = rng.uniform(0.9, 1.2)
    rows = np.arange(-edge, edge, 0.7 * line)
    reach = np.sqrt(np.maximum(edge**2 - rows**2, 0.02)) if shape is Shape.CIRCLE else np.full(len(rows), edge)
    there = [_bent(rng, (-far, y), (far, y)) for y, far in zip(rows.tolist(), reach.tolist(), strict=True)]
    return there + [[(y, x) for x, y in way] for way in there[::2]]


def _dirt(rng: Rng, who: Resident) -> list[Way]:
    """What means nothing: a stroke that ends at the box's edge, specks, a word beside it."""
    angle = rng.uniform(0, 2 * np.pi)
    away = np.array((np.cos(angle), np.sin(angle)))
    match rng.integers(3):
        case 0:
            return [_bent(rng, tuple(away * 2.5), tuple(away * rng.uniform(0.85, 1.3)))]
        case 1:
            return [_bent(rng, (1.4, 0.8), (1.5, 0.85))]
        case _:
            return [[(1.3 + step, 0.4), (1.5 + step, -0.8), (1.7 + step, 0.4)] for step in (0.0, 0.5, 1.0)]


def fill(blank: Grey, boxes: Sequence[Box], dpi: float, rng: Rng) -> Filled:
    """One resident fills the whole page."""
    page, who, drawn = blank.copy(), resident(rng), []
    for box in boxes:
        done = _one(rng, who, box)
        draw(page, done.strokes, who.pen, who.darkness, dpi / MM_PER_INCH, int(rng.integers(2**32)))
        drawn.append(done)
    return Filled(page, tuple(drawn))


def _one(rng: Rng, who: Resident, box: Box) -> Drawn:
    half, chance = box.side_mm / 2, rng.random()
    middle = np.array((box.x_mm + half, box.y_mm + half))
    near = middle + rng.normal(0, 0.35, 2)
    if chance < MARKED_SHARE:
        return Drawn(who.habit, strokes(rng, who, WAYS[who.habit](rng), half * who.large, near), MARKED)
    if chance < MARKED_SHARE + CANCELLED_SHARE:
        first = strokes(rng, who, WAYS[who.habit](rng), half * who.large, near)
        return Drawn("blacked", first + strokes(rng, who, _blacked(rng, who, box.shape), half, middle), CANCELLED)
    if chance < MARKED_SHARE + CANCELLED_SHARE + DIRTY_SHARE:
        return Drawn("dirt", strokes(rng, who, _dirt(rng, who), half, middle), EMPTY)
    if chance < MARKED_SHARE + CANCELLED_SHARE + DIRTY_SHARE + UNSURE_SHARE:
        aside = middle + rng.choice((-1, 1), 2) * rng.uniform(1.1, 1.7, 2) * half
        return Drawn("beside", strokes(rng, who, _saltire(rng), half * 0.7, aside), UNSURE)
    return Drawn("nothing", (), EMPTY)
