"""A step as TwiML, sign by sign; and that our own rules for TwiML refuse what Twilio would."""

from __future__ import annotations

import pytest

from channels.phone.twilio.documents import Addresses, apology, document
from kiosk.call import HangUp, Keys, Pause, Phrase, Record, Replay, Sound, Step, Transfer
from tests.channels.phone.markup import read

PAGES = "https://dialog.example.org/phone/twilio"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
HELLO, ASK, WAIT = Phrase("Guten Tag & hallo", "de"), Phrase("Taste 1?", "de"), Pause(0.3)


def sound(sound: Sound) -> str:
    match sound:
        case Phrase(text):
            return f"{PAGES}/sound/{text[:5].lower().strip()}.wav"
        case Pause(seconds):
            return f"{PAGES}/sound/{round(seconds * 1000)}.wav"
        case Replay(recording):
            return f"{PAGES}/replay/{recording}.wav"


def play(name: str) -> str:
    return f"<Play>{PAGES}/{name}.wav</Play>"


ADDRESSES = Addresses(PAGES, sound, lambda: f"{PAGES}/sound/tone.wav", "+493521000000")

GATHER = (
    f'<Gather action="{PAGES}/step/7" actionOnEmptyResult="true" finishOnKey="" input="dtmf" method="POST"'
    ' numDigits="1" timeout="8">'
)
MANY = GATHER.replace('finishOnKey=""', 'finishOnKey="#"').replace('numDigits="1"', 'numDigits="15"')
AGAIN = f'</Gather><Redirect method="POST">{PAGES}/step/7</Redirect>'
RECORD = (
    f'<Record action="{PAGES}/recorded/7" finishOnKey="1234567890*#" maxLength="60" method="POST" playBeep="false"'
    f' recordingStatusCallback="{PAGES}/fetched" recordingStatusCallbackMethod="POST" timeout="8" trim="do-not-trim" />'
    f'<Redirect method="POST">{PAGES}/recorded/7</Redirect>'
)
DIAL = f'<Dial action="{PAGES}/dialled/7" callerId="+493521000000" method="POST" timeout="30">+493521000001</Dial>'


@pytest.mark.parametrize(
    ("step", "markup"),
    [
        (Step(7, (HELLO, ASK), Keys(1, 8)), GATHER + play("sound/guten") + play("sound/taste") + AGAIN),
        (Step(7, (HELLO, ASK), Keys(1, 8), must_hear=1), play("sound/guten") + GATHER + play("sound/taste") + AGAIN),
        (Step(7, (HELLO,), Keys(1, 8), must_hear=1), play("sound/guten") + GATHER[:-1] + " />" + AGAIN[9:]),
        (Step(7, (WAIT, ASK), Keys(15, 8)), MANY + play("sound/300") + play("sound/taste") + AGAIN),
        (Step(7, (Replay("0b"), ASK), Keys(1, 8)), GATHER + play("replay/0b") + play("sound/taste") + AGAIN),
        (Step(7, (ASK,), Record(60)), play("sound/taste") + play("sound/tone") + RECORD),
        (Step(7, (ASK,), Transfer("+493521000001")), play("sound/taste") + DIAL),
        (Step(7, (HELLO,), HangUp()), play("sound/guten") + "<Hangup />"),
        (Step(7, (), HangUp()), "<Hangup />"),
    ],
)
def test_a_step_becomes_a_document(step: Step, markup: str) -> None:
    made = document(step, ADDRESSES)
    assert made == f"{XML}<Response>{markup}</Response>"
    assert document(step, ADDRESSES) == made
    read(made.encode(), "text/xml; charset=utf-8", PAGES)


def test_without_a_number_of_ours_a_transfer_shows_the_callers() -> None:
    made = document(Step(7, (), Transfer("+493521000001")), Addresses(PAGES, sound, ADDRESSES.tone))
    assert "callerId" not in made


def test_an_apology_says_it_and_hangs_up() -> None:
    assert apology([f"{PAGES}/a.wav"]) == f"{XML}<Response><Play>{PAGES}/a.wav</Play><Hangup /></Response>"


def test_the_longest_step_is_a_small_document() -> None:
    """Twilio takes 64 kB; the whole privacy notice has some 60 sentences."""
    assert len(document(Step(7, (HELLO,) * 300, Keys(1, 8)), ADDRESSES)) < 64 * 1024


@pytest.mark.parametrize(
    ("what", "markup"),
    [
        ("an unknown element", "<Speak>Hallo</Speak>"),
        ("a sound in a transfer", f"<Dial><Play>{PAGES}/a.wav</Play></Dial>"),
        ("an unknown attribute", '<Gather digits="1" />'),
        ("speech", '<Gather input="dtmf speech" />'),
        ("no seconds", '<Gather timeout="0" />'),
        ("two keys that end it", '<Gather finishOnKey="*#" />'),
        ("half a second", '<Pause length="0.5" />'),
        ("a second of recording", '<Record maxLength="1" />'),
        ("a number that is none", "<Dial>03521 000</Dial>"),
        ("an address that is none", "<Play>file:///etc/passwd</Play>"),
        ("text beside elements", "<Hangup />Hallo"),
        ("text where none is", "<Hangup>Hallo</Hangup>"),
        ("what is never reached", f"<Hangup /><Play>{PAGES}/a.wav</Play>"),
        ("too much", f"<Play>{PAGES}/a.wav</Play>" * 2_000),
    ],
)
def test_the_rules_refuse(what: str, markup: str) -> None:
    with pytest.raises(AssertionError):
        read(f"{XML}<Response>{markup}</Response>".encode(), "text/xml", PAGES)


def test_the_rules_refuse_another_type() -> None:
    with pytest.raises(AssertionError):
        read(f"{XML}<Response />".encode(), "text/html", PAGES)


def test_an_address_may_be_relative() -> None:
    root = read(f"{XML}<Response><Play>../a.wav</Play></Response>".encode(), "text/xml", f"{PAGES}/step/1")
    assert root[0].text == f"{PAGES}/a.wav"
