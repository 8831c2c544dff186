"""Stacks what is printed onto pages.

A `Block` is a piece of a form that is never broken over two pages: a paragraph, or a question with all its boxes. It is
built line by line from its own top; `Pages` puts it where there is room, and gives every page its tags and its code.

    14 .. 34 mm     tags in the corners, the code in the middle, words between them
    39 .. 268       the text, 167 mm wide: about 62 letters of 14 points
    273 .. 283      tags in the corners, the foot between them

Nothing but white is within 3 mm of a tag or of the code and its quiet zone: the places above see to that, and the
numbers here are the only ones there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from channels.paper.extent import extent
from channels.paper.letters import POINT_MM, Face, broken
from channels.paper.placed import Entry, Piece, Rule, Text, Thing
from channels.paper.sheet import CODE_MM, TAG_INSET_MM, WIDTH_MM, Box, Code, Field, Rows, SheetPage, tags

LEFT_MM, RIGHT_MM = 20.0, 187.0  # of the text: holes are punched at the left
TOP_MM, BOTTOM_MM = 39.0, 268.0
ROOM_MM = RIGHT_MM - LEFT_MM
CODE = Code(round((WIDTH_MM - CODE_MM) / 2, 2), TAG_INSET_MM, CODE_MM)
LEADING = 1.35  # line to line, as a part of a letter's size
RISE = 1.03  # from the top of a line to where its letters stand
CAP = 0.73  # how high a capital letter is
RULE_MM = 0.8  # the pen of a line that parts two questions: bolder than a line to write on
AROUND_RULE_MM = 6.0


@dataclass(frozen=True, slots=True)
class Look:
    """`before_mm`: white above, except at the top of a page."""

    face: Face
    size: float  # points
    before_mm: float

    @property
    def line_mm(self) -> float:
        return self.size * LEADING * POINT_MM

    @property
    def rise_mm(self) -> float:
        return self.size * RISE * POINT_MM

    @property
    def cap_mm(self) -> float:
        return self.size * CAP * POINT_MM


TITLE = Look(Face.BOLD, 24, 3)
BRIEF = Look(Face.TEXT, 16, 3)
HEADING = Look(Face.BOLD, 18, 8)
QUESTION = Look(Face.BOLD, 18, 4)
ASKED = Look(Face.BOLD, 15, 2)
BOLD = Look(Face.BOLD, 14, 2)
TEXT = Look(Face.TEXT, 14, 2)
NUMBER = Look(Face.BOLD, 22, 2)
MARK = Look(Face.TEXT, 9, 0)  # the version, for staff


@dataclass(slots=True)
class Block:
    """`height_mm` grows as things are put in; places are counted from its top."""

    before_mm: float = 0.0
    height_mm: float = 0.0
    question: str = ""
    pieces: list[Piece] = field(default_factory=list)

    def text(self, text: str, look: Look, x_mm: float = LEFT_MM, right_mm: float = RIGHT_MM) -> None:
        """Lines of text below what is there."""
        if self.height_mm or self.before_mm:
            self.height_mm += look.before_mm
        else:
            self.before_mm = look.before_mm
        for line in broken(text, look.face, look.size, right_mm - x_mm):
            self.pieces.append(Text(x_mm, self.height_mm + look.rise_mm, line, look.face, look.size))
            self.height_mm += look.line_mm

    def rule(self) -> None:
        """A line across, above all else in this block."""
        self.before_mm = AROUND_RULE_MM
        self.pieces.append(Rule(LEFT_MM, 0.0, ROOM_MM, RULE_MM))

    def slot(self, look: Look) -> None:
        """Where the copy's number is written, below what is there."""
        self.height_mm += look.before_mm
        self.pieces.append(Text(LEFT_MM, self.height_mm + look.rise_mm, "", look.face, look.size, digits=True))
        self.height_mm += look.line_mm

    def entry(self, title: str) -> None:
        """From here on it is listed in the table of contents."""
        self.pieces.append(Entry(title, 0, self.height_mm))


@dataclass(slots=True)
class Pages:
    """Pages as they fill up, from top to bottom."""

    pages: list[list[Piece]] = field(default_factory=lambda: [[]])
    y_mm: float = TOP_MM

    def put(self, block: Block) -> None:
        """Below what is there, or on a new page where there is room for all of it."""
        before_mm = block.before_mm if self.y_mm > TOP_MM else 0.0
        if self.y_mm > TOP_MM and self.y_mm + before_mm + block.height_mm > BOTTOM_MM:
            self.turn()
            before_mm = 0.0
        self.y_mm += before_mm
        self.pages[-1] += [_shifted(piece, self.y_mm) for piece in block.pieces]
        if block.question:
            self.pages[-1].append(Rows(block.question, round(self.y_mm, 2), round(block.height_mm, 2)))
        self.y_mm += block.height_mm

    def turn(self) -> None:
        """Go on at the top of a new page."""
        self.pages.append([])
        self.y_mm = TOP_MM

    def surround(self, number: int, things: Iterable[Thing]) -> None:
        """Above and below what is on a page; read before it."""
        self.pages[number - 1][:0] = things

    def sheet_pages(self) -> tuple[SheetPage, ...]:
        return tuple(
            SheetPage(
                number,
                tags(number),
                CODE,
                tuple(replace(piece, page=number) for piece in pieces if isinstance(piece, Box)),
                tuple(replace(piece, page=number) for piece in pieces if isinstance(piece, Field)),
                tuple(extent(piece) for piece in pieces if isinstance(piece, Thing)),
                tuple(piece for piece in pieces if isinstance(piece, Rows)),
            )
            for number, pieces in enumerate(self.pages, start=1)
        )

    def things(self) -> tuple[tuple[Thing, ...], ...]:
        return tuple(tuple(piece for piece in page if isinstance(piece, Thing)) for page in self.pages)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(
            replace(piece, page=number)
            for number, page in enumerate(self.pages, start=1)
            for piece in page
            if isinstance(piece, Entry)
        )


def _shifted(piece: Piece, by_mm: float) -> Piece:
    return replace(piece, y_mm=round(piece.y_mm + by_mm, 2))
