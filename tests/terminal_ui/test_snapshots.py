"""Every screen of one survey as it is drawn, in a text file for each grid: whoever changes a layout sees what it does.

RECORD=1 writes the files anew, and fails, so that nobody takes that for a test that passed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal_ui.grid import GRIDS, Grid
from terminal_ui.paint import Touch, paint
from terminal_ui.palette import DAY
from tests.terminal_ui.screens import screens
from tests.terminal_ui.test_layout import CATALOGUES, surveys

FOLDER = Path(__file__).parent / "snapshots"


def drawn(grid: Grid, locale: str) -> Iterator[str]:
    """One drawing for each screen, in the order in which they are found."""
    told = set()
    for _, shown in screens(CATALOGUES, surveys("counter"), locale, grid.least):
        if shown.name not in told:
            told.add(shown.name)
            yield f"== {shown.name}"
            yield from ("".join(text for text, _ in row).rstrip() for row in paint(shown, grid.least, DAY, Touch()))
            yield ""


@pytest.mark.parametrize("locale", ["de", "de@easy", "en"])
@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: grid.name)
def test_the_screens_look_as_they_did(grid: Grid, locale: str) -> None:
    file = FOLDER / f"{grid.name}.{locale}.txt"
    now = "\n".join(drawn(grid, locale)) + "\n"
    if os.environ.get("RECORD"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(now)
        pytest.fail(f"{file.name} was written anew: read what changed")
    assert now.splitlines() == file.read_text().splitlines()
