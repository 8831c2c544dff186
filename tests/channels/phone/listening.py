"""Whether two sounds are the same one, however late and loud the second is: their normalised cross-correlation.

It is looked for roughly first, with four samples folded into one: 2,000 a second carry a voice's pitch and first
formant. How alike they are is then said by all samples around that place.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import sqrt
from operator import mul
from pathlib import Path

from kiosk.voice.sound import array_of, read

RATE = 8000  # samples a second
FOLD = 4


def alike(heard: bytes, sound: Path) -> float:
    """From 0, nothing of it can be heard, to 1. `heard`: samples."""
    return found(heard, sound)[0]


def found(heard: bytes, sound: Path) -> tuple[float, float]:
    """How alike, and from which second on."""
    wanted, all_heard = array_of(read(sound.read_bytes()).samples), array_of(heard)
    # The end of what was said may still be on its way when the call is over.
    all_heard.extend([0] * max(len(wanted) - len(all_heard), RATE // 2))
    rough, coarse = _folded(wanted), _folded(all_heard)
    _, place = _best(rough, coarse, range(len(coarse) - len(rough) + 1))
    last = len(all_heard) - len(wanted)
    likeness, place = _best(wanted, all_heard, range(max(0, (place - 1) * FOLD), min(last, (place + 1) * FOLD) + 1))
    return likeness, place / RATE


def _best(wanted: Sequence[float], heard: Sequence[float], places: Iterable[int]) -> tuple[float, int]:
    energy, powers = sum(map(mul, wanted, wanted)), list(accumulate(map(mul, heard, heard), initial=0.0))
    best = (0.0, 0)
    for place in places:
        power = powers[place + len(wanted)] - powers[place]
        if power > 0:
            product = sum(map(mul, wanted, heard[place : place + len(wanted)]))
            best = max(best, (abs(product) / sqrt(energy * power), place))
    return best


def _folded(samples: array[int]) -> array[float]:
    whole = len(samples) // FOLD * FOLD
    folded = array("d", (float(sum(samples[start : start + FOLD])) for start in range(0, whole, FOLD)))
    mean = sum(folded) / max(1, len(folded))
    return array("d", (value - mean for value in folded))
