"""What somebody put into a form on a screen (see fields for how they get there).

Nothing of it is read off a picture: the file says its form and its number, and each field by name what it holds.

    kiosk                the code's text of the first page; hidden
    QUESTION             of choices where one counts: its name, or -MISSING for what declines; of the others: the text
    QUESTION/CHOICE      of choices where several do, each on or off
    QUESTION/-MISSING    beside choices where several do, and beside a number
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from channels.paper.code import Mark
from channels.paper.code import read as read_code
from channels.paper.sheet import MOST_PAGES
from kiosk.survey import MAX_TEXT

CODE_FIELD = "kiosk"
DECLINES = "-"
MOST_FIELDS = 500  # of a page
MOST_BYTES = 1 << 16  # of what a field holds
BOXES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What a filled-in file says. `boxes`: those that are marked, as (question, value, declines); `texts`: what was
    typed, by question, numbers too."""

    mark: Mark
    boxes: frozenset[tuple[str, str, bool]]
    texts: Mapping[str, str]


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
    value = part or held.chosen
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
