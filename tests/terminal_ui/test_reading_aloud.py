"""Reading aloud: a program by the name of espeak-ng that writes down what it is to say, and then "speaks" for long."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.terminal_ui.sitting import PATIENCE, Sitting

VOICE = """#!/bin/sh
echo "$$ $*" >> "{folder}/calls"
cat > "{folder}/said.$$"
exec sleep 60
"""


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    folder = tmp_path / "voice"
    folder.mkdir()
    program = folder / "espeak-ng"
    program.write_text(VOICE.format(folder=folder))
    program.chmod(0o755)
    return folder


def wait_for_call(voice: Path, number: int) -> tuple[int, str, str]:
    """Process, arguments and words of a call."""
    until = time.monotonic() + PATIENCE
    calls: list[str] = []
    while time.monotonic() < until:
        calls = (voice / "calls").read_text().splitlines() if (voice / "calls").exists() else []
        if len(calls) > number:
            process, _, arguments = calls[number].partition(" ")
            said = voice / f"said.{process}"
            if said.exists() and said.read_text():
                return int(process), arguments, said.read_text()
        time.sleep(0.05)
    raise AssertionError(f"call {number} did not come: {calls}")


def alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def test_a_screen_is_read_and_the_next_one_silences_it(counter: Path, voice: Path) -> None:
    with Sitting(counter, path=f"{voice}:{os.environ['PATH']}") as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        first, arguments, said = wait_for_call(voice, 0)
        assert arguments == "-v de -s 150 --stdin"
        assert "Machen Sie mit?" in said
        assert "1: Ja, mitmachen" in said
        person.touch("Ja, mitmachen")
        second, _, said = wait_for_call(voice, 1)
        assert "Wie zufrieden sind Sie mit Ihrem Besuch?" in said
        assert not alive(first)
        person.touch("Sprache")
        person.touch("Deutsch, leicht")
        person.sees("Wie war Ihr Besuch")
        third, arguments, _ = wait_for_call(voice, 3)
        assert arguments == "-v de -s 125 --stdin"
        assert not alive(second)
        person.touch("beenden")
        person.sees("Text")
        assert not alive(third)


def test_by_keys_the_focus_and_what_is_chosen_are_heard(counter: Path, voice: Path) -> None:
    with Sitting(counter, path=f"{voice}:{os.environ['PATH']}") as person:
        person.sees("Hier beginnen")
        person.key("1", "1")
        person.touch("Vorlesen")
        _, _, said = wait_for_call(voice, 0)
        assert "1: Sehr zufrieden" in said
        person.key("right")
        assert wait_for_call(voice, 1)[2] == "Zufrieden"
        person.key("enter")
        wait_for_call(voice, 2)
        person.key("escape")
        _, _, said = wait_for_call(voice, 3)
        assert "2: Zufrieden, ausgewählt" in said
        person.key("1", "1", "1", "o")
        said = wait_for_call(voice, 7)[2]
        assert said == "Da steht jetzt: o"


def test_the_end_of_a_visit_is_silent(counter: Path, voice: Path) -> None:
    with Sitting(counter, path=f"{voice}:{os.environ['PATH']}") as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        speaking, _, _ = wait_for_call(voice, 0)
        person.touch("Zurück")
        person.sees("Hier beginnen")
        person.sees("Vorlesen")
        assert not alive(speaking)


def test_without_a_voice_there_is_no_button(counter: Path, tmp_path: Path) -> None:
    with Sitting(counter, path=str(tmp_path)) as person:
        person.touch("Hier beginnen")
        person.sees("Ja, mitmachen")
        assert "Vorlesen" not in person.text


def test_who_listens_is_still_here(hasty: Path, voice: Path) -> None:
    with Sitting(hasty, path=f"{voice}:{os.environ['PATH']}") as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        speaking, _, _ = wait_for_call(voice, 0)
        person.read(7)  # longer than the five seconds after which a quiet screen asks
        assert "Sind Sie noch da" not in person.text
        os.kill(speaking, signal.SIGKILL)
        person.sees("Sind Sie noch da?")


def test_a_voice_that_does_not_start_is_as_good_as_none(counter: Path, voice: Path) -> None:
    (voice / "espeak-ng").write_bytes(b"\0for another machine")
    with Sitting(counter, path=f"{voice}:{os.environ['PATH']}") as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        person.touch("Ja, mitmachen")
        person.sees("Frage 1 von")
        assert "Vorlesen" not in person.text
