"""Somebody with a pen: crosses in the boxes of a printed form, as a scanner would see them.

Where the boxes are is asked of `kiosk paper geometry`, as any other program would have to.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]

INK = 50
PEN_MM = 0.6
REACH = 0.42  # of a box's side, from its middle to the end of a stroke
PARTS = 16  # of a pixel, in which OpenCV takes the ends of a line


def crossed(form: bytes, geometry: Mapping[str, Any], answers: Mapping[str, str], dpi: int = 200) -> list[Grey]:
    """The pages of a form, with a cross in the box of each answer."""
    pages = [_page(page, dpi) for page in pypdfium2.PdfDocument(form)]
    for page in geometry["pages"]:
        for box in page["boxes"]:
            if answers.get(box["question"]) == box["value"]:
                _cross(pages[page["number"] - 1], box, dpi / 25.4)
    return pages


def scanned(pages: list[Grey], file: Path, dpi: int = 200) -> Path:
    """What a scanner makes of them: one file."""
    first, *others = map(Image.fromarray, pages)
    first.save(file, save_all=True, append_images=others, resolution=dpi, dpi=(dpi, dpi))
    return file


def _page(page: pypdfium2.PdfPage, dpi: int) -> Grey:
    return np.array(page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L"))


def _cross(page: Grey, box: Mapping[str, Any], per_mm: float) -> None:
    x, y = (box[side] + box["side_mm"] / 2 for side in ("x_mm", "y_mm"))
    reach = REACH * box["side_mm"]
    for across in (reach, -reach):
        start, end = (
            (round((x + way * across) * per_mm * PARTS), round((y + way * reach) * per_mm * PARTS)) for way in (-1, 1)
        )
        cv2.line(page, start, end, INK, round(PEN_MM * per_mm), cv2.LINE_AA, PARTS.bit_length() - 1)
