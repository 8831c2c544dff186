"""What the SMS channel cannot ask: a question that with its choices is longer than one segment, or a notice that costs
more than four.

Checked is the very message that would be sent, in every locale of the survey. A survey that does not name the mode in
its wording is checked as well, because it is asked by SMS as soon as the channel is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from channels.sms import LOCALE
from channels.sms.gsm import length
from channels.sms.render import render
from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.errors import Fault
from kiosk.prompt import Ask, Consent
from kiosk.survey import Survey
from kiosk.wording import House, word

MODE = "sms"
NOTICE_SEGMENTS = 4
TYPICAL = House("Bürgeramt Musterstadt", "00000 000 000")  # of a usual length


def check(survey: Survey, file: str) -> Sequence[Fault]:
    """The faults of a survey, for `definition`."""
    return [fault for locale in survey.locales for fault in _faults(survey, file, _catalogues()[locale])]


def _faults(survey: Survey, file: str, words: Catalogue) -> Iterator[Fault]:
    notes: tuple[str, ...] = ()
    for question in survey.questions:
        if not question.asks:
            notes = (*notes, question.name)
            continue
        found = length(render(word(Ask(question.name, 1, 1, notes), survey, words, MODE, TYPICAL), words))
        notes = ()
        if found.segments > 1:
            yield Fault(
                file,
                f"as an SMS it has {found.units} of {found.most} signs{_because(found.foreign)}",
                "Say it shorter, or give it shorter words for this channel under [question.wording.sms]",
                question.name,
                words.locale,
            )
    found = length(render(word(Consent(), survey, words, MODE, TYPICAL), words))
    if found.segments > NOTICE_SEGMENTS:
        yield Fault(
            file,
            f"with this brief the notice is {found.segments} SMS long{_because(found.foreign)}",
            f"Shorten title and brief, or give a brief under [wording.sms]: at most {NOTICE_SEGMENTS}",
            locale=words.locale,
        )


def _because(foreign: str) -> str:
    return f", because it has {' '.join(foreign)}" if foreign else ""


@cache
def _catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load([LOCALE])
