"""Whether two sounds are the same one, however late and loud the second is: their normalised cross-correlation."""

from __future__ import annotations

from array import array
from math import sqrt
from operator import mul
from pathlib import Path

from kiosk.voice.sound import array_of, read

FOLD = 4  # samples that are made one: 2,000 a second carry a voice's pitch and first formant, which is enough


def alike(heard: bytes, sound: Path) -> float:
    """From 0, nothing of it can be heard, to 1. `heard`: samples, 8,000 a second."""
    wanted, all_heard = _folded(array_of(read(sound.read_bytes()).samples)), _folded(array_of(heard))
    short = len(wanted) - len(all_heard)
    if short > 0:
        all_heard.extend([0.0] * short)
    energy = sum(map(mul, wanted, wanted))
    powers = [0.0]
    for value in all_heard:
        powers.append(powers[-1] + value * value)
    best = 0.0
    for lag in range(len(all_heard) - len(wanted) + 1):
        power = powers[lag + len(wanted)] - powers[lag]
        if power > 0:
            product = sum(map(mul, wanted, all_heard[lag : lag + len(wanted)]))
            best = max(best, abs(product) / sqrt(energy * power))
    return best


def _folded(samples: array[int]) -> array[float]:
    whole = len(samples) // FOLD * FOLD
    folded = array("d", (float(sum(samples[start : start + FOLD])) for start in range(0, whole, FOLD)))
    mean = sum(folded) / max(1, len(folded))
    return array("d", (value - mean for value in folded))
