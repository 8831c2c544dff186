"""The baseline: how a reader without training would judge, by how much of a box is dark and how evenly.

It is measured beside the net, and shows what the net is worth. Its thresholds are those that served best on pages of
the training.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from channels.paper.marks.statistics import NAMES, Floats, statistics

INK, DARK, LEAST = (NAMES.index(name) for name in ("ink inside", "dark inside", "least dark cell"))
SHADE = 0.05  # so much ink all over may be a shadow
MARKED_FROM, MARKED_WITHIN = 0.03, 0.005  # of the inside is dark; a step as wide as the second
CANCELLED_FROM, CANCELLED_WITHIN = 0.6, 0.05  # of the cell with the least ink is dark


def judge_by_rule(patches: Floats, circles: NDArray[np.bool_]) -> Floats:
    """As `judge`; its probabilities are steps, and not calibrated."""
    figures = statistics(patches, circles)
    marked = _step(np.maximum(figures[:, DARK], figures[:, INK] - SHADE), MARKED_FROM, MARKED_WITHIN)
    cancelled = marked * _step(figures[:, LEAST], CANCELLED_FROM, CANCELLED_WITHIN)
    return np.stack((1 - marked, marked - cancelled, cancelled), axis=1).astype(np.float32)


def _step(value: Floats, middle: float, width: float) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip((value - middle) / width, -30, 30))), np.float32)
