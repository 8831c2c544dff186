"""Ears for tests: the real aplay with an ALSA that writes down what would be heard, and programs that stand in."""

from __future__ import annotations

import os
import shutil
import time
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.voice import sound
from terminal_ui.players import PROGRAM
from tests.kiosk.voice.standins import need_espeak, put, tone

PATIENCE = 20.0  # seconds; far more than anything here takes

# ALSA's "file" plugin writes what goes to its slave, and the slave "null" takes everything at once: there is no waiting
# for it to be played.
ALSA = 'pcm.!default {{ type file slave.pcm null file "{file}" format raw }}\npcm.null {{ type null }}\n'
NO_CARD = "pcm.!default { type hw card 31 }\n"

# Speaks each sentence for as long as its sound file lasts.
ESPEAK_NG = """#!/bin/sh
echo "$$ $*" >> "{folder}/calls"
cat > "{folder}/said.$$"
cat "{folder}/sentence.wav"
"""

# Takes its time, as a sound card does. What is shorter than a sentence is the look whether there is one.
APLAY = """#!/usr/bin/env python3
import os, sys, time
heard = 0
while piece := os.read(0, 4410):
    heard += len(piece)
    if heard > 4410:
        open("{folder}/player." + str(os.getpid()), "w").close()
    time.sleep(len(piece) / 44100)
"""


class Ears:
    """What went to the sound card that is not there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        need_espeak()
        if shutil.which(PROGRAM) is None:
            pytest.skip(f"{PROGRAM} is not installed")
        self._file = folder / "heard.raw"
        config = folder / "alsa.conf"
        config.write_text(ALSA.format(file=self._file))
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)

    @property
    def heard(self) -> bytes:
        """The samples. The plugin begins the file anew whenever something begins to speak."""
        return self._file.read_bytes() if self._file.exists() else b""

    @property
    def loudest(self) -> int:
        return max(map(abs, array("h", self.heard)), default=0)


def wait(holds: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.01)


def alive(process: int) -> bool:
    """Not ended; one that nobody has asked for its end yet counts as ended."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


class StandIns:
    """A folder with programs by the names of espeak-ng and aplay."""

    def __init__(self, folder: Path, seconds: float = 1.0) -> None:
        self.folder = folder
        put(folder, "espeak-ng", ESPEAK_NG)
        put(folder, PROGRAM, APLAY)
        (folder / "sentence.wav").write_bytes(sound.wav(tone(seconds)))

    @property
    def path(self) -> str:
        return f"{self.folder}:{os.environ['PATH']}"

    def said(self) -> list[tuple[str, str]]:
        """Arguments and words of every call, in order."""
        file = self.folder / "calls"
        calls = [line.partition(" ") for line in file.read_text().splitlines()] if file.exists() else []
        return [(arguments, self._words(process)) for process, _, arguments in calls]

    def players(self) -> list[int]:
        """Those that speak now."""
        started = [int(file.suffix[1:]) for file in self.folder.glob("player.*")]
        return [process for process in started if alive(process)]

    def wait_for(self, words: str) -> tuple[str, str]:
        """Arguments and words of the first call that says this."""
        wait(lambda: any(words in said for _, said in self.said()), f"“{words}” in {self.said()}")
        return next(call for call in self.said() if words in call[1])

    def wait_for_player(self) -> int:
        """The one that speaks now."""
        wait(lambda: len(self.players()) == 1, f"one player, not {self.players()}")
        return self.players()[0]

    def _words(self, process: str) -> str:
        file = self.folder / f"said.{process}"
        return file.read_text() if file.exists() else ""
