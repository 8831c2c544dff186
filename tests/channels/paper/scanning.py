"""What happens to a printed page until it is a file: somebody marks it, and a machine or a telephone takes a picture.

Where the boxes are is found by looking at the page, not at the sheet that the reader reads by.
"""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from channels.paper.reading import MarkState, PageReading
from channels.paper.sheet import Sheet, from_json
from tests.channels.paper.printed import DPI, Grey, form, geometry, rasterised

PX_PER_MM = DPI / 25.4
SURVEY, LOCALE = "counter", "de"
PAGE = 4  # has two questions, of seven circles and of five, all in a column
FIRST, SECOND = 1, 9  # the boxes that are crossed, counted from the top


@cache
def sheet() -> Sheet:
    return from_json(json.dumps(geometry(SURVEY, LOCALE)))


def known(form: str) -> Sheet | None:
    """The forms of this office."""
    return sheet() if form == sheet().id else None


def marked(reading: PageReading) -> list[int]:
    """The boxes, from the top of the page. What is in doubt counts as what it most likely is."""
    boxes = sorted(reading.boxes, key=lambda one: one.box.y_mm)
    assert MarkState.CANCELLED not in {one.likeliest for one in boxes}
    return [place for place, one in enumerate(boxes) if one.likeliest is MarkState.MARKED]


def page(number: int = PAGE) -> Grey:
    """As it comes out of the printer."""
    return rasterised(form(SURVEY, LOCALE))[number - 1].copy()


@cache
def filled() -> Grey:
    """PAGE with two crosses."""
    grey = page()
    boxes = outlines(grey)
    for number in (FIRST, SECOND):
        cross(grey, *boxes[number])
    return grey


def outlines(grey: Grey) -> list[tuple[int, int, int]]:
    """Left, top and side of everything that looks like a box of 7 mm, from the top: as large, and nothing within.

    The modules of a code may grow together to something as large, in about one of a hundred forms.
    """
    dark = np.where(grey < 128, 255, 0).astype(np.uint8)
    shapes, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    rectangles = [cv2.boundingRect(shape) for shape in shapes]
    wanted = round(7 * PX_PER_MM)
    boxes = [
        (x, y, w)
        for x, y, w, h in rectangles
        if abs(w - wanted) <= 2
        and abs(h - wanted) <= 2
        and not dark[y + h // 4 : y + h * 3 // 4, x + w // 4 : x + w * 3 // 4].any()
    ]
    return sorted(boxes, key=lambda box: box[1])


def cross(grey: Grey, left: int, top: int, side: int) -> None:
    """As with a ball pen, a little over the edge."""
    near, far = -0.02, 1.05
    for start, end in (((near, near), (far, far)), ((far, near), (near, far))):
        first, last = ((round(left + x * side), round(top + y * side)) for x, y in (start, end))
        cv2.line(grey, first, last, (60.0,), round(0.6 * PX_PER_MM), cv2.LINE_AA)


# -- Machines


def office(grey: Grey, noise: float = 4.0, black: int = 30, white: int = 238, seed: int = 6) -> Grey:
    """A scanner's greys."""
    light = black + grey * ((white - black) / 255) + np.random.default_rng(seed).normal(0, noise, grey.shape)
    return np.asarray(np.clip(light, 0, 255), np.uint8)


def fed(grey: Grey, degrees: float = 0.0, scale: float = 1.0, skew: float = 0.0) -> Grey:
    """Askew, larger or smaller, and sheared by the feed."""
    height, width = grey.shape
    turned = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale), (0, 0, 1)])
    sheared = np.array([(1, skew, -skew * height / 2), (0, 1, 0), (0, 0, 1)])
    return warped(grey, turned @ sheared, (width, height), 255)


