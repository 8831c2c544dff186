"""The words of one language, read from a Babel catalogue (.po).

Message ids are stable names ("problem.not_a_choice"), not English sentences: three languages are equals here, and a
mended English sentence must not orphan the German one. The .po files themselves are read, so that there is no compiled
copy to go stale. `de@easy` is a locale of its own: Babel's `Locale.parse` keeps the modifier, and nothing falls back to
`de`, because a sentence in the wrong language level is a fault that has to be seen.

Each installed channel brings a folder of catalogues of its own; all of one locale are read into one `Catalogue`.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kiosk.errors import ConfigError
from kiosk.survey import Missing
from kiosk.understanding import Command, Vocabulary, plain

Meaning = TypeVar("Meaning", bound=str)
LOCALE = "words.locale."
OWN = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages of one locale, and the words its respondents may say."""

    locale: str
    messages: Mapping[str, str]
    vocabulary: Vocabulary

    def say(self, message: str, /, **values: object) -> str:
        """The message with its named fields filled in. Raises ConfigError when the catalogue lacks it."""
        try:
            return self.messages[message].format(**values)
        except KeyError:
            raise ConfigError("catalogue.message", f"The catalogue {self.locale} lacks “{message}”. Add it.") from None


def fields(message: str) -> frozenset[str]:
    """The names of the fields in a message: {phone} -> phone."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(message) if name)


def load(folders: Iterable[Path] = ()) -> dict[str, Catalogue]:
    """Locale -> catalogue, from the core's own folder and those of the channels (LOCALE/LC_MESSAGES/*.po)."""
    messages: dict[str, dict[str, str]] = {}
    for folder in (OWN, *folders):
        for file in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            messages.setdefault(file.parent.parent.name, {}).update(read(file))
    return {locale: Catalogue(locale, words, _vocabulary(words)) for locale, words in sorted(messages.items())}


def read(file: Path) -> dict[str, str]:
    """Message id -> words of one .po file."""
    from babel.messages.pofile import PoFileError, read_po

    try:
        with file.open("rb") as source:
            catalogue = read_po(source, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise ConfigError("catalogue.broken", f"{file.name} is not a readable catalogue: {error}.") from None
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def _vocabulary(words: Mapping[str, str]) -> Vocabulary:
    """The `words.*` messages: alternatives between bars, as somebody might type them."""

    def alternatives(message: str) -> list[str]:
        return [plain(word) for word in words.get(f"words.{message}", "").split("|") if plain(word)]

    def table(prefix: str, meanings: Iterable[Meaning]) -> dict[str, Meaning]:
        return {word: meaning for meaning in meanings for word in alternatives(f"{prefix}.{meaning}")}

    numbers = table("number", [str(number) for number in (*range(20), *range(20, 100, 10))])
    return Vocabulary(
        commands=table("command", Command),
        yes=frozenset(alternatives("yes")),
        submit=frozenset(alternatives("submit")),
        no=frozenset(alternatives("no")),
        missing=table("missing", (Missing.DONT_KNOW, Missing.REFUSED)),
        numbers=numbers | dict(_compounds(numbers, words.get("words.number.compound", "").split("|"))),
        joiners=frozenset(alternatives("joiners")),
        fillers=frozenset(alternatives("fillers")),
        around=frozenset(alternatives("around")),
        units=frozenset(alternatives("units")),
        negations=frozenset(alternatives("negations")),
        everything=frozenset(alternatives("everything")),
        stop_within=frozenset(alternatives("stop_within")),
        greetings=frozenset(alternatives("greetings")),
        thanks=frozenset(alternatives("thanks")),
        closings=frozenset(alternatives("closings")),
        locales=table("locale", [key.removeprefix(LOCALE) for key in words if key.startswith(LOCALE)]),
    )


def _compounds(numbers: Mapping[str, str], patterns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The words for 21 to 99, from those for the tens and the units and how the language puts them together."""
    tens = [(word, int(value)) for word, value in numbers.items() if int(value) >= 20]
    units = [(word, int(value)) for word, value in numbers.items() if 1 <= int(value) <= 9]
    for pattern in patterns:
        for tens_word, tens_value in tens:
            for unit_word, unit_value in units:
                yield plain(pattern.format(tens=tens_word, unit=unit_word)), str(tens_value + unit_value)
