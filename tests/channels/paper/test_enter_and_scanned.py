"""The same sheet scanned and typed in: whichever comes first, its resident is counted once."""

from __future__ import annotations

import pytest

from channels.paper.enter.desk import Stage
from kiosk.record import State
from kiosk.scan import PageState
from tests.channels.paper.typist import Typist
from tests.kiosk.paper import ONE, House, serial

SAID = "14⏎2711⏎"  # as far as the summary


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Every test has a sheet of its own."""
    house = House(tmp_path_factory.mktemp("scanned") / "office")
    house.writer.close()
    return house


def scanned(house: House, sheet: int, *pages: int) -> set[PageState]:
    """What becomes of these pages, all three if none is named."""
    house.open()
    found = house.sheet(ONE, sheet, file=f"pile {sheet}")
    states = house.file(*(found[page - 1] for page in pages or (1, 2, 3)))
    house.writer.close()
    return set(states)


def typed(house: House, keys: str) -> Typist:
    typist = Typist(house.office, "digital").type(keys)
    typist.leaves()
    return typist


def counted(typist: Typist) -> int:
    return sum(response.state is State.COUNTED for response in typist.stored())


def test_a_sheet_that_was_scanned_is_in_already(house: House) -> None:
    scanned(house, 1)
    typist = typed(house, serial(1))
    assert typist.desk.stage is Stage.IS_IN
    assert "Im Internet" in typist.sees()


def test_a_page_that_comes_after_its_sheet_was_typed_in_changes_nothing(house: House) -> None:
    typist = typed(house, f"{serial(2)}⏎{SAID}⏎")
    before = typist.stored()
    assert scanned(house, 2) <= {PageState.REPEATED, PageState.CONFLICT}
    assert typist.stored() == before


def test_a_sheet_that_is_typed_in_while_one_of_its_pages_waits_counts_once(house: House) -> None:
    assert scanned(house, 3, 1) == {PageState.WAITING}
    typist = typed(house, f"{serial(3)}⏎{SAID}⏎")
    before = counted(typist)
    scanned(house, 3, 2, 3)
    assert counted(typist) == before


def test_a_half_typed_sheet_goes_on_though_it_was_scanned_meanwhile(house: House) -> None:
    before = counted(typed(house, f"{serial(4)}⏎14⏎2⎋"))
    assert scanned(house, 4) <= {PageState.REPEATED, PageState.CONFLICT}
    typist = typed(house, f"{serial(4)}+711⏎⏎")
    assert typist.desk.news == "The form is in."
    assert counted(typist) == before + 1
