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
SHORTEST_WORD = 3  # of a label that is understood by itself ("Amt")
LETTERS = "ABCDEFGH"  # of the choices on a printed notice, and of "don't know" and "no answer" at their keys' places
LONGEST_NUMBER = 15  # digits; anything longer is out of every range


class Command(StrEnum):
    """What a respondent can always say, whatever is asked."""

    HELP = "help"
    BACK = "back"
    SKIP = "skip"
    AGAIN = "again"
    LANGUAGE = "language"
    STOP = "stop"
    START = "start"
    WITHDRAW = "withdraw"  # take the consent back


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
    around: frozenset[str]  # what stands around an answer: "ich nehme"
    units: frozenset[str]  # and around a number: "Jahre"
    negations: frozenset[str]  # "nicht", which is never a part of a label by itself
    everything: frozenset[str]  # "alle"
    stop_within: frozenset[str]  # what means STOP wherever it stands: "keine sms mehr"
    greetings: frozenset[str]
    thanks: frozenset[str]  # what wants no answer
    closings: frozenset[str]  # "mit freundlichen Grüßen", and all behind it
    locales: Mapping[str, str]  # "english" -> "en"

    @property
    def taken(self) -> frozenset[str]:
        """All that means something wherever it is said."""
        tables = (self.commands, self.missing, self.numbers, self.locales)
        return (
            self.yes | self.no | self.thanks | self.everything | frozenset(word for table in tables for word in table)
        )


_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_FIRM = re.compile(r"\b(\w*?(\w))\2+\b")  # "jaaa"
_MARKS = re.compile(r"[^\w+\-]|_")
_DIGITS = re.compile(r"\d+")
_QUIET = frozenset(" \n\t.,;:!?…\"'()-/*#\u200b\u200d\ufe0f")  # marks that say nothing by themselves


def plain(said: str) -> str:
    """Lower case, umlauts folded, without punctuation and double spaces: " EINS!" and "eins" are the same. An umlaut
    is one letter first, however it was typed. Of a message that has nothing but signs, the first sign is left: a thumb
    is a thumb in every colour of skin, and however often it stands there."""
    text = unicodedata.normalize("NFKC", said).casefold().translate(_FOLD)
    return " ".join(_MARKS.sub(" ", text).split()) or "".join(sign for sign in text if sign not in _QUIET)[:1]


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


def spoken(said: str, words: Vocabulary) -> str:
    """What was said without greeting and signature, as `plain`: many write an SMS as they write a letter."""
    text = f" {plain(said)} "
    ends = [place for closing in words.closings if (place := text.find(f" {closing} ")) > 0]
    text = text[: min(ends, default=len(text))] + " "
    greeting = max((one for one in words.greetings if text.startswith(f" {one} ")), key=len, default="")
    return text.removeprefix(f" {greeting} ").strip() or plain(said)


def said_yes(said: str, words: Vocabulary) -> bool | Problem:
    """Consent by words: True, False, or NOT_A_CHOICE. 1 is yes and 2 is no in every channel. Several words for yes
    ("ja, sehr gern", "Jaaa") are one yes; a yes with anything else beside it ("ja, aber", "ja?") is none."""
    text = spoken(said, words)
    yes, no = words.yes | {"1"}, words.no | {"2"}
    heard = {words.numbers.get(form, form) for form in forms(text, words)}
    each = {words.numbers.get(word, word) for word in _FIRM.sub(r"\1", text).split() if word not in words.fillers}
    contrary = any(sign in said for sign in no if not sign[:1].isalnum())
    is_yes = "?" not in said and (bool(heard & yes) or (bool(each) and each <= yes))
    is_no = bool(heard & no) or (bool(each) and each <= no) or contrary
    if is_yes != is_no:
        return is_yes
    return Problem.NOT_A_CHOICE if said.strip() else Problem.NOTHING_HEARD


def said_submit(said: str, words: Vocabulary) -> bool:
    """Whether the words hand the answers in."""
    text = _without_fillers(plain(said), words)
    return text in words.submit or said_yes(said, words) is True


def command(said: str, words: Vocabulary) -> Command | None:
    """The command that the whole message is, with or without a filler ("Stopp bitte")."""
    return next((words.commands[form] for form in forms(said, words) if form in words.commands), None)


def language(said: str, words: Vocabulary) -> str:
    """The locale that the whole message names, with or without a filler ("English please"); "" when it names none."""
    return next((words.locales[form] for form in forms(said, words) if form in words.locales), "")


def wants_peace(said: str, words: Vocabulary) -> bool:
    """Whether somebody wants to hear no more of us, in whatever words around it."""
    text = f" {spoken(said, words)} "
    return any(f" {phrase} " in text for phrase in words.stop_within)


def command_within(said: str, words: Vocabulary) -> Command | None:
    """The command in a message that means nothing else: a wish to be left alone, in whatever words around it; a call
    for help with more behind it; or a typo ("Hifle")."""
    text = spoken(said, words)
    if wants_peace(said, words):
        return Command.STOP
    if words.commands.get(text.split(" ")[0]) is Command.HELP:
        return Command.HELP
    close = {
        words.commands[form] for form in words.commands for one in forms(text, words) if _one_typo_apart(form, one)
    }
    return close.pop() if len(close) == 1 else None


