"""What the phone cannot ask: a menu that nobody keeps in mind, a prompt that takes longer than twenty seconds, and
words that somebody must speak though they may refuse to be recorded.

Checked is what would be said, in every locale of the survey, with words counted as seconds. A survey that does not name
the mode in its wording is checked as well, because it is asked by phone as soon as the channel is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from channels.phone import LOCALE
from channels.phone.render import PACE, speak
from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.errors import Fault
from kiosk.prompt import Ask, Consent
from kiosk.survey import Kind, Missing, Question, Survey
from kiosk.wording import House, Wording, word

MODE = "phone"
MENU, SCALE = 4, 5  # choices at most; a scale has an order that helps to keep it in mind
SECONDS = 20  # of one prompt
TYPICAL = House("Bürgeramt Musterstadt", "00000 000 000")  # of a usual length


def check(survey: Survey, file: str) -> Sequence[Fault]:
    """The faults of a survey, for `definition`."""
    faults = [fault for question in survey.questions for fault in _menu(survey, question, file)]
    return [*faults, *(fault for locale in survey.locales for fault in _lengths(survey, file, _catalogues()[locale]))]


def seconds(words: Wording, catalogue: Catalogue) -> float:
    """About how long it takes to say this."""
    return len(speak(words, catalogue).split()) / PACE * 60


def _menu(survey: Survey, question: Question, file: str) -> Iterator[Fault]:
    most = SCALE if question.kind is Kind.RANGE else MENU
    if question.kind in (Kind.RANGE, Kind.SELECT_ONE) and len(question.choices) > most:
        yield Fault(
            file,
            f"{len(question.choices)} choices are too many to be kept in mind on the phone",
            f"Offer {most} at most, or split the question in two",
            question.name,
        )
    if question.kind is Kind.TEXT and question.required and Missing.REFUSED not in survey.missing:
        yield Fault(
            file,
            "nobody may be made to speak for a recording",
            'Take required off this question, or offer "refused" under missing',
            question.name,
        )


def _lengths(survey: Survey, file: str, words: Catalogue) -> Iterator[Fault]:
    notes: tuple[str, ...] = ()
    for question in survey.questions:
        if not question.asks:
            notes = (*notes, question.name)
            continue
        asked = word(Ask(question.name, 1, 1, notes), survey, words, MODE, TYPICAL)
        if question.kind is Kind.SELECT_MULTIPLE:  # one by one, with a yes and a no
            asked = Wording(asked.text, asked.options[:2], asked.notes)
        notes = ()
        if (found := seconds(asked, words)) > SECONDS:
            what = f"to say it on the phone takes about {found:.0f} seconds, and {SECONDS} are the most"
            how = "Say it shorter, or give it shorter words for this channel under [question.wording.phone]"
            yield Fault(file, what, how, question.name, words.locale)
    notice = word(Consent(), survey, words, MODE, TYPICAL)
    if (found := seconds(Wording(notice.text, notes=notice.notes), words)) > SECONDS:
        what = f"with this brief the notice takes about {found:.0f} seconds on the phone, and {SECONDS} are the most"
        yield Fault(file, what, "Shorten title and brief, or give a brief under [wording.phone]", locale=words.locale)


@cache
def _catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load([LOCALE])
