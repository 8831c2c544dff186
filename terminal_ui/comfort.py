"""How one person wants to see and hear: letters, colours, the keyboard's order, and the voice. Pure data.

All of it is the person's own and falls back with the visit (VVSG 2.0 7.1-A, EN 301 549 5.1.3.13); none of it touches
an answer. Speed and loudness go in few, large steps, so that each press is heard: 50 to 200 per cent of the usual speed
in six steps (VVSG 2.0 7.1-K) and 6 dB at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

RATES = (50, 75, 100, 125, 150, 200)  # per cent of the speed at which a language is usually read here
GAINS = (-12, -6, 0, 6, 12)  # decibels above the usual loudness
USUAL_RATE, USUAL_GAIN = RATES.index(100), GAINS.index(0)


class Colours(StrEnum):
    """Which palette."""

    DAY = "day"
    NIGHT = "night"
    STRONG = "strong"

    @property
    def following(self) -> Colours:
        """The next one, for a key that goes round."""
        every = tuple(Colours)
        return every[(every.index(self) + 1) % len(every)]


class Order(StrEnum):
    """Where the letters stand on the keyboard."""

    QWERTZ = "qwertz"
    ABC = "abc"


@dataclass(frozen=True, slots=True)
class Comfort:
    """`rate` and `gain` count the steps of RATES and GAINS. `listening`: the screens are read aloud."""

    large: bool = False
    colours: Colours = Colours.DAY
    order: Order = Order.QWERTZ
    listening: bool = False
    rate: int = USUAL_RATE
    gain: int = USUAL_GAIN

    def faster(self, steps: int) -> Comfort:
        return replace(self, rate=min(max(0, self.rate + steps), len(RATES) - 1))

    def louder(self, steps: int) -> Comfort:
        return replace(self, gain=min(max(0, self.gain + steps), len(GAINS) - 1))
