"""Pages that are pictures: TIFF, PNG and JPEG, photos of a telephone among them.

Pillow looks at the header, and at the size in it before anything is decoded. A TIFF is read page by page, so that the
memory it takes does not grow with its pages. JPEG and PNG are decoded by OpenCV, which makes grey of a JPEG without
making colours first, turns a photo as its EXIF says, and gives nothing for a file that was cut off.

What is kept of a photo is encoded anew: its own file says where and when it was taken, and that is nobody's business.
"""

from __future__ import annotations

import warnings
from typing import BinaryIO

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from channels.paper.picture import MOST_PAGES, Grey, RefusedError, Scan, check_size

Image.MAX_IMAGE_PIXELS = None  # its own limit would only warn; see scan.check_size

# What Pillow raises for pictures that are damaged or break off.
DAMAGED = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, ArithmeticError)

CUT_OFF = "This picture is damaged or was cut off. Scan the page again, or copy the file again."


class Picture:
    """A PNG or a JPEG: one page."""

    count = 1

    def __init__(self, file: BinaryIO) -> None:
        """Raises RefusedError."""
        check_size(*_opened(file).size)
        self._file = file

    def page(self, index: int) -> Scan:
        self._file.seek(0)
        grey = decoded(self._file.read(), cv2.IMREAD_GRAYSCALE)
        return Scan(index, grey)


class Tiff:
    """A TIFF of any number of pages and of any compression."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises RefusedError."""
        self._image = _opened(file)
        self.count = 1
        try:
            while self.count <= MOST_PAGES:
                with warnings.catch_warnings(action="ignore"):
                    self._image.seek(self.count)
                self.count += 1
        except EOFError:
            pass  # so many it has
        except DAMAGED:
            self.count += 1  # the next page is there and damaged: `page` will say so

    def page(self, index: int) -> Scan:
        try:
            with warnings.catch_warnings(action="ignore"):
                self._image.seek(0)  # a page that Pillow failed to go to counts as reached, with the picture of another
                self._image.seek(index)
                check_size(*self._image.size)
                return Scan(index, _grey(self._image))
        except DAMAGED:
            raise RefusedError(CUT_OFF) from None


def decoded(data: bytes, flags: int) -> Grey:
    """Raises RefusedError."""
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), flags) if data else None
    except cv2.error:
        grey = None
    if grey is None:
        raise RefusedError(CUT_OFF)
    return np.asarray(grey, np.uint8)


def _opened(file: BinaryIO) -> Image.Image:
    file.seek(0)
    try:
        with warnings.catch_warnings(action="ignore"):  # of damaged details that nobody needs
            return Image.open(file, formats=("TIFF", "PNG", "JPEG"))
    except DAMAGED:
        raise RefusedError(CUT_OFF) from None


def _grey(image: Image.Image) -> Grey:
    """Transparent is white, as paper is; of 16 bits the upper ones."""
    if image.mode.startswith("I;16"):
        return (np.asarray(image) >> 8).astype(np.uint8)
    if "A" in image.mode or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.asarray(image.convert("L"))
