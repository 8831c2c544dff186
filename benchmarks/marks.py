"""How well marks are read, by what happened to the page: the trained judge, with the rule beside it.

The forms are of three surveys that were not trained on, printed and read by the real code; the residents who mark them
(see markers) have other pens, shapes and proportions than those of the training. A mark counts as visible where it
changed at least a square millimetre of what the scanner made of its box. What nobody could judge, such as a cross
beside its box, is left out here: it belongs to a person.

`lost` are pages whose code, place or boxes cannot be found on their scan.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.markers import fill
from benchmarks.table import Row, at_least, at_most
from channels.paper.marks import judge
from channels.paper.marks.judgement import STATES, SURE
from channels.paper.marks.rule import judge_by_rule
from channels.paper.marks.statistics import Floats
from channels.paper.training import hands
from channels.paper.training.degrade import ALL
from channels.paper.training.forms import Blank, blanks
from channels.paper.training.seen import seen

SURVEYS = tuple(sorted((Path(__file__).parent / "surveys").glob("*.toml")))
SERIAL = "10000000003"
DPI = (200, 200, 300)
PAGES = 30  # of each degradation
SEED = 77_000_000
VISIBLE_MM2 = 1.0
MOST_WRONG, MOST_REVIEW, MOST_MISSED, MOST_LOST = 0.2, 1.5, 1.5, 1.0  # per cent
SAID = 0.99  # readings given at least this are to be right as often


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Of some pages: what is true of each box, whether one could see it, and what both judges said."""

    truth: NDArray[np.intp]
    sure: NDArray[np.bool_]
    visible: NDArray[np.bool_]
    net: Floats
    rule: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """Per cent of boxes; `missed` per cent of visible marks. `right`: of the readings given SAID and more."""

    boxes: int
    wrong: float
    review: float
    missed: float
    right: float


def run() -> list[Row]:
    """Under two minutes."""
    names = tuple(ALL)
    tasks = [(name, number) for name in names for number in range(PAGES)]
    with multiprocessing.get_context("spawn").Pool(2, cv2.setNumThreads, (1,)) as pool:
        pages = pool.map(_page, tasks, chunksize=PAGES // 3)
    by_name = {name: pages[place * PAGES : (place + 1) * PAGES] for place, name in enumerate(names)}
    print(_table(by_name))
    whole, lost = measured(_joined(pages), rule=False), 100 * _lost(pages)
    return [
        at_most("marks: wrong per box, of visible ink", whole.wrong, "%", MOST_WRONG),
        at_most("marks: boxes to a person", whole.review, "%", MOST_REVIEW),
        at_most("marks: missed per visible mark", whole.missed, "%", MOST_MISSED),
        at_least(f"marks: right, of readings given {SAID:.0%} or more", whole.right, "%", 100 * SAID),
        at_most("marks: pages lost", lost, "%", MOST_LOST),
        Row("marks: the rule alone, wrong per box", measured(_joined(pages), rule=True).wrong, "%"),
    ]


def _page(task: tuple[str, int]) -> Boxes | None:
    name, number = task
    seed = SEED + tuple(ALL).index(name) * 10_000 + number
    rng = np.random.default_rng(seed)
    forms = _forms(DPI[number % len(DPI)])
    blank = forms[number % len(forms)]
    scanned = seen(blank, fill(blank.grey, blank.page.boxes, blank.dpi, rng), name, seed)
    if scanned is None:
        return None
    truth = scanned.targets.argmax(axis=1)
    return Boxes(
        truth,
        scanned.targets.max(axis=1) >= hands.SURE,
        (scanned.visible_mm2 >= VISIBLE_MM2) | (truth == 0),
        judge(scanned.patches, scanned.circles),
        judge_by_rule(scanned.patches, scanned.circles),
    )


@cache
def _forms(dpi: int) -> Sequence[Blank]:
    return tuple(blank for survey in SURVEYS for blank in blanks(survey, dpi, SERIAL))


def _joined(pages: Iterable[Boxes | None]) -> Boxes:
    found = [page for page in pages if page is not None]
    return Boxes(*(np.concatenate([getattr(page, name) for page in found]) for name in Boxes.__slots__))


def _lost(pages: Sequence[Boxes | None]) -> float:
    return sum(page is None for page in pages) / len(pages)


def measured(boxes: Boxes, rule: bool) -> Measured:
    """Of those boxes that have a truth which can be seen."""
    counted = boxes.sure & boxes.visible
    probabilities, truth = (boxes.rule if rule else boxes.net)[counted], boxes.truth[counted]
    said, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    given = confidence >= np.array([SURE[state] for state in STATES])[said]
    marks, firm = truth > 0, confidence >= SAID
    return Measured(
        len(truth),
        100 * float((given & (said != truth)).mean()),
        100 * float((~given).mean()),
        100 * float((given & (said == 0))[marks].mean()),
        100 * float((said == truth)[firm].mean()),
    )


def _table(by_name: dict[str, list[Boxes | None]]) -> str:
    lines = [
        f"{'per cent':20} {'boxes':>6} {'wrong':>6} {'review':>6} {'missed':>6} {'lost':>5}   rule: wrong review missed"
    ]
    for name, pages in {**by_name, "all": [page for some in by_name.values() for page in some]}.items():
        boxes = _joined(pages)
        net, rule = measured(boxes, rule=False), measured(boxes, rule=True)
        lines.append(
            f"{name:20} {net.boxes:6} {net.wrong:6.2f} {net.review:6.2f} {net.missed:6.2f} {100 * _lost(pages):5.1f}"
            f"   {rule.wrong:11.2f} {rule.review:6.2f} {rule.missed:6.2f}"
        )
    return "\n".join(lines)
