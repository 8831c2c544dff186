"""Reading a screen aloud with espeak-ng, where it is installed. One voice at a time; a new screen silences the old
one.

The words go in by standard input, never through a shell or an argument list, where other processes could read them.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

PROGRAM = "espeak-ng"
RATE, EASY_RATE = 150, 125  # words a minute
LONGEST = 180.0  # seconds; no screen takes so long, so a program that still runs then does not speak
PATIENCE = 1.0  # seconds for a killed program to be gone


class Speech:
    """`there`: something can be heard here."""

    def __init__(self) -> None:
        self._program = shutil.which(PROGRAM)
        self._process: subprocess.Popen[bytes] | None = None
        self._since = 0.0
        self._read: tuple[str, ...] = ()

    @property
    def there(self) -> bool:
        return self._program is not None

    @property
    def speaking(self) -> bool:
        running = self._process is not None and self._process.poll() is None
        return running and time.monotonic() - self._since < LONGEST

    def tune(self, rate: int, gain: int) -> None:
        """Placeholder until the voices are merged."""

    def read(self, screen: str, sentences: Sequence[str], locale: str) -> None:
        """Read a screen once, and then what changes on it."""
        before, self._read = self._read, (screen, *sentences)
        if before == self._read:
            return
        known = before[1:] if before[:1] == (screen,) else ()
        self.say([sentence for sentence in sentences if sentence not in known], locale)

    def say(self, sentences: Sequence[str], locale: str) -> None:
        """Stop what is being said, and say this. A program that does not start is as good as none."""
        self._stop()
        if self._program is None or not any(sentences):
            return
        language, _, level = locale.partition("@")
        rate = str(EASY_RATE if level else RATE)
        try:
            self._process = subprocess.Popen(
                [self._program, "-v", language, "-s", rate, "--stdin"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._program = None
            return
        self._since = time.monotonic()
        if self._process.stdin is not None:
            try:
                self._process.stdin.write("\n".join(sentence for sentence in sentences if sentence).encode())
                self._process.stdin.close()
            except BrokenPipeError:
                self._stop()  # no sound card: there is nothing to hear, and nothing to do about it here

    def silence(self) -> None:
        """Nobody listens any more: stop, and forget what was read."""
        self._read = ()
        self._stop()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        if process.stdin is not None and not process.stdin.closed:
            with suppress(BrokenPipeError):
                process.stdin.close()
        with suppress(subprocess.TimeoutExpired):  # stuck in a driver: it is dead all the same
            process.wait(PATIENCE)
