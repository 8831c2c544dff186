"""Draws a notice as PDF, A4. Two sizes, because there are two places for it and no more:

    poster      16 points, one column of about 60 letters a line: large print, to hand out and for the wall. A printer
                enlarges it to A3 with letters of 22 points, so there is no size of its own for that.
    newspaper   two columns, 12 to 14 points: on as few pages as 12 points need, then as large as fits on these. It
                never goes below 12, but flows onto another page.

Black on white, left-aligned, no italics, nothing underlined. A group of lines is never parted, unless it alone is
longer than a page. Only text that is drawn can be read: the fonts are in the file, and it names title and language;
structure for screen readers (a tagged PDF) is more than reportlab can write, so the survey's web page serves those.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from kiosk.errors import ConfigError

FONT, BOLD = "Vera", "VeraBd"
MM = 72 / 25.4  # points
MARGIN = 15 * MM
WIDTH, HEIGHT = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN
GUTTER = 8 * MM
INDENT = 2.4  # of an option, behind its sign, as a part of a letter's size
LEADING = 1.3  # line to line, as a part of a letter's size


class Role(StrEnum):
    """What a line is, so that whoever draws it knows how large."""

    HOUSE = "house"
    TITLE = "title"
    BRIEF = "brief"
    HEADING = "heading"
    SUBHEADING = "subheading"
    TEXT = "text"
    ASKED = "asked"
    OPTION = "option"
    TO_TYPE = "to_type"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; a newline in it begins a new line. `sign` stands in front of an option."""

    role: Role
    text: str
    sign: str = ""


Group = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """`head` stands across the first page; a group is not parted over two pages. `page` has the fields {page} and {of};
    `mark` tells the staff which version of the survey the letters belong to."""

    language: str
    house: str
    title: str
    mark: str
    page: str
    head: Group
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """The sizes of the running text that may be used, in points, smallest first."""

    text: tuple[float, ...]
    columns: int


SIZES = {"poster": Size((16.0,), 1), "newspaper": Size((12.0, 12.5, 13.0, 13.5, 14.0), 2)}


@dataclass(frozen=True, slots=True)
class Look:
    """Of one role: size and room before it as parts of the running text's size."""

    font: str
    size: float
    before: float


LOOKS = {
    Role.HOUSE: Look(BOLD, 1.0, 0.0),
    Role.TITLE: Look(BOLD, 1.75, 0.3),
    Role.BRIEF: Look(FONT, 1.125, 0.4),
    Role.HEADING: Look(BOLD, 1.5, 1.2),
    Role.SUBHEADING: Look(BOLD, 1.125, 1.0),
    Role.TEXT: Look(FONT, 1.0, 0.4),
    Role.ASKED: Look(BOLD, 1.0, 0.4),
    Role.OPTION: Look(FONT, 1.0, 0.35),
    Role.TO_TYPE: Look(BOLD, 1.25, 0.4),
}


def pdf(notice: Notice, size: Size) -> bytes:
    """The whole file; the same for the same notice. Raises ConfigError for a sign that the font has not."""
    fonts = [TTFont(font, f"{font}.ttf") for font in (FONT, BOLD)]
    for font in fonts:
        registerFont(font)
    _check_signs(notice, fonts)
    layouts = [_Layout(notice, text, size.columns) for text in size.text]
    return next(layout for layout in reversed(layouts) if layout.pages == layouts[0].pages).pdf(notice)


def _check_signs(notice: Notice, fonts: list[TTFont]) -> None:
    """An empty box on a wall helps nobody, and nobody would see it before it hangs there."""
    lines = [*notice.head, *(line for group in notice.groups for line in group)]
    signs = {sign for line in lines for sign in _printed(line.text) if not sign.isspace()}
    lacking = sorted(sign for sign in signs if any(ord(sign) not in font.face.charToGlyph for font in fonts))
    if lacking:
        raise ConfigError(
            "notice.signs",
            f"The font for print has no {' '.join(lacking)}. Write the survey and the house's name without.",
        )


