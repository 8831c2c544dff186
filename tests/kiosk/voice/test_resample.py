"""The filter in front of the telephone: what it lets through, and what it keeps from coming back as another tone."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.voice.resample import resampled
from kiosk.voice.sound import RATE, Clip, array_of, seconds

TELEPHONE = 8000
AMPLITUDE = 16000


def tone(hertz: float, rate: int, length: float = 0.5) -> Clip:
    values = (round(AMPLITUDE * math.sin(2 * math.pi * hertz * at / rate)) for at in range(round(rate * length)))
    return Clip(array("h", values).tobytes(), rate)


def decibels(clip: Clip) -> float:
    """How loud it is in its middle, against a tone of the full amplitude."""
    values = array_of(clip.samples)[200:-200]
    power = sum(value * value for value in values) / len(values)
    return 10 * math.log10(max(power, 0.01) / (AMPLITUDE**2 / 2))


@pytest.mark.parametrize("rate", [RATE, 16000, 44100, 48000])
@pytest.mark.parametrize("hertz", [100, 300, 1000, 2000, 3400])
def test_what_a_telephone_carries_stays_as_loud(hertz: int, rate: int) -> None:
    assert decibels(resampled(tone(hertz, rate), TELEPHONE)) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("rate", [RATE, 16000, 44100, 48000])
@pytest.mark.parametrize("hertz", [4650, 5000, 6000, 7000, 7900])
def test_what_lies_above_does_not_come_back_as_another_tone(hertz: int, rate: int) -> None:
    assert decibels(resampled(tone(hertz, rate), TELEPHONE)) < -58


def test_a_lower_rate_is_brought_up_without_ghosts() -> None:
    """A tone at 1,000 hertz must not be heard once more at 5,000, its mirror at 3,000 samples a second and a half."""
    made = resampled(tone(1000, 6000), 16000)
    assert decibels(made) == pytest.approx(0, abs=0.1)
    assert decibels(resampled(made, 6000)) == pytest.approx(0, abs=0.1)


def test_the_tone_stays_where_it_was_in_time() -> None:
    """No delay: the middle of a click is in the middle."""
    click = array("h", bytes(2 * 4410))
    click[2205 - 20 : 2205 + 21] = array("h", [AMPLITUDE] * 41)
    made = array_of(resampled(Clip(click.tobytes(), RATE), TELEPHONE).samples)
    assert made.index(max(made)) == pytest.approx(800, abs=8)
    assert sum(made[:800]) == pytest.approx(sum(made[801:]), rel=0.05)


@given(st.lists(st.integers(-32768, 32767), max_size=300), st.sampled_from([4000, 8000, 11025, 16000, RATE, 48000]))
def test_any_sound_keeps_its_length_and_never_turns_over(values: list[int], rate: int) -> None:
    made = resampled(Clip(array("h", values).tobytes(), rate), TELEPHONE)
    assert made.rate == TELEPHONE
    assert len(made.samples) == 2 * (len(values) * TELEPHONE // rate)
    if values and min(values) == max(values):
        assert set(array_of(made.samples)) <= {values[0]}


def test_nothing_is_done_where_nothing_is_to_do() -> None:
    given_ = tone(1000, TELEPHONE)
    assert resampled(given_, TELEPHONE) == given_
    assert resampled(Clip(b"", RATE), TELEPHONE) == Clip(b"", TELEPHONE)
    assert seconds(given_.samples) > 0
