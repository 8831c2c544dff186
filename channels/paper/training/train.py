"""`make train-marks`: draw, print, mark, degrade and read thousands of pages, and write the judge's weights anew.

Every page goes the way of a real one: printed by the real composer and drawer, read by the real locator and sampler.
The same seeds give the same pages, so the weights follow from the code; only a processor that rounds otherwise may
change their last digits.

The net learns from pages where every box is somebody else's and half of them have something in them; it is calibrated
on others, which people fill in as people do. On a third lot it is said what each bar in marks.judgement would cost: the
bars are chosen by that, and not by the benchmark. The surveys are the product's own templates. Those that the benchmark
measures on are not among them.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

import kiosk
from channels.paper.marks.judgement import STATES
from channels.paper.marks.net import WEIGHTS, Net, inputs
from channels.paper.training.degrade import NAMES
from channels.paper.training.filled import Filled, Shares, fill
from channels.paper.training.forms import Blank, blanks
from channels.paper.training.hands import SURE
from channels.paper.training.learn import EPOCHS, Examples, calibrated, learn
from channels.paper.training.seen import Seen, filled_in, seen

SURVEYS = tuple(sorted((Path(kiosk.__file__).parent / "surveys").glob("*.toml")))
DPI = (150, 200, 200, 300)
WORKERS = 2
SERIAL = "10000000003"  # nobody's
VISIBLE_MM2 = 0.5  # a mark with less ink to be seen teaches nothing
OFTEN = Shares(marked=0.42, cancelled=0.12, harmless=0.13, unsure=0.13)
AS_PEOPLE_DO = Shares(marked=0.18, cancelled=0.015, harmless=0.03, unsure=0.02)


@dataclass(frozen=True, slots=True)
class Order:
    """So many pages to be made, from this seed on."""

    pages: int
    seed: int
    shares: Shares
    anew: float


LEARNT = Order(pages=4_800, seed=1_000_000, shares=OFTEN, anew=1.0)
HELD_OUT = Order(pages=1_440, seed=2_000_000, shares=AS_PEOPLE_DO, anew=0.15)
TRIED = Order(pages=1_440, seed=3_000_000, shares=AS_PEOPLE_DO, anew=0.15)
BARS = (0.75, 0.8, 0.83, 0.85, 0.87, 0.9, 0.92, 0.95, 0.97, 0.98, 0.99)


def train(learnt: Order, held_out: Order, epochs: int = EPOCHS) -> Net:
    """Minutes on two cores."""
    examples, others = made(learnt), made(held_out)
    print(f"{len(examples)} boxes to learn from, {len(others)} to calibrate on", file=sys.stderr)
    *_, net = learn(examples, seed=1, epochs=epochs)
    return calibrated(net, others)


def told(net: Net, tried: Examples) -> str:
    """Of boxes with a truth, per state that the net says: how many are wrong at each bar, and how many are under it."""
    probabilities = net.probabilities(inputs(tried.patches, tried.circles))
    sure = tried.targets.max(axis=1) >= SURE
    said, confidence = probabilities[sure].argmax(axis=1), probabilities[sure].max(axis=1)
    wrong = said != tried.targets[sure].argmax(axis=1)
    lines = [f"of {len(said)} boxes, wrong and to a person in per cent, by the bar for " + ", ".join(STATES)]
    for bar in BARS:
        each = [
            f"{100 * (wrong & (said == state) & (confidence >= bar)).mean():8.3f} "
            f"{100 * ((said == state) & (confidence < bar)).mean():6.3f}"
            for state in range(len(STATES))
        ]
        lines.append(f"{bar:.2f} {'  '.join(each)}")
    return "\n".join(lines)


def made(order: Order) -> Examples:
    """What was seen of the pages that could be read."""
    tasks = [(order, number) for number in range(order.pages)]
    with multiprocessing.get_context("spawn").Pool(WORKERS, cv2.setNumThreads, (1,)) as pool:
        pages = [page for page in pool.imap(_page, tasks, chunksize=16) if page is not None]
    return Examples(
        np.concatenate([page.patches for page in pages]),
        np.concatenate([page.circles for page in pages]),
        np.concatenate([page.targets for page in pages]),
    )


def _page(task: tuple[Order, int]) -> Seen | None:
    order, number = task
    seed = order.seed + number
    rng = np.random.default_rng(seed)
    forms = _forms(int(rng.choice(DPI)))
    blank = forms[int(rng.integers(len(forms)))]

    def filled(form: Blank) -> Filled:
        return fill(form.grey, form.page.boxes, order.shares, form.dpi, rng, order.anew)

    found = seen(filled_in(blank, filled, NAMES[number % len(NAMES)], seed))
    return None if found is None else _teaching(found)


@cache
def _forms(dpi: int) -> Sequence[Blank]:
    return tuple(_all_blanks(dpi))


def _all_blanks(dpi: int) -> Iterator[Blank]:
    for survey in SURVEYS:
        yield from blanks(survey, dpi, SERIAL)


def _teaching(page: Seen) -> Seen:
    """Without the marks that nobody could see."""
    keep = (page.visible_mm2 >= VISIBLE_MM2) | (page.targets[:, 0] >= SURE)
    return Seen(
        page.patches[keep],
        page.circles[keep],
        page.targets[keep],
        tuple(kind for kind, kept in zip(page.kinds, keep, strict=True) if kept),
        page.visible_mm2[keep],
    )


if __name__ == "__main__":
    trained = train(LEARNT, HELD_OUT)
    trained.save(WEIGHTS)
    print(told(trained, made(TRIED)))
