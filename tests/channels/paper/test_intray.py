"""Scans into the office, as staff do it: by a command, and by the scanner's folder."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import signal
import stat
import threading
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from channels.paper import inbox as watched
from channels.paper.files import MOST_SEALED_BYTES
from channels.paper.pages import Tray
from channels.paper.told import outcome
from kiosk.cli import main
from kiosk.errors import ConfigError
from kiosk.scan import Decision, PageState, Settled
from kiosk.store.reads import Reads
from kiosk.survey import Answer, Missing
from tests.channels.paper.pile import Marks, Pile, blobs, responses, tiff, waiting
from tests.kiosk.paper import DAY, ONE, OTHER, UNKNOWN, House, chose
from tests.kiosk.running import Started, configure, make_office, run

QUICK: Marks = {"satisfied": ["satisfied"], "waited": ["under_10_minutes"], "got_done": ["yes"]}
SLOW: Marks = {
    "satisfied": ["dissatisfied", "in_between"],
    "waited": ["over_30_minutes"],
    "got_done": ["no"],
    "remarks": ["Longer hours"],
}
VOTES = ("tuesday_evening", "thursday_evening", "saturday_morning", "as_now")
KILLS, SHEETS = 8, 24


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Pile:
    """An office that printed forms, for tests with sheets of their own."""
    return Pile(make_office(tmp_path_factory.mktemp("pile") / "office"), "counter")


def answered(pile: Pile) -> list[dict[str, Answer]]:
    return [dict(response.answers) for response in responses(pile.office, pile.survey)]


def read(pile: Pile, name: str, content: bytes, *options: str) -> str:
    file = pile.office.with_name(name)
    file.write_bytes(content)
    done = run(pile.office, "paper", "read", str(file), *options)
    assert done.stderr == ""
    return done.stdout


def test_without_scans(office: Path) -> None:
    assert run(office, "paper", "list").stdout == "Nothing waits for a person.\n"
    refused = {
        ("read",): "Name the scans",
        ("read", "nowhere.pdf"): "There is no file nowhere.pdf.",
        ("settle",): "Say which",
        ("settle", "one", "--as", "dismiss"): "Say which",
        ("settle", "1"): "Say what to do",
        ("settle", "1", "--as", "dismiss", "--by", "clerk"): "There is no page number 1.",
    }
    for words, sentence in refused.items():
        done = run(office, "paper", *words)
        assert (done.returncode, done.stdout) == (64, "")
        assert sentence in done.stderr


@pytest.mark.parametrize(
    ("settled", "told"),
    [
        (Settled(PageState.FILED, (1, 2, 3)), "its sheet is taken, with pages 1, 2 and 3, and the answers are in"),
        (Settled(PageState.WAITING, (2,), (1, 3)), "of its copy there is page 2, and pages 1 and 3 did not come yet"),
        (
            Settled(PageState.DISMISSED, (1, 2)),
            "pages 1 and 2 of its sheet are put aside; scanned again, they are read",
        ),
        (Settled(PageState.DISMISSED, (0,)), "it is put aside"),
        (Settled(PageState.REPEATED, (1,)), "the same page with the same marks was here already"),
        (Settled(PageState.CONFLICT, (1,)), "its sheet was typed in, with other answers"),
    ],
)
def test_what_a_decision_led_to(settled: Settled, told: str) -> None:
    assert outcome(7, settled).startswith(f"7 is settled: {told}")


def test_a_sheet_that_lacks_a_page_names_what_that_may_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = House(tmp_path / "office")
    copy, before = {**ONE, "skills": chose("very_good")}, house.office.now() - 4 * DAY
    house.file(*house.sheet(ONE), *(house.page(copy, at, file=f"copy {at}", at=before) for at in (2, 3)))
    house.intake.decide_page(4, Decision.ANOTHER, "clerk")
    house.writer.close()
    assert main(["--office", str(house.office.folder), "paper", "list"]) == 0
    told = capsys.readouterr().out
    assert "Pages 1 and 3 of this sheet did not come." in told
    assert "Page 3 may be number 5 (from copy 3.pdf, 1), taken for a repetition." in told
    assert "settle 5 as another" in told


def test_what_the_disk_has_lost_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that would else be read by itself, and a picture that somebody has to decide by."""
    house = House(tmp_path / "office")
    house.file(*house.sheet(OTHER), house.page(ONE, 1, form=UNKNOWN, sheet=2, file="lost"))
    house.writer.close()

    def told(*words: str) -> tuple[int, str]:
        return main(["--office", str(house.office.folder), *words]), capsys.readouterr().out

    for scan in (house.doubts()[0].evidence, house.waiting()[0].scan):
        house.office.blobs.remove([scan])
    status, found = told("doctor")
    assert (status, *re.findall(r"MISSING +(.*)\n.*: (.*)\n", found)) == (
        ConfigError.exit_status,
        ("sealed files: 2 lost", "put the folder blobs back from your backup."),
    )
    assert "a picture that is lost" in told("review", "show", "1")[1]
    waits = told("paper", "list")[1]
    assert "Its scan is lost." in waits
    assert "scan the paper again, then settle as dismiss" in waits


