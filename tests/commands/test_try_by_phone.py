"""`kiosk try SURVEY --mode phone`: a call in lines of text. What a line means at every point, and what it does not."""

from __future__ import annotations

import re
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from kiosk.call import (
    Event,
    HangUp,
    Happened,
    HeardNothing,
    HungUp,
    Keys,
    NotReached,
    Pause,
    Phrase,
    Pressed,
    Rang,
    Record,
    Recorded,
    Replay,
    Silent,
    Sound,
    Step,
    Then,
    Transfer,
)
from kiosk.commands.receiver import Receiver
from kiosk.door import Door
from kiosk.office import Office
from kiosk.voice import sound
from tests.kiosk.running import Started, make_office, run

ONE, MANY = Keys(1, 8), Keys(4, 8)
HELLO = Phrase("Guten Tag.", "de")
Played = tuple[Sequence[Sound], Then] | tuple[Sequence[Sound], Then, int]  # must be heard: so many


class Script:
    """A door behind which these steps wait, one for each event. The first answers the ring, the next the language."""

    def __init__(self, *steps: Played) -> None:
        self._steps = [Step(number, tuple(step[0]), *step[1:]) for number, step in enumerate(steps, 1)]
        self.happened: list[Happened] = []

    def call(self, mode: str, happened: Happened) -> Step:
        assert mode == "phone"
        assert happened.after == len(self.happened)
        self.happened.append(happened)
        return self._steps[happened.after] if happened.after < len(self._steps) else Step(99, (), HangUp())


@pytest.fixture(scope="module")
def calling(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(make_office(tmp_path_factory.mktemp("receiver") / "office"))


def held(office: Office, script: Script, *lines: str, locale: str = "de") -> list[Event]:
    """What happens in a call with these lines, behind the ring and the language."""
    channel = next(channel for channel in office.channels if channel.mode == "phone")
    receiver = Receiver(office, cast(Door, script), office.survey("vote"), channel)
    receiver.hold(locale, [f"{line}\n" for line in lines])
    assert script.happened[0].event == Rang()
    return [one.event for one in script.happened[2:]]


def recording(file: Path, *, rate: int = 8000, channels: int = 1, seconds: float = 1.0) -> str:
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        wave_of_20 = [4000] * 10 * channels + [-4000] * 10 * channels
        samples = wave_of_20 * round(rate * seconds / 20 + 1)
        writer.writeframes(array("h", samples[: round(rate * seconds) * channels]).tobytes())
    return str(file)


# Keys


@pytest.mark.parametrize(
    ("then", "lines", "events"),
    [
        (ONE, ["2"], [Pressed("2")]),
        (ONE, ["#"], [Pressed("#")]),
        (ONE, [" * "], [Pressed("*")]),
        (ONE, [""], [Silent()]),
        (ONE, ["**"], [Pressed("*"), Pressed("*")]),
        (ONE, ["12"], [Pressed("1"), Pressed("2")]),
        (MANY, ["12#"], [Pressed("12")]),
        (MANY, ["12"], [Pressed("12")]),
        (MANY, ["#"], [Pressed("")]),
        (MANY, ["1234"], [Pressed("1234")]),
        (MANY, ["12345"], [Pressed("1234"), Pressed("5")]),
        (MANY, ["12#7"], [Pressed("12"), Pressed("7")]),
        (MANY, ["1*"], [Pressed("1*")]),
    ],
)
def test_a_line_of_keys(calling: Office, then: Then, lines: list[str], events: list[Event]) -> None:
    steps: list[Played] = [([], then) for _ in events]
    assert held(calling, Script(([], ONE), *steps), *lines) == events


@pytest.mark.parametrize("line", ["eins", "1 2", "-1", "ja", "²", "١", "\0", "1\N{NO-BREAK SPACE}2"])
def test_what_is_no_key_is_told_and_counts_for_nothing(
    calling: Office, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    assert held(calling, Script(([], ONE), ([], ONE)), line, "1") == [Pressed("1")]
    assert "[a telephone has the keys 0 to 9, * and #]" in capsys.readouterr().err


def test_keys_that_are_left_fall_on_deaf_ears_where_something_must_be_heard(calling: Office) -> None:
    script = Script(([], ONE), ([], ONE), ([HELLO, HELLO], ONE, 1))
    assert held(calling, script, "12") == [Pressed("1"), HungUp()]
    script = Script(([], ONE), ([], ONE), ([], Record()), ([], ONE))
    assert held(calling, script, "12", "") == [Pressed("1"), HeardNothing(), HungUp()]


def test_the_key_of_the_language_that_is_tried_is_pressed(calling: Office, capsys: pytest.CaptureFixture[str]) -> None:
    script = Script(([], ONE))
    held(calling, script, locale="en")
    assert script.happened[1].event == Pressed("3")
    assert capsys.readouterr().err.startswith("» 3\n\n")


# What is said


def test_only_what_is_said_goes_to_standard_output(calling: Office, capsys: pytest.CaptureFixture[str]) -> None:
    second = Phrase("Ihr Code ist:", "de")
    digits = [Phrase(digit, "de") for digit in "123"]
    said: list[Sound] = [Replay("a" * 32), second, Pause(0.5), *digits]
    held(calling, Script(([HELLO], ONE), (said, HangUp())))
    told = capsys.readouterr()
    assert told.out == "Guten Tag.\n\nIhr Code ist:\n1 2 3\n\n"
    assert "[what was recorded is played]" in told.err
    assert told.err.endswith("[hung up]\n")


def test_each_call_is_a_trial_of_its_own(calling: Office) -> None:
    scripts = [Script(([], ONE)), Script(([], ONE))]
    for script in scripts:
        held(calling, script)
    one, other = (script.happened[0].caller for script in scripts)
    assert (one.trial, one.survey, one.transport) == (True, "vote", "simulator")
    assert one.number.startswith("sim:")
    assert (one.call, one.number) != (other.call, other.number)
    assert {happened.caller for happened in scripts[0].happened} == {one}


# The end of the input


@pytest.mark.parametrize("then", [ONE, MANY, Record(), Transfer("+493521000001")])
def test_the_end_of_the_input_hangs_up_at_every_point(calling: Office, then: Then) -> None:
    assert held(calling, Script(([], ONE), ([], then))) == [HungUp()]


def test_a_call_that_is_over_reads_no_further(calling: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert held(calling, Script(([], ONE), ([], HangUp())), "1", "2") == []


# Speaking, and being put through


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44100, 2), (22050, 1), (16000, 1)])
def test_a_file_is_said_as_a_telephone_carries_it(calling: Office, tmp_path: Path, rate: int, channels: int) -> None:
    file = recording(tmp_path / "answer.wav", rate=rate, channels=channels)
    (event,) = held(calling, Script(([], ONE), ([], Record())), file)
    assert isinstance(event, Recorded)
    sealed = calling.blobs.read(event.recording)
    clip = sound.read(sealed)
    assert (clip.rate, len(sealed)) == (8000, event.size)
    assert abs(len(clip.samples) - 16000) <= 4


