"""Ink outside the boxes, by what happened to the page: how often it is heard of, and how often where there is none.

The forms are those of the benchmark of marks, and so are the residents; each page is filled in, and on some of them
somebody also circles a label, strikes one out, crosses next to a box, or writes. A false alarm is a question that goes
to a person although all of its ink is in its boxes, or the tail of a mark.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from benchmarks.markers import Rng, Way, fill, resident, strokes
from benchmarks.table import Row, at_least, at_most
from channels.paper.picture import Scan
from channels.paper.read import read_page
from channels.paper.sheet import Box, SheetPage, Words
from channels.paper.training.degrade import NAMES
from channels.paper.training.filled import Filled
from channels.paper.training.forms import Blank, blanks
from channels.paper.training.machines import MM_PER_INCH
from channels.paper.training.pens import draw
from channels.paper.training.seen import filled_in

SURVEYS = tuple(sorted((Path(__file__).parent / "surveys").glob("*.toml")))
SERIAL = "10000000003"
DPI = (200, 200, 300)
PAGES = 16  # of each degradation, without anything added
COMMON = ("clean", "office", "copy of a copy", "JPEG 30", "97 %", "1-bit", "phone photo", "fax")
DRAWINGS = 12  # of each kind, on pages of each of these
SEED = 88_000_000
MOST_FALSE = 0.5  # per cent of questions
NOT_IN_A_BOX = {"dirt", "beside"}  # what a resident of the other benchmark draws, and is no false alarm


def run() -> list[Row]:
    """About two minutes."""
    plain = [(name, "", number) for name in NAMES for number in range(PAGES)]
    drawn = [(name, kind, number) for kind in KINDS for name in COMMON for number in range(DRAWINGS)]
    with multiprocessing.get_context("spawn").Pool(2, cv2.setNumThreads, (1,)) as pool:
        results = pool.map(_page, [*plain, *drawn], chunksize=PAGES)
    wrong = {name: _share(results[at * PAGES : (at + 1) * PAGES]) for at, name in enumerate(NAMES)}
    worst = max(wrong, key=wrong.__getitem__)
    rows = [
        at_most("added: questions with a false alarm", _share(results[: len(plain)]), "%", MOST_FALSE),
        Row(f"added: of those of the worst, {worst}", wrong[worst], "%"),
    ]
    for at, (kind, (_, least)) in enumerate(KINDS.items()):
        a_kind = len(COMMON) * DRAWINGS
        start = len(plain) + at * a_kind
        rows.append(at_least(f"added: heard of, {kind}", _share(results[start : start + a_kind]), "%", least))
    return rows


def _share(results: Iterable[Sequence[bool]]) -> float:
    every = [one for page in results for one in page]
    return 100 * sum(every) / len(every)


def _page(task: tuple[str, str, int]) -> list[bool]:
    """Of a page with something added, whether it is heard of; of another, whether that is said of each question."""
    name, kind, number = task
    seed = SEED + NAMES.index(name) * 100_000 + number + 1_000 * [*KINDS, ""].index(kind)
    rng = np.random.default_rng(seed)
    forms = _forms(DPI[number % len(DPI)])
    form = forms[number % len(forms)]
    box = form.page.boxes[rng.integers(len(form.page.boxes))]

    def filled(blank: Blank) -> Filled:
        done = fill(blank.grey, blank.page.boxes, blank.dpi, rng)
        if kind:
            _draw(done, KINDS[kind][0](rng, blank.page, box), blank.dpi, rng)
        return done

    scanned = filled_in(form, filled, name, seed)
    heard = read_page(Scan(0, scanned.marked), lambda _: form.sheet).beside
    if kind:
        return [box.question in heard]
    elsewhere = {
        box.question for box, one in zip(form.page.boxes, scanned.drawn, strict=True) if one.kind in NOT_IN_A_BOX
    }
    return [rows.question in heard for rows in form.page.rows if rows.question not in elsewhere]


def _draw(done: Filled, ways: Sequence[Way], dpi: float, rng: Rng) -> None:
    who = resident(rng)
    ink = strokes(rng, who, ways, 1.0, np.zeros(2))
    draw(done.page, ink, who.pen, who.darkness, dpi / MM_PER_INCH, int(rng.integers(2**32)))


@cache
def _forms(dpi: int) -> Sequence[Blank]:
    return tuple(blank for survey in SURVEYS for blank in blanks(survey, dpi, SERIAL))


# -- what is added, in millimetres of the page; a way of three points is a curve


def _right_of(page: SheetPage, box: Box) -> list[Words]:
    """The number beside a box, its label, and where it leads to."""
    middle = box.y_mm + box.side_mm / 2
    found = (words for words in page.words if words.y_mm < middle < words.y_mm + words.height_mm)
    return sorted(found, key=lambda words: words.x_mm)


def _ring(rng: Rng, around: Words, by_mm: float) -> list[Way]:
    angle = rng.uniform(0, 6) + np.linspace(0, rng.uniform(6, 6.6), 40)
    x = around.x_mm + around.width_mm / 2 + (around.width_mm / 2 + by_mm) * np.cos(angle)
    y = around.y_mm + around.height_mm / 2 + rng.uniform(3.5, 5.0) * np.sin(angle)
    return [list(zip(x.tolist(), y.tolist(), strict=True))]


def _circled_label(rng: Rng, page: SheetPage, box: Box) -> list[Way]:
    return _ring(rng, _right_of(page, box)[:2][-1], rng.uniform(2, 4))


def _circled_number(rng: Rng, page: SheetPage, box: Box) -> list[Way]:
    return _ring(rng, _right_of(page, box)[0], rng.uniform(2, 3))


def _struck_label(rng: Rng, page: SheetPage, box: Box) -> list[Way]:
    label = _right_of(page, box)[:2][-1]
    y, (start, end) = label.y_mm + label.height_mm / 2, rng.uniform(0, (3, 4))
    left, right = label.x_mm - start, label.x_mm + label.width_mm + end
    return [[(left, y + rng.normal(0, 0.7)), ((left + right) / 2, y), (right, y + rng.normal(0, 0.7))]]


def _cross_beside(rng: Rng, page: SheetPage, box: Box) -> list[Way]:
    """6 to 10 mm from the middle of the box, at the left or on its number."""
    x = box.x_mm + box.side_mm / 2 + rng.choice((-1, 1)) * rng.uniform(6, 10)
    y, reach = box.y_mm + box.side_mm / 2, 1.9
    return [
        [(x - reach, y - reach), (x, y), (x + reach, y + reach)],
        [(x + reach, y - reach), (x, y + 0.1), (x - reach, y + reach)],
    ]


def _words(rng: Rng, x_mm: float, y_mm: float) -> list[Way]:
    """20 mm of them."""
    ways: list[Way] = []
    for x in np.arange(x_mm, x_mm + 20, 2.5).tolist():
        high = rng.uniform(1.5, 3.0)
        ways.append([(x, y_mm), (x + 0.5, y_mm - high), (x + 1, y_mm), (x + 1.5, y_mm - 0.7 * high), (x + 1.9, y_mm)])
    return ways


def _in_the_margin(rng: Rng, page: SheetPage, box: Box) -> list[Way]:
    end = max(words.x_mm + words.width_mm for words in _right_of(page, box))
    return _words(rng, min(end + rng.uniform(4, 10), 170.0), box.y_mm + 5)


def _between(rng: Rng, page: SheetPage, box: Box) -> list[Way]:
    return _words(rng, rng.uniform(40, 60), box.y_mm + 9.5)


Maker = Callable[[Rng, SheetPage, Box], list[Way]]
KINDS: dict[str, tuple[Maker, float]] = {  # with how many of them, in per cent, are to be heard of
    "a circled label": (_circled_label, 80.0),
    "a circled number": (_circled_number, 75.0),
    "a label that was struck out": (_struck_label, 55.0),
    "a cross 6 to 10 mm from its box": (_cross_beside, 60.0),
    "words in the margin": (_in_the_margin, 85.0),
    "words between the answers": (_between, 85.0),
}
