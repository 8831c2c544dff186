"""What the QR code of a page says: which form, which copy of it, and which page.

    K1-ABCDEFGH-12345678901-02      the grammar's version, form id, serial, page

Capital letters, digits and dashes only: QR's alphanumeric alphabet, 26 signs, so that version 2 with a quarter of it
lost (level Q) is enough, and the modules are as large as they can be. The serial has a check digit of its own (see
kiosk.identity), so a code that was read wrong is not taken for somebody else's sheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.identity import check_digit

GRAMMAR = re.compile(r"K1-([A-HJ-NP-Z2-9]{8})-([0-9]{11})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Mark:
    """`serial` in plain digits; `page` from 1."""

    form: str
    serial: str
    page: int


def payload(mark: Mark) -> str:
    return f"K1-{mark.form}-{mark.serial}-{mark.page:02}"


def read(text: str) -> Mark | None:
    """None for a code that is none of ours, or whose serial cannot be one."""
    found = GRAMMAR.fullmatch(text)
    if found is None or check_digit(found[2]) != "0":
        return None
    return Mark(found[1], found[2], int(found[3]))
