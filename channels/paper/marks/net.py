"""The trained judge: two small layers over a patch and its statistics, in numpy.

A patch goes in at half its fineness twice, as the mean and as the darkest of every four points, so that a thin line is
seen wherever it falls; with the statistics, everything is brought to one scale. What comes out was calibrated on pages
that were not trained on: see training.learn.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from channels.paper.marks.statistics import SIDE, Floats, statistics

WEIGHTS = Path(__file__).parent / "weights.npz"
STATES = 3  # empty, marked, cancelled


@dataclass(frozen=True, slots=True)
class Net:
    """Its weights. `first` and `second` are hidden layers, `last` says the logits; each with its bias as last row.
    `sharpness` and `shift` calibrate them."""

    first: Floats
    second: Floats
    last: Floats
    sharpness: Floats
    shift: Floats

    def probabilities(self, inputs: Floats) -> Floats:
        """(n, states) of inputs as from `inputs`."""
        return softmax(self.logits(inputs) * self.sharpness + self.shift)

    def logits(self, inputs: Floats) -> Floats:
        hidden = np.maximum(inputs @ self.first[:-1] + self.first[-1], 0)
        hidden = np.maximum(hidden @ self.second[:-1] + self.second[-1], 0)
        return np.asarray(hidden @ self.last[:-1] + self.last[-1], np.float32)

    def save(self, file: Path) -> None:
        """In half precision, which is as good here and half as large."""
        names = Net.__slots__
        arrays = {name: value.astype(np.float16) for name, value in zip(names, astuple(self), strict=True)}
        np.savez_compressed(file, **arrays)


def load(file: Path) -> Net:
    with np.load(file) as arrays:
        return Net(*(arrays[name].astype(np.float32) for name in Net.__slots__))


def inputs(patches: Floats, circles: NDArray[np.bool_]) -> Floats:
    """(n, inputs) of patches (n, 36, 36)."""
    count, half = len(patches), SIDE // 2
    upper, lower = patches[:, ::2], patches[:, 1::2]
    total, dark = upper + lower, np.maximum(upper, lower)
    mean = (total[:, :, ::2] + total[:, :, 1::2]) * np.float32(0.25)
    most = np.maximum(dark[:, :, ::2], dark[:, :, 1::2])
    flat = (each.reshape(count, half * half) for each in (mean, most))
    return np.concatenate((*flat, statistics(patches, circles)), axis=1)


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


@cache
def _shipped() -> Net:
    return load(WEIGHTS)


def judge(patches: Floats, circles: NDArray[np.bool_]) -> Floats:
    """(n, 3): how likely each box is empty, marked, cancelled. `patches` (n, 36, 36) are as in statistics."""
    return _shipped().probabilities(inputs(patches, circles))
