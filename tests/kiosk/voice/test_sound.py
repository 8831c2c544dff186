"""Samples: what WAV files bring, and how loud they become."""

from __future__ import annotations

import wave
from array import array
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import ConfigError
from kiosk.voice import sound


def wav(values: list[int], *, rate: int = sound.RATE, channels: int = 1, width: int = 2) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(array("h", values).tobytes())
    return file.getvalue()


def test_a_wav_file_of_samples_gives_them_back() -> None:
    samples = array("h", [0, 1, -1, 32767, -32768]).tobytes()
    assert sound.samples(sound.wav(samples)) == samples


def test_two_channels_are_mixed() -> None:
    assert array("h", sound.samples(wav([100, 300, -50, 50], channels=2))).tolist() == [200, 0]


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_another_rate_keeps_the_length(rate: int) -> None:
    made = sound.samples(wav([500] * rate, rate=rate))
    assert sound.seconds(made) == pytest.approx(1, abs=0.001)
    assert set(array("h", made)) == {500}


TORN = b"RIFF" + (36).to_bytes(4, "little") + b"WAVELIST" + (1000).to_bytes(4, "little")  # a part beyond its end


@pytest.mark.parametrize("file", [b"", b"RIFF", b"no sound at all", wav([1, 2], width=1), wav([0, 0], width=4), TORN])
def test_what_is_no_wav_with_16_bits_is_refused(file: bytes) -> None:
    with pytest.raises(ConfigError) as refused:
        sound.samples(file)
    assert refused.value.code == "voice.sound"


@given(st.binary())
def test_any_bytes_are_samples_or_refused(file: bytes) -> None:
    try:
        made = sound.samples(file)
    except ConfigError:
        made = b""
    assert len(made) % sound.WIDTH == 0


@given(st.lists(st.integers(-32768, 32767)), st.integers(-40, 40))
def test_louder_never_turns_over(values: list[int], decibels: int) -> None:
    made = array("h", sound.louder(array("h", values).tobytes(), decibels))
    assert len(made) == len(values)
    assert all((before >= 0) == (after >= 0) or after == 0 for before, after in zip(values, made, strict=True))


def test_twenty_decibels_less_are_a_tenth() -> None:
    assert array("h", sound.louder(array("h", [10000, -10000]).tobytes(), -20)).tolist() == [1000, -1000]
