"""Plain and easy language: the rules that can be judged exactly from the words alone.

Plain (`de`, `en`) follows DIN 8581-1 and DIN ISO 24495-1, easy (`de@easy`) DIN SPEC 33429 and BITV 2.0 Annex 2 part 2.
The limits are those of LanguageTool's simple-language rules:

    L1  words in a sentence         plain: warn over 15, error over 20     easy: warn over 8, error over 12
    L2  unbroken letters in a word  plain: warn over 20                    easy: error from 14 on

A newline ends a sentence, because easy language sets a sentence a line. A hyphen, a soft hyphen and a Mediopunkt break
a word. Passive voice, genitive, Konjunktiv and the like need a tagger and its doubts; they are judged by people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error forbids the text, a warning asks its author to look again."""

    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One passage that breaks one rule: it has `found` words or letters where `limit` are allowed."""

    rule: str
    severity: Severity
    passage: str
    found: int
    limit: int

    def __str__(self) -> str:
        unit = "words" if self.rule == "L1" else "letters"
        return f"{self.rule} {self.severity}: {self.found} {unit}, at most {self.limit}: “{self.passage}”"


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that passes without a finding; None: this rule has no such severity here."""

    words_warn: int
    words_error: int
    letters_warn: int | None
    letters_error: int | None


PLAIN = Limits(words_warn=15, words_error=20, letters_warn=20, letters_error=None)
EASY = Limits(words_warn=8, words_error=12, letters_warn=None, letters_error=13)

_ABBREVIATIONS = (
    r"z\. ?B|d\. ?h|u\. ?a|o\. ?Ä|e\. ?V|i\. ?d\. ?R|a\. ?m|p\. ?m|e\. ?g|i\. ?e|"
    r"Abs|Art|bzw|ca|Dr|evtl|ggf|inkl|Mio|Mr|Mrd|Mrs|Ms|Nr|Prof|sog|St|Str|Tel|vgl"
)
_MONTHS = "Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez"
_INNER_DOTS = re.compile(rf"\b(?:{_ABBREVIATIONS})\.|\d\.(?= (?:{_MONTHS}|[a-zäöü]))")
_HIDDEN_DOT = "\u2024"  # looks like a dot and ends nothing
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'»«“”)]*\s+|\s*\n\s*")
_LETTERS = re.compile(r"[^\W\d_]+")


def check(text: str, easy: bool) -> tuple[Finding, ...]:
    """Everything L1 and L2 find, in the order of the text, sentences before words."""
    limits = EASY if easy else PLAIN
    composed = unicodedata.normalize("NFC", text)  # an umlaut is one letter, however it was typed
    return (*_long_sentences(composed, limits), *_long_words(composed, limits))


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text. Dots of abbreviations ("z. B.", "Art. 6") and dates ("1. Mai") are hidden first; after
    any other number a dot ends the sentence."""
    hidden = _INNER_DOTS.sub(lambda dots: dots[0].replace(".", _HIDDEN_DOT), text)
    parts = (part.replace(_HIDDEN_DOT, ".").strip() for part in _SENTENCE_END.split(hidden))
    return tuple(part for part in parts if part)


def words(text: str) -> tuple[str, ...]:
    """What stands between spaces and has a letter or a digit. "Daten-Schutz" is one word, a dash alone is none."""
    return tuple(word for word in text.split() if any(sign.isalnum() for sign in word))


def _long_sentences(text: str, limits: Limits) -> Iterator[Finding]:
    for sentence in sentences(text):
        yield from _over("L1", sentence, len(words(sentence)), limits.words_warn, limits.words_error)


def _long_words(text: str, limits: Limits) -> Iterator[Finding]:
    for run in _LETTERS.findall(text):
        yield from _over("L2", run, len(run), limits.letters_warn, limits.letters_error)


def _over(rule: str, passage: str, found: int, warn: int | None, error: int | None) -> Iterator[Finding]:
    if error is not None and found > error:
        yield Finding(rule, Severity.ERROR, passage, found, error)
    elif warn is not None and found > warn:
        yield Finding(rule, Severity.WARN, passage, found, warn)
