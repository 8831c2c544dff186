"""What callers hear of a real Asterisk with the configuration that is deployed, also when we are not there; the house's
telephone system behind it, and a call without SIP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.phone.asterisk.server import APOLOGY, leave_apology, remove_leftovers
from channels.phone.sounds import Sounds, seconds
from kiosk.call import HangUp, HungUp, Keys, NotReached, Phrase, Pressed, Rang, Step, Transfer
from kiosk.office import Office
from kiosk.voice import Voice
from tests.channels.phone import sipp
from tests.channels.phone.asterisk import Asterisk
from tests.channels.phone.baresip import heard
from tests.channels.phone.listening import alike, found
from tests.channels.phone.rtp import Key, Quiet
from tests.channels.phone.scripted import Script, Serving
from tests.channels.phone.sipp import CALLER, Act, BeHungUp, Play, Wait, call
from tests.kiosk.running import make_office

pytestmark = pytest.mark.peers

GREETING = Phrase("Guten Tag. Hier ist das Bürgeramt.", "de")
QUESTION = Phrase("Wie zufrieden sind Sie mit Ihrem Besuch?", "de")
GOODBYE = Phrase("Auf Wiederhören.", "de")
OVER = Step(9, (GOODBYE,), HangUp())

PBX = {
    "pjsip.conf": f"""\
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{{sip}}

[200]
type = aor
max_contacts = 1
remove_existing = yes
[200]
type = auth
auth_type = userpass
username = 200
password = CHANGE-ME
[200]
type = endpoint
context = house
aors = 200
auth = 200
disallow = all
allow = alaw

[caller]
type = endpoint
context = house
callerid = <{CALLER}>
disallow = all
allow = alaw
""",
    "extensions.conf": """\
[house]
exten => kiosk,1,Dial(PJSIP/200)
exten => +493521000001,1,Answer()
 same => n,Wait(2)
 same => n,Hangup()
exten => +493521000002,1,Busy()
exten => +493521000003,1,Ringing()
 same => n,Wait(20)
""",
}
PBX_MODULES = ("res_pjsip_endpoint_identifier_user", "res_pjsip_authenticator_digest", "res_pjsip_registrar")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(make_office(tmp_path / "office"))


@pytest.fixture
def asterisk(tmp_path: Path) -> Iterator[Asterisk]:
    with Asterisk(tmp_path / "asterisk", modules=("app_senddtmf", "res_clioriginate")) as asterisk:
        yield asterisk


@pytest.fixture
def sounds(asterisk: Asterisk) -> Sounds:
    return Sounds(asterisk.sounds, Voice(Path("none")))


def serving(asterisk: Asterisk, script: Script, sounds: Sounds, office: Office, most: int = 40) -> Serving:
    return Serving(asterisk.fastagi, script, sounds, office.blobs, asterisk.recordings, most)


# What is heard


def test_the_caller_hears_the_prompt_and_no_other(
    tmp_path: Path, asterisk: Asterisk, sounds: Sounds, office: Office
) -> None:
    with serving(asterisk, Script([Step(1, (GREETING,), HangUp())]), sounds, office):
        samples = heard(tmp_path / "caller", asterisk.sip)
    assert alike(samples, sounds.file(GREETING)) >= 0.8
    assert alike(samples, sounds.file(QUESTION)) < 0.3


def test_one_sentence_follows_the_other_without_a_gap(
    tmp_path: Path, asterisk: Asterisk, sounds: Sounds, office: Office
) -> None:
    with serving(asterisk, Script([Step(1, (GREETING, QUESTION), HangUp())]), sounds, office):
        samples = heard(tmp_path / "caller", asterisk.sip)
    first, second = sounds.file(GREETING), sounds.file(QUESTION)
    (one, begins), (other, follows) = found(samples, first), found(samples, second)
    assert min(one, other) >= 0.8
    assert abs(follows - begins - seconds(first)) <= 0.06  # three packets


# When we cannot


def test_the_apology_is_heard_when_the_office_is_down(
    tmp_path: Path, asterisk: Asterisk, sounds: Sounds, office: Office
) -> None:
    leave_apology(office, sounds)
    assert alike(heard(tmp_path / "caller", asterisk.sip), asterisk.sounds / APOLOGY) >= 0.8


def test_a_tone_is_heard_where_the_office_never_was(tmp_path: Path, asterisk: Asterisk) -> None:
    assert any(heard(tmp_path / "caller", asterisk.sip))


def test_the_apology_is_heard_when_the_disk_is_full(
    tmp_path: Path, asterisk: Asterisk, sounds: Sounds, office: Office
) -> None:
    leave_apology(office, sounds)
    script = Script([OVER])
    script.full = True
    with serving(asterisk, script, sounds, office):
        assert alike(heard(tmp_path / "caller", asterisk.sip), asterisk.sounds / APOLOGY) >= 0.8


def test_one_call_too_many_hears_the_apology(
    tmp_path: Path, asterisk: Asterisk, sounds: Sounds, office: Office
) -> None:
    leave_apology(office, sounds)
    with serving(asterisk, Script([OVER]), sounds, office, most=0):
        assert alike(heard(tmp_path / "caller", asterisk.sip), asterisk.sounds / APOLOGY) >= 0.8


def test_the_apology_is_heard_when_a_sound_cannot_be_read(
    tmp_path: Path, asterisk: Asterisk, sounds: Sounds, office: Office
) -> None:
    leave_apology(office, sounds)
    sounds.file(GREETING).write_bytes(b"")
    with serving(asterisk, Script([Step(1, (GREETING,), Keys(1, 8))]), sounds, office):
        assert alike(heard(tmp_path / "caller", asterisk.sip), asterisk.sounds / APOLOGY) >= 0.8


def test_when_the_office_stops_what_was_answered_is_there_and_the_caller_hears_the_apology(
    tmp_path: Path, asterisk: Asterisk, sounds: Sounds, office: Office
) -> None:
    script = Script([Step(1, (), Keys(1, 20))])
    with serving(asterisk, script, sounds, office) as running:
        running.stop_after(2.0)
        leave_apology(office, sounds)
        assert alike(heard(tmp_path / "caller", asterisk.sip), asterisk.sounds / APOLOGY) >= 0.8
    assert script.events == [Rang(), HungUp()]


# Without SIP


def test_a_call_without_sip(asterisk: Asterisk, sounds: Sounds, office: Office) -> None:
    script = Script([Step(1, (GREETING,), Keys(1, 3)), Step(2, (QUESTION,), Keys(3, 3)), OVER])
    with serving(asterisk, script, sounds, office):
        asterisk.command("channel originate Local/kiosk@calls application SendDTMF ww4ww25#wwwwww,250,100")
        asterisk.wait(lambda: len(script.calls) == 1 and asterisk.calls == 0, "the call to end")
    assert script.events == [Rang(), Pressed("4"), Pressed("25")]


# The house's telephone system


@pytest.fixture
def pbx(tmp_path: Path) -> Iterator[Asterisk]:
    with Asterisk(tmp_path / "pbx", modules=PBX_MODULES, instead=PBX) as pbx:
        yield pbx


@pytest.fixture
def registered(tmp_path: Path, pbx: Asterisk) -> Iterator[Asterisk]:
    """At the house's telephone system, with name and password."""
    with Asterisk(tmp_path / "asterisk", pbx=pbx.sip) as asterisk:
        asterisk.wait(lambda: "Registered" in asterisk.command("pjsip show registrations"), "the registration")
        yield asterisk


