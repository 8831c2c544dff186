"""From what somebody said or typed to what it means, or to a `Problem`. Pure, and never a guess.

Two steps. `check` judges values that a machine hands over (a touched button, a pressed key, a ticked box): the channels
never validate. `understand` reads free words ("eins", "2 und 3", "ja bitte", "zurück", a label with a typo) with the
words of the respondent's language, which come from the catalogues as a `Vocabulary`.

The store keeps what was understood beside what was said, and replays only the former; so mending this module never
changes an answer that was given before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.prompt import Problem
from kiosk.survey import MAX_TEXT, MISSING_KEYS, Answer, Kind, Missing, Question, Survey

SHORTEST_TYPO = 5  # in shorter words one wrong letter makes another word ("Bus", "aus")
LONGEST_NUMBER = 15  # digits; anything longer is out of every range


class Command(StrEnum):
    """What a respondent can always say, whatever is asked."""

    HELP = "help"
    BACK = "back"
    SKIP = "skip"
    AGAIN = "again"
    LANGUAGE = "language"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language, normalised by `plain`, as the catalogue declares them."""

    commands: Mapping[str, Command]
    yes: frozenset[str]
    submit: frozenset[str]
    no: frozenset[str]
    missing: Mapping[str, Missing]
    numbers: Mapping[str, str]  # "eins" -> "1"
    joiners: frozenset[str]  # "und"
    fillers: frozenset[str]  # "bitte"
    locales: Mapping[str, str]  # "english" -> "en"


_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_MARKS = re.compile(r"[^\w+\-]|_")


def plain(said: str) -> str:
    """Lower case, umlauts folded, without punctuation and double spaces: " EINS!" and "eins" are the same. An umlaut
    is one letter first, however it was typed."""
    return " ".join(_MARKS.sub(" ", unicodedata.normalize("NFKC", said).casefold().translate(_FOLD)).split())


def check(question: Question, values: Iterable[str]) -> Answer | Problem:
    """Judge values for a question: names of choices, one integer, or one text. Returns them in canonical form: choices
    in the questionnaire's order and once each, integers without leading zeros, text stripped."""
    given = tuple(dict.fromkeys(value.strip() for value in values))
    if not any(given):
        return Problem.NOTHING_HEARD
    match question.kind:
        case Kind.TEXT:
            return _check_text(" ".join(given))
        case Kind.INTEGER:
            return _check_integer(question, given)
        case Kind.NOTE:
            return Problem.STALE
        case _:
            return _check_choices(question, given)


def _check_text(text: str) -> Answer | Problem:
    return Answer((text,)) if len(text) <= MAX_TEXT else Problem.TOO_LONG


def _check_integer(question: Question, given: tuple[str, ...]) -> Answer | Problem:
    if len(given) > 1:
        return Problem.TOO_MANY
    if not re.fullmatch(r"[+-]?[0-9]+", given[0]):
        return Problem.NOT_A_NUMBER
    if len(given[0]) > LONGEST_NUMBER:
        return Problem.OUT_OF_RANGE
    number = int(given[0])
    if question.minimum is not None and number < question.minimum:
        return Problem.OUT_OF_RANGE
    if question.maximum is not None and number > question.maximum:
        return Problem.OUT_OF_RANGE
    return Answer((str(number),))


def _check_choices(question: Question, given: tuple[str, ...]) -> Answer | Problem:
    known = [choice.name for choice in question.choices]
    if any(value not in known for value in given):
        return Problem.NOT_A_CHOICE
    if len(given) > 1 and question.kind is not Kind.SELECT_MULTIPLE:
        return Problem.TOO_MANY
    return Answer(tuple(name for name in known if name in given))


def said_yes(said: str, words: Vocabulary) -> bool | Problem:
    """Consent by words: True, False, or NOT_A_CHOICE. 1 is yes and 2 is no in every channel."""
    forms = frozenset(_forms(said, words))
    numbers = {words.numbers.get(form, form) for form in forms}
    yes, no = bool(forms & words.yes) or "1" in numbers, bool(forms & words.no) or "2" in numbers
    if yes != no:
        return yes
    return Problem.NOT_A_CHOICE if said.strip() else Problem.NOTHING_HEARD


