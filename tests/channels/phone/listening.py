"""Whether two sounds are the same one, however late and loud the second is: their normalised cross-correlation."""

from __future__ import annotations

from array import array
from itertools import accumulate
from math import sqrt
from operator import mul
from pathlib import Path

from kiosk.voice.sound import array_of, read

RATE = 8000
FOLD = 4  # samples that are made one: 2,000 a second carry a voice's pitch and first formant, which is enough


def alike(heard: bytes, sound: Path) -> float:
    """From 0, nothing of it can be heard, to 1. `heard`: samples, 8,000 a second."""
    return found(heard, sound)[0]


def found(heard: bytes, sound: Path) -> tuple[float, float]:
    """How alike, and from which second on."""
    wanted, all_heard = _folded(array_of(read(sound.read_bytes()).samples)), _folded(array_of(heard))
    # The end of what was said may still be on its way when the call is over.
    all_heard.extend([0.0] * max(len(wanted) - len(all_heard), RATE // FOLD // 2))
    energy = sum(map(mul, wanted, wanted))
    powers = list(accumulate((value * value for value in all_heard), initial=0.0))
    best, at = 0.0, 0
    for lag in range(len(all_heard) - len(wanted) + 1):
        power = powers[lag + len(wanted)] - powers[lag]
        if power > 0:
            likeness = abs(sum(map(mul, wanted, all_heard[lag : lag + len(wanted)]))) / sqrt(energy * power)
            best, at = max((best, at), (likeness, lag))
    return best, at * FOLD / RATE


def _folded(samples: array[int]) -> array[float]:
    whole = len(samples) // FOLD * FOLD
    folded = array("d", (float(sum(samples[start : start + FOLD])) for start in range(0, whole, FOLD)))
    mean = sum(folded) / max(1, len(folded))
    return array("d", (value - mean for value in folded))
