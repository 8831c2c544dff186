"""From a file to what is marked: whatever a machine did to the page, each page is read right or says why it is not."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from channels.paper.files import pages
from channels.paper.locate import place
from channels.paper.picture import Scan
from channels.paper.read import read_page
from channels.paper.reading import MarkState, PageReading, Warning
from channels.paper.sheet import TAG_MM, tags
from kiosk.scan import PageState
from tests.channels.paper import scanning
from tests.channels.paper.printed import Grey
from tests.channels.paper.scanning import (
    FIRST,
    PAGE,
    PX_PER_MM,
    SECOND,
    app,
    as_jpeg,
    as_pdf,
    as_png,
    as_tiff,
    copied,
    fax,
    fed,
    filled,
    known,
    marked,
    office,
    photo,
    slipped,
    stretched,
    turned,
)

SQUARE = ((0.0, 0.0), (TAG_MM, 0.0), (TAG_MM, TAG_MM), (0.0, TAG_MM))


def read(grey: Grey) -> PageReading:
    return read_page(Scan(0, grey), known)


def read_file(folder: Path, content: bytes) -> PageReading:
    file = folder / "scan"
    file.write_bytes(content)
    (scan,) = pages(file)
    assert isinstance(scan, Scan)
    return read_page(scan, known)


def test_a_code_whose_modules_grow_together_is_not_taken_for_a_box() -> None:
    """The pen of these tests looks for boxes of 7 mm; of a hundred codes, one has something as large."""
    grey = scanning.page()
    boxes = scanning.outlines(grey)
    left, top, side = 600, 120, 56  # the head of the page, beside the code
    grey[top : top + side, left : left + side] = 0
    grey[top + side // 8 : top + side // 3, left + side // 8 : left + side * 7 // 8] = 255
    assert scanning.outlines(grey) == boxes


@pytest.mark.parametrize(
    ("degrade", "write", "warnings"),
    [
        pytest.param(lambda page: page, as_pdf, [], id="as it was printed"),
        pytest.param(office, as_pdf, [], id="office scanner, PDF"),
        pytest.param(office, as_tiff, [], id="office scanner, TIFF"),
        pytest.param(office, as_png, [], id="office scanner, PNG"),
        pytest.param(office, as_jpeg, [], id="office scanner, JPEG"),
        pytest.param(office, lambda page: as_jpeg(page, 30), [], id="JPEG 30"),
        pytest.param(lambda page: turned(office(page), 1), as_pdf, [], id="sideways"),
        pytest.param(lambda page: turned(office(page), 2), as_pdf, [], id="upside down"),
        pytest.param(lambda page: turned(office(page), 3), as_pdf, [], id="sideways, the other way"),
        pytest.param(lambda page: office(fed(page, degrees=5)), as_pdf, [], id="5 degrees"),
        pytest.param(lambda page: office(fed(page, degrees=-5)), as_pdf, [], id="5 degrees, the other way"),
        pytest.param(lambda page: office(fed(page, scale=0.97)), as_pdf, [], id="97 %"),
        pytest.param(lambda page: office(fed(page, scale=1.03)), as_pdf, [], id="103 %"),
        pytest.param(lambda page: office(fed(page, skew=0.02)), as_pdf, [], id="skew"),
        pytest.param(lambda page: office(stretched(page, 1.0)), as_pdf, [], id="feed stretched by 1 mm"),
        pytest.param(lambda page: office(slipped(page, 2, 1.8)), as_pdf, [], id="feed that slipped by 1.8 mm"),
        pytest.param(lambda page: office(page, black=150), as_pdf, [Warning.LOW_CONTRAST], id="hardly any toner"),
        pytest.param(copied, as_pdf, [], id="copy of a copy"),
        pytest.param(photo, as_jpeg, [], id="photo"),
        pytest.param(office, lambda page: as_tiff(page, one_bit=True), [Warning.ONE_BIT], id="black and white, TIFF"),
        pytest.param(office, lambda page: as_pdf(page, one_bit=True), [Warning.ONE_BIT], id="black and white, PDF"),
        pytest.param(fax, lambda page: as_tiff(page, one_bit=True), [Warning.ONE_BIT], id="fax"),
    ],
)
def test_a_page_is_read_however_it_was_scanned(
    degrade: Callable[[Grey], Grey], write: Callable[[Grey], bytes], warnings: list[Warning], tmp_path: Path
) -> None:
    reading = read_file(tmp_path, write(degrade(filled())))
    assert reading.state is PageState.FILED, reading.reason
    assert reading.mark
    assert (reading.mark.form, reading.mark.page) == (scanning.sheet().id, PAGE)
    assert marked(reading) == [FIRST, SECOND]
    assert list(reading.warnings) == warnings


@pytest.mark.parametrize("degrade", [office, copied, lambda page: office(fed(page, degrees=5))])
def test_a_cross_next_to_its_box_is_seen_or_the_box_doubted(degrade: Callable[[Grey], Grey]) -> None:
    """And what is printed around the others is not taken for one."""
    grey = scanning.page()
    left, top, side = scanning.outlines(grey)[FIRST]
    scanning.cross(grey, left - side, top, side)
    reading = read(degrade(grey))
    boxes = sorted(reading.boxes, key=lambda one: one.box.y_mm)
    doubted = {one.box.question for one in boxes if one.state is MarkState.REVIEW}
    assert reading.beside | doubted == {boxes[FIRST].box.question}


# -- Parts of a page are missing


@pytest.mark.parametrize("lost", [set(some) for number in (0, 1, 2, 3, 4) for some in combinations(range(4), number)])
def test_tags_may_be_cut_off(lost: Collection[int]) -> None:
    reading = read(office(fed(_without(filled(), lost), degrees=1.5)))
    assert reading.state is PageState.FILED, reading.reason
    assert marked(reading) == [FIRST, SECOND]
    assert (Warning.FEW_TAGS in reading.warnings) == (len(lost) > 1)


def test_where_dots_come_out_hollow_no_tag_is_seen_but_the_code_is() -> None:
    reading = read(app(filled()))
    assert reading.state is PageState.FILED, reading.reason
    assert marked(reading) == [FIRST, SECOND]
    assert set(reading.warnings) == {Warning.FEW_TAGS, Warning.ONE_BIT}


@pytest.mark.parametrize(("side", "by"), [(0, 10), (1, 12)])
def test_a_dirty_tag_beside_a_lost_one_does_not_move_the_boxes(side: int, by: int) -> None:
    """It looks as if it were seen from the side. With few boxes on the page, none was near where it was looked for, and
    bare paper was read as marked."""
    sheet, grey = scanning.sheet(), _without(filled(), {2})
    few = {page.number: replace(page, boxes=page.boxes[-2:], rows=()) for page in sheet.pages}
    left, top, right, bottom = (round(mm * PX_PER_MM) for mm in (14.0, 14.0, 14.0 + TAG_MM, 14.0 + TAG_MM))
    edge, dirt = ((left + 1, left - by), (right - 1, right + by))[side]
    cv2.fillConvexPoly(grey, np.array([(edge, top), (edge, bottom), (dirt, bottom)], np.int32), 0)
    reading = read_page(Scan(0, office(grey)), lambda _: replace(sheet, pages=tuple(few.values())))
    assert reading.state is PageState.FILED, reading.reason
    assert marked(reading) == []


def test_a_tag_that_is_none_does_not_pull_at_the_page() -> None:
    """One of the back that shines through, with a corner near that of ours: the other three say where the page lies."""
    sheet_tags = tags(PAGE)
    found = {tag.id: np.array([(tag.x_mm + x, tag.y_mm + y) for x, y in SQUARE]) * 4.0 for tag in sheet_tags}
    behind = sheet_tags[1]
    found[behind.id] = (np.array([(behind.x_mm - y, behind.y_mm + x) for x, y in SQUARE]) + np.array((0.5, 2.0))) * 4.0
    where = place(sheet_tags, found)
    assert where
    assert where.tags == 3
    paper = np.array([(0.0, 0.0), (210.0, 0.0), (210.0, 297.0), (0.0, 297.0)])
    assert where.px(paper) / 4.0 == pytest.approx(paper, abs=0.1)


def _without(grey: Grey, corners: Collection[int]) -> Grey:
    """Top left, top right, bottom left, bottom right: a white corner instead."""
    grey, side = grey.copy(), round(26 * PX_PER_MM)
    for corner in corners:
        rows = slice(-side, None) if corner & 2 else slice(None, side)
        columns = slice(-side, None) if corner & 1 else slice(None, side)
        grey[rows, columns] = 255
    return grey


def test_without_its_code_a_page_is_for_a_person() -> None:
    reading = read(office(_without_code(filled())))
    assert (reading.state, reading.mark) == (PageState.UNREADABLE, None)
    assert f"page {PAGE}" in reading.reason


def _without_code(grey: Grey) -> Grey:
    grey = grey.copy()
    middle = grey.shape[1] // 2
    grey[: round(38 * PX_PER_MM), middle - round(12 * PX_PER_MM) : middle + round(12 * PX_PER_MM)] = 255
    return grey


# -- What is no page of ours, or more than one


def _letter() -> Grey:
    grey = np.full_like(filled(), 255)
    for line in range(20):
        cv2.putText(grey, "Sehr geehrte Damen und Herren", (150, 300 + 60 * line), 0, 1.0, (0.0,), 2)
    return grey


def _code_of(text: str) -> Grey:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    grey = _letter()
    grey[1600:1800, 200:400] = cv2.resize(np.array(made.to_image(add_quiet_zones=True)), (200, 200), interpolation=0)
    return grey


def _blank() -> Grey:
    return np.full_like(filled(), 255)


def _with_dark_edges() -> Grey:
    return np.asarray(cv2.copyMakeBorder(_blank()[20:-20, 20:-20], 20, 20, 20, 20, cv2.BORDER_CONSTANT), np.uint8)


def _from_behind() -> Grey:
    return (255 - (255 - filled()[:, ::-1]) * 0.12).astype(np.uint8)


@pytest.mark.parametrize(
    ("grey", "state"),
    [
        pytest.param(lambda: office(_blank()), PageState.BLANK, id="nothing"),
        pytest.param(lambda: office(_with_dark_edges()), PageState.BLANK, id="nothing, with dark edges"),
        pytest.param(lambda: office(_from_behind()), PageState.BLANK, id="a form shines through"),
        pytest.param(lambda: office(_letter()), PageState.FOREIGN, id="a letter"),
        pytest.param(lambda: office(_code_of("https://example.org")), PageState.FOREIGN, id="another code"),
        pytest.param(lambda: office(_code_of("K1-ABCDEFGH-12345678901-02")), PageState.FOREIGN, id="no serial"),
        pytest.param(lambda: np.zeros_like(filled()), PageState.FOREIGN, id="all black"),
        pytest.param(lambda: filled()[:90, :90], PageState.FOREIGN, id="a stamp's size"),
        pytest.param(lambda: np.hstack([filled(), scanning.page(5)]), PageState.UNREADABLE, id="two pages"),
        pytest.param(lambda: np.hstack([filled(), filled()]), PageState.UNREADABLE, id="a page and its copy"),
        pytest.param(
            lambda: np.vstack([filled()[:1200], scanning.page(5)[1200:]]),
            PageState.UNREADABLE,
            id="one lies on another",
        ),
    ],
)
def test_every_other_page_has_a_state_and_a_reason(grey: Callable[[], Grey], state: PageState) -> None:
    reading = read(grey())
    assert reading.state is state
    assert bool(reading.reason) == (state is not PageState.FILED)


@pytest.mark.parametrize("number", [PAGE, PAGE + 1])
def test_a_code_that_shines_through_from_behind_is_not_taken_for_another_form(number: int) -> None:
    behind = np.roll(scanning.page(number)[:, ::-1], round(25 * PX_PER_MM), axis=1).astype(float)
    reading = read(office((filled() * (0.75 + 0.25 * behind / 255)).astype(np.uint8)))
    assert reading.state is PageState.FILED, reading.reason
    assert marked(reading) == [FIRST, SECOND]


def test_a_form_that_was_printed_elsewhere_is_named_unknown() -> None:
    reading = read_page(Scan(0, filled()), lambda form: None)
    assert reading.state is PageState.UNKNOWN_FORM
    assert reading.mark
    assert reading.mark.page == PAGE


# -- What goes along for a person


def test_a_question_with_one_clear_answer_needs_no_picture_and_every_other_has_one() -> None:
    grey = scanning.page()
    boxes = scanning.outlines(grey)
    scanning.cross(grey, *boxes[FIRST])
    scanning.cross(grey, *boxes[SECOND])
    scanning.cross(grey, *boxes[SECOND + 1])
    reading = read(office(grey))
    (question,) = reading.cutouts
    assert question == sorted(reading.boxes, key=lambda one: one.box.y_mm)[SECOND].box.question
    picture = cv2.imdecode(np.frombuffer(reading.cutouts[question], np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert 100 < picture.shape[0] < picture.shape[1]


def test_on_a_page_that_is_read_with_care_every_question_has_a_picture() -> None:
    reading = read(office(filled(), black=150))
    assert set(reading.cutouts) == {one.box.question for one in reading.boxes}


@pytest.mark.parametrize("number", [5, 6])
@pytest.mark.parametrize("writes", [False, True])
def test_handwriting_in_a_field_is_seen_and_its_printed_lines_are_not(number: int, writes: bool) -> None:
    found = scanning.sheet().pages[number - 1].fields
    grey = scanning.page(number)
    for field in found if writes else ():
        place = round((field.x_mm + 5) * PX_PER_MM), round((field.y_mm + 7) * PX_PER_MM)
        cv2.putText(grey, "mehr Zeit", place, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.2, (80.0,), 3, cv2.LINE_AA)
    for degraded in (office(grey), photo(grey)):
        assert [one.written for one in read(degraded).fields] == [writes] * len(found)


# -- Whatever comes


@settings(max_examples=20, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))),
    st.sampled_from([1, 12, 40]),
)
def test_every_picture_has_a_reading(cells: Grey, enlarged: int) -> None:
    reading = read(np.kron(cells, np.ones((enlarged, enlarged), np.uint8)))
    assert reading.state in set(PageState)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_a_torn_page_is_read_or_says_why_not(seed: int, pieces: int) -> None:
    random, grey = np.random.default_rng(seed), filled().copy()
    for _ in range(pieces):
        y, x = random.integers(0, grey.shape[0]), random.integers(0, grey.shape[1])
        grey[y : y + 150, x : x + 150] = random.integers(0, 256)
    reading = read(grey)
    assert reading.state is PageState.FILED or reading.reason
