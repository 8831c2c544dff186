"""Two scans of one sheet are the same; what somebody else filled in is another, by its marks or its handwriting."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from channels.paper.content import alike, content, known
from channels.paper.cutouts import SHOWN_PX_PER_MM, around_field
from channels.paper.reading import BoxReading, FieldReading, MarkState, PageReading
from channels.paper.sheet import Box, Field, Shape
from kiosk.scan import PageState

FIELD = Field("wishes", 1, 20.0, 100.0, 170.0, 40.0)
AREA = around_field(FIELD)
WORDS = (
    "mehr Busse am Abend", "Bitte laengere Zeiten", "alles gut", "Der Fahrstuhl ist oft kaputt", "nette Leute!",
    "weniger Formulare", "Ich haette gern einen Termin", "zu wenig Parkplaetze", "ok", "Danke an Frau am Schalter 4",
)  # fmt: skip
SIGNS = {"x": MarkState.MARKED, "e": MarkState.EMPTY, "c": MarkState.CANCELLED, "?": MarkState.REVIEW}


def marks(letters: str, *fields: FieldReading, file: str = "f" * 64) -> str:
    place = Box("skills", "good", 1, 0.0, 0.0, 7.0, Shape.CIRCLE)
    boxes = tuple(BoxReading(place, SIGNS[letter], 1.0, MarkState.EMPTY) for letter in letters)
    return content(PageReading(PageState.FILED, boxes=boxes, fields=fields), file)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("eex", "eex", True),
        ("eex", "exe", False),
        ("eex", "eec", False),
        ("eex", "ee?", True),
        ("??e", "xee", True),
        ("???e", "xeee", False),  # a page that is hardly read is like no other
        ("eex", "eexe", False),
    ],
)
def test_marks(one: str, other: str, same: bool) -> None:
    assert alike(marks(one), marks(other)) is same
    assert alike(marks(other), marks(one)) is same


def test_ink_outside_the_boxes_is_another_page_where_none_is_on_record() -> None:
    clean, noted, more = (
        content(PageReading(PageState.FILED, beside=frozenset(names)), "")
        for names in ((), ("waited",), ("a", "waited"))
    )
    assert [alike(one, clean) for one in (clean, noted, more)] == [True, False, False]
    assert [alike(one, noted) for one in (clean, noted, more)] == [True, True, False]


def test_what_is_on_record_is_taken_over() -> None:
    assert known(marks("ee?"), [marks("xee"), marks("eex")]) == marks("eex")
    assert known(marks("ee?"), [marks("xee")]) == marks("ee?")


def paper(words: str, hand: np.random.Generator) -> NDArray[np.uint8]:
    """A cut-out of the field with its printed lines, and these words as one person writes them."""
    height, width = (AREA.bottom_mm - AREA.top_mm), (AREA.right_mm - AREA.left_mm)
    page = np.full((round(height * SHOWN_PX_PER_MM), round(width * SHOWN_PX_PER_MM)), 245, np.uint8)
    left, top = (FIELD.x_mm - AREA.left_mm) * SHOWN_PX_PER_MM, (FIELD.y_mm - AREA.top_mm) * SHOWN_PX_PER_MM
    for line in range(1, 5):
        y = round(top + line * 10 * SHOWN_PX_PER_MM)
        cv2.line(page, (round(left), y), (round(left + 850), y), (90,), 2)
    cv2.putText(page, "Frage 4", (round(left), 20), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0,), 2)
    at = (round(left + hand.uniform(5, 60)), round(top + 10 * SHOWN_PX_PER_MM - hand.uniform(3, 9)))
    cv2.putText(page, words, at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, hand.uniform(1.1, 1.7), (60,), 3, cv2.LINE_AA)
    return page


def scanned(page: NDArray[np.uint8], scanner: np.random.Generator) -> FieldReading:
    """Never twice the same: shifted, stretched, blurred, lighter or darker, with noise."""
    height, width = page.shape
    stretch, shift = scanner.uniform(0.995, 1.005, 2), scanner.uniform(-2.5, 2.5, 2)
    matrix = np.array([[stretch[0], 0.0, shift[0]], [0.0, stretch[1], shift[1]]])
    moved = cv2.warpAffine(page, matrix, (width, height), borderValue=(245.0,))
    blurred = cv2.GaussianBlur(moved, (0, 0), scanner.uniform(0.3, 1.6)).astype(np.float32)
    grey = 245 - (245 - blurred) * scanner.uniform(0.5, 1.1) - scanner.uniform(0, 40)
    grey += scanner.normal(0, scanner.uniform(1, 8), page.shape)
    done, png = cv2.imencode(".png", np.clip(grey, 0, 255).astype(np.uint8))
    assert done
    return FieldReading(FIELD, True, png.tobytes())


def test_handwriting() -> None:
    """Each person's words are the same in every scan, and no other's."""
    chance = np.random.default_rng(20)
    sheets = [paper(words, chance) for words in WORDS]
    scans = [[marks("e", scanned(sheet, chance)) for _ in range(4)] for sheet in sheets]
    for place, own in enumerate(scans):
        assert all(alike(own[0], again) for again in own[1:])
        others = [other for at, theirs in enumerate(scans) if at != place for other in theirs]
        assert not any(alike(own[0], other) for other in others)


def test_an_empty_field_and_a_written_one() -> None:
    chance = np.random.default_rng(20)
    written = marks("e", scanned(paper("ok", chance), chance))
    empty = marks("e", FieldReading(FIELD, False))
    assert alike(empty, empty)
    assert not alike(empty, written)


def test_what_two_people_put_into_one_form_on_a_screen_is_never_the_same() -> None:
    """The same file is; another with the same marks or words may be somebody else's."""
    typed = FieldReading(FIELD, True, text="More buses")
    for letters, fields in (("ex", ()), ("e", (typed,))):
        assert alike(marks(letters, *fields), marks(letters, *fields))
        assert not alike(marks(letters, *fields), marks(letters, *fields, file="0" * 64))


def test_what_was_typed_into_a_form_is_compared_word_by_word() -> None:
    one, other = (marks("e", FieldReading(FIELD, True, text=text)) for text in ("More buses", "More trains"))
    assert alike(one, one)
    assert not alike(one, other)
