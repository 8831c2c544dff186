"""How people mark a box, and what it means.

A hand has its pen, its habits and its tremor, and fills a whole form. What a mark means is a target for the judge: how
likely it is that whoever drew it means an empty box, a marked one or a cancelled one. Where no one could tell, as with
a mark beside its box, the target says so, and the judge learns to leave it to a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from channels.paper.sheet import Shape
from channels.paper.training.pens import HIGHLIGHTER, PENS, Pen, Points, Stroke

Rng = np.random.Generator
Target = tuple[float, float, float]  # empty, marked, cancelled
EMPTY: Target = (1.0, 0.0, 0.0)
MARKED: Target = (0.0, 1.0, 0.0)
CANCELLED: Target = (0.0, 0.0, 1.0)
PALE_FILL: Target = (0.0, 0.5, 0.5)  # with a highlighter all marks are fills
UPRIGHT = 0.08  # of all crosses stand like a plus
STEP_MM = 0.25  # between two points of a stroke
SURE = 0.9  # a target is the truth where one of it is at least this


@dataclass(frozen=True, slots=True)
class Hand:
    """One person with one pen."""

    pen: Pen
    width_mm: float
    darkness: float
    tremor_mm: float
    size: float  # of a mark, against half a box
    slope: float  # by how much its marks lean, in radians
    astray_mm: float  # how far from the middle it marks
    kind: str  # how it marks a box as a rule; see MARKS


@dataclass(frozen=True, slots=True)
class Drawn:
    """What somebody drew at one box."""

    kind: str
    strokes: tuple[Stroke, ...]
    target: Target

    @property
    def sure(self) -> bool:
        return max(self.target) >= SURE


def hand(rng: Rng) -> Hand:
    """Somebody."""
    pen = PENS[rng.choice(len(PENS), p=PEN_SHARES)]
    kinds, shares = tuple(HABITS), np.array(tuple(HABITS.values()))
    return Hand(
        pen=pen,
        width_mm=float(rng.uniform(*pen.width_mm)),
        darkness=float(rng.uniform(*pen.darkness)),
        tremor_mm=float(rng.exponential(0.07)),
        size=float(rng.uniform(0.55, 1.35)),
        slope=float(rng.normal(0, 0.2)),
        astray_mm=float(rng.uniform(0.1, 0.9)),
        kind=str(rng.choice(kinds, p=shares / shares.sum())),
    )


PEN_SHARES = (0.30, 0.17, 0.1, 0.1, 0.07, 0.1, 0.08, 0.06, 0.02)
HABITS = {
    "cross": 34,
    "tick": 18,
    "hasty cross": 12,
    "fill": 7,
    "dot": 7,
    "dash": 6,
    "stroke": 6,
    "hatch": 4,
    "ring": 3,
    "star": 3,
}


def stroke(rng: Rng, hand: Hand, corners: Points, bow: float = 0.05) -> Stroke:
    """Through the corners as this hand draws it: bent, trembling, pressed more here and less there."""
    parts = []
    for start, end in pairwise(corners):
        length = float(np.hypot(*(end - start)))
        along = np.linspace(0, 1, max(2, round(length / STEP_MM) + 1), dtype=np.float32)[:, None]
        across = np.array((start[1] - end[1], end[0] - start[0]), np.float32)
        parts.append(start + along * (end - start) + across * np.sin(np.pi * along) * rng.normal(0, bow))
    points = np.concatenate(parts).astype(np.float32)
    count = len(points)
    points += hand.tremor_mm * np.stack((_wave(rng, count), _wave(rng, count)), axis=1)
    width = hand.width_mm * (1 + 0.15 * _wave(rng, count))
    pressure = 0.9 + 0.12 * _wave(rng, count)
    if rng.random() < 0.4:  # lifted at its end
        pressure[-max(1, count // 4) :] *= np.linspace(1, rng.uniform(0.2, 0.9), max(1, count // 4))
    return Stroke(points, np.clip(width, 0.1, None).astype(np.float32), np.clip(pressure, 0.1, 1).astype(np.float32))


def _wave(rng: Rng, count: int) -> Points:
    """Smooth and about as large as 1."""
    at = np.arange(count) * STEP_MM
    waves = [rng.normal() * np.sin(2 * np.pi * (at / rng.uniform(0.9, 6) + rng.random())) for _ in range(3)]
    return np.asarray(np.sum(waves, axis=0) / np.sqrt(1.5), np.float32)


def _turned(points: list[tuple[float, float]], angle: float, scale: float) -> Points:
    cos, sin = np.cos(angle), np.sin(angle)
    return (np.array(points, np.float32) @ np.array(((cos, sin), (-sin, cos)), np.float32) * scale).astype(np.float32)


# Every mark is drawn around (0, 0) for a box from -half to half; `mark` moves it to where the hand puts it.
def _cross(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    arms = half * hand.size * rng.uniform(0.85, 1.1, 4)
    lean = rng.normal(0, 0.12, 2)
    slope = hand.slope + (np.pi / 4 if rng.random() < UPRIGHT else 0)
    first = _turned([(-arms[0], -arms[0]), (arms[1], arms[1])], slope + lean[0], 0.85)
    second = _turned([(arms[2], -arms[2]), (-arms[3], arms[3])], slope + lean[1], 0.85)
    return [stroke(rng, hand, first), stroke(rng, hand, second)]


def _hasty_cross(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    """Drawn without lifting the pen, or with long tails."""
    long = half * hand.size * rng.uniform(0.8, 1.9, 2)
    if rng.random() < 0.5:
        loop = [(-long[0], -long[0]), (half, half), (half * rng.uniform(0.4, 1), -half * 0.8), (-long[1], long[1])]
        return [stroke(rng, hand, _turned(loop, hand.slope, 0.75), bow=0.12)]
    first = _turned([(-half * 0.7, -half * 0.7), (long[0], long[0])], hand.slope + rng.normal(0, 0.25), 0.85)
    second = _turned([(half * 0.7, -half * 0.7), (-long[1], long[1])], hand.slope + rng.normal(0, 0.25), 0.85)
    return [stroke(rng, hand, first, 0.1), stroke(rng, hand, second, 0.1)]


def _tick(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    size = half * hand.size
    tail = rng.uniform(0.8, 2.2)
    corners = [
        (-0.7 * size, rng.uniform(-0.3, 0.2) * size),
        (-0.1 * size, 0.75 * size),
        (tail * 0.75 * size, -tail * size),
    ]
    return [stroke(rng, hand, _turned(corners, hand.slope + rng.normal(0, 0.15), 1.0), 0.08)]


def _dot(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    radius = rng.uniform(0.7, 1.5)
    return [spiral(rng, hand, radius, hand.width_mm * 0.7)]


def spiral(rng: Rng, hand: Hand, radius: float, pitch_mm: float) -> Stroke:
    inner = max(0.05, radius - hand.width_mm / 2)
    turns = max(1.5, inner / max(pitch_mm, 0.15))
    angle = np.linspace(0, 2 * np.pi * turns, max(12, round(turns * 14)))
    grown = inner * angle / angle[-1]
    return stroke(rng, hand, np.stack((np.cos(angle) * grown, np.sin(angle) * grown), axis=1).astype(np.float32), 0.0)


def _dash(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    reach = half * min(hand.size, 1.2) * rng.uniform(0.5, 1.0)
    return [stroke(rng, hand, _turned([(-reach, 0), (reach, 0)], hand.slope * 0.7 + rng.normal(0, 0.1), 1.0))]


def _stroke(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    reach = half * hand.size * rng.uniform(0.8, 1.6)
    angle = rng.choice((-1, 1)) * rng.uniform(0.6, 1.57)
    return [stroke(rng, hand, _turned([(-reach, 0), (reach, 0)], angle, 1.0))]


def _ring(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    """A small circle inside the box."""
    angle = np.linspace(0, 2 * np.pi * rng.uniform(0.9, 1.15), 24) + rng.uniform(0, 6)
    size = half * rng.uniform(0.3, 0.75, 2)
    corners = np.stack((np.cos(angle) * size[0], np.sin(angle) * size[1]), axis=1).astype(np.float32)
    return [stroke(rng, hand, corners, 0.0)]


def _star(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    return [*_cross(rng, hand, half), *_stroke(rng, hand, half)]


def _hatch(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    """Three to five lines side by side; two of a wide pen, so that it stays no filled box."""
    angle, room = rng.uniform(0, np.pi), 2 * half * 0.8
    count = max(2, min(int(rng.integers(3, 6)), int(room / (1.8 * hand.width_mm))))
    gap = room / count
    lines = []
    for place in range(count):
        y = (place - (count - 1) / 2) * gap
        reach = half * rng.uniform(0.5, 0.9)
        lines.append(stroke(rng, hand, _turned([(-reach, y), (reach, y)], angle, 1.0)))
    return lines


def zigzag(rng: Rng, hand: Hand, half: float, gap_mm: float, shape: Shape, over: float) -> list[Stroke]:
    """To and fro over the box, `gap_mm` from line to line; `over`: how far over its edge, against half of it."""
    angle = rng.choice((0, np.pi / 4, -np.pi / 4, np.pi / 2)) + rng.normal(0, 0.15)
    reach = max(half * (1 + over) - hand.width_mm / 2, 0.3 * half)
    gap_mm = min(gap_mm, reach)  # to and fro at least twice, with the widest pen too
    if shape is Shape.SQUARE:  # along its sides, or to its corners
        angle = rng.choice((0, np.pi / 2)) + rng.normal(0, 0.06)
    corners = []
    for place, y in enumerate(np.arange(-reach, reach + gap_mm, gap_mm)):
        chord = float(np.sqrt(max(reach**2 - y**2, 0.0))) if shape is Shape.CIRCLE else reach
        side = 1 if place % 2 else -1
        corners.append((side * chord * rng.uniform(0.88, 1.06), y + rng.normal(0, 0.06)))
    return [stroke(rng, hand, _turned(corners, angle, 1.0), 0.01)]


def _fill(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    """A scribble that leaves much of the box white."""
    gap = max(hand.width_mm * rng.uniform(1.8, 3.5), 0.8)
    return zigzag(rng, hand, half * rng.uniform(0.5, 0.95), gap, Shape.SQUARE, -0.1)


Maker = Callable[[Rng, Hand, float], list[Stroke]]
MARKS: dict[str, Maker] = {
    "cross": _cross,
    "hasty cross": _hasty_cross,
    "tick": _tick,
    "fill": _fill,
    "dot": _dot,
    "dash": _dash,
    "stroke": _stroke,
    "hatch": _hatch,
    "ring": _ring,
    "star": _star,
}


def moved(strokes: list[Stroke], x_mm: float, y_mm: float) -> tuple[Stroke, ...]:
    by = np.array((x_mm, y_mm), np.float32)
    return tuple(Stroke(each.points + by, each.width_mm, each.pressure) for each in strokes)


def mark(rng: Rng, hand: Hand, half: float) -> Drawn:
    """A mark in the box, as this hand makes it; now and then another kind than its usual."""
    kind = hand.kind if rng.random() < 0.85 else str(rng.choice(tuple(MARKS)))
    x, y = rng.normal(0, hand.astray_mm, 2).clip(-half * 0.6, half * 0.6)
    return Drawn(kind, moved(MARKS[kind](rng, hand, half), x, y), MARKED)


def cancel(rng: Rng, hand: Hand, half: float, shape: Shape) -> Drawn:
    """A mark that was taken back: filled all over as the form asks for, with the first mark beneath or without."""
    beneath = MARKS[hand.kind](rng, hand, half) if rng.random() < 0.7 else []
    filled = zigzag(rng, hand, half, max(0.22, hand.width_mm * rng.uniform(0.45, 0.85)), shape, rng.uniform(-0.08, 0.3))
    if rng.random() < 0.5:
        filled += zigzag(
            rng, hand, half, max(0.3, hand.width_mm * rng.uniform(0.6, 1.2)), shape, rng.uniform(-0.1, 0.25)
        )
    x, y = rng.normal(0, 0.2, 2)
    meant = PALE_FILL if hand.pen is HIGHLIGHTER else CANCELLED
    return Drawn("filled all over", moved([*beneath, *filled], x, y), meant)
