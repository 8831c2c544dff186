"""What else is found in and around a box: slips, second thoughts, dirt and writing, each with what can be said of it.

A harmless one means an empty box. For the others the target is a guess that is as unsure as any reader should be.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from channels.paper.sheet import Shape
from channels.paper.training.hands import EMPTY, MARKS, Drawn, Hand, Maker, Rng, Target, moved, spiral, stroke, zigzag
from channels.paper.training.pens import Points, Stroke

BESIDE: Target = (0.5, 0.5, 0.0)
HALF_OUT: Target = (0.2, 0.8, 0.0)
RINGED: Target = (0.3, 0.7, 0.0)
CROSSED_OUT: Target = (0.0, 0.45, 0.55)
NEARLY_FILLED: Target = (0.0, 0.5, 0.5)
SMALL: Target = (0.5, 0.5, 0.0)
GHOST: Target = (0.7, 0.3, 0.0)
UNSURE = {  # with how much of it there is
    "beside": 0.25,
    "half out": 0.1,
    "ringed": 0.12,
    "crossed out": 0.15,
    "nearly filled": 0.1,
    "small": 0.1,
    "reaching": 0.1,
    "ghost": 0.08,
}
REACHED: Target = (0.75, 0.25, 0.0)  # by the mark of another box


def harmless(rng: Rng, hand: Hand, half: float) -> Drawn:
    """A speck, a tail that comes in from elsewhere, a note beside the box, an underlined label."""
    kind = str(rng.choice(tuple(HARMLESS)))
    return Drawn(kind, tuple(HARMLESS[kind](rng, hand, half)), EMPTY)


def unsure(rng: Rng, hand: Hand, half: float, shape: Shape) -> Drawn:
    """What a person has to look at."""
    match rng.choice(tuple(UNSURE), p=tuple(UNSURE.values())):
        case "beside":
            return Drawn("beside", _away(rng, hand, half, 1.35, 2.1), BESIDE)
        case "half out":
            return Drawn("half out", _away(rng, hand, half, 0.85, 1.2), HALF_OUT)
        case "ringed":
            return Drawn("ringed", tuple(_ringed(rng, hand, half)), RINGED)
        case "crossed out":
            return Drawn(
                "crossed out", moved(_crossed_out(rng, hand, half, shape), *rng.normal(0, 0.3, 2)), CROSSED_OUT
            )
        case "nearly filled":
            gap = hand.width_mm * rng.uniform(1.1, 1.6)
            return Drawn("nearly filled", tuple(zigzag(rng, hand, half, gap, shape, -0.1)), NEARLY_FILLED)
        case "reaching":
            return Drawn("reaching", tuple(_reaching(rng, hand, half, rng.uniform(0.0, 0.45))), REACHED)
        case "small":
            return Drawn(
                "small", moved(_speck(rng, hand, rng.uniform(0.3, 0.6)), *rng.uniform(-0.5, 0.5, 2) * half), SMALL
            )
        case _:  # rubbed out, and still to be seen
            faint = replace(hand, darkness=hand.darkness * rng.uniform(0.1, 0.35))
            return Drawn("ghost", _paler(MARKS[hand.kind](rng, faint, half), rng.uniform(0.05, 0.16)), GHOST)


def _away(rng: Rng, hand: Hand, half: float, least: float, most: float) -> tuple[Stroke, ...]:
    """A mark whose middle is so far from the box's, against half of it, to any side."""
    angle, far = rng.uniform(0, 2 * np.pi), half * rng.uniform(least, most)
    small = replace(hand, size=min(hand.size, 0.8))
    kind = str(rng.choice(("cross", "tick", "dot", "dash")))
    return moved(MARKS[kind](rng, small, half), float(np.cos(angle) * far), float(np.sin(angle) * far))


