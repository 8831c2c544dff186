"""The terminal's program without what it shows: where it is drawn, and why it ended."""

from __future__ import annotations

from channels.window import Keyboard, Program
from kiosk.errors import KioskError
from terminal_ui.browser import in_browser


class Shell(Program):
    """`fault` is what ended it, where that was one of ours."""

    def __init__(self) -> None:
        super().__init__(None if in_browser() else Keyboard)
        self.fault: KioskError | None = None

    def write_out(self, sequence: str) -> None:
        """Straight to the terminal, past the screen."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, KioskError):
            self.fault = error
        super()._handle_exception(error)
