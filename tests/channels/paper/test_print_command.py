"""`kiosk paper print` and `geometry` as somebody in the office uses them."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import cv2
import pexpect
import pypdfium2
import pytest

from channels.paper import letters
from channels.paper.doctor import findings
from channels.paper.fillable import read
from channels.paper.sheet import from_json
from kiosk.cli import main
from kiosk.errors import ConfigError, KioskError, StoreError, UsageError
from kiosk.office import Office
from kiosk.store.reads import Reads
from tests.channels.paper.printed import form, make, rasterised
from tests.kiosk.running import CODE, command, run

VOTE_PAGES, EASY_COUNTER_PAGES = 4, 7


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("paper") / "office")


def printed(office: Path, file: Path, *arguments: str) -> list[str]:
    """The words of every page, after the command ran well."""
    assert main(["--office", str(office), "paper", "print", *arguments, "-o", str(file)]) == 0
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file)]


def test_every_copy_has_a_number_of_its_own_on_every_page(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = printed(office, tmp_path / "forms.pdf", "vote", "--copies", "3")
    assert capsys.readouterr().out.endswith("forms.pdf: copies: 3, each of 4 pages with a number of its own.\n")
    assert len(pages) == 3 * VOTE_PAGES
    numbers = [set(CODE.findall(page)) for page in pages]
    assert all(len(found) == 1 for found in numbers)
    copies = [set.union(*numbers[at : at + VOTE_PAGES]) for at in range(0, len(pages), VOTE_PAGES)]
    assert [len(copy) for copy in copies] == [1, 1, 1]
    assert len(set.union(*copies)) == 3
    listed = [bookmark.get_title() for bookmark in pypdfium2.PdfDocument(tmp_path / "forms.pdf").get_toc()]
    assert [{title} for title in listed] == copies
    assert [file.name for file in tmp_path.iterdir()] == ["forms.pdf"]


def test_a_copy_begins_on_a_sheet_of_its_own_when_both_sides_are_printed(office: Path, tmp_path: Path) -> None:
    pages = printed(office, tmp_path / "forms.pdf", "counter", "--locale", "de@easy", "--copies", "2")
    assert [bool(page.strip()) for page in pages] == 2 * [*EASY_COUNTER_PAGES * [True], False]


def test_what_is_printed_is_kept_before_it_leaves(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(office, tmp_path / "form.pdf", "digital", "--locale", "en")
    assert main(["--office", str(office), "paper", "geometry", "digital", "--locale", "en", "--json"]) == 0
    number = re.search(r'"form": "(\w+)"', capsys.readouterr().out)
    assert number
    with closing(Reads(Office(office).store_file, Office(office).keyring)) as reads:
        kept = reads.form(number[1])
    assert kept
    sheet = from_json(kept.body)
    assert (sheet.id, sheet.survey, sheet.locale) == (number[1], "digital", "en")
    assert (kept.survey, kept.version, kept.pages) == ("digital", sheet.version, len(sheet.pages))


def test_geometry_for_the_eyes(office: Path) -> None:
    lines = run(office, "paper", "geometry", "digital").stdout.splitlines()
    assert lines[0] == "tags: ArUco, DICT_4X4_50, 10 mm; code: QR, 20 mm"
    assert "page 4" in lines
    assert any(line.endswith("mm  square  useful_at: offices") for line in lines)
    assert any(line.endswith("mm  lines  wishes: 167 x 40") for line in lines)


def test_forms_for_the_screen_are_a_file_each(office: Path, tmp_path: Path) -> None:
    printed(office, tmp_path / "form.pdf", "vote", "--fillable", "--copies", "2")
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["form-2.pdf", "form.pdf"]
    found = [read(file.read_bytes()) for file in files]
    assert len({one.mark.serial for one in found if one}) == 2


def test_one_form_for_the_screen_is_for_one_person_and_the_command_says_so(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(office, tmp_path / "form.pdf", "vote", "--fillable")
    assert capsys.readouterr().err.startswith("This form is for one person: it has one number.")
    printed(office, tmp_path / "forms.pdf", "vote", "--fillable", "--copies", "2")
    printed(office, tmp_path / "paper.pdf", "vote")
    assert capsys.readouterr().err == ""


def test_geometry_is_enough_to_find_tags_and_code(office: Path) -> None:
    told = json.loads(run(office, "paper", "geometry", "vote", "--json").stdout)
    tags, code = told["tags"], told["code"]
    assert code == {"kind": "QR", "side_mm": 20}
    signs = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, tags["dictionary"]))
    seen = cv2.aruco.ArucoDetector(signs).detectMarkers(rasterised(form("vote", "de"))[0])[1]
    assert sorted(seen.flatten()) == sorted(tag["id"] for tag in told["pages"][0]["tags"])
    assert {tag["side_mm"] for page in told["pages"] for tag in page["tags"]} == {tags["side_mm"]}


@pytest.mark.peers
def test_a_thousand_copies_are_a_file(office: Path, tmp_path: Path) -> None:
    first = printed(office, tmp_path / "forms.pdf", "vote", "--copies", "1001")
    assert len(first) == 1000 * VOTE_PAGES
    second = pypdfium2.PdfDocument(tmp_path / "forms-2.pdf")
    assert len(second) == VOTE_PAGES
    assert (tmp_path / "forms.pdf").stat().st_size < 1000 * VOTE_PAGES / 2 * 3500


def test_a_bar_shows_how_far_it_is(office: Path, tmp_path: Path) -> None:
    argv = command(office, "paper", "print", "vote", "--copies", "300", "-o", str(tmp_path / "forms.pdf"))
    child = pexpect.spawn(argv[0], argv[1:], encoding="utf-8", timeout=30, dimensions=(24, 100))
    child.expect(r"\[#+\.*\] \d+ of 300 copies, \d+ s to go")
    child.expect(r"\[#{30}\] 300 of 300 copies, 0 s to go")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [
        (("vote",), "paper.output", UsageError),
        (("-o", "form.pdf"), "paper.survey", UsageError),
        (("vote", "digital", "-o", "form.pdf"), "paper.survey", UsageError),
        (("nothing", "-o", "form.pdf"), "survey.unknown", UsageError),
        (("vote", "--locale", "fr", "-o", "form.pdf"), "locale.unknown", UsageError),
        (("vote", "--copies", "0", "-o", "form.pdf"), "paper.copies", UsageError),
        (("vote", "--copies", "many", "-o", "form.pdf"), "paper.copies", UsageError),
        (("vote", "-o", "nowhere/form.pdf"), "paper.disk", StoreError),
    ],
)
def test_what_makes_no_sense_is_said(
    office: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: str,
    status: type[KioskError],
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--office", str(office), "paper", "print", *arguments]) == status.exit_status
    assert f"[{code}]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_whole_when_another_cannot_be_written(office: Path, tmp_path: Path) -> None:
    (tmp_path / "form.pdf.new").mkdir()
    (tmp_path / "form.pdf").write_text("the one before")
    argv = ["--office", str(office), "paper", "print", "vote", "-o", str(tmp_path / "form.pdf")]
    assert main(argv) == StoreError.exit_status
    assert (tmp_path / "form.pdf").read_text() == "the one before"


def test_without_the_fonts_it_says_what_to_install(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "FOLDER", tmp_path)
    with pytest.raises(ConfigError, match="apt install fonts-dejavu-core"):
        letters.font.__wrapped__(letters.Face.TEXT)  # as in a process that has not loaded it yet
    assert [finding.there for finding in findings(Office(office))] == [False, True]
