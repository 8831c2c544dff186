"""One page as a picture, on its way from a file to its reading; and what is too much of a page or of a file.

A scan is grey, whatever the file held: 0 is black, 255 white. Which way up it lies does not matter. What cannot be
taken is a `Refusal` with a sentence for staff, and is not the end: the other pages, and the other files, go on.

The limits are far above what a scanner makes of A4, and low enough that no page takes more than half a gigabyte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.fillable import OnScreen

MOST_BYTES = 256 * 2**20  # of a file
MOST_PAGES = 500  # of a file
MOST_PIXELS = 120_000_000  # of a page
LONGEST_SIDE_PX = 16_000
JPEG_QUALITY = 80
EVERY_ROW = 32  # is looked at for greys

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scan:
    """A page, `index` counted from 0 in its file. `source` is its picture as the file had it, for keeping, where that
    shows the same as `grey`; `filled` is what the file says where it is a form that was filled in on a screen."""

    index: int
    grey: Grey
    source: bytes = b""
    filled: OnScreen | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page, or from `index` on all the rest of a file, that was not taken, and why."""

    index: int
    reason: str


class RefusedError(Exception):
    """The same on its way. Says a whole sentence that quotes nothing of the file."""


class Pages(Protocol):
    """An open file. Only so many of its pages are counted that one knows whether they are too many."""

    count: int

    def page(self, index: int) -> Scan:
        """Raises RefusedError."""


def check_size(width_px: int, height_px: int) -> None:
    """Before anything is decoded. Raises RefusedError."""
    if width_px < 1 or height_px < 1:
        raise RefusedError("The picture of this page is empty.")
    if max(width_px, height_px) > LONGEST_SIDE_PX or width_px * height_px > MOST_PIXELS:
        raise RefusedError(
            f"This page has {width_px} x {height_px} pixels, which is too many to be opened. Scan it with 200 to 300"
            " dots per inch."
        )


def kept(scan: Scan) -> bytes:
    """A picture of the page to keep: as it came; black and white alone as PNG, which is smaller then; or JPEG."""
    if scan.source:
        return scan.source
    if not np.any(scan.grey[::EVERY_ROW] % 255):
        done, encoded = cv2.imencode(".png", scan.grey, [cv2.IMWRITE_PNG_BILEVEL, 1])
    else:
        done, encoded = cv2.imencode(".jpg", scan.grey, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    assert done
    return encoded.tobytes()