def test_nobody_speaks_longer_than_they_may(calling: Office, tmp_path: Path) -> None:
    file = recording(tmp_path / "long.wav", seconds=5)
    (event,) = held(calling, Script(([], ONE), ([], Record(2))), file)
    assert isinstance(event, Recorded)
    assert len(sound.read(calling.blobs.read(event.recording)).samples) == 2 * 16000


def test_a_file_that_cannot_be_said_is_told_and_another_asked_for(
    calling: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, bits = tmp_path / "text.wav", tmp_path / "bits.wav"
    text.write_text("no sound")
    with wave.open(str(bits), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(1)
        writer.setframerate(8000)
        writer.writeframes(bytes(8000))
    wrong = [str(tmp_path / "nowhere.wav"), str(tmp_path), str(text), str(bits), "1", "x" * 5000, "a\0b", "/dev/zero"]
    assert held(calling, Script(([], ONE), ([], Record())), *wrong, "") == [HeardNothing()]
    told = capsys.readouterr().err
    assert f"[{wrong[0]}: There is no such file.]" in told
    assert f"[{text}: This is no WAV file" in told
    assert f"[{bits}: This WAV file has 8 bits." in told
    assert len([line for line in told.splitlines() if ": " in line and "WAV file with" not in line]) == len(wrong)


def test_a_file_with_nothing_in_it_is_nothing_said(calling: Office, tmp_path: Path) -> None:
    file, still = recording(tmp_path / "empty.wav", seconds=0), tmp_path / "still.wav"
    still.write_bytes(sound.wav(sound.silence(1.0)))
    asked = Script(([], ONE), ([], Record()), ([], Record()))
    assert held(calling, asked, file, str(still)) == [HeardNothing(), HeardNothing()]


def test_somebody_answers_or_nobody_does(calling: Office, capsys: pytest.CaptureFixture[str]) -> None:
    there = Transfer("+493521000001")
    assert held(calling, Script(([], ONE), ([], there), ([], there)), "", "yes") == [NotReached(), HungUp()]
    assert "[it rings at +493521000001: yes, if somebody answers; an empty line is nobody]" in capsys.readouterr().err


# The real program


def test_a_vote_to_its_code(office: Path) -> None:
    done = run(office, "try", "vote", "--mode", "phone", "--locale", "en", typed="1\n1\n1\n")
    assert done.returncode == 0, done.stderr
    assert "At what extra time should our office open?" in done.stdout
    assert "[" not in done.stdout
    assert len(re.findall(r"^(?:\d ){10}\d$", done.stdout, re.MULTILINE)) == 2, "the code, twice"


def test_beside_a_running_server_what_is_said_waits_for_staff(office: Path, tmp_path: Path) -> None:
    file = recording(tmp_path / "answer.wav")
    with Started(office):
        done = run(office, "try", "counter", "--mode", "phone", typed=f"1\n1\n1\n1\n1\n{file}\n1\n1\n")
        assert done.returncode == 0, done.stderr
        assert "Ihre Aufnahme ist gespeichert." in done.stdout
        assert "voice" in run(office, "review", "list").stdout
