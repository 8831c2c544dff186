"""Textual's App without its ways out, and without a word on the screen when it breaks.

No bindings, no command palette, no selection, no animation. A fault ends the program with a status that is not 0, so
that whatever started it starts it again. Textual would print a traceback with the values of all variables, answers
among them, on a public screen: every hook that does is overridden here (`_fatal_error`, `panic`,
`_print_error_renderables`, `_handle_exception`; Textual 8.2).
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen

from kiosk.errors import KioskError
from terminal_ui.browser import in_browser
from terminal_ui.driver import Driver

BROKEN = 70  # the exit status after a fault (EX_SOFTWARE)


class Bare(Screen[None], inherit_bindings=False):
    """Textual's screen without its keys for moving the focus, copying and leaving."""


class Shell(App[int], inherit_bindings=False):
    """`fault` is what ended it, where that was one of ours."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    CSS = "Screen { overflow: hidden; } #cells { width: 100%; height: 100%; }"

    def __init__(self) -> None:
        super().__init__(driver_class=None if in_browser() else Driver)
        self.fault: KioskError | None = None
        self._events_loop: asyncio.AbstractEventLoop | None = None

    def get_default_screen(self) -> Bare:
        return Bare(id="_default")

    def heed_signals(self, leave: Callable[[], None]) -> None:
        """Call `leave` when the operator, the line or the keyboard asks the program to end."""
        self._events_loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            self._events_loop.add_signal_handler(number, leave)

    def from_thread(self, what: Callable[[], None]) -> None:
        """Do something on the screen's thread, from another one."""
        if self._events_loop is not None:
            self._events_loop.call_soon_threadsafe(what)

    def write_out(self, sequence: str) -> None:
        """Straight to the terminal, past the screen."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def fail(self) -> None:
        """Something that runs beside the screen broke: end with a status that tells whatever started the program."""
        self.exit(return_code=BROKEN)

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, KioskError):
            self.fault = error
        super()._handle_exception(error)
        self._return_code = BROKEN

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        self._return_code = BROKEN
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()
