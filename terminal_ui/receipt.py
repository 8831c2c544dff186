"""The code on paper: a slip for the receipt printer, for whoever cannot write eleven digits down.

The slip says thanks, the code, what it is for and whom to call, and of the date no more than the day; nothing of the
answers. It is drawn by reportlab with a font that comes with it, as large as the roll takes: a group of digits a line.

It is sent by `lp`, which hands it to CUPS, through standard input and under a title that says nothing. That happens
beside the screen, which never waits for a printer; and a terminal without one never loads what draws the slip.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from kiosk.catalogue import Catalogue
from kiosk.wording import House, reach

PROGRAM = "lp"
LONGEST = 20.0  # seconds that handing over to CUPS may take
TITLE = "kiosk"
FONT, BOLD = "Vera", "VeraBd"

MM = 72 / 25.4  # points
ROLL, MARGIN = 80 * MM, 4 * MM  # its printers reach 72 mm of it
WIDTH = ROLL - 2 * MARGIN
TEXT, HEADING = 14.0, 18.0  # points; large print begins at 14
LEADING, CLOSE = 1.35, 1.05  # line to line, as parts of a letter's size; digits reach below nothing
GAP = 5 * MM
FIRM = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the slip, in the middle of the roll; `above` is the room before it."""

    text: str
    font: str
    size: float
    above: float = 0.0
    leading: float = LEADING

    @property
    def height(self) -> float:
        return self.above + self.size * self.leading


def receipt_pdf(code: str, catalogue: Catalogue, house: House, day: date) -> bytes:
    """One page, as long as what is on it. `code` is grouped by blanks, as the screen shows it."""
    from reportlab.pdfgen.canvas import Canvas

    _register()
    lines = list(_lines(code, catalogue, house, day))
    height = sum(line.height for line in lines) + 2 * MARGIN
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(ROLL, height), invariant=1)  # no time of day in what the file says of itself
    canvas.setTitle(TITLE)
    y = height - MARGIN
    for line in lines:
        y -= line.height
        canvas.setFont(line.font, line.size)
        canvas.drawCentredString(ROLL / 2, y + line.size * (line.leading - 1), line.text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class Printer:
    """One queue of CUPS, or none."""

    def __init__(self, queue: str) -> None:
        """`queue` "": no printer."""
        self._queue = queue
        self._program = shutil.which(PROGRAM) if queue else None

    @property
    def there(self) -> bool:
        """Whether CUPS knows the queue. Asks it: for the start and the doctor, not for every screen."""
        if self._program is None or (lpstat := shutil.which("lpstat")) is None:
            return False
        return _succeeds([lpstat, "-p", self._queue], b"")

    def send(self, pdf: bytes, done: Callable[[bool], None]) -> None:
        """Returns at once; `done` is told from another thread whether CUPS has taken it."""
        threading.Thread(target=lambda: done(self._sent(pdf)), name="printer", daemon=True).start()

    def _sent(self, pdf: bytes) -> bool:
        if self._program is None:
            return False
        return _succeeds([self._program, "-d", self._queue, "-t", TITLE, "-"], pdf)


def _succeeds(command: list[str], given: bytes) -> bool:
    try:
        done = subprocess.run(
            command, input=given, timeout=LONGEST, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _lines(code: str, catalogue: Catalogue, house: House, day: date) -> Iterator[Line]:
    from babel.dates import format_date

    yield from _wrapped(house.name, BOLD, HEADING)
    yield from _wrapped(catalogue.say("terminal.print.thanks"), FONT, HEADING, GAP)
    yield from _wrapped(catalogue.say("terminal.print.code"), FONT, TEXT, GAP)
    groups = code.split()
    largest = min(WIDTH / _width(group, BOLD, 1.0) for group in groups)
    yield from (Line(group, BOLD, largest, leading=CLOSE) for group in groups)
    yield from _wrapped(catalogue.say("terminal.print.purpose"), FONT, TEXT, GAP)
    whole = replace(house, phone=house.phone.replace(" ", FIRM))  # nobody should have to find half a number
    yield from _wrapped(reach("help", catalogue, whole), FONT, TEXT, GAP)
    written = format_date(day, "long", locale=catalogue.locale.partition("@")[0])
    yield from _wrapped(written, FONT, TEXT, GAP)


def _wrapped(text: str, font: str, size: float, above: float = 0.0) -> Iterator[Line]:
    """A sentence a line where the text says so, and broken at blanks. Where a word is wider than the roll all are set
    smaller, for it must be whole."""
    split = ([word for word in sentence.split(" ") if word] for sentence in text.splitlines())
    sentences = [words for words in split if words]
    size = min([size, *(WIDTH / _width(word, font, 1.0) for words in sentences for word in words)])
    for words in sentences:
        line, *rest = words
        for word in rest:
            longer = f"{line} {word}"
            if _width(longer, font, size) > WIDTH:
                yield Line(line, font, size, above)
                above, longer = 0.0, word
            line = longer
        yield Line(line, font, size, above)
        above = 0.0


def _width(text: str, font: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))


def _register() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for font in (FONT, BOLD):
        registerFont(TTFont(font, f"{font}.ttf"))
