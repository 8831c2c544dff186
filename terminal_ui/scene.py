"""What a page needs to know besides the visit: the words, the house, what is open, and what this machine can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.catalogue import Catalogue
from kiosk.record import Mode
from kiosk.survey import Survey
from kiosk.wording import House, Wording, word
from terminal_ui.visit import Visit

MODE = Mode("terminal")
OWN = "terminal.go.on"  # a catalogue without it is not the terminal's


@dataclass(frozen=True, slots=True)
class Scene:
    """What this machine can do: `speech` reads aloud, `letters` can be made larger, `printer` prints the code. `code`:
    the receipt code, once the interview is recorded. `seconds` are left of the warning."""

    visit: Visit
    catalogues: Mapping[str, Catalogue]
    house: House
    surveys: tuple[Survey, ...]
    speech: bool = False
    letters: bool = False
    printer: bool = False
    code: str = ""
    seconds: int = 0

    @property
    def catalogue(self) -> Catalogue:
        return self.catalogues[self.visit.locale]

    def say(self, message: str, /, **values: object) -> str:
        return self.catalogue.say(message, **values)

    def named(self, locale: str) -> str:
        """A language by its own name."""
        return self.catalogues[locale].say("locale.name")

    def wording(self) -> Wording:
        """What the interview says now."""
        prompt, interview = self.visit.prompt, self.visit.interview
        if prompt is None or interview is None:
            raise LookupError("no interview is running")
        return word(prompt, interview.survey, self.catalogue, MODE, self.house)

    def locales(self) -> tuple[str, ...]:
        """The languages to choose from: of the running interview, else of all surveys that are open."""
        if self.visit.interview is not None:
            offered = self.visit.interview.survey.locales
        else:
            offered = offered_locales(self.surveys)
        return tuple(locale for locale in offered if speaks(self.catalogues, locale))


def offered_locales(surveys: tuple[Survey, ...]) -> tuple[str, ...]:
    """Every language of the open surveys, in the order in which they name them."""
    return tuple(dict.fromkeys(locale for survey in surveys for locale in survey.locales))


def speaks(catalogues: Mapping[str, Catalogue], locale: str) -> bool:
    """Whether the terminal has its own words in a language."""
    return locale in catalogues and OWN in catalogues[locale].messages
