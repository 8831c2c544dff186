"""What a scanned page can become: the table, and what is worked out of the rows on record. Pure.

    a page that was read                                                                           what a person decides
      FREE     -> WAITING --all pages of its sheet are here, or COMPLETE--> FILED                   COMPLETE, DISMISS
                  (both mean the whole sheet)
      SAME     -> REPEATED --ANOTHER--> WAITING, in a copy of the sheet                             ANOTHER, DISMISS
      OTHER    -> CONFLICT --ANOTHER--> WAITING, in a copy of the sheet                             ANOTHER, DISMISS
      SHARED   -> CONFLICT --ANOTHER--> WAITING, in a copy, or in the sheet where none lacks it     ANOTHER, DISMISS
      DOUBTED  -> CONFLICT --ANOTHER--> WAITING, in a copy of the sheet                             ANOTHER, DISMISS
      GONE     -> DISMISSED
      UNKNOWN  -> UNKNOWN_FORM --read again--> as if it came in just now                            DISMISS
      NO_PAGE  -> UNREADABLE                                                                        DISMISS
    a page that was not
      BLANK, FOREIGN, UNREADABLE, REFUSED --read again--> as if it came in just now                 DISMISS

Which of the words on the left holds (`Place`) follows from what is on record of the page's sheet; DISMISS makes
DISMISSED of it, and a new scan of the same page begins again on the left. A page is known by its file and its place
there, so a file may be read any number of times.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from hashlib import sha256

from kiosk.record import Doubtful
from kiosk.scan import Decision, Form, Page, PageState
from kiosk.store.sheets import Earlier, Row
from kiosk.survey import Answer, Missing, Survey

NOT_READ = (PageState.BLANK, PageState.FOREIGN, PageState.UNKNOWN_FORM, PageState.UNREADABLE, PageState.REFUSED)
HERE = (PageState.FILED, PageState.WAITING)
ORIGINAL = 1  # the copy of a sheet that is the sheet itself


class Place(Enum):
    """What is on record where a page that was read belongs: its sheet, and its number there."""

    FREE = auto()  # no such page yet
    SAME = auto()  # one with the same content; or its answers, typed in
    OTHER = auto()  # one with other content; or other answers, typed in
    SHARED = auto()  # no such page yet, and the sheet was photocopied, so that it may be anybody's
    DOUBTED = auto()  # as OTHER, and somebody of those who share the sheet was erased: it may be theirs
    GONE = auto()  # its answers were erased, or their retention is over
    UNKNOWN = auto()  # a form of another office, or one that was not kept
    NO_PAGE = auto()  # a number that its form does not have


STATES: Mapping[Place, tuple[PageState, str]] = {
    Place.FREE: (PageState.WAITING, ""),
    Place.SAME: (PageState.REPEATED, "The same page with the same marks is here already."),
    Place.OTHER: (
        PageState.CONFLICT,
        "This page of this sheet is here already with other marks or notes: is it a copy? As another it goes with the"
        " pages before and behind it in its file, else to the last copy that lacks it.",
    ),
    Place.SHARED: (
        PageState.CONFLICT,
        "This sheet was photocopied, and whose page this is no machine can tell. As another it goes with the pages"
        " before and behind it in its file, else to the last copy that lacks it.",
    ),
    Place.DOUBTED: (
        PageState.CONFLICT,
        "This sheet was photocopied, and one of those who filled it in was erased: dismiss the page if it is theirs.",
    ),
    Place.GONE: (PageState.DISMISSED, "The answers of this sheet were erased."),
    Place.UNKNOWN: (PageState.UNKNOWN_FORM, "This form was not printed by this office, or is not on record any more."),
    Place.NO_PAGE: (PageState.UNREADABLE, "Its code names a page that this form does not have."),
}
ALLOWED: Mapping[Decision, tuple[PageState, ...]] = {
    Decision.ANOTHER: (PageState.CONFLICT, PageState.REPEATED),
    Decision.COMPLETE: (PageState.WAITING,),
    Decision.DISMISS: (PageState.WAITING, PageState.CONFLICT, PageState.REPEATED, *NOT_READ),
}


def place(page: Page, form: Form | None, rows: Sequence[Row], earlier: Sequence[Earlier]) -> Place:
    """Where a page belongs, by all pages on record of its sheet and the responses to its serial."""
    if form is None:
        return Place.UNKNOWN
    if not 1 <= page.number <= form.pages:
        return Place.NO_PAGE
    gone = {one.episode for one in earlier if one.gone}
    if ORIGINAL in gone:
        return Place.DOUBTED if lacking(rows, {page.number}) else Place.GONE
    there = [row for row in rows if row.number == page.number]
    if any(row.content == page.content and row.state in (*HERE, PageState.CONFLICT) for row in there):
        return Place.SAME
    if any(row.copy == ORIGINAL and row.state in HERE for row in there):
        return Place.DOUBTED if gone else Place.OTHER
    shared = any(row.copy > ORIGINAL or row.state is PageState.CONFLICT for row in rows)
    return Place.SHARED if shared else Place.FREE


def agree(read: Mapping[str, Answer], typed: Mapping[str, Answer]) -> bool:
    """Whether what was read contradicts nothing that was typed: what a machine was unsure of, and what a person was not
    asked, contradict nothing."""
    return all(
        answer.pending
        or typed.get(name, Answer(missing=Missing.SKIPPED)) == answer
        or typed.get(name, answer).missing is Missing.NOT_ASKED
        for name, answer in read.items()
    )


def relevant(
    survey: Survey, answers: Mapping[str, Answer], doubts: Iterable[Doubtful]
) -> tuple[dict[str, Answer], tuple[Doubtful, ...]]:
    """Without what nobody has to look at: that nothing is marked at a question which this person was not to answer."""
    reached = set(_reached(survey, answers))
    empty = {
        name
        for name, answer in answers.items()
        if name not in reached and answer.pending and answer.missing is Missing.SKIPPED
    }
    kept = {name: answer for name, answer in answers.items() if name not in empty}
    return kept, tuple(doubt for doubt in doubts if doubt.question not in empty)


def _reached(survey: Survey, answers: Mapping[str, Answer]) -> Iterator[str]:
    """The questions on the route, and those that may come onto it once a person decided what is pending."""
    reached: set[str] = set()
    for question in survey.questions:
        if all(
            condition.question in reached
            and (condition.holds(answers) or (one := answers.get(condition.question)) is None or one.pending)
            for condition in question.relevant
        ):
            reached.add(question.name)
            yield question.name


def merged(rows: Iterable[Row]) -> tuple[dict[str, Answer], tuple[Doubtful, ...]]:
    answers: dict[str, Answer] = {}
    doubts: list[Doubtful] = []
    for row in rows:
        answers |= row.answers
        doubts += row.doubts
    return answers, tuple(doubts)


def key(form: Form, copy: int, rows: Iterable[Row]) -> str:
    """The same for the same pages with the same content, in whatever order they came."""
    told = json.dumps([form.id, copy, sorted([row.number, row.content] for row in rows)])
    return f"{form.id}:{copy}:{sha256(told.encode()).hexdigest()}"


def original(earlier: Iterable[Earlier]) -> int | None:
    return next((one.id for one in earlier if one.episode == ORIGINAL), None)


def lacking(rows: Sequence[Row], numbers: set[int]) -> int:
    """The last copy that waits for all of these pages, or the sheet itself; 0 if none does."""
    has: dict[int, set[int]] = {}
    for row in rows:
        if row.state is PageState.WAITING:
            has.setdefault(row.copy, set()).add(row.number)
    return max((copy for copy, here in has.items() if here.isdisjoint(numbers)), default=0)


def together(row: Row, rows: Iterable[Row]) -> list[Row]:
    """This page, and those that were fed with it and are no page of a sheet yet: in its file, each with a higher number
    than the one before, whatever empty backs lie between."""
    free = (PageState.CONFLICT, PageState.REPEATED)
    run: list[Row] = []
    for one in sorted((one for one in rows if one.file == row.file and one.state in free), key=lambda one: one.place):
        if run and one.number <= run[-1].number:
            if row in run:
                break
            run = []
        run.append(one)
    return run if row in run else [row]
