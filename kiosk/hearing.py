"""What free words mean where an interview stands: a command, another language, consent, or a reply to what is asked.

`understanding` knows words and questions; this knows which of them are in force now. The result is an input for
`interview.advance`, and only it is replayed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kiosk import several, understanding
from kiosk.inputs import (
    AskedAgain,
    AskedHelp,
    Chose,
    Consented,
    Declined,
    Input,
    Kept,
    Left,
    Misunderstood,
    Reopened,
    SpokeLocale,
    Submitted,
    Together,
)
from kiosk.interview import Interview, current_question, on_route, question_before
from kiosk.prompt import Problem
from kiosk.survey import Kind, Missing, Question, Survey
from kiosk.understanding import Command, Vocabulary

NOTICE = "-notice"  # what a reply is to, that is to no question


def hear(interview: Interview, said: str, words: Vocabulary, to: str = "") -> Input:
    """The input that free words mean in this state. `to` names the question they reply to (default: the current one),
    or NOTICE."""
    question = on_route(interview, to) if to and to != NOTICE else current_question(interview)
    label = _is_label(interview, question, said, words)
    meant = understanding.command(said, words)
    if meant is not None and (meant is Command.STOP or not label):
        return _commanded(interview, meant, question)
    locale = understanding.language(said, words)
    if locale in interview.survey.locales and not label:
        return SpokeLocale(locale)
    if interview.consent is None or to == NOTICE:
        return _to_the_notice(interview, said, words)
    if not label and (answers := _several(interview, question, said, words)):
        return Together(answers)
    if question is None and to:
        return Misunderstood(Problem.STALE)
    if question is None:
        return Submitted() if understanding.said_submit(said, words) else Misunderstood(Problem.NOT_A_CHOICE)
    meaning = understanding.answer(interview.survey, question, interview.locale, said, words)
    if isinstance(meaning, Problem):
        return _not_an_answer(interview, meaning, question, said, words)
    return Declined(meaning.missing, question.name) if meaning.missing else Chose(meaning.values, question.name)


def answers_in(survey: Survey, said: str, words: Vocabulary) -> bool:
    """Whether numbered answers to this survey were sent, as a printed notice asks for, with a yes before them or
    without. Whoever has not consented yet has them taken once there is a yes."""
    return bool(_parted(survey, said, words)[1])


def keyword_in(surveys: Mapping[str, Survey], said: str, words: Vocabulary) -> tuple[str, str]:
    """The name of the survey whose keyword a message begins with, and what stands behind it; "" for none. A greeting
    may stand before a keyword alone."""
    first, _, rest = said.strip().partition(" ")
    head, _, tail = first.partition("\n")
    keywords = {understanding.plain(survey.keyword): name for name, survey in surveys.items()}
    if named := keywords.get(understanding.plain(head), ""):
        return named, f"{tail} {rest}".strip()
    return keywords.get(understanding.spoken(said, words), ""), ""


def asks_for_words(interview: Interview) -> bool:
    """Whether a free text is asked: what is said may begin with a keyword."""
    question = current_question(interview) if interview.consent else None
    return question is not None and question.kind is Kind.TEXT


def _to_the_notice(interview: Interview, said: str, words: Vocabulary) -> Input:
    """A yes, a no, or a yes with answers behind it ("JA 1A 2C"). Where the yes was given already (this message and the
    first question passed each other), a second yes changes nothing, and a no takes it back."""
    head, answers = _parted(interview.survey, said, words)
    if answers and understanding.said_yes(head, words) is True:
        return Together((Consented(True), *answers))
    if answers and interview.consent:
        return Together(answers)
    reply = understanding.said_yes(said, words)
    if interview.consent:
        # A question may be out already and no word of that has come: a digit, or a no with answers given, is to it.
        is_no = reply is False and not interview.answers and not re.search(r"\d", said)
        return Left(refused=True) if is_no else AskedAgain()
    if isinstance(reply, Problem):
        return _not_an_answer(interview, reply, None, said, words)
    return Consented(reply)


def _parted(survey: Survey, said: str, words: Vocabulary) -> tuple[str, tuple[Input, ...]]:
    """What stands before the first digit, and the answers behind it."""
    digit = re.search(r"\d", said)
    if digit is None:
        return said, ()
    return said[: digit.start()], _all_of_them(survey, said[digit.start() :], words)


def _all_of_them(survey: Survey, said: str, words: Vocabulary) -> tuple[Input, ...]:
    return several.labelled(survey, said, words) or several.in_order(survey, said)


def _several(interview: Interview, question: Question | None, said: str, words: Vocabulary) -> tuple[Input, ...]:
    """Answers that name their questions; none where a free text is asked, for it may well begin with "4G und 5G"."""
    if question is not None and question.kind is Kind.TEXT:
        return ()
    answers = several.labelled(interview.survey, said, words)
    if not answers and len(said.split("\n")) > 1:
        answers = several.in_order(interview.survey, said)
    return answers


def _not_an_answer(
    interview: Interview, problem: Problem, question: Question | None, said: str, words: Vocabulary
) -> Input:
    """A command in other words, before the respondent is told that nothing was understood."""
    unknown = problem in (Problem.NOT_A_CHOICE, Problem.NOT_A_NUMBER)
    within = understanding.command_within(said, words) if unknown else None
    return Misunderstood(problem) if within is None else _commanded(interview, within, question)


def _is_label(interview: Interview, question: Question | None, said: str, words: Vocabulary) -> bool:
    """Whether words that could be a command or a language ("weiter", "leicht") are a choice of what is asked: the
    respondent reads the labels. Only STOP always stops."""
    asked = question if interview.consent else None
    return asked is not None and bool(understanding.labelled(asked, interview.locale, said, words))


def _commanded(interview: Interview, meant: Command, question: Question | None) -> Input:
    current = question if interview.consent else None
    match meant:
        case Command.HELP:
            return AskedHelp()
        case Command.STOP:
            return Left(refused=interview.consent is None)
        case Command.WITHDRAW:
            return Left(refused=True)
        case Command.LANGUAGE:
            locales = interview.survey.locales
            return SpokeLocale(locales[(locales.index(interview.locale) + 1) % len(locales)])
        case Command.BACK:
            before = question_before(interview) if interview.consent else ""
            return Reopened(before) if before else Misunderstood(Problem.NO_WAY_BACK)
        case Command.SKIP if current:
            return Kept(current.name) if current.name in interview.answers else _skip(current)
        case _:
            return AskedAgain()


def _skip(question: Question) -> Input:
    return Declined(Missing.SKIPPED, question.name)
