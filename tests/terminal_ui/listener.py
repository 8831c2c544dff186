"""Somebody who does not see the screen: the real `kiosk terminal` in a pty of which nothing is looked at.

What the terminal draws is read and thrown away. What it says goes through the real espeak-ng, by a program of that name
that writes down each sentence and how long it sounds; a program by the name of aplay writes down when something was
heard to its end. It takes no time to listen unless a test asks for that.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pexpect

from kiosk.office import Office
from kiosk.voice import sound
from kiosk.voice.engines import ESPEAK
from terminal_ui.players import PROGRAM
from tests.kiosk.voice.standins import need_espeak, put
from tests.terminal_ui.hearing import wait
from tests.terminal_ui.sitting import KEYS

SETTLED = 0.3  # seconds without a byte on the screen: the program stands
WAV_HEAD = 44  # bytes
MOST_TABS = 60  # who has not found something then does not find it

# A sentence that is interrupted while it is made is not written down: nobody hears it.
CAPTURING = """#!/bin/sh
words=$(cat)
printf '%s\\n' "$words" | {engine} "$@" > {{folder}}/wav.$$ || exit 1
printf 'said\\t%s\\t%s\\t%s\\n' "$*" "$(stat -c %s {{folder}}/wav.$$)" "$words" >> {{folder}}/log
cat {{folder}}/wav.$$
rm {{folder}}/wav.$$
"""

# What is shorter than a sign is the look whether there is a sound card.
SWALLOWING = """#!/bin/sh
[ "$(wc -c)" -lt 1000 ] || echo end >> {folder}/log
"""

# As a sound card does it.
IN_TIME = f"""#!/bin/sh
[ "$({sys.executable} -c '
import os, time
heard = 0
while piece := os.read(0, 4410):
    heard += len(piece)
    time.sleep(len(piece) / 44100)
print(heard)')" -lt 1000 ] || echo end >> {{folder}}/log
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence as the engine got it, and how long it sounds."""

    words: str
    voice: str
    rate: int
    seconds: float


class Listener:
    """Two keys and two ears; used as a context manager."""

    def __init__(self, office: Path, folder: Path, locale: str = "de", *, in_time: bool = False) -> None:
        """`in_time`: what is said takes its time."""
        need_espeak()
        put(folder, ESPEAK, CAPTURING.format(engine=shutil.which(ESPEAK)))
        put(folder, PROGRAM, IN_TIME if in_time else SWALLOWING)
        self.words = Office(office).catalogues[locale]
        self.on = ""  # what the focus is on, as it was said last
        self._log = folder / "log"
        self._drew_at = time.monotonic()
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "kiosk", "--office", str(office), "terminal"],
            dimensions=(19, 68),
            env={**os.environ, "TERM": "xterm-256color", "PATH": f"{folder}:{os.environ['PATH']}"},
        )
        threading.Thread(target=self._look_away, daemon=True).start()
        wait(lambda: not self.process.getecho(), "the program to take keys")
        wait(lambda: time.monotonic() - self._drew_at > SETTLED, "the first screen")

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.close(force=True)

    def _look_away(self) -> None:
        with suppress(OSError):
            while os.read(self.process.child_fd, 1 << 16):
                self._drew_at = time.monotonic()

    # -- what is heard

    @property
    def everything(self) -> list[Said]:
        """All that was said so far."""
        return [_said(line) for line in self._lines() if line.startswith("said")]

    def hears(self, words: str, since: int = 0) -> None:
        """Wait for a sentence; `since` so many lines of the log."""
        wait(
            lambda: any(words in _said(line).words for line in self._lines()[since:] if line.startswith("said")),
            f"“{words}” in {self._lines()[since:]}",
        )

    @property
    def mark(self) -> int:
        """How far the log is now."""
        return len(self._lines())

    def since(self, mark: int) -> str:
        """What was heard since then, once something was heard to its end."""
        wait(lambda: "end" in self._lines()[mark:], f"something to be heard after {self._lines()[-3:]}")
        return " ".join(_said(line).words for line in self._lines()[mark:] if line.startswith("said"))

    def quiet(self, seconds: float = 0.5) -> bool:
        """Whether nothing is said for a while."""
        mark = self.mark
        time.sleep(seconds)
        return self.mark == mark

    def _lines(self) -> list[str]:
        text = self._log.read_text() if self._log.exists() else ""
        return text[: text.rfind("\n") + 1].splitlines()

    # -- what is done

    def press(self, key: str) -> str:
        """Press a key and hear all that it leads to: something is always said."""
        mark = self.mark
        self.send(key)
        heard = self.since(mark)
        self.on = heard.rpartition(self.words.say("terminal.aloud.here", label=""))[2]
        return heard

    def send(self, key: str) -> None:
        """Press a key and do not wait."""
        self.process.send(KEYS.get(key, key))

    def choose(self, name: str) -> str:
        """Tab until a target of this name is said, looking into each row once, and touch it; what is heard then."""
        heard = [self.on]
        while not _called(self.on, name):
            assert len(heard) < MOST_TABS, f"“{name}” was never said: {heard}"
            self.press("enter" if self.is_row(self.on) and heard.count(self.on) == 1 else "tab")
            heard.append(self.on)
        return self.press("enter")

    def is_row(self, heard: str) -> bool:
        """Whether the focus is on a whole row."""
        return heard.startswith(self.words.say("terminal.aloud.row", first="", last="").split()[0])

    def strike(self, *keys: str) -> None:
        """Strike keys of a keyboard or a pad by their names, row by row, as they were learnt."""
        rows = Rows(self)
        for key in keys:
            rows.strike(key)


class Rows:
    """The keyboard as somebody knows it who went along every row once, and where they are now."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._capital = listener.words.say("terminal.sign.capital", letter="")
        self._rows: list[list[str]] = []
        self._row, self._column = 0, -1  # the whole row
        first = self._leave()
        announced = first
        while announced != first or not self._rows:
            self._rows.append([self._enter()])
            while (heard := self._tab()) != announced:
                self._rows[-1].append(heard)
            announced = self._tab()

    def strike(self, name: str) -> None:
        key = self._key(name)
        row = next(number for number, names in enumerate(self._rows) if key in map(self._key, names))
        column = list(map(self._key, self._rows[row])).index(key)
        if self._column >= 0 and (row != self._row or column < self._column):
            self._leave()
            self._column = -1
        while row != self._row:
            self._tab()
            self._row = (self._row + 1) % len(self._rows)
        if self._column < 0:
            self._enter()
            self._column = 0
        while column != self._column:
            self._tab()
            self._column += 1
        assert self._listener.on == name, f"at the place of {name} is {self._listener.on}"
        self._listener.press("enter")

    def _key(self, name: str) -> str:
        """A letter and its capital are one key."""
        return name.removeprefix(self._capital).lower()

    def _leave(self) -> str:
        """Along the row to its end, until the whole of it is said."""
        while not self._listener.is_row(heard := self._tab()):
            pass
        return heard

    def _tab(self) -> str:
        return self._listener.press("tab")

    def _enter(self) -> str:
        return self._listener.press("enter")


def _called(heard: str, name: str) -> bool:
    """Whether the focus came to a target of this name; before it may stand the number of an answer."""
    return re.fullmatch(rf"(\w+: )?{re.escape(name)}(, .*)?", heard, re.S) is not None


def _said(line: str) -> Said:
    _, arguments, size, words = line.split("\t")
    options = arguments.split()
    length = (int(size) - WAV_HEAD) / (sound.WIDTH * sound.RATE)
    return Said(words, options[1], int(options[3]), length)
