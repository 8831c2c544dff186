"""One speaker out of many: every sound equally loud, with the same short silence at its ends.

A recording from a quiet office, a voice of piper and espeak-ng follow each other in one call, sentence by sentence. So
each is brought to LOUDNESS, measured only where somebody speaks, and cut to as much silence as parts two sentences.

20 decibels below the loudest there is, because that leaves speech, whose peaks lie some 15 decibels above its mean,
just room enough. No peak is ever cut off: what is livelier than that stays softer, and so does what is so soft that it
is mostly noise. Pure.
"""

from __future__ import annotations

from array import array

from kiosk.voice.sound import LOUDEST, WIDTH, Clip, array_of, bytes_of

LOUDNESS = -20.0  # decibels of the mean power while somebody speaks; a sample at its largest has 0
PEAK = -1.0  # decibels of the loudest sample, at most
MOST = 30.0  # decibels by which anything is made louder
BEFORE, AFTER = 0.05, 0.15  # seconds of silence at the ends
FADE = 0.005  # seconds, so that a cut is no click
FRAME = 0.02  # seconds that are looked at together
HEARD = -35.0  # decibels below the loudest frame; what is softer is silence


def levelled(clip: Clip) -> Clip:
    """The same words as every other sound says its own. What has no sound in it becomes silence."""
    values = _centred(array_of(clip.samples))
    size = round(clip.rate * FRAME)
    powers = [_power(values[at : at + size]) for at in range(0, len(values), size)]
    least = max(powers, default=0.0) * _power_of(HEARD)
    heard = [number for number, power in enumerate(powers) if power and power >= least]
    before, after = round(clip.rate * BEFORE), round(clip.rate * AFTER)
    if not heard:
        return Clip(bytes(WIDTH * (before + after)), clip.rate)
    start, end = heard[0] * size - before, min(len(values), (heard[-1] + 1) * size) + after
    kept = _scaled(values[max(0, start) : end], sum(powers[number] for number in heard) / len(heard))
    _fade(kept, round(clip.rate * FADE))
    lacking = end - max(0, start) - len(kept)
    return Clip(bytes(WIDTH * max(0, -start)) + bytes_of(kept) + bytes(WIDTH * lacking), clip.rate)


def _centred(values: array[int]) -> array[int]:
    """Around 0, which a simple sound card may miss: then silence would have a power, too."""
    middle = round(sum(values) / len(values)) if values else 0
    if not middle:
        return values
    return array("h", (max(-LOUDEST, min(LOUDEST, value - middle)) for value in values))


def _power(values: array[int]) -> float:
    return sum(value * value for value in values) / len(values)


def _power_of(decibels: float) -> float:
    return float(10 ** (decibels / 10))


def _scaled(values: array[int], power: float) -> array[int]:
    """With this power brought to LOUDNESS."""
    wanted = (LOUDEST**2 * _power_of(LOUDNESS) / power) ** 0.5
    loudest = max(max(values), -min(values))
    factor = min(wanted, LOUDEST * _power_of(PEAK) ** 0.5 / loudest, _power_of(MOST) ** 0.5)
    return array("h", (round(value * factor) for value in values))


def _fade(values: array[int], length: int) -> None:
    """At both ends, in place."""
    length = min(length, len(values))
    for at in range(length):
        values[at] = values[at] * at // length
        values[-1 - at] = values[-1 - at] * at // length
