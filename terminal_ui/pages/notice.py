"""The notice and the consent to it, its full text by pages, and notes between questions."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.inputs import Consented
from kiosk.wording import full_notice
from terminal_ui.actions import Give, Leaf, Noted, Open, Overlay, Shut
from terminal_ui.cells import wrap
from terminal_ui.layout import LEAST_HEIGHT, ROW_GAP, Builder, Label, content
from terminal_ui.page import Look, Page, Size, Voice
from terminal_ui.scene import MODE, Scene


def consent_page(scene: Scene, size: Size) -> Page:
    """The short notice, the question, and three ways: yes, no, read everything."""
    page = Builder("consent", scene, size, top=0)
    wording = scene.wording()
    title, *brief = wording.notes
    page.text(title, Voice.STRONG)
    page.top += 1
    for paragraph in brief:
        page.text(paragraph)
    if wording.problem:
        page.text(wording.problem, Voice.PROBLEM)
    area = content(size)
    if page.top + 2 + LEAST_HEIGHT + ROW_GAP <= area.bottom:
        page.top += 1
    page.text(wording.text, Voice.STRONG)
    page.spoken.append(wording.hint)
    yes, no = wording.options
    page.foot(
        (
            Label(yes.label, Give(Consented(True)), Look.CHOICE, yes.key),
            Label(no.label, Give(Consented(False)), Look.CHOICE, no.key),
            Label(scene.say("terminal.notice.read"), Open(Overlay.NOTICE), Look.QUIET, "3"),
        )
    )
    return page.page()


def full_page(scene: Scene, size: Size) -> Page:
    """The whole notice, as many pages as it takes."""
    interview = scene.visit.interview
    page = Builder("notice", scene, size)
    if interview is None:
        return page.page()
    area = content(size)
    rows = area.height - LEAST_HEIGHT - ROW_GAP - 1
    paragraphs = full_notice(interview.survey, scene.catalogue, scene.house)
    sheets = _sheets([wrap(part, area.width) for part in paragraphs], rows)
    sheet = min(scene.visit.sheet, len(sheets) - 1)
    page.name = f"notice#{sheet}"
    page.progress(scene.say("terminal.leaf.place", sheet=sheet + 1, sheets=len(sheets)), 0, 0)
    page.top = 1
    for line in sheets[sheet]:
        if line:
            page.text(line, speak=False)
        else:
            page.top += 1
    page.spoken.append(" ".join(sheets[sheet]))
    ways = []
    if sheet > 0:
        ways.append(Label(scene.say("terminal.leaf.before"), Leaf(-1), Look.QUIET, "1"))
    if sheet + 1 < len(sheets):
        ways.append(Label(scene.say("terminal.leaf.next"), Leaf(1), Look.CHOICE, "2"))
    ways.append(Label(scene.say("terminal.notice.done"), Shut(), Look.MAIN, "3"))
    page.focus = len(ways) - 2 if sheet + 1 < len(sheets) else len(ways) - 1
    page.foot(ways)
    return page.page()


def note_page(scene: Scene, size: Size, notes: tuple[str, ...]) -> Page:
    """What is to be read before the next question, on a screen of its own, so that it is not overlooked."""
    interview = scene.visit.interview
    page = Builder(f"note.{notes[0]}", scene, size, top=1)
    for name in notes:
        note = interview.survey.question(name) if interview else None
        if note is not None:
            page.text(note.label_for(MODE, scene.visit.locale), Voice.STRONG)
            page.top += 1
    page.foot((Label(scene.say("terminal.go.on"), Noted(notes), Look.MAIN, "1"),))
    return page.page()


def _sheets(paragraphs: Sequence[Sequence[str]], rows: int) -> list[list[str]]:
    """Paragraphs on pages, kept together where they can be, an empty line between two."""
    sheets: list[list[str]] = [[]]
    for paragraph in paragraphs:
        lines = list(paragraph)
        if sheets[-1] and len(sheets[-1]) + 1 + len(lines) > rows:
            sheets.append([])
        if sheets[-1]:
            sheets[-1].append("")
        while len(sheets[-1]) + len(lines) > rows:
            cut = rows - len(sheets[-1])
            sheets[-1].extend(lines[:cut])
            lines = lines[cut:]
            sheets.append([])
        sheets[-1].extend(lines)
    return sheets
