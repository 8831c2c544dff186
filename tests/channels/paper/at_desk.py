"""Somebody at the real screen: `kiosk enter` in a pty."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from tests.kiosk.window import PATIENCE, QUIET, Window

ENTER, ESCAPE, CTRL_C, CTRL_J = "\r", "\x1b", "\x03", "\n"


class AtDesk(Window):
    """The screen for typing forms, and two hands on its keys."""

    def __init__(self, office: Path, *arguments: str, columns: int = 80, rows: int = 24) -> None:
        super().__init__(office, "enter", *arguments, columns=columns, rows=rows)

    def __enter__(self) -> AtDesk:
        self.sees("The number of the next form")
        return self

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

    def hang_up(self) -> None:
        """Close the window, and wait for the end of the program."""
        self.process.ptyproc.fileobj.close()
        until = time.monotonic() + PATIENCE
        while self.process.isalive():
            assert time.monotonic() < until, "it goes on without a window"
            time.sleep(QUIET)

    def ended(self) -> int | None:
        """Wait for the end of the program; its exit status."""
        self.wait(lambda: not self.process.isalive(), "the end")
        self.process.close()
        return None if self.process.exitstatus is None else int(self.process.exitstatus)
