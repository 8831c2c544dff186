"""From a visit to the page that shows it: one module for each kind of screen, chosen here and nowhere else."""

from __future__ import annotations

from kiosk.prompt import Ask, Consent, Review
from kiosk.survey import Kind
from terminal_ui.actions import Overlay
from terminal_ui.grid import LEAST, Size
from terminal_ui.page import Page
from terminal_ui.pages import choices, ending, keyboard, notice, number, overlays, start, view
from terminal_ui.scene import Scene
from terminal_ui.visit import unread

_OVERLAYS = {
    Overlay.HELP: overlays.help_page,
    Overlay.LANGUAGE: overlays.language_page,
    Overlay.VIEW: view.view_page,
    Overlay.LEAVE: overlays.leave_page,
    Overlay.STILL_HERE: overlays.still_here_page,
    Overlay.NOTICE: notice.full_page,
}


def page(scene: Scene, size: Size) -> Page:
    """The page for this moment. Total: every visit has one, at every size."""
    visit = scene.visit
    if not size.holds(LEAST):
        return overlays.too_small_page(scene, size)
    if visit.overlay is not None:
        return _OVERLAYS[visit.overlay](scene, size)
    if visit.interview is None:
        return start.surveys_page(scene, size) if visit.welcomed else start.attract_page(scene, size)
    if notes := unread(visit):
        return notice.note_page(scene, size, notes)
    match visit.prompt:
        case Consent():
            return notice.consent_page(scene, size)
        case Ask(name):
            return _question(scene, size, name)
        case Review():
            return ending.review_page(scene, size)
        case _:
            return ending.done_page(scene, size)


def _question(scene: Scene, size: Size, name: str) -> Page:
    interview = scene.visit.interview
    question = interview.survey.question(name) if interview else None
    if question is None:
        raise LookupError(name)
    match question.kind:
        case Kind.TEXT:
            return keyboard.text_page(scene, size, question)
        case Kind.INTEGER:
            return number.number_page(scene, size, question)
        case Kind.RANGE if question.appearance == choices.FACES_WISH and len(question.choices) in choices.FACES:
            return choices.faces_page(scene, size, question)
        case _:
            return choices.choices_page(scene, size, question)