@pytest.mark.peers
def test_a_pile_of_two_people_and_what_a_person_has_to_look_at(counter: Pile) -> None:
    quick, slow = counter.printed(2)
    pages = [*counter.filled(quick, QUICK), *counter.filled(slow, SLOW)]
    random.Random(1).shuffle(pages)
    told = [json.loads(line) for line in read(counter, "pile.tif", tiff(pages), "--json").splitlines()]
    assert [one["index"] for one in told] == list(range(len(pages)))
    assert {one["file"] for one in told} == {str(counter.office.with_name("pile.tif"))}
    assert {(box["page"], one["page"]) for one in told for box in one["boxes"]} == {(3, 3), (4, 4), (5, 5)}
    assert len({one["serial"] for one in told}) == 2
    assert {one["state"] for one in told} == {"filed", "waiting"}
    boxes = [box for one in told for box in one["boxes"]]
    assert {(box["question"], box["value"]) for box in boxes if box["state"] == "marked"} == {
        (question, value) for marks in (QUICK, SLOW) for question, values in marks.items() if question != "remarks"
        for value in values
    }  # fmt: skip
    one, other = sorted(answered(counter), key=lambda answers: answers["satisfied"].pending)
    assert one["satisfied"] == Answer(("satisfied",))
    assert one["lacked"] == Answer(missing=Missing.NOT_ASKED)
    assert other["satisfied"] == Answer(pending=True)
    assert other["remarks"] == Answer(pending=True)
    assert other["lacked"] == Answer(missing=Missing.SKIPPED, pending=True), "the route led there"
    doubts = run(counter.office, "review", "list").stdout
    assert "Page 3, question 1: Two boxes are marked where one counts." in doubts
    assert "Page 5, question 5: Something is written by hand" in doubts
    assert "3 to settle" in doubts
    on_disk, in_store = blobs(counter.office)
    assert on_disk == in_store
    assert len(on_disk) == len(pages) + 3, "a scan for each page, and a cut-out for each doubt"
    assert f"{len(pages)} pages: {len(pages)} filed." in read(counter, "pile.tif", tiff(pages)), "the very same file"
    again = read(counter, "again.tif", tiff(pages[::-1]))
    assert f"{len(pages)} pages: {len(pages)} repeated." in again
    assert len(answered(counter)) == 2


