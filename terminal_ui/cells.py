"""Text in cells: how wide it is and how it wraps. Pure.

A word is never broken: not by us at a line's end (rules L16), and not by accident. `wrap` breaks at spaces and after
hyphens only ("Bürger-Amt"); a single word wider than the line is cut as a last resort so that the screen goes on, and
`fits` says beforehand that it would come to that. Layouts ask `fits` and choose another arrangement.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PIECES = re.compile(r"[^ \t-]*-+|[^ \t-]+|[ \t]+")  # a no-break space breaks nothing
ELLIPSIS = "…"


@lru_cache(maxsize=256)
def _cell(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cc", "Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def width(text: str) -> int:
    """Columns that a text takes."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def wrap(text: str, columns: int) -> tuple[str, ...]:
    """The text in lines of at most `columns`. Its own line breaks stay."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrapped(paragraph, max(1, columns)))
    return tuple(lines)


@lru_cache(maxsize=8192)
def _wrapped(paragraph: str, columns: int) -> tuple[str, ...]:
    """Remembered, because a layout asks for the same words again and again until it has found their place; and
    forgotten with everything else (see forget)."""
    lines, line = [], ""
    for piece in _PIECES.findall(paragraph):
        if piece.isspace():
            line += " " if line else ""
        elif width(line) + width(piece) <= columns:
            line += piece
        else:
            if line.strip():
                lines.append(line.rstrip())
            *full, line = _cut(piece, columns)
            lines.extend(full)
    return (*lines, line.rstrip())


def _cut(piece: str, columns: int) -> list[str]:
    """A piece that is wider than a line, in parts; any other piece as it is."""
    parts, part = [], ""
    for sign in piece:
        if width(part) + _cell(sign) > columns:
            parts.append(part)
            part = ""
        part += sign
    return [*parts, part]


def forget_lines() -> None:
    """Whatever was wrapped may have been somebody's."""
    _wrapped.cache_clear()


def fits(text: str, columns: int, rows: int) -> bool:
    """Whether the text stands whole in this space, no word broken."""
    pieces = (piece for piece in _PIECES.findall(text) if not piece.isspace())
    return all(width(piece) <= columns for piece in pieces) and len(wrap(text, columns)) <= rows


def shorten(text: str, columns: int, rows: int) -> tuple[str, ...]:
    """As many words as fit, and an ellipsis where some were left out or one is too long for any line."""
    lines = wrap("".join(_clipped(piece, columns) for piece in _PIECES.findall(text)), columns)
    if len(lines) <= rows:
        return lines
    kept = list(lines[:rows])
    last = kept[-1]
    while last and width(last) > columns - 2:
        last = last.rpartition(" ")[0] if " " in last else last[:-1]
    kept[-1] = f"{last.rstrip('.,;:')} {ELLIPSIS}" if last else ELLIPSIS
    return tuple(kept)


def _clipped(piece: str, columns: int) -> str:
    return piece if width(piece) <= columns else _cut(piece, max(1, columns - 1))[0] + ELLIPSIS


def tail(text: str, columns: int, rows: int) -> tuple[str, ...]:
    """The last lines of a text that is being written, for the place where it is written."""
    return wrap(text, columns)[-rows:]
