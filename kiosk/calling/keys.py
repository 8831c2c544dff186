"""What keys mean to what an interview asks: the inputs that its prompt and its options give them.

The keys are those of `wording.options`, the same signs as in every other channel. A choice of several is asked one by
one, yes or no. # alone leaves out what may be left out. Pure.
"""

from __future__ import annotations

from kiosk.inputs import Chose, Consented, Declined, Input, Misunderstood
from kiosk.prompt import Problem
from kiosk.survey import MISSING_KEYS, Kind, Missing, Question, Survey

YES, NO = "1", "2"
NOTHING = ("", "#")  # an entry that is none: # alone
KEYS_OF = {key: Missing(missing) for missing, key in MISSING_KEYS.items()}


def to_consent(keys: str) -> Input:
    replies: dict[str, Input] = {YES: Consented(True), NO: Consented(False)}
    return replies.get(keys, Misunderstood(Problem.NOT_A_CHOICE))


def to_choice(survey: Survey, question: Question, keys: str) -> Input:
    """One of the choices, or why none."""
    if keys in NOTHING:
        return Misunderstood(Problem.REQUIRED) if question.required else left_out(survey, question)
    by_key = {str(place): choice.name for place, choice in enumerate(question.choices, start=1)}
    if keys in by_key:
        return Chose((by_key[keys],), question.name)
    return declined(survey, question, keys) or Misunderstood(Problem.NOT_A_CHOICE)


def to_number(question: Question, keys: str) -> Input:
    """The number as it was entered; whether it fits, the interview says."""
    return Chose((keys,), question.name) if keys.isdecimal() else Misunderstood(Problem.NOT_A_NUMBER)


def declined(survey: Survey, question: Question, keys: str) -> Input | None:
    """Weiß nicht or keine Angabe, where the survey has them."""
    missing = KEYS_OF.get(keys)
    return Declined(missing, question.name) if missing in survey.missing and missing else None


def left_out(survey: Survey, question: Question) -> Input:
    """Without an answer; what needs one is refused, where that is possible."""
    if not question.required:
        return Declined(Missing.SKIPPED, question.name)
    refusable = Missing.REFUSED in survey.missing
    return Declined(Missing.REFUSED, question.name) if refusable else Misunderstood(Problem.REQUIRED)


def is_entered(question: Question | None) -> bool:
    """Whether several keys and a # are the answer, so that no single one means something else."""
    return question is not None and question.kind is Kind.INTEGER


def takes_zero(question: Question | None) -> bool:
    """Whether 0 alone is an answer here, so that it asks for no help."""
    return (
        question is not None and question.kind is Kind.INTEGER and (question.minimum is None or question.minimum <= 0)
    )
