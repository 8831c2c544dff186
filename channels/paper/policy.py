"""What counts of what was read on a page, and what a person has to look at. The one place where that is decided.

    one answer counts (o)             several may (#)                what becomes of it
    (x) ( ) ( )                       [x] [ ] [x]                    given
    (#) (x) ( )                       [#] [x] [x]                    given: what is filled all over was taken back
    ( ) ( ) ( )                       [ ] [ ] [ ]                    skipped; where it is required, EMPTY; on a page
                                                                     with a `reading.Warning`, MAYBE_LOST
    ( )x( ) ( )   (x) ( ) (A)         [x] [ ]x[ ]                    BESIDE: ink outside the boxes, whatever is in them
    (x) (x) ( )                                                      TWO_MARKS
    (#) ( ) ( )                       [#] [ ] [ ]                    TAKEN_BACK: nothing is marked instead
    (?) ( ) ( )   (x) (?) ( )         [?] [ ] [x]                    UNSURE
    ( ) ( ) ( )  (x) don't know       the same                       missing, and why
    (x) ( ) ( )  (x) don't know       the same                       BOTH: an answer, and none
    ( ) ( ) ( )  (x) don't know  (x) no answer                       TWO_REASONS
    a field that is empty             skipped; where it is required, EMPTY
    a field with handwriting          WRITTEN: a person types it; beside a marked "don't know" as well
    a field that was filled in on a screen                           given

( ) empty, (x) marked, (#) cancelled, (?) the eye is not sure. What stands in capitals is pending, with a doubt and a
picture for a person; its likeliest reading goes along, where it is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from channels.paper.reading import BoxReading, FieldReading, MarkState, PageReading
from kiosk import understanding
from kiosk.prompt import Problem
from kiosk.record import DoubtKind
from kiosk.survey import Answer, Kind, Missing, Question, Survey


class Reason(StrEnum):
    """Why a person has to look, in a sentence for whoever does."""

    EMPTY = "Nothing is marked at a required question."
    MAYBE_LOST = "Nothing is marked, and the page was scanned so poorly that a mark may be lost."
    TWO_MARKS = "Two boxes are marked where one counts."
    BESIDE = "Something is drawn or written outside the boxes, and may change what is meant."
    TAKEN_BACK = "A mark was taken back, and nothing is marked instead."
    UNSURE = "It is not clear what is marked."
    BOTH = "An answer is marked, and beside it that there is none."
    TWO_REASONS = "Two reasons are marked why there is no answer."
    WRITTEN = "Something is written by hand: type what it says."
    WRITTEN_BESIDE = "Something is written by hand, and beside it is marked that there is no answer."
    MISFIT = "What was filled in is no answer to this question."


@dataclass(frozen=True, slots=True)
class Judged:
    """What one question on a page comes to. `reason` is None where nobody has to look; `reading` is then ""."""

    answer: Answer
    reason: Reason | None = None
    reading: str = ""
    kind: DoubtKind = DoubtKind.MARK


def judge(survey: Survey, page: PageReading) -> dict[str, Judged]:
    """Every question of this survey that has a place on this page."""
    boxes: dict[str, list[BoxReading]] = {}
    for read in page.boxes:
        boxes.setdefault(read.box.question, []).append(read)
    fields = {read.field.question: read for read in page.fields}
    asked = (survey.question(name) for name in dict.fromkeys([*boxes, *fields]))
    poor = bool(page.warnings)
    return {
        question.name: _question(
            question,
            _seen(boxes.get(question.name, []), poor, question.name in page.beside),
            fields.get(question.name),
        )
        for question in asked
        if question
    }


@dataclass(slots=True)
class _Seen:
    """The boxes of one question, sorted by what they are for. `sure`: none of them is (?). `poor`: the page is.
    `beside`: there is ink outside them."""

    poor: bool
    beside: bool
    values: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    taken_back: bool = False
    sure: bool = True

    @property
    def nothing(self) -> bool:
        return not self.values and not self.missing


def _question(question: Question, seen: _Seen, written: FieldReading | None) -> Judged:
    if written and written.text:
        return _filled(question, written.text, seen)
    if written and written.written:
        reason = Reason.WRITTEN_BESIDE if seen.missing else Reason.WRITTEN
        return Judged(Answer(pending=True), reason, " ".join(seen.missing), DoubtKind.TEXT)
    if doubtful := _doubtful(question, seen):
        return _pending(question, doubtful, seen)
    if seen.missing:
        return Judged(Answer(missing=Missing(seen.missing[0])))
    if seen.values:
        return Judged(Answer(tuple(seen.values)))
    if question.required or (seen.poor and written is None):
        reason = Reason.EMPTY if question.required else Reason.MAYBE_LOST
        return Judged(Answer(missing=Missing.SKIPPED, pending=True), reason)
    return Judged(Answer(missing=Missing.SKIPPED))


def _seen(boxes: Sequence[BoxReading], poor: bool, beside: bool) -> _Seen:
    seen = _Seen(poor, beside)
    for read in boxes:
        if read.state is MarkState.REVIEW:
            seen.sure = False
        state = read.likeliest if read.state is MarkState.REVIEW else read.state
        if state is MarkState.MARKED:
            (seen.missing if read.box.declines else seen.values).append(read.box.value)
        elif state is MarkState.CANCELLED:
            seen.taken_back = True
    return seen


def _doubtful(question: Question, seen: _Seen) -> Reason | None:
    """The first that holds; none of them for what is clear."""
    single = question.kind is not Kind.SELECT_MULTIPLE
    rows = (
        (not seen.sure, Reason.UNSURE),
        (bool(seen.values and seen.missing), Reason.BOTH),
        (single and len(seen.values) > 1, Reason.TWO_MARKS),
        (len(seen.missing) > 1, Reason.TWO_REASONS),
        (seen.taken_back and seen.nothing, Reason.TAKEN_BACK),
        (seen.beside, Reason.BESIDE),
    )
    return next((reason for holds, reason in rows if holds), None)


def _pending(question: Question, reason: Reason, seen: _Seen) -> Judged:
    """With the likeliest reading as its value, where that is an answer by itself: it then leads along the route that
    the respondent likeliest went."""
    alone = not seen.missing and not isinstance(understanding.check(question, seen.values), Problem)
    values = tuple(seen.values) if alone else ()
    return Judged(Answer(values, pending=True), reason, " ".join([*seen.values, *seen.missing]))


def _filled(question: Question, text: str, seen: _Seen) -> Judged:
    """What was typed into a form on a screen."""
    checked = understanding.check(question, (text,))
    if isinstance(checked, Problem):
        return Judged(Answer(pending=True), Reason.MISFIT, text, DoubtKind.TEXT)
    if seen.missing:
        return Judged(Answer(checked.values, pending=True), Reason.BOTH, text, DoubtKind.TEXT)
    return Judged(checked)
