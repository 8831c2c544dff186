"""From probabilities to a state: the one place that says how sure the machine must be, and so what goes to a person.

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


@dataclass(frozen=True, slots=True)
class Judgement:
    """`state` is `likeliest`, or REVIEW where `confidence` is under its bar."""

    state: MarkState
    confidence: float
    likeliest: MarkState


def judgement(probabilities: Floats) -> Judgement:
    """Of one box: its three probabilities."""
    place = int(probabilities.argmax())
    likeliest, confidence = STATES[place], float(probabilities[place])
    state = likeliest if confidence >= SURE[likeliest] else MarkState.REVIEW
    return Judgement(state, confidence, likeliest)
