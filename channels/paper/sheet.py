"""The geometry of a printed form, in millimetres from the top left corner of an upright A4 page.

The one description from which a form is drawn (draw), read (locate, marks), shown to staff and exported (`kiosk paper
geometry`). It is kept as JSON when a form is printed, and nothing else tells a reader where a box is.

Every page has four square tags, ArUco of 4 x 4 cells, whose ids say which page and which corner, so that any three of
them tell how it lies; and one QR code that says which form, which copy and which page (see code). A box is a circle
where one answer counts and a square where several do; its place is that of the square around it, edge to edge of its
printed outline. A field is where somebody writes: a comb of cells, or lines. Words are all else that is printed, and
rows are where a question stands: with them a reader tells ink that somebody added (see beside).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
TAG_DICTIONARY = "DICT_4X4_50"  # ArUco's, by the name that OpenCV gives it
TAG_MM = 10.0  # side of a tag's black square
TAG_INSET_MM = 14.0  # from the paper's edge to a tag; at 10, a page that is fed 5 degrees askew loses corners
CODE_KIND = "QR"
CODE_MM = 20.0  # side of the QR code without its quiet zone
BOX_MM = 7.0  # outer side of a box
OUTLINE_MM = 0.5  # the pen of a box's outline, inside its side
TAGS_A_PAGE = 4
MOST_PAGES = 12  # so that all tags are of the dictionary of 50, whose signs differ the most
ID_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # of a form's id: none is taken for another
ID_LENGTH = 8


class Corner(StrEnum):
    """Of an upright page."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    BOTTOM_RIGHT = "bottom_right"
    BOTTOM_LEFT = "bottom_left"


CORNERS = tuple(Corner)


class Shape(StrEnum):
    CIRCLE = "circle"  # one answer counts
    SQUARE = "square"  # several may


@dataclass(frozen=True, slots=True)
class Tag:
    """`id` in ArUco's dictionary of 50 signs of 4 x 4; its place is its black square's."""

    id: int
    x_mm: float
    y_mm: float
    side_mm: float


@dataclass(frozen=True, slots=True)
class Code:
    """The QR code's place, without its quiet zone."""

    x_mm: float
    y_mm: float
    side_mm: float


@dataclass(frozen=True, slots=True)
class Box:
    """`value` is a choice's name; or, where `declines`, a `survey.Missing`."""

    question: str
    value: str
    page: int
    x_mm: float
    y_mm: float
    side_mm: float
    shape: Shape
    declines: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`cells`: so many of a comb, side by side; 0 for lines."""

    question: str
    page: int
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words, a rule or a drawn example: just so large that nothing of it is outside. `ink_mm2`: of its
    letters; 0 where it has none, or each copy others."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    ink_mm2: float = 0.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Where a question stands, from its title to its last box, over the whole width."""

    question: str
    y_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class SheetPage:
    """`number` counts from 1. Forms that were printed before these were kept have no `words` and `rows`."""

    number: int
    tags: tuple[Tag, ...]
    code: Code
    boxes: tuple[Box, ...] = ()
    fields: tuple[Field, ...] = ()
    words: tuple[Words, ...] = ()
    rows: tuple[Rows, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a reader knows of a form, besides its survey's definition of this `version`."""

    survey: str
    version: str
    locale: str
    pages: tuple[SheetPage, ...]

    @property
    def asks(self) -> tuple[int, ...]:
        """The numbers of the pages with anything to fill in."""
        return tuple(page.number for page in self.pages if page.boxes or page.fields)

    @property
    def id(self) -> str:
        """Eight letters and digits that follow from the content (40 bits of its SHA-256)."""
        number = int.from_bytes(sha256(to_json(self).encode()).digest()[:5])
        return "".join(ID_LETTERS[number >> 5 * place & 31] for place in reversed(range(ID_LENGTH)))


def tag_id(page: int, corner: Corner) -> int:
    """Which tag stands in this corner of this page."""
    return (page - 1) * TAGS_A_PAGE + CORNERS.index(corner)


def tags(page: int) -> tuple[Tag, ...]:
    """The four tags of a page."""
    far_x, far_y = WIDTH_MM - TAG_INSET_MM - TAG_MM, HEIGHT_MM - TAG_INSET_MM - TAG_MM
    places = {
        Corner.TOP_LEFT: (TAG_INSET_MM, TAG_INSET_MM),
        Corner.TOP_RIGHT: (far_x, TAG_INSET_MM),
        Corner.BOTTOM_RIGHT: (far_x, far_y),
        Corner.BOTTOM_LEFT: (TAG_INSET_MM, far_y),
    }
    return tuple(Tag(tag_id(page, corner), x, y, TAG_MM) for corner, (x, y) in places.items())


def to_json(sheet: Sheet) -> str:
    """The canonical JSON: sorted keys, no spaces, millimetres with two decimals at most."""
    return json.dumps(asdict(sheet), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Sheet:
    """Raises ValueError, LookupError or TypeError for what `to_json` did not write."""
    data: Mapping[str, Any] = json.loads(text)
    return Sheet(data["survey"], data["version"], data["locale"], tuple(map(_page, data["pages"])))


def _page(data: Mapping[str, Any]) -> SheetPage:
    return SheetPage(
        number=int(data["number"]),
        tags=tuple(Tag(**tag) for tag in data["tags"]),
        code=Code(**data["code"]),
        boxes=tuple(Box(**{**box, "shape": Shape(box["shape"])}) for box in data["boxes"]),
        fields=tuple(Field(**field) for field in data["fields"]),
        words=tuple(Words(**words) for words in data.get("words", ())),
        rows=tuple(Rows(**rows) for rows in data.get("rows", ())),
    )
