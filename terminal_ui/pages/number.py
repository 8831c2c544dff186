"""A number on a pad of large keys, as on a telephone: what is asked to the left, the pad to the right."""

from __future__ import annotations

from kiosk.prompt import Ask
from kiosk.survey import Question
from terminal_ui.actions import HandIn, Rub, Write
from terminal_ui.layout import LEAST_HEIGHT, MARGIN, ROW_GAP, Builder, Label, content, split
from terminal_ui.page import Line, Look, Page, Rect, Size, Voice
from terminal_ui.pages.choices import declining
from terminal_ui.scene import Scene

PAD_LEAST = 36  # columns
RUB = "←"


def number_page(scene: Scene, size: Size, question: Question) -> Page:
    page = Builder(f"question.{question.name}", scene, size)
    wording = scene.wording()
    area = content(size)
    wide = max(PAD_LEAST, area.width // 2)
    pad = Rect(area.right - wide, 0, wide, area.height)
    left = Rect(area.x, 1, area.width - pad.width - 2, area.height - 1)
    if isinstance(scene.visit.prompt, Ask):
        page.lines.append(Line(MARGIN, 0, wording.progress, Voice.FAINT))
        page.spoken.append(wording.progress)
    page.text(wording.text, Voice.STRONG, within=left)
    if wording.problem:
        page.text(wording.problem, Voice.PROBLEM, within=left)
    elif wording.hint:
        page.text(wording.hint, Voice.FAINT, within=left)
    page.speak_written()
    labels = declining(scene, question, wording)
    rows = -(-len(labels) // 2)
    foot = left.bottom - rows * LEAST_HEIGHT - max(0, rows - 1) * ROW_GAP
    shown = Rect(left.x, min(page.top + 1, foot - 3), left.width, 2)
    page.fields.append(shown)
    page.lines.append(Line(shown.x + 1, shown.y, f"{scene.visit.draft.text}▏", Voice.FIELD))
    if page.top > shown.y:
        page.faults.append(f"“{wording.text}” does not fit beside the number pad")
    _pad(page, pad, question)
    for start in range(0, len(labels), 2):
        place = Rect(left.x, foot + start // 2 * (LEAST_HEIGHT + ROW_GAP), left.width, LEAST_HEIGHT)
        page.row(labels[start : start + 2], place)
    return page.page(digits=True, typing=question.name)


def _pad(page: Builder, room: Rect, question: Question) -> None:
    height = (room.height - 3 * ROW_GAP) // 4
    area = Rect(room.x, room.y, room.width, height * 4 + 3 * ROW_GAP)
    places = split(area, 3, 4)
    keys = [Label(digit, Write(question.name, digit), Look.KEY) for digit in "123456789"]
    keys.append(Label(RUB, Rub(question.name), Look.QUIET))
    keys.append(Label("0", Write(question.name, "0"), Look.KEY))
    keys.append(Label(page.scene.say("terminal.go.on"), HandIn(question.name), Look.MAIN))
    for label, place in zip(keys, places, strict=True):
        page.add(label, place, speak=False)
    page.focus = len(keys) - 1
