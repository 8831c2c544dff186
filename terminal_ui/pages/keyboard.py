"""A free text on a QWERTZ keyboard with umlauts.

Thirteen keys a row of four columns and three rows of cells (20 by 30 mm) leave four rows above for the question and
what is being written. All of it is painted as one: no widget a key, so a letter is on the screen at once, and a
double letter is two touches and no lost one. Capitals come by themselves at the beginning and after a full stop.
"""

from __future__ import annotations

from kiosk.inputs import Declined
from kiosk.survey import Missing, Question
from terminal_ui.actions import Action, Give, HandIn, Rub, Shift, Signs, Write
from terminal_ui.cells import tail, width
from terminal_ui.layout import LEAST_HEIGHT, ROW_GAP, Builder, Label, content, target
from terminal_ui.page import Line, Look, Page, Rect, Size, Target, Voice
from terminal_ui.pages.choices import asked
from terminal_ui.scene import Scene

LETTERS = ("qwertzuiopüß", "asdfghjklöä", "yxcvbnm,.")
SIGNS = ("1234567890()", "-–:;?!\"'/€+", "@&%*=§,.#")
KEY_GAP = 1
UNITS = 13  # keys of one unit in a row
RUB, SHIFT = "←", "↑"
FIELD_ROWS = 2


def text_page(scene: Scene, size: Size, question: Question) -> Page:
    page, _ = asked(scene, size, question, most=2)
    area = content(size)
    height = max(LEAST_HEIGHT, min(5, (area.height - 6 - 2 * ROW_GAP) // 3))
    keys_top = area.bottom - 3 * height - 2 * ROW_GAP
    _squeeze(page, keys_top - FIELD_ROWS)
    shown = Rect(area.x, keys_top - FIELD_ROWS, area.width, FIELD_ROWS)
    page.fields.append(shown)
    page.speak_written()
    written = tail(scene.visit.draft.text + "▏", shown.width - 2, FIELD_ROWS)
    page.lines.extend(Line(shown.x + 1, shown.y + row, line, Voice.FIELD) for row, line in enumerate(written))
    page.targets.extend(_keys(scene, question, area, keys_top, height))
    page.focus = next(number for number, key in enumerate(page.targets) if isinstance(key.action, HandIn | Give))
    return page.page(typing=question.name)


def _squeeze(page: Builder, room: int) -> None:
    """The question in the rows above the field: without its progress first, then without its hint."""
    top = min((line.y for line in page.lines), default=0)
    while page.lines and max(line.y for line in page.lines) >= room:
        if top == 0 and any(line.y == 0 for line in page.lines):
            page.lines = [Line(line.x, line.y - 1, line.text, line.voice) for line in page.lines if line.y > 0]
            page.bar = (0, 0)
            top = -1
        elif any(line.voice is Voice.FAINT for line in page.lines):
            page.lines = [line for line in page.lines if line.voice is not Voice.FAINT]
        else:
            page.faults.append("the question does not fit above the keyboard")
            page.lines = [line for line in page.lines if line.y < room]


def _keys(scene: Scene, question: Question, area: Rect, top: int, height: int) -> list[Target]:
    name, draft = question.name, scene.visit.draft
    unit = (area.width + KEY_GAP) // UNITS
    start = area.x + (area.width + KEY_GAP - unit * UNITS) // 2
    keys: list[Target] = []

    def row(number: int, labels: list[tuple[str, Action, Look, int]]) -> None:
        x = start
        for text, action, look, units in labels:
            place = Rect(x, top + number * (height + ROW_GAP), unit * units - KEY_GAP, height)
            keys.append(_key(text, action, look, place))
            x += unit * units

    def signs(line: str) -> list[tuple[str, Action, Look, int]]:
        capital = draft.shifted and not draft.signs
        return [
            (shown, Write(name, shown), Look.KEY, 1)
            for sign in line
            for shown in (sign.upper() if capital and sign != "ß" else sign,)
        ]

    first, second, third = SIGNS if draft.signs else LETTERS
    on = scene.say("terminal.go.on") if draft.text.strip() or question.required else scene.say("terminal.key.skip")
    way: Action = HandIn(name)
    if not draft.text.strip() and not question.required:
        way = Give(Declined(Missing.SKIPPED, name))
    row(0, [*signs(first), (RUB, Rub(name), Look.QUIET, 1)])
    row(1, [*signs(second), (on, way, Look.MAIN, 2)])
    space = (scene.say("terminal.key.space"), Write(name, " "), Look.KEY, 2)
    layer = ("abc" if draft.signs else "123", Signs(name), Look.QUIET, 1)
    row(2, [(SHIFT, Shift(name), Look.QUIET, 1), *signs(third), space, layer])
    return keys


def _key(text: str, action: Action, look: Look, place: Rect) -> Target:
    if width(text) <= place.width:
        return Target(place, action, (text,), look)
    wide = Rect(place.x, place.y, place.width + 2, place.height)  # letters may stand at the very edge of a key
    return Target(place, action, target(Label(text, action), wide).lines, look)
