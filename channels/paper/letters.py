"""The letters of a form, how wide they are, and where a line is broken.

DejaVu Sans, because it has the letters of every language that an office may ask in, and comes with Debian; the file
carries what it uses of it. All lengths are millimetres, sizes are points.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageStat
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from kiosk.errors import ConfigError

FOLDER = Path("/usr/share/fonts/truetype/dejavu")
PACKAGE = "fonts-dejavu-core"
POINT_MM = 25.4 / 72
EM = 1000  # what the widths of letters are parts of
FIRM = "\N{NO-BREAK SPACE}"


class Face(StrEnum):
    """The two there are: no italics, nothing underlined."""

    TEXT = "DejaVuSans"
    BOLD = "DejaVuSans-Bold"


@cache
def font(face: Face) -> TTFont:
    """The font, known to reportlab from now on. Raises ConfigError where it is not installed."""
    try:
        loaded = TTFont(face, str(FOLDER / f"{face}.ttf"))
    except TTFError:
        raise ConfigError("paper.font", f"The font for print is missing. Install it: apt install {PACKAGE}") from None
    registerFont(loaded)
    return loaded


def there() -> bool:
    return all((FOLDER / f"{face}.ttf").is_file() for face in Face)


def clean(text: str) -> str:
    """An umlaut as one sign, however it was typed; and no soft hyphens, which the font would show."""
    return unicodedata.normalize("NFC", text).replace("\N{SOFT HYPHEN}", "")


def lacking(text: str) -> str:
    """The signs that would be printed as an empty box."""
    signs = {sign for sign in clean(text) if not sign.isspace()}
    return " ".join(sorted(sign for sign in signs if any(ord(sign) not in font(f).face.charToGlyph for f in Face)))


def width_mm(text: str, face: Face, size: float) -> float:
    widths = font(face).face
    letters = sum(widths.charWidths.get(ord(sign), widths.defaultWidth) for sign in text)
    return float(letters) / EM * size * POINT_MM


def reach_mm(text: str, face: Face, size: float) -> tuple[float, float]:
    """How far its ink goes above and below where letters stand."""
    _, top, _, bottom = _measured(face).getbbox(text, anchor="ls")
    return max(0.0, -top) / EM * size * POINT_MM, max(0.0, bottom) / EM * size * POINT_MM


def line(face: Face) -> tuple[int, int]:
    """How far a line of any letters goes above and below where they stand, in parts of EM: as the font's maker says."""
    return _measured(face).getmetrics()


def ink_mm2(text: str, face: Face, size: float) -> float:
    """How much of the paper its letters cover."""
    return sum(_covered(sign, face) for sign in text) * (size * POINT_MM) ** 2


@cache
def _covered(sign: str, face: Face) -> float:
    """Of a square as high as the letters are large."""
    large = _measured(face)
    left, top, right, bottom = (round(side) for side in large.getbbox(sign, anchor="ls"))
    picture = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(picture).text((-left, -top), sign, 255, large, anchor="ls")
    return float(ImageStat.Stat(picture).sum[0]) / 255 / EM**2


@cache
def _measured(face: Face) -> ImageFont.FreeTypeFont:
    """The font again, a thousand pixels large: reportlab does not say how high a letter is."""
    return ImageFont.truetype(FOLDER / f"{face}.ttf", EM, layout_engine=ImageFont.Layout.BASIC)


def broken(text: str, face: Face, size: float, room_mm: float) -> tuple[str, ...]:
    """The lines of a text; a newline in it begins a new one. A word that is wider than the room is broken at a hyphen,
    or wherever it has to be."""
    return tuple(line for given in clean(text).split("\n") for line in _filled(given.split(" "), face, size, room_mm))


def _filled(words: Iterable[str], face: Face, size: float, room_mm: float) -> Iterator[str]:
    line = ""
    for word in (part for whole in words for part in _parts(whole, face, size, room_mm)):
        longer = f"{line} {word}" if line else word
        if line and width_mm(longer, face, size) > room_mm:
            yield line
            line = word
        else:
            line = longer
    yield line


def _parts(word: str, face: Face, size: float, room_mm: float) -> Iterator[str]:
    """The word, or pieces of it that are each no wider than the room."""
    while width_mm(word, face, size) > room_mm:
        most = next(n for n in range(len(word), 0, -1) if n == 1 or width_mm(word[:n], face, size) <= room_mm)
        hyphen = word.rfind("-", 1, most)
        cut = hyphen + 1 if hyphen > 0 else most
        yield word[:cut]
        word = word[cut:]
    yield word
