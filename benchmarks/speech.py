"""How soon a screen is heard: from asking for it to the first samples that go to the sound card.

The real voice renders; where the sound would be heard stands a clock. Beside it, in the same run, espeak-ng by itself
for the same first sentence: what is above its figure is ours.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.table import Row, at_most, percentile
from kiosk.voice import Voice
from terminal_ui.players import Playing
from terminal_ui.speech import Speech

TIMES = 60
MOST = 150.0  # milliseconds
PROGRAM = "espeak-ng"
SCREEN = ("Frage 1 von 4", "Wie zufrieden sind Sie mit Ihrem Besuch?", "1: Sehr zufrieden", "2: Zufrieden")


class Clock:
    """A player that notes when it is given the first sound."""

    def __init__(self) -> None:
        self.heard = threading.Event()
        self.at = 0.0

    def works(self) -> bool:
        return True

    def begin(self) -> Playing:
        self.heard.clear()
        return self

    def play(self, samples: bytes) -> bool:
        if not self.heard.is_set():
            self.at = time.perf_counter()
            self.heard.set()
        return True

    def end(self) -> bool:
        return True

    def hush(self) -> None:
        """There is nothing to be heard."""


def run() -> list[Row]:
    """Half a minute."""
    if shutil.which(PROGRAM) is None:
        raise SystemExit(f"benchmarks: {PROGRAM} is not installed; run deploy/system-packages run")
    times: list[float] = []
    alone: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        speech = Speech(Voice(Path(folder)), clock)
        for _ in range(TIMES):
            times.append(_first_sound(speech, clock))
            alone.append(_engine_alone())
    return [
        at_most("speech: a screen, to its first sound, p95", percentile(times, 0.95), "ms", MOST),
        Row("speech: espeak-ng alone, p95", percentile(alone, 0.95), "ms"),
    ]


def _first_sound(speech: Speech, clock: Clock) -> float:
    began = time.perf_counter()
    speech.read("question", SCREEN, "de")
    clock.heard.wait(5)
    speech.silence()
    return (clock.at - began) * 1000


def _engine_alone() -> float:
    began = time.perf_counter()
    subprocess.run([PROGRAM, "-v", "de", "--stdin", "--stdout"], input=SCREEN[0].encode(), capture_output=True)
    return (time.perf_counter() - began) * 1000
