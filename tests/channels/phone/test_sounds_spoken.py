"""What the real espeak-ng says on the telephone: how fast, how loud, and with how much silence around it."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

import pytest

from channels.phone.level import AFTER, BEFORE, LOUDNESS, PEAK
from channels.phone.sounds import RATE, WORDS, Sounds
from kiosk.call import Phrase
from kiosk.lint.language import sentences, words
from kiosk.voice import Voice, sound
from kiosk.voice.sound import LOUDEST
from tests.kiosk.generated import LOCALES, SAMPLES, sample
from tests.kiosk.voice.standins import need_espeak

pytestmark = pytest.mark.peers

SPOKEN = {
    locale: [
        part
        for name in SAMPLES
        for _, text in sample(name).texts()
        for part in sentences(text[locale])
        if 4 <= len(words(part)) <= 12
    ][:60]
    for locale in LOCALES
}
DIGITS = [str(digit) for digit in range(10)]


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    need_espeak()
    return Voice(tmp_path / "voices", WORDS)


def decibels(power: float) -> float:
    return 10 * math.log10(max(power, 1) / LOUDEST**2)


def power(values: array[int]) -> float:
    return sum(value * value for value in values) / len(values)


@pytest.mark.parametrize("locale", LOCALES)
def test_it_speaks_about_as_fast_in_every_language(voice: Voice, locale: str) -> None:
    minutes = sum(sound.seconds(voice.samples(sentence, locale)) for sentence in SPOKEN[locale]) / 60
    assert sum(len(words(sentence)) for sentence in SPOKEN[locale]) / minutes == pytest.approx(122.5, rel=0.06)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_and_every_digit_is_as_loud_and_begins_as_soon(
    voice: Voice, locale: str, tmp_path: Path
) -> None:
    sounds = Sounds(tmp_path / "sounds", voice)
    for text in (*SPOKEN[locale][:12], *DIGITS):
        samples = array("h", sounds.file(Phrase(text, locale)).read_bytes()[44:])
        frames = [power(samples[at : at + 160]) for at in range(0, len(samples) - 160, 160)]
        speaking = [frame for frame in frames if frame > max(frames) / 3000]
        assert decibels(sum(speaking) / len(speaking)) == pytest.approx(LOUDNESS, abs=2.5), text
        assert decibels(max(map(abs, samples)) ** 2) < PEAK + 0.1, text
        before, after = samples[: round(RATE * BEFORE * 0.5)], samples[-round(RATE * AFTER * 0.9) :]
        assert decibels(max(power(before), power(after))) < LOUDNESS - 20, text
        assert decibels(max(frames[:12])) > LOUDNESS - 20, text  # soon, even behind the soft beginning of "three"
