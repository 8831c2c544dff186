"""What comes next for a respondent, without a single word of it: the channels render it through `wording`.

    Consent -> Ask ... Ask -> Review -> Close

`Problem` explains why the same thing is asked again. It travels inside the next prompt, never as a message of its own,
because messages overtake each other. `Disposition` is how an interview ended, in AAPOR's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Why what was said did not become an answer."""

    NOT_A_CHOICE = "not_a_choice"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    NOTHING_HEARD = "nothing_heard"
    STALE = "stale"
    AMBIGUOUS = "ambiguous"
    REQUIRED = "required"
    NO_WAY_BACK = "no_way_back"


class Disposition(StrEnum):
    """AAPOR's final dispositions, by the share of the applicable required questions that were answered, where an
    explicit "don't know" or refusal of the item counts as answered: complete >= 80 %, partial >= 50 %, else break-off.
    A refusal is somebody who did not consent or took the consent back. (AAPOR Standard Definitions, 10th edition)"""

    COMPLETE = "complete"
    PARTIAL = "partial"
    BREAK_OFF = "break_off"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Consent:
    """The notice, and: do you want to take part?"""

    problem: Problem | None = None
    help: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One question by name, the notes to be read before it, and where it stands: number `asked` of `of`.

    `of` counts the questions that apply as far as is known now, so it may change as answers come in."""

    question: str
    asked: int
    of: int
    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    help: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """Everything is answered: look it over, change something, or hand it in. `notes` are those after the last
    question."""

    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    help: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """The interview is over; nothing changes it any more."""

    disposition: Disposition


Prompt = Consent | Ask | Review | Close
