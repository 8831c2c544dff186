"""A screen as data: where every target and every line of text stands, in cells. Nothing here draws or listens.

One page is one value, made anew from the visit for the size at hand (see pages), painted by `paint` and touched
through `at`. Everything a test wants to know about a layout (whole, large enough, apart, unbroken) can be read from
it, for every screen, size and language, without a terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from terminal_ui.actions import Action


@dataclass(frozen=True, slots=True)
class Rect:
    """Cells from (x, y), `width` columns and `height` rows."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def covers(self, x: int, y: int) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def meets(self, other: Rect) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


class Look(StrEnum):
    """What a target is, so that the palette can give it its colours."""

    MAIN = "main"  # the way on
    CHOICE = "choice"  # an answer
    QUIET = "quiet"  # no answer: don't know, skip
    TOOL = "tool"  # the bar below
    KEY = "key"  # of the keyboard or the number pad
    CARD = "card"  # a light ground for a face, or for an answer in the review


class Voice(StrEnum):
    """How a line of text is meant."""

    PLAIN = "plain"
    STRONG = "strong"
    FAINT = "faint"
    PROBLEM = "problem"
    FIELD = "field"  # what is being written


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text at a place."""

    x: int
    y: int
    text: str
    voice: Voice = Voice.PLAIN


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture of half cells: each sign of a row is a pixel ("#" outline, "o" filling, "." nothing)."""

    x: int
    y: int
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Something to touch. `lines` stand in its middle; those numbered in `plain` are not bold. `key` is the sign that
    chooses it by keys. `chosen` is shown by a tick, a border and inverse colours, never by colour alone. `aloud` is
    what is said when the focus comes to it."""

    rect: Rect
    action: Action
    lines: tuple[str, ...]
    look: Look = Look.CHOICE
    key: str = ""
    ticked: bool | None = None
    chosen: bool = False
    face: tuple[str, ...] = ()
    left: bool = False
    plain: range = range(0)
    aloud: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`name` says which screen it is (a touch is not taken in the first moments of a new one); `focus` is the target
    the keys begin at; `typing` names the question that letters from a keyboard go to. `spoken` is read aloud when the
    screen comes, and what is new of it later; `written` only at the beginning. `faults`: what does not fit."""

    name: str
    targets: tuple[Target, ...]
    lines: tuple[Line, ...]
    pixels: tuple[Pixels, ...] = ()
    bar: tuple[int, int] = (0, 0)
    fields: tuple[Rect, ...] = ()
    spoken: tuple[str, ...] = ()
    written: str = ""
    focus: int = 0
    typing: str = ""
    digits: bool = False
    shortcuts: Mapping[str, Action] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    def at(self, x: int, y: int) -> int | None:
        """The number of the target at a cell."""
        return next((number for number, target in enumerate(self.targets) if target.rect.covers(x, y)), None)
