"""A form as it is printed and as a pen leaves it, and the screen where staff type forms in.

The number on the form is that of a copy which nobody was ever given.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from channels.paper.sheet import Shape
from channels.paper.training import hands
from channels.paper.training.pens import PENS, Grey, draw
from deploy.pictures import office, screen

LOCALE = "de"
TALL = 1000  # pixels of a page
FINE = 200  # dots an inch where the pen draws
PEN = hands.Hand(PENS[1], 0.6, 0.85, tremor_mm=0.08, size=1.1, slope=0.15, astray_mm=0.2, kind="cross")
MEANT = {"satisfied": "satisfied", "waited": "10_to_30_minutes"}
SLIPPED = {"satisfied": "in_between"}  # and painted over
NUMBER = "12345678906"  # of the form that is typed in
WINDOW = ("-geometry", "80x24+0+0", "-fa", "DejaVu Sans Mono", "-fs", "20", "-b", "0", "-bw", "0", "+sb")


def take(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        bureau = Path(place) / "office"
        office.make(bureau)
        _print(bureau, folder)
        _type_in(bureau, folder)


# -- the form


def _print(bureau: Path, folder: Path) -> None:
    """Its first page, and the first with questions, with crosses and a slip."""
    form = bureau / "form.pdf"
    which = ("--office", str(bureau), "paper")
    office.kiosk(*which, "print", office.SURVEY, "--locale", LOCALE, "-o", str(form))
    pages = json.loads(office.kiosk(*which, "geometry", office.SURVEY, "--locale", LOCALE, "--json"))["pages"]
    _write(_page(form, 1), folder / "form.png")
    first = next(page for page in pages if page["boxes"])
    marked = _page(form, first["number"])
    _mark(marked, first["boxes"])
    _write(marked, folder / "marked.png")


def _page(form: Path, number: int) -> Grey:
    where = ("-f", str(number), "-l", str(number))
    command = ["pdftoppm", "-png", "-gray", "-r", str(FINE), *where, str(form)]
    raw = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    page = np.asarray(cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    return page


def _mark(page: Grey, boxes: list[Mapping[str, Any]]) -> None:
    for seed, (box, drawn) in enumerate(_drawn(boxes)):
        middle = np.array([box[side] + box["side_mm"] / 2 for side in ("x_mm", "y_mm")], np.float32)
        strokes = [replace(stroke, points=stroke.points + middle) for stroke in drawn.strokes]
        draw(page, strokes, PEN.pen, PEN.darkness, FINE / 25.4, seed)


def _drawn(boxes: list[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], hands.Drawn]]:
    rng = np.random.default_rng(0)
    for box in boxes:
        if SLIPPED.get(box["question"]) == box["value"]:
            yield box, hands.cancel(rng, PEN, box["side_mm"] / 2, Shape(box["shape"]))
        elif MEANT.get(box["question"]) == box["value"]:
            yield box, hands.mark(rng, PEN, box["side_mm"] / 2)


def _write(page: Grey, file: Path) -> None:
    """With a line around it: white paper has no edge on a white page."""
    raw = cv2.imencode(".png", page)[1].tobytes()
    size = ("-resize", f"x{TALL}", "-shave", "1x1", "-bordercolor", "gray60", "-border", "1")
    subprocess.run(["convert", "png:-", *size, "+dither", "-colors", "16", f"png8:{file}"], input=raw, check=True)
    print(file, flush=True)


# -- the screen


def _type_in(bureau: Path, folder: Path) -> None:
    """A form in the middle."""
    program = (sys.executable, "-m", "kiosk", "--office", str(bureau), "enter", office.SURVEY)
    with screen.shown() as display, screen.started(display, "xterm", *WINDOW, "-e", *program, environment={}):
        (window,) = screen.xdotool(display, "search", "--class", "xterm").split()
        screen.xdotool(display, "mousemove", "20", "20")  # where there is no window manager, keys follow the pointer
        screen.type_in(display, NUMBER)
        screen.press(display, "Return")
        screen.type_in(display, "22")
        time.sleep(screen.PAUSE)
        screen.take(display, folder / "enter.png", window)
