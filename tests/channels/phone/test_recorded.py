"""Whether somebody spoke in a recording, and whether it is one."""

from __future__ import annotations

import math
import random
from array import array

import pytest

from channels.phone.recorded import RATE, samples, spoken
from kiosk.errors import UsageError
from kiosk.voice.sound import wav


def tone(seconds: float, loud: int) -> bytes:
    turn = 2 * math.pi * 300 / RATE
    return array("h", (round(loud * math.sin(turn * at)) for at in range(round(RATE * seconds)))).tobytes()


def noise(seconds: float, loud: int) -> bytes:
    chance = random.Random(1)
    return array("h", (chance.randint(-loud, loud) for _ in range(round(RATE * seconds)))).tobytes()


@pytest.mark.parametrize(
    ("what", "data", "somebody"),
    [
        ("nothing at all", b"", False),
        ("half a sample", b"\1", False),
        ("silence", bytes(2 * RATE), False),
        ("the noise of a bad line", noise(5, 150), False),
        ("a click", tone(0.05, 20_000), False),
        ("the phone put down twice", tone(0.06, 20_000) + bytes(RATE) + tone(0.06, 20_000), False),
        ("one short word", tone(0.3, 3_000), True),
        ("a word in the noise", noise(3, 150) + tone(0.3, 1_000) + noise(3, 150), True),
        ("a quiet voice", tone(2, 500), True),
        ("single words, far apart", (tone(0.1, 3_000) + bytes(RATE)) * 3, True),
    ],
)
def test_somebody_spoke(what: str, data: bytes, somebody: bool) -> None:
    assert spoken(data) is somebody


def test_a_recording_gives_its_samples() -> None:
    assert samples(wav(b"\1\2\3\4", RATE)) == b"\1\2\3\4"


@pytest.mark.parametrize("file", [b"", b"RIFF", b"no sound", wav(bytes(100)), wav(bytes(100), RATE)[:20]])
def test_anything_else_is_none(file: bytes) -> None:
    with pytest.raises(UsageError):
        samples(file)
