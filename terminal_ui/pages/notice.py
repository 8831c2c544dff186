"""The notice and the consent to it, its full text by pages, and notes between questions.

On the large grid the short notice and a long note may need pages, too; the question whether somebody takes part comes
after the last of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kiosk.inputs import Consented
from kiosk.wording import full_notice
from terminal_ui.actions import Give, Leaf, Noted, Open, Overlay, Shut
from terminal_ui.cells import wrap
from terminal_ui.grid import LARGE, ROW_GAP, Size, grid_of
from terminal_ui.layout import Builder, Label, content, first_whole
from terminal_ui.page import Look, Page, Voice
from terminal_ui.scene import MODE, Scene


def consent_page(scene: Scene, size: Size) -> Page:
    """The short notice, the question, and three ways: yes, no, read everything."""
    ways = [partial(_consent, scene, size, top=top) for top in (1, 0)]
    if grid_of(size) is LARGE:
        ways.append(partial(_consent_by_pages, scene, size))
    return first_whole(ways)


def _consent(scene: Scene, size: Size, *, top: int) -> Page:
    page = Builder("consent", scene, size, top=top)
    wording = scene.wording()
    title, *brief = wording.notes
    page.text(title, Voice.STRONG)
    page.top += 1
    for paragraph in brief:
        page.text(paragraph)
    _ask(page)
    return page.page()


def _ask(page: Builder) -> None:
    """The question with its three ways."""
    scene, wording, area = page.scene, page.scene.wording(), content(page.size)
    if wording.problem:
        page.text(wording.problem, Voice.PROBLEM)
    if page.top and page.top + 2 + page.grid.height + ROW_GAP <= area.bottom:
        page.top += 1
    page.text(wording.text, Voice.STRONG)
    page.spoken.append(wording.hint)
    yes, no = wording.options
    ways = (
        Label(yes.label, Give(Consented(True)), Look.CHOICE, yes.key),
        Label(no.label, Give(Consented(False)), Look.CHOICE, no.key),
        Label(scene.say("terminal.notice.read"), Open(Overlay.NOTICE), Look.QUIET, "3"),
    )
    if page.large:
        page.spread(ways, page.room, (3, 2, 1))
    else:
        page.foot(ways)


def _consent_by_pages(scene: Scene, size: Size) -> Page:
    title, *brief = scene.wording().notes
    area = content(size)
    sheets = _sheets([wrap(part, area.width) for part in (title, *brief)], _text_rows(size))
    sheet = min(scene.visit.sheet, len(sheets))
    page = Builder(f"consent#{sheet}", scene, size, top=0)
    if sheet == len(sheets):
        _ask(page)
        return page.page()
    _put(page, sheets[sheet], strong=len(wrap(title, area.width)) if sheet == 0 else 0)
    page.foot(_turning(scene, sheet, Label(scene.say("terminal.go.on"), Leaf(1), Look.MAIN, "0")))
    page.focus = len(page.targets) - 1
    return page.page()


def _text_rows(size: Size) -> int:
    """Lines of text above a foot."""
    return content(size).height - grid_of(size).height - ROW_GAP


def _put(page: Builder, lines: Sequence[str], strong: int = 0) -> None:
    for number, line in enumerate(lines):
        if line:
            page.text(line, Voice.STRONG if number < strong else Voice.PLAIN, speak=False)
        else:
            page.top += 1
    page.spoken.append(" ".join(lines))


def _turning(scene: Scene, sheet: int, on: Label) -> list[Label]:
    """The way back, where there is a page before, and the way on. No digit but 0 leads from here: pressed once more it
    would answer what comes next, and the first to come is the consent."""
    before = Label(scene.say("terminal.leaf.before"), Leaf(-1), Look.QUIET)
    return [before, on] if sheet > 0 else [on]


def full_page(scene: Scene, size: Size) -> Page:
    """The whole notice, as many pages as it takes."""
    interview = scene.visit.interview
    page = Builder("notice", scene, size)
    if interview is None:
        return page.page()
    paragraphs = full_notice(interview.survey, scene.catalogue, scene.house)
    sheets = _sheets([wrap(part, content(size).width) for part in paragraphs], _text_rows(size) - 1)
    sheet = min(scene.visit.leaf, len(sheets) - 1)
    page.name = f"notice#{sheet}"
    page.progress(scene.say("terminal.leaf.place", sheet=sheet + 1, sheets=len(sheets)), 0, 0)
    page.top = 1
    _put(page, sheets[sheet])
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
    found = [interview.survey.question(name) for name in notes] if interview else []
    texts = [note.label_for(MODE, scene.visit.locale) for note in found if note is not None]
    sheets = [texts]
    if grid_of(size) is LARGE:
        rows = _text_rows(size)
        sheets = _sheets([wrap(text, content(size).width) for text in texts], rows)
    sheet = min(scene.visit.sheet, len(sheets) - 1)
    page = Builder(f"note.{notes[0]}" + (f"#{sheet}" if len(sheets) > 1 else ""), scene, size, top=1)
    if len(sheets) > 1:
        page.top = 0
        _put(page, sheets[sheet], strong=len(sheets[sheet]))
    else:
        for text in texts:
            page.text(text, Voice.STRONG)
            page.top += 1
    last = sheet + 1 == len(sheets)
    on = Label(scene.say("terminal.go.on"), Noted(notes) if last else Leaf(1), Look.MAIN, "0")
    page.foot(_turning(scene, sheet, on))
    page.focus = len(page.targets) - 1
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
