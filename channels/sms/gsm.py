"""How long an SMS is: the GSM 7-bit alphabet, its segments, and the signs that are replaced before counting.

    all signs in the alphabet   160 septets a message, 153 a segment of several; some signs take two septets
    any other sign              70 UTF-16 units, 67 a segment of several

(3GPP TS 23.038, 6.2.1 and 23.040, 9.2.3.24.1.) Typographic quotes and dashes look right on a screen and cost more than
half of a message here, so they are replaced by what every keyboard has. Umlauts are in the alphabet and stay.
"""

from __future__ import annotations

from dataclasses import dataclass

ONE = frozenset(
    "@£$¥èéùìò\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWO = frozenset("^{}\\[~]|€\f")
REPLACED = str.maketrans(
    dict.fromkeys("„“”«»", '"')
    | dict.fromkeys("‚‘’‹›", "'")
    | dict.fromkeys("–—‑", "-")
    | dict.fromkeys("\u00a0\u202f", " ")
    | dict.fromkeys("·\u00ad")
    | {"…": "...", "ẞ": "SS"}
)
SINGLE, PART = 160, 153  # septets
SINGLE_UCS2, PART_UCS2 = 70, 67  # UTF-16 units


@dataclass(frozen=True, slots=True)
class Length:
    """`units` are septets, or UTF-16 units where `foreign` has a sign outside the alphabet."""

    units: int
    segments: int
    foreign: str

    @property
    def most(self) -> int:
        """What one segment holds."""
        return SINGLE_UCS2 if self.foreign else SINGLE

    @property
    def left(self) -> int:
        """So many more units fit into the segments there are."""
        part = PART_UCS2 if self.foreign else PART
        return (self.most if self.segments == 1 else self.segments * part) - self.units


def normal(text: str) -> str:
    """The text with the replacements, as it is sent."""
    return text.translate(REPLACED)


def length(text: str) -> Length:
    """How much a normalised text takes."""
    foreign = "".join(sorted(set(text) - ONE - TWO))
    if foreign:
        units = len(text.encode("utf-16-le")) // 2
        return Length(units, _segments(units, SINGLE_UCS2, PART_UCS2), foreign)
    units = sum(2 if sign in TWO else 1 for sign in text)
    return Length(units, _segments(units, SINGLE, PART), "")


def _segments(units: int, single: int, part: int) -> int:
    return 1 if units <= single else -(-units // part)