@pytest.mark.peers
def test_a_copied_sheet_and_a_sheet_that_lacks_a_page(counter: Pile) -> None:
    (sheet,) = counter.printed(1)
    before = len(answered(counter))
    read(counter, "first.tif", tiff(counter.filled(sheet, QUICK)))
    copied = {**QUICK, "waited": ["10_to_30_minutes"]}
    assert "1 conflict" in read(counter, "copy.tif", tiff(counter.filled(sheet, copied)))
    shown = run(counter.office, "paper", "list").stdout
    assert "settle as another" in shown
    (conflict,) = waiting(counter.office)
    shown = run(counter.office, "show", conflict.serial).stdout
    assert shown.endswith("1 page with this number may be of somebody else. Decide first: kiosk paper list\n")
    done = run(counter.office, "paper", "settle", str(conflict.id), "--as", "another", "--by", "clerk")
    assert done.returncode == 0
    assert done.stdout.startswith(f"{conflict.id} is settled: its sheet is taken, with pages ")
    assert [one["waited"].values for one in answered(counter)[before:]] == [
        ("under_10_minutes",),
        ("10_to_30_minutes",),
    ]
    (sheet,) = counter.printed(1)
    pages = counter.filled(sheet, QUICK)
    number = max(box["page"] for page in counter.pages for box in page["boxes"])
    read(counter, "without.tif", tiff([*pages[: number - 1], *pages[number:]]))
    (lacks,) = waiting(counter.office)
    assert lacks.missing == (number,)
    assert "waits for pages or for a decision" in run(counter.office, "show", lacks.serial).stderr
    assert run(counter.office, "paper", "list").stdout == "Nothing waits for a person.\n", "not for three days"
    done = run(counter.office, "paper", "settle", str(lacks.id), "--as", "complete", "--by", "clerk")
    assert "its sheet is taken, with pages " in done.stdout
    assert len(answered(counter)) == before + 3
    assert waiting(counter.office) == []


@pytest.mark.peers
def test_a_form_that_becomes_known_is_read_by_itself(tmp_path: Path) -> None:
    """As after a store was put back from a backup that is older than the form: to print it once more is enough."""
    here, there = (Pile(make_office(tmp_path / name), "vote") for name in ("here", "there"))
    (sheet,) = there.printed(1)
    assert "unknown_form" in read(here, "vote.tif", tiff(there.filled(sheet, {"open_longer": ["as_now"]})))
    assert {one.state for one in waiting(here.office)} == {"unknown_form"}
    here.printed(1)
    read(here, "other.txt", b"words")
    (response,) = responses(here.office, "vote")
    assert response.answers["open_longer"] == Answer(("as_now",))
    assert {one.name for one in waiting(here.office)} == {"other.txt"}
    on_disk, in_store = blobs(here.office)
    assert on_disk == in_store


@pytest.mark.peers
def test_a_file_is_read_twice_and_a_sheet_comes_in_two_files(counter: Pile) -> None:
    """What was filed by another run is nothing that this one waited for."""
    (sheet,) = counter.printed(1)
    first, *others = counter.filled(sheet, QUICK)
    assert read(counter, "first.tif", tiff([first])).endswith("\n1 page: 1 waiting.\n")
    for _ in range(2):
        assert read(counter, "others.tif", tiff(others)).endswith(f"\n{len(others)} pages: {len(others)} filed.\n")


@pytest.mark.peers
def test_what_is_no_scan_is_told_and_stops_nothing(counter: Pile) -> None:
    (sheet,) = counter.printed(1)
    before = len(answered(counter))
    folder = counter.office.with_name("mixed")
    folder.mkdir()
    (folder / "a letter\nwith a name.pdf").write_bytes(b"%PDF-1.7 and no more")
    (folder / "b.txt").write_text("words")
    (folder / "c.tif").write_bytes(tiff(counter.filled(sheet, QUICK)))
    (folder / ".hidden.tif").write_bytes(b"")
    (folder / "half.part").write_bytes(b"")
    done = run(counter.office, "paper", "read", str(folder))
    assert done.returncode == 1, "some have to be looked at"
    assert "a letter?with a name.pdf, 1: refused: " in done.stdout
    assert "b.txt, 1: refused: This is no scan: scans are PDF, TIFF, PNG or JPEG files. The file" in done.stdout
    assert len(done.stdout.splitlines()) == len(sheet) + 3
    assert len(answered(counter)) == before + 1
    assert "refused: a file, or a page of it\n    from b.txt, 1" in run(counter.office, "paper", "list").stdout
    for one in waiting(counter.office):
        assert run(counter.office, "paper", "settle", str(one.id), "--as", "dismiss", "--by", "clerk").returncode == 0


