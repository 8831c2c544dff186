"""Sound as plain samples: 16 bit, one channel; a WAV file only at the edges.

Whoever makes sound says how many samples a second it has (`Clip`), and whoever plays it has one number: a recording, a
neural voice and espeak-ng then follow each other in one stream without a gap. A loudspeaker gets RATE: 22,050 a second
is what espeak-ng makes and most voices for piper are trained at, so hardly anything is ever converted for it, and it
carries all of speech, at half the bytes of music. A telephone gets fewer, which takes a filter: see `resample`.
"""

from __future__ import annotations

import sys
import wave
from array import array
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from kiosk.errors import ConfigError

RATE = 22050  # samples a second
WIDTH = 2  # bytes a sample
LOUDEST = 32767
SLOWEST_RATE, FASTEST_RATE = 4_000, 192_000  # samples a second that a recording may have


@dataclass(frozen=True, slots=True)
class Clip:
    """Sound as it was made: the samples of one channel, and how many of them are a second."""

    samples: bytes
    rate: int = RATE


def wav(samples: bytes, rate: int = RATE) -> bytes:
    """A WAV file of these samples."""
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(WIDTH)
        writer.setframerate(rate)
        writer.writeframes(samples)
    return file.getvalue()


def read(file: bytes) -> Clip:
    """What is in a WAV file with 16 bits, its channels mixed. Raises ConfigError for any other."""
    try:
        with wave.open(BytesIO(file), "rb") as reader:
            width, channels, rate = reader.getsampwidth(), reader.getnchannels(), reader.getframerate()
            data = reader.readframes(reader.getnframes())  # a header written in a stream promises more than there is
    except (wave.Error, EOFError, RuntimeError) as error:
        why = str(error) or "it is cut off"  # a part of it that is longer than the file is a RuntimeError without words
        raise ConfigError("voice.sound", f"This is no WAV file: {why}. Save it as WAV with 16 bits.") from None
    if width != WIDTH or not channels:
        raise ConfigError("voice.sound", f"This WAV file has {8 * width} bits. Save it with 16 bits.")
    if not SLOWEST_RATE <= rate <= FASTEST_RATE:
        raise ConfigError("voice.sound", f"This WAV file has {rate} samples a second. Save it with 22050.")
    data = data[: len(data) - len(data) % (WIDTH * channels)]
    if channels == 1:
        return Clip(data, rate)
    given = array_of(data)
    mixed = (sum(given[at : at + channels]) // channels for at in range(0, len(given), channels))
    return Clip(bytes_of(array("h", mixed)), rate)


def samples(file: bytes) -> bytes:
    """The samples of a WAV file with 16 bits, brought to RATE. Raises ConfigError for any other."""
    return at_rate(read(file))


def at_rate(clip: Clip) -> bytes:
    """Its samples at RATE. Between two of them the line is straight: good enough for speech on a loudspeaker, and done
    before anybody waits for it."""
    if clip.rate == RATE or not clip.samples:
        return clip.samples
    given = array_of(clip.samples)
    given.append(given[-1])
    made = array("h")
    for number in range((len(given) - 1) * RATE // clip.rate):
        at, part = divmod(number * clip.rate, RATE)
        made.append(given[at] + (given[at + 1] - given[at]) * part // RATE)
    return bytes_of(made)


def silence(seconds: float) -> bytes:
    return bytes(WIDTH * round(RATE * seconds))


def seconds(samples: bytes) -> float:
    """How long this is heard."""
    return len(samples) / (WIDTH * RATE)


def louder(samples: bytes, decibels: float) -> bytes:
    """Louder, or with less than 0 softer. What would pass the loudest sample there is stays at it."""
    if decibels == 0:
        return samples
    return bytes_of(array("h", map(_scaled(decibels).__getitem__, array_of(samples))))


@lru_cache(maxsize=8)
def _scaled(decibels: float) -> tuple[int, ...]:
    """Every sample's new value, to be looked up by the sample itself: the negative ones count from the end. Looking up
    takes half the time of multiplying."""
    factor = 10 ** (decibels / 20)
    return tuple(
        max(-LOUDEST - 1, min(LOUDEST, round(value * factor)))
        for value in (*range(LOUDEST + 1), *range(-LOUDEST - 1, 0))
    )


def array_of(data: bytes) -> array[int]:
    """Samples as numbers."""
    values = array("h", data)
    if sys.byteorder == "big":  # a WAV's samples have the low byte first
        values.byteswap()
    return values


def bytes_of(values: array[int]) -> bytes:
    """Numbers as samples."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()
