"""What the libraries below remember of texts, and how it is made to forget them.

Rich measures every text it puts on a screen and keeps the latest 4,096 measures by that text, Textual's strips keep
how a text was cut. Nobody's answer or code may stay there for the next person, or for whoever reads the memory.
"""

from __future__ import annotations

from rich.cells import cached_cell_len
from rich.segment import Segment


def forget_texts() -> None:
    """Empty every cache that is keyed by a text."""
    cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()