def said_submit(said: str, words: Vocabulary) -> bool:
    """Whether the words hand the answers in."""
    text = _without_fillers(plain(said), words)
    return text in words.submit or said_yes(said, words) is True


def command(said: str, words: Vocabulary) -> Command | None:
    """The command that the whole message is, with or without a filler ("Stopp bitte")."""
    return next((words.commands[form] for form in _forms(said, words) if form in words.commands), None)


def answer(survey: Survey, question: Question, locale: str, said: str, words: Vocabulary) -> Answer | Problem:
    """What a reply to one question means. A free text is taken as it is. The very label of a choice means that choice,
    whatever its words could mean elsewhere ("privat")."""
    if question.kind is Kind.TEXT:
        return check(question, (said,))
    if not said.strip():
        return Problem.NOTHING_HEARD
    text = _without_fillers(plain(said), words)
    if names := labelled(question, locale, said, words):
        return _one_of(question, names | _by_key(survey, question, text, words))
    if missing := next((words.missing[form] for form in _forms(said, words) if form in words.missing), None):
        return Answer(missing=missing) if missing in survey.missing else Problem.NOT_A_CHOICE
    if question.kind is Kind.INTEGER:
        return check(question, (words.numbers.get(text, text or said),))
    return _choices(survey, question, locale, text, words)


def labelled(question: Question, locale: str, said: str, words: Vocabulary) -> frozenset[str]:
    """The names of the choices whose label was said: letter by letter, else but for marks, else but for fillers."""
    for form in (str.strip, plain, lambda label: _without_fillers(plain(label), words)):
        text = form(said)
        names = frozenset(choice.name for choice in question.choices if text and form(choice.label[locale]) == text)
        if names:
            return names
    return frozenset()


def _by_key(survey: Survey, question: Question, text: str, words: Vocabulary) -> frozenset[str]:
    """What `text` names if it is a key."""
    keys = {str(position): choice.name for position, choice in enumerate(question.choices, start=1)}
    keys |= {MISSING_KEYS[missing]: str(missing) for missing in survey.missing}
    name = keys.get(words.numbers.get(text, text))
    return frozenset([name] if name else [])


def _one_of(question: Question, names: frozenset[str]) -> Answer | Problem:
    return check(question, names) if len(names) == 1 else Problem.AMBIGUOUS


def _choices(survey: Survey, question: Question, locale: str, text: str, words: Vocabulary) -> Answer | Problem:
    by_key = {str(position): choice.name for position, choice in enumerate(question.choices, start=1)}
    said = text.replace("+", " ").split()
    keys = [words.numbers.get(word, word) for word in said if word not in words.joiners]
    for missing in survey.missing:
        if keys == [MISSING_KEYS[missing]]:
            return Answer(missing=missing)
    if keys and all(key.isdecimal() for key in keys):
        known = all(key in by_key for key in keys)
        return check(question, [by_key[key] for key in keys]) if known else Problem.NOT_A_CHOICE
    labels = ((plain(choice.label[locale]), choice.name) for choice in question.choices)
    close = frozenset(name for label, name in labels if _one_typo_apart(label, text))
    return _one_of(question, close) if close else Problem.NOT_A_CHOICE


def _forms(said: str, words: Vocabulary) -> Iterator[str]:
    """What was said, then with one filler after the other taken off its ends ("noch mal bitte"), then without any."""
    text = plain(said)
    yield text
    left = text.split()
    for end in (-1, 0):
        while len(left) > 1 and left[end] in words.fillers:
            left.pop(end)
            yield " ".join(left)
    yield _without_fillers(text, words)


def _without_fillers(text: str, words: Vocabulary) -> str:
    return " ".join(word for word in text.split() if word not in words.fillers) or text


def _one_typo_apart(label: str, text: str) -> bool:
    """One letter wrong, missing, extra, or two swapped."""
    if min(len(label), len(text)) < SHORTEST_TYPO or abs(len(label) - len(text)) > 1:
        return False
    start = 0
    while start < min(len(label), len(text)) and label[start] == text[start]:
        start += 1
    rest, other = label[start:], text[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped == other
