"""What free words mean where an interview stands: a command, another language, consent, or a reply to what is asked.

`understanding` knows words and questions; this knows which of them are in force now. The result is an input for
`interview.advance`, and only it is replayed.
"""

from __future__ import annotations

from kiosk import understanding
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
)
from kiosk.interview import Interview, current_question, on_route, question_before
from kiosk.prompt import Problem
from kiosk.survey import Missing, Question
from kiosk.understanding import Command, Vocabulary


def hear(interview: Interview, said: str, words: Vocabulary, to: str = "") -> Input:
    """The input that free words mean in this state. `to` names the question they reply to; default: the current one."""
    question = on_route(interview, to) if to else current_question(interview)
    label = _is_label(interview, question, said, words)
    meant = understanding.command(said, words)
    if meant is not None and (meant is Command.STOP or not label):
        return _commanded(interview, meant, question)
    locale = words.locales.get(understanding.plain(said))
    if locale in interview.survey.locales and not label:
        return SpokeLocale(locale)
    if interview.consent is None:
        reply = understanding.said_yes(said, words)
        return Misunderstood(reply) if isinstance(reply, Problem) else Consented(reply)
    if question is None and to:
        return Misunderstood(Problem.STALE)
    if question is None:
        return Submitted() if understanding.said_submit(said, words) else Misunderstood(Problem.NOT_A_CHOICE)
    meaning = understanding.answer(interview.survey, question, interview.locale, said, words)
    if isinstance(meaning, Problem):
        return Misunderstood(meaning)
    return Declined(meaning.missing, question.name) if meaning.missing else Chose(meaning.values, question.name)


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
