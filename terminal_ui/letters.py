"""Makes the letters of a screen larger and smaller while the program runs, and colours what is around the last cell.

xterm takes a font with its size by an escape sequence (OSC 50), if it was started with allowFontOps; the session on the
wall does that and says so by KIOSK_LETTERS=xterm. How large: as large as the grid still stands on the screen (see
measure). A browser's page does the same when it is told (see browser). Any other terminal keeps the letters that its
window has, and the choice is not offered there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Protocol

from kiosk.channel import Value
from kiosk.errors import ConfigError
from terminal_ui.grid import LARGE, STANDARD
from terminal_ui.measure import FACE, Screen, points

ASKED = "KIOSK_LETTERS"
# From a pocket's screen to a wall's. Anything else is a slip of the hand, and one of many noughts takes very long.
PIXELS = range(100, 20_001)
MILLIMETRES = range(50, 5_001)


class Letters(Protocol):
    """`there`: their size can be changed here."""

    there: bool

    def set(self, write: Callable[[str], None], *, large: bool) -> None: ...

    def ground(self, write: Callable[[str], None], colour: str) -> None:
        """The strip beside the last cell, which would shine beside a dark screen."""


class FixedLetters:
    """Of a terminal that is what it is."""

    there = False

    def set(self, write: Callable[[str], None], *, large: bool) -> None:
        """Nothing: there is no way to ask for it."""

    def ground(self, write: Callable[[str], None], colour: str) -> None:
        """Nothing: the window is somebody's own."""


class XtermLetters:
    """xterm's own sequence. `write` puts bytes on the terminal."""

    there = True

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def set(self, write: Callable[[str], None], *, large: bool) -> None:
        size = points(self._screen, LARGE if large else STANDARD)
        write(f"\x1b]50;{FACE}:size={size}\x07")

    def ground(self, write: Callable[[str], None], colour: str) -> None:
        write(f"\x1b]11;{colour}\x07")


def letters_of(settings: Mapping[str, Value]) -> Letters:
    """What this terminal can do, by the office's [terminal]."""
    return XtermLetters(screen(settings)) if os.environ.get(ASKED) == "xterm" else FixedLetters()


def screen(settings: Mapping[str, Value]) -> Screen:
    """The screen as the office describes it. Raises ConfigError."""
    columns, rows, width = (int(settings[name]) for name in ("screen_columns", "screen_rows", "screen_mm"))
    if not (columns in PIXELS and rows in PIXELS and width in MILLIMETRES):
        raise ConfigError(
            "terminal.screen",
            f"screen_columns and screen_rows under [terminal] in office.toml are {PIXELS[0]} to {PIXELS[-1]} pixels"
            f" across and down, and screen_mm is {MILLIMETRES[0]} to {MILLIMETRES[-1]} millimetres across.",
        )
    return Screen(columns, rows, width)
