"""How fast forms are printed: a thousand copies of two pages, each with a number of its own, against drawing all of
every page again for each; and whether memory stays what it is however many there are.

The plain way is a canvas as reportlab comes: it draws with the very same functions, code included, and writes streams
as letters, which is reportlab's default. What of the gain is due to sharing alone is told as well. Processor time is
compared, because the machine may have other things to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from benchmarks.table import Row, at_least, at_most
from channels.paper.code import Mark, payload
from channels.paper.compose import compose
from channels.paper.draw import MM, Drawing, code_squares, draw_page, slots
from channels.paper.letters import Face
from channels.paper.placed import Printed
from kiosk.commands import init
from kiosk.identity import grouped, new_code
from kiosk.office import Office

SURVEY = "vote"
COPIES = 1_000
PART = 10  # of them, one is drawn the plain way
PAGES = 2
TIMES = 3.0  # as fast as drawing everything again
MOST_BYTES = 3_500  # a copy
ROUNDS = 3  # the best of so many counts, on a noisy machine
GROWTH = 15.0  # per cent that three files may take more memory than one


def run() -> list[Row]:
    """Half a minute."""
    with tempfile.TemporaryDirectory() as folder:
        office = Path(folder) / "office"
        init.make(office)
        printed = _form(Office(office))
        size = len(_shared(printed, 1))
        shared, file = _best(lambda: _shared(printed, COPIES))
        plain, plain_bytes = (_best(partial(_plain, printed, as_letters))[0] for as_letters in (1, 0))
        memory = [_memory(office, copies) for copies in (COPIES, 3 * COPIES)]
    return [
        Row("forms: copies of two pages", COPIES / shared, "/s"),
        at_least("forms: as fast as drawing every page again, times", plain * PART / shared, "x", TIMES),
        Row("forms: of that, by sharing alone", plain_bytes * PART / shared, "x"),
        at_most("forms: bytes a copy", (len(file) - size) / (COPIES - 1), "B", MOST_BYTES),
        Row("forms: memory for 1,000 copies", memory[0], "MB"),
        at_most("forms: more memory for 3,000 copies", 100 * (memory[1] / memory[0] - 1), "%", GROWTH),
    ]


def _form(office: Office) -> Printed:
    """The last two pages of the vote: the end of the notice, the question, and where to hand in."""
    printed = compose(office.survey(SURVEY), office.catalogues["de"], office.house)
    sheet = replace(printed.sheet, pages=printed.sheet.pages[-PAGES:])
    return replace(printed, sheet=sheet, things=printed.things[-PAGES:])


def _shared(printed: Printed, copies: int) -> bytes:
    """As the command does."""
    out = BytesIO()
    drawing = Drawing(out, printed)
    for _ in range(copies):
        serial = new_code()
        drawing.copy(serial, grouped(serial))
    drawing.save()
    return out.getvalue()


def _plain(printed: Printed, as_letters: int) -> bytes:
    """Every page drawn anew, for a part of the copies."""
    shared, rl_config.useA85 = rl_config.useA85, as_letters
    try:
        return _drawn_anew(printed)
    finally:
        rl_config.useA85 = shared


def _drawn_anew(printed: Printed) -> bytes:
    out = BytesIO()
    canvas, sheet = Canvas(out, pagesize=A4, initialFontName=Face.TEXT), printed.sheet
    form = sheet.id
    for _ in range(COPIES // PART):
        serial = new_code()
        for page, things in zip(sheet.pages, printed.things, strict=True):
            draw_page(canvas, page, things)
            canvas.addLiteral(code_squares(page.code, payload(Mark(form, serial, page.number))))
            for slot in slots(things):
                canvas.setFont(slot.face, slot.size)
                canvas.drawString(slot.x_mm * MM, slot.y_mm * MM, grouped(serial))
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def _best(make: Callable[[], bytes]) -> tuple[float, bytes]:
    """Seconds of processor time, and what was made."""
    best, made = float("inf"), b""
    for _ in range(ROUNDS):
        began = time.process_time()
        made = make()
        best = min(best, time.process_time() - began)
    return best, made


def _memory(office: Path, copies: int) -> float:
    """The most that the command takes, in megabytes."""
    argv = [sys.executable, "-m", "kiosk", "--office", str(office), "paper", "print", SURVEY]
    printing = [*argv, "--copies", str(copies), "-o", str(office / "forms.pdf")]
    process = subprocess.Popen(printing, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("benchmarks: printing failed")
    return used.ru_maxrss / 1024
