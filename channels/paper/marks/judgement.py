"""From probabilities to a state: the one place that says how sure the machine must be, and so what goes to a person.

On a poor page, in black and white, pale, or not quite where it should be, the machine must be surer whatever it says.
The bars were chosen by what `make train-marks` says of pages that nothing was learnt from: up to them, a person looks
at about five boxes for every error that is saved; for the next twentieth, at eight and more. A cancelled box has the
higher bar of the two, for it takes an answer away.
"""

from __future__ import annotations

from dataclasses import dataclass

from channels.paper.marks.statistics import Floats
from channels.paper.reading import MarkState

STATES = (MarkState.EMPTY, MarkState.MARKED, MarkState.CANCELLED)
SURE = {MarkState.EMPTY: 0.8, MarkState.MARKED: 0.85, MarkState.CANCELLED: 0.85}
CAREFUL = 0.92  # on a poor page, whatever the state


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
