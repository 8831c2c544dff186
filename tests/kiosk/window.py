"""A program in a pty, read by a terminal emulator: what somebody before it would see."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

PATIENCE = 20.0  # seconds; far more than anything here takes
QUIET = 0.06  # seconds without output: the screen stands still
PIECE = 1 << 16  # bytes


class Window:
    """From the start of the program to its end; used as a context manager it is killed at the latest then."""

    def __init__(
        self,
        office: Path,
        *arguments: str,
        columns: int,
        rows: int,
        env: Mapping[str, str] | None = None,
        preexec_fn: Callable[[], None] | None = None,
    ) -> None:
        """`arguments`: of `kiosk`. `env`: what else its environment says."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "kiosk", "--office", str(office), *arguments],
            dimensions=(rows, columns),
            env={**os.environ, "TERM": "xterm-256color", **(env or {})},
            timeout=PATIENCE,
            preexec_fn=preexec_fn,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.close(force=True)

    @property
    def lines(self) -> list[str]:
        return list(self.screen.display)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

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
        """Until it holds, and then until the screen stands still."""
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {what}:\n{self.text}"
            self.read(QUIET)
        while self.read(QUIET):
            pass
