"""A whole interview: somebody at a telephone, a real Asterisk, a real `kiosk start`, and the answers in the store."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest

from channels.phone.script import phrases
from channels.phone.sounds import make, seconds
from kiosk.call import Phrase
from kiosk.office import Office
from kiosk.voice.sound import read
from tests.channels.phone.asterisk import Asterisk
from tests.channels.phone.baresip import RATE, Telephone
from tests.channels.phone.listening import alike, found
from tests.channels.phone.sipp import CALLER
from tests.kiosk.running import Started, make_office, run

pytestmark = pytest.mark.peers

ANSWER = "Ich wünsche mir mehr Busse am Abend."
NOTICE = 22.0  # seconds; it has 20 at most, and nothing interrupts it
TOLD = 9.0  # seconds: that one is recorded after the tone
CODE = 11  # digits


@pytest.fixture
def asterisk(tmp_path: Path) -> Iterator[Asterisk]:
    with Asterisk(tmp_path / "asterisk") as asterisk:
        yield asterisk


@pytest.fixture
def office(tmp_path: Path, asterisk: Asterisk) -> Path:
    folder = make_office(tmp_path / "office")
    for survey in (folder / "surveys").glob("*.toml"):
        if survey.stem != "counter":
            survey.unlink()
    file = folder / "office.toml"
    before, section, phone = file.read_text().partition("[phone]")
    for name, value in {
        "transport": '"asterisk"',
        "fastagi_port": str(asterisk.fastagi),
        "recordings": f'"{asterisk.recordings}"',
        "sounds": f'"{asterisk.sounds}"',
    }.items():
        phone, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", phone, count=1)
        assert count == 1, name
    file.write_text(before + section + phone)
    return folder


@pytest.mark.timeout(300)
def test_a_whole_interview(tmp_path: Path, asterisk: Asterisk, office: Path) -> None:
    sounds = make(Office(office))
    answer = sounds.file(Phrase(ANSWER, "de"))
    for phrase in phrases(Office(office), Office(office).survey("counter")):
        if phrase.locale == "de":
            sounds.file(phrase)
    with Started(office) as server:
        says = read(answer.read_bytes()).samples + bytes(2 * RATE)
        with Telephone(tmp_path / "caller", asterisk.sip, says) as telephone:
            for key, wait in (("1", 4.0), ("1", NOTICE), *((key, 2.0) for key in "2324")):
                time.sleep(wait)
                telephone.press(key)
            time.sleep(2.0)
            telephone.press("1")  # yes, record
            time.sleep(TOLD + 2 * seconds(answer))
            telephone.press("#")
            for _ in ("keep it", "submit"):
                time.sleep(2.0)
                telephone.press("1")
            time.sleep(45.0)  # the code, twice
            telephone.press("9")
            telephone.wait_for_the_end()
        assert CALLER not in server.log
    assert list(asterisk.recordings.iterdir()) == []
    shown = run(office, "show", spelled(telephone.heard, Office(office))).stdout
    for given in ("phone", "counted, complete", "Zufrieden", "Über 30 Minuten", "Zum Teil", "Etwas anderes"):
        assert given in shown
    (blob,) = (file for file in (office / "blobs").rglob("*") if file.is_file())
    assert alike(read(Office(office).blobs.read(blob.name)).samples, answer) >= 0.8


def spelled(heard: bytes, office: Office) -> str:
    """The code, digit by digit, as the caller hears it."""
    heard = heard[-2 * RATE * 60 :]  # the last minute
    sounds, german = make(office), office.catalogues["de"]
    announced = sounds.file(Phrase(german.say("call.code"), "de"))
    likeness, at = found(heard, announced)
    assert likeness >= 0.8
    at += seconds(announced)
    digits = {str(digit): sounds.file(Phrase(str(digit), "de")) for digit in range(10)}
    code = ""
    while len(code) < CODE:
        piece = heard[2 * int(RATE * at) :][: 2 * int(RATE * 2.0)]
        begins, digit = min((first(piece, sound), digit) for digit, sound in digits.items())
        code += digit
        at += begins + seconds(digits[digit])
    return code


def first(heard: bytes, sound: Path) -> float:
    """When it is heard for the first time; what comes after everything where it is not."""
    begins = inf
    while (place := found(heard, sound))[0] >= 0.8:
        begins = place[1]
        heard = heard[: 2 * int(RATE * begins)]
    return begins
