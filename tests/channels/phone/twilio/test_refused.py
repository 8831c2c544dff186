"""What must not happen: a forged webhook, a word in a log, a caller who hears nothing."""

from __future__ import annotations

import logging
import re
import wave
from io import BytesIO
from pathlib import Path

import pytest

from kiosk.store.writer import CLOSED
from tests.channels.phone.caller import sign
from tests.channels.phone.markup import read
from tests.channels.phone.shelf import Shelf
from tests.channels.phone.twilio.house import (
    PUBLIC,
    THEIRS,
    Clockwork,
    House,
    begin,
    make,
    spoken_to_the_end,
)

ROUTES = ["", "/step/1", "/recorded/1", "/dialled/1", "/status", "/fetched"]


@pytest.mark.parametrize("route", ROUTES)
def test_a_changed_byte_is_refused_before_anything_else(house: House, route: str) -> None:
    call = house.twilio.dial()
    url = f"{PUBLIC}/phone/twilio{route}"
    fields = {"CallSid": call.sid, "From": THEIRS, "Digits": "1", "CallStatus": "completed", "RecordingSid": "RE1"}
    good = house.twilio.post(url, fields)
    assert good.status != 403
    before = house.one("SELECT max(step) FROM call")
    wrong = [
        house.twilio.post(url, fields | {"Digits": "2"}, signature=sign(url, fields)),
        house.twilio.post(url, fields, signature="A" + sign(url, fields)[1:]),
        house.twilio.post(url, fields, signature=sign(url + "0", fields)),
        house.twilio.post(url, fields, signature="-"),
    ]
    assert [answer.status for answer in wrong] == [403] * 4
    assert all(not answer.content for answer in wrong)
    assert house.one("SELECT max(step) FROM call") == before


def test_a_webhook_of_no_call_is_refused(house: House) -> None:
    for route in ROUTES:
        assert house.twilio.post(f"{PUBLIC}/phone/twilio{route}", {"SmsSid": "SM1"}).status == 400


def test_nothing_but_webhooks_and_sounds_is_there(house: House) -> None:
    for path in ("", "/step/1", "/status", "/fetched"):
        assert house.twilio.get(f"{PUBLIC}/phone/twilio{path}").status == 405
    for path in ("/step/x", "/step/-1", "/sound/none.wav", "/sound/..%2f..%2foffice.toml", "/sound/../office.wav"):
        assert house.twilio.get(f"{PUBLIC}/phone/twilio{path}").status == 404


def test_a_sound_may_be_kept_for_as_long_as_anybody_likes(house: House) -> None:
    call = house.twilio.dial()
    answer = house.twilio.get(call.says[0])
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with wave.open(BytesIO(answer.content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8_000)


def test_where_we_cannot_go_on_the_caller_hears_an_apology(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.writer.close()  # whatever is to be stored now raises, as on a full disk
    answer = house.twilio.post(f"{PUBLIC}/phone/twilio", {"CallSid": "CA1", "From": THEIRS, "CallStatus": "ringing"})
    document = read(answer.content, answer.kind, PUBLIC)
    assert (answer.status, [verb.tag for verb in document]) == (200, ["Play", "Play", "Hangup"]), "German and English"
    for verb in document.iter("Play"):
        assert house.twilio.get(verb.text or "").status == 200
    assert [record.message for record in caplog.records] == ["phone: " + CLOSED + " [store.closed]"]


def test_where_nothing_can_speak_either_it_is_left_to_twilio(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its console names what is said then: see deploy/server/README.md."""
    monkeypatch.setenv("PATH", "")
    house = House(Clockwork(make(tmp_path / "office", tmp_path / "sounds")), shelf)
    house.writer.close()
    answer = house.twilio.post(f"{PUBLIC}/phone/twilio", {"CallSid": "CA1", "From": THEIRS, "CallStatus": "ringing"})
    assert answer.status >= 500


def test_what_twilio_tells_beside_a_call_and_cannot_be_stored_is_no_document(house: House) -> None:
    house.writer.close()
    told = {"CallSid": "CA1", "CallStatus": "completed", "RecordingSid": "RE" + "e" * 32}
    for route in ("/fetched", "/status"):
        answer = house.twilio.post(f"{PUBLIC}/phone/twilio{route}", told)
        assert (answer.status, answer.content) == (503, b"")


def test_no_log_and_no_address_has_a_number_a_key_or_a_word(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        call = begin(house, "counter", "de")
        spoken_to_the_end(house, call)
        house.twilio.deliver()
        house.bringer.step()
    assert THEIRS.removeprefix("+49") not in caplog.text
    assert "RE0" not in caplog.text
    for document in call.documents:
        assert THEIRS.removeprefix("+49").encode() not in document
        assert not re.search(rb"sound/[^.]*[^0-9a-f/.][^.]*\.wav", document), "a sound's name tells its words"
