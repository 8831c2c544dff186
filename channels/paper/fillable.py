"""A form to be filled in on a screen: the same pages with fields over the same boxes, and what somebody put into them.

Nothing of it is read off a picture: the file says its form and its number, and each field by name what it holds.

    kiosk                    the code's text of the first page; hidden
    QUESTION                 where one answer counts: a choice's name, or -MISSING for one that declines
    QUESTION/CHOICE          where several do: one each, on or off; QUESTION/-MISSING
    QUESTION, QUESTION/-     a number, and what declines it; a free text
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from reportlab.lib.colors import black, white
from reportlab.pdfgen.canvas import Canvas

from channels.paper.code import Mark, payload
from channels.paper.code import read as read_code
from channels.paper.letters import POINT_MM
from channels.paper.sheet import HEIGHT_MM, MOST_PAGES, OUTLINE_MM, Box, Field, Shape, Sheet
from kiosk.survey import MAX_TEXT

MM = 1 / POINT_MM
CODE_FIELD = "kiosk"
DECLINES = "-"
CLEAR = {"fillColor": None, "borderColor": None, "borderWidth": 0}  # what is printed shows through
LETTERS, LETTERS_OF_NUMBERS = 14, 20  # points
MOST_FIELDS = 500  # of a page
CODE_LETTERS = 40  # of a code's text, at most
MOST_BYTES = 1 << 16  # of what a field holds
BOXES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What a filled-in file says. `boxes`: those that are marked, as (question, value, declines); `texts`: what was
    typed, by question, numbers too."""

    mark: Mark
    boxes: frozenset[tuple[str, str, bool]]
    texts: Mapping[str, str]


# -- Drawing


def add_page(canvas: Canvas, sheet: Sheet, page: int, serial: str, labels: Mapping[str, str]) -> None:
    """The fields of one page, on the canvas's page. `labels`: a question's words, for who has a page read aloud."""
    texts = {field.question for each in sheet.pages for field in each.fields}
    for box in sheet.pages[page - 1].boxes:
        _add_box(canvas, box, _name(box, texts), labels[box.question])
    for field in sheet.pages[page - 1].fields:
        _add_field(canvas, field, labels[field.question])
    if page == 1:
        code = payload(Mark(sheet.id, serial, page))
        flags = {"annotationFlags": "hidden", "fieldFlags": "readOnly"}
        canvas.acroForm.textfield(code, name=CODE_FIELD, width=1, height=1, maxlen=CODE_LETTERS, **flags, **CLEAR)


def _name(box: Box, texts: set[str]) -> str:
    if box.question in texts:
        return f"{box.question}/{DECLINES}"
    return f"{box.question}/{_value(box)}" if box.shape is Shape.SQUARE else box.question


def _value(box: Box) -> str:
    return f"{DECLINES}{box.value}" if box.declines else box.value


def _add_box(canvas: Canvas, box: Box, name: str, label: str) -> None:
    place = {"x": box.x_mm * MM, "y": (HEIGHT_MM - box.y_mm - box.side_mm) * MM, "size": box.side_mm * MM}
    look = {"buttonStyle": "cross", "shape": box.shape.value, "tooltip": label, "textColor": black}
    if box.shape is Shape.SQUARE:
        canvas.acroForm.checkbox(name=name, fieldFlags="", **place, **look, **CLEAR)
    else:
        canvas.acroForm.radio(name=name, value=_value(box), fieldFlags="radio", **place, **look, **CLEAR)


def _add_field(canvas: Canvas, field: Field, label: str) -> None:
    bottom_mm = field.y_mm + field.height_mm
    place = {"x": field.x_mm * MM, "y": (HEIGHT_MM - bottom_mm) * MM, "width": field.width_mm * MM}
    place["height"] = field.height_mm * MM
    look = {"name": field.question, "tooltip": label, "fontName": "Helvetica", "textColor": black}
    if field.cells:
        canvas.acroForm.textfield(
            maxlen=field.cells, fieldFlags="comb", fontSize=LETTERS_OF_NUMBERS, **place, **look, **CLEAR
        )
    else:
        frame = {"fillColor": white, "borderColor": black, "borderWidth": OUTLINE_MM * MM}  # instead of the lines
        canvas.acroForm.textfield(maxlen=MAX_TEXT, fieldFlags="multiline", fontSize=LETTERS, **place, **look, **frame)


# -- Reading


def read(data: bytes) -> OnScreen | None:
    """None for a file that is no form of ours, or that can no longer be filled in, as after printing it to a file."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return None
    try:
        if document.get_formtype() != pdfium.FORMTYPE_ACRO_FORM or len(document) > MOST_PAGES:
            return None
        document.init_forms()
        return _read(tuple(_fields(document)))
    except pypdfium2.PdfiumError:
        return None
    finally:
        document.close()


def _read(fields: tuple[_Held, ...]) -> OnScreen | None:
    code = next((held.text for held in fields if held.name == CODE_FIELD), "")
    mark = read_code(code)
    if mark is None:
        return None
    boxes = frozenset(_box(held) for held in fields if held.chosen)
    texts = {held.name: held.text for held in fields if held.text.strip() and held.name != CODE_FIELD}
    return OnScreen(mark, boxes, texts)


def _box(held: _Held) -> tuple[str, str, bool]:
    question, _, part = held.name.partition("/")
    value = part if part not in ("", DECLINES) else held.chosen
    return question, value.removeprefix(DECLINES), value.startswith(DECLINES)


@dataclass(frozen=True, slots=True)
class _Held:
    """One field: what is chosen by it where it is a box that is marked, or its text."""

    name: str
    chosen: str = ""
    text: str = ""


def _fields(document: pypdfium2.PdfDocument) -> Iterator[_Held]:
    forms = document.formenv.raw
    for page in document:
        for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MOST_FIELDS)):
            field = pdfium.FPDFPage_GetAnnot(page.raw, number)
            try:
                yield from _held(forms, field)
            finally:
                pdfium.FPDFPage_CloseAnnot(field)


def _held(forms: Any, field: Any) -> Iterator[_Held]:
    kind = pdfium.FPDFAnnot_GetFormFieldType(forms, field)
    name = _words(pdfium.FPDFAnnot_GetFormFieldName, forms, field)
    if kind == pdfium.FPDF_FORMFIELD_TEXTFIELD:
        text = _words(pdfium.FPDFAnnot_GetFormFieldValue, forms, field)
        yield _Held(name, text="\n".join(text.splitlines())[:MAX_TEXT])
    elif kind in BOXES and pdfium.FPDFAnnot_IsChecked(forms, field):
        yield _Held(name, chosen=_words(pdfium.FPDFAnnot_GetFormFieldExportValue, forms, field))


def _words(ask: Callable[..., int], forms: Any, field: Any) -> str:
    """What pdfium says of a field: asked for its length first, in UTF-16 with a zero at its end."""
    length = min(ask(forms, field, None, 0), MOST_BYTES)
    if length <= 2:
        return ""
    held = ctypes.create_string_buffer(length)
    ask(forms, field, ctypes.cast(held, ctypes.POINTER(pdfium.FPDF_WCHAR)), length)
    return held.raw[: length - 2].decode("utf-16-le", errors="replace")
