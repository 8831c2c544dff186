"""Sound at fewer samples a second, as a telephone takes it: without what would come back as another tone.

Whoever leaves samples out hears what lies above half the new rate folded below it: the hiss of an s at 6,000 hertz
would whistle at 2,000. So every new sample is a weighted mean of those around it, the weights being a low-pass: a sinc
function in a Kaiser window. It lets everything through that a telephone carries (up to 85 % of half the lower rate),
and from 115 % on nothing is left above a thousandth; what lies between folds to where no telephone is heard.

Between two given samples a new one stands only at few places (of 22,050 to 8,000: at 160), so the weights are worked
out once for each of them. Plain Python is enough: a second of sound takes about 15 ms.
"""

from __future__ import annotations

import math
from array import array
from functools import lru_cache
from operator import mul

from kiosk.voice.sound import LOUDEST, Clip, array_of, bytes_of

PASSES = 0.85  # of half the lower rate; as far above it as below, all is gone
LEFT = 60.0  # decibels by which it is
_BETA = 0.1102 * (LEFT - 8.7)  # Kaiser's formulas for a window and its length
_LENGTH = (LEFT - 7.95) / 14.36


def resampled(clip: Clip, rate: int) -> Clip:
    """The same sound at another rate, of the same length."""
    if clip.rate == rate or not clip.samples:
        return Clip(clip.samples, rate)
    shared = math.gcd(clip.rate, rate)
    step, places = clip.rate // shared, rate // shared
    weights = _weights(step, places)
    around = len(weights[0])
    given = array_of(clip.samples)
    before, after = [float(given[0])] * (around // 2 - 1), [float(given[-1])] * (around // 2 + 1)
    line = [*before, *map(float, given), *after]
    made = array("h")
    for number in range(len(given) * rate // clip.rate):
        at, place = divmod(number * step, places)
        value = round(sum(map(mul, weights[place], line[at : at + around])))
        made.append(max(-LOUDEST - 1, min(LOUDEST, value)))
    return Clip(bytes_of(made), rate)


@lru_cache(maxsize=4)
def _weights(step: int, places: int) -> tuple[tuple[float, ...], ...]:
    """For each place between two given samples, the weights of those around it; together they are 1."""
    lower = min(1.0, places / step)  # the lower rate, as a part of the given one
    half = math.ceil(_LENGTH / (2 * (1 - PASSES) * lower)) + 1
    return tuple(_around(place / places, lower, half) for place in range(places))


def _around(place: float, lower: float, half: int) -> tuple[float, ...]:
    distances = [number - place for number in range(1 - half, half + 1)]
    values = [_sinc(lower * distance) * _kaiser(distance / half) for distance in distances]
    total = sum(values)
    return tuple(value / total for value in values)


def _sinc(value: float) -> float:
    return math.sin(math.pi * value) / (math.pi * value) if value else 1.0


def _kaiser(value: float) -> float:
    """The window from -1 to 1."""
    return _bessel(_BETA * math.sqrt(max(0.0, 1 - value * value))) / _bessel(_BETA)


def _bessel(value: float) -> float:
    """The modified Bessel function of order 0, by its series."""
    total = term = 1.0
    for number in range(1, 30):
        term *= (value / (2 * number)) ** 2
        total += term
    return total
