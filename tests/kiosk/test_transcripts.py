"""Whole conversations, as a respondent sees them, through the real `kiosk try`: tests/transcripts/*.txt.

The first line is the command. A line that begins with ">" is what the respondent types, and "> ^D" is somebody who
walks away; everything else is what the kiosk says, word by word. By SMS the command itself sends what stands behind
"»", and tells in brackets how long each answer is. By phone the lines are keys, an empty one is silence, and speech.wav
is what somebody says; only what is said stands here. `RECORD=1 pytest tests/kiosk/test_transcripts.py`
writes them anew, and fails where one has changed, so that nobody does it unawares.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from itertools import zip_longest
from pathlib import Path

import pytest

from kiosk.voice import sound
from tests.kiosk.generated import LOCALES, SAMPLES
from tests.kiosk.running import CODE, PATIENCE, command, make_office
from tests.kiosk.voice.standins import tone

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
AWAY = "^D"
HIDDEN = "#### #### ###"  # the receipt code is another one every time
SPOKEN_CODE = re.compile(r"(?m)^(\d ){10}\d$")
PHONE = "--mode phone"
SPEECH = "speech.wav"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transcripts")
    (folder / SPEECH).write_bytes(sound.wav(tone(1.0)))
    return make_office(folder / "office")


def typed_in(transcript: str) -> list[str]:
    return [line[1:].removeprefix(" ") for line in transcript.splitlines() if line.startswith(">")]


def seen(office: Path, *arguments: str, typed: str, errors: int = subprocess.STDOUT) -> str:
    """What a terminal shows: standard output and standard error as they come."""
    argv = command(office, *arguments)
    done = subprocess.run(
        argv, input=typed, stdout=subprocess.PIPE, stderr=errors, text=True, timeout=PATIENCE, cwd=office.parent
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def held(office: Path, transcript: str) -> str:
    """The conversation that comes of this transcript's command and replies."""
    line = transcript.splitlines()[0]
    program, *arguments = shlex.split(line.removeprefix("$"))
    assert program == "kiosk"
    typed, phone = typed_in(transcript), PHONE in line
    errors = subprocess.DEVNULL if phone else subprocess.STDOUT
    shown = seen(office, *arguments, typed="".join(f"{line}\n" for line in typed if line != AWAY), errors=errors)
    shown = SPOKEN_CODE.sub(HIDDEN, CODE.sub(HIDDEN, shown))
    said = [message.strip("\n") for message in shown.removesuffix("\n\n").split("\n\n")]
    first = 2 if phone else 2 * sum(message.startswith("»") for message in said) or 1  # two: the language is chosen
    parts = [line, *said[:first]]
    for reply, message in zip_longest(typed, said[first:]):
        parts += [f"> {reply}".rstrip()] if reply is not None else []
        parts += [message] if message is not None else []
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("file", sorted(TRANSCRIPTS.glob("*.txt")), ids=lambda file: file.stem)
def test_the_conversation_goes_word_by_word(office: Path, file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    spoken = held(office, written)
    if os.environ.get("RECORD") == "1" and spoken != written:
        file.write_text(spoken, encoding="utf-8")
        pytest.fail(f"{file.name} is recorded anew. Read what changed, then run without RECORD.")
    assert spoken == written


@pytest.mark.parametrize("mode", ["", " --mode sms", " --mode phone"])
def test_every_sample_is_there_in_every_language(mode: str) -> None:
    there = {file.read_text(encoding="utf-8").splitlines()[0] for file in TRANSCRIPTS.glob("*.txt")}
    assert {f"$ kiosk try {name}{mode} --locale {locale}" for name in SAMPLES for locale in LOCALES} <= there
