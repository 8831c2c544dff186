"""A page to coloured cells. Pure: the screen's rows as runs of text and ink, whatever shows them.

The whole screen is painted at once: 1,300 cells are cheaper than a tree of forty widgets (a keyboard of single
widgets took 172 to 439 ms to open, drawn at once 85), nothing is left behind in a widget, and the touch areas are
exactly what was drawn. Borders are half blocks in the gaps around a target, so they cost it no room for its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from terminal_ui.cells import width
from terminal_ui.grid import Size
from terminal_ui.page import Look, Page, Pixels, Rect, Target
from terminal_ui.palette import Ink, Palette, contrast

Run = tuple[str, Ink]
Row = tuple[Run, ...]
_LOWER, _UPPER, _RIGHT_HALF, _LEFT_HALF, _FULL = "▄", "▀", "▐", "▌", "█"
_THIN_ABOVE, _THIN_BELOW, _THIN_LEFT, _THIN_RIGHT = "▁", "▔", "▕", "▏"
SEEN = 3.0  # the contrast of anything that is no letter


@dataclass(frozen=True, slots=True)
class Touch:
    """What the painter has to know beside the page: the focused targets (none by touch), the one being pressed."""

    focus: range = range(0)
    pressed: int | None = None


class Canvas:
    """Cells to paint on. A wide sign takes two: the second stays empty."""

    def __init__(self, size: Size, ink: Ink) -> None:
        self.size = size
        self.signs = [[" "] * size.columns for _ in range(size.rows)]
        self.inks = [[ink] * size.columns for _ in range(size.rows)]
        self.words: set[tuple[int, int]] = set()  # cells of a sentence, its spaces too: no border runs through it

    def fill(self, rect: Rect, ink: Ink) -> None:
        for y in range(max(0, rect.y), min(rect.bottom, self.size.rows)):
            for x in range(max(0, rect.x), min(rect.right, self.size.columns)):
                self.signs[y][x], self.inks[y][x] = " ", ink

    def put(self, x: int, y: int, text: str, ink: Ink) -> None:
        for sign in text:
            span = width(sign)
            if span and 0 <= y < self.size.rows and x >= 0 and x + span <= self.size.columns:
                self.signs[y][x], self.inks[y][x] = sign, ink
                self.words.add((x, y))
                if span == 2:
                    self.signs[y][x + 1], self.inks[y][x + 1] = "", ink
            x += span

    def ground(self, x: int, y: int) -> str:
        return self.inks[y][x].back

    def rows(self) -> Iterator[Row]:
        for signs, inks in zip(self.signs, self.inks, strict=True):
            runs: list[Run] = []
            start = 0
            for end in range(1, len(signs) + 1):
                if end == len(signs) or (inks[end] is not inks[start] and inks[end] != inks[start]):
                    runs.append(("".join(signs[start:end]), inks[start]))
                    start = end
            yield tuple(runs)


def paint(page: Page, size: Size, palette: Palette, touch: Touch) -> tuple[Row, ...]:
    """The screen's rows."""
    canvas = Canvas(size, Ink(palette.letters, palette.ground))
    _bar(canvas, page.bar, palette)
    for rect in page.fields:
        canvas.fill(rect, palette.field)
        for y in range(rect.y, rect.bottom):
            _edge(canvas, rect.x - 1, y, _RIGHT_HALF, palette.edge)
            _edge(canvas, rect.right, y, _LEFT_HALF, palette.edge)
    for line in page.lines:
        canvas.put(line.x, line.y, line.text, palette.voice(line.voice))
    for picture in page.pixels:
        _pixels(canvas, picture, palette, {"#": palette.letters})
    for number, target in enumerate(page.targets):
        _target(canvas, target, palette, pressed=number == touch.pressed)
        if target.chosen and number not in touch.focus:
            _frame(canvas, target.rect, palette.edge)
    if touch.focus:
        _frame(canvas, _around([page.targets[number].rect for number in touch.focus]), palette.ring)
    for target in page.targets:
        if contrast(palette.looks[target.look].back, palette.ground) < SEEN:
            _outline(canvas, target.rect, palette.edge)
    return tuple(canvas.rows())


def _around(rects: Sequence[Rect]) -> Rect:
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    return Rect(left, top, max(rect.right for rect in rects) - left, max(rect.bottom for rect in rects) - top)


