"""One interview as a pure, total state machine.

                    Consented(False), Left(refused)
        +-----------------------------------------------> Close(refusal)
        |
    Consent --Consented--> Ask <--> ... <--> Ask --> Review --Submitted--> Close(complete | partial | break_off)
                            |                          |
                            +-----------Left-----------+-----------------> Close(complete | partial | break_off)

There is no cursor. The position follows from what is known: no consent yet -> Consent; a reopened question -> that one;
else the first question on the route without an answer; none left -> Review (or the end, where the channel offers no
review). So whatever is answered, changed or arrives late, the next prompt is right, and a state can be stored as
answers plus a few columns.

Total: no input raises in any state. An input that does not fit changes nothing and is answered by the same prompt with
a `Problem`. An answer names its question (`to`) and lands there or nowhere. Going back reopens a question; its old
answer stays until another replaces it. Answers that left the route stay in the record and are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kiosk import understanding
from kiosk.inputs import (
    AskedAgain,
    AskedHelp,
    Assisted,
    Began,
    Chose,
    Consented,
    Declined,
    FellSilent,
    Filled,
    Helped,
    Input,
    Kept,
    Left,
    Misunderstood,
    Reopened,
    Settled,
    SpokeLocale,
    Submitted,
    Together,
)
from kiosk.prompt import Ask, Close, Consent, Disposition, Problem, Prompt, Review
from kiosk.survey import Answer, Missing, Question, Survey

SILENCES = 3  # the prompt and at most two repetitions
OFFER_HELP_AFTER = 2  # misunderstandings in a row


@dataclass(frozen=True, slots=True)
class Interview:
    """All there is to know. `review`: this channel offers the answers for a look before they are handed in."""

    survey: Survey
    locale: str
    review: bool = True
    consent: bool | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    reopened: str = ""
    attempts: int = 0
    silences: int = 0
    assisted: Assisted = Assisted.NO
    closed: Disposition | None = None


def begin(survey: Survey, locale: str, *, review: bool = True) -> tuple[Interview, Prompt]:
    """A new interview and its first prompt. An unknown locale becomes the survey's first."""
    interview = Interview(survey, locale if locale in survey.locales else survey.locales[0], review)
    return interview, prompt(interview)


def replay(start: Interview, inputs: Iterable[Input]) -> tuple[Interview, Prompt]:
    """The state and prompt after `inputs`; for tests, repair and repeated keys."""
    interview, latest = start, prompt(start)
    for given in inputs:
        interview, latest = advance(interview, given)
    return interview, latest


def prompt(interview: Interview, problem: Problem | None = None, *, asked_help: bool = False) -> Prompt:
    """What to show in this state."""
    if interview.closed:
        return Close(interview.closed)
    help_offered = asked_help or interview.attempts >= OFFER_HELP_AFTER
    if interview.consent is None:
        return Consent(problem, help_offered)
    applicable = tuple(interview.survey.applicable(interview.answers))
    route = [question for question in applicable if question.asks]
    current = _open_one(interview, route)
    notes = _notes_before(applicable, current)
    if current is None:
        return Review(notes, problem, help_offered)
    return Ask(current.name, route.index(current) + 1, len(route), notes, problem, help_offered)


def current_question(interview: Interview) -> Question | None:
    """The reopened question, else the first on the route without an answer; None when nothing is left to ask."""
    return _open_one(interview, interview.survey.route(interview.answers))


def _open_one(interview: Interview, route: Sequence[Question]) -> Question | None:
    if interview.reopened:
        for question in route:
            if question.name == interview.reopened:
                return question
    return next((question for question in route if question.name not in interview.answers), None)


def question_before(interview: Interview) -> str:
    """The name of the question before the current one on the route; "" when there is none."""
    route = [question.name for question in interview.survey.route(interview.answers)]
    current = current_question(interview)
    position = route.index(current.name) if current else len(route)
    return route[position - 1] if position else ""


def disposition(interview: Interview) -> Disposition:
    """How the interview would end now, by AAPOR's shares. Where nothing is required, every question counts."""
    if not interview.consent:
        return Disposition.BREAK_OFF if interview.consent is None else Disposition.REFUSAL
    route = interview.survey.route(interview.answers)
    counted = [question for question in route if question.required] or list(route)
    answered = sum(_counts(interview.answers.get(question.name)) for question in counted)
    if answered * 100 >= len(counted) * 80:
        return Disposition.COMPLETE
    return Disposition.PARTIAL if answered * 100 >= len(counted) * 50 else Disposition.BREAK_OFF


