"""Draws a form as PDF: the same pages for every copy, and on each the copy's own code and number.

What all copies share is in the file once (as form XObjects). A copy's page is no more than a call of that, its code as
little squares, and its number in letters; so a thousand copies are fast and small. Boxes and fields are drawn from the
sheet, the one thing that a reader knows of a form.

The fonts are in the file, and it names title and language; structure for screen readers (a tagged PDF) is more than
reportlab can write, so the survey's web page serves those. Each copy begins on a new sheet of paper when it is printed
on both sides: a copy with an odd number of pages is followed by an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from reportlab import rl_config
from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from channels.paper.asked import LINE_MM
from channels.paper.code import Mark, payload
from channels.paper.fields import add_page
from channels.paper.letters import POINT_MM, Face, font
from channels.paper.placed import Example, Printed, Rule, Text, Thing
from channels.paper.reading import MarkState
from channels.paper.sheet import BOX_MM, HEIGHT_MM, OUTLINE_MM, TAG_DICTIONARY, Box, Code, Field, Shape, SheetPage, Tag
from channels.paper.typed import carry
from kiosk.identity import grouped

MM = 1 / POINT_MM  # points
INK_MM = 0.8  # the pen of the drawn examples
HAIR_MM = 0.35  # of lines to write on
rl_config.useA85 = 0  # as bytes a file is a fifth smaller, and made in less time, than written in letters
DIGITS = "0123456789 "
CELLS = 6  # a tag's cells a side, with its black border


class Drawing:
    """One file: `copy` adds a copy, `save` ends it."""

    def __init__(self, out: BinaryIO, printed: Printed, *, fillable: bool = False) -> None:
        """`fillable`: with fields to fill in on a screen; for one copy."""
        for face in Face:
            font(face)
        self._printed = printed
        self._canvas = Canvas(out, pagesize=A4, lang=printed.language, invariant=1, initialFontName=Face.TEXT)
        self._canvas.setTitle(printed.title)
        self._canvas.setAuthor(printed.house)
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._canvas.setViewerPreference("Duplex", "DuplexFlipLongEdge")
        self._form = printed.sheet.id
        self._fillable = fillable
        if fillable:
            carry(self._canvas)
        self._slots = tuple(tuple(slots(things)) for things in printed.things)
        self._digits = {face: _digits(self._canvas, face) for face in Face}
        for page, things in zip(printed.sheet.pages, printed.things, strict=True):
            self._canvas.beginForm(_name(page))
            draw_page(self._canvas, page, things)
            self._canvas.endForm()

    def copy(self, serial: str, title: str = "") -> None:
        """All pages of one copy. `title`: its line in the table of contents; the form's own lines where it has none."""
        canvas = self._canvas
        for page, slots in zip(self._printed.sheet.pages, self._slots, strict=True):
            if title and page.number == 1:
                _list(canvas, title, serial, 0.0)
            if not title:
                for place, entry in enumerate(self._printed.entries):
                    if entry.page == page.number:
                        _list(canvas, entry.title, f"e{place}", entry.y_mm)
            canvas.doForm(_name(page))
            canvas.addLiteral(code_squares(page.code, payload(Mark(self._form, serial, page.number))))
            for slot in slots:
                canvas.addLiteral(self._number(slot, grouped(serial)))
            if self._fillable:
                add_page(canvas, self._printed.sheet, page.number, serial, self._printed.labels)
            canvas.showPage()

    def _number(self, slot: Text, number: str) -> str:
        """PDF's operators for a number: the canvas would look its digits up anew each time."""
        name, codes = self._digits[slot.face]
        place = f"{slot.x_mm * MM:.3f} {_up(slot.y_mm):.3f}"
        return f"BT {name} {slot.size} Tf {place} Td <{''.join(codes[sign] for sign in number)}> Tj ET"

    def turn(self) -> None:
        """An empty page where the next copy would begin on the back of this one."""
        if len(self._printed.sheet.pages) % 2:
            self._canvas.showPage()

    def save(self) -> None:
        self._canvas.save()


def _name(page: SheetPage) -> str:
    return f"page{page.number}"


def _list(canvas: Canvas, title: str, key: str, y_mm: float) -> None:
    canvas.bookmarkHorizontal(key, 0, _up(y_mm))
    canvas.addOutlineEntry(title, key)


def slots(things: Iterable[Thing]) -> Iterator[Text]:
    """Where the copy's number stands."""
    return (thing for thing in things if isinstance(thing, Text) and thing.digits)


def _digits(canvas: Canvas, face: Face) -> tuple[str, dict[str, str]]:
    """What the file calls the font, and its codes of the signs that numbers are made of."""
    letters, document = font(face), canvas._doc
    ((part, codes),) = letters.splitString(DIGITS, document)
    name = letters.getSubsetInternalName(part, document)
    return name, {sign: f"{code:02x}" for sign, code in zip(DIGITS, codes, strict=True)}


