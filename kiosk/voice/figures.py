"""Figures as they are said: a code digit by digit, a telephone number in its groups, times, dates, amounts, ranges.

Engines take "4827 1953 206" for millions, "03521 000 0" for an amount, and end a sentence at the dot of "3. Mai".
So each figure is said by the first rule that fits it, once; where none fits it stays as it is written, because an
engine reads a plain number well. Pure and total: any text goes in, and what has no digit comes out as it was.

A language without rules of its own still has codes and telephone numbers read digit by digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# The next figure: not in the middle of a word, and not the rest of a longer figure.
_NEXT = re.compile(r"(?<!\w)(?<!\d[.,:/–-])(?:\+|€ ?)?(?=\d)")
_RUN = re.compile(r"(?:\+|€ ?)?\d+")
LEAST_PHONE = 5  # digits; fewer that begin with 0 are something else


@dataclass(frozen=True, slots=True)
class Rule:
    """`say` gives the words for a match, or None: this is not what it looked like."""

    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]


def spoken(text: str, language: str) -> str:
    """The text with its figures as they are to be said in this language."""
    rules = RULES.get(language, DIGITS)
    said: list[str] = []
    done = 0
    while found := _NEXT.search(text, done):
        words, end = _say(rules, text, found.start())
        said += (text[done : found.start()], words)
        done = end
    return "".join((*said, text[done:]))


def _say(rules: tuple[Rule, ...], text: str, at: int) -> tuple[str, int]:
    for rule in rules:
        if (found := rule.pattern.match(text, at)) and (words := rule.say(found)) is not None:
            return words, found.end()
    run = _RUN.match(text, at)
    end = run.end() if run else at + 1
    return text[at:end], end


# -- digit by digit


def _digits(found: re.Match[str]) -> str:
    """Each digit for itself, with a comma between the groups: the engine makes a small pause there. What stands digit
    by digit already is left so."""
    groups = re.findall(r"\d+", found[0])
    return ", ".join(" ".join(group) for group in groups) if max(map(len, groups)) > 1 else found[0]


def _phone(plus: str) -> Callable[[re.Match[str]], str | None]:
    def say(found: re.Match[str]) -> str | None:
        if sum(sign.isdecimal() for sign in found[0]) < LEAST_PHONE:
            return None
        return f"{plus} {_digits(found)}" if found[0].startswith("+") else _digits(found)

    return say


def _rule(pattern: str, say: Callable[[re.Match[str]], str | None]) -> Rule:
    return Rule(re.compile(pattern), say)


_CODE = _rule(r"\d{4} \d{4} \d{3}(?![\w-])", _digits)
_LEADING_ZERO = _rule(r"0\d+(?![.,:]\d)(?!\w)", _digits)


def _telephone(plus: str) -> Rule:
    """A number that begins as only those to dial do."""
    return _rule(r"(?:\+|0)\d*(?:(?: ?[/–-] ?|\(| \(|\) ?| )\d+)*(?!\w)", _phone(plus))


def _dialled(*words: str) -> tuple[Rule, ...]:
    """Behind these words every number is one to dial."""
    return tuple(
        _rule(rf"(?<=(?<!\w){word}{sign})\d[\d /()–-]*\d(?!\w)", _digits) for word in words for sign in (" ", ": ")
    )


# -- German

_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
_ONES = "ein zwei drei vier fünf sechs sieben acht neun".split()
_FIRST = (  # the day of a month, without its ending
    *"- erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft".split(),
    *(f"{one}zehnt" for one in "drei vier fünf sech sieb acht neun".split()),
    "zwanzigst",
    *(f"{one}undzwanzigst" for one in _ONES),
    "dreißigst",
    "einunddreißigst",
)
_BEFORE_EN = re.compile(r"\b(?:ab|am|beim|bis|dem|den|im|seit|vom|zum)\s+$", re.IGNORECASE)
_BEFORE_E = re.compile(r"\b(?:das|der|die)\s+$", re.IGNORECASE)


def _day_de(found: re.Match[str], day: int) -> str:
    """The ordinal with the ending that the word before it asks for."""
    before = found.string[max(0, found.start() - 6) : found.start()]  # one sign more than the longest of them
    return _FIRST[day] + ("en" if _BEFORE_EN.search(before) else "e" if _BEFORE_E.search(before) else "er")


def _date_de(found: re.Match[str]) -> str | None:
    day, month, year = int(found["day"]), int(found["month"]), found["year"] or ""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return f"{_day_de(found, day)} {_MONTHS[month - 1]} {_year_de(year)}".rstrip()


def _year_de(year: str) -> str:
    return f"{year[:2]} hundert {year[2:]}".replace(" 00", "") if "1100" <= year < "2000" else year


def _month_de(found: re.Match[str]) -> str | None:
    day, year = int(found[1]), found[3] or ""
    return f"{_day_de(found, day)} {found[2]} {_year_de(year)}".rstrip() if 1 <= day <= 31 else None


def _clock_de(hour: str, minute: str | None) -> str | None:
    if int(hour) > 24 or int(minute or 0) > 59:
        return None
    past = int(minute or 0)
    return f"{int(hour)} Uhr {past}" if past else f"{int(hour)} Uhr"


def _time_de(found: re.Match[str]) -> str | None:
    return _clock_de(found[1], found[2])


def _times_de(found: re.Match[str]) -> str | None:
    """From when to when. The first hour has its own “Uhr” only where minutes follow it."""
    first, last = _clock_de(found[1], found[2]), _clock_de(found[3], found[4])
    if first is None or last is None:
        return None
    return f"{first if int(found[2] or 0) else int(found[1])} bis {last}"


def _euro_de(found: re.Match[str]) -> str:
    cents = found[2] or "00"
    return f"{found[1]} Euro" if cents == "00" else f"{found[1]} Euro {int(cents)}"


_GERMAN = (
    _CODE,
    *_dialled("Telefon", "Telefonnummer", "Rufnummer", "Notruf", "Nohtruf", "Durchwahl", "Fax"),  # Nohtruf: see lexicon
    _rule(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?(?![\d.]*\d)", _date_de),
    _rule(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\w-])", _date_de),
    _rule(rf"(\d{{1,2}})\. ?({'|'.join(_MONTHS)}|Stock)\b(?: (\d{{4}})(?!\w))?", _month_de),
    _rule(r"(\d{1,2})(?:[:.](\d\d))? ?(?:–|-|bis) ?(\d{1,2})(?:[:.](\d\d))? Uhr\b", _times_de),
    _rule(r"(\d{1,2}):(\d\d) ?[–-] ?(\d{1,2}):(\d\d)(?![\d:])", _times_de),
    _rule(r"(\d{1,2})[:.](\d\d) Uhr\b", _time_de),
    _rule(r"(\d{1,2}):(\d\d)(?![\d:])", _time_de),
    _rule(r"(\d+)(?:,(\d\d))? ?(?:€|EUR\b)", _euro_de),
    _rule(r"(\d+),(\d\d) Euro\b", _euro_de),
    _telephone("plus"),
    _LEADING_ZERO,
    _rule(r"(\d{1,4})(?:-| ?– ?)(\d{1,4})(?![\w.,:–-])", lambda found: f"{found[1]} bis {found[2]}"),
    _rule(r"[1-9]\d{0,2}(?:\.\d{3})+(?![\w.])", lambda found: found[0].replace(".", "")),
)

# -- English

_MONTHS_EN = "January February March April May June July August September October November December".split()


def _date_en(found: re.Match[str]) -> str | None:
    day, month, year = int(found["day"]), int(found["month"]), found["year"] or ""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return f"{_ordinal_en(day)} of {_MONTHS_EN[month - 1]} {year}".rstrip()


def _ordinal_en(day: int) -> str:
    ending = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _month_en(found: re.Match[str]) -> str | None:
    day = int(found[1])
    return f"{_ordinal_en(day)} of " if 1 <= day <= 31 else None


def _clock_en(hour: str, minute: str | None) -> str | None:
    if int(hour) > 24 or int(minute or 0) > 59:
        return None
    past = int(minute or 0)
    return f"{int(hour)}" if not past else f"{int(hour)} oh {past}" if past < 10 else f"{int(hour)} {past}"


def _time_en(found: re.Match[str]) -> str | None:
    said = _clock_en(found[1], found[2])
    if said is None:
        return None
    return said if int(found[2]) or re.match(r" ?[ap]\.?m", found.string[found.end() :]) else f"{said} o'clock"


def _times_en(found: re.Match[str]) -> str | None:
    first, last = _clock_en(found[1], found[2]), _clock_en(found[3], found[4])
    return None if first is None or last is None else f"{first} to {last}"


def _euro_en(found: re.Match[str]) -> str:
    cents = found[2] or "00"
    return f"{found[1]} euros" if cents == "00" else f"{found[1]} euros {int(cents)}"


_ENGLISH = (
    _CODE,
    *_dialled("phone", "Phone", "telephone", "Telephone", "call", "Call", "dial", "fax"),
    _rule(r"(?P<day>\d{1,2})([./])(?P<month>\d{1,2})\2(?P<year>\d{4})(?!\d)", _date_en),
    _rule(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\w-])", _date_en),
    _rule(rf"(\d{{1,2}}) (?=(?:{'|'.join(_MONTHS_EN)})\b)", _month_en),
    _rule(r"(\d{1,2}):(\d\d) ?(?:–|-|to) ?(\d{1,2}):(\d\d)(?![\d:])", _times_en),
    _rule(r"(\d{1,2}):(\d\d)(?![\d:])", _time_en),
    _rule(r"€ ?(\d+)(?:\.(\d\d)(?!\d))?", _euro_en),
    _rule(r"(\d+)(?:\.(\d\d))? ?€", _euro_en),
    _telephone("plus"),
    _LEADING_ZERO,
    _rule(r"(\d{1,4})(?:-| ?– ?)(\d{1,4})(?![\w.,:–-])", lambda found: f"{found[1]} to {found[2]}"),
    _rule(r"[1-9]\d{0,2}(?:,\d{3})+(?![\w,])", lambda found: found[0].replace(",", "")),
)

DIGITS = (_CODE, _telephone("+"), _LEADING_ZERO)
RULES: Mapping[str, tuple[Rule, ...]] = {"de": _GERMAN, "en": _ENGLISH}
