"""Sound as plain samples: 16 bit, one channel, RATE of them a second; a WAV file only at the edges.

One format everywhere, so that a recording, a neural voice and espeak-ng can follow each other in one stream without a
gap. 22,050 a second is what espeak-ng makes and most voices for piper are trained at: what is made here is hardly ever
converted. It carries all of speech (a telephone carries 8,000), at half the bytes of music.
"""

from __future__ import annotations

import sys
import wave
from array import array
from functools import lru_cache
from io import BytesIO

from kiosk.errors import ConfigError

RATE = 22050  # samples a second
WIDTH = 2  # bytes a sample
LOUDEST = 32767


def wav(samples: bytes) -> bytes:
    """A WAV file of these samples."""
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(WIDTH)
        writer.setframerate(RATE)
        writer.writeframes(samples)
    return file.getvalue()


def samples(file: bytes) -> bytes:
    """The samples of a WAV file with 16 bits, brought to one channel and RATE. Raises ConfigError for any other."""
    try:
        with wave.open(BytesIO(file), "rb") as reader:
            width, channels, rate = reader.getsampwidth(), reader.getnchannels(), reader.getframerate()
            data = reader.readframes(reader.getnframes())  # a header written in a stream promises more than there is
    except (wave.Error, EOFError) as error:
        raise ConfigError("voice.sound", f"This is no WAV file: {error}. Save it as WAV with 16 bits.") from None
    if width != WIDTH or not channels or not rate:
        raise ConfigError("voice.sound", f"This WAV file has {8 * width} bits. Save it with 16 bits.")
    return at_rate(data[: len(data) - len(data) % (WIDTH * channels)], rate, channels)


def at_rate(data: bytes, rate: int, channels: int = 1) -> bytes:
    """Samples at another rate, the channels mixed. Between two samples the line is straight: good enough for speech."""
    if rate == RATE and channels == 1:
        return data
    given = _array(data)
    mono = (
        given
        if channels == 1
        else array("h", (sum(given[at : at + channels]) // channels for at in range(0, len(given), channels)))
    )
    if rate == RATE or not mono:
        return _bytes(mono)
    mono.append(mono[-1])
    made = array("h")
    for number in range((len(mono) - 1) * RATE // rate):
        at, part = divmod(number * rate, RATE)
        made.append(mono[at] + (mono[at + 1] - mono[at]) * part // RATE)
    return _bytes(made)


def silence(seconds: float) -> bytes:
    return bytes(WIDTH * round(RATE * seconds))


def seconds(samples: bytes) -> float:
    """How long this is heard."""
    return len(samples) / (WIDTH * RATE)


def louder(samples: bytes, decibels: float) -> bytes:
    """Louder, or with less than 0 softer. What would pass the loudest sample there is stays at it."""
    if decibels == 0:
        return samples
    return _bytes(array("h", map(_scaled(decibels).__getitem__, _array(samples))))


@lru_cache(maxsize=8)
def _scaled(decibels: float) -> tuple[int, ...]:
    """Every sample's new value, to be looked up by the sample itself: the negative ones count from the end. Looking up
    takes half the time of multiplying."""
    factor = 10 ** (decibels / 20)
    return tuple(
        max(-LOUDEST - 1, min(LOUDEST, round(value * factor)))
        for value in (*range(LOUDEST + 1), *range(-LOUDEST - 1, 0))
    )


def _array(data: bytes) -> array[int]:
    values = array("h", data)
    if sys.byteorder == "big":  # a WAV's samples have the low byte first
        values.byteswap()
    return values


def _bytes(values: array[int]) -> bytes:
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()
