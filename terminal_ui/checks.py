"""What the terminal refuses to ask, and what it needs of a machine.

A survey is laid out as it will be asked: the notice and every question in every language, on the smallest grid, at
their fullest (asked again, with a problem to tell). What would be cut there or have a word broken is a fault of the
survey file, found before anybody stands at the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.channel import Finding
from kiosk.errors import Fault
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.prompt import Ask, Consent, Prompt
from kiosk.survey import Answer, Kind, Question, Survey
from kiosk.wording import House
from terminal_ui import channel
from terminal_ui.journal import FOLDER, REFUSED, waiting
from terminal_ui.page import LEAST
from terminal_ui.pages import page
from terminal_ui.scene import Scene, speaks
from terminal_ui.speech import PROGRAM, Speech
from terminal_ui.visit import Draft, Visit

_HOUSE = House("-" * 20, "0" * 14)  # as long as names and numbers usually are
_REMEDY = "Shorten it, or use shorter words"


def check(survey: Survey, file: str) -> Sequence[Fault]:
    """What does not fit the screen."""
    faults = []
    for locale in survey.locales:
        if not speaks(_catalogues(), locale):
            faults.append(Fault(file, "the terminal has no words in this language", "Add a catalogue", "", locale))
            continue
        faults.extend(_misfits(survey, file, locale, Consent(), ""))
        for question in survey.questions:
            for prompt in _prompts(question):
                faults.extend(_misfits(survey, file, locale, prompt, question.name))
    return tuple(dict.fromkeys(faults))


def _prompts(question: Question) -> Iterator[Prompt]:
    if question.kind is Kind.NOTE:
        yield Ask("", 1, 1, notes=(question.name,))
    else:
        yield Ask(question.name, 1, 5)


def _misfits(survey: Survey, file: str, locale: str, prompt: Prompt, name: str) -> Iterator[Fault]:
    """The page at its fullest: a question that has an answer already offers the way on, too."""
    question = survey.question(name)
    value = question.choices[0].name if question and question.choices else "1"
    interview = Interview(survey, locale, consent=True, answers={name: Answer((value,))} if name else {})
    visit = Visit(locale, welcomed=True, interview=interview, prompt=prompt, draft=Draft(name, frozenset({value})))
    scene = Scene(visit, _catalogues(), _HOUSE, (survey,), speech=True)
    for what in page(scene, LEAST).faults:
        yield Fault(file, f"on the terminal's screen {what}", _REMEDY, name, locale)


@cache
def _catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load([channel.catalogues] if channel.catalogues else [])


def findings(office: Office) -> Sequence[Finding]:
    """What `kiosk doctor` says about the terminal here."""
    journals = office.folder / FOLDER
    left = waiting(journals)
    refused = len(list(journals.glob(f"*{REFUSED}")))
    return (
        Finding("reading aloud at the terminal", Speech().there, f"Install it: apt install {PROGRAM}"),
        Finding(
            "everything from the terminals is in the store",
            left == 0,
            f"{left} journal(s) wait. Run `kiosk start`, and start `kiosk terminal` once more",
        ),
        Finding(
            "the store took all that terminals sent",
            refused == 0,
            f"{refused} file(s) in {journals} were refused. Keep them and report it",
        ),
    )
