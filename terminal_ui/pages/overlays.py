"""Screens over the interview: help, language, leaving, "are you still there?", and a window that is too small."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from kiosk.inputs import Assisted, Helped, SpokeLocale
from kiosk.wording import help_words
from terminal_ui.actions import Finish, Give, Leaf, Shut
from terminal_ui.cells import wrap
from terminal_ui.grid import LARGE, LEAST, Size, grid_of
from terminal_ui.layout import Builder, Label, first_whole
from terminal_ui.page import Line, Look, Page, Voice
from terminal_ui.scene import Scene

FIRM = "\N{NO-BREAK SPACE}"
_HELPED = ((Assisted.READ_ALOUD, "read"), (Assisted.TYPED, "typed"), (Assisted.NO, "alone"))


def help_page(scene: Scene, size: Size) -> Page:
    """How to reach a person; and, during an interview, whether somebody helps: on the large grid on a page of its own,
    where both do not stand on one."""
    if grid_of(size) is LARGE:
        return first_whole((partial(_help, scene, size), partial(_help_by_pages, scene, size)))
    return _help(scene, size)


def _help(scene: Scene, size: Size) -> Page:
    page = Builder("help", scene, size)
    _reach(page)
    if _interviewed(scene):
        page.top += 1
        _who_helps(page)
    page.foot((_back_to_questions(scene),))
    return page.page()


def _help_by_pages(scene: Scene, size: Size) -> Page:
    first = scene.visit.leaf == 0
    page = Builder("help" if first else "help#1", scene, size, top=0)
    if first:
        _reach(page)
        page.foot((Label(scene.say("terminal.help.somebody"), Leaf(1), key="1"), _back_to_questions(scene)))
        page.focus = 1
    else:
        _who_helps(page)
        page.foot((_back_to_questions(scene),))
    return page.page()


def _reach(page: Builder) -> None:
    """Whom to call. Nobody should have to find half a number in the next line."""
    scene = page.scene
    firm = replace(scene.house, phone=scene.house.phone.replace(" ", FIRM))
    page.text(help_words(scene.catalogue, firm), Voice.STRONG, speak=False)
    page.spoken.append(help_words(scene.catalogue, scene.house))


def _interviewed(scene: Scene) -> bool:
    interview = scene.visit.interview
    return interview is not None and not interview.closed


def _who_helps(page: Builder) -> None:
    scene, interview = page.scene, page.scene.visit.interview
    page.text(scene.say("terminal.help.ask"))
    page.top += 0 if page.large else 1
    labels = [
        Label(
            scene.say(f"terminal.help.{name}"),
            Give(Helped(how)),
            key=str(number),
            ticked=interview is not None and interview.assisted is how,
            chosen=interview is not None and interview.assisted is how,
            left=True,
        )
        for number, (how, name) in enumerate(_HELPED, start=1)
    ]
    page.spread(labels, page.above_foot(), (3, 2, 1))
    page.focus = len(page.targets)


def _back_to_questions(scene: Scene) -> Label:
    return Label(scene.say("terminal.help.back"), Shut(), Look.MAIN, "0")


def language_page(scene: Scene, size: Size) -> Page:
    """Another language; every answer stays."""
    page = Builder("language", scene, size)
    page.text(scene.say("terminal.language.ask"), Voice.STRONG)
    page.top += 1
    locales = scene.locales()
    labels = [
        Label(
            scene.named(locale),
            Give(SpokeLocale(locale)),
            key=str(number),
            chosen=locale == scene.visit.locale,
            left=True,
        )
        for number, locale in enumerate(locales, start=1)
    ]
    page.spread(labels, page.room, (1, 2, 3))
    page.focus = locales.index(scene.visit.locale) if scene.visit.locale in locales else 0
    return page.page()


def leave_page(scene: Scene, size: Size) -> Page:
    """Before the first question there is only the way out: it is asked once."""
    page = Builder("leave", scene, size, top=3)
    page.text(scene.say("terminal.leave.ask"), Voice.STRONG, centred=True)
    _two(page, "terminal.leave.stay", "terminal.leave.go", "2")
    return page.page()


def still_here_page(scene: Scene, size: Size) -> Page:
    """The warning before everything is wiped; one press on the large button goes on. It comes between two keys of
    somebody who types, so no digit leaves from here. The seconds are seen one by one and told ten by ten."""
    page = Builder("still_here", scene, size, top=1 if grid_of(size) is LARGE else 3)
    page.text(scene.say("terminal.still.ask"), Voice.STRONG, centred=True)
    page.top += 1
    page.text(scene.say("terminal.still.seconds", seconds=scene.seconds), centred=True, speak=False)
    page.spoken.append(scene.say("terminal.still.seconds", seconds=max(10, -(-scene.seconds // 10) * 10)))
    _two(page, "terminal.still.here", "terminal.still.leave", "")
    return page.page()


def _two(page: Builder, stay: str, go: str, key: str) -> None:
    labels = (
        Label(page.scene.say(stay), Shut(), Look.MAIN, "1"),
        Label(page.scene.say(go), Finish(), Look.QUIET, key),
    )
    page.spread(labels, page.room, (2, 1))


def too_small_page(scene: Scene, size: Size) -> Page:
    """A window that shrank while somebody answers. Nothing is lost; it goes on when the window is large again."""
    words = scene.say(
        "terminal.small", columns=size.columns, rows=size.rows, least_columns=LEAST.columns, least_rows=LEAST.rows
    )
    lines = tuple(Line(0, row, text) for row, text in enumerate(wrap(words, max(1, size.columns))))
    return Page("small", (), lines, spoken=(words,))
