"""What a respondent can do in an interview, as plain data: the understood inputs of the state machine.

Channels make these directly (a touched button is a `Chose`), or `hearing.hear` makes them from free words. The
store keeps them with each turn, and only they are replayed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.prompt import Problem
from kiosk.survey import Answer, Missing


class Assisted(StrEnum):
    """Whether somebody helped, and how."""

    NO = "no"
    READ_ALOUD = "read_aloud"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Chose:
    """Values for the question `to`: names of choices, a number, or a text."""

    values: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Declined:
    """No value for the question `to`, and why."""

    missing: Missing
    to: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Go on from a reopened question with its old answer."""

    to: str


@dataclass(frozen=True, slots=True)
class Filled:
    """Many answers at once, as a sheet of paper brings them; those off the route are kept in the record too."""

    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Settled:
    """A person decided what a machine could not read. Takes the place of a pending answer, and is the one input that
    changes an interview after its end."""

    answer: Answer
    to: str


@dataclass(frozen=True, slots=True)
class Together:
    """Several things said in one message, in the questionnaire's order. What belongs to questions that do not apply is
    left out, because whoever answers a printed notice cannot know."""

    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Consented:
    """The reply to the notice."""

    yes: bool


@dataclass(frozen=True, slots=True)
class SpokeLocale:
    """Another language from here on; every answer stays."""

    locale: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """Back to a question that has an answer."""

    question: str


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Say it once more."""


@dataclass(frozen=True, slots=True)
class AskedHelp:
    """Show how to reach a person."""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """Words were said that mean nothing here, and why."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class FellSilent:
    """Nothing came in the time a channel gives. (Time itself is the channel's.)"""


@dataclass(frozen=True, slots=True)
class Helped:
    """Somebody helps, and how."""

    how: Assisted


@dataclass(frozen=True, slots=True)
class Submitted:
    """Hand it in."""


@dataclass(frozen=True, slots=True)
class Left:
    """Gone: walked away, hung up, said stop. `refused`: took the consent back."""

    refused: bool = False


@dataclass(frozen=True, slots=True)
class Began:
    """First contact, in a language if the channel knows it. In an interview that runs already: show where it stands."""

    locale: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Words as they came in, for the question `to` (default: the open one). Not an input of the machine yet: intake
    lets `hearing.hear` turn it into one of the others."""

    text: str
    to: str = ""


Input = (
    Began
    | Chose
    | Declined
    | Kept
    | Filled
    | Settled
    | Together
    | Consented
    | SpokeLocale
    | Reopened
    | AskedAgain
    | AskedHelp
    | Misunderstood
    | FellSilent
    | Helped
    | Submitted
    | Left
)
