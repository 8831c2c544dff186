"""Pages of a PDF. A scanner's PDF is a picture in an envelope: it is taken out as it is, five times as fast as the page
could be rendered, and not a dot of it is lost. Every other page is rendered with 200 dots per inch.

pdfium is built without JavaScript and without XFA, and nothing here asks it to follow a link or an action: what a PDF
would like to do, it cannot.
"""

from __future__ import annotations

from typing import BinaryIO

import cv2
import numpy as np
import pypdfium2
from pypdfium2 import raw

from channels.paper import fillable
from channels.paper.fillable import OnScreen
from channels.paper.images import decoded
from channels.paper.picture import Grey, RefusedError, Scan, check_size

POINTS_AN_INCH = 72.0
DPI = 200.0  # of what is rendered
PAGES_AN_OPENING = 20
LONGEST_RENDERED_PX = 4_000  # of a page that is far larger than A4
WHOLE_PAGE = 0.9  # of its area: so much of it a scan covers
MANY_OBJECTS = 20_000  # far more than the words that a scanner's text recognition lays under a page
INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE
TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
TAIL = 4_096  # bytes at the end in which a whole PDF says that it ends
END = b"%%EOF"

ENCRYPTED = "This PDF needs a password. Save it without one."
CROWDED = "There is too much on this page to be opened. Print it, and scan that."
DAMAGED = "This PDF is damaged or was cut off. Scan the pages again, or copy the file again."


class Pdf:
    """An open PDF. It is opened again from time to time, because pdfium keeps in memory every picture it has seen."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises RefusedError."""
        _check_end(file)
        self._file = file
        self._document = _opened(file)
        self._taken = 0
        self._filled = _filled_in(file, self._document)
        self.count = len(self._document)

    def page(self, index: int) -> Scan:
        self._taken += 1
        if self._taken % PAGES_AN_OPENING == 0:
            self._document.close()
            self._document = _opened(self._file)
        try:
            page = self._document[index]
            try:
                _check_images(page)
                image = _whole_page(page)
                if image is not None:
                    return _taken_out(image, page.get_rotation(), index)
                return Scan(index, _rendered(page), filled=self._filled)
            finally:
                page.close()
        except pypdfium2.PdfiumError:
            raise RefusedError(DAMAGED) from None


def _opened(file: BinaryIO) -> pypdfium2.PdfDocument:
    file.seek(0)
    try:
        return pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        encrypted = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise RefusedError(ENCRYPTED if encrypted else DAMAGED) from None


def _filled_in(file: BinaryIO, document: pypdfium2.PdfDocument) -> OnScreen | None:
    if document.get_formtype() != raw.FORMTYPE_ACRO_FORM:
        return None
    document.init_forms()  # so that what was filled in is seen on the picture as well
    file.seek(0)
    return fillable.read(file.read())


def _check_end(file: BinaryIO) -> None:
    """pdfium mends a PDF that was cut off, and says nothing of the pages that it lost."""
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    if END not in file.read():
        raise RefusedError(DAMAGED)


def _check_images(page: pypdfium2.PdfPage) -> None:
    """pdfium leaves out a picture that is damaged: the page would be blank."""
    if raw.FPDFPage_CountObjects(page) > MANY_OBJECTS:
        raise RefusedError(CROWDED)
    for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        check_size(*image.get_px_size())
        if not image.get_metadata().bits_per_pixel:
            raise RefusedError(DAMAGED)


def _whole_page(page: pypdfium2.PdfPage) -> pypdfium2.PdfImage | None:
    """The one picture that is all there is to see on the page, upright or turned, not mirrored."""
    if raw.FPDFPage_GetAnnotCount(page):
        return None
    seen = [thing for thing in page.get_objects(max_depth=1) if not _invisible(thing)]
    if len(seen) != 1 or not isinstance(seen[0], pypdfium2.PdfImage):
        return None
    a, b, c, d, _, _ = seen[0].get_matrix().get()
    left, bottom, right, top = page.get_bbox()
    turned = max(abs(b), abs(c)) > 1e-3 * max(abs(a), abs(d))
    if turned or a <= 0 or d <= 0 or a * d < WHOLE_PAGE * (right - left) * (top - bottom):
        return None
    plain = (raw.FPDF_COLORSPACE_DEVICEGRAY, raw.FPDF_COLORSPACE_DEVICERGB, raw.FPDF_COLORSPACE_CALGRAY,
             raw.FPDF_COLORSPACE_CALRGB, raw.FPDF_COLORSPACE_ICCBASED)  # fmt: skip
    return seen[0] if seen[0].get_metadata().colorspace in plain else None


def _invisible(thing: pypdfium2.PdfObject) -> bool:
    """Text that a scanner's text recognition lays under the picture."""
    return bool(thing.type == raw.FPDF_PAGEOBJ_TEXT and raw.FPDFTextObj_GetTextRenderMode(thing) == INVISIBLE)


def _taken_out(image: pypdfium2.PdfImage, rotation: int, index: int) -> Scan:
    source = b""
    if image.get_filters()[-1:] == ["DCTDecode"]:
        source = bytes(image.get_data(decode_simple=True))
        grey = decoded(source, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
    else:
        grey = _grey(image.get_bitmap(render=False))
    if rotation:
        return Scan(index, np.asarray(cv2.rotate(grey, TURNS[rotation]), np.uint8))
    return Scan(index, grey, source)


def _rendered(page: pypdfium2.PdfPage) -> Grey:
    scale = min(DPI / POINTS_AN_INCH, LONGEST_RENDERED_PX / max(*page.get_size(), 1.0))
    return _grey(page.render(scale=scale, grayscale=True))


def _grey(bitmap: pypdfium2.PdfBitmap) -> Grey:
    pixels = bitmap.to_numpy()
    if pixels.ndim == 2:
        return np.array(pixels)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_BGR2GRAY), np.uint8)
