"""The colours, as data that a test can measure: day (dark on light), night (light on dark), strong (white and black).

Every pair of letters and ground has a contrast of at least 7:1, by day 10:1 (VVSG 2.0 7.1-C), in the strong colours
20:1 (7.1-D); every border and face at least 3:1 against what it stands on. Few colours: blue is an answer, green is the
way on, grey is everything else; the strong palette tells these apart by their places and words alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from terminal_ui.comfort import Colours
from terminal_ui.page import Look, Voice


@dataclass(frozen=True, slots=True)
class Ink:
    """Letters of `fore` on `back`, both "#rrggbb"."""

    fore: str
    back: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Palette:
    """`chosen` are the inverse colours of what is chosen, `edge` its border, `ring` the frame around the focus."""

    ground: str
    letters: str
    faint: str
    problem: Ink
    field: Ink
    edge: str
    ring: str
    looks: dict[Look, Ink]
    chosen: dict[Look, Ink]
    pressed: Ink
    outline: str
    skin: str

    def voice(self, voice: Voice) -> Ink:
        match voice:
            case Voice.STRONG:
                return Ink(self.letters, self.ground, bold=True)
            case Voice.FAINT:
                return Ink(self.faint, self.ground)
            case Voice.PROBLEM:
                return self.problem
            case Voice.FIELD:
                return self.field
            case _:
                return Ink(self.letters, self.ground)


WHITE, BLACK = "#ffffff", "#000000"
_LIGHT, _DARK = "#f1ede1", "#10151c"

DAY = Palette(
    ground=_LIGHT,
    letters="#141a21",
    faint="#30363e",
    problem=Ink(WHITE, "#7c1814", bold=True),
    field=Ink(BLACK, WHITE),
    edge=BLACK,
    ring="#b34700",
    looks={
        Look.MAIN: Ink(WHITE, "#0e4724", bold=True),
        Look.CHOICE: Ink(WHITE, "#14416b", bold=True),
        Look.QUIET: Ink(WHITE, "#39414b"),
        Look.TOOL: Ink(WHITE, "#343b44"),
        Look.KEY: Ink(WHITE, "#14416b", bold=True),
        Look.CARD: Ink(BLACK, WHITE),
    },
    chosen={look: Ink(BLACK, "#ffd75e", bold=True) for look in Look},
    pressed=Ink(WHITE, BLACK, bold=True),
    outline=BLACK,
    skin="#ffd75e",
)

NIGHT = Palette(
    ground=_DARK,
    letters="#f4f1e8",
    faint="#b9c0c9",
    problem=Ink(BLACK, "#ffb4a8", bold=True),
    field=Ink(WHITE, "#262e38"),
    edge=WHITE,
    ring="#ffb347",
    looks={
        Look.MAIN: Ink(BLACK, "#8fd6a1", bold=True),
        Look.CHOICE: Ink(BLACK, "#9cc7ee", bold=True),
        Look.QUIET: Ink(BLACK, "#b4bac2"),
        Look.TOOL: Ink(BLACK, "#98a1ac"),
        Look.KEY: Ink(BLACK, "#9cc7ee", bold=True),
        Look.CARD: Ink(BLACK, "#e9e6dc"),
    },
    chosen={look: Ink(BLACK, "#ffe08a", bold=True) for look in Look},
    pressed=Ink(BLACK, WHITE, bold=True),
    outline=BLACK,
    skin="#ffd75e",
)


STRONG = Palette(
    ground=BLACK,
    letters=WHITE,
    faint=WHITE,
    problem=Ink(BLACK, WHITE, bold=True),
    field=Ink(WHITE, BLACK),
    edge=WHITE,
    ring="#3b82f6",
    looks={look: Ink(BLACK, WHITE, bold=look is not Look.CARD) for look in Look},
    chosen={look: Ink(WHITE, BLACK, bold=True) for look in Look},
    pressed=Ink(WHITE, BLACK, bold=True),
    outline=BLACK,
    skin=WHITE,
)

PALETTES = {Colours.DAY: DAY, Colours.NIGHT: NIGHT, Colours.STRONG: STRONG}


@lru_cache(maxsize=256)
def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