def test_a_call_through_the_telephone_system_that_we_registered_at(
    tmp_path: Path, pbx: Asterisk, registered: Asterisk, office: Office
) -> None:
    sounds = Sounds(registered.sounds, Voice(Path("none")))
    script = Script([Step(1, (GREETING,), Keys(1, 3)), OVER])
    with serving(registered, script, sounds, office):
        keys: list[Act] = [Play([Quiet(1), Key("7"), Quiet(0.1)]), BeHungUp()]
        call(tmp_path, pbx.sip, keys, sender="<sip:caller@127.0.0.1>")
    ((caller, events),) = script.calls.items()
    assert (caller.number, events) == (CALLER, [Rang(), Pressed("7")])


@pytest.mark.parametrize(
    ("number", "acts", "happened"),
    [
        ("+493521000001", [BeHungUp()], [Rang(), HungUp()]),
        ("+493521000002", [BeHungUp()], [Rang(), NotReached()]),
        ("+493521000003", [Wait(2), sipp.HangUp()], [Rang(), HungUp()]),
    ],
    ids=["somebody answers", "busy", "the caller hangs up while it rings"],
)
def test_a_call_that_is_passed_on(
    tmp_path: Path, registered: Asterisk, office: Office, number: str, acts: list[Act], happened: list[object]
) -> None:
    sounds = Sounds(registered.sounds, Voice(Path("none")))
    script = Script([Step(1, (), Transfer(number)), OVER])
    with serving(registered, script, sounds, office):
        call(tmp_path, registered.sip, acts)
        registered.wait(lambda: registered.calls == 0, "the call to end")
    assert script.events == happened


# What is left


def test_what_a_killed_office_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (ours := tmp_path / "call-0123.wav").touch()
    (other := tmp_path / "apology.wav").touch()
    remove_leftovers(tmp_path)
    assert (ours.exists(), other.exists()) == (False, True)


def test_no_number_and_no_key_is_in_the_log(asterisk: Asterisk, sounds: Sounds, office: Office, tmp_path: Path) -> None:
    script = Script([Step(1, (GREETING,), Keys(1, 3)), OVER])
    with serving(asterisk, script, sounds, office):
        call(tmp_path, asterisk.sip, [Play([Quiet(1), Key("7"), Quiet(0.1)]), BeHungUp()])
    assert script.events == [Rang(), Pressed("7")]
    assert CALLER[1:] not in asterisk.log
    assert "DTMF" not in asterisk.log
