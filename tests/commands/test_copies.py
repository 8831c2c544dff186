"""The number of a sheet that was photocopied is the code of several people: staff reach each of them, and all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.scan import Decision
from tests.kiosk.paper import ONE, OTHER, House, serial


@pytest.fixture
def house(tmp_path: Path) -> House:
    """With two people on one sheet, and a second sheet that one person filled in."""
    house = House(tmp_path / "office")
    house.file(*house.sheet(ONE), *house.sheet(OTHER, first=3), *house.sheet(ONE, 2, file="second"))
    house.intake.decide_page(house.waiting()[0].id, Decision.ANOTHER, "clerk")
    house.writer.close()
    return house


def kiosk(house: House, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit status, and all that is told."""
    status = main(["--office", str(house.office.folder), *words])
    told = capsys.readouterr()
    return status, told.out + told.err


@pytest.mark.parametrize("name", ["show", "erase"])
def test_which_of_several_has_to_be_said(house: House, capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, told = kiosk(house, capsys, name, serial(1))
    assert status == 64
    assert "photocopied" in told
    assert "1 (counted, " in told
    assert "2 (counted, " in told
    assert "--copy N, or --copy all" in told
    assert kiosk(house, capsys, name, serial(1), "--copy", "3")[0] == 64
    assert len(house.responses()) == 3


def test_each_and_all_are_shown(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    (_, one), (_, other), (_, all_) = (
        kiosk(house, capsys, "show", serial(1), "--copy", copy) for copy in ("1", "2", "all")
    )
    assert "On the internet" in one
    assert "On the internet" not in other
    assert "Copy         2\n" in other
    assert other.strip() in all_
    assert one.strip() in all_


def test_each_and_all_are_erased(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert kiosk(house, capsys, "erase", serial(1), "--copy", "2")[0] == 0
    assert len(house.responses()) == 2
    assert "1 (counted, " in (told := kiosk(house, capsys, "show", serial(1))[1])
    assert "2 (erased)" in told
    status, told = kiosk(house, capsys, "erase", serial(1), "--copy", "all")
    assert (status, "The 2 responses with this number are erased." in told) == (0, True)
    assert len(house.responses()) == 1


def test_a_number_that_one_person_has_is_a_code_like_any_other(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ((), ("--copy", "1"), ("--copy", "all")):
        status, told = kiosk(house, capsys, "show", serial(2), *words)
        assert (status, "Copy" in told) == (0, False)
    assert kiosk(house, capsys, "erase", serial(2)) == (
        0,
        "The response with this code is erased. Only that there was one is kept.\n",
    )
    assert kiosk(house, capsys, "show", serial(3))[0] == 64
