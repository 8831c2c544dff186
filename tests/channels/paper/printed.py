"""Forms as the real program prints them, and what a scanner would see of them."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from kiosk.cli import main
from tests.kiosk.running import configure, make_office

NAME, ADDRESS = "Landratsamt Musterkreis", "Marktplatz 1, 01662 Musterstadt"
DPI = 200
PAPER_MM = (210.0, 297.0)

Grey = NDArray[np.uint8]


def make(folder: Path) -> Path:
    """An office whose house has a name, a phone and an address."""
    office = make_office(folder)
    configure(office, "house", name=f'"{NAME}"', address=f'"{ADDRESS}"')
    return office


@cache
def house() -> tuple[TemporaryDirectory[str], Path]:
    """An office for all tests that only look at its forms."""
    folder = TemporaryDirectory()
    return folder, make(Path(folder.name) / "office")


@cache
def form(survey: str, locale: str) -> bytes:
    """One copy."""
    folder, office = house()
    file = Path(folder.name) / f"{survey}-{locale}.pdf"
    assert main(["--office", str(office), "paper", "print", survey, "--locale", locale, "-o", str(file)]) == 0
    return file.read_bytes()


@cache
def geometry(survey: str, locale: str) -> dict[str, Any]:
    """What `kiosk paper geometry` says of it."""
    with redirect_stdout(StringIO()) as out:
        assert main(["--office", str(house()[1]), "paper", "geometry", survey, "--locale", locale, "--json"]) == 0
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@cache
def rasterised(file: bytes) -> tuple[Grey, ...]:
    """Every page as a scanner with 200 dpi sees it, white = 255."""
    document = pypdfium2.PdfDocument(file)
    return tuple(
        page.render(scale=DPI / 72, grayscale=True).to_numpy().reshape(round(page.get_height() * DPI / 72 + 0.49), -1)
        for page in document
    )


@cache
def read_aloud(file: bytes) -> tuple[str, ...]:
    """The words of every page, in the order of reading, in one line."""
    return tuple(" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(file))


def cut(page: Grey, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> Grey:
    """A part of a page."""
    per_mm = page.shape[1] / PAPER_MM[0]
    left, top, right, bottom = (round(side * per_mm) for side in (x_mm, y_mm, x_mm + width_mm, y_mm + height_mm))
    return page[top:bottom, left:right]
