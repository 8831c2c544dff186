"""What a key does at a question, by the question's kind. Pure.

The boxes have the keys that are printed on the form, and 7 and 8 are "don't know" and "no answer" as in every channel;
where digits are the answer itself, / and * are. 0 says that nothing is marked, + that what is there is not clear. What
a resident left out of a sheet cannot be asked again, so that is taken for required questions, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from channels.paper import MODE
from channels.paper.enter.desk import Desk, Form, Step, Tell, refused
from kiosk.inputs import Chose, Declined, Filled, Input, Kept, Together
from kiosk.survey import Answer, Kind, Missing, Question
from kiosk.wording import Does, Option, options

BACKSPACE, ENTER, ESCAPE, NEW_LINE, RUB_OUT = "backspace", "enter", "escape", "ctrl+j", "ctrl+w"
NOTHING, UNCLEAR = "0", "+"
NUMBER_KEYS = {Missing.DONT_KNOW: "/", Missing.REFUSED: "*"}  # beside digits that are a number
LONGEST_NUMBER = 12  # digits that are shown; what a number may be, the core says
TYPED = (Kind.INTEGER, Kind.TEXT)  # not chosen


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be said by one key. `label` is the form's own, or ours in English."""

    key: str
    label: str
    answer: Answer


def offers(desk: Desk, form: Form, question: Question) -> tuple[Offer, ...]:
    """Everything but what is typed itself, in the order of the form."""
    offered = options(form.survey, question, desk.words, MODE)
    return (*(offer for option in offered for offer in _offer(option, question)), *_left(question))


def _offer(option: Option, question: Question) -> Iterator[Offer]:
    if option.does is Does.CHOOSE:
        yield Offer(option.key, option.label, Answer((option.value,)))
    elif option.value != Missing.SKIPPED:
        missing = Missing(option.value)
        yield Offer(
            NUMBER_KEYS[missing] if question.kind in TYPED else option.key, option.label, Answer(missing=missing)
        )


def _left(question: Question) -> Iterator[Offer]:
    nothing, key = ("Nothing is written", ENTER) if question.kind in TYPED else ("Nothing is marked", NOTHING)
    yield Offer(key, nothing, Answer(missing=Missing.SKIPPED))
    yield Offer(UNCLEAR, "Not clear: cannot be read, or too much is marked", Answer(missing=Missing.UNREADABLE))


def press(desk: Desk, form: Form, question: Question, key: str) -> Step:
    """One key, at a question that is asked."""
    if key == ENTER and desk.fresh and question.name in form.answers:
        return Step(desk, Tell(form, (Kept(question.name),)))
    match question.kind:
        case Kind.TEXT:
            return _text(desk, form, question, key)
        case Kind.INTEGER:
            return _integer(desk, form, question, key)
        case Kind.SELECT_MULTIPLE:
            return _several(desk, form, question, key)
        case _:
            return _one(desk, form, question, key)


def leads_back(desk: Desk, question: Question, key: str) -> bool:
    """Whether this key leaves the question for the one before."""
    if question.kind is Kind.TEXT:
        return key == ESCAPE
    if question.kind is Kind.INTEGER and desk.entry and not desk.fresh:
        return False  # it takes back what is typed first
    return key == "-"


def unsaved(desk: Desk, form: Form) -> tuple[Input, ...]:
    """What is typed of a text and not stored yet."""
    question = form.question
    if question is None or question.kind is not Kind.TEXT:
        return ()
    stored = not desk.entry.strip() or desk.entry in (desk.kept, UNCLEAR)
    return () if stored else (Chose((desk.entry,), question.name),)


def _one(desk: Desk, form: Form, question: Question, key: str) -> Step:
    offered = {offer.key: offer for offer in offers(desk, form, question)}
    if offer := offered.get(key):
        return _said(desk, form, question, offer.answer)
    return _no_box(desk, key)


def _several(desk: Desk, form: Form, question: Question, key: str) -> Step:
    offered = {offer.key: offer for offer in offers(desk, form, question)}
    if key == BACKSPACE:
        return Step(replace(desk, entry=desk.entry[:-1], fresh=False))
    if key == ENTER and desk.entry:
        names = tuple(offered[sign].answer.values[0] for sign in desk.entry)
        return _said(desk, form, question, Answer(names))
    offer = offered.get(key)
    if offer is None:
        return _no_box(desk, key)
    if offer.answer.values:
        entry = desk.entry.replace(key, "") if key in desk.entry else desk.entry + key
        return Step(replace(desk, entry=entry, fresh=False))
    if desk.entry and not desk.fresh:
        return refused(desk, "Boxes are chosen already. Enter takes them; Backspace takes one back.")
    return _said(desk, form, question, offer.answer)


def _integer(desk: Desk, form: Form, question: Question, key: str) -> Step:
    entry = "" if desk.fresh else desk.entry
    if key == BACKSPACE:
        return Step(replace(desk, entry=desk.entry[:-1], fresh=False))
    if key == "-":
        return Step(replace(desk, entry="", fresh=False))
    if len(key) == 1 and key in "0123456789":
        return Step(replace(desk, entry=(entry + key)[:LONGEST_NUMBER], fresh=False))
    if key == ENTER and desk.entry:
        return _said(desk, form, question, Answer((desk.entry,)))
    offered = {offer.key: offer for offer in offers(desk, form, question)}
    if (offer := offered.get(key)) and not entry:
        return _said(desk, form, question, offer.answer)
    return refused(desk, "This question takes a number.") if len(key) == 1 else Step(desk)


def _text(desk: Desk, form: Form, question: Question, key: str) -> Step:
    entry = desk.entry
    if key == ENTER and entry.strip() == UNCLEAR:
        return _said(desk, form, question, Answer(missing=Missing.UNREADABLE))
    if key == ENTER:
        return _said(desk, form, question, Answer((entry,)) if entry.strip() else Answer(missing=Missing.SKIPPED))
    if key == BACKSPACE:
        entry = entry[:-1]
    elif key == RUB_OUT:
        entry = " ".join(entry.rstrip().split(" ")[:-1])
    elif key == NEW_LINE:
        entry += "\n"
    elif len(key) == 1 and key.isprintable():
        entry += key
    else:
        return Step(desk)
    return Step(replace(desk, entry=entry, fresh=False))


def _said(desk: Desk, form: Form, question: Question, answer: Answer) -> Step:
    return Step(desk, Tell(form, (_input(question.name, answer),)))


def _input(name: str, answer: Answer) -> Input:
    if answer.missing in (Missing.DONT_KNOW, Missing.REFUSED):
        return Declined(answer.missing, name)
    if answer.missing:
        return Together((Filled({name: answer}), Kept(name)))  # as a sheet brings it, and on from where it stands
    return Chose(answer.values, name)


def _no_box(desk: Desk, key: str) -> Step:
    if key == ENTER:
        return refused(desk, "Choose first. 0 says that nothing is marked.")
    return refused(desk, f"{key} is no box of this question.") if len(key) == 1 else Step(desk)
