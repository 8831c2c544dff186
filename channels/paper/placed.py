"""What is printed on a page besides its geometry: plain data, in millimetres from the top left, which draw puts into a
file. `Printed` is a whole form: its sheet, and page by page all that is drawn around the boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels.paper.letters import Face
from channels.paper.reading import MarkState
from channels.paper.sheet import Box, Field, Rows, Shape, Sheet


@dataclass(frozen=True, slots=True)
class Text:
    """One line. `y_mm` is where its letters stand. `digits`: in its place the copy's number is written."""

    x_mm: float
    y_mm: float
    text: str
    face: Face
    size: float
    digits: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across, from `x_mm` on."""

    x_mm: float
    y_mm: float
    width_mm: float
    pen_mm: float


@dataclass(frozen=True, slots=True)
class Example:
    """A box that is no answer: it shows how to mark one."""

    x_mm: float
    y_mm: float
    shape: Shape
    state: MarkState


Thing = Text | Rule | Example


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the file's table of contents."""

    title: str
    page: int
    y_mm: float


@dataclass(frozen=True, slots=True)
class Printed:
    """`things` are those of each page, in the order of reading. `language` as a PDF names it; `labels` are the words
    of each question."""

    sheet: Sheet
    title: str
    house: str
    language: str
    labels: Mapping[str, str]
    things: tuple[tuple[Thing, ...], ...]
    entries: tuple[Entry, ...]


Piece = Thing | Box | Field | Rows | Entry