def _up(y_mm: float) -> float:
    """PDF counts from the bottom, in points."""
    return (HEIGHT_MM - y_mm) * MM


# -- What all copies share


def draw_page(canvas: Canvas, page: SheetPage, things: Iterable[Thing]) -> None:
    """All of a page but its code and its number."""
    canvas.setFillColor(black)
    canvas.setStrokeColor(black)
    for tag in page.tags:
        _draw_tag(canvas, tag)
    for box in page.boxes:
        _draw_outline(canvas, box)
    for field in page.fields:
        _draw_field(canvas, field)
    for thing in things:
        match thing:
            case Text(x_mm, y_mm, text, face, size, False):
                canvas.setFont(face, size)
                canvas.drawString(x_mm * MM, _up(y_mm), text)
            case Rule(x_mm, y_mm, width_mm, pen_mm):
                canvas.setLineWidth(pen_mm * MM)
                canvas.line(x_mm * MM, _up(y_mm), (x_mm + width_mm) * MM, _up(y_mm))
            case Example():
                _draw_example(canvas, thing)


def _draw_tag(canvas: Canvas, tag: Tag) -> None:
    signs = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, TAG_DICTIONARY))
    dark = cv2.aruco.generateImageMarker(signs, tag.id, CELLS) == 0
    canvas.addLiteral(_squares(dark, tag.x_mm, tag.y_mm, tag.side_mm))


def _draw_outline(canvas: Canvas, box: Box | Example) -> None:
    """The pen stays inside the box's side."""
    side_mm = box.side_mm if isinstance(box, Box) else BOX_MM
    canvas.setLineWidth(OUTLINE_MM * MM)
    if box.shape is Shape.CIRCLE:
        centre_x, centre_y = (box.x_mm + side_mm / 2) * MM, _up(box.y_mm + side_mm / 2)
        canvas.circle(centre_x, centre_y, (side_mm - OUTLINE_MM) / 2 * MM)
    else:
        _draw_frame(canvas, box.x_mm, box.y_mm, side_mm, side_mm)


def _draw_frame(canvas: Canvas, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
    half, pen = OUTLINE_MM / 2, OUTLINE_MM
    low = _up(y_mm + height_mm - half)
    canvas.rect((x_mm + half) * MM, low, (width_mm - pen) * MM, (height_mm - pen) * MM)


def _draw_field(canvas: Canvas, field: Field) -> None:
    if field.cells:
        canvas.setLineWidth(OUTLINE_MM * MM)
        _draw_frame(canvas, field.x_mm, field.y_mm, field.width_mm, field.height_mm)
        for cell in range(1, field.cells):
            x = (field.x_mm + cell * field.width_mm / field.cells) * MM
            canvas.line(x, _up(field.y_mm), x, _up(field.y_mm + field.height_mm))
        return
    canvas.setLineWidth(HAIR_MM * MM)
    for line in range(1, round(field.height_mm / LINE_MM) + 1):
        y = _up(field.y_mm + line * LINE_MM)
        canvas.line(field.x_mm * MM, y, (field.x_mm + field.width_mm) * MM, y)


def _draw_example(canvas: Canvas, example: Example) -> None:
    _draw_outline(canvas, example)
    x, y, side = example.x_mm * MM, _up(example.y_mm + BOX_MM), BOX_MM * MM
    if example.state is MarkState.CANCELLED:
        canvas.circle(x + side / 2, y + side / 2, side / 2, fill=1)
    elif example.state is MarkState.MARKED:
        canvas.setLineWidth(INK_MM * MM)
        canvas.setLineCap(1)
        canvas.line(x + 0.18 * side, y + 0.15 * side, x + 0.86 * side, y + 0.88 * side)
        canvas.line(x + 0.14 * side, y + 0.84 * side, x + 0.84 * side, y + 0.16 * side)
        canvas.setLineCap(0)


# -- What each copy has of its own


def code_squares(place: Code, text: str) -> str:
    """The code as PDF's operators."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    dark = np.array(made.to_image(add_quiet_zones=False)) == 0
    return _squares(dark, place.x_mm, place.y_mm, place.side_mm)


def _squares(dark: NDArray[np.bool_], x_mm: float, y_mm: float, side_mm: float) -> str:
    """PDF's operators that fill the dark cells of a square, run by run, as one path: no hairlines between them."""
    cells = len(dark)
    cell = side_mm / cells * MM
    edges = np.zeros((cells, cells + 2), np.int8)  # with white at either side
    edges[:, 1:-1] = dark
    rows, ends = np.nonzero(np.diff(edges, axis=1))
    runs = zip(rows[::2].tolist(), ends[::2].tolist(), ends[1::2].tolist(), strict=True)
    drawn = [f"{left} {cells - 1 - row} {right - left} 1 re" for row, left, right in runs]
    place = f"{cell:.5f} 0 0 {cell:.5f} {x_mm * MM:.3f} {_up(y_mm + side_mm):.3f}"
    return "\n".join((f"q {place} cm", *drawn, "f Q"))
