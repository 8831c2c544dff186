"""Before an interview: the screen that waits for somebody, and the choice between surveys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from terminal_ui.actions import Leaf, Pick, Welcome
from terminal_ui.cells import wrap
from terminal_ui.grid import LARGE, Size, grid_of
from terminal_ui.layout import Builder, Label, first_whole
from terminal_ui.page import Look, Page, Voice
from terminal_ui.scene import Scene
from terminal_ui.visit import in_locale

COLUMNS = (1, 2, 3, 4)
MOST_ON_A_SHEET = 7  # keys 8 and 9 turn the sheets


def attract_page(scene: Scene, size: Size) -> Page:
    """One button a language, in its own words. With nothing to ask it says so, and waits. On the large grid, which is
    this screen's only while somebody has it so, the survey's title goes first and then the house."""
    if grid_of(size) is LARGE:
        return first_whole([partial(_attract, scene, size, aside=aside) for aside in (2, 1, 0)])
    return _attract(scene, size, aside=2)


def _attract(scene: Scene, size: Size, *, aside: int) -> Page:
    page = Builder("attract", scene, size, top=0 if grid_of(size) is LARGE else 1 + (size.rows - 19) // 4)
    if aside > 0:
        page.text(scene.house.name, Voice.FAINT, centred=True)
        page.top += 0 if page.large else 1
    if not scene.surveys:
        page.top += 2
        page.text(scene.say("terminal.attract.none"), Voice.STRONG, centred=True)
        return page.page()
    page.text(scene.say("terminal.attract.welcome"), Voice.STRONG, centred=True)
    if len(scene.surveys) == 1 and aside > 1:
        page.text(scene.surveys[0].title[scene.visit.locale], centred=True)
    page.top += 0 if page.large else 1
    locales = scene.locales()
    labels = [
        Label(
            f"{scene.named(locale)}\n{scene.catalogues[locale].say('terminal.attract.start')}",
            Welcome(locale),
            Look.MAIN if number == 0 else Look.CHOICE,
            key=str(number + 1),
        )
        for number, locale in enumerate(locales)
    ]
    columns = (3, 1, 2, 4) if page.large else (3, 2, 1, 4)
    for label, place, locale in zip(labels, page.places(labels, page.room, columns), locales, strict=False):
        bold = len(wrap(scene.named(locale), place.width - 2 * label.indent))
        page.add(replace(label, plain=range(bold, page.grid.most)), place)
    return page.page()


def surveys_page(scene: Scene, size: Size) -> Page:
    """Which survey, where more than one is open in this language; on as many sheets as it takes."""
    surveys = in_locale(scene.surveys, scene.visit.locale)
    page = Builder("surveys", scene, size)
    page.text(scene.say("terminal.surveys.ask" if surveys else "terminal.attract.none"), Voice.STRONG)
    page.top += 1
    if not surveys:
        return page.page()
    labels = [Label(survey.title[scene.visit.locale], Pick(survey.name), key="1", left=True) for survey in surveys]
    sheets = _sheets(labels, page)
    sheet = min(scene.visit.sheet, len(sheets) - 1)
    page.name = f"surveys#{sheet}"
    keyed = [replace(label, key=str(key)) for key, label in enumerate(sheets[sheet], start=1)]
    page.spread(keyed, page.above_foot(len(sheets) > 1), COLUMNS)
    ways = []
    if sheet > 0:
        ways.append(Label(scene.say("terminal.leaf.before"), Leaf(sheet - 1 - scene.visit.sheet), Look.QUIET, "8"))
    if sheet + 1 < len(sheets):
        ways.append(Label(scene.say("terminal.leaf.next"), Leaf(1), Look.QUIET, "9"))
    page.foot(ways)
    return page.page()


def _sheets(labels: Sequence[Label], page: Builder) -> list[Sequence[Label]]:
    """All on one sheet, or as many on each as stand whole on every one."""
    for most in range(min(MOST_ON_A_SHEET, len(labels)), 0, -1):
        sheets = [labels[first : first + most] for first in range(0, len(labels), most)]
        room = page.above_foot(len(sheets) > 1)
        if all(page.arrange(sheet, room, COLUMNS) for sheet in sheets):
            return sheets
    return [(label,) for label in labels]
