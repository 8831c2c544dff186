"""What is known where forms are typed in, and what the office's replies change of it. Pure: no clock and no store.

    NUMBER --11 digits, Enter, /--> LookUp --+--> IS_IN    handed in before: put aside, or another person's copy
      ^                                      +--> IN_PART  half typed before: go on, or another person's copy
      |                                      +--> HELPED --Enter--> QUESTION <--> ... --> SUMMARY --Enter--+
      +----------------------------------------------------------------------------------------------------+

A key makes a new desk and at most one deed (see keys); a deed is carried out by the clerk, and its result comes back
through `found` or `told`. Which question is next is never decided here: it is the prompt that the intake replied with.

A form is named by its serial, or, without a number, by the seat it is typed at; several of one name are its episodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.catalogue import Catalogue
from kiosk.inputs import Input, Submitted
from kiosk.prompt import Ask, Close, Consent, Disposition, Problem, Prompt, Review
from kiosk.record import Response, State
from kiosk.survey import Answer, Kind, Question, Survey

LATEST = 10  # forms; what is typed a minute is told of so many
MINUTE = 60_000  # milliseconds

HANDED_IN = {
    Disposition.COMPLETE: "The form is in.",
    Disposition.PARTIAL: "The form is in, as one answered in part.",
    Disposition.BREAK_OFF: "The form is in. It does not count: too few of its questions are answered.",
}
PROBLEMS = {
    Problem.OUT_OF_RANGE: "This number is not among those that the question allows.",
    Problem.TOO_LONG: "This text is too long. Take some of it back.",
}
REFUSED = "This does not go with the question."
ELSEWHERE = "This form was handed in or erased elsewhere in the meantime."


class Stage(StrEnum):
    """What is asked of whoever types."""

    NUMBER = "number"
    IS_IN = "is_in"
    IN_PART = "in_part"
    HELPED = "helped"
    QUESTION = "question"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Form:
    """A form in work: `serial` in plain digits, "" without one; `stored`: something of it is in the store; `prompt`
    and `answers` as the intake has them."""

    serial: str
    episode: int
    survey: Survey
    stored: bool = False
    prompt: Prompt | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def question(self) -> Question | None:
        """The one that is asked."""
        return self.survey.question(self.prompt.question) if isinstance(self.prompt, Ask) else None


@dataclass(frozen=True, slots=True)
class Found:
    """What the store has under the name of a form: the latest of its episodes, in the survey's version of then."""

    episode: int
    survey: Survey
    response: Response


