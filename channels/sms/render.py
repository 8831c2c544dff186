"""One SMS from a wording: everything of a prompt in one message, because messages overtake each other.

    Das gibt es hier nicht.                 what was not understood
    2/5 Wie zufrieden sind Sie?             the question with its number, the same as on a printed notice
    Mehrere sind möglich.                   its hint
    1 Sehr gut                              its choices, with the digit to text
    WEITER = auslassen                      what has a word and no digit

A question with its choices is one segment of 160 septets; `checks` refuses a survey where it is not. With a problem
above it, and for the notice, a message may take more. Every word costs, so what is understood anyway is left out: the
no beside a yes, the word for skipping where a choice offers a way out, and all of the notice but its title where the
yes is asked for once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from channels.sms.gsm import length, normal
from kiosk.catalogue import Catalogue
from kiosk.survey import Missing
from kiosk.wording import Does, Option, Wording


def render(words: Wording, catalogue: Catalogue) -> str:
    """The text of the message, normalised for GSM."""
    return normal("\n".join(line for line in _lines(words, catalogue) if line))


def measure(text: str, catalogue: Catalogue) -> str:
    """How many SMS a text is, for whoever tries a survey out; of "", that there is none."""
    if not text:
        return catalogue.say("sms.try.silence")
    found = length(text)
    return catalogue.say("sms.try.length", segments=found.segments, left=found.left)


def _lines(words: Wording, catalogue: Catalogue) -> Iterator[str]:
    yield words.problem
    if words.problem and words.notes and any(option.does is Does.CONSENT for option in words.options):
        yield from words.notes[:1]
        yield words.help
        yield from _options(words.options, catalogue)
        return
    yield from words.notes
    number = catalogue.say("sms.number", number=words.number, of=words.numbers) if words.number else ""
    yield " ".join(part for part in (number, words.text) if part)
    yield words.hint
    yield words.help
    yield from words.languages
    yield from _options(words.options, catalogue)


def _options(options: Sequence[Option], catalogue: Catalogue) -> Iterator[str]:
    ways_out = [option for option in options if option.does is Does.DECLINE and option.value != Missing.SKIPPED]
    for option in options:
        is_no = option.does is Does.CONSENT and option.value == "no"
        is_skip = option.does is Does.DECLINE and option.value == Missing.SKIPPED
        if not is_no and not (is_skip and ways_out):
            yield _option(option, catalogue)


def _option(option: Option, catalogue: Catalogue) -> str:
    if not option.key or option.does is Does.CONSENT:
        return option.label
    return catalogue.say("sms.option", key=option.key, label=option.label)
