"""How much of a page a printed thing takes: what a reader has to know, so that it is not taken for somebody's ink."""

from __future__ import annotations

from channels.paper.letters import ink_mm2, reach_mm, width_mm
from channels.paper.placed import Example, Rule, Text, Thing
from channels.paper.sheet import BOX_MM, Words
from kiosk.identity import DIGITS, grouped

NUMBER = grouped("0" * (DIGITS + 1))  # of any copy: all digits are equally wide


def extent(thing: Thing) -> Words:
    match thing:
        case Text(x_mm, y_mm, text, face, size, digits):
            printed = NUMBER if digits else text
            above_mm, below_mm = reach_mm(printed, face, size)
            ink = 0.0 if digits else ink_mm2(text, face, size)
            return _words(x_mm, y_mm - above_mm, width_mm(printed, face, size), above_mm + below_mm, ink)
        case Rule(x_mm, y_mm, width, pen_mm):
            return _words(x_mm, y_mm - pen_mm / 2, width, pen_mm)
        case Example(x_mm, y_mm):
            return _words(x_mm, y_mm, BOX_MM, BOX_MM)


def _words(*figures: float) -> Words:
    return Words(*(round(figure, 2) for figure in figures))
