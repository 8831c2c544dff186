"""What a line recorded: whether it is a recording as all of this channel keeps them, and whether anybody spoke in it.

One format for every line, the telephone's own: 8,000 samples a second, 16 bit, one channel. Somebody spoke where the
sound is louder than a line's noise for long enough to be a word; a recording of silence would only make staff listen to
nothing, so a line throws it away and says `HeardNothing`.
"""

from __future__ import annotations

import sys
import wave
from array import array
from io import BytesIO
from operator import mul

from kiosk.errors import UsageError

RATE = 8000  # samples a second
WIDTH = 2  # bytes a sample
LOUD = 260  # of 32,767: -42 dB; a line's noise stays below -50, somebody who speaks is at about -25
WORD = 0.2  # seconds that are loud
_PIECE = RATE // 50  # samples of 20 ms


def samples(file: bytes) -> bytes:
    """The samples of a WAV file in the format above. Raises UsageError for anything else."""
    try:
        with wave.open(BytesIO(file), "rb") as reader:
            form = (reader.getframerate(), reader.getsampwidth(), reader.getnchannels())
            data = reader.readframes(reader.getnframes())
    except (wave.Error, EOFError, RuntimeError):  # the last for a part that is longer than the file
        form, data = (0, 0, 0), b""
    if form != (RATE, WIDTH, 1):
        raise UsageError("recording.format", f"This is no WAV file with {RATE} samples a second, 16 bit, one channel.")
    return data


def spoken(data: bytes) -> bool:
    """Whether anybody speaks in these samples."""
    heard = array("h", data[: len(data) - len(data) % WIDTH])
    if sys.byteorder == "big":
        heard.byteswap()
    pieces = (heard[at : at + _PIECE] for at in range(0, len(heard) - _PIECE + 1, _PIECE))
    loud = sum(sum(map(mul, piece, piece)) > LOUD * LOUD * _PIECE for piece in pieces)
    return bool(loud * _PIECE >= WORD * RATE)
