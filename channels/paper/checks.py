"""What paper cannot ask: a question that is longer than a page, a form of too many pages, letters that would not print.

Checked is the very form that would be printed, in every locale of the survey. A survey that does not name the mode in
its wording is checked as well, because it is printed as soon as the channel is installed. A machine without the fonts
prints nothing, and so refuses nothing; `kiosk doctor` says so there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from channels.paper import LOCALE
from channels.paper.compose import compose
from channels.paper.letters import there
from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.errors import Fault, SurveyError
from kiosk.survey import Survey
from kiosk.wording import House

TYPICAL = House("Bürgeramt Musterstadt", "00000 000 000", "Musterstraße 1, 00000 Musterstadt", "amt@example.org")


def check(survey: Survey, file: str) -> Sequence[Fault]:
    """The faults of a survey, for `definition`."""
    return tuple(_faults(survey, file)) if there() else ()


def _faults(survey: Survey, file: str) -> Iterator[Fault]:
    for locale in survey.locales:
        try:
            compose(survey, _catalogues()[locale], TYPICAL)
        except SurveyError as error:
            yield from (fault._replace(file=file) for fault in error.faults)


@cache
def _catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load([LOCALE])