def final_answers(interview: Interview, *, left: bool = False) -> dict[str, Answer]:
    """The answers as they are counted and exported: `not_asked` off the route, and where none was given `skipped`; or
    `not_asked` as well, if the respondent `left` before it came to that."""
    empty = Answer(missing=Missing.NOT_ASKED if left else Missing.SKIPPED)
    on_route = {question.name for question in interview.survey.route(interview.answers)}
    final: dict[str, Answer] = {}
    for question in interview.survey.questions:
        if question.asks and question.name not in on_route:
            final[question.name] = Answer(missing=Missing.NOT_ASKED)
        elif question.asks:
            final[question.name] = interview.answers.get(question.name, empty)
    return final


def advance(interview: Interview, given: Input) -> tuple[Interview, Prompt]:
    """The next state and what to show. Never raises; what does not fit changes nothing."""
    if isinstance(given, Settled):
        return _settle(interview, given)
    if interview.closed:
        return interview, prompt(interview)
    if interview.silences and not isinstance(given, FellSilent):
        interview = replace(interview, silences=0)
    match given:
        case Together(inputs):
            return _together(interview, inputs)
        case Left(refused):
            return _close(interview, Disposition.REFUSAL if refused else disposition(interview))
        case SpokeLocale(locale):
            known = locale in interview.survey.locales
            return _show(replace(interview, locale=locale) if known else interview)
        case AskedHelp():
            return interview, prompt(interview, asked_help=True)
        case AskedAgain() | Began():
            return _show(interview)
        case Misunderstood(problem):
            return _again(interview, problem)
        case FellSilent():
            return _silent(interview)
        case Helped(how):
            return _show(replace(interview, assisted=how))
        case Consented(yes):
            return _consented(interview, yes)
        case _ if interview.consent is None:
            return interview, prompt(interview, Problem.STALE)
        case _:
            return _answered(interview, given)


def _together(interview: Interview, inputs: tuple[Input, ...]) -> tuple[Interview, Prompt]:
    """One after the other; what cannot be asked of this respondent falls out, what was not understood is told last."""
    shown = prompt(interview)
    for given in inputs:
        if not isinstance(given, Chose | Declined) or on_route(interview, given.to):
            interview, shown = advance(interview, given)
    return interview, shown


def _consented(interview: Interview, yes: bool) -> tuple[Interview, Prompt]:
    if interview.consent is not None:
        return _show(interview)
    if not yes:
        return _close(replace(interview, consent=False), Disposition.REFUSAL)
    return _moved(replace(interview, consent=True))


def _answered(interview: Interview, given: Input) -> tuple[Interview, Prompt]:
    match given:
        case Submitted():
            return _close(interview, disposition(interview))
        case Filled(answers):
            return _moved(_fill(interview, answers))
        case Chose(values, to):
            return _put(interview, to, values)
        case Declined(missing, to):
            return _decline(interview, to, missing)
        case Kept(to) if to in interview.answers and on_route(interview, to):
            return _moved(_settled(interview, to))
        case Reopened(name) if name in interview.answers and on_route(interview, name):
            return _show(replace(interview, reopened=name, attempts=0, silences=0))
        case _:
            return _again(interview, Problem.STALE)


def _put(interview: Interview, to: str, values: tuple[str, ...]) -> tuple[Interview, Prompt]:
    question = on_route(interview, to)
    if question is None:
        return _again(interview, Problem.STALE)
    answer = understanding.check(question, values)
    if isinstance(answer, Problem):
        return _again(interview, answer)
    return _moved(_record(interview, to, answer))


def _decline(interview: Interview, to: str, missing: Missing) -> tuple[Interview, Prompt]:
    question = on_route(interview, to)
    if question is None:
        return _again(interview, Problem.STALE)
    if missing is Missing.SKIPPED and question.required:
        return _again(interview, Problem.REQUIRED)
    if missing is not Missing.SKIPPED and missing not in interview.survey.missing:
        return _again(interview, Problem.NOT_A_CHOICE)
    return _moved(_record(interview, to, Answer(missing=missing)))


