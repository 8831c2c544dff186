"""A number on a pad of large keys, as on a telephone: what is asked to the left, the pad to the right."""

from __future__ import annotations

from functools import partial

from kiosk.prompt import Ask
from kiosk.survey import Question
from terminal_ui.actions import HandIn, Leaf, Rub, Write
from terminal_ui.grid import LARGE, ROW_GAP, Size, grid_of
from terminal_ui.layout import Builder, Label, content, first_whole, split
from terminal_ui.page import Line, Look, Page, Rect, Voice
from terminal_ui.pages.choices import asked, declining
from terminal_ui.scene import Scene
from terminal_ui.signs import name as named

PAD_LEAST, PAD_LARGE = 36, 26  # columns
RUB = "←"


def number_page(scene: Scene, size: Size, question: Question) -> Page:
    """On the large grid what is only an aside goes first: how far it is, then the second row of the display. The ways
    not to answer stand below each other where their words need it, and on a page of their own where that is too
    much."""
    if grid_of(size) is not LARGE:
        return _page(scene, size, question)
    if scene.visit.sheet > 0:
        return _no_answers(scene, size, question)
    ways = [(seen, rows, beside) for beside in (2, 1, 0) for seen, rows in ((True, 2), (False, 2), (False, 1))]
    return first_whole(
        [partial(_page, scene, size, question, progress=seen, field=rows, beside=beside) for seen, rows, beside in ways]
    )


def _no_answers(scene: Scene, size: Size, question: Question) -> Page:
    page, wording = asked(scene, size, question)
    page.name = f"question.{question.name}#1"
    back = Label(scene.say("terminal.leaf.before"), Leaf(-scene.visit.sheet), Look.QUIET)
    page.spread([*declining(scene, question, wording), back], page.room, (1, 2, 3))
    return page.page()


def _page(
    scene: Scene, size: Size, question: Question, *, progress: bool = True, field: int = 2, beside: int = 2
) -> Page:
    """`field` rows has the display; so many ways not to answer stand `beside` each other, or 0: on another page."""
    page = Builder(f"question.{question.name}", scene, size, top=1 if progress else 0)
    wording = scene.wording()
    area = content(size)
    wide = PAD_LARGE if page.large else max(PAD_LEAST, area.width // 2)
    pad = Rect(area.right - wide, 0, wide, area.height)
    left = Rect(area.x, page.top, area.width - pad.width - 2, area.height - page.top)
    if isinstance(scene.visit.prompt, Ask):
        page.progress(wording.progress, 0, 0, seen=progress)
    page.text(wording.text, Voice.STRONG, within=left)
    if wording.problem:
        page.text(wording.problem, Voice.PROBLEM, within=left)
    elif wording.hint:
        page.text(wording.hint, Voice.FAINT, within=left)
    page.speak_written()
    height = page.grid.height
    labels = declining(scene, question, wording)
    if not beside and labels:
        labels = [Label(scene.say("terminal.go.more"), Leaf(1), Look.QUIET)]
    beside = max(1, beside)
    rows = -(-len(labels) // beside)
    foot = left.bottom - rows * height - max(0, rows - 1) * ROW_GAP
    shown = Rect(left.x, min(page.top + (not page.large), foot - field - ROW_GAP), left.width, field)
    page.fields.append(shown)
    page.lines.append(Line(shown.x + 1, shown.y, f"{scene.visit.draft.text}▏", Voice.FIELD))
    if page.top > shown.y:
        page.faults.append(f"“{wording.text}” does not fit beside the number pad")
    _pad(page, pad, question)
    for row, start in enumerate(range(0, len(labels), beside)):
        place = Rect(left.x, foot + row * (height + ROW_GAP), left.width, height)
        page.row(labels[start : start + beside], place)
    return page.page(digits=True, typing=question.name)


def _pad(page: Builder, room: Rect, question: Question) -> None:
    height = (room.height - 3 * ROW_GAP) // 4
    area = Rect(room.x, room.y, room.width, height * 4 + 3 * ROW_GAP)
    places = split(area, 3, 4, page.grid.gap)
    keys = [Label(digit, Write(question.name, digit), Look.KEY) for digit in "123456789"]
    keys.append(Label(RUB, Rub(question.name), Look.QUIET, aloud=named(RUB, page.scene.catalogue)))
    keys.append(Label("0", Write(question.name, "0"), Look.KEY))
    keys.append(Label(page.scene.say("terminal.go.on"), HandIn(question.name), Look.MAIN))
    for label, place in zip(keys, places, strict=True):
        page.add(label, place, speak=False)
    page.focus = len(keys) - 1
