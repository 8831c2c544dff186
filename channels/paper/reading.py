"""What was read on a page, as plain data between the eye (files, locate, marks) and the judge (policy).

The eye says what it sees in every box and how sure it is; it knows no survey. What counts as an answer, and what a
person has to look at, is decided in one table, in policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from channels.paper.code import Mark
from channels.paper.sheet import Box, Field
from kiosk.scan import PageState


class MarkState(StrEnum):
    """What is in a box."""

    EMPTY = "empty"
    MARKED = "marked"
    CANCELLED = "cancelled"  # filled all over, as the correction rule says
    REVIEW = "review"  # a person has to look


@dataclass(frozen=True, slots=True)
class BoxReading:
    """`confidence` is calibrated, from 0 to 1: of all readings with 0.99, 99 of 100 are right. Of REVIEW it is that of
    the likeliest state, which is `likeliest`. `ink`: of a mark, how it looks (see marks.hand); "" where nobody held a
    pen."""

    box: Box
    state: MarkState
    confidence: float
    likeliest: MarkState
    ink: str = ""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """`written`: there is ink in it besides what was printed. `cutout` is a PNG of the field and a little around.
    `text` is what was typed into it where the form was filled in on a screen."""

    field: Field
    written: bool
    cutout: bytes = b""
    text: str = ""


class Warning(StrEnum):
    """Why a whole page is read with care."""

    FEW_TAGS = "few_tags"  # under 3 of its tags
    LOW_CONTRAST = "low_contrast"
    ONE_BIT = "one_bit"  # scanned in black and white: pencil is lost
    POOR_FIT = "poor_fit"  # the printed outlines are not where they should be


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page. `state` is FILED where it was read, or says why it was not, with the reason as a sentence for staff;
    `mark` is what its code says, None where no code was read. `cutouts` has a PNG of the boxes, and of what is printed
    beside them, of every question that a person may have to look at: of all but those with one clear answer. `beside`:
    the questions with ink outside their boxes and fields."""

    state: PageState
    reason: str = ""
    mark: Mark | None = None
    boxes: tuple[BoxReading, ...] = ()
    fields: tuple[FieldReading, ...] = ()
    warnings: tuple[Warning, ...] = ()
    cutouts: Mapping[str, bytes] = field(default_factory=dict)  # by the question's name
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """One page of a file. `file` is the file's SHA-256 in hex, `index` counts from 0; `picture` is a JPEG or PNG of the
    page to keep, b"" where there is none."""

    file: str
    index: int
    reading: PageReading
    picture: bytes = b""
