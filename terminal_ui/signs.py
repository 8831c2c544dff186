"""The names of signs, and what is heard while somebody writes. Pure.

Who cannot see the keyboard has to hear what is under the finger: "," is "Komma", "A" a "großes A". A small letter and a
digit stand for themselves; an engine that is given one alone says its name.

While somebody writes, each sign is heard as it is written, after a space the word that it ends, and of what is rubbed
out the sign that has gone. Anything else, such as a text that comes back, is read as a whole.
"""

from __future__ import annotations

from kiosk.catalogue import Catalogue

NAMES = {
    "-": "hyphen",
    "–": "dash",
    ":": "colon",
    ";": "semicolon",
    "?": "question",
    "!": "exclamation",
    '"': "quotation",
    "'": "apostrophe",
    "/": "slash",
    "€": "euro",
    "+": "plus",
    "@": "at",
    "&": "and",
    "%": "percent",
    "*": "star",
    "=": "equals",
    "§": "section",
    ",": "comma",
    ".": "stop",
    "#": "hash",
    "(": "opening",
    ")": "closing",
    "ß": "sharp_s",
    "←": "rub",
    "↑": "shift",
    "123": "signs",
    "abc": "letters",
}


def name(sign: str, catalogue: Catalogue) -> str:
    """What a sign, or the label of a key, is called."""
    if sign in NAMES:
        return catalogue.say(f"terminal.sign.{NAMES[sign]}")
    if sign == " ":
        return catalogue.say("terminal.key.space")
    if len(sign) == 1 and sign.isupper():
        return catalogue.say("terminal.sign.capital", letter=sign)
    return sign


def written(text: str, catalogue: Catalogue) -> str:
    """The whole text."""
    return (
        catalogue.say("terminal.aloud.written", text=text) if text.strip() else catalogue.say("terminal.sign.nothing")
    )


def change(before: str, after: str, catalogue: Catalogue) -> str:
    """What is heard when the text that was `before` is `after`."""
    if after[:-1] == before and after:
        word = before.split(" ")[-1]
        return word if after[-1] == " " and word else name(after[-1], catalogue)
    if before[:-1] == after and before:
        return catalogue.say("terminal.sign.rubbed", sign=name(before[-1], catalogue))
    return written(after, catalogue)
