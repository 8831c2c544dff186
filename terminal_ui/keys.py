"""The key map: what every key means on every screen. Pure.

arrows            the focus to the next target in that direction
Tab, Shift+Tab    the focus to the next target or the one before, in order
Enter, space      touch the target with the focus
1 to 9, 0         the answer with that key; 0 goes on
Escape            back
F1 or /           help                       F2   read aloud, or stop that
F5 or *           read this screen           F3   other colours
F6, F7            slower, faster             F4   another language
F8, F9 or -, +    quieter, louder            F10  large letters where the window can, or the usual ones
letters           are written, where a text is asked; Backspace takes one away

The signs / * - + are those of a keypad; where a text is asked they are written.

Two switches do everything: one as Tab, one as Enter. Where a screen has more targets than can be gone through one by
one (the keyboard), Tab goes from row to row; Enter steps into a row, Tab goes along it, and after its last target the
whole row has the focus again; into a row of one there is no step. The first Tab or arrow on the first screen turns the
reading on, where something can read: who begins by moving a focus may not see it. F5 or * turns it on anywhere: a
keypad may have no other key for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from terminal_ui.actions import Action, Again, Back, Colour, Faster, Letters, Listen, Louder, Open, Overlay, Rub, Write
from terminal_ui.comfort import Comfort
from terminal_ui.page import Page, Rect, Target

MOST_SINGLE = 12  # targets; of more, the switch goes from row to row
_KEYPAD = {"/": "f1", "*": "f5", "-": "f8", "+": "f9"}


@dataclass(frozen=True, slots=True)
class Focus:
    """The target that the keys act on; `row`: the whole row that it begins."""

    number: int = 0
    row: bool = False


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


def meant(page: Page, key: str, sign: str, comfort: Comfort, *, speech: bool, letters: bool) -> Action | None:
    """The action of a key on this page, but for Enter; None: it moves the focus or means nothing. `speech` and
    `letters`: something can read aloud here, and the letters can be made larger."""
    if page.typing and len(sign) == 1 and (sign.isdecimal() if page.digits else sign.isprintable()):
        return Write(page.typing, sign)
    if page.typing and key == "backspace":
        return Rub(page.typing)
    if sign in page.shortcuts:
        return page.shortcuts[sign]
    action = _everywhere(_KEYPAD.get(sign, key), comfort)
    match action:
        case Colour():
            return action
        case Letters():
            return action if letters else None
        case Again() | Faster() | Louder():
            return action if speech else None
        case _:
            return action if action in [target.action for target in page.targets] else None


def _everywhere(key: str, comfort: Comfort) -> Action | None:
    actions: dict[str, Action] = {
        "escape": Back(),
        "f1": Open(Overlay.HELP),
        "f2": Listen(),
        "f3": Colour(comfort.colours.following),
        "f4": Open(Overlay.LANGUAGE),
        "f5": Again(),
        "f6": Faster(-1),
        "f7": Faster(1),
        "f8": Louder(-1),
        "f9": Louder(1),
        "f10": Letters(not comfort.large),
    }
    return actions.get(key)


def moved(targets: Sequence[Target], focus: Focus, move: Move) -> Focus:
    """The focus after a move; the same where there is nothing in that direction."""
    if move in (Move.NEXT, Move.BEFORE):
        return _stepped(targets, focus, 1 if move is Move.NEXT else -1)
    here = targets[focus.number].rect
    ahead = [
        (_distance(here, target.rect, move), number)
        for number, target in enumerate(targets)
        if number != focus.number and _is_ahead(here, target.rect, move)
    ]
    return Focus(min(ahead)[1] if ahead else focus.number)


def row_of(targets: Sequence[Target], number: int) -> range:
    """The targets beside each other to which one belongs."""
    return next(row for row in _rows(targets) if number in row)


def _stepped(targets: Sequence[Target], focus: Focus, step: int) -> Focus:
    if len(targets) <= MOST_SINGLE:
        return Focus((focus.number + step) % len(targets))
    rows = _rows(targets)
    here = next(place for place, row in enumerate(rows) if focus.number in row)
    row, following = rows[here], focus.number + step
    if not focus.row and following in row:
        return Focus(following)
    if focus.row or len(row) == 1:
        row = rows[(here + step) % len(rows)]
    return Focus(row.start, row=len(row) > 1)


def _rows(targets: Sequence[Target]) -> list[range]:
    rows: list[range] = []
    for number, target in enumerate(targets):
        if rows and targets[rows[-1].start].rect.y == target.rect.y:
            rows[-1] = range(rows[-1].start, number + 1)
        else:
            rows.append(range(number, number + 1))
    return rows


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
