"""What an engine would say wrong, written so that it says it right: a table of words for each language.

    "Rathaus" = "Rat-Haus"      a word or a phrase, and how to spell it for the engine
    "Art. #" = "Artikel"        only where a number follows
    "werden" = "wehrden"        all in small letters: however it is written; with a capital letter: just so

Only whole words are replaced, never a part of one; a hyphen ends a word. Of several that fit, the longest wins. A space
after a dot may be missing in the text. `de@easy` has the words of `de` unless it says otherwise, and what the operator
adds in OFFICE/voices/LOCALE/lexicon.toml goes before all of ours.

Hyphens of easy language ("Daten-Schutz") are left as they are: espeak-ng makes no pause there, and finds the seam that
it misses in the unbroken word ("Haltestelle" is heard as "Halteschtelle"). So our own entries use hyphens, too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import ConfigError
from kiosk.voice.figures import spoken as spoken_figures

OWN = Path(__file__).parent / "lexicons"
NAME = "lexicon.toml"  # the operator's, in the folder of a locale
NUMBER = " #"

_SEAM = re.compile(r"(?<=\w)[·•‧](?=\w)")  # Mediopunkt
_INCLUSIVE = re.compile(r"(?<=\w)(?:[*:_]|/-?)(?=innen\b|in\b)")  # Bürger*innen: heard with a small stop
_NOT_SAID = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens and signs without a width
_ADDRESS = re.compile(r"\S+@\w\S*\w|www\.\S*\w")  # of mail, or of a page
_ADDRESS_SIGN = re.compile(r"[@._-]")
ADDRESS_SIGNS: Mapping[str, Mapping[str, str]] = {
    "de": {"@": " ät ", ".": " Punkt ", "-": " Strich ", "_": " Unterstrich "},
    "en": {"@": " at ", ".": " dot ", "-": " dash ", "_": " underscore "},
}
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one locale. `spoken` is pure and total."""

    language: str
    pattern: re.Pattern[str]
    replacements: tuple[str, ...]

    def spoken(self, text: str) -> str:
        """The text as an engine is to be given it, in one line."""
        line = _BLANK.sub(" ", _NOT_SAID.sub("", text)).strip()
        line = _SEAM.sub("-", line)
        if self.language == "de":
            line = _INCLUSIVE.sub("-", line)
        line = _ADDRESS.sub(lambda found: self._address(found[0]), line)
        line = self.pattern.sub(lambda found: self.replacements[(found.lastindex or 1) - 1], line)
        # Two brackets would begin a passage of phonemes, in espeak-ng and in piper.
        return spoken_figures(line, self.language).replace("[[", "[ [")

    def _address(self, written: str) -> str:
        """An engine leaves out the dots, and whoever wants to write has to know them."""
        signs = ADDRESS_SIGNS.get(self.language, {})
        return _ADDRESS_SIGN.sub(lambda found: signs.get(found[0], found[0]), written)


def make(locale: str, words: Mapping[str, str]) -> Lexicon:
    """From a table, written -> spoken."""
    language, _, _ = locale.partition("@")
    ordered = sorted(words, key=len, reverse=True)
    pattern = "|".join(f"({_pattern(written)})" for written in ordered) or r"(?!)"
    # The one look back stands in front of all of them, so that within a word none of them is tried.
    return Lexicon(language, re.compile(rf"(?<!\w)(?:{pattern})"), tuple(words[written] for written in ordered))


def load(locale: str, folder: Path | None = None) -> Lexicon:
    """Our words for a locale, and the operator's from `folder`, OFFICE/voices. Raises ConfigError for a faulty file."""
    words: dict[str, str] = {}
    for file in [OWN / f"{name}.toml" for name in _names(locale)] + (operators(locale, folder) if folder else []):
        words |= read(file)
    return make(locale, words)


def operators(locale: str, folder: Path) -> list[Path]:
    """The operator's files for a locale, the last say last; they need not be there."""
    return [folder / name / NAME for name in _names(locale)]


def _names(locale: str) -> tuple[str, ...]:
    language, _, level = locale.partition("@")
    return (language, locale) if level else (language,)


def read(file: Path) -> Mapping[str, str]:
    """Written -> spoken; nothing where there is no such file. Raises ConfigError."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError("voice.lexicon", f"{file} cannot be read: {error}.") from None
    for written, spoken in table.items():
        if not isinstance(spoken, str) or not written.removesuffix(NUMBER).strip():
            raise ConfigError("voice.lexicon", f'{file}: write each line as "written" = "spoken", not {written}.')
    return table


def _pattern(written: str) -> str:
    words = written.removesuffix(NUMBER).split()
    joined = "".join(re.escape(word) + (r"\s*" if word.endswith(".") else r"\s+") for word in words[:-1])
    whole = joined + re.escape(words[-1])
    if written == written.lower():
        whole = f"(?i:{whole})"
    after = r"(?=\s?\d)" if written.endswith(NUMBER) else "" if written.endswith(".") else r"(?!\w)"
    return whole + after
