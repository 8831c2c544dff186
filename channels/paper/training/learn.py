"""The net's training on patches: gradient descent (Adam) on the cross entropy, then calibration on held-out pages.

Every patch is seen mirrored, turned, shifted, paler and noisier, so that what is learnt is ink in a box and not one
printer, one scanner or one place on a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from channels.paper.marks.net import STATES, Net, inputs, softmax
from channels.paper.marks.statistics import SIDE, Floats

HIDDEN = (96, 32)
EPOCHS, BATCH = 30, 256
RATE = 2e-3
DECAY = 1e-4
SHADE, LINED = 0.03, 0.08  # from the middle to an edge; of all patches
RAMP = np.linspace(-1, 1, SIDE, dtype=np.float32)
MOMENTUM, SCALE = 0.9, 0.999


@dataclass(frozen=True, slots=True)
class Examples:
    """Patches with what they mean: (n, 36, 36), (n,), (n, 3)."""

    patches: Floats
    circles: NDArray[np.bool_]
    targets: Floats

    def __len__(self) -> int:
        return len(self.targets)


def varied(patches: Floats, rng: np.random.Generator) -> Floats:
    """Another view of each: all batch alike mirrored and turned, each by itself shifted, paler, noisier and shaded; now
    and then with lines across the whole patch, as dust on a scanner's glass and folds make."""
    patches = np.rot90(patches, int(rng.integers(4)), (1, 2))
    if rng.random() < 0.5:
        patches = patches[:, :, ::-1]
    shift = tuple(rng.integers(-1, 2, 2))
    patches = np.roll(patches, shift, (1, 2))
    each = (len(patches), 1, 1)
    gain, lift = rng.uniform(0.85, 1.15, each).astype(np.float32), rng.normal(0, 0.015, each).astype(np.float32)
    shade = rng.normal(0, SHADE, each).astype(np.float32) * RAMP[:, None] + (
        rng.normal(0, SHADE, each).astype(np.float32) * RAMP
    )
    noise = rng.standard_normal(patches.shape, np.float32) * rng.uniform(0, 0.05, each).astype(np.float32)
    return np.asarray(np.clip(patches * gain + lift + shade + noise + _lines(len(patches), rng), -0.2, 1.3), np.float32)


def _lines(count: int, rng: np.random.Generator) -> Floats:
    lines = np.zeros((count, SIDE, SIDE), np.float32)
    for place in np.flatnonzero(rng.random(count) < LINED):
        for start in rng.integers(SIDE, size=rng.integers(1, 4)):
            lines[place, start : start + rng.integers(1, 3)] = rng.uniform(0.1, 1)
        if rng.random() < 0.5:
            lines[place] = lines[place].T
    return lines


def learn(examples: Examples, seed: int, epochs: int = EPOCHS) -> Iterator[Net]:
    """The net after each epoch; the last is the best."""
    rng = np.random.default_rng(seed)
    scale = _scale(inputs(examples.patches[:5000], examples.circles[:5000]))
    weights = _begin(len(scale[0]), rng)
    first, second = [np.zeros_like(each) for each in weights], [np.zeros_like(each) for each in weights]
    steps, step = epochs * -(-len(examples) // BATCH), 0
    for _ in range(epochs):
        order = rng.permutation(len(examples))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            x = (inputs(varied(examples.patches[some], rng), examples.circles[some]) - scale[0]) / scale[1]
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            step += 1
            for place, slope in enumerate(_slopes(weights, x, examples.targets[some])):
                first[place] = MOMENTUM * first[place] + (1 - MOMENTUM) * slope
                second[place] = SCALE * second[place] + (1 - SCALE) * slope**2
                ahead = first[place] / (1 - MOMENTUM**step)
                wide = np.sqrt(second[place] / (1 - SCALE**step)) + 1e-8
                weights[place] -= (rate * (ahead / wide + DECAY * weights[place])).astype(np.float32)
        yield _net(weights, scale)


def _scale(x: Floats) -> tuple[Floats, Floats]:
    return x.mean(axis=0), x.std(axis=0) + np.float32(0.05)


def _begin(width: int, rng: np.random.Generator) -> list[Floats]:
    sizes = (width, *HIDDEN, STATES)
    weights = []
    for fan_in, fan_out in pairwise(sizes):
        layer = rng.normal(0, np.sqrt(2 / fan_in), (fan_in + 1, fan_out)).astype(np.float32)
        layer[-1] = 0
        weights.append(layer)
    return weights


def _slopes(weights: list[Floats], x: Floats, targets: Floats) -> list[Floats]:
    """Of the mean cross entropy, for each layer."""
    seen = [x]
    for layer in weights[:-1]:
        seen.append(np.maximum(seen[-1] @ layer[:-1] + layer[-1], 0))
    back = (softmax(seen[-1] @ weights[-1][:-1] + weights[-1][-1]) - targets) / len(x)
    slopes = []
    for layer, below in zip(reversed(weights), reversed(seen), strict=True):
        slopes.append(np.concatenate((below.T @ back, back.sum(axis=0, keepdims=True))).astype(np.float32))
        back = (back @ layer[:-1].T) * (below > 0)
    return slopes[::-1]


def _net(weights: list[Floats], scale: tuple[Floats, Floats]) -> Net:
    """With the inputs' scale taken into the first layer."""
    first = weights[0][:-1] / scale[1][:, None]
    bias = weights[0][-1] - scale[0] @ first
    plain = np.ones(1, np.float32), np.zeros(STATES, np.float32)
    return Net(np.concatenate((first, bias[None])), weights[1].copy(), weights[2].copy(), *plain)


def calibrated(net: Net, held_out: Examples) -> Net:
    """With the sharpness and shift of its logits under which what it says of pages it never saw is most likely."""
    logits = net.logits(inputs(held_out.patches, held_out.circles))
    sharpness, shift = 1.0, np.zeros(STATES, np.float32)
    for _ in range(400):
        slope = softmax(logits * np.float32(sharpness) + shift) - held_out.targets
        sharpness -= 0.05 * float((slope * logits).sum(axis=1).mean())
        shift = (shift - 0.5 * slope.mean(axis=0)).astype(np.float32)
    return replace(net, sharpness=np.array([sharpness], np.float32), shift=shift)