def stretched(grey: Grey, by_mm: float) -> Grey:
    """Where the feed slips, and the paper curls."""
    height, width = grey.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    wave = np.sin(y / height * 2 * np.pi).astype(np.float32) * np.float32(by_mm * PX_PER_MM)
    return np.asarray(cv2.remap(grey, x + wave / 2, y + wave, cv2.INTER_LINEAR, borderValue=(255.0,)), np.uint8)


def slipped(grey: Grey, boxes: int, by_mm: float) -> Grey:
    """The feed slipped before the last of the boxes, and caught up behind them."""
    tops, done = [top for _, top, _ in outlines(grey)], grey.copy()
    start, end, by = tops[-boxes] - round(2 * PX_PER_MM), tops[-1] + round(9 * PX_PER_MM), round(by_mm * PX_PER_MM)
    done[start + by : end + by] = grey[start:end]
    return done


def photo(grey: Grey) -> Grey:
    """Held askew over a desk, with a shadow from the left."""
    height, width = grey.shape
    wide, high = 2400, 3200
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = np.array([(300, 330), (2060, 420), (2280, 2970), (120, 2880)], np.float32)
    laid = warped(grey, np.asarray(cv2.getPerspectiveTransform(corners, seen), np.float64), (wide, high), 90)
    shadow = np.linspace(0.6, 1.0, wide)[None] * np.linspace(1.0, 0.8, high)[:, None]
    return office((laid * shadow).astype(np.uint8), black=10, white=245)


def warped(
    grey: Grey, matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]], size: tuple[int, int], ground: int
) -> Grey:
    return np.asarray(cv2.warpPerspective(grey, matrix, size, borderValue=(float(ground),)), np.uint8)


def fax(grey: Grey) -> Grey:
    """100 dots per inch, in black and white."""
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(np.where(np.kron(small, np.ones((2, 2))) < 150, 0, 255), np.uint8)


def app(grey: Grey) -> Grey:
    """Black where it is darker than what is around, as apps make of a photo: what is filled comes out hollow."""
    around = round(2 * PX_PER_MM) | 1
    made = cv2.adaptiveThreshold(office(grey), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, around, 15)
    return np.asarray(made, np.uint8)


def copied(grey: Grey, times: int = 2) -> Grey:
    """A copy of a copy: softer, paler, with specks."""
    random = np.random.default_rng(3)
    for _ in range(times):
        soft = cv2.GaussianBlur(grey, (0, 0), 1.1).astype(np.float64)
        specks = cv2.dilate((random.random(grey.shape) < 3e-5).astype(np.uint8), np.ones((3, 3), np.uint8))
        grey = np.clip((soft - 40) * 1.3, 0, 255).astype(np.uint8)
        grey[specks > 0] = 60
    return office(grey, black=70)


def turned(grey: Grey, quarters: int) -> Grey:
    return np.ascontiguousarray(np.rot90(grey, quarters))


# -- Files


def as_pdf(*pages: Grey, one_bit: bool = False, quality: int = 75) -> bytes:
    options = {} if one_bit else {"quality": quality}
    return _saved("PDF", pages, one_bit, resolution=DPI, **options)


def as_tiff(*pages: Grey, one_bit: bool = False) -> bytes:
    return _saved("TIFF", pages, one_bit, compression="group4" if one_bit else "tiff_lzw", dpi=(DPI, DPI))


def as_png(grey: Grey) -> bytes:
    return _saved("PNG", (grey,), False)


def as_jpeg(grey: Grey, quality: int = 75) -> bytes:
    return _saved("JPEG", (grey,), False, quality=quality)


def _saved(kind: str, pages: tuple[Grey, ...], one_bit: bool, **options: object) -> bytes:
    images = [Image.fromarray(grey) for grey in pages]
    if one_bit:
        images = [image.convert("1", dither=Image.Dither.NONE) for image in images]
    more = {"save_all": True, "append_images": images[1:]} if len(images) > 1 else {}
    out = BytesIO()
    images[0].save(out, kind, **more, **options)
    return out.getvalue()
