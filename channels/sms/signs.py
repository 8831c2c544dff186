"""The short form in which one SMS answers a whole survey, as printed notices teach it.

    DIGITAL JA 1AC 2B 3:35 5: Ihr Text     keyword, consent, and of every question its number and the answer

A chosen answer is a letter, that of the option's key, A for 1: so 7 (“don't know”) is G and 8 is H in every survey. A
number or a text follows a colon. The numbers in front count the questions that are asked, conditional ones too, so that
they mean the same to everybody.

Examples must not lead. There are two: in one the letters are counted from the first choice, in the other from the last,
and each question takes the next letter. They follow the survey's conditions, as an interview would.
"""

from __future__ import annotations

from kiosk.catalogue import Catalogue
from kiosk.several import numbered
from kiosk.survey import Answer, Kind, Question, Survey
from kiosk.understanding import LETTERS

SPAN = 10  # how far the examples go above the lowest number where a question names no highest


def sign(number: int, key: str) -> str:
    """What to write for the option with this key: (2, "3") -> 2C."""
    return f"{number}{LETTERS[int(key) - 1]}"


def written(number: int, question: Question, answer: Answer) -> str:
    """An answer as it stands in the SMS: 1AC, 3:35, 5: Ihr Text."""
    if question.kind is Kind.TEXT:
        return f"{number}: {answer.values[0]}"
    if question.kind is Kind.INTEGER:
        return f"{number}:{answer.values[0]}"
    chosen = (choice.name in answer.values for choice in question.choices)
    return f"{number}{''.join(letter for letter, there in zip(LETTERS, chosen, strict=False) if there)}"


def to_type(catalogue: Catalogue, message: str) -> str:
    """The first word of a vocabulary, written as one that stands out: words.yes -> JA."""
    return catalogue.messages[message].split("|")[0].strip().upper()


def examples(survey: Survey, catalogue: Catalogue) -> tuple[str, str]:
    """Two whole SMS, for nobody's opinion."""
    first, last = (_example(survey, catalogue, from_last=from_last) for from_last in (False, True))
    return first, last


def sample(number: int, question: Question, catalogue: Catalogue, *, from_last: bool = False) -> Answer:
    """An answer for an example: of several choices two, because one would not show how to write more."""
    if question.kind is Kind.TEXT:
        return Answer((catalogue.say("notice.sms.your_text"),))
    if question.kind is Kind.INTEGER:
        low, high = _bounds(question)
        step = (high - low) // 3
        return Answer((str(high - step if from_last else low + step),))
    names = [choice.name for choice in question.choices]
    if from_last:
        names.reverse()
    at = (number - 1) % len(names)
    other = (at + min(2, len(names) - 1)) % len(names) if question.kind is Kind.SELECT_MULTIPLE else at
    return Answer(tuple(dict.fromkeys((names[at], names[other]))))


def _example(survey: Survey, catalogue: Catalogue, *, from_last: bool) -> str:
    answers: dict[str, Answer] = {}
    parts = [survey.keyword, to_type(catalogue, "words.yes")]
    for number, question in numbered(survey):
        if question in survey.route(answers):
            answers[question.name] = sample(number, question, catalogue, from_last=from_last)
            parts.append(written(number, question, answers[question.name]))
    return " ".join(parts)


def _bounds(question: Question) -> tuple[int, int]:
    low, high = question.minimum, question.maximum
    if low is None:
        low = 0 if high is None else min(0, high)
    return low, low + SPAN if high is None else high
