"""What the real espeak-ng says on the telephone: how fast, how loud, and with how much silence around it."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

import pytest

from channels.phone.level import AFTER, BEFORE, LOUDNESS, PEAK
from channels.phone.script import phrases
from channels.phone.sounds import RATE, Sounds, make, pace, seconds
from kiosk.call import Phrase
from kiosk.office import Office
from kiosk.voice import Voice
from kiosk.voice.sound import LOUDEST
from tests.kiosk.generated import LOCALES, SAMPLES
from tests.kiosk.running import make_office
from tests.kiosk.voice.standins import need_espeak

pytestmark = pytest.mark.peers

DIGITS = [str(digit) for digit in range(10)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    need_espeak()
    return Office(make_office(tmp_path_factory.mktemp("spoken") / "office"))


def said_by(office: Office) -> list[Phrase]:
    """Everything that a call about the sample surveys can say."""
    return list(dict.fromkeys(one for name in SAMPLES for one in phrases(office, office.survey(name))))


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    need_espeak()
    return Voice(tmp_path / "voices", pace)


def decibels(power: float) -> float:
    return 10 * math.log10(max(power, 1) / LOUDEST**2)


def power(values: array[int]) -> float:
    return sum(value * value for value in values) / len(values)


def test_a_call_comes_to_so_many_words_a_minute_in_every_language(office: Office) -> None:
    """With all the pauses between and in its sentences."""
    sounds = make(office)
    for locale in LOCALES:
        said = [one for one in said_by(office) if one.locale == locale and not one.text.isdecimal()]
        minutes = sum(seconds(sounds.file(one)) for one in said) / 60
        assert sum(len(one.text.split()) for one in said) / minutes == pytest.approx(122.5, rel=0.05), locale


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_and_every_digit_is_as_loud_and_begins_as_soon(
    office: Office, voice: Voice, locale: str, tmp_path: Path
) -> None:
    sounds = Sounds(tmp_path / "sounds", voice)
    spoken = [one.text for one in said_by(office) if one.locale == locale and len(one.text.split()) > 3][:12]
    for text in (*spoken, *DIGITS):
        samples = array("h", sounds.file(Phrase(text, locale)).read_bytes()[44:])
        frames = [power(samples[at : at + 160]) for at in range(0, len(samples) - 160, 160)]
        speaking = [frame for frame in frames if frame > max(frames) / 3000]
        assert decibels(sum(speaking) / len(speaking)) == pytest.approx(LOUDNESS, abs=2.5), text
        assert decibels(max(map(abs, samples)) ** 2) < PEAK + 0.1, text
        before, after = samples[: round(RATE * BEFORE * 0.5)], samples[-round(RATE * AFTER * 0.9) :]
        assert decibels(max(power(before), power(after))) < LOUDNESS - 20, text
        assert decibels(max(frames[:12])) > LOUDNESS - 20, text  # soon, even behind the soft beginning of "three"
