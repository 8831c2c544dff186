"""The table of what counts on a page, row by row, as it is drawn in `policy`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.paper.policy import Judged, Reason, judge
from channels.paper.reading import BoxReading, FieldReading, MarkState, PageReading, Warning
from channels.paper.sheet import Box, Field, Shape
from kiosk.record import DoubtKind
from kiosk.scan import PageState
from kiosk.survey import Answer, Kind, Missing, Survey
from tests.kiosk.generated import sample

DIGITAL = sample("digital")
BESIDE = "b"  # empty, and ink next to it
SIGNS = {BESIDE: MarkState.EMPTY, "x": MarkState.MARKED, " ": MarkState.EMPTY, "#": MarkState.CANCELLED}
SKIPPED = Answer(missing=Missing.SKIPPED)


def box(question: str, value: str, sign: str, declines: bool, confidence: float) -> BoxReading:
    """ "?x": not sure, likeliest marked."""
    place = Box(question, value, 1, 0.0, 0.0, 7.0, Shape.CIRCLE, declines)
    likeliest = SIGNS[sign[-1]]
    return BoxReading(place, MarkState.REVIEW if sign[0] == "?" else likeliest, confidence, likeliest)


def page(question: str, marks: list[str], declined: list[str]) -> PageReading:
    asked = DIGITAL.question(question)
    assert asked
    names = [choice.name for choice in asked.choices]
    boxes = [box(question, names[at], sign, False, 1.0) for at, sign in enumerate(marks)]
    why = ["dont_know", "refused"]
    boxes += [box(question, why[at], sign, True, 1.0) for at, sign in enumerate(declined)]
    beside = frozenset({question} if BESIDE in [*marks, *declined] else ())
    return PageReading(PageState.FILED, boxes=tuple(boxes), beside=beside)


def given(*values: str) -> Judged:
    return Judged(Answer(values))


def pending(reason: Reason, reading: str, *values: str) -> Judged:
    return Judged(Answer(values, pending=True), reason, reading)


EMPTY = Judged(Answer(missing=Missing.SKIPPED, pending=True), Reason.EMPTY)


@pytest.mark.parametrize(
    ("marks", "declined", "expected"),
    [
        (["x", " ", " "], [" "], given("very_good")),
        (["#", "x", " "], [" "], given("good")),
        (["#", "x", "#"], ["#"], given("good")),
        ([" ", " ", " "], [" "], EMPTY),
        (["x", "x", " "], [" "], pending(Reason.TWO_MARKS, "very_good good")),
        (["#", " ", " "], [" "], pending(Reason.TAKEN_BACK, "")),
        ([BESIDE, " ", " "], [" "], pending(Reason.BESIDE, "")),
        ([BESIDE, "x", " "], [" "], pending(Reason.BESIDE, "good", "good")),
        (["x", "x", BESIDE], [" "], pending(Reason.TWO_MARKS, "very_good good")),
        ([" ", " ", " "], [BESIDE], pending(Reason.BESIDE, "")),
        ([" ", " ", " "], ["x", BESIDE], pending(Reason.BESIDE, "dont_know")),
        (["?x", " ", " "], [" "], pending(Reason.UNSURE, "very_good", "very_good")),
        (["? ", " ", " "], [" "], pending(Reason.UNSURE, "")),
        (["x", "?x", " "], [" "], pending(Reason.UNSURE, "very_good good")),
        ([" ", " ", " "], ["x"], Judged(Answer(missing=Missing.DONT_KNOW))),
        (["#", " ", " "], ["x"], Judged(Answer(missing=Missing.DONT_KNOW))),
        (["x", " ", " "], ["x"], pending(Reason.BOTH, "very_good dont_know")),
        ([" ", " ", " "], ["x", "x"], pending(Reason.TWO_REASONS, "dont_know refused")),
        ([" ", " ", " "], ["?x"], pending(Reason.UNSURE, "dont_know")),
    ],
)
def test_where_one_answer_counts(marks: list[str], declined: list[str], expected: Judged) -> None:
    assert judge(DIGITAL, page("skills", marks, declined)) == {"skills": expected}


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (["x", " ", "x"], given("offices", "transport_travel")),
        (["#", "x", "x"], given("school_culture", "transport_travel")),
        ([" ", " ", " "], Judged(SKIPPED)),
        (["#", " ", " "], pending(Reason.TAKEN_BACK, "")),
        (["?x", " ", "x"], pending(Reason.UNSURE, "offices transport_travel", "offices", "transport_travel")),
    ],
)
def test_where_several_may_count(marks: list[str], expected: Judged) -> None:
    assert judge(DIGITAL, page("useful_at", marks, [])) == {"useful_at": expected}


@pytest.mark.parametrize(
    ("question", "marks", "warnings", "reason"),
    [
        ("useful_at", [" ", " ", " "], (), None),
        ("useful_at", [" ", " ", " "], (Warning.ONE_BIT,), Reason.MAYBE_LOST),
        ("useful_at", [" ", "x", " "], (Warning.ONE_BIT,), None),
        ("skills", [" ", " ", " "], (Warning.LOW_CONTRAST,), Reason.EMPTY),
    ],
)
def test_where_nothing_is_marked_on_a_poor_page_a_person_looks(
    question: str, marks: list[str], warnings: tuple[Warning, ...], reason: Reason | None
) -> None:
    assert judge(DIGITAL, replace(page(question, marks, []), warnings=warnings))[question].reason is reason


def field(question: str, *, written: bool, text: str = "", declined: str = " ") -> PageReading:
    place = Field(question, 1, 0.0, 0.0, 150.0, 40.0)
    why = box(question, "dont_know", declined, True, 1.0)
    return PageReading(PageState.FILED, boxes=(why,), fields=(FieldReading(place, written, b"", text),))


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (field("wishes", written=False), Judged(SKIPPED)),
        (field("wishes", written=True), Judged(Answer(pending=True), Reason.WRITTEN, "", DoubtKind.TEXT)),
        (
            field("wishes", written=True, declined="x"),
            Judged(Answer(pending=True), Reason.WRITTEN_BESIDE, "dont_know", DoubtKind.TEXT),
        ),
        (field("wishes", written=False, declined="x"), Judged(Answer(missing=Missing.DONT_KNOW))),
        (field("wishes", written=True, text="More buses"), given("More buses")),
        (
            field("wishes", written=True, text="x" * 3_000),
            Judged(Answer(pending=True), Reason.MISFIT, "x" * 3_000, DoubtKind.TEXT),
        ),
    ],
)
def test_what_is_written(read: PageReading, expected: Judged) -> None:
    assert judge(DIGITAL, read) == {"wishes": expected}


def test_a_number_in_a_comb_is_typed_by_a_person() -> None:
    survey = with_number()
    assert judge(survey, field("age", written=True))["age"].kind is DoubtKind.TEXT
    assert judge(survey, field("age", written=False)) == {"age": EMPTY}
    assert judge(survey, field("age", written=True, text="042")) == {"age": given("42")}
    assert judge(survey, field("age", written=True, text="many"))["age"].reason is Reason.MISFIT


def with_number() -> Survey:
    asked = DIGITAL.question("skills")
    assert asked
    number = replace(asked, name="age", kind=Kind.INTEGER, choices=(), minimum=0, maximum=120)
    return replace(DIGITAL, questions=(*DIGITAL.questions, number))


def test_what_is_no_question_of_this_version_is_left_alone() -> None:
    read = PageReading(PageState.FILED, boxes=(box("elsewhere", "yes", "x", False, 1.0),))
    assert judge(DIGITAL, read) == {}
