"""How well marks are read, by what happened to the page: the reader as it is, with the rule beside it.

The forms are of three surveys that were not trained on, printed and read by the real code; the residents who mark them
(see markers) have other pens, shapes and proportions than those of the training. A mark counts as visible where it
changed at least a square millimetre of what the scanner made of its box. What nobody could judge, such as a cross
beside its box, is left out here: it belongs to a person.

`lost` are pages that the reader says it cannot read; `misfiled` those that it takes for another sheet or page.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.markers import fill
from benchmarks.table import Row, at_least, at_most
from channels.paper.code import Mark
from channels.paper.marks import judgement
from channels.paper.marks.judgement import STATES
from channels.paper.marks.rule import judge_by_rule
from channels.paper.marks.statistics import Floats
from channels.paper.picture import Scan
from channels.paper.read import read_page
from channels.paper.reading import BoxReading, MarkState
from channels.paper.training import hands
from channels.paper.training.degrade import NAMES
from channels.paper.training.filled import Filled
from channels.paper.training.forms import Blank, blanks
from channels.paper.training.seen import filled_in, seen
from kiosk.scan import PageState

SURVEYS = tuple(sorted((Path(__file__).parent / "surveys").glob("*.toml")))
SERIAL = "10000000003"
DPI = (200, 200, 300)
PAGES = 30  # of each degradation
SEED = 77_000_000
VISIBLE_MM2 = 1.0
MOST_WRONG, MOST_REVIEW, MOST_MISSED, MOST_LOST = 0.2, 1.5, 1.5, 1.0  # per cent
SAID = 0.99  # readings given at least this are to be right as often


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Of each box: the likeliest state, how sure of it, and whether no person is asked."""

    state: NDArray[np.intp]
    confidence: Floats
    given: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Of one page: what is true of each box, whether one could see it, and what the reader and the rule said."""

    truth: NDArray[np.intp]
    counted: NDArray[np.bool_]
    read: Said
    rule: Said


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """`boxes` is None of a page that was lost or misfiled."""

    boxes: Boxes | None
    misfiled: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """Per cent of boxes; `missed` per cent of visible marks. `right`: of the readings given SAID and more."""

    boxes: int
    wrong: float
    review: float
    missed: float
    right: float


def run() -> list[Row]:
    """Under three minutes."""
    tasks = [(name, number) for name in NAMES for number in range(PAGES)]
    with multiprocessing.get_context("spawn").Pool(2, cv2.setNumThreads, (1,)) as pool:
        pages = pool.map(_page, tasks, chunksize=PAGES // 3)
    print(_table({name: pages[place * PAGES : (place + 1) * PAGES] for place, name in enumerate(NAMES)}))
    whole = measured(pages, _by_reader)
    return [
        at_most("marks: wrong per box, of visible ink", whole.wrong, "%", MOST_WRONG),
        at_most("marks: boxes to a person", whole.review, "%", MOST_REVIEW),
        at_most("marks: missed per visible mark", whole.missed, "%", MOST_MISSED),
        at_least(f"marks: right, of readings given {SAID:.0%} or more", whole.right, "%", 100 * SAID),
        at_most("marks: pages lost", _lost(pages), "%", MOST_LOST),
        at_most("marks: pages misfiled", sum(page.misfiled for page in pages), "", 0),
        Row("marks: the rule alone, wrong per box", measured(pages, _by_rule).wrong, "%"),
    ]


def _page(task: tuple[str, int]) -> Page:
    name, number = task
    seed = SEED + NAMES.index(name) * 10_000 + number
    rng = np.random.default_rng(seed)
    forms = _forms(DPI[number % len(DPI)])
    blank = forms[number % len(forms)]

    def filled(form: Blank) -> Filled:
        return fill(form.grey, form.page.boxes, form.dpi, rng)

    scanned = filled_in(blank, filled, name, seed)
    reading = read_page(Scan(0, scanned.marked), lambda form: blank.sheet if form == blank.sheet.id else None)
    meant = Mark(blank.sheet.id, blank.serial, blank.page.number)
    truth = seen(scanned)
    if reading.state is not PageState.FILED or reading.mark != meant or truth is None:
        return Page(None, misfiled=reading.state is PageState.FILED and reading.mark != meant)
    true = truth.targets.argmax(axis=1)
    sure, visible = truth.targets.max(axis=1) >= hands.SURE, (truth.visible_mm2 >= VISIBLE_MM2) | (true == 0)
    rule = judge_by_rule(truth.patches, truth.circles)
    return Page(Boxes(true, sure & visible, _read(reading.boxes), _ruled(rule)))


def _read(boxes: Sequence[BoxReading]) -> Said:
    return Said(
        np.array([STATES.index(box.likeliest) for box in boxes], np.intp),
        np.array([box.confidence for box in boxes], np.float32),
        np.array([box.state is not MarkState.REVIEW for box in boxes], np.bool_),
    )


def _ruled(probabilities: Floats) -> Said:
    judged = [judgement(one, careful=False) for one in probabilities]
    return Said(
        probabilities.argmax(axis=1),
        probabilities.max(axis=1),
        np.array([one.state is not MarkState.REVIEW for one in judged], np.bool_),
    )


@cache
def _forms(dpi: int) -> Sequence[Blank]:
    return tuple(blank for survey in SURVEYS for blank in blanks(survey, dpi, SERIAL))


def _by_reader(boxes: Boxes) -> Said:
    return boxes.read


def _by_rule(boxes: Boxes) -> Said:
    return boxes.rule


def measured(pages: Iterable[Page], by: Callable[[Boxes], Said]) -> Measured:
    """Of those boxes that have a truth which can be seen."""
    boxes = [page.boxes for page in pages if page.boxes]
    counted, truth = _joined(one.counted for one in boxes), _joined(one.truth for one in boxes)
    said = [by(one) for one in boxes]
    state, given = _joined(one.state for one in said)[counted], _joined(one.given for one in said)[counted]
    confidence = _joined(one.confidence for one in said)[counted]
    truth = truth[counted]
    marks, firm = truth > 0, confidence >= SAID
    return Measured(
        len(truth),
        100 * float((given & (state != truth)).mean()),
        100 * float((~given).mean()),
        100 * float((given & (state == 0))[marks].mean()),
        100 * float((state == truth)[firm].mean()),
    )


def _joined(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(list(parts))


def _lost(pages: Sequence[Page]) -> float:
    """Per cent."""
    return 100 * sum(page.boxes is None and not page.misfiled for page in pages) / len(pages)


def _table(by_name: dict[str, list[Page]]) -> str:
    lines = [
        f"{'per cent':20} {'boxes':>6} {'wrong':>6} {'review':>6} {'missed':>6} {'lost':>5}   rule: wrong review missed"
    ]
    for name, pages in {**by_name, "all": [page for some in by_name.values() for page in some]}.items():
        read, rule = measured(pages, _by_reader), measured(pages, _by_rule)
        lines.append(
            f"{name:20} {read.boxes:6} {read.wrong:6.2f} {read.review:6.2f} {read.missed:6.2f} {_lost(pages):5.1f}"
            f"   {rule.wrong:11.2f} {rule.review:6.2f} {rule.missed:6.2f}"
        )
    return "\n".join(lines)
