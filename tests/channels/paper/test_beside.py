"""Ink outside the boxes: what residents draw and write there is heard of, and what machines add is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

import kiosk
from channels.paper.content import alike, content
from channels.paper.picture import Scan
from channels.paper.policy import Reason, judge
from channels.paper.read import read_page
from channels.paper.reading import PageReading
from channels.paper.sheet import from_json, to_json
from channels.paper.training.degrade import NAMES
from channels.paper.training.filled import Filled, Shares, fill
from channels.paper.training.forms import Blank, blanks
from channels.paper.training.seen import filled_in
from kiosk.scan import PageState
from tests.channels.paper import scanning
from tests.channels.paper.printed import Grey
from tests.channels.paper.scanning import FIRST, PX_PER_MM, SECOND, copied, fed, known, office, photo
from tests.kiosk.generated import sample

QUESTION, OTHER = "satisfied", "waited"  # of the page; the first has seven boxes, and one of them is crossed
LABEL_MM = 9.0  # right of a box: here its label begins, after its number
NUMBER_MM = 5.3  # the middle of it
PEN = round(0.5 * PX_PER_MM)
INK = (70.0,)
SERIAL = "10000000003"

Place = tuple[int, int, int]  # left, top and side of a box


def mm(value: float) -> int:
    return round(value * PX_PER_MM)


def label(grey: Grey, box: Place) -> tuple[int, int, int]:
    """Where the words right of a box begin and end, and their middle line."""
    left, top, side = box
    begin = left + side + mm(LABEL_MM)
    columns = np.flatnonzero((grey[top : top + side, begin : begin + mm(80)] < 128).any(axis=0))
    return begin + int(columns[0]), begin + int(columns[-1]), top + side // 2


def circles_the_label(grey: Grey, box: Place) -> None:
    begin, end, y = label(grey, box)
    cv2.ellipse(grey, ((begin + end) // 2, y), ((end - begin) // 2 + mm(3), mm(4.5)), 1, 0, 355, INK, PEN, cv2.LINE_AA)


def strikes_the_label_out(grey: Grey, box: Place) -> None:
    begin, end, y = label(grey, box)
    for line in (-1, 1):
        start, stop = (begin + mm(0.5), y + line * mm(0.4)), (end - mm(0.5), y + line * mm(0.8))
        cv2.line(grey, start, stop, INK, PEN, cv2.LINE_AA)


def crosses_the_number(grey: Grey, box: Place) -> None:
    left, top, side = box
    scanning.cross(grey, left + side + mm(NUMBER_MM) - mm(2.5), top + side // 2 - mm(2.5), mm(5))


def crosses_beside_the_box(grey: Grey, box: Place) -> None:
    left, top, _ = box
    scanning.cross(grey, left - mm(7.5), top + mm(1), mm(5))


def writes_in_the_margin(grey: Grey, box: Place) -> None:
    _, top, side = box
    cv2.putText(grey, "nur freitags", (mm(150), top + side), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1, INK, PEN, cv2.LINE_AA)


def writes_between_the_answers(grey: Grey, box: Place) -> None:
    _, end, y = label(grey, box)
    at = (end + mm(4), y + mm(7))
    cv2.putText(grey, "und am Amt", at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1, INK, PEN, cv2.LINE_AA)


DRAWN: tuple[Callable[[Grey, Place], None], ...] = (
    circles_the_label,
    strikes_the_label_out,
    crosses_the_number,
    crosses_beside_the_box,
    writes_in_the_margin,
    writes_between_the_answers,
)
SCANNED: dict[str, Callable[[Grey], Grey]] = {
    "office": office,
    "copied": copied,
    "5 degrees": lambda page: office(fed(page, degrees=5)),
    "upside down": lambda page: office(page)[::-1, ::-1].copy(),
    "photo": photo,
}


def read(grey: Grey) -> PageReading:
    reading = read_page(Scan(0, grey), known)
    assert reading.state is PageState.FILED, reading.reason
    return reading


QUICKLY = {(draws, "office") for draws in (strikes_the_label_out, crosses_beside_the_box, writes_between_the_answers)}
CASES = [
    pytest.param(
        draws,
        scanned,
        id=f"{draws.__name__}, {scanned}",
        marks=() if (draws, scanned) in QUICKLY else pytest.mark.peers,
    )
    for draws in DRAWN
    for scanned in SCANNED
    if (draws, scanned) != (strikes_the_label_out, "photo")  # whose shadows make lines differ more than that
]


@pytest.mark.parametrize(("draws", "scanned"), CASES)
def test_a_person_looks_at_what_somebody(draws: Callable[[Grey, Place], None], scanned: str) -> None:
    """Though a box is crossed as well. The other question is none the worse, and the picture shows it all."""
    grey = scanning.filled().copy()
    draws(grey, scanning.outlines(scanning.page())[FIRST + 1])
    reading = read(SCANNED[scanned](grey))
    judged = judge(sample(scanning.SURVEY), reading)
    assert {name: one.reason for name, one in judged.items()} == {QUESTION: Reason.BESIDE, OTHER: None}
    assert judged[QUESTION].answer.pending
    assert set(reading.cutouts) == {QUESTION}
    shown = cv2.imdecode(np.frombuffer(reading.cutouts[QUESTION], np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    assert shown.shape[1] / shown.shape[0] == pytest.approx(210 / 119, rel=0.15), "all of the question"


def test_what_is_written_under_a_question_is_for_that_one() -> None:
    grey = scanning.filled().copy()
    writes_between_the_answers(grey, scanning.outlines(scanning.page())[SECOND])
    assert read(office(grey)).beside == {OTHER}


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 20), marks=pytest.mark.peers)])
def test_a_note_that_was_added_makes_another_page_and_a_second_scan_does_not(seeds: range) -> None:
    noted = scanning.filled().copy()
    writes_in_the_margin(noted, scanning.outlines(scanning.page())[FIRST])
    before, after = (content(read(office(grey)), "") for grey in (scanning.filled(), noted))
    for seed in seeds:
        again, with_note = (content(read(office(grey, seed=seed)), "") for grey in (scanning.filled(), noted))
        assert alike(again, before)
        assert alike(with_note, after)
        assert not alike(with_note, before)


def test_a_mark_may_go_far_over_the_edge_of_its_box() -> None:
    grey = scanning.filled().copy()
    left, top, side = scanning.outlines(scanning.page())[FIRST]
    cv2.line(grey, (left + side // 2, top + side // 2), (left + side + mm(4), top - mm(6)), INK, PEN, cv2.LINE_AA)
    assert read(office(grey)).beside == frozenset()


def test_of_a_form_that_was_printed_before_words_were_kept_nothing_is_said() -> None:
    kept = json.loads(to_json(scanning.sheet()))
    for page in kept["pages"]:
        del page["words"], page["rows"]

    grey = scanning.filled().copy()
    writes_in_the_margin(grey, scanning.outlines(scanning.page())[FIRST])
    assert read_page(Scan(0, office(grey)), lambda _: from_json(json.dumps(kept))).beside == frozenset()


# -- What machines and tables do to a page


QUICK = ("coffee", "phone photo")
SURVEYS = sorted((Path(kiosk.__file__).parent / "surveys").glob("*.toml"))
ONLY_MARKS = Shares(marked=0.18, cancelled=0.015, harmless=0.0, unsure=0.0)


@pytest.mark.parametrize("name", QUICK)
def test_what_happens_to_a_page_is_not_taken_for_writing(name: str) -> None:
    assert heard_of(next(blanks(SURVEYS[0], 200, SERIAL)), name, seed=11) == frozenset()


@pytest.mark.peers
@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_happens_to_pages_is(name: str) -> None:
    """On every page of all samples, and a few more marks than people make."""
    forms = [form for survey in SURVEYS for form in blanks(survey, 200, SERIAL)]
    heard = [heard_of(form, name, seed) for seed, form in enumerate(forms)]
    assert sum(map(len, heard)) <= 1, heard


def heard_of(form: Blank, name: str, seed: int) -> frozenset[str]:
    """Of a page with marks in its boxes, and tails that go over their edges."""
    rng = np.random.default_rng(seed)

    def marked(blank: Blank) -> Filled:
        return fill(blank.grey, blank.page.boxes, ONLY_MARKS, blank.dpi, rng, anew=0.15)

    return read_page(Scan(0, filled_in(form, marked, name, seed).marked), lambda _: form.sheet).beside
