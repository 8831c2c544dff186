"""Speaking in a call by Twilio: kept, heard again, discarded, or broken off by hanging up; and nothing stays there."""

from __future__ import annotations

import re
import wave
from io import BytesIO

import pytest

from kiosk.identity import read_code
from tests.channels.phone.shelf import spoken
from tests.channels.phone.twilio.house import (
    HOUR,
    PUBLIC,
    House,
    to_the_recording,
)


def test_a_recording_is_heard_again_once_it_is_here(house: House) -> None:
    call = to_the_recording(house)
    call.speak(2)
    house.bringer.step()
    call.press("2")
    replay = next(url for url in call.says if "/replay/" in url)
    answer = house.twilio.get(replay)
    assert answer.content == spoken(2)
    assert answer.headers["Cache-Control"] == "no-store"
    call.press("1")
    assert house.texts(call)[0] == "Your message is saved."


def test_one_that_is_not_here_yet_is_silence(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.phone.twilio.blueprint.COMING", 0.2)
    call = to_the_recording(house)
    call.speak(2)
    call.press("2")
    replay = next(url for url in call.says if "/replay/" in url)
    with wave.open(BytesIO(house.twilio.get(replay).content)) as sound:
        assert set(sound.readframes(-1)) == {0}
    house.bringer.step()
    assert house.twilio.get(replay).content == spoken(2)


def test_a_replay_is_only_for_who_was_told_of_it_and_not_for_long(house: House) -> None:
    call = to_the_recording(house)
    call.speak(2)
    house.bringer.step()
    call.press("2")
    replay = next(url for url in call.says if "/replay/" in url)
    token = replay.rpartition("/")[2].removesuffix(".wav")
    blob, made, seal = token.split("-")
    for wrong in (
        f"{blob}-{made}-{seal[:-1]}",
        f"{blob}-{made}-{'0' * 32}",
        f"{blob}-{int(made) + 1}-{seal}",
        f"{'0' * 32}-{made}-{seal}",
        f"{blob}-{made}",
        blob,
        "ä",
    ):
        assert house.twilio.get(f"{PUBLIC}/phone/twilio/replay/{wrong}.wav").status == 403, wrong
    house.office.ahead += 2 * HOUR
    assert house.twilio.get(replay).status == 403


@pytest.mark.parametrize("keys", ["4", "3"], ids=["discarded", "recorded anew"])
@pytest.mark.parametrize("fetched", [True, False])
def test_what_is_discarded_is_nowhere(house: House, keys: str, fetched: bool) -> None:
    call = to_the_recording(house)
    call.speak(2)
    if fetched:
        house.bringer.step()
    call.press(keys)
    house.tidy()
    assert house.twilio.shelf.names == []
    assert house.one("SELECT count(*) FROM blob") == house.one("SELECT count(*) FROM abroad") == 0
    assert not [file for file in (house.office.folder / "blobs").rglob("*") if file.is_file()]


def test_a_recording_with_nothing_in_it_is_none(house: House) -> None:
    call = to_the_recording(house)
    call.speak(0)
    assert "We heard nothing." in house.texts(call)
    assert house.one("SELECT count(*) FROM blob") == 0


def test_one_of_no_length_is_none_and_is_deleted_at_twilio(house: House) -> None:
    call = to_the_recording(house)
    name = "RE" + "d" * 32
    house.twilio.shelf.recordings[name] = spoken(0)
    assert call.verb is not None
    url = call.verb.get("action", "")
    house.twilio.made.append((f"{PUBLIC}/phone/twilio/fetched", {"CallSid": call.sid, "RecordingSid": name}))
    call.fetch(url, RecordingSid=name, RecordingDuration="0")
    assert "We heard nothing." in house.texts(call)
    house.tidy()
    assert house.twilio.shelf.names == []


@pytest.mark.parametrize("told_first", [False, True], ids=["the recording first", "the end first"])
@pytest.mark.parametrize("twice", [False, True])
def test_whoever_hangs_up_while_speaking_is_heard(house: House, twice: bool, told_first: bool) -> None:
    house.twilio.twice = twice
    call = to_the_recording(house)
    call.speak_and_hang_up(4, told_first=told_first)
    house.tidy()
    (response,) = house.responses("counter")
    assert response.answers["remarks"].pending
    assert house.one("SELECT size FROM blob") == len(spoken(4))
    assert house.one("SELECT count(*) FROM call WHERE live = 1") == 0
    assert house.twilio.shelf.names == []


def test_a_refusal_leaves_no_recording_anywhere(house: House) -> None:
    call = to_the_recording(house)
    call.speak(2)
    call.press("1")
    call.press("1")
    (digits,) = [[text for text in house.texts(call) if re.fullmatch(r"\d", text)]]
    assert house.intake.erase(read_code("".join(digits[: len(digits) // 2])))
    house.tidy()
    assert house.twilio.shelf.names == []
    assert not [file for file in (house.office.folder / "blobs").rglob("*") if file.is_file()]
