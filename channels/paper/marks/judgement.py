"""From probabilities to a state: the one place that says how sure the machine must be, and so what goes to a person.

On a poor page, in black and white, pale, or not quite where it should be, the machine must be surer whatever it says.
To pass over a mark and to see one that is not there are equally wrong, so both sides have the same bar; that of a
cancelled box is higher, for it takes an answer away. At these bars the benchmark (benchmarks/marks.py) sends about one
box in a hundred to a person; higher ones sent several, and saved hardly an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from channels.paper.marks.statistics import Floats
from channels.paper.reading import MarkState

STATES = (MarkState.EMPTY, MarkState.MARKED, MarkState.CANCELLED)
SURE = {MarkState.EMPTY: 0.87, MarkState.MARKED: 0.87, MarkState.CANCELLED: 0.92}
CAREFUL = 0.97  # on a poor page, whatever the state


@dataclass(frozen=True, slots=True)
class Judgement:
    """`state` is `likeliest`, or REVIEW where `confidence` is under its bar."""

    state: MarkState
    confidence: float
    likeliest: MarkState


def judgement(probabilities: Floats, careful: bool) -> Judgement:
    """Of one box: its three probabilities. `careful`: on a page with a `reading.Warning`."""
    place = int(probabilities.argmax())
    likeliest, confidence = STATES[place], float(probabilities[place])
    bar = CAREFUL if careful else SURE[likeliest]
    state = likeliest if confidence >= bar else MarkState.REVIEW
    return Judgement(state, confidence, likeliest)
