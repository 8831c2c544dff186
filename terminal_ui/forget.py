"""What the layout and the libraries below remember of texts, and how it is made to forget them.

The layout keeps how it wrapped a text, Rich how wide each of the latest 4,096 was that it put on a screen, and
Textual's strips how one was cut. Nobody's answer or code may stay there for the next person. What memory that was given
back still holds until it is used again, no program of this kind can say (README.md, “Run it for real”).
"""

from __future__ import annotations

from rich.cells import cached_cell_len
from rich.segment import Segment

from terminal_ui.cells import forget_lines


def forget_texts() -> None:
    """Empty every cache that is keyed by a text."""
    forget_lines()
    cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()
