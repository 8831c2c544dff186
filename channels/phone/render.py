"""Sentences from a wording: what is said of a prompt, a line and a sound each.

    Diese Taste passt hier nicht.                      what was wrong
    Wie zufrieden sind Sie mit Ihrem Besuch?           notes, question, hint
    Sehr zufrieden: Drücken Sie die 1.                 its choices: what it is for, then the key
    Zufrieden: die 2.
    Weiß nicht: 7.
    Überspringen: die Raute-Taste.                     the way out that has no key of its own

What it is for comes before the key, because a key that is heard first is forgotten until one knows what it does. Only
the first choice is a whole sentence, and none has quotation marks: a voice takes a pause at each, and a prompt has 20
seconds (`checks`). A label stands in front of its colon just as it is, because in a sentence ("Für Im Internet", "For
Poor 4") it is bent wrong or misheard. Of the languages and of where the question stands nothing is said here: the
first was asked before, and the length was told.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.catalogue import Catalogue
from kiosk.survey import Missing
from kiosk.wording import Does, Option, Wording

PACE = 123  # words a minute, as voices are told to speak here


def speak(words: Wording, catalogue: Catalogue) -> str:
    """One sentence a line."""
    return "\n".join(" ".join(line.split()) for line in _lines(words, catalogue) if line)


def measure(text: str, catalogue: Catalogue) -> str:
    """About how long it takes to say this, for whoever tries a survey out."""
    return catalogue.say("phone.length", seconds=round(len(text.split()) / PACE * 60))


def _lines(words: Wording, catalogue: Catalogue) -> Iterator[str]:
    yield words.problem
    yield from words.notes
    yield words.text
    yield words.hint
    first = True
    for option in words.options:
        yield _option(option, catalogue, first=first)
        first = False
    yield words.help


def _option(option: Option, catalogue: Catalogue, *, first: bool) -> str:
    """Of an option without a key of its own only skipping is said; a number has another way to its reasons."""
    if option.does is Does.CALL:
        return option.label
    if not option.key:
        return catalogue.say("phone.skip") if option.value == Missing.SKIPPED else ""
    declines = option.does is Does.DECLINE
    message = "phone.option.first" if first else "phone.option.missing" if declines else "phone.option"
    label = option.label.rstrip("?")  # of a survey's title: easy language puts its own behind every choice
    return catalogue.say(message, label=label, key=option.key)
