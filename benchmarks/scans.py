"""How fast scans are read: forms of the sample surveys, printed, marked, and scanned into a PDF of grey JPEGs, as
office scanners make them; read by workers as `kiosk paper read` reads them.

To decode the JPEGs alone is the limit, so what all the rest costs is measured against that, in processor time, which is
the same on a busy machine. How right the marks are read is another benchmark's (marks).
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from benchmarks.table import Row, at_least, at_most
from channels.paper.compose import compose
from channels.paper.draw import Drawing
from channels.paper.files import pages
from channels.paper.picture import Grey, Scan
from channels.paper.reading import MarkState, Seen
from channels.paper.sheet import Box, Sheet, SheetPage
from channels.paper.workers import Workers
from kiosk.commands import init
from kiosk.identity import new_code
from kiosk.office import Office
from kiosk.scan import PageState

LEAST = {200: (25.0, 50.0), 300: (15.0, 32.0)}  # dots per inch -> pages a second by one worker, and by two
MOST_RATIO = 2.5  # to decoding alone
MOST_RSS = 150.0  # MB a worker
PAGES = 60  # of a file
ROUNDS = 3
QUALITY = 75  # of the JPEGs
NOISE = 4.0  # greys
PAPER, PRINT = 238, 30  # greys
SEED = 6


def run() -> list[Row]:
    """Half a minute."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        init.make(folder / "office")
        forms = list(_printed(Office(folder / "office")))
        sheets = {sheet.id: sheet for sheet, _ in forms}
        return [row for dpi in LEAST for row in _rows(dpi, _scanned(folder, forms, dpi), sheets)]


def _rows(dpi: int, file: Path, sheets: dict[str, Sheet]) -> Iterator[Row]:
    decoding = _decoding(file)
    name = f"scans: {dpi} dpi grey"
    yield Row(f"{name}, boxes a page", _boxes(sheets), "")
    yield Row(f"{name}, decoding alone", decoding, "ms")
    for number, least in zip((1, 2), LEAST[dpi], strict=True):
        spent = _spent(file, sheets, number)
        ways = f"{name}, {number} process{'es' if number > 1 else ''}"
        yield at_least(f"{ways}, pages", spent.rate, "/s", least)
        yield Row(f"{ways}, processor time a page", spent.cpu_ms, "ms")
        if number == 1:
            yield at_most(f"{ways}, against decoding alone", spent.cpu_ms / decoding, "x", MOST_RATIO)
        yield at_most(f"{ways}, memory a worker", spent.rss_mb, "MB", MOST_RSS)
        yield at_most(f"{ways}, pages not read", spent.lost, "", 0)


# -- what is measured


@dataclass(frozen=True, slots=True)
class Spent:
    rate: float  # pages a second
    cpu_ms: float  # a page
    rss_mb: float  # of the largest worker, ever
    lost: int  # pages


def _spent(file: Path, sheets: dict[str, Sheet], number: int) -> Spent:
    """By so many workers that are warm."""
    with Workers(number, sheets.get) as workers:
        lost = sum(map(_is_lost, workers.read(file)))
        ours = [child.pid for child in multiprocessing.active_children() if child.pid]
        cpu, best = sum(map(_cpu, ours)), 0.0
        for _ in range(ROUNDS):
            start = time.perf_counter()
            lost += sum(map(_is_lost, workers.read(file)))
            best = max(best, PAGES / (time.perf_counter() - start))
        used = sum(map(_cpu, ours)) - cpu
        return Spent(best, 1000 * used / (ROUNDS * PAGES), max(map(_rss, ours)), lost)


def _is_lost(seen: Seen) -> bool:
    marked = any(box.state is MarkState.MARKED for box in seen.reading.boxes)
    return seen.reading.state is not PageState.FILED or (bool(seen.reading.boxes) and not marked)


def _cpu(pid: int) -> float:
    """Seconds that a process has worked."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _rss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _decoding(file: Path) -> float:
    """Milliseconds a page, of the processor."""
    cv2.setNumThreads(1)
    pictures = [np.frombuffer(scan.source, np.uint8) for scan in pages(file) if isinstance(scan, Scan)]
    began = time.process_time()
    for _ in range(ROUNDS):
        for picture in pictures:
            cv2.imdecode(picture, cv2.IMREAD_GRAYSCALE)
    return 1000 * (time.process_time() - began) / (ROUNDS * len(pictures))


# -- what is scanned


def _printed(office: Office) -> Iterator[tuple[Sheet, pypdfium2.PdfDocument]]:
    """A copy of every sample's form."""
    for survey in office.open_surveys():
        printed = compose(survey, office.catalogues[survey.locales[0]], office.house)
        out = BytesIO()
        drawing = Drawing(out, printed)
        drawing.copy(new_code())
        drawing.save()
        yield printed.sheet, pypdfium2.PdfDocument(out.getvalue())


def _boxes(sheets: dict[str, Sheet]) -> float:
    found = [len(page.boxes) for sheet in sheets.values() for page in sheet.pages if page.boxes]
    return sum(found) / len(found)


def _scanned(folder: Path, forms: Sequence[tuple[Sheet, pypdfium2.PdfDocument]], dpi: int) -> Path:
    """One file of PAGES pages with boxes on them, one form after the other, and again."""
    random = np.random.default_rng(SEED)
    marked = [_marked(page, document, dpi) for sheet, document in forms for page in sheet.pages if page.boxes]
    images = [Image.fromarray(_as_scanned(marked[number % len(marked)], random)) for number in range(PAGES)]
    file = folder / f"{dpi}.pdf"
    images[0].save(file, resolution=dpi, quality=QUALITY, save_all=True, append_images=images[1:])
    return file


def _marked(page: SheetPage, document: pypdfium2.PdfDocument, dpi: int) -> Grey:
    """With a cross in the first box of every question."""
    grey = np.array(document[page.number - 1].render(scale=dpi / 72, grayscale=True).to_numpy())
    for box in {box.question: box for box in reversed(page.boxes)}.values():
        for line in _cross(box):
            start, end = (tuple(round(value * dpi / 25.4) for value in point) for point in line)
            cv2.line(grey, start, end, (70.0,), max(1, round(0.7 * dpi / 25.4)), cv2.LINE_AA)
    return grey


def _cross(box: Box) -> Iterable[tuple[tuple[float, float], tuple[float, float]]]:
    low, high = 0.2 * box.side_mm, 0.8 * box.side_mm
    yield (box.x_mm + low, box.y_mm + low), (box.x_mm + high, box.y_mm + high)
    yield (box.x_mm + high, box.y_mm + low), (box.x_mm + low, box.y_mm + high)


def _as_scanned(grey: Grey, random: np.random.Generator) -> Grey:
    light = PRINT + grey * ((PAPER - PRINT) / 255) + random.normal(0, NOISE, grey.shape)
    return np.asarray(np.clip(light, 0, 255), np.uint8)
