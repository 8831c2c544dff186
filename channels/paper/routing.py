"""Where somebody goes who fills in a form: the conditions of a survey as printed words.

The questions are numbered, and whoever reads them from top to bottom needs no more than a line above each one that is
not for everybody: “only if you marked that at question 2”. That line alone is enough, and it always stands there.

Beside a choice there is a go-to as well, where it spares reading questions that are certainly not meant: where one
answer counts, every question up to the next that may be asked after this answer is passed over. What is certain is
judged by this answer alone, so that a go-to never leads past a question of somebody's route; a question on the way that
depends on something else as well is not passed over, and its own line decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.survey import Answer, Kind, Question, Relevant, Survey

ONE_ANSWER = (Kind.SELECT_ONE, Kind.RANGE)
END = 0  # where a go-to leads behind the last question


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered question, and the notes that are read before it. The last step of a form has no question but may have
    notes."""

    number: int
    question: Question | None
    notes: tuple[Question, ...] = ()

    @property
    def parts(self) -> tuple[Question, ...]:
        return self.notes if self.question is None else (*self.notes, self.question)


def steps(survey: Survey) -> tuple[Step, ...]:
    """Everything that is asked, in order; then the end, whose number is END."""
    return tuple(_steps(survey))


def numbers(survey: Survey) -> dict[str, int]:
    """The number that is printed at each question, by the question's name."""
    return {step.question.name: step.number for step in steps(survey) if step.question}


def _steps(survey: Survey) -> Iterator[Step]:
    notes: list[Question] = []
    number = 0
    for question in survey.questions:
        if question.asks:
            number += 1
            yield Step(number, question, tuple(notes))
            notes = []
        else:
            notes.append(question)
    yield Step(END, None, tuple(notes))


def goto(survey: Survey, question: Question, answer: Answer) -> int | None:
    """The number of the question to go on with after this answer, END for the end; None where that is the next one, or
    where more than one answer may be marked."""
    if question.kind not in ONE_ANSWER:
        return None
    all_steps = steps(survey)
    at = next(place for place, step in enumerate(all_steps) if step.question is question)
    out: set[str] = set()
    for step in all_steps[at + 1 : -1]:
        excluded = [_excluded(part, question, answer, out) for part in step.parts]
        if not all(excluded):
            return None if step is all_steps[at + 1] else step.number
        out.update(part.name for part in step.parts)
    return None if at + 2 == len(all_steps) else END


def _excluded(part: Question, question: Question, answer: Answer, out: set[str]) -> bool:
    """Whether nobody is asked this who gave that answer. `out`: what is not asked before it."""
    return any(_fails(condition, question, answer, out) for condition in part.relevant)


def _fails(condition: Relevant, question: Question, answer: Answer, out: set[str]) -> bool:
    if condition.question == question.name:
        return not condition.holds({question.name: answer})
    return condition.question in out
