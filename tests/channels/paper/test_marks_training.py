"""The training of the judge: that it learns, that the same seed gives the same, and that what it says is calibrated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from channels.paper.marks.net import inputs, judge, load
from channels.paper.training.hands import SURE
from channels.paper.training.learn import Examples, calibrated, learn
from channels.paper.training.train import HELD_OUT, LEARNT, made, train

FRESH = 9_000_000  # a seed that nothing was trained or calibrated on


def simple(count: int, seed: int) -> Examples:
    """White, with a blot, or black: three things anything can tell apart."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 3, count)
    patches = rng.normal(0, 0.05, (count, 36, 36)).astype(np.float32)
    patches[kinds == 1, 12:24, 12:24] += 0.8
    patches[kinds == 2] += 0.8
    return Examples(patches, rng.random(count) < 0.5, np.eye(3, dtype=np.float32)[kinds])


def test_it_learns_and_the_same_seed_learns_the_same() -> None:
    examples, others = simple(700, 1), simple(300, 2)
    *_, net = learn(examples, seed=3, epochs=3)
    *_, again = learn(examples, seed=3, epochs=3)
    said = net.probabilities(inputs(others.patches, others.circles))
    assert (said.argmax(axis=1) == others.targets.argmax(axis=1)).mean() > 0.98
    assert np.array_equal(net.first, again.first)
    assert np.array_equal(net.last, again.last)


def test_calibration_makes_the_targets_likelier() -> None:
    examples, others = simple(500, 1), simple(300, 2)
    others = replace(others, targets=np.roll(others.targets, 1, axis=0) * 0.1 + others.targets * 0.9)  # less sure
    *_, net = learn(examples, seed=3, epochs=3)
    x = inputs(others.patches, others.circles)

    def surprise(said: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
        return -float((others.targets * np.log(said + 1e-9)).sum(axis=1).mean())

    assert surprise(calibrated(net, others).probabilities(x)) < surprise(net.probabilities(x))


def test_weights_that_were_saved_judge_as_before(tmp_path) -> None:  # type: ignore[no-untyped-def]
    examples = simple(500, 1)
    *_, net = learn(examples, seed=3, epochs=2)
    net.save(tmp_path / "weights.npz")
    x = inputs(examples.patches, examples.circles)
    assert np.allclose(load(tmp_path / "weights.npz").probabilities(x), net.probabilities(x), atol=0.02)


@pytest.mark.peers
def test_a_short_training_already_reads_most_boxes() -> None:
    net = train(replace(LEARNT, pages=220), replace(HELD_OUT, pages=88), epochs=8)
    fresh = made(replace(HELD_OUT, pages=88, seed=FRESH))
    sure = fresh.targets.max(axis=1) >= SURE
    right = net.probabilities(inputs(fresh.patches, fresh.circles)).argmax(axis=1) == fresh.targets.argmax(axis=1)
    assert right[sure].mean() > 0.93


@pytest.mark.peers
def test_the_shipped_judge_is_as_sure_as_it_is_right() -> None:
    fresh = made(replace(HELD_OUT, pages=220, seed=FRESH))
    said = judge(fresh.patches, fresh.circles)
    sure = fresh.targets.max(axis=1) >= SURE
    right, confidence = said.argmax(axis=1) == fresh.targets.argmax(axis=1), said.max(axis=1)
    assert right[sure & (confidence >= 0.99)].mean() > 0.99
    assert abs(right[sure].mean() - confidence[sure].mean()) < 0.02
