"""Textual's driver for a terminal that nobody sits at with a shell behind it.

A byte that is no UTF-8 does not end the program: a loose cable or a wrong keyboard setting can send one. Textual's
reading thread ends with it; here it begins anew, and what came with that byte is lost.

The program is never suspended and continued. A terminal that hangs up sends a signal to continue after its own, and
Textual would begin to draw anew on a line that is gone. Nor does a line that is gone end the thread that writes to it:
whoever waits for that thread, as the end of the program does, would wait for ever, and hold its journal for as long.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver


class Line:
    """The terminal to write to; after it hung up, what is written goes nowhere."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return int(self._file.fileno())


class Driver(LinuxDriver):
    """Reads on after noise, and lets go of a line that hung up."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        self._file: Any = Line(self._file)

    def run_input_thread(self) -> None:
        while True:
            try:
                super().run_input_thread()
            except UnicodeDecodeError:
                continue
            return
