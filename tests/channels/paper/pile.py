"""A pile of sheets as residents hand them in: printed by the real program, marked where its geometry says, scanned."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from kiosk.office import Office
from kiosk.record import Response
from kiosk.scan import Waiting
from kiosk.store.reads import Reads
from tests.kiosk.running import run

PX_MM = 150 / 25.4
INK = 40

Scan = NDArray[np.uint8]
Marks = Mapping[str, Sequence[str]]  # question -> values; of a field, words


class Pile:
    """Sheets of one survey and what is on them."""

    def __init__(self, office: Path, survey: str, locale: str = "en") -> None:
        self.office = office
        self.survey, self.locale = survey, locale
        told = run(office, "paper", "geometry", survey, "--locale", locale, "--json")
        assert told.returncode == 0, told.stderr
        self.pages: list[dict[str, Any]] = json.loads(told.stdout)["pages"]

    def printed(self, copies: int) -> list[list[Scan]]:
        """Empty sheets, each page as a scanner sees it, without the empty back that the last one may have."""
        file = self.office.with_name(f"{self.survey}.pdf")
        done = run(self.office, "paper", "print", self.survey, "--locale", self.locale, "--copies", str(copies),
                   "-o", str(file))  # fmt: skip
        assert done.returncode == 0, done.stderr
        with closing(pypdfium2.PdfDocument(file)) as document:
            pictures = (page.render(scale=PX_MM * 25.4 / 72, grayscale=True) for page in document)
            scans = [picture.to_numpy().squeeze().copy() for picture in pictures]
        return [scans[at : at + len(self.pages)] for at in range(0, len(scans), len(scans) // copies)]

    def filled(self, sheet: Sequence[Scan], marks: Marks) -> list[Scan]:
        """A cross in these boxes, and something written in these fields."""
        filled = [scan.copy() for scan in sheet]
        for page, scan in zip(self.pages, filled, strict=True):
            for box in page["boxes"]:
                if box["value"] in marks.get(box["question"], ()):
                    _cross(scan, box["x_mm"], box["y_mm"], box["side_mm"])
            for field in page["fields"]:
                for words in marks.get(field["question"], ()):
                    at = round((field["x_mm"] + 5) * PX_MM), round((field["y_mm"] + 8) * PX_MM)
                    cv2.putText(scan, words, at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.2, (INK,), 3, cv2.LINE_AA)
        return filled


def _cross(scan: Scan, x_mm: float, y_mm: float, side_mm: float) -> None:
    near, far = 1.2, side_mm - 1.2
    for (left, top), (right, bottom) in (((near, near), (far, far)), ((far, near), (near, far))):
        start = round((x_mm + left) * PX_MM), round((y_mm + top) * PX_MM)
        end = round((x_mm + right) * PX_MM), round((y_mm + bottom) * PX_MM)
        cv2.line(scan, start, end, (INK,), 4, cv2.LINE_AA)


def tiff(scans: Sequence[Scan]) -> bytes:
    """One file of many pages."""
    first, *rest = (Image.fromarray(scan) for scan in scans)
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=rest, dpi=(150, 150), compression="tiff_deflate")
    return out.getvalue()


def responses(office: Path, survey: str) -> list[Response]:
    with closing(_reads(office)) as reads:
        return list(reads.responses(survey))


def waiting(office: Path) -> list[Waiting]:
    with closing(_reads(office)) as reads:
        return reads.pages_waiting(1 << 50)


def blobs(office: Path) -> tuple[set[str], set[str]]:
    """On the disk, and in the store."""
    with closing(_reads(office)) as reads:
        known = {row[0] for row in reads._connection.execute("SELECT uid FROM blob")}
    return {file.name for file in (office / "blobs").glob("??/*")}, known


def _reads(folder: Path) -> Reads:
    office = Office(folder)
    return Reads(office.store_file, office.keyring)
