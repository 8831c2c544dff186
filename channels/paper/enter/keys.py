"""What a key does. Pure: a desk and a key make the next desk and at most one deed.

All keys lie on the number pad, but for the letters of a free text: digits, Enter, and + - * /. A problem takes no key
but - (or Backspace, Escape): somebody who types from paper does not look up, and the next digits were meant for the
next question. For the same reason no digit and no Enter leads on where the screen has to be read first.
"""

from __future__ import annotations

from dataclasses import replace

from channels.paper.enter import asking
from channels.paper.enter.desk import Desk, Form, Leave, LookUp, Stage, Step, Tell, at_number, begun, refused
from kiosk.identity import DIGITS, check_digit
from kiosk.inputs import Assisted, Began, Consented, Helped, Reopened, Submitted, Together
from kiosk.survey import Question

BACKSPACE, CTRL_C, ENTER, ESCAPE = "backspace", "ctrl+c", "enter", "escape"
UNLOCKS = ("-", BACKSPACE, ESCAPE)
SERIAL = DIGITS + 1
HELPS = {ENTER: Assisted.NO, "/": Assisted.READ_ALOUD, "*": Assisted.TYPED}

ASIDE = "The form is half typed, and waits. Type its number to go on with it."
NONE_BEFORE = "No form with a number was typed here before this one. Type the number that stands on it."


def act(desk: Desk, key: str) -> Step:
    """`key` is a sign, or the name of a key that writes none. A key that means nothing anywhere does nothing."""
    if key == CTRL_C:
        return Step(desk, Leave(_last(desk)))
    if desk.problem:
        entry = "" if desk.stage is Stage.NUMBER else desk.entry
        return Step(replace(desk, problem="", entry=entry) if key in UNLOCKS else desk)
    form = desk.form
    if form is None:
        return _number(desk, key)
    match desk.stage:
        case Stage.IS_IN | Stage.IN_PART:
            return _met(desk, form, key)
        case Stage.HELPED:
            return _helped(desk, form, key)
        case Stage.QUESTION if form.question:
            return _question(desk, form, form.question, key)
        case _:
            return _summary(desk, form, key)


def save(desk: Desk) -> Step:
    """What is typed of a text by now goes in already: it may be long, and the lid be closed in the middle of it."""
    last = _last(desk)
    return Step(replace(desk, kept=desk.entry) if last else desk, last)


def _last(desk: Desk) -> Tell | None:
    """What is typed of a text and not stored yet."""
    inputs = asking.unsaved(desk, desk.form) if desk.form and not desk.problem else ()
    return Tell(desk.form, inputs, aside=True) if desk.form and inputs else None


def _number(desk: Desk, key: str) -> Step:
    entry = desk.entry
    if key == BACKSPACE:
        return Step(replace(desk, entry=entry[:-1]))
    if key in ("-", ESCAPE):
        return Step(replace(desk, entry="")) if entry or key == "-" else Step(desk, Leave())
    if key == ENTER:
        return Step(desk, LookUp("")) if not entry else _incomplete(desk)
    if key == "/" and not entry:
        return Step(desk, LookUp(desk.before, another=True)) if desk.before else refused(desk, NONE_BEFORE)
    if key == "*" and not entry:
        return Step(replace(desk, locale=_next_locale(desk)))
    if _digit(key):
        return _digits(replace(desk, entry=entry + key, news=""))
    return refused(desk, "A form's number has digits only.") if len(key) == 1 else Step(desk)


def _digits(desk: Desk) -> Step:
    if len(desk.entry) < SERIAL:
        return Step(desk)
    if check_digit(desk.entry) != "0":
        wrong = "A digit of this number is wrong, or two are swapped. Look at the form, and type it again."
        return refused(desk, wrong)
    return Step(desk, LookUp(desk.entry))


def _incomplete(desk: Desk) -> Step:
    return refused(desk, f"A form's number has {SERIAL} digits; {len(desk.entry)} were typed.")


def _next_locale(desk: Desk) -> str:
    locales = desk.survey.locales
    return locales[(locales.index(desk.locale) + 1) % len(locales)]


def _met(desk: Desk, form: Form, key: str) -> Step:
    """There is something of this form already. Neither a digit nor Enter does anything here."""
    if key in UNLOCKS:
        return Step(at_number(desk, "The form was put aside."))
    if key == "/":
        return Step(begun(desk, form.serial, form.episode + 1))
    if key == "+" and desk.stage is Stage.IN_PART:
        return Step(desk, Tell(form, (Began(desk.locale),)))
    return Step(desk)


def _helped(desk: Desk, form: Form, key: str) -> Step:
    if key in UNLOCKS:
        return Step(at_number(desk))
    if how := HELPS.get(key):
        inputs = (Began(desk.locale), Together((Consented(True), Helped(how))))
        return Step(desk, Tell(form, inputs))
    return refused(desk, "Who filled it in? Enter, / or * says it.") if len(key) == 1 else Step(desk)


def _question(desk: Desk, form: Form, question: Question, key: str) -> Step:
    if asking.leads_back(desk, question, key):
        return _back(desk, form, question)
    if key == ESCAPE:
        return Step(at_number(desk, ASIDE))
    return asking.press(desk, form, question, key)


def _back(desk: Desk, form: Form, question: Question) -> Step:
    """To the question before; from the first one, the form waits."""
    route = form.survey.route(form.answers)
    place, inputs = route.index(question), asking.unsaved(desk, form)
    if place == 0:
        return Step(at_number(desk, ASIDE), _last(desk))
    return Step(desk, Tell(form, (*inputs, Reopened(route[place - 1].name))))


def _summary(desk: Desk, form: Form, key: str) -> Step:
    if key == ESCAPE:
        return Step(at_number(desk, ASIDE))
    if key == ENTER:
        return Step(desk, Tell(form, (Submitted(),)))
    route = form.survey.route(form.answers)
    if key == "-":
        return Step(desk, Tell(form, (Reopened(route[-1].name),)))
    if _digit(key):
        numbered = dict(enumerate((one for one in form.survey.questions if one.asks), start=1))
        if (question := numbered.get(int(key))) and question in route:
            return Step(desk, Tell(form, (Reopened(question.name),)))
        return refused(desk, f"There is no question {key} to change. Enter hands the form in.")
    return refused(desk, "Enter hands the form in.") if len(key) == 1 else Step(desk)


def _digit(key: str) -> bool:
    return len(key) == 1 and key in "0123456789"