@dataclass(frozen=True, slots=True)
class LookUp:
    """Is there a form of this name? `another`: this one is another person's, on a copy of it."""

    serial: str
    another: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """Hand in what was typed of a form. `aside`: whatever comes of it, it is not what is on the screen now."""

    form: Form
    inputs: tuple[Input, ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """End the program, and hand this in before."""

    last: Tell | None = None


Deed = LookUp | Tell | Leave


@dataclass(frozen=True, slots=True)
class Desk:
    """`entry` is what is being typed: digits, a text, or the keys of the chosen boxes; `fresh`: it is what is stored,
    and nothing was typed yet; `kept`: as much of a text as is stored. A `problem` keeps every key but a few out, so
    that whoever types without looking up types nothing into the wrong place. `before`: the serial of the form before;
    `ends`: when forms were handed in, in epoch milliseconds."""

    survey: Survey
    locale: str
    catalogues: Mapping[str, Catalogue]
    stage: Stage = Stage.NUMBER
    form: Form | None = None
    found: Found | None = None
    entry: str = ""
    fresh: bool = False
    kept: str = ""
    problem: str = ""
    news: str = ""
    before: str = ""
    ends: tuple[int, ...] = ()

    @property
    def words(self) -> Catalogue:
        """Those of the forms' language; of a form that was begun before its survey had that, of its first one."""
        locales = self.form.survey.locales if self.form else self.survey.locales
        return self.catalogues[self.locale if self.locale in locales else locales[0]]


@dataclass(frozen=True, slots=True)
class Step:
    """A desk after a key, and what is to be done for it."""

    desk: Desk
    deed: Deed | None = None


def refused(desk: Desk, why: str) -> Step:
    """Nothing is done, and this is why."""
    return Step(replace(desk, problem=why))


def at_number(desk: Desk, news: str = "") -> Desk:
    """Ready for the next form."""
    return replace(desk, stage=Stage.NUMBER, form=None, found=None, entry="", fresh=False, kept="", news=news)


def begun(desk: Desk, serial: str, episode: int) -> Desk:
    """A new form, of which nothing is stored yet."""
    return replace(
        desk, stage=Stage.HELPED, form=Form(serial, episode, desk.survey), found=None, entry="", news="", problem=""
    )


def found(desk: Desk, asked: LookUp, found: Found | None) -> Desk:
    """What a LookUp led to. A form without a number is as good as not there once it is handed in, or while nothing of
    it is answered; one with a number may be in work at another desk just now, so that it is shown."""
    if found is None:
        return begun(desk, asked.serial, 1)
    draft = found.response.state is State.DRAFT
    form = Form(asked.serial, found.episode, found.survey, stored=True, answers=found.response.answers)
    if not draft and (asked.another or not asked.serial):
        return begun(desk, asked.serial, found.episode + 1)
    if draft and not asked.serial and not form.answers:
        return replace(begun(desk, "", found.episode), form=form)
    stage = Stage.IN_PART if draft else Stage.IS_IN
    return replace(desk, stage=stage, form=form, found=found, entry="", news="")


def told(desk: Desk, done: Tell, prompt: Prompt, answers: Mapping[str, Answer], now: int) -> Desk:
    """What a Tell led to: the intake's prompt, and the answers as they are stored."""
    if done.aside:
        form = desk.form and replace(desk.form, answers=answers)
        return replace(desk, form=form)
    form = replace(done.form, stored=True, prompt=prompt, answers=answers)
    desk = replace(desk, form=form)
    match prompt:
        case Close(disposition):
            return _closed(desk, done, disposition, now)
        case Consent():
            return replace(desk, stage=Stage.HELPED, entry="")
        case Review():
            return replace(desk, stage=Stage.SUMMARY, entry="")
        case Ask(problem=Problem() as problem):
            text = form.question is not None and form.question.kind is Kind.TEXT
            return replace(desk, problem=PROBLEMS.get(problem, REFUSED), entry=desk.entry if text else "")
    entry = stored_entry(form)
    return replace(desk, stage=Stage.QUESTION, entry=entry, kept=entry, fresh=True)


def stored_entry(form: Form) -> str:
    """What would have to be typed for the answer that the asked question has by now."""
    question = form.question
    answer = form.answers.get(question.name) if question else None
    if question is None or answer is None or answer.missing:
        return ""
    if question.kind is Kind.SELECT_MULTIPLE:
        keys = (str(key) for key, choice in enumerate(question.choices, start=1) if choice.name in answer.values)
        return "".join(keys)
    return answer.values[0] if question.kind in (Kind.INTEGER, Kind.TEXT) else ""


def rate(ends: tuple[int, ...]) -> float:
    """Forms a minute, over the latest ones; 0 before there are two."""
    latest = ends[-LATEST:]
    span = latest[-1] - latest[0] if latest else 0
    return (len(latest) - 1) * MINUTE / span if span else 0.0


def _closed(desk: Desk, done: Tell, disposition: Disposition, now: int) -> Desk:
    if Submitted() not in done.inputs or disposition not in HANDED_IN:
        return replace(at_number(desk), problem=ELSEWHERE)
    before = done.form.serial or desk.before
    return replace(at_number(desk, HANDED_IN[disposition]), before=before, ends=(*desk.ends, now))