def _fill(interview: Interview, answers: Mapping[str, Answer]) -> Interview:
    """Take what is valid; what is not becomes `invalid`, because a sheet cannot be asked again."""
    kept = dict(interview.answers)
    for name, answer in answers.items():
        question = interview.survey.question(name)
        if question is None or not question.asks or answer.missing is Missing.NOT_ASKED:
            continue
        kept[name] = replace(_checked(question, answer), pending=answer.pending)
    return replace(interview, answers=kept)


def _checked(question: Question, answer: Answer) -> Answer:
    if answer.missing:
        return Answer(missing=answer.missing)
    if answer.pending and not answer.values:
        return Answer()  # a recording that nobody listened to yet, two marks where one counts: a person brings it
    checked = understanding.check(question, answer.values)
    return Answer(missing=Missing.INVALID) if isinstance(checked, Problem) else checked


def _record(interview: Interview, name: str, answer: Answer) -> Interview:
    return _settled(replace(interview, answers={**interview.answers, name: answer}), name)


def _settled(interview: Interview, name: str) -> Interview:
    return replace(interview, reopened="") if interview.reopened == name else interview


def on_route(interview: Interview, name: str) -> Question | None:
    """The question of that name, if it applies as far as is known now."""
    return next((question for question in interview.survey.route(interview.answers) if question.name == name), None)


def _moved(interview: Interview) -> tuple[Interview, Prompt]:
    """Something was accepted: count misunderstandings anew, and end where nothing is left and no review is offered."""
    moved = replace(interview, attempts=0, silences=0)
    if moved.reopened and on_route(moved, moved.reopened) is None:
        moved = replace(moved, reopened="")
    if not moved.review and current_question(moved) is None:
        return _close(moved, disposition(moved))
    return _show(moved)


def _again(interview: Interview, problem: Problem) -> tuple[Interview, Prompt]:
    tried = replace(interview, attempts=interview.attempts + 1)
    return tried, prompt(tried, problem)


def _settle(interview: Interview, given: Settled) -> tuple[Interview, Prompt]:
    """Put a person's decision in the place of a pending answer, and judge anew how a closed interview ended."""
    pending = interview.answers.get(given.to)
    if pending is None or not pending.pending or interview.closed is Disposition.REFUSAL:
        return interview, prompt(interview, Problem.STALE)
    if not _fits(interview, given):
        return interview, prompt(interview, Problem.NOT_A_CHOICE)
    settled = _fill(interview, {given.to: replace(given.answer, pending=False)})
    return _show(replace(settled, closed=disposition(settled)) if settled.closed else settled)


def _fits(interview: Interview, given: Settled) -> bool:
    """Whether a person's decision is an answer to its question."""
    question = interview.survey.question(given.to)
    if question is None or given.answer.missing:
        return question is not None
    return not isinstance(understanding.check(question, given.answer.values), Problem)


def _silent(interview: Interview) -> tuple[Interview, Prompt]:
    """Ask again, and after the last time end politely with what was answered."""
    if interview.silences + 1 >= SILENCES:
        return _close(interview, disposition(interview))
    silent = replace(interview, silences=interview.silences + 1)
    return silent, prompt(silent, Problem.NOTHING_HEARD)


def _close(interview: Interview, how: Disposition) -> tuple[Interview, Prompt]:
    closed = replace(interview, closed=how, reopened="", attempts=0, silences=0)
    return closed, prompt(closed)


def _show(interview: Interview) -> tuple[Interview, Prompt]:
    return interview, prompt(interview)


def _notes_before(applicable: Sequence[Question], question: Question | None) -> tuple[str, ...]:
    """The notes between the last question before `question` and it."""
    notes: list[str] = []
    for candidate in applicable:
        if candidate is question:
            break
        notes = [] if candidate.asks else [*notes, candidate.name]
    return tuple(notes)


def _counts(answer: Answer | None) -> bool:
    """Whether an answer counts as given for AAPOR's share."""
    return answer is not None and (
        not answer.pending and (answer.missing is None or answer.missing in (Missing.DONT_KNOW, Missing.REFUSED))
    )
