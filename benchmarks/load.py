"""Residents who answer, as fast as the door lets them: the load of the benches and of the kill test."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from kiosk.inputs import Began, Chose, Consented, Declined, Input, Submitted
from kiosk.record import Address, AddressKind, Mode, Turn, Via
from kiosk.survey import Answer, Kind, Missing, Question, Survey

MODE = Mode("terminal")
WORDS = "mehr Sprechstunden am Abend bitte und jemand der einem die Formulare in Ruhe erklärt".split()


def visit(survey: Survey, name: str, at: int) -> Iterator[Turn]:
    """All turns of one resident, from the first touch to handing in; the same name does the same again."""
    address = Address(AddressKind.SESSION, name)
    for number, given in enumerate(_inputs(survey, Random(name))):
        yield Turn(f"{name}-{number}", MODE, address, survey.name, given, at + number, Via.TOUCH)


def _inputs(survey: Survey, chance: Random) -> Iterator[Input]:
    answers: dict[str, Answer] = {}
    yield Began(chance.choice(survey.locales))
    yield Consented(True)
    while question := next((q for q in survey.route(answers) if q.name not in answers), None):
        answer = answers[question.name] = _answer(question, chance)
        yield Declined(answer.missing, question.name) if answer.missing else Chose(answer.values, question.name)
    yield Submitted()


def _answer(question: Question, chance: Random) -> Answer:
    if question.kind is Kind.TEXT:
        said = " ".join(chance.choices(WORDS, k=8))
        return Answer((said,)) if chance.random() < 0.5 else Answer(missing=Missing.SKIPPED)
    most = 2 if question.kind is Kind.SELECT_MULTIPLE else 1
    names = [choice.name for choice in question.choices]
    return Answer(tuple(chance.sample(names, chance.randint(1, most))))
