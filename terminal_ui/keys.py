"""Moving the focus by keys. Pure.

arrows          to the next target in that direction
Tab, Shift+Tab  to the next or the one before, in order
Enter, space    touch it
1 to 9, 0       the answer with that key; 0 goes on
Escape          back        F1 help     F2 read aloud     F3 colours     F4 language
letters         are written, where a text is asked; Backspace takes one away
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from terminal_ui.page import Rect, Target


class Move(Enum):
    """Where the focus goes."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    NEXT = "tab"
    BEFORE = "shift+tab"

    @classmethod
    def of(cls, key: str) -> Move | None:
        """The move that a key's name means."""
        return next((move for move in cls if move.value == key), None)


def moved(targets: Sequence[Target], focus: int, move: Move) -> int:
    """The target that has the focus after a move; the same one where there is none in that direction."""
    if move is Move.NEXT:
        return (focus + 1) % len(targets)
    if move is Move.BEFORE:
        return (focus - 1) % len(targets)
    here = targets[focus].rect
    ahead = [
        (_distance(here, target.rect, move), number)
        for number, target in enumerate(targets)
        if number != focus and _is_ahead(here, target.rect, move)
    ]
    return min(ahead)[1] if ahead else focus


def _is_ahead(here: Rect, there: Rect, move: Move) -> bool:
    match move:
        case Move.LEFT:
            return there.right <= here.x
        case Move.RIGHT:
            return there.x >= here.right
        case Move.UP:
            return there.bottom <= here.y
        case _:
            return there.y >= here.bottom


def _distance(here: Rect, there: Rect, move: Move) -> int:
    """How far it is, in steps across and, counted more, steps aside. A row is as high as two columns are wide."""
    across = (there.x + there.width / 2) - (here.x + here.width / 2)
    along = 2 * ((there.y + there.height / 2) - (here.y + here.height / 2))
    ahead, aside = (across, along) if move in (Move.LEFT, Move.RIGHT) else (along, across)
    overlap = (
        min(here.bottom, there.bottom) > max(here.y, there.y)
        if move in (Move.LEFT, Move.RIGHT)
        else min(here.right, there.right) > max(here.x, there.x)
    )
    return int(abs(ahead) * 10 + abs(aside) * (5 if overlap else 40))
