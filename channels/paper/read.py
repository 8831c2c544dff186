"""Reads one page: from its picture to what is in its boxes. Pure, and total: there is a reading of every picture.

    scan -> tags and codes -> which form, which page -> where it lies -> patches of the boxes -> marks

What stops it on the way is a state of the page with a sentence for staff. What only makes it doubtful is a warning. A
form that was filled in on a screen says all that by itself, and is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from channels.paper import code
from channels.paper.beside import beside
from channels.paper.code import Mark
from channels.paper.cutouts import around_boxes, around_field, around_rows, png, written
from channels.paper.fillable import OnScreen
from channels.paper.fit import Patches
from channels.paper.ground import ground
from channels.paper.locate import (
    ENOUGH_TAGS,
    Place,
    Points,
    Sign,
    View,
    find_codes,
    find_tags,
    lies_as_tags_say,
    page_by_tags,
    place,
    view,
)
from channels.paper.marks import judge, judgement, looks
from channels.paper.overwritten import overwritten
from channels.paper.picture import Grey, Scan
from channels.paper.reading import BoxReading, FieldReading, MarkState, PageReading, Warning
from channels.paper.sample import Sampled, sample
from channels.paper.sheet import CORNERS, Box, Shape, Sheet, SheetPage
from kiosk.scan import PageState

Forms = Callable[[str], Sheet | None]  # the forms that were printed, by their ids

SMALLEST_PX = 300  # of the short side; on less no tag can be told
TAGS_OF_A_PAGE = 2  # that make it a page of ours, even without its code
LOST_SHARE = 0.25  # of the outlines found again: too little to say where a page with few tags lies
PAPER_PERCENTILE = 90.0
DARK = 64  # a grey that no paper has
INK = 0.6  # of the grey of paper: what is darker is ink
BLANK_SHARE = 0.0005  # of a page that may be ink, all the same: dust
EDGE_SHARE = 0.04  # of each side, where scanners see shadows

BLANK = "There is nothing on this page."
FOREIGN = "This is no page of a form. Put it aside, or scan it again if it is one."
NO_CODE = "This is page {number} of a form, but its code cannot be read. Scan it again, or type the form in."
TWO_CODES = "There are several forms on this picture. Scan each page by itself."
TWO_SHEETS = "Parts of two pages are on this picture. Scan each page by itself."
UNKNOWN = "This office did not print this form. If another one did, it has to be read there."
NO_SUCH_PAGE = "Its code says page {number}, and the form has no such page. Scan it again, or type the form in."
NO_PLACE = "The page is too crooked or too much of it is missing. Scan it again, or type the form in."
LOST = "The boxes are not where the form has them. Scan the page again, flat and whole, or type the form in."


def read_page(scan: Scan, form: Forms) -> PageReading:
    exact = _filled_in(scan.filled, scan.index + 1, form) if scan.filled else None
    return exact or _looked_at(scan, form)


def _filled_in(filled: OnScreen, number: int, form: Forms) -> PageReading | None:
    """What was filled in on a screen, without looking. None for a page that the form has not, an empty back perhaps."""
    mark = replace(filled.mark, page=number)
    sheet = form(mark.form)
    if sheet is None:
        return PageReading(PageState.UNKNOWN_FORM, UNKNOWN, mark)
    page = _page_of(sheet, number)
    if page is None:
        return None
    boxes = []
    for box in page.boxes:
        is_marked = (box.question, box.value, box.declines) in filled.boxes
        state = MarkState.MARKED if is_marked else MarkState.EMPTY
        boxes.append(BoxReading(box, state, 1.0, state))
    texts = [(field, filled.texts.get(field.question, "")) for field in page.fields]
    fields = tuple(FieldReading(field, bool(text), text=text) for field, text in texts)
    return PageReading(PageState.FILED, "", mark, tuple(boxes), fields)


def _page_of(sheet: Sheet, number: int) -> SheetPage | None:
    return next((page for page in sheet.pages if page.number == number), None)


def _looked_at(scan: Scan, form: Forms) -> PageReading:
    picture = view(scan.grey)
    if min(picture.small.shape) < SMALLEST_PX:
        return PageReading(PageState.FOREIGN, FOREIGN)
    tags = find_tags(picture.small)
    if not tags and blank(picture.small):  # before the code is looked for, which may shine through from behind
        return PageReading(PageState.BLANK, BLANK)
    signs = _ours(find_codes(picture, tags))
    if not signs:
        return _without_code(tags)
    if len(signs) > 1:  # one may shine through from behind
        signs = [(mark, sign) for mark, sign in signs if lies_as_tags_say(sign, mark.page, tags)]
    if len(signs) != 1:
        return PageReading(PageState.UNREADABLE, TWO_CODES)
    ((mark, sign),) = signs
    sheet = form(mark.form)
    if sheet is None:
        return PageReading(PageState.UNKNOWN_FORM, UNKNOWN, mark)
    page = _page_of(sheet, mark.page)
    if page is None:
        return PageReading(PageState.UNREADABLE, NO_SUCH_PAGE.format(number=mark.page), mark)
    return _page(picture, page, mark, sign, tags)


def _ours(signs: Sequence[Sign]) -> list[tuple[Mark, Sign]]:
    return [(mark, sign) for sign in signs if (mark := code.read(sign.text))]


def _tags_of(page: int, tags: Mapping[int, Points]) -> int:
    return sum(tag // len(CORNERS) + 1 == page for tag in tags)


def _without_code(tags: Mapping[int, Points]) -> PageReading:
    number = page_by_tags(tags)
    if number and _tags_of(number, tags) >= TAGS_OF_A_PAGE:
        return PageReading(PageState.UNREADABLE, NO_CODE.format(number=number))
    return PageReading(PageState.FOREIGN, FOREIGN)


def blank(small: Grey) -> bool:
    """Whether there is hardly any ink: what shines through from the other side is none, and neither is a dark edge."""
    height, width = small.shape
    y, x = round(height * EDGE_SHARE), round(width * EDGE_SHARE)
    inside = small[y : height - y, x : width - x]
    paper = np.percentile(inside, PAPER_PERCENTILE)
    return bool(paper > DARK and (inside < INK * paper).mean() < BLANK_SHARE)


def _page(picture: View, page: SheetPage, mark: Mark, sign: Sign, tags: Mapping[int, Points]) -> PageReading:
    own = [tags[tag.id] for tag in page.tags if tag.id in tags]
    if len(own) < ENOUGH_TAGS and len(tags) - len(own) >= TAGS_OF_A_PAGE:
        return PageReading(PageState.UNREADABLE, TWO_SHEETS, mark)
    placed = _placed(picture, page, sign, tags, [*own, sign.corners])
    if placed is None:
        return PageReading(PageState.UNREADABLE, NO_PLACE, mark)
    where, sampled = placed
    if sampled.fit.share == 0 or (where.tags < ENOUGH_TAGS and sampled.fit.share < LOST_SHARE):
        return PageReading(PageState.UNREADABLE, LOST, mark)
    few = () if where.tags >= ENOUGH_TAGS else (Warning.FEW_TAGS,)
    warnings = (*few, *sampled.warnings)
    boxes = _boxes(page.boxes, sampled.patches, careful=bool(warnings))
    fields = tuple(_fields(picture, where, page))
    added = _added(picture, where, page, sampled, boxes)
    cutouts = _cutouts(picture, where, boxes, warnings)
    cutouts |= {rows.question: png(picture, where, around_rows(rows)) for rows in page.rows if rows.question in added}
    return PageReading(PageState.FILED, "", mark, boxes, fields, warnings, cutouts, added)


def _placed(
    picture: View, page: SheetPage, sign: Sign, tags: Mapping[int, Points], printed: Sequence[Points]
) -> tuple[Place, Sampled] | None:
    """Where the page lies, and its boxes. A dirty tag may pretend perspective: where hardly an outline is found again,
    the page is tried without any. None if it lies as no page can. `printed`: the corners of its own tags and code."""
    best: tuple[Place, Sampled] | None = None
    for flat in (False, True):
        where = place(page.tags, tags, (page.code, sign.corners), flat=flat)
        sampled = sample(picture, where, page.boxes, printed) if where else None
        if where and sampled and (best is None or sampled.fit.share > best[1].fit.share):
            best = where, sampled
        if best and best[1].fit.share >= LOST_SHARE:
            break
    return best


def _boxes(boxes: Sequence[Box], patches: Patches, careful: bool) -> tuple[BoxReading, ...]:
    if not boxes:
        return ()
    circles = np.array([box.shape is Shape.CIRCLE for box in boxes], bool)
    judged = [judgement(probabilities, careful) for probabilities in judge(patches, circles)]
    return tuple(
        BoxReading(
            box,
            one.state,
            one.confidence,
            one.likeliest,
            ink=looks(patch, bool(circle)) if one.state is MarkState.MARKED else "",
        )
        for box, one, patch, circle in zip(boxes, judged, patches, circles, strict=True)
    )


def _fields(picture: View, where: Place, page: SheetPage) -> Iterator[FieldReading]:
    for field in page.fields:
        if written(picture, where, field):
            yield FieldReading(field, True, png(picture, where, around_field(field)))
        else:
            yield FieldReading(field, False)


def _added(
    picture: View, where: Place, page: SheetPage, sampled: Sampled, boxes: Sequence[BoxReading]
) -> frozenset[str]:
    """The questions with ink outside their boxes and fields. With too few tags it is not known well enough where the
    words are, and a form that was printed before they were kept has none."""
    if not page.rows or where.tags < ENOUGH_TAGS:
        return frozenset()
    filled = np.array([read.state is not MarkState.EMPTY for read in boxes], bool)
    small, marks_mm = ground(picture.small, where, page, sampled), sampled.fit.centres_mm[filled]
    return beside(small, marks_mm) | overwritten(small, marks_mm)


def _cutouts(picture: View, where: Place, boxes: Sequence[BoxReading], warnings: Sequence[Warning]) -> dict[str, bytes]:
    """Of every question that a person may be asked about."""
    cut = {}
    for question, readings in groupby(boxes, key=lambda reading: reading.box.question):
        these = list(readings)
        if warnings or not _plain(these):
            cut[question] = png(picture, where, around_boxes([reading.box for reading in these]))
    return cut


def _plain(boxes: Sequence[BoxReading]) -> bool:
    """Some mark, only one where one counts, and nothing else to be looked at."""
    states = [reading.state for reading in boxes]
    marked = states.count(MarkState.MARKED)
    several = all(reading.box.shape is Shape.SQUARE for reading in boxes)
    return marked + states.count(MarkState.EMPTY) == len(boxes) and (marked == 1 or (several and marked > 0))
