"""Which touches and keys are not taken: those that nobody means. Pure; the time comes from the caller.

A real double tap came 0.18 s apart. On a screen that has only just appeared its second half would answer a question
nobody has read; on the same target it would undo a tick or turn a page back. Of letters and digits every touch counts.

Keys always count, but for two cases. The same key twice in haste must not end a visit, because the second Enter would
take away the code that the first one brought. And where the office says so, because a keypad bounces or hands tremble,
the same key counts again only after a pause (EN 301 549 5.8).
"""

from __future__ import annotations

from terminal_ui.actions import Action, Finish, Rub, Write
from terminal_ui.page import Rect, Target

SHIELD = 0.3  # seconds
HASTE = 1.0  # seconds; sooner nobody has read eleven digits


class Shield:
    """Told of every new screen and every touch that was taken; asked before the next."""

    def __init__(self, pause: float = 0.0) -> None:
        """`pause`: seconds after a key in which the same key does not count."""
        self._pause = pause
        self._shown = 0.0
        self._place: Rect | None = None
        self._taken = 0.0
        self._key = ""
        self._struck = "", 0.0

    def appeared(self, at: float) -> None:
        self._shown = at

    def took(self, target: Target, at: float) -> None:
        self._place, self._taken = target.rect, at

    def struck_twice(self, key: str, at: float) -> bool:
        """Whether this key is the last one once more, before the pause is over. Tell it every key."""
        (before, then), self._struck = self._struck, (key, at)
        return key == before and at - then < self._pause

    def ends_in_haste(self, key: str, action: Action | None, at: float) -> bool:
        """Whether this key, pressed once more, would end what has only just appeared. Tell it every key."""
        before, self._key = self._key, key
        return isinstance(action, Finish) and key == before and at - self._shown < HASTE

    def refuses(self, target: Target, at: float) -> bool:
        if at - self._shown < SHIELD:
            return True
        again = target.rect == self._place and at - self._taken < SHIELD
        return again and not isinstance(target.action, Write | Rub)
