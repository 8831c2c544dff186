"""Several answers in one message, so that a printed notice works: "1A 2C 3B", or one after the other.

    1A 2C 3BD 4:35 5: Mehr Busse     question 1 choice A, 2 C, 3 B and D, 4 the number 35, 5 these words

A question's number is its place in the questionnaire, which is what a notice prints; a letter is the place of a choice,
G and H those of the keys 7 and 8. So an answer binds by its label, whatever is asked now, and nothing has to be
guessed. What fits no choice is left out, and told with the question that is asked next.

Answers "in order" without numbers are taken where nothing can shift: as many as there are questions, none of them with
a condition, and behind the consent or a line each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kiosk import understanding
from kiosk.inputs import Chose, Declined, Input, Misunderstood
from kiosk.prompt import Problem
from kiosk.survey import MISSING_KEYS, Kind, Missing, Question, Survey
from kiosk.understanding import LETTERS, Vocabulary

NUMBER = r"\s*(\d{1,2})\s*[.):=\-]?\s*"
LETTERED = re.compile(NUMBER + r"([A-Za-z](?:[\s,+/&]+[A-Za-z]\b)+|[A-Za-z]{1,8})(?![^\W\d_])[\s,;.]*")
LOOSE = re.compile(r"\d\s+[a-f]\b")  # a small letter apart from its digit means something only among others
WORD = re.compile(r"\d\s+(?:[gh]|[a-h]{2,})\b")  # "2 h" are hours, and "1 bad" is a word
FIGURED = re.compile(r"\s*(\d{1,2})\s*[):=]\s*([+-]?\d{1,9})(?!\w)[\s,;.]*")
WORDED = re.compile(NUMBER + r"(\S.*)", re.DOTALL)


def labelled(survey: Survey, said: str, words: Vocabulary) -> tuple[Input, ...]:
    """The answers in a message that is made of numbered answers, in the questionnaire's order; () for any other."""
    said = re.sub(rf"\b({'|'.join(map(re.escape, words.joiners))})\b", ",", said, flags=re.IGNORECASE)
    questions = dict(numbered(survey))
    found: dict[int, Input] = {}
    at = end = 0  # the letters end where a free text begins
    while at < len(said):
        number, given, at = _next(survey, questions, said, at, bool(found))
        if given is None:
            return ()
        end = at if questions[number].kind is not Kind.TEXT else end
        found[number] = _both(questions[number], found[number], given) if number in found else given
    told = [found[number] for number in sorted(found)]
    if WORD.search(said, 0, end) or (LOOSE.search(said, 0, end) and len(found) < 2):
        return ()
    inputs = tuple(sorted(told, key=lambda given: isinstance(given, Misunderstood)))  # what is asked again, last
    return inputs if any(not isinstance(given, Misunderstood) for given in inputs) else ()


def numbered(survey: Survey) -> list[tuple[int, Question]]:
    """The questions with their numbers, as a notice prints them."""
    return list(enumerate((question for question in survey.questions if question.asks), start=1))


def in_order(survey: Survey, said: str) -> tuple[Input, ...]:
    """The answers in a message that has one for each question but the free text, in order; () for any other."""
    asked = [question for question in survey.questions if question.asks and question.kind is not Kind.TEXT]
    items = said.replace(",", " ").replace(";", " ").split()
    if len(items) != len(asked) or len(items) < 2 or any(question.relevant for question in survey.questions):
        return ()
    inputs = tuple(_item(survey, question, item) for question, item in zip(asked, items, strict=True))
    return () if any(isinstance(given, Misunderstood) for given in inputs) else inputs


def _next(
    survey: Survey, questions: Mapping[int, Question], said: str, at: int, begun: bool
) -> tuple[int, Input | None, int]:
    """The next numbered answer from `at` on: its question's number, what it is (None: there is none), and its end."""
    if match := LETTERED.match(said, at):
        question = questions.get(int(match[1]))
        if question and question.kind is not Kind.TEXT:
            return int(match[1]), _lettered(survey, question, match[2]), match.end()
    if match := FIGURED.match(said, at):
        question = questions.get(int(match[1]))
        if question and question.kind is Kind.INTEGER:
            return int(match[1]), _checked(question, (match[2],)), match.end()
    match = WORDED.match(said, at)
    question = questions.get(int(match[1])) if match else None
    if match and begun and question and question.kind is Kind.TEXT:
        return int(match[1]), _checked(question, (match[2].strip(),)), len(said)
    return 0, None, at


def _lettered(survey: Survey, question: Question, letters: str) -> Input:
    places = [LETTERS.find(letter) for letter in letters.upper() if letter.isalpha()]
    if len(places) == 1 and (missing := _missing(survey, str(places[0] + 1))):
        return Declined(missing, question.name)
    names = [choice.name for choice in question.choices]
    if not names or not all(0 <= place < len(names) for place in places):
        return Misunderstood(Problem.NOT_A_CHOICE)
    return _checked(question, tuple(names[place] for place in places))


def _both(question: Question, one: Input, other: Input) -> Input:
    """Two answers to the same question: of several choices both count ("1A 1C"), of others neither."""
    if isinstance(one, Chose) and isinstance(other, Chose) and question.kind is Kind.SELECT_MULTIPLE:
        return _checked(question, (*one.values, *other.values))
    return Misunderstood(Problem.TOO_MANY)


def _item(survey: Survey, question: Question, item: str) -> Input:
    """One answer of several in order: a digit or a letter each choice, or a number."""
    if question.kind is Kind.INTEGER:
        return _checked(question, (item,))
    return _lettered(survey, question, "".join(LETTERS[int(sign) - 1] if sign in "12345678" else sign for sign in item))


def _checked(question: Question, values: tuple[str, ...]) -> Input:
    answer = understanding.check(question, values)
    return Misunderstood(answer) if isinstance(answer, Problem) else Chose(answer.values, question.name)


def _missing(survey: Survey, key: str) -> Missing | None:
    return next((missing for missing in survey.missing if MISSING_KEYS[missing] == key), None)
