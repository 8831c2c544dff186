"""A form that was filled in on a screen is read from its file, page by page, as scans are."""

from __future__ import annotations

from pathlib import Path

from channels.paper.files import pages
from channels.paper.picture import Scan
from channels.paper.read import read_page
from channels.paper.reading import MarkState
from kiosk.scan import PageState
from tests.channels.paper.test_fillable import SERIAL, WITH_AGE, WORDS, Viewer, boxes_of, field_of, fillable


def test_what_was_filled_in_on_a_screen_is_read_exactly_and_seen_on_the_picture(tmp_path: Path) -> None:
    data, sheet = fillable(WITH_AGE)
    viewer = Viewer(data)
    viewer.write(field_of(sheet, "age"), "67")
    viewer.write(field_of(sheet, "wishes"), WORDS)
    chosen = boxes_of(sheet, "useful_at")[2]
    viewer.mark(chosen)
    empty, full = tmp_path / "empty.pdf", tmp_path / "full.pdf"
    empty.write_bytes(data)
    full.write_bytes(viewer.saved())
    scans = [scan for scan in pages(full) if isinstance(scan, Scan)]
    readings = [read_page(scan, {sheet.id: sheet}.get) for scan in scans]
    assert len(readings) >= len(sheet.pages)
    for number, reading in enumerate(readings[: len(sheet.pages)], start=1):
        assert reading.state is PageState.FILED, reading.reason
        assert reading.mark
        assert (reading.mark.serial, reading.mark.page) == (SERIAL, number)
    marked = {one.box for reading in readings for one in reading.boxes if one.state is MarkState.MARKED}
    assert marked == {chosen}
    assert {one.confidence for reading in readings for one in reading.boxes} == {1.0}
    texts = {one.field.question: one.text for reading in readings for one in reading.fields}
    assert texts == {"age": "67", "wishes": WORDS}
    before = [scan for scan in pages(empty) if isinstance(scan, Scan)]
    changed = [
        number for number, (old, new) in enumerate(zip(before, scans, strict=True), 1) if (old.grey != new.grey).any()
    ]
    assert changed == sorted({chosen.page, field_of(sheet, "age").page, field_of(sheet, "wishes").page})


def test_a_form_on_a_screen_of_another_office_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "form.pdf"
    file.write_bytes(fillable(WITH_AGE)[0])
    first, *_ = pages(file)
    assert isinstance(first, Scan)
    assert read_page(first, lambda form: None).state is PageState.UNKNOWN_FORM
