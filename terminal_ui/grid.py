"""The two grids a screen is laid out on, and what is large enough there. Pure; sizes in cells.

    grid      cells    on a 15.6" full HD screen
    STANDARD  68 x 19  cells of 5.0 x 10.0 mm, capital letters of 6.1 mm; a target is three rows high (30 mm)
    LARGE     49 x 14  cells of 7.0 x 13.8 mm, capital letters of 8.5 mm; a target is two rows high (28 mm)

Larger letters leave room for fewer things, so the large grid has layouts of its own: answers by pages where they do not
stand on one, smaller faces beside their words, fewer signs on each page of the keyboard. `measure` tells in millimetres
what a grid comes to on another screen.
"""

from __future__ import annotations

from dataclasses import dataclass

MARGIN = 1
ROW_GAP = 1


@dataclass(frozen=True, slots=True)
class Size:
    columns: int
    rows: int

    def holds(self, other: Size) -> bool:
        return self.columns >= other.columns and self.rows >= other.rows


@dataclass(frozen=True, slots=True)
class Grid:
    """`height` rows has the lowest target and `most` the highest, `bar` the bar; `gap` columns are between two
    targets (and ROW_GAP rows). `key` columns has the narrowest key."""

    name: str
    least: Size
    height: int
    most: int
    bar: int
    gap: int
    key: int


STANDARD = Grid("standard", Size(68, 19), height=3, most=5, bar=3, gap=2, key=4)
LARGE = Grid("large", Size(49, 14), height=2, most=3, bar=2, gap=1, key=3)
GRIDS = (STANDARD, LARGE)
LEAST = LARGE.least


def grid_of(size: Size) -> Grid:
    """The grid whose layouts a screen of this size gets: the large one where the other does not fit."""
    return STANDARD if size.holds(STANDARD.least) else LARGE