def _target(canvas: Canvas, target: Target, palette: Palette, *, pressed: bool) -> None:
    rect = target.rect
    inks = palette.chosen if target.chosen else palette.looks
    ink = palette.pressed if pressed else inks[target.look]
    canvas.fill(rect, ink)
    top, beside = rect.y, bool(target.face) and target.left
    if beside:
        middle = rect.y + (rect.height - len(target.face) // 2) // 2
        _pixels(canvas, Pixels(rect.x + 3, middle, target.face), palette, {"#": palette.outline, "o": palette.skin})
    elif target.face:
        picture = Pixels(rect.x + (rect.width - len(target.face[0])) // 2, rect.y, target.face)
        _pixels(canvas, picture, palette, {"#": palette.outline, "o": palette.skin})
        top += len(target.face) // 2
    room = rect.bottom - top
    first = top if target.look is Look.CARD and not beside else top + (room - len(target.lines)) // 2
    indent = _mark(canvas, target, ink, first)
    for offset, text in enumerate(target.lines):
        x = rect.x + (indent if target.left else max(0, rect.width - width(text)) // 2)
        strong = (ink.bold or target.look is Look.CARD) and offset not in target.plain
        canvas.put(x, first + offset, text, Ink(ink.fore, ink.back, strong))
    if target.chosen and not target.left and not target.face:
        _tick(canvas, target, ink, first)


def _tick(canvas: Canvas, target: Target, ink: Ink, y: int) -> None:
    """Before words that stand in the middle; a target that can be chosen leaves room for it."""
    rect = target.rect
    widest = max(width(line) for line in target.lines)
    canvas.put(max(rect.x, rect.x + (rect.width - widest) // 2 - 2), y, "✓", ink)


def _mark(canvas: Canvas, target: Target, ink: Ink, y: int) -> int:
    """The key and the tick before the words; returns the columns they take."""
    rect = target.rect
    if target.face:
        canvas.put(rect.x + target.left, y if target.left else rect.y, "✓" if target.chosen else target.key, ink)
        return indent(target.key, target.face, marked=False) if target.left else 0
    if not target.left:
        return 0
    x = rect.x + 1
    if target.key:
        canvas.put(x, y, target.key, ink)
        x += 2
    if target.ticked is not None:
        canvas.put(x, y, "☑" if target.ticked else "☐", ink)
        x += 2
    elif target.chosen:
        canvas.put(x, y, "✓", ink)
        x += 2
    return x + 1 - rect.x if x > rect.x + 1 else 1


def indent(key: str, face: tuple[str, ...] = (), *, marked: bool) -> int:
    """Columns before the words of a target that begins at the left, so that a layout can tell what fits."""
    if face:
        return 4 + len(face[0])
    signs = bool(key) + marked
    return 2 + 2 * signs if signs else 1


def _outline(canvas: Canvas, rect: Rect, colour: str) -> None:
    """A thin line around a target whose own ground hardly differs from the screen's; a side that meets words has
    none."""
    across, down = range(rect.x, rect.right), range(rect.y, rect.bottom)
    sides = (
        ([(x, rect.y - 1) for x in across], _THIN_ABOVE),
        ([(x, rect.bottom) for x in across], _THIN_BELOW),
        ([(rect.x - 1, y) for y in down], _THIN_LEFT),
        ([(rect.right, y) for y in down], _THIN_RIGHT),
    )
    for cells, sign in sides:
        if not canvas.words.intersection(cells):
            for x, y in cells:
                _edge(canvas, x, y, sign, colour)


def _frame(canvas: Canvas, rect: Rect, colour: str) -> None:
    """A border in the gap around a target, as thick above as aside. Where two borders meet in one cell, it is full."""
    for x in range(rect.x - 1, rect.right + 1):
        _edge(canvas, x, rect.y - 1, _LOWER, colour)
        _edge(canvas, x, rect.bottom, _UPPER, colour)
    for y in range(rect.y, rect.bottom):
        _edge(canvas, rect.x - 1, y, _FULL, colour)
        _edge(canvas, rect.right, y, _FULL, colour)


def _edge(canvas: Canvas, x: int, y: int, sign: str, colour: str) -> None:
    """Only where there is nothing else to see; a border never covers words."""
    if not (0 <= x < canvas.size.columns and 0 <= y < canvas.size.rows) or (x, y) in canvas.words:
        return
    before = canvas.signs[y][x]
    if before == " ":
        canvas.signs[y][x], canvas.inks[y][x] = sign, Ink(colour, canvas.ground(x, y))
    elif {before, sign} == {_LOWER, _UPPER}:
        canvas.signs[y][x], canvas.inks[y][x] = _FULL, Ink(colour, canvas.ground(x, y))


def _pixels(canvas: Canvas, picture: Pixels, palette: Palette, colours: dict[str, str]) -> None:
    for row in range(0, len(picture.rows), 2):
        y = picture.y + row // 2
        for column, (upper, lower) in enumerate(zip(picture.rows[row], picture.rows[row + 1], strict=True)):
            x = picture.x + column
            if (upper, lower) == (".", ".") or not (0 <= x < canvas.size.columns and 0 <= y < canvas.size.rows):
                continue
            ground = canvas.ground(x, y)
            over, under = colours.get(upper, ground), colours.get(lower, ground)
            canvas.signs[y][x], canvas.inks[y][x] = _half_cells(over, under, (ground, palette.skin))


def _half_cells(over: str, under: str, lightest: tuple[str, ...]) -> tuple[str, Ink]:
    """A font's half block may miss a pixel at the cell's edge, and what is behind shows there as a thin line. So the
    ground or else the skin is put behind, where such a line does not show."""
    if over == under:
        return " ", Ink(over, over)
    behind = next((colour for colour in lightest if colour in (over, under)), under)
    return (_LOWER, Ink(under, over)) if behind == over else (_UPPER, Ink(over, under))


def _bar(canvas: Canvas, bar: tuple[int, int], palette: Palette) -> None:
    """How far it is: one stroke a question, at the right of the first row."""
    asked, of = bar
    for number in range(of):
        x = canvas.size.columns - 1 - (of - number) * 4
        colour = palette.letters if number < asked else palette.faint
        canvas.put(x, 0, "━━━" if number < asked else "╌╌╌", Ink(colour, palette.ground))
