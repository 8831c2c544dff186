"""What there is in a recording that Asterisk made: where somebody speaks, with a little before and after it.

Asterisk ends a recording after a silence, so most of them have one at the end; nobody has to listen to that, and a
recording that is nothing else is none. Loudness alone decides: a line's noise is far below, and a voice above it for
longer than a click. What a hang-up or a crash cut off counts as far as it goes, also where the file's head was not
brought up to date.
"""

from __future__ import annotations

from array import array
from operator import mul

from kiosk.voice.sound import WIDTH, array_of, bytes_of, wav

RATE = 8000  # samples a second, 16 bit, mono: Asterisk's format wav
HEAD = 44  # bytes before the samples, as Asterisk writes them
WINDOW = RATE // 50
LOUD = 200  # root mean square of a window, of 32,767: -44 dB
ENOUGH = 15  # loud windows: 0.3 s, less than the shortest "ja"
AROUND = RATE // 2  # samples kept before the first and after the last loud window


def spoken(recording: bytes) -> bytes:
    """A WAV file with what was said; b"" where nothing was."""
    data = recording[HEAD:]
    samples = array_of(data[: len(data) // WIDTH * WIDTH])
    loud = [start for start in range(0, len(samples), WINDOW) if _loud(samples[start : start + WINDOW])]
    if len(loud) < ENOUGH:
        return b""
    kept = samples[max(0, loud[0] - AROUND) : loud[-1] + WINDOW + AROUND]
    return wav(bytes_of(kept), RATE)


def _loud(window: array[int]) -> bool:
    """Without the window's mean, for some lines have one that is no sound."""
    mean, power = sum(window) / len(window), float(sum(map(mul, window, window))) / len(window)
    return power - mean * mean > LOUD * LOUD
