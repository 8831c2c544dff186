"""The one widget: rows of painted cells, of which only those that changed are written to the screen."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from terminal_ui.paint import Row
from terminal_ui.palette import Ink


class Cells(Widget):
    """All cells of the terminal."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: tuple[Row, ...]) -> None:
        before, self.rows = self.rows, rows
        if len(before) != len(rows):
            self.refresh()
            return
        changed = [y for y, (old, new) in enumerate(zip(before, rows, strict=True)) if old != new]
        self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        if y >= len(self.rows):
            return Strip.blank(self.size.width)
        return Strip([Segment(text, _style(ink)) for text, ink in self.rows[y]])


_STYLES: dict[Ink, Style] = {}


def _style(ink: Ink) -> Style:
    """One Rich style for each of the few inks."""
    style = _STYLES.get(ink)
    if style is None:
        style = _STYLES[ink] = Style(color=ink.fore, bgcolor=ink.back, bold=ink.bold)
    return style