def answer(survey: Survey, question: Question, locale: str, said: str, words: Vocabulary) -> Answer | Problem:
    """What a reply to one question means. A free text is taken as it is, unless all it says is that there is none. The
    very label of a choice means that choice, whatever its words could mean elsewhere ("privat")."""
    if question.kind is Kind.TEXT:
        missing = words.missing.get(plain(said))
        return Answer(missing=missing) if missing in survey.missing else check(question, (said,))
    if not said.strip():
        return Problem.NOTHING_HEARD
    text = _without_fillers(spoken(said, words), words)
    if names := labelled(question, locale, said, words):
        return _one_of(question, names | _by_key(survey, question, text, words))
    said_in = forms(spoken(said, words), words)
    if missing := next((words.missing[form] for form in said_in if form in words.missing), None):
        return Answer(missing=missing) if missing in survey.missing else Problem.NOT_A_CHOICE
    if question.kind is Kind.INTEGER:
        return _integer(question, said, words)
    if re.search(r"\d\s*([/–—−]|\.{2,}|…)\s*\d", said):
        return Problem.AMBIGUOUS  # "1/4", "1–4": and, or, to?
    return _choices(survey, question, locale, text, words)


def _integer(question: Question, said: str, words: Vocabulary) -> Answer | Problem:
    """A number, in digits or as a word, with nothing around it but what may stand around a number."""
    number = said.strip().rstrip(".!")
    if not re.fullmatch(r"[+-]?[\d.,]+", number):
        number = " ".join(
            word for word in spoken(said, words).split() if word not in words.around | words.units | words.fillers
        )
    return check(question, (words.numbers.get(number, number) or said,))


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
    """Keys, labels, or both, with nothing in between but joiners; a key with its own label ("1 Gut") is one choice."""
    keys = {str(position): choice.name for position, choice in enumerate(question.choices, start=1)}
    said = [words.numbers.get(word, word) for word in text.replace("+", " ").split()]
    for missing in survey.missing:
        if said == [MISSING_KEYS[missing]]:
            return Answer(missing=missing)
    if question.kind is Kind.SELECT_MULTIPLE and text.removesuffix(f" {len(keys)}") in words.everything:
        return check(question, keys.values())
    if len(said) == 1:  # two letters could be two choices, or the answers to two questions of a printed notice
        keys |= {LETTERS[position].casefold(): choice.name for position, choice in enumerate(question.choices)}
    phrases = _phrases(question, locale, words)
    found: list[str] = []
    key = ""
    while said:
        names, length = _named(said, keys, phrases, words)
        if not length:
            return Problem.NOT_A_CHOICE
        if len(names) > 1 or (key and names and said[0] not in keys and key not in names):
            return Problem.AMBIGUOUS
        found += names
        key = keys.get(said[0], "")
        said = said[length:]
    return check(question, found) if found else Problem.NOT_A_CHOICE


def _named(
    said: list[str], keys: Mapping[str, str], phrases: Mapping[str, frozenset[str]], words: Vocabulary
) -> tuple[frozenset[str], int]:
    """The choices that the beginning of `said` names, and how many words that takes; 0: it names none. The longest
    phrase counts, so that the "und" of a label joins nothing; of equals, what is exact before what is nearly right."""
    longest = 1 + max(phrase.count(" ") + 1 for phrase in phrases)  # one more, for a typo can part a word
    for length in range(min(longest, len(said)), 0, -1):
        phrase = " ".join(said[:length])
        if phrase in phrases:
            return phrases[phrase], length
        if length == 1 and said[0] in keys:
            return frozenset([keys[phrase]]), 1
        if length == 1 and phrase in words.joiners | words.around:
            return frozenset(), 1
        near = [names for known, names in phrases.items() if _one_typo_apart(known, phrase, shortest=SHORTEST_TYPO - 1)]
        if near:
            return frozenset[str]().union(*near), length
    return frozenset(), 0


def _phrases(question: Question, locale: str, words: Vocabulary) -> dict[str, frozenset[str]]:
    """What names a choice: its label; its label without the yes or no and the comma before it, or that alone; else
    a part of it, which is ambiguous where others have it, too."""
    whole: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    for choice in question.choices:
        label = plain(choice.label[locale])
        whole.setdefault(label, set()).add(choice.name)
        head, comma, tail = (plain(part) if part != "," else part for part in choice.label[locale].partition(","))
        if comma and head in words.yes | words.no and tail:
            whole.setdefault(tail, set()).add(choice.name)
            whole.setdefault(head, set()).add(choice.name)
        spelt = label.split()
        if any(sign.isdecimal() for sign in label) or not words.negations.isdisjoint(spelt):
            spelt = []  # "10 Minuten" may be in any span, and "extra time" in "no extra time" is the contrary
        for start in range(len(spelt)):
            for end in range(start + 1, len(spelt) + 1):
                part = " ".join(spelt[start:end])
                if len(part) >= SHORTEST_WORD and part not in words.fillers | words.joiners | words.around:
                    parts.setdefault(part, set()).add(choice.name)
    return {phrase: frozenset(names) for phrase, names in (parts | whole).items()}


def forms(said: str, words: Vocabulary) -> Iterator[str]:
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


def _one_typo_apart(label: str, text: str, *, shortest: int = SHORTEST_TYPO) -> bool:
    """One letter wrong, missing, extra, or two swapped, in words that are long enough for it. A digit is no letter:
    "Über 10 Minuten" is no typo of "Über 30 Minuten"."""
    if _DIGITS.findall(label) != _DIGITS.findall(text):
        return False
    lengths = len(label), len(text)
    if max(lengths) < SHORTEST_TYPO or min(lengths) < shortest or abs(len(label) - len(text)) > 1 or label == text:
        return False
    start = 0
    while start < min(len(label), len(text)) and label[start] == text[start]:
        start += 1
    rest, other = label[start:], text[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped == other
