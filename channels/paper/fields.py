"""The fields of a form to be filled in on a screen, over the very boxes that are printed; fillable says how they are
named, and reads them.

A mark looks like one made with a pen, so that a form which was filled in on a screen and then printed is read as well.
"""

from __future__ import annotations

from collections.abc import Mapping

from reportlab.lib.colors import black, white
from reportlab.pdfgen.canvas import Canvas

from channels.paper.code import Mark, payload
from channels.paper.fillable import CODE_FIELD, DECLINES
from channels.paper.letters import POINT_MM
from channels.paper.sheet import HEIGHT_MM, OUTLINE_MM, Box, Field, Shape, Sheet
from kiosk.survey import MAX_TEXT

MM = 1 / POINT_MM
CLEAR = {"fillColor": None, "borderColor": None, "borderWidth": 0}  # what is printed shows through
LETTERS, LETTERS_OF_NUMBERS = 14, 20  # points
CODE_LETTERS = 40  # of a code's text, at most


def add_page(canvas: Canvas, sheet: Sheet, page: int, serial: str, labels: Mapping[str, str]) -> None:
    """The fields of one page, on the canvas's page. `labels`: a question's words, for who has a page read aloud."""
    texts = {field.question for each in sheet.pages for field in each.fields}
    for box in sheet.pages[page - 1].boxes:
        alone = box.shape is Shape.SQUARE or box.question in texts
        _add_box(canvas, box, labels[box.question], alone=alone)
    for field in sheet.pages[page - 1].fields:
        _add_field(canvas, field, labels[field.question])
    if page == 1:
        code = payload(Mark(sheet.id, serial, page))
        flags = {"annotationFlags": "hidden", "fieldFlags": "readOnly"}
        canvas.acroForm.textfield(code, name=CODE_FIELD, width=1, height=1, maxlen=CODE_LETTERS, **flags, **CLEAR)


def _value(box: Box) -> str:
    return f"{DECLINES}{box.value}" if box.declines else box.value


def _add_box(canvas: Canvas, box: Box, label: str, *, alone: bool) -> None:
    """`alone`: it can be marked whatever else is."""
    place = {"x": box.x_mm * MM, "y": (HEIGHT_MM - box.y_mm - box.side_mm) * MM, "size": box.side_mm * MM}
    look = {"buttonStyle": "cross", "shape": box.shape.value, "tooltip": label, "textColor": black}
    if alone:
        canvas.acroForm.checkbox(name=f"{box.question}/{_value(box)}", fieldFlags="", **place, **look, **CLEAR)
    else:
        canvas.acroForm.radio(name=box.question, value=_value(box), fieldFlags="radio", **place, **look, **CLEAR)


def _add_field(canvas: Canvas, field: Field, label: str) -> None:
    bottom_mm = field.y_mm + field.height_mm
    place = {"x": field.x_mm * MM, "y": (HEIGHT_MM - bottom_mm) * MM, "width": field.width_mm * MM}
    place["height"] = field.height_mm * MM
    look = {"name": field.question, "tooltip": label, "textColor": black}
    if field.cells:
        canvas.acroForm.textfield(
            maxlen=field.cells, fieldFlags="comb", fontSize=LETTERS_OF_NUMBERS, **place, **look, **CLEAR
        )
    else:
        frame = {"fillColor": white, "borderColor": black, "borderWidth": OUTLINE_MM * MM}  # instead of the lines
        canvas.acroForm.textfield(maxlen=MAX_TEXT, fieldFlags="multiline", fontSize=LETTERS, **place, **look, **frame)
