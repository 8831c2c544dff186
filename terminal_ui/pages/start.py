"""Before an interview: the screen that waits for somebody, and the choice between surveys."""

from __future__ import annotations

from dataclasses import replace

from terminal_ui.actions import Pick, Welcome
from terminal_ui.cells import wrap
from terminal_ui.layout import MOST_HEIGHT, Builder, Label, arrange
from terminal_ui.page import Look, Page, Rect, Size, Voice
from terminal_ui.scene import Scene
from terminal_ui.visit import in_locale


def attract_page(scene: Scene, size: Size) -> Page:
    """One button a language, in its own words. With nothing to ask it says so, and waits."""
    page = Builder("attract", scene, size, top=1 + (size.rows - 19) // 4)
    page.text(scene.house.name, Voice.FAINT, centred=True)
    page.top += 1
    if not scene.surveys:
        page.top += 2
        page.text(scene.say("terminal.attract.none"), Voice.STRONG, centred=True)
        return page.page()
    page.text(scene.say("terminal.attract.welcome"), Voice.STRONG, centred=True)
    if len(scene.surveys) == 1:
        page.text(scene.surveys[0].title[scene.visit.locale], centred=True)
    page.top += 1
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
    for locale, label, place in zip(locales, labels, arrange(labels, page.room, (3, 2, 1)) or (), strict=False):
        bold = len(wrap(scene.named(locale), place.width - 2 * label.indent))
        page.add(replace(label, plain=range(bold, MOST_HEIGHT)), place)
    return page.page()


def surveys_page(scene: Scene, size: Size) -> Page:
    """Which survey, where more than one is open in this language."""
    page = Builder("surveys", scene, size)
    surveys = in_locale(scene.surveys, scene.visit.locale)
    page.text(scene.say("terminal.surveys.ask" if surveys else "terminal.attract.none"), Voice.STRONG)
    page.top += 1
    labels = [
        Label(survey.title[scene.visit.locale], Pick(survey.name), key=str(number), left=True)
        for number, survey in enumerate(surveys, start=1)
    ]
    places = arrange(labels, page.room, (1, 2, 3, 4)) if labels else ()
    if places is None:
        page.faults.append("the surveys do not fit on one screen")
        places = (Rect(0, page.top, size.columns, 3),)
    for label, place in zip(labels, places, strict=False):
        page.add(label, place)
    return page.page()
