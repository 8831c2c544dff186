"""A program that fills a terminal's window: Textual's driver and its writing of changed rows, and nothing else of it.

No bindings, no command palette, no selection, no animation: no key leads out of the program but those it gives a
meaning itself. A fault ends it with a status that is not 0. Textual would print a traceback with the values of all
variables, residents' answers among them: every hook that does is overridden here (`_fatal_error`, `panic`,
`_print_error_renderables`, `_handle_exception`; Textual 8.2).

A byte that is no UTF-8 does not end the program: a loose cable or a keyboard set to another alphabet can send one.
Textual's reading thread ends with it; here it begins anew, and what came with that byte is lost.

The program is never suspended and continued. A terminal that hangs up sends a signal to continue after its own, and
Textual would begin to draw anew on a line that is gone. Nor does a line that is gone end the thread that writes to it:
whoever waits for that thread, as the end of the program does, would wait for ever, and hold a journal for as long.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, Protocol

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

BROKEN = 70  # the exit status after a fault (EX_SOFTWARE)


class Ink(Protocol):
    """Letters of `fore` on `back`, both "#rrggbb"."""

    def __hash__(self) -> int: ...

    @property
    def fore(self) -> str: ...

    @property
    def back(self) -> str: ...

    @property
    def bold(self) -> bool: ...


Rows = tuple[tuple[tuple[str, Ink], ...], ...]


class Program(App[int], inherit_bindings=False):
    """What is to be seen goes to `cells`."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    CSS = "Screen { overflow: hidden; } Cells { width: 100%; height: 100%; }"

    def __init__(self, driver: type[Driver] | None) -> None:
        """`driver`: a `Keyboard`; None is the one that the environment names."""
        super().__init__(driver_class=driver)
        self.cells = Cells()
        self._events_loop: asyncio.AbstractEventLoop | None = None

    def get_default_screen(self) -> Bare:
        return Bare(id="_default")

    def compose(self) -> ComposeResult:
        yield self.cells

    def heed_signals(self, leave: Callable[[], None]) -> None:
        """Call `leave` when the operator, the line or the keyboard asks the program to end."""
        self._events_loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            self._events_loop.add_signal_handler(number, leave)

    def from_thread(self, what: Callable[[], None]) -> None:
        """Do something on the screen's thread, from another one."""
        if self._events_loop is not None:
            self._events_loop.call_soon_threadsafe(what)

    def fail(self) -> None:
        """Something that runs beside the screen broke: end with a status that tells whatever started the program."""
        self.exit(return_code=BROKEN)

    def _handle_exception(self, error: Exception) -> None:
        super()._handle_exception(error)
        self._return_code = BROKEN

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        self._return_code = BROKEN
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()


class Bare(Screen[None], inherit_bindings=False):
    """Textual's screen without its keys for moving the focus, copying and leaving."""


class Cells(Widget):
    """All cells of the window, of which only rows that changed are written."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows = ()

    def show(self, rows: Rows) -> None:
        before, self.rows = self.rows, rows
        if len(before) != len(rows):
            self.refresh()
            return
        changed = [y for y, (old, new) in enumerate(zip(before, rows, strict=True)) if old != new]
        self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        if y >= len(self.rows):
            return Strip.blank(self.size.width)
        return Strip([Segment(text, _style(ink)) for text, ink in self.rows[y]])


@cache
def _style(ink: Ink) -> Style:
    """One Rich style for each of the few inks."""
    return Style(color=ink.fore, bgcolor=ink.back, bold=ink.bold)


class Keyboard(LinuxDriver):
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
