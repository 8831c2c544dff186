"""How a benchmark's result is written down: what was measured, what it came to, and the bar it has to meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One result. `bar` says in words what is asked for ("<= 300"); "" where a figure is only there to compare with."""

    name: str
    value: float
    unit: str
    bar: str = ""
    ok: bool = True


def table(rows: Sequence[Row]) -> str:
    """The results as text, one a line, misses marked."""
    wide = max((len(row.name) for row in rows), default=0)
    lines = []
    for row in rows:
        verdict = "" if not row.bar else "  ok" if row.ok else "  MISSED"
        bar = f"  bar {row.bar:>9}" if row.bar else ""
        digits = 2 if abs(row.value) < 10 else 1
        lines.append(f"{row.name:<{wide}}  {row.value:>10.{digits}f} {row.unit:<4}{bar}{verdict}".rstrip())
    return "\n".join(lines)


def at_most(name: str, value: float, unit: str, most: float) -> Row:
    """A result that must not be larger than its bar."""
    return Row(name, value, unit, f"<= {most:g}", value <= most)


def at_least(name: str, value: float, unit: str, least: float) -> Row:
    """A result that must not be smaller than its bar."""
    return Row(name, value, unit, f">= {least:g}", value >= least)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of all stays below (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]
