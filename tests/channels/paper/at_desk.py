"""Somebody at the real screen: `kiosk enter` in a pty, read by a terminal emulator."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

PATIENCE = 20.0  # seconds; far more than anything here takes
QUIET = 0.05  # seconds without output: the screen stands still
PIECE = 1 << 16  # bytes
ENTER, ESCAPE, CTRL_C, CTRL_J = "\r", "\x1b", "\x03", "\n"


class AtDesk:
    """From the start of the program to its end; used as a context manager it is killed at the latest then."""

    def __init__(self, office: Path, *arguments: str, columns: int = 80, rows: int = 24) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "kiosk", "--office", str(office), "enter", *arguments],
            dimensions=(rows, columns),
            env={**os.environ, "TERM": "xterm-256color"},
            timeout=PATIENCE,
        )

    def __enter__(self) -> AtDesk:
        self.sees("The number of the next form")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.close(force=True)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def words(self) -> str:
        """The screen as running text, so that a sentence may be looked for that is wrapped there."""
        return " ".join(self.text.split())

    def read(self, seconds: float) -> bool:
        """Take in what the program writes within so many seconds; whether it wrote anything."""
        try:
            piece = self.process.read_nonblocking(PIECE, seconds)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            time.sleep(QUIET)
            return False
        self.raw += piece
        self._stream.feed(piece)
        return True

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {what}:\n{self.text}"
            self.read(QUIET)

    def sees(self, words: str) -> AtDesk:
        self.wait(lambda: words in self.words, f"“{words}”")
        return self

    def types(self, keys: str) -> AtDesk:
        """All at once, as a hand that is quicker than the screen."""
        self.process.send(keys)
        return self

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def kill(self) -> None:
        """As when the lights go out."""
        self.process.kill(signal.SIGKILL)
        self.process.close(force=True)

    def ended(self) -> int | None:
        """Wait for the end of the program; its exit status."""
        self.wait(lambda: not self.process.isalive(), "the end")
        self.process.close()
        return None if self.process.exitstatus is None else int(self.process.exitstatus)
