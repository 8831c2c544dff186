"""What a person decides where a machine could not: a doubtful mark, handwriting, a recorded voice.

A doubt belongs to a pending answer: on record, and not counted until a person settles it. Settling appends a turn of
its own (`Settled`), so the machine's reading stays beside the person's decision. The kinds are the same for every
channel; the evidence is a blob, and stays after the decision (see store.doubts).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from kiosk import interview as machine
from kiosk import understanding
from kiosk.errors import UsageError
from kiosk.identity import turn_digest
from kiosk.inputs import Settled
from kiosk.keyring import Keyring
from kiosk.prompt import Problem
from kiosk.record import Address, AddressKind, Doubt, Mode, Reply, Turn, Via
from kiosk.store import doubts
from kiosk.store.interviews import Interviews
from kiosk.survey import MAX_TEXT, Answer, Missing, Question

DESK = Mode("desk")  # where a person decides
# Why there is no value, as a person may decide: what is left out or cannot be made out, or says so itself.
NONE = (Missing.UNREADABLE, Missing.SKIPPED, Missing.REFUSED, Missing.DONT_KNOW, Missing.INVALID)


def settle(
    connection: sqlite3.Connection,
    interviews: Interviews,
    keyring: Keyring,
    number: int,
    answer: Answer,
    *,
    by: str,
    now: int,
) -> None:
    """Decide a doubt inside a transaction. The first decision counts. Raises UsageError when there is no such doubt,
    when it is settled already, when nobody is named, or when the answer does not fit its question."""
    doubt = doubts.find(connection, keyring, number)
    if doubt is None:
        raise unknown(number)
    if doubt.settled is not None:
        raise UsageError("doubt.settled", f"Doubt {number} was {decided(doubt)}. That decision stays.")
    if not by.strip():
        raise UsageError("doubt.nobody", "Every decision has a name under it. Say who decides.")
    response = doubts.response(connection, number)
    standing = interviews.load(connection, response)
    question = standing.interview.survey.question(doubt.question)
    if question and (fault := misfit(question, answer)):
        raise UsageError("doubt.misfit", fault)
    given = Settled(answer, doubt.question)
    after, prompt = machine.advance(standing.interview, given)
    if after == standing.interview:
        raise UsageError("doubt.stale", f"The answer of doubt {number} waits for nobody any more.")
    interviews.save(connection, standing, after, Via.READ_BY_STAFF, at=now, now=now, keep=True, checked_by=by)
    key = f"doubt:{number}"
    turn = Turn(
        key=key,
        mode=DESK,
        address=Address(AddressKind.SESSION, key),
        survey=after.survey.name,
        input=given,
        at=now,
        via=Via.READ_BY_STAFF,
    )
    digest = turn_digest(keyring, turn)
    interviews.append(connection, response, turn, given, Reply(prompt, after.locale), key=digest, said="", now=now)
    doubts.mark_settled(connection, number, by, now)


def misfit(question: Question, answer: Answer) -> str:
    """Why this is no answer to its question, and what would be; "" when it is one."""
    if answer.missing:
        return "" if answer.missing in NONE else f"“{answer.missing}” is nothing that a person can decide."
    problem = understanding.check(question, answer.values)
    if not isinstance(problem, Problem):
        return ""
    names = ", ".join(choice.name for choice in question.choices)
    match problem:
        case Problem.NOTHING_HEARD:
            return "This answer is empty. Say what it is, or why there is none."
        case Problem.TOO_LONG:
            return f"This text has more than {MAX_TEXT} letters. Shorten it."
        case Problem.TOO_MANY:
            return f"The question {question.name} takes one answer alone."
        case Problem.NOT_A_CHOICE:
            return f"The question {question.name} has no such choice. It has {names}."
        case _:
            return f"The question {question.name} takes a whole number{_bounds(question)}, in digits."


def unknown(number: int) -> UsageError:
    return UsageError(
        "doubt.unknown", f"There is no doubt number {number}. If there was, its answer was replaced or erased since."
    )


def decided(doubt: Doubt) -> str:
    """By whom and when a settled doubt was decided, by the clock of this house."""
    at = datetime.fromtimestamp((doubt.settled or 0) / 1000).astimezone()
    return f"settled by {doubt.settled_by} on {at:%Y-%m-%d at %H:%M}"


def _bounds(question: Question) -> str:
    lowest = "" if question.minimum is None else f" from {question.minimum}"
    return lowest + ("" if question.maximum is None else f" up to {question.maximum}")
