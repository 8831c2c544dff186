"""What the grids come to in millimetres on a screen, for whoever sets up a terminal. Pure.

The letters are always as large as the screen lets them be with the whole grid on it; so the size of the screen decides
how large they come out, and whether that is large enough can be said before anybody stands there. The least:

    capital letters  6.1 mm on the standard grid, 8.5 mm on the large one (VVSG 2.0 7.1-G: four sizes from 3.5 to 9 mm)
    targets          20 mm both ways (VVSG 2.0 7.2: 12.7 mm)      gaps  2.5 mm
    reading          EN 301 549 5.1.4: capital letters at an angle of 0.7 degrees at the distance they are read from

The proportions are DejaVu Sans Mono's: of an em of 2048 units it advances 1233, its H is 1493 high, its ascent is 1901
and its descent 483. xterm rounds a cell's width and rounds its height up, both parts by themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from terminal_ui.grid import GRIDS, LARGE, ROW_GAP, STANDARD, Grid, Size

FACE = "DejaVu Sans Mono"
_EM, _ADVANCE, _CAPITAL, _ASCENT, _DESCENT = 2048, 1233, 1493, 1901, 483
DOTS = 96 / 72  # pixels a point, as the X session is set up
LEAST_TARGET, LEAST_GAP = 20.0, 2.5  # mm
LEAST_CAPITAL = {STANDARD.name: 6.1, LARGE.name: 8.5}  # mm
ANGLE = 0.7  # degrees
SMALLEST_POINTS = 6


@dataclass(frozen=True, slots=True)
class Screen:
    """What the office says of its screen: pixels across and down, millimetres across. Pixels are square."""

    columns_px: int
    rows_px: int
    width_mm: int

    @property
    def pixel(self) -> float:
        """Millimetres."""
        return self.width_mm / self.columns_px


@dataclass(frozen=True, slots=True)
class Step:
    """One size of letters on one screen; millimetres but for `points` and `size` (cells)."""

    grid: Grid
    points: int
    size: Size
    cell: tuple[float, float]
    capital: float
    target: tuple[float, float]
    gap: tuple[float, float]
    distance: float

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is smaller than it has to be."""
        found = []
        if not self.size.holds(self.grid.least):
            found.append(f"{self.grid.least.columns} x {self.grid.least.rows} characters")
        if round(self.capital, 1) < LEAST_CAPITAL[self.grid.name]:
            found.append(f"capital letters of {LEAST_CAPITAL[self.grid.name]} mm")
        if min(self.target) < LEAST_TARGET:
            found.append(f"targets of {LEAST_TARGET:.0f} mm")
        if min(self.gap) < LEAST_GAP:
            found.append(f"gaps of {LEAST_GAP} mm")
        return tuple(found)


def cell(size: int) -> tuple[int, int]:
    """Pixels of a cell at a size in points."""
    em = size * DOTS
    return round(em * _ADVANCE / _EM), math.ceil(em * _ASCENT / _EM) + math.ceil(em * _DESCENT / _EM)


def points(screen: Screen, grid: Grid) -> int:
    """The largest letters with which the grid stands on the screen."""
    size = SMALLEST_POINTS
    while _cells(screen, size + 1).holds(grid.least):
        size += 1
    return size


def steps(screen: Screen) -> Iterator[Step]:
    """What each grid comes to."""
    for grid in GRIDS:
        size = points(screen, grid)
        wide, high = (length * screen.pixel for length in cell(size))
        capital = size * DOTS * _CAPITAL / _EM * screen.pixel
        yield Step(
            grid,
            size,
            _cells(screen, size),
            (wide, high),
            capital,
            (grid.key * wide, grid.height * high),
            (wide, ROW_GAP * high),  # between keys; between other targets it is grid.gap columns
            capital / math.tan(math.radians(ANGLE)),
        )


def report(screen: Screen) -> str:
    """For people: a line a fact, and what is too small."""
    lines = [
        f"Screen: {screen.columns_px} x {screen.rows_px} pixels, {screen.width_mm} mm wide"
        f" (one pixel is {screen.pixel:.3f} mm). Is that yours? See [terminal] in office.toml."
    ]
    for step in steps(screen):
        lines += [
            "",
            f"{step.grid.name} letters: {step.points} points, {step.size.columns} x {step.size.rows} characters",
            f"  capital letters {step.capital:.1f} mm, to be read from {step.distance / 10:.0f} cm (EN 301 549 5.1.4)",
            f"  a cell {step.cell[0]:.1f} x {step.cell[1]:.1f} mm",
            f"  the smallest target {step.target[0]:.0f} x {step.target[1]:.0f} mm",
            f"  gaps {step.gap[0]:.1f} mm across, {step.gap[1]:.1f} mm down",
        ]
        lines.append("  too small for: " + ", ".join(step.lacks) if step.lacks else "  all of it is large enough")
    return "\n".join(lines)


def _cells(screen: Screen, size: int) -> Size:
    wide, high = cell(size)
    return Size(screen.columns_px // wide, screen.rows_px // high)
