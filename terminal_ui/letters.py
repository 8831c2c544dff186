"""Makes the letters of a screen larger and smaller while the program runs.

xterm takes a font with its size by an escape sequence (OSC 50), if it was started with allowFontOps; the session on the
wall does that and says so by KIOSK_LETTERS=xterm. How large: as large as the grid still stands on the screen (see
measure). A browser's page does the same when it is told (see browser). Any other terminal keeps the letters that its
window has, and the choice is not offered there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from terminal_ui.grid import LARGE, STANDARD
from terminal_ui.measure import FACE, Screen, points

ASKED = "KIOSK_LETTERS"


class Letters(Protocol):
    """`there`: their size can be changed here."""

    there: bool

    def set(self, write: Callable[[str], None], *, large: bool) -> None: ...


class FixedLetters:
    """Of a terminal that is what it is."""

    there = False

    def set(self, write: Callable[[str], None], *, large: bool) -> None:
        """Nothing: there is no way to ask for it."""


class XtermLetters:
    """xterm's own sequence. `write` puts bytes on the terminal."""

    there = True

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def set(self, write: Callable[[str], None], *, large: bool) -> None:
        size = points(self._screen, LARGE if large else STANDARD)
        write(f"\x1b]50;{FACE}:size={size}\x07")
