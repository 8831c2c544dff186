"""The number of a sheet that was photocopied is the code of several people: staff reach each of them, and all."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.scan import Decision, PageState
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
    assert (status, "copy 1: the response to digital by paper" in told, "copy 2" in told) == (0, True, False)
    assert len(house.responses()) == 1


def test_a_number_that_one_person_has_is_a_code_like_any_other(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ((), ("--copy", "1"), ("--copy", "all")):
        status, told = kiosk(house, capsys, "show", serial(2), *words)
        assert (status, "Copy" in told) == (0, False)
    status, told = kiosk(house, capsys, "erase", serial(2))
    assert (status, told.count("the response to digital by paper, begun ")) == (0, 1)
    assert kiosk(house, capsys, "show", serial(3))[0] == 64


def test_what_goes_is_said_before_and_after(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sheet that lacks a page and is no response, and a page that may be somebody else's."""
    house, what = House(tmp_path / "office"), "2 pages of a sheet that is not whole yet\n    1 page with this number"
    house.file(*house.sheet(ONE)[:2], house.page(OTHER, 1, index=2))
    house.writer.close()
    monkeypatch.setattr("sys.stdin", Terminal("no\n"))
    status, told = kiosk(house, capsys, "erase", serial(1))
    assert (status, told.endswith("Nothing is erased.\n")) == (1, True)
    assert f"This goes for good, with its scans, pictures and recordings:\n    {what}" in told
    assert "To decide first: kiosk paper list\n" in told
    assert [one.state for one in house.waiting()] == [PageState.WAITING, PageState.CONFLICT]
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    status, told = kiosk(house, capsys, "erase", serial(1))
    assert (status, f"Type yes: Erased for good:\n    {what}" in told) == (0, True)
    assert (house.waiting(), house.blobs()) == ([], set())
    monkeypatch.setattr("sys.stdin", StringIO())
    status, told = kiosk(house, capsys, "erase", serial(1))
    assert (status, told.startswith("Nothing of it was left. ")) == (0, True)


class Terminal(StringIO):
    """Somebody sits there and has typed this."""

    def isatty(self) -> bool:
        return True