@pytest.mark.peers
def test_the_scanners_folder(tmp_path: Path) -> None:
    vote = Pile(make_office(tmp_path / "office"), "vote")
    sheets = vote.printed(2)
    inbox = vote.office / "inbox"
    with Started(vote.office) as started:
        started.wait(inbox.is_dir, "the folder")
        (inbox / "monday").mkdir()
        (inbox / "monday" / "scan.tif").write_bytes(tiff(vote.filled(sheets[0], {"open_longer": ["as_now"]})))
        (inbox / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
        started.wait(lambda: len(responses(vote.office, "vote")) == 1, "a response")
        started.wait(lambda: not list(inbox.rglob("*.*")), "an empty folder")
        assert [(one.state, one.name) for one in waiting(vote.office)] == [("refused", "broken.pdf")]
        assert started.log.count("could not be read to its end. See: kiosk paper list") == 1
        slow = tiff(vote.filled(sheets[1], {"open_longer": ["as_now"]}))
        with (inbox / "slow.tif").open("wb") as file:
            for at in range(0, len(slow), len(slow) // 4):
                file.write(slow[at : at + len(slow) // 4])
                file.flush()
                time.sleep(1)
        started.wait(lambda: len(responses(vote.office, "vote")) == 2, "the other response")
        assert not any("scan.tif" in line or "slow.tif" in line for line in started.log.splitlines())
    assert list((vote.office / "reading").iterdir()) == []


@pytest.mark.peers
def test_a_folder_on_another_disk(tmp_path: Path) -> None:
    vote = Pile(make_office(tmp_path / "office"), "vote")
    (sheet,) = vote.printed(1)
    with TemporaryDirectory(dir="/dev/shm") as share:
        assert Path(share).stat().st_dev != tmp_path.stat().st_dev
        configure(vote.office, "paper", inbox=f'"{share}"')
        (Path(share) / "scan.tif").write_bytes(tiff(vote.filled(sheet, {"open_longer": ["as_now"]})))
        with Started(vote.office) as started:
            started.wait(lambda: not lying(Path(share)), "an empty folder")
    (response,) = responses(vote.office, "vote")
    assert response.answers["open_longer"] == Answer(("as_now",))


def lying(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


@pytest.mark.peers
def test_what_could_not_be_opened_is_sealed_and_can_be_looked_at(office: Path) -> None:
    """As it came, by a person who asks for it; and it goes once that is decided."""
    broken, copy = b"%PDF-1.7 and no more", office.with_name("copy.pdf")
    office.with_name("broken.pdf").write_bytes(broken)
    run(office, "paper", "read", str(office.with_name("broken.pdf")))
    assert "To look at it: kiosk paper show 1 -o FILE" in run(office, "paper", "list").stdout
    assert not any(broken in file.read_bytes() for file in office.rglob("*") if file.is_file())
    assert run(office, "paper", "show", "1", "-o", str(copy)).returncode == 0
    assert (copy.read_bytes(), stat.S_IMODE(copy.stat().st_mode)) == (broken, 0o600)
    assert "is there already" in run(office, "paper", "show", "1", "-o", str(copy)).stderr
    run(office, "paper", "settle", "1", "--as", "dismiss", "--by", "clerk")
    refused = {
        ("show", "1"): "Say where to write it",
        ("show", "1", "-o", str(copy)): "There is no scan of page 1 here.",
        ("show", "2", "-o", str(copy)): "There is no page number 2.",
    }
    for words, sentence in refused.items():
        done = run(office, "paper", *words)
        assert (done.returncode, done.stdout) == (64, "")
        assert sentence in done.stderr
    assert blobs(office) == (set(), set())


@pytest.mark.peers
def test_a_file_that_broke_off_and_comes_whole_needs_nobody(tmp_path: Path) -> None:
    """Only what is its beginning, to the byte, is known to be the same."""
    vote = Pile(make_office(tmp_path / "office"), "vote")
    (sheet,) = vote.printed(1)
    whole = tiff(vote.filled(sheet, {"open_longer": ["as_now"]}))
    read(vote, "broken off.tif", whole[: len(whole) * 2 // 3])
    read(vote, "another.tif", b"II*\0 and no more")
    assert [one.name for one in waiting(vote.office) if one.state == "refused"] == ["broken off.tif", "another.tif"]
    read(vote, "whole.tif", whole)
    assert [one.name for one in waiting(vote.office)] == ["another.tif"]
    assert len(responses(vote.office, "vote")) == 1
    on_disk, in_store = blobs(vote.office)
    assert on_disk == in_store


@pytest.mark.peers
def test_a_file_that_cannot_be_sealed_stays_and_is_named_once(tmp_path: Path) -> None:
    vote = Pile(make_office(tmp_path / "office"), "vote")
    inbox, large = vote.office / "inbox", vote.office / "inbox" / "large.pdf"
    inbox.mkdir()
    large.write_bytes(b"%PDF-1.7 and no more")
    os.truncate(large, MOST_SEALED_BYTES + 1)
    (inbox / "empty.pdf").touch()
    (sheet,) = vote.printed(1)
    (inbox / "scan.tif").write_bytes(tiff(vote.filled(sheet, {"open_longer": ["as_now"]})))
    with Started(vote.office) as started:
        started.wait(lambda: lying(inbox) == {"large.pdf"}, "the others were taken")
        started.wait(lambda: len(waiting(vote.office)) == 2, "both were filed")
        time.sleep(3)
        assert started.log.count("cannot be sealed. It stays there.") == 1
    assert large.stat().st_size == MOST_SEALED_BYTES + 1
    assert "lies where it was read" in run(vote.office, "paper", "list").stdout
    assert len(responses(vote.office, "vote")) == 1


@pytest.mark.peers
def test_a_file_that_cannot_be_taken_away_is_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(tmp_path / "office")
    inbox = house.office.folder / "inbox"
    inbox.mkdir()
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")

    def refuse(file: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", file)

    monkeypatch.setattr(watched, "RESTED", 0.0)
    with closing(Reads(house.office.store_file, house.office.keyring)) as reads:
        folder = watched.Inbox(house.office, Tray(house.office, house.intake, reads), threading.Event())
        monkeypatch.setattr(Path, "unlink", refuse)
        for _ in range(3):
            folder.look()
        monkeypatch.undo()
    assert caplog.text.count("cannot be taken away") == 1
    assert [one.name for one in house.waiting()] == ["broken.pdf"]
    house.writer.close()


@pytest.mark.peers
def test_it_may_be_killed_at_any_moment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every page is there once, whenever the office dies: between two pages, in a commit, before the file goes."""
    vote, chance = Pile(make_office(tmp_path / "office"), "vote"), random.Random()
    sheets = vote.printed(SHEETS)
    inbox = vote.office / "inbox"
    inbox.mkdir()
    expected = []
    for number, sheet in enumerate(sheets):
        choice = VOTES[number % len(VOTES)]
        expected.append(choice)
        (inbox / f"{number:02}.tif").write_bytes(tiff(vote.filled(sheet, {"open_longer": [choice]})))
    within, reading = [], vote.office / "reading"
    for _ in range(KILLS):
        before, started = lying(inbox), Started(vote.office)
        started.wait(lambda: lying(inbox) != before or not before, "work")  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.5))
        started.stop(signal.SIGKILL)
        within.append(len(responses(vote.office, "vote")))
    with Started(vote.office) as last:
        last.wait(lambda: not lying(inbox) and not lying(reading), "the end")
    with capsys.disabled():
        print(f"\nresponses after each kill: {within}")
    assert sorted(one.answers["open_longer"].values[0] for one in responses(vote.office, "vote")) == sorted(expected)
    assert waiting(vote.office) == []
    on_disk, in_store = blobs(vote.office)
    assert on_disk == in_store
    assert len(on_disk) == sum(map(len, sheets))
