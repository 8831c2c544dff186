"""Every screen there is, found by touching everything on every screen: nobody has to remember to list a new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kiosk.catalogue import Catalogue
from kiosk.inputs import Assisted
from kiosk.survey import Survey
from kiosk.wording import House
from terminal_ui.actions import Action, Open, Overlay, Printed, Write
from terminal_ui.grid import STANDARD, Size
from terminal_ui.page import Page
from terminal_ui.pages import page
from terminal_ui.scene import Scene
from terminal_ui.visit import Paper, Visit, act

HOUSE = House("Bürgerbüro der Stadt Musterhausen", "03521 123 456 78", "Rathausplatz 1")
CODE = "8888 8888 888"


def scene(visit: Visit, catalogues: Mapping[str, Catalogue], surveys: tuple[Survey, ...]) -> Scene:
    return Scene(visit, catalogues, HOUSE, surveys, speech=True, letters=True, printer=True, code=CODE, seconds=30)


def screens(
    catalogues: Mapping[str, Catalogue], surveys: tuple[Survey, ...], locale: str, size: Size = STANDARD.least
) -> Iterator[tuple[Scene, Page]]:
    """One visit for each screen that looks different, in one language."""
    start = Visit(locale)
    waiting, seen = [start], set()
    while waiting:
        visit = waiting.pop(0)
        here = scene(visit, catalogues, surveys)
        shown = page(here, size)
        if (kind := _kind(shown, visit)) in seen:
            continue
        seen.add(kind)
        yield here, shown
        actions: list[Action] = [target.action for target in shown.targets]
        actions += [Open(Overlay.STILL_HERE), Open(Overlay.LEAVE)] if visit.interview and not visit.overlay else []
        actions += [Printed(False)] if visit.paper is Paper.ASKED else []
        actions += [Write(shown.typing, sign) for sign in "9Straßenbeleuchtung"] if shown.typing else []
        for action in actions:
            following = act(visit, action, surveys, locale).visit
            if following.locale == locale and not following.comfort.listening:
                waiting.append(following)


def _kind(shown: Page, visit: Visit) -> object:
    """What makes a screen look different: its name, what it offers, and whether something is chosen there."""
    helped = visit.interview.assisted if visit.interview else Assisted.NO
    offers = frozenset(type(target.action).__name__ for target in shown.targets)
    chosen = sum(target.chosen for target in shown.targets)
    problem, ended = getattr(visit.prompt, "problem", None), getattr(visit.prompt, "disposition", None)
    return shown.name, visit.overlay, offers, chosen > 0, problem, ended, helped, visit.comfort.order