def _printed(text: str) -> str:
    """An umlaut as one sign, however it was typed; and no soft hyphens, which the font would show."""
    return unicodedata.normalize("NFC", text).replace("\N{SOFT HYPHEN}", "")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A paragraph, and the lower left corner of its place."""

    paragraph: Paragraph
    page: int
    x: float
    y: float


class _Layout:
    """Where everything stands at one size of the running text: the head across the page, the groups in columns."""

    def __init__(self, notice: Notice, text: float, columns: int) -> None:
        self._text = text
        self._foot = MARGIN + 1.75 * text  # the lowest a paragraph may reach: there is room above the foot
        self._placed: list[_Placed] = []
        self.pages = 1
        self._begin(columns=1, top=MARGIN + HEIGHT)
        self._put(notice.head)
        self._begin(columns, top=self._y - 1.2 * text)
        for group in notice.groups:
            self._put(group)

    def pdf(self, notice: Notice) -> bytes:
        out = io.BytesIO()
        # Without a time of day in what it says of itself; and with no font that is only named.
        canvas = Canvas(out, pagesize=A4, lang=notice.language, invariant=1, initialFontName=FONT)
        canvas.setTitle(notice.title)
        canvas.setAuthor(notice.house)
        canvas.setViewerPreference("DisplayDocTitle", "true")
        for page in range(1, self.pages + 1):
            for placed in self._placed:
                if placed.page == page:
                    placed.paragraph.drawOn(canvas, placed.x, placed.y)
            canvas.setFont(FONT, self._text)
            canvas.drawString(MARGIN, MARGIN, notice.page.format(page=page, of=self.pages))
            canvas.drawRightString(MARGIN + WIDTH, MARGIN, notice.mark)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _begin(self, columns: int, top: float) -> None:
        """From here on in so many columns, on this page from `top` on."""
        self._columns, self._column = columns, 0
        self._width = (WIDTH - (columns - 1) * GUTTER) / columns
        self._top = self._y = top

    def _next(self) -> None:
        """Go on at the top of the next column."""
        self._column += 1
        if self._column == self._columns:
            self._column, self.pages, self._top = 0, self.pages + 1, MARGIN + HEIGHT
        self._y = self._top

    def _put(self, group: Group) -> None:
        """Below what is there, or where there is room for all of it; parted only if no column has that much."""
        paragraphs = [_paragraph(line, self._text, self._width) for line in group]
        first, *others = paragraphs
        height = sum(self._height(paragraph) + paragraph.getSpaceAfter() for paragraph in paragraphs)
        height += sum(paragraph.getSpaceBefore() for paragraph in others)
        if height <= self._room(MARGIN + HEIGHT, first.style.borderPadding):
            while height > self._room(self._y, self._before(first)):
                self._next()
        for paragraph in paragraphs:
            self._put_one(paragraph)

    def _put_one(self, paragraph: Paragraph) -> None:
        height, before = self._height(paragraph), self._before(paragraph)
        room = self._room(self._y, before)
        if height > room:
            first, *rest = paragraph.split(self._width, room) or (None, paragraph)
            if first:
                self._put_one(first)
            self._next()
            for part in rest:
                self._put_one(part)
            return
        self._y -= before + height
        x = MARGIN + self._column * (self._width + GUTTER)
        self._placed.append(_Placed(paragraph, self.pages, x, self._y))
        self._y -= paragraph.getSpaceAfter()

    def _room(self, y: float, before: float) -> float:
        return y - before - self._foot

    def _height(self, paragraph: Paragraph) -> float:
        return float(paragraph.wrap(self._width, A4[1])[1])

    def _before(self, paragraph: Paragraph) -> float:
        """The room before it; none at the top of a column, but for the frame of what is in one."""
        at_top = self._y == self._top
        return paragraph.style.borderPadding if at_top else float(paragraph.getSpaceBefore())


def _paragraph(line: Line, running: float, width: float) -> Paragraph:
    look, text = LOOKS[line.role], _printed(line.text)
    frame = 0.5 * running if line.role is Role.TO_TYPE else 0.0  # from the letters to the line around them
    size = _fitting(text, look, running, width - 2 * frame)
    style = ParagraphStyle(
        line.role,
        fontName=look.font,
        fontSize=size,
        leading=size * LEADING,
        spaceBefore=look.before * running + frame,
        spaceAfter=frame,
        leftIndent=INDENT * running if line.sign else frame,
        rightIndent=frame,
        borderWidth=1.5 if frame else 0,
        borderPadding=frame,
        borderColor=black,
        bulletFontName=BOLD,
        bulletFontSize=size,
        allowWidows=0,
        allowOrphans=0,
    )
    return Paragraph(escape(text).replace("\n", "<br/>"), style, bulletText=line.sign or None)


def _fitting(text: str, look: Look, running: float, width: float) -> float:
    """What is larger than the running text is set smaller where a word of it is wider than the line."""
    size = look.size * running
    widest = max((stringWidth(word, look.font, 1.0) for word in text.split()), default=0.0)
    return min(size, max(running, width / widest if widest else size))
