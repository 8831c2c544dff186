"""Calls by SIP through a real Asterisk with the configuration that is deployed, one line of ours at its end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from channels.phone.asterisk.server import MOST
from channels.phone.sounds import RATE, Sounds, seconds
from kiosk.blobs import Blobs
from kiosk.call import (
    HangUp,
    HeardNothing,
    HungUp,
    Keys,
    Phrase,
    Pressed,
    Rang,
    Record,
    Recorded,
    Replay,
    Silent,
    Step,
)
from kiosk.office import Office
from kiosk.voice import Voice
from kiosk.voice.sound import array_of, read
from tests.channels.phone import sipp
from tests.channels.phone.asterisk import Asterisk
from tests.channels.phone.listening import alike
from tests.channels.phone.rtp import Doing, Key, Quiet, Spoken
from tests.channels.phone.scripted import Script, Serving
from tests.channels.phone.sipp import CALLER, OPEN, Act, BeHungUp, Info, Play, Wait, call
from tests.kiosk.running import make_office

pytestmark = pytest.mark.peers

GREETING = Phrase("Guten Tag. Hier ist das Bürgeramt.", "de")
QUESTION = Phrase("Wie zufrieden sind Sie mit Ihrem Besuch?", "de")
ANSWER = Phrase("Ich wünsche mir mehr Busse am Abend.", "de")
GOODBYE = Phrase("Auf Wiederhören.", "de")
ASKED = Step(1, (GREETING, QUESTION), Keys(1, 3))
NUMBER = Step(2, (QUESTION,), Keys(4, 3))
RECORD = Step(1, (), Record(20))
OVER = Step(9, (GOODBYE,), HangUp())


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Sounds:
    return Sounds(tmp_path_factory.mktemp("sounds"), Voice(Path("none")))


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Office(make_office(tmp_path / "office")).blobs


@pytest.fixture
def house(tmp_path: Path, sounds: Sounds, blobs: Blobs, request: pytest.FixtureRequest) -> Iterator[House]:
    with Asterisk(tmp_path / "asterisk", rtp_timeout=getattr(request, "param", 30)) as asterisk:
        yield House(tmp_path, asterisk, sounds, blobs)


@dataclass(frozen=True)
class House:
    """An Asterisk, and what a line of ours needs."""

    folder: Path
    asterisk: Asterisk
    sounds: Sounds
    blobs: Blobs

    def serving(self, script: Script, most: int = MOST) -> Serving:
        return Serving(self.asterisk.fastagi, script, self.sounds, self.blobs, self.asterisk.recordings, most)

    def called(self, steps: Sequence[Step], acts: Sequence[Act], sender: str = OPEN, headers: str = "") -> Script:
        """One call from its beginning to its end."""
        script = Script(steps)
        with self.serving(script):
            call(self.folder, self.asterisk.sip, acts, sender=sender, headers=headers)
            self.asterisk.wait(lambda: self.asterisk.calls == 0, "the call to end")
        assert list(self.asterisk.recordings.iterdir()) == []
        return script

    def spoken(self, phrase: Phrase) -> Spoken:
        """The phrase as a caller says it."""
        return Spoken(array_of(read(self.sounds.file(phrase).read_bytes()).samples))


# Keys


def test_keys_by_rfc_4733(house: House) -> None:
    keys = [Quiet(0.5), Key("3"), Quiet(0.5), *between(Quiet(0.15), map(Key, "1*2#")), Quiet(0.1)]
    script = house.called([ASKED, NUMBER, OVER], [Play(keys), BeHungUp()])
    assert script.events == [Rang(), Pressed("3"), Pressed("1*2")]


def test_keys_by_info(house: House) -> None:
    entry = [act for key in "1*2#" for act in (Wait(0.2), Info(key))]
    keys: list[Act] = [Wait(0.5), Info("3"), Wait(0.5), *entry, BeHungUp()]
    script = house.called([ASKED, NUMBER, OVER], keys)
    assert script.events == [Rang(), Pressed("3"), Pressed("1*2")]


def test_a_single_hash_is_a_key_where_one_is_asked_for(house: House) -> None:
    script = house.called([ASKED, NUMBER, OVER], [Wait(0.5), Info("#"), Wait(0.5), Info("#"), BeHungUp()])
    assert script.events == [Rang(), Pressed("#"), Pressed("")]


def test_a_key_interrupts_what_may_be_interrupted_and_counts_for_nothing_before(house: House) -> None:
    until_heard = seconds(house.sounds.file(GREETING))
    notice = Step(1, (GREETING, QUESTION), Keys(1, 3), must_hear=1)
    began = time.monotonic()
    keys: list[Act] = [Wait(0.5), Info("5"), Wait(until_heard), Info("6"), BeHungUp()]
    script = house.called([notice, Step(2, (), HangUp())], keys)
    assert script.events == [Rang(), Pressed("6")]
    assert time.monotonic() - began > until_heard


def test_no_key(house: House) -> None:
    assert house.called([Step(1, (GREETING,), Keys(1, 1)), OVER], [BeHungUp()]).events == [Rang(), Silent()]


def test_an_entry_that_nobody_ends(house: House) -> None:
    entry = Step(1, (), Keys(4, 1))
    assert house.called([entry, OVER], [Wait(0.5), Info("7"), BeHungUp()]).events == [Rang(), Pressed("7")]


# Hanging up


def test_hanging_up_while_something_is_said(house: House) -> None:
    assert house.called([ASKED], [Wait(1), sipp.HangUp()]).events == [Rang(), HungUp()]


def test_hanging_up_while_a_key_is_waited_for(house: House) -> None:
    assert house.called([Step(1, (), Keys(1, 10))], [Wait(1), sipp.HangUp()]).events == [Rang(), HungUp()]


# Recording


def test_what_somebody_says_until_a_key_is_kept_and_heard_again(house: House) -> None:
    said: list[Doing] = [Quiet(1.5), house.spoken(ANSWER), Quiet(0.5), Key("#"), Quiet(0.2)]
    script = house.called([RECORD, OVER], [Play(said), BeHungUp()])
    _, recorded = script.events
    assert isinstance(recorded, Recorded)
    file = house.blobs.read(recorded.recording)
    assert recorded.size == len(file)
    heard = read(file)
    assert heard.rate == RATE
    assert alike(heard.samples, house.sounds.file(ANSWER)) > 0.8
    again = Step(1, (Replay(recorded.recording),), HangUp())
    assert house.called([again], [BeHungUp()]).events == [Rang()]


def test_what_was_said_before_hanging_up_counts(house: House) -> None:
    said: list[Doing] = [Quiet(1.5), house.spoken(ANSWER), Quiet(0.2)]
    script = house.called([RECORD], [Play(said), sipp.HangUp()])
    rang, recorded, gone = script.events
    assert (rang, gone) == (Rang(), HungUp())
    assert isinstance(recorded, Recorded)
    assert alike(read(house.blobs.read(recorded.recording)).samples, house.sounds.file(ANSWER)) > 0.8


def test_who_hangs_up_without_a_word_leaves_no_recording(house: House) -> None:
    assert house.called([RECORD], [Play([Quiet(2)]), sipp.HangUp()]).events == [Rang(), HungUp()]


def test_a_recording_with_nothing_in_it(house: House) -> None:
    script = house.called([Step(1, (), Record(2)), OVER], [Play([Quiet(2)]), BeHungUp()])
    assert script.events == [Rang(), HeardNothing()]


@pytest.mark.parametrize("house", [2], indirect=True)
def test_a_call_whose_sound_stops_ends(house: House) -> None:
    """The line is cut: no BYE comes. Within rtp_timeout the recording ends, and what was said counts."""
    said: list[Doing] = [Quiet(1.5), house.spoken(ANSWER)]
    script = house.called([RECORD], [Play(said), BeHungUp()])
    rang, recorded, gone = script.events
    assert (rang, gone) == (Rang(), HungUp())
    assert isinstance(recorded, Recorded)


# Who calls


@pytest.mark.parametrize(
    ("sender", "headers", "number"),
    [
        (f"<sip:{CALLER}@127.0.0.1>", "", CALLER),
        ("<sip:4915100000001@127.0.0.1>", "", CALLER),
        ("<sip:015100000001@127.0.0.1>", "", CALLER),
        ("<sip:anonymous@anonymous.invalid>", "", ""),
        (f"<sip:{CALLER}@127.0.0.1>", f"P-Asserted-Identity: <sip:{CALLER}@127.0.0.1>\nPrivacy: id\n", ""),
        ("<sip:anonymous@anonymous.invalid>", f"P-Asserted-Identity: <sip:{CALLER}@127.0.0.1>\nPrivacy: id\n", ""),
        ("<sip:110@127.0.0.1>", "", ""),
        ('"+4915100000002" <sip:201@127.0.0.1>', "", ""),
    ],
)
def test_who_calls(house: House, sender: str, headers: str, number: str) -> None:
    script = house.called([OVER], [BeHungUp()], sender=sender, headers=headers)
    (caller,) = script.calls
    assert (caller.transport, caller.number) == ("asterisk", number)


# Many


def test_30_calls_at_once(house: House) -> None:
    script = Script([ASKED, NUMBER, OVER])
    keys = [Quiet(1), Key("3"), Quiet(1), *between(Quiet(0.2), map(Key, "12#")), Quiet(0.1)]
    with house.serving(script):
        call(house.folder, house.asterisk.sip, [Play(keys), BeHungUp()], calls=30)
    assert len(script.calls) == 30
    assert all(events == [Rang(), Pressed("3"), Pressed("12")] for events in script.calls.values())


def between(gap: Quiet, keys: Iterable[Key]) -> list[Doing]:
    return [doing for key in keys for doing in (key, gap)]
