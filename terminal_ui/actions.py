"""What a touch or a key means, as plain data. A target carries its action, and an action that answers carries its
question.

So a touch that was made on one screen and arrives on the next cannot land on another question: the answer names where
it belongs, and everything else about the old screen fits nothing and is dropped (see visit).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.inputs import Input
from terminal_ui.comfort import Colours, Order


class Overlay(StrEnum):
    """A screen that lies over where the visitor is, and gives it back unchanged."""

    HELP = "help"
    LANGUAGE = "language"
    VIEW = "view"
    NOTICE = "notice"
    LEAVE = "leave"
    STILL_HERE = "still_here"


@dataclass(frozen=True, slots=True)
class Welcome:
    """A language was chosen on the first screen."""

    locale: str


@dataclass(frozen=True, slots=True)
class Pick:
    """This survey, please."""

    survey: str


@dataclass(frozen=True, slots=True)
class Give:
    """An input for the interview, as it is."""

    input: Input


@dataclass(frozen=True, slots=True)
class Tick:
    """Put a tick beside one of several choices, or take it away."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Write:
    """A letter or a digit into the answer that is being written."""

    question: str
    sign: str


@dataclass(frozen=True, slots=True)
class Rub:
    """Take the last letter or digit away."""

    question: str


@dataclass(frozen=True, slots=True)
class Shift:
    """The next letter is a capital, or is none."""

    question: str


@dataclass(frozen=True, slots=True)
class Signs:
    """From letters to digits and signs, and back."""

    question: str


@dataclass(frozen=True, slots=True)
class HandIn:
    """What was ticked or written is the answer."""

    question: str


@dataclass(frozen=True, slots=True)
class Noted:
    """These notes were read."""

    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Turn over so many pages of a long text."""

    pages: int


@dataclass(frozen=True, slots=True)
class Open:
    overlay: Overlay


@dataclass(frozen=True, slots=True)
class Shut:
    """Back to what lies under the overlay."""


@dataclass(frozen=True, slots=True)
class Back:
    """One step back, wherever that is."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Large letters, or the usual ones."""

    large: bool


@dataclass(frozen=True, slots=True)
class Colour:
    """The screen in these colours."""

    colours: Colours


@dataclass(frozen=True, slots=True)
class Arrange:
    """The keyboard in this order."""

    order: Order


@dataclass(frozen=True, slots=True)
class Listen:
    """Read the screens aloud from here on, or stop that."""


@dataclass(frozen=True, slots=True)
class Again:
    """Read this screen from its beginning, once more or for the first time."""


@dataclass(frozen=True, slots=True)
class Faster:
    """The voice so many steps faster; slower with less than none."""

    steps: int


@dataclass(frozen=True, slots=True)
class Louder:
    """The voice so many steps louder; quieter with less than none."""

    steps: int


@dataclass(frozen=True, slots=True)
class Print:
    """The code on paper; once more where that failed."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What came of it."""

    done: bool


@dataclass(frozen=True, slots=True)
class Finish:
    """The visit is over: nothing of it may stay."""


Action = (
    Welcome
    | Pick
    | Give
    | Tick
    | Write
    | Rub
    | Shift
    | Signs
    | HandIn
    | Noted
    | Leaf
    | Open
    | Shut
    | Back
    | Letters
    | Colour
    | Arrange
    | Listen
    | Again
    | Faster
    | Louder
    | Print
    | Printed
    | Finish
)
