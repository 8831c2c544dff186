"""Which touches are not taken: those that nobody means. Pure; the time comes from the caller.

A real double tap came 0.18 s apart. On a screen that has only just appeared its second half would answer a question
nobody has read; on the same target it would undo a tick or turn a page back. Of letters and digits every touch counts.
"""

from __future__ import annotations

from terminal_ui.actions import Rub, Write
from terminal_ui.page import Rect, Target

SHIELD = 0.3  # seconds


class Shield:
    """Told of every new screen and every touch that was taken; asked before the next."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._place: Rect | None = None
        self._taken = 0.0

    def appeared(self, at: float) -> None:
        self._shown = at

    def took(self, target: Target, at: float) -> None:
        self._place, self._taken = target.rect, at

    def refuses(self, target: Target, at: float) -> bool:
        if at - self._shown < SHIELD:
            return True
        again = target.rect == self._place and at - self._taken < SHIELD
        return again and not isinstance(target.action, Write | Rub)
