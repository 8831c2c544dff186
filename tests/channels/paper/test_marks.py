"""The judge of marks: what people draw, as the reader sees it, and what it is taken for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import kiosk
from channels.paper.marks import judge, judgement
from channels.paper.marks.judgement import CAREFUL, STATES, SURE
from channels.paper.marks.net import WEIGHTS
from channels.paper.marks.rule import judge_by_rule
from channels.paper.reading import MarkState
from channels.paper.sheet import Box
from channels.paper.training.degrade import NAMES, degrade, handed_out
from channels.paper.training.filled import Filled
from channels.paper.training.forms import Blank, blanks
from channels.paper.training.hands import EMPTY, Drawn
from channels.paper.training.machines import MM_PER_INCH
from channels.paper.training.pens import Pen, Stroke, draw
from channels.paper.training.seen import Seen, filled_in, seen

SURVEY = Path(kiosk.__file__).parent / "surveys" / "counter.toml"
BALL_PEN, PENCIL, FELT = (
    Pen("", (0.4, 0.4), (0.8, 0.8)),
    Pen("", (0.5, 0.5), (0.35, 0.35), 0.3),
    Pen("", (1.4, 1.4), (0.9, 0.9)),
)

E_, M, C, R = MarkState.EMPTY, MarkState.MARKED, MarkState.CANCELLED, MarkState.REVIEW
Way = Sequence[tuple[float, float]]  # in half a box's lengths from its middle


def scribble(lines: int, reach: float = 0.95) -> Way:
    """To and fro."""
    return [(reach * (-1) ** line, -reach + 2 * reach * line / lines) for line in range(lines + 1)]


CROSS: list[Way] = [[(-0.8, -0.8), (0.8, 0.8)], [(0.8, -0.8), (-0.8, 0.8)]]
HASTY: list[Way] = [[(-0.7, -0.9), (1.3, 1.2)], [(1.1, -1.0), (-1.2, 1.1)]]
TICK: list[Way] = [[(-0.6, 0.0), (-0.1, 0.7), (1.1, -1.2)]]
DASH: list[Way] = [[(-0.7, 0.1), (0.7, 0.0)]]
SLASH: list[Way] = [[(-0.8, 0.9), (0.8, -0.9)]]
DOT: list[Way] = [[(0.2 * np.cos(a), 0.2 * np.sin(a)) for a in np.arange(0, 13, 0.3)]]
SOLID: list[Way] = [scribble(40)]
HALF_OUT: list[Way] = [[(x + 0.9, y) for x, y in way] for way in CROSS]
BESIDE: list[Way] = [[(x + 1.7, y) for x, y in way] for way in CROSS]
TAIL: list[Way] = [[(0.2, -2.1), (0.4, -0.9)]]  # of a tick in the box above

CASES: list[tuple[str, list[Way], Pen, set[MarkState]]] = [
    ("nothing", [], BALL_PEN, {E_}),
    ("a cross", CROSS, BALL_PEN, {M}),
    ("a cross in pencil", CROSS, PENCIL, {M}),
    ("a cross with a felt pen, which is no correction", CROSS, FELT, {M}),
    ("a large, hasty cross", HASTY, BALL_PEN, {M}),
    ("a tick that leaves its box", TICK, BALL_PEN, {M}),
    ("a dash", DASH, BALL_PEN, {M}),
    ("a single stroke", SLASH, BALL_PEN, {M}),
    ("a dot", DOT, BALL_PEN, {M}),
    ("filled all over", SOLID, BALL_PEN, {C}),
    ("a cross, then filled all over", CROSS + SOLID, BALL_PEN, {C}),
    ("the tail of another box's tick", TAIL, BALL_PEN, {E_, R}),
    ("a cross half out of its box", HALF_OUT, BALL_PEN, {M, R}),
    ("a cross beside the box, which leaves it empty", BESIDE, BALL_PEN, {E_, R}),
]


@pytest.fixture(scope="module")
def form() -> Blank:
    """A page with circles and nothing in them."""
    return next(blanks(SURVEY, 200, "10000000003"))


def drawn(box: Box, ways: Sequence[Way]) -> Drawn:
    half = box.side_mm / 2
    middle = np.array((box.x_mm + half, box.y_mm + half))
    return Drawn("", tuple(_stroke(np.array(way) * half + middle) for way in ways), EMPTY)


def _stroke(corners: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Stroke:
    along = np.linspace(0, len(corners) - 1, 12 * len(corners))
    points = np.stack([np.interp(along, np.arange(len(corners)), corners[:, axis]) for axis in (0, 1)], axis=1)
    ones = np.ones(len(points), np.float32)
    return Stroke(points.astype(np.float32), ones, ones)


def marked(form: Blank, place: int, ways: Sequence[Way], pen: Pen) -> Filled:
    """The page with this drawn at one of its boxes."""
    page, nothing = form.grey.copy(), Drawn("", (), EMPTY)
    mark = drawn(form.page.boxes[place], ways)
    strokes = [Stroke(s.points, s.width_mm * pen.width_mm[0], s.pressure) for s in mark.strokes]
    draw(page, strokes, pen, pen.darkness[0], form.dpi / MM_PER_INCH, seed=1)
    return Filled(page, tuple(mark if at == place else nothing for at in range(len(form.page.boxes))))


def states(scan: Seen) -> list[MarkState]:
    return [judgement(one, careful=False).state for one in judge(scan.patches, scan.circles)]


@pytest.mark.parametrize("machine", ["office", "JPEG 30"])
@pytest.mark.parametrize(("ways", "pen", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_people_draw(form: Blank, ways: list[Way], pen: Pen, expected: set[MarkState], machine: str) -> None:
    scan = seen(filled_in(form, lambda form: marked(form, 2, ways, pen), machine, 3))
    assert scan is not None
    own, *others = [states(scan)[2], *states(scan)[:2], *states(scan)[3:]]
    assert own in expected
    assert set(others) == {E_}


@pytest.mark.parametrize("machine", ["clean", "office", "copy of a copy", "copied form", "1-bit", "phone photo"])
def test_a_form_that_nobody_filled_in_is_empty(form: Blank, machine: str) -> None:
    scan = seen(filled_in(form, lambda form: marked(form, 0, [], BALL_PEN), machine, 5))
    assert scan is not None
    assert set(states(scan)) == {E_}


@pytest.mark.parametrize(
    ("probabilities", "state", "likeliest"),
    [
        ((0.999, 0.001, 0.0), E_, E_),
        ((0.6, 0.4, 0.0), R, E_),
        ((0.001, 0.998, 0.001), M, M),
        ((0.25, 0.75, 0.0), R, M),
        ((0.0, 0.001, 0.999), C, C),
        ((0.0, 0.3, 0.7), R, C),
    ],
)
def test_what_is_not_sure_goes_to_a_person(
    probabilities: tuple[float, float, float], state: MarkState, likeliest: MarkState
) -> None:
    said = judgement(np.array(probabilities, np.float32), careful=False)
    assert (said.state, said.likeliest) == (state, likeliest)
    assert said.confidence == pytest.approx(max(probabilities))


def test_every_state_has_a_bar_and_on_a_poor_page_a_higher_one() -> None:
    assert set(SURE) == set(STATES) == set(MarkState) - {MarkState.REVIEW}
    assert max(SURE.values()) < CAREFUL


@pytest.mark.parametrize("careful", [False, True])
def test_on_a_poor_page_the_eye_has_to_be_surer(careful: bool) -> None:
    said = judgement(np.array((0.1, 0.9, 0.0), np.float32), careful)
    assert said.state is (R if careful else M)
    assert said.likeliest is M


@pytest.mark.parametrize("judge", [judge, judge_by_rule])
def test_a_judge_gives_probabilities_and_always_the_same(
    judge: Callable[..., np.ndarray[tuple[int, ...], np.dtype[np.float32]]],
) -> None:
    rng = np.random.default_rng(1)
    patches = rng.uniform(-0.2, 1.3, (30, 36, 36)).astype(np.float32)
    circles = rng.random(30) < 0.5
    said = judge(patches, circles)
    assert said.shape == (30, 3)
    assert said.dtype == np.float32
    assert np.allclose(said.sum(axis=1), 1, atol=1e-5)
    assert np.array_equal(said, judge(patches, circles))
    assert np.allclose(said[7:9], judge(patches[7:9], circles[7:9]), atol=1e-5)  # whatever else is on the page


def test_a_page_without_boxes_has_nothing_to_judge() -> None:
    assert judge(np.zeros((0, 36, 36), np.float32), np.zeros(0, bool)).shape == (0, 3)


def test_the_weights_are_small_enough_for_the_repository() -> None:
    assert WEIGHTS.stat().st_size < 300_000


@pytest.mark.parametrize("name", NAMES)
def test_a_degraded_page_follows_from_its_seed(name: str) -> None:
    page = np.full((1170, 827), 255, np.uint8)
    page[200:900, 100:700:20] = 0
    once, again = (degrade(handed_out(page, name, 4, 100), name, 4, 100) for _ in range(2))
    assert once.dtype == page.dtype
    assert once.shape == page.shape
    assert np.array_equal(once, again)
    assert not np.array_equal(once, page)
    assert set(np.unique(page)) == {0, 255}  # it was left as it is
