"""What the terminal refuses to ask, and what it needs of a machine.

A survey is laid out as it will be asked, in every language, on the smallest grid: the first screen, the choice between
surveys, the notice, help, the review, the end, and every question at its fullest: with each answer it may already have,
and asked again for each reason it can be asked again for. What would be cut there or have a word broken is a fault of
the survey file, found before anybody stands at the screen.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.channel import Finding
from kiosk.errors import Fault
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.prompt import Ask, Close, Consent, Disposition, Problem, Review
from kiosk.survey import Answer, Kind, Question, Survey
from kiosk.voice import Voice
from kiosk.voice.engines import ESPEAK
from kiosk.wording import House
from terminal_ui import channel
from terminal_ui.actions import Overlay
from terminal_ui.browser import place
from terminal_ui.grid import GRIDS
from terminal_ui.journal import FOLDER, REFUSED, waiting
from terminal_ui.pages import page
from terminal_ui.players import PROGRAM, Aplay
from terminal_ui.receipt import Printer
from terminal_ui.scene import Scene, speaks
from terminal_ui.visit import LONGEST_NUMBER, Draft, Visit

_HOUSE = House("-" * 20, "0" * 14)  # as long as names and numbers usually are
_CODE = "0000 0000 000"
_REMEDY = "Shorten it, or use shorter words"


def check(survey: Survey, file: str) -> Sequence[Fault]:
    """What does not fit the screen, or cannot be entered there."""
    faults = list(_unenterable(survey, file))
    for locale in survey.locales:
        if not speaks(_catalogues(), locale):
            faults.append(Fault(file, "the terminal has no words in this language", "Add a catalogue", "", locale))
            continue
        for name, visit in (*_around(survey, locale), *_questions(survey, locale)):
            scene = Scene(visit, _catalogues(), _HOUSE, (survey,), speech=True, letters=True, printer=True, code=_CODE)
            for grid in GRIDS:
                for what in page(scene, grid.least).faults:
                    faults.append(Fault(file, f"on the terminal's {grid.name} screen {what}", _REMEDY, name, locale))
    return tuple(dict.fromkeys(faults))


def _unenterable(survey: Survey, file: str) -> Iterator[Fault]:
    """The pad has digits and no sign, and its display so many places."""
    for question in survey.questions:
        bounds = [bound for bound in (question.minimum, question.maximum) if bound is not None]
        if any(bound < 0 for bound in bounds):
            what = "the terminal's number pad has no minus sign"
            yield Fault(file, what, "Ask for a number from 0 on, or offer choices", question.name)
        if any(bound >= 10**LONGEST_NUMBER for bound in bounds):
            what = f"the terminal's number pad takes {LONGEST_NUMBER} digits"
            yield Fault(file, what, "Ask for a smaller number, for example in thousands", question.name)


def _around(survey: Survey, locale: str) -> Iterator[tuple[str, Visit]]:
    """The screens before and after the questions."""
    yield "", Visit(locale)
    yield "", Visit(locale, welcomed=True)
    begun = Interview(survey, locale)
    consent = Visit(locale, welcomed=True, interview=begun, prompt=Consent())
    yield "", consent
    for overlay in Overlay:
        yield "", replace(consent, overlay=overlay)
    answers = {question.name: Answer(_values(question)[:1]) for question in survey.questions if question.asks}
    yield "", replace(consent, interview=replace(begun, consent=True, answers=answers), prompt=Review())
    for ended in Disposition:
        yield "", replace(consent, interview=replace(begun, closed=ended), prompt=Close(ended))


def _questions(survey: Survey, locale: str) -> Iterator[tuple[str, Visit]]:
    """Each question not answered yet, with each answer, and asked again."""
    for question in survey.questions:
        name = question.name
        if not question.asks:
            note = Interview(survey, locale, consent=True)
            yield name, Visit(locale, welcomed=True, interview=note, prompt=Ask("", 1, 1, notes=(name,)))
            continue
        asked: list[tuple[Ask, tuple[str, ...]]] = [(prompt, ()) for prompt in _prompts(question)]
        asked += [(Ask(name, 5, 5), (value,)) for value in _values(question)]
        asked += [(prompt, _values(question)[:1]) for prompt in _prompts(question)]
        for prompt, values in asked:
            answers = {name: Answer(values)} if values else {}
            interview = Interview(survey, locale, consent=True, answers=answers)
            draft = Draft(name, frozenset(values), "" if question.choices else "".join(values))
            yield name, Visit(locale, welcomed=True, interview=interview, prompt=prompt, draft=draft)


def _prompts(question: Question) -> Iterator[Ask]:
    """All the ways in which a question can be put here."""
    yield Ask(question.name, 5, 5)
    for problem in _problems(question):
        for offers_help in (False, True):
            yield Ask(question.name, 5, 5, problem=problem, help=offers_help)
            yield Ask(question.name, 5, 5, help=offers_help)


def _problems(question: Question) -> tuple[Problem, ...]:
    """What can be wrong with an answer given at this screen: one touch on a choice is always an answer."""
    match question.kind:
        case Kind.INTEGER:
            return (Problem.NOTHING_HEARD, Problem.OUT_OF_RANGE)
        case Kind.SELECT_MULTIPLE:
            return (Problem.NOTHING_HEARD,)
        case Kind.TEXT if question.required:
            return (Problem.NOTHING_HEARD,)
        case _:
            return ()


def _values(question: Question) -> tuple[str, ...]:
    """Answers to lay out: every choice, else something written."""
    return tuple(choice.name for choice in question.choices) or ("1",)


@cache
def _catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load([channel.catalogues] if channel.catalogues else [])


def findings(office: Office) -> Sequence[Finding]:
    """What `kiosk doctor` says about the terminal here."""
    journals = office.folder / FOLDER
    left = waiting(journals)
    refused = len(list(journals.glob(f"*{REFUSED}")))
    voice = Voice(office.voices)
    faults = tuple(voice.faults())
    player = shutil.which(PROGRAM) is not None
    return (
        Finding("reading aloud: a voice", voice.there, f"Install one: apt install {ESPEAK}"),
        Finding("reading aloud: a player", player, "Install it: apt install alsa-utils"),
        Finding(
            "reading aloud: a sound card",
            player and Aplay().works(),
            f"Plug one in, and look at what `{PROGRAM} -l` lists. Without it the button for reading aloud is left out",
        ),
        Finding("reading aloud: the office's own voices", not faults, "\n".join(map(str, faults))),
        *_printer(str(office.settings("terminal")["printer"])),
        Finding(
            "delivery of what terminals took",
            left == 0,
            f"Journals that wait: {left}. Run `kiosk start`, and start `kiosk terminal` once more",
        ),
        Finding(
            "terminals' answers: none refused",
            refused == 0,
            f"Refused files in {journals}: {refused}. Keep them and report it",
        ),
        *place.findings(office),
    )


def _printer(queue: str) -> Iterator[Finding]:
    """Nothing is missing where none is wanted."""
    if queue:
        remedy = f'CUPS has no queue {queue}: make it (deploy/terminal/README.md), or set printer in [terminal] to ""'
        yield Finding("receipt printer at the terminal", Printer(queue).there, remedy)
