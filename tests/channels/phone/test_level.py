"""One speaker out of many: equally loud, and with the same silence at both ends."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.phone.level import AFTER, BEFORE, FRAME, LOUDNESS, levelled
from kiosk.voice.sound import LOUDEST, Clip, array_of

RATE = 8000


def tone(seconds: float, amplitude: float) -> list[int]:
    return [round(amplitude * math.sin(2 * math.pi * 400 * at / RATE)) for at in range(round(RATE * seconds))]


def clip(*parts: list[int]) -> Clip:
    return Clip(array("h", [value for part in parts for value in part]).tobytes(), RATE)


def quiet(seconds: float, value: int = 0) -> list[int]:
    return [value] * round(RATE * seconds)


def decibels(values: list[int]) -> float:
    return 10 * math.log10(sum(value * value for value in values) / len(values) / LOUDEST**2)


def spoken(made: Clip) -> list[int]:
    """What is between the two silences."""
    return array_of(made.samples)[round(RATE * BEFORE) : -round(RATE * AFTER)].tolist()


@pytest.mark.parametrize("amplitude", [700, 3000, 12000, 32767])
def test_soft_and_loud_speakers_become_equally_loud(amplitude: int) -> None:
    made = levelled(clip(quiet(0.5), tone(1, amplitude), quiet(0.5)))
    assert decibels(spoken(made)) == pytest.approx(LOUDNESS, abs=0.3)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0.02, 0.06), (0.05, 0.15), (1, 2)])
def test_the_silence_at_the_ends_is_always_the_same(before: float, after: float) -> None:
    made = levelled(clip(quiet(before), tone(1, 5000), quiet(after)))
    assert len(made.samples) / 2 / RATE == pytest.approx(1 + BEFORE + AFTER, abs=2 * FRAME)


def test_pauses_between_words_stay_and_count_for_nothing() -> None:
    made = levelled(clip(tone(0.5, 5000), quiet(1), tone(0.5, 5000)))
    assert len(made.samples) / 2 / RATE == pytest.approx(2 + BEFORE + AFTER, abs=2 * FRAME)
    assert decibels(spoken(made)[: RATE // 2]) == pytest.approx(LOUDNESS, abs=0.3)


def test_a_soft_sound_at_the_beginning_of_a_word_is_not_cut_off() -> None:
    """The hiss in front of “fünf” is far softer than its vowel."""
    made = levelled(clip(quiet(0.5), tone(0.04, 40), tone(0.5, 5000)))
    values = array_of(made.samples).tolist()
    assert any(values[round(RATE * 0.02) : round(RATE * 0.045)])


def test_no_peak_is_cut_off() -> None:
    """A clap in soft speech: all of it stays as it is in proportion, and below the loudest there is."""
    made = levelled(clip(tone(1, 1000), [30000, -30000] * 5, tone(1, 1000)))
    values = array_of(made.samples)
    assert 0.85 * LOUDEST < max(values) < 0.9 * LOUDEST
    assert max(values) / max(values[400:4000]) == pytest.approx(30, rel=0.02)


def test_a_sound_card_that_misses_the_middle_makes_no_difference() -> None:
    with_offset = clip([value + 900 for value in (*quiet(0.5), *tone(1, 5000), *quiet(0.5))])
    assert levelled(with_offset) == levelled(clip(quiet(0.5), tone(1, 5000), quiet(0.5)))


@pytest.mark.parametrize("nothing", [[], quiet(2), quiet(2, 1), quiet(1, -500)])
def test_what_has_no_sound_in_it_is_silence(nothing: list[int]) -> None:
    made = levelled(clip(nothing))
    assert not any(array_of(made.samples))
    assert len(made.samples) / 2 / RATE == pytest.approx(BEFORE + AFTER)


def test_a_microphone_that_was_off_does_not_become_a_hiss() -> None:
    made = levelled(clip([1, -1] * RATE))
    assert max(array_of(made.samples)) < 40


@given(st.lists(st.integers(-32768, 32767), max_size=2000))
def test_any_sound_can_be_levelled(values: list[int]) -> None:
    made = array_of(levelled(clip(values)).samples)
    assert len(made) >= round(RATE * (BEFORE + AFTER)) - round(RATE * FRAME)
    assert max(map(abs, made)) < LOUDEST
