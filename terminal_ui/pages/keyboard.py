"""A free text on a keyboard with umlauts, in the order of a typewriter or of the alphabet.

    grid      a key                   rows of letters  above it
    STANDARD  4 x 3 cells, 13 a row   3                four rows for the question and what is being written
    LARGE     3 x 2 cells, 12 a row   3                three rows; a full stop and ß are among the signs

All of it is painted as one: no widget a key, so a letter is on the screen at once, and a double letter is two touches
and no lost one. Capitals come by themselves at the beginning and after a full stop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from kiosk.inputs import Declined
from kiosk.survey import Missing, Question
from terminal_ui.actions import Action, Give, HandIn, Rub, Shift, Signs, Write
from terminal_ui.cells import tail
from terminal_ui.comfort import Order
from terminal_ui.grid import LARGE, ROW_GAP, Size, grid_of
from terminal_ui.layout import Builder, Label, content, first_whole, target
from terminal_ui.page import Line, Look, Page, Rect, Target, Voice
from terminal_ui.pages.choices import asked
from terminal_ui.scene import Scene
from terminal_ui.signs import name as named

KEY_GAP = 1
RUB, SHIFT = "←", "↑"
FIELD_ROWS = 2
MOST_HEIGHT = 5
Rows = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Board:
    """Rows of letters and of signs, and the keys around them: the first row ends and the third begins as on every
    typewriter."""

    units: int  # keys in a row
    letters: dict[Order, Rows]
    signs: Rows
    ends: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    short: bool = False  # keys have room for short words only


WIDE = {"space": 2, "on": 2}  # units of the keys that are wider than one
STANDARD_BOARD = Board(
    13,
    {
        Order.QWERTZ: ("qwertzuiopüß", "asdfghjklöä", "yxcvbnm,."),
        Order.ABC: ("abcdefghijkl", "mnopqrstuvw", "xyzäöüß,."),
    },
    ("1234567890()", "-–:;?!\"'/€+", "@&%*=§,.#"),
    (("rub",), ("on",), ("space", "layer")),
)
LARGE_BOARD = Board(
    12,
    {
        Order.QWERTZ: ("qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
        Order.ABC: ("abcdefghijk", "lmnopqrstuv", "wxyzäöü"),
    },
    ("1234567890ß", '.,?!-:;()"/', "'€%&@+="),
    (("rub",), ("layer",), ("space", "on")),
    short=True,
)


def text_page(scene: Scene, size: Size, question: Question) -> Page:
    """On the large grid a longer question leaves one row for what is written."""
    if grid_of(size) is LARGE:
        return first_whole([partial(_page, scene, size, question, LARGE_BOARD, rows) for rows in (FIELD_ROWS, 1)])
    return _page(scene, size, question, STANDARD_BOARD, FIELD_ROWS)


def _page(scene: Scene, size: Size, question: Question, board: Board, field: int) -> Page:
    page, _ = asked(scene, size, question, most=2)
    area, least = content(size), page.grid.height
    height = max(least, min(MOST_HEIGHT, (area.height - 6 - 2 * ROW_GAP) // 3))
    keys_top = area.bottom - 3 * height - 2 * ROW_GAP
    _squeeze(page, keys_top - field)
    shown = Rect(area.x, keys_top - field, area.width, field)
    page.fields.append(shown)
    page.speak_written()
    written = tail(scene.visit.draft.text + "▏", shown.width - 2, field)
    page.lines.extend(Line(shown.x + 1, shown.y + row, line, Voice.FIELD) for row, line in enumerate(written))
    unit = (area.width + KEY_GAP) // board.units
    start = area.x + (area.width + KEY_GAP - unit * board.units) // 2
    for row, keys in enumerate(_rows(scene, board)):
        x, y = start, keys_top + row * (height + ROW_GAP)
        for key in keys:
            units = WIDE.get(key, 1)
            place = Rect(x, y, unit * units - KEY_GAP, height)
            page.targets.append(_key(page, question, key, place, short=board.short))
            x += unit * units
    page.focus = next(number for number, key in enumerate(page.targets) if isinstance(key.action, HandIn | Give))
    return page.page(typing=question.name)


def _rows(scene: Scene, board: Board) -> Iterator[tuple[str, ...]]:
    """Each row's keys: a sign, or the name of a key that writes none."""
    draft = scene.visit.draft
    rows = board.signs if draft.signs else board.letters[scene.visit.comfort.order]
    for number, (row, end) in enumerate(zip(rows, board.ends, strict=True)):
        yield (*(("shift",) if number == 2 else ()), *row, *end)


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


def _key(page: Builder, question: Question, key: str, place: Rect, *, short: bool) -> Target:
    scene, name = page.scene, question.name
    draft = scene.visit.draft
    if len(key) == 1:
        shown = key.upper() if draft.shifted and not draft.signs and key != "ß" else key
        return _small(shown, Write(name, shown), Look.KEY, place, named(shown, scene.catalogue))
    match key:
        case "rub":
            return _small(RUB, Rub(name), Look.QUIET, place, named(RUB, scene.catalogue))
        case "shift":
            return _small(SHIFT, Shift(name), Look.QUIET, place, named(SHIFT, scene.catalogue))
        case "layer":
            shown = "abc" if draft.signs else "123"
            return _small(shown, Signs(name), Look.QUIET, place, named(shown, scene.catalogue))
        case "space":
            words = scene.say("terminal.key.space")
            return _worded(scene.say("terminal.key.gap") if short else words, Write(name, " "), Look.KEY, place, words)
        case _:
            return _on(page, question, place, short=short)


def _on(page: Builder, question: Question, place: Rect, *, short: bool) -> Target:
    """The way on: with what is written, or without a text where none is needed."""
    scene, name = page.scene, question.name
    if scene.visit.draft.text.strip() or question.required:
        words = scene.say("terminal.go.on")
        return _worded(words, HandIn(name), Look.MAIN, place, words)
    words = scene.say("terminal.key.skip")
    shown = scene.say("terminal.key.without") if short else words
    return _worded(shown, Give(Declined(Missing.SKIPPED, name)), Look.MAIN, place, words)


def _small(shown: str, action: Action, look: Look, place: Rect, aloud: str) -> Target:
    return Target(place, action, (shown,), look, aloud=aloud)


def _worded(shown: str, action: Action, look: Look, place: Rect, aloud: str) -> Target:
    """Words may stand at the very edge of a key."""
    return target(Label(shown, action, look, edged=True, aloud=aloud), place)
