"""What is said of a page: that it was read with care, and why, and where somebody wrote outside the boxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.paper import told
from channels.paper.pages import Handed
from channels.paper.reading import PageReading, Seen, Warning
from kiosk.scan import Page, PageState

FILE = Path("scan.pdf")


def page_of(reading: PageReading) -> tuple[Seen, Handed]:
    page = Page(file="", index=0, name=FILE.name, state=reading.state, at=0, reason=reading.reason)
    return Seen("", 0, reading), Handed(page, PageState.FILED, {})


@pytest.mark.parametrize("warning", Warning)
def test_of_a_poor_page_staff_hear_why(warning: Warning) -> None:
    line = told.line(FILE, *page_of(PageReading(PageState.FILED, warnings=(warning,))))
    assert line.startswith("scan.pdf, 1: filed: its sheet is whole, and the answers are in; it is")
    assert line.endswith(told.CARE[warning])


def test_black_and_white_comes_with_what_to_do() -> None:
    line = told.line(FILE, *page_of(PageReading(PageState.FILED, warnings=(Warning.ONE_BIT,))))
    assert line.endswith("pencil is lost: set the scanner to grey")


def test_what_is_no_scan_is_sealed_and_waits() -> None:
    reading = PageReading(PageState.REFUSED, "This is no scan.")
    refused = Page(file="", index=0, name="", state=PageState.REFUSED, at=0, reason=reading.reason, scan="a", size=5)
    for state, kept in ((PageState.REFUSED, True), (PageState.DISMISSED, False)):
        line = told.line(Path("letter.docx"), Seen("", 0, reading), Handed(refused, state, {}))
        assert line.startswith(f"letter.docx, 1: {state}: This is no scan.")
        assert ("The file is sealed, and waits for a person: kiosk paper list" in line) is kept


def test_programs_get_the_questions_with_ink_outside_their_boxes() -> None:
    reading = PageReading(PageState.FILED, beside=frozenset({"waited", "done"}), warnings=(Warning.POOR_FIT,))
    plain = told.plain(FILE, *page_of(reading))
    assert (plain["beside"], plain["warnings"]) == (["done", "waited"], ["poor_fit"])