def _crossed_out(rng: Rng, hand: Hand, half: float, shape: Shape) -> list[Stroke]:
    """A mark that was taken back otherwise than the form asks for: lines across it, or a scribble all over it."""
    mark = MARKS[str(rng.choice((hand.kind, "cross", "tick")))](rng, hand, half)
    match rng.integers(3):
        case 0:
            return [*mark, *MARKS["hatch"](rng, hand, half * 1.3)]
        case 1:  # struck through, twice and more, over the edges
            angle = rng.normal(0, 0.3)
            return [*mark, *(_struck(rng, hand, half, angle) for _ in range(rng.integers(2, 4)))]
        case _:
            gap, over = hand.width_mm * rng.uniform(1.1, 1.8), rng.uniform(-0.2, 0.4)
            return [*mark, *zigzag(rng, hand, half, gap, shape, over)]


def _struck(rng: Rng, hand: Hand, half: float, angle: float) -> Stroke:
    reach, y = half * rng.uniform(1.1, 1.7), rng.normal(0, 0.3) * half
    along = np.array(((-reach, y), (reach, y + rng.normal(0, 0.3))), np.float32)
    turn = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))), np.float32)
    return stroke(rng, hand, (along @ turn).astype(np.float32), 0.1)


def _ringed(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    angle = np.linspace(0, 2 * np.pi * rng.uniform(0.92, 1.15), 40) + rng.uniform(0, 6)
    size = half * rng.uniform(1.2, 1.7, 2)
    ring = np.stack((np.cos(angle) * size[0], np.sin(angle) * size[1]), axis=1)
    return [stroke(rng, hand, (ring + rng.normal(0, 0.3, 2)).astype(np.float32), 0.0)]


def _paler(strokes: list[Stroke], share: float) -> tuple[Stroke, ...]:
    return tuple(replace(each, pressure=each.pressure * np.float32(share)) for each in strokes)


def _speck(rng: Rng, hand: Hand, radius: float) -> list[Stroke]:
    thin = replace(hand, width_mm=min(hand.width_mm, radius), tremor_mm=0.0)
    return [spiral(rng, thin, radius, radius)]


def _specks(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    specks: list[Stroke] = []
    for _ in range(rng.integers(1, 4)):
        place = rng.uniform(-1.7, 1.7, 2) * half
        specks += moved(_speck(rng, hand, rng.uniform(0.06, 0.18)), *place)
    return specks


def _tail(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    """The end of a mark in the next box: it comes over the edge, and does not get to the middle."""
    return _reaching(rng, hand, half, rng.uniform(0.45, 1.4))


def _reaching(rng: Rng, hand: Hand, half: float, to: float) -> list[Stroke]:
    """From elsewhere to so far from the middle of the box, against half of it."""
    angle = rng.uniform(0, 2 * np.pi)
    outside = np.array((np.cos(angle), np.sin(angle))) * half * 2.2
    turn = angle + rng.normal(0, 0.5)
    inside = np.array((np.cos(turn), np.sin(turn))) * half * to
    return [stroke(rng, hand, np.stack((outside, inside)).astype(np.float32), 0.08)]


def _rest(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    """Where the pen was laid down while somebody thought."""
    radius = rng.uniform(0.12, 0.3)
    return list(moved(_speck(rng, hand, radius), *rng.uniform(-0.8, 0.8, 2) * half))


def _note(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    """Somebody's writing beside the box."""
    side = rng.choice((-1, 1))
    across = half * rng.uniform(1.25, 1.4) + np.sort(rng.uniform(0, 6, 24))
    height = rng.normal(rng.uniform(-0.7, 0.7) * half, half * 0.35, 24)
    return [stroke(rng, hand, _points(across * side, height), 0.2)]


def _underline(rng: Rng, hand: Hand, half: float) -> list[Stroke]:
    y = half * rng.uniform(1.15, 1.6)
    start = half * rng.uniform(-1.0, 1.6)
    return [stroke(rng, hand, _points(np.array((start, half * 6)), np.array((y, y + rng.normal(0, 0.5)))), 0.02)]


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> Points:
    return np.stack((x, y), axis=1).astype(np.float32)


HARMLESS: dict[str, Maker] = {"specks": _specks, "rest": _rest, "tail": _tail, "note": _note, "underline": _underline}
