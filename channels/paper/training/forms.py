"""Forms of real surveys, printed by what prints them for respondents, as blank pages of grey pixels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2

from channels.paper.compose import compose
from channels.paper.draw import Drawing
from channels.paper.placed import Printed
from channels.paper.sheet import Sheet, SheetPage
from channels.paper.training.pens import Grey
from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.channel import installed
from kiosk.definition import from_toml
from kiosk.wording import House

HOUSE = House("Bürgeramt", "03521 000 000", "Rathausplatz 1, 01662 Musterstadt", "datenschutz@example.org")
POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True, eq=False)
class Blank:
    """A printed page with boxes; its code says the id of `sheet`, and `serial`."""

    sheet: Sheet
    serial: str
    page: SheetPage
    grey: Grey
    dpi: int


@cache
def _catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load(channel.catalogues for channel in installed() if channel.catalogues)


def blanks(survey: Path, dpi: int, serial: str) -> Iterator[Blank]:
    """The pages with boxes of a survey's forms in all its locales."""
    read = from_toml(survey.stem, survey.read_text(encoding="utf-8"), survey.name, _catalogues().keys())
    for locale in read.locales:
        yield from _pages(compose(read, _catalogues()[locale], HOUSE), dpi, serial)


def _pages(printed: Printed, dpi: int, serial: str) -> Iterator[Blank]:
    out = BytesIO()
    drawing = Drawing(out, printed)
    drawing.copy(serial)
    drawing.save()
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        for page in printed.sheet.pages:
            if page.boxes:
                bitmap = document[page.number - 1].render(scale=dpi / POINTS_PER_INCH, grayscale=True)
                grey = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
                yield Blank(printed.sheet, serial, page, grey, dpi)
