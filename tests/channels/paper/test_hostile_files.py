"""A file that means no good, or that something happened to, is a clear sentence; the other pages and files go on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.paper import files
from channels.paper import workers as processes
from channels.paper.files import pages
from channels.paper.picture import LONGEST_SIDE_PX, MOST_PAGES, Refusal, Scan
from channels.paper.read import read_page
from channels.paper.reading import Seen
from channels.paper.workers import Workers
from kiosk.scan import PageState
from tests.channels.paper import hostile
from tests.channels.paper.printed import Grey
from tests.channels.paper.scanning import (
    FIRST,
    SECOND,
    as_jpeg,
    as_pdf,
    as_png,
    as_tiff,
    filled,
    known,
    marked,
    office,
    sheet,
)


@cache
def page() -> Grey:
    return office(filled())


@cache
def pdf(count: int = 1) -> bytes:
    return as_pdf(*[page()] * count)


@cache
def tiff(count: int = 1) -> bytes:
    return as_tiff(*[page()] * count)


@cache
def png() -> bytes:
    return as_png(page())


@cache
def jpeg() -> bytes:
    return as_jpeg(page())


def opened(folder: Path, content: bytes, name: str = "scan.pdf") -> list[Scan | Refusal]:
    file = folder / name
    file.write_bytes(content)
    return list(pages(file))


def sentence(found: list[Scan | Refusal]) -> str:
    """Of a file that is refused, whole."""
    (refusal,) = found
    assert isinstance(refusal, Refusal)
    return refusal.reason


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(lambda: b"", "empty", id="nothing"),
        pytest.param(lambda: b"\0" * 1000, "This is no scan", id="zeros"),
        pytest.param(lambda: b"PK\x03\x04" + bytes(100), "This is no scan", id="a text document"),
        pytest.param(lambda: b"<html>%PDF", "This is no scan", id="a web page"),
        pytest.param(lambda: b"\0\0\0\x18ftypheic" + bytes(100), "Save it as JPEG", id="a photo of another kind"),
        pytest.param(lambda: hostile.encrypted(), "password", id="encrypted"),
        pytest.param(lambda: pdf()[:-2000], "cut off", id="PDF, cut off at its end"),
        pytest.param(lambda: pdf()[: len(pdf()) // 2], "cut off", id="PDF, cut off in the middle"),
        pytest.param(lambda: b"%PDF-1.7\n%%EOF", "damaged", id="PDF without content"),
        pytest.param(lambda: png()[: len(png()) // 2], "cut off", id="PNG, cut off"),
        pytest.param(lambda: jpeg()[: len(jpeg()) // 2], "cut off", id="JPEG, cut off"),
        pytest.param(lambda: jpeg()[:20], "cut off", id="JPEG, only its head"),
        pytest.param(lambda: b"II*\0" + bytes(50), "cut off", id="TIFF, only its head"),
        pytest.param(lambda: hostile.png(60_000, 60_000), "60000 x 60000", id="PNG, 60,000 x 60,000"),
        pytest.param(lambda: hostile.tiff(60_000, 60_000), "60000 x 60000", id="TIFF, 60,000 x 60,000"),
        pytest.param(lambda: hostile.pdf_with_image(60_000, 60_000), "60000 x 60000", id="PDF, 60,000 x 60,000"),
        pytest.param(lambda: hostile.png(LONGEST_SIDE_PX, 9_000), "too many", id="long, and too many dots"),
        pytest.param(lambda: hostile.tiff(1, 0), "damaged", id="without height"),
        pytest.param(lambda: hostile.pdf_with_image(0, 0), "empty", id="PDF, a picture without dots"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_a_sentence(
    content: Callable[[], bytes], says: str, tmp_path: Path
) -> None:
    reason = sentence(opened(tmp_path, content()))
    assert says in reason
    assert reason.endswith(".")


@pytest.mark.parametrize("content", [pdf, tiff, png, jpeg])
@pytest.mark.parametrize("name", ["scan.pdf", "scan.txt", "scan", "two\nlines.tif", "-rf *.png", "\udcff.jpg"])
def test_the_kind_is_in_the_content_and_the_name_is_nothing(
    content: Callable[[], bytes], name: str, tmp_path: Path
) -> None:
    (scan,) = opened(tmp_path, content(), name)
    assert isinstance(scan, Scan)
    assert scan.grey.shape == page().shape


def test_a_file_of_two_gigabytes_is_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    file.write_bytes(pdf())
    os.truncate(file, 2 * 2**30)
    began = time.perf_counter()
    assert "2,048 MB" in sentence(list(pages(file)))
    assert time.perf_counter() - began < 1, "reading it takes longer"


@pytest.mark.parametrize(("made", "count"), [(hostile.pdf_of_pages, 10_000), (hostile.tiff_of_pages, MOST_PAGES + 2)])
def test_of_too_many_pages_the_first_are_read_and_the_rest_is_one_refusal(
    made: Callable[[int], bytes], count: int, tmp_path: Path
) -> None:
    *scans, rest = opened(tmp_path, made(count))
    assert [scan.index for scan in scans if isinstance(scan, Scan)] == list(range(MOST_PAGES))
    assert isinstance(rest, Refusal)
    assert (rest.index, f"more than {MOST_PAGES} pages" in rest.reason) == (MOST_PAGES, True)


def test_one_damaged_page_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    whole = pdf(2)
    start = whole.index(b"\xff\xd8\xff")
    first, second = opened(tmp_path, whole[:start] + bytes(800) + whole[start + 800 :])
    assert isinstance(first, Refusal)
    assert isinstance(second, Scan)
    assert marked(read_page(second, known)) == [FIRST, SECOND]


@pytest.mark.parametrize("part", [0.3, 0.6, 0.8, 0.99])
def test_a_tiff_that_breaks_off_keeps_the_pages_before(part: float, tmp_path: Path) -> None:
    """Wherever it does: in a page, or where it says how large the next one is."""
    whole = as_tiff(*[page()[::8, ::8]] * 4)
    broken = whole[: round(len(whole) * part)]
    *before, rest = opened(tmp_path, broken)
    assert all(isinstance(scan, Scan) for scan in before[: round(4 * part) - 1])
    assert isinstance(rest, Refusal)
    alone = files.opened(BytesIO(broken))
    assert files.page(alone, alone.count - 1) == rest, "also for who reads only this page of it"


def test_scripts_and_links_of_a_pdf_do_nothing(tmp_path: Path) -> None:
    (scan,) = opened(tmp_path, hostile.pdf_that_acts())
    assert isinstance(scan, Scan)
    assert read_page(scan, known).state is PageState.BLANK


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda file: file.mkdir(), "directory", id="a folder"),
        pytest.param(os.mkfifo, "pipe", id="a pipe that nobody writes into"),
        pytest.param(lambda file: file.symlink_to("/dev/zero"), "device", id="a device without end"),
        pytest.param(lambda file: file.symlink_to(file), "symbolic links", id="a link to itself"),
        pytest.param(lambda file: file.symlink_to("nowhere"), "No such file", id="a link to nowhere"),
    ],
)
def test_what_is_no_file_is_refused_at_once(make: Callable[[Path], None], says: str, tmp_path: Path) -> None:
    make(tmp_path / "scan.pdf")
    assert says in sentence(list(pages(tmp_path / "scan.pdf")))


def test_a_file_that_changes_while_it_is_read_is_left_for_later(tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(bytes(40_000_000))
    with _written_to(file):
        assert "changed" in sentence(list(pages(file)))


@contextmanager
def _written_to(file: Path) -> Iterator[None]:
    """By somebody who does not stop."""
    over = threading.Event()

    def write() -> None:
        with file.open("ab", buffering=0) as out:
            while not over.is_set():
                out.write(b"\0")
                time.sleep(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


@settings(max_examples=30, deadline=None)
@given(
    content=st.sampled_from([pdf, tiff, png, jpeg, hostile.encrypted, hostile.pdf_that_acts]),
    places=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6),
)
def test_whatever_is_damaged_every_page_is_read_or_refused(
    content: Callable[[], bytes], places: list[tuple[float, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    broken = bytearray(content())
    for place, wrong in places:
        at = int(place * (len(broken) - 1))
        broken[at : at + len(wrong)] = wrong
    for found in opened(tmp_path_factory.mktemp("broken"), bytes(broken)):
        assert isinstance(found, Scan) or found.reason.endswith(".")


# -- In processes


def seen_by(workers: Workers, folder: Path, content: bytes) -> list[Seen]:
    file = folder / "scan"
    file.write_bytes(content)
    return list(workers.read(file))


@pytest.mark.peers
def test_workers_read_what_is_there_in_order_with_pictures_to_keep(tmp_path: Path) -> None:
    with Workers(2, known) as workers:
        first = seen_by(workers, tmp_path, as_pdf(page(), 255 - page(), page()))
        assert [seen.index for seen in first] == [0, 1, 2]
        assert [seen.reading.state for seen in first] == [PageState.FILED, PageState.FOREIGN, PageState.FILED]
        assert marked(first[2].reading) == [FIRST, SECOND]
        assert len({seen.file for seen in first}) == 1
        assert all(seen.picture.startswith(b"\xff\xd8\xff") for seen in first)
        (bad,) = seen_by(workers, tmp_path, hostile.encrypted())
        assert (bad.reading.state, bad.picture) == (PageState.REFUSED, b"")
        (folder,) = workers.read(tmp_path)
        assert folder.reading.state is PageState.REFUSED
        (black,) = seen_by(workers, tmp_path, as_tiff(filled(), one_bit=True))
        assert black.picture.startswith(b"\x89PNG")
        assert black.file not in {first[0].file, bad.file, folder.file}
    assert not multiprocessing.active_children()


@pytest.mark.peers
def test_whoever_leaves_off_in_the_middle_gets_the_next_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "long"
    file.write_bytes(pdf(6))
    with Workers(2, known) as workers:
        assert next(workers.read(file)).index == 0
        assert [seen.reading.state for seen in seen_by(workers, tmp_path, tiff(2))] == [PageState.FILED] * 2


@pytest.mark.peers
@pytest.mark.parametrize(
    ("sent", "says"), [(signal.SIGKILL, "damaged, or takes too much memory"), (signal.SIGSTOP, "seconds")]
)
def test_a_worker_that_dies_or_hangs_costs_one_page(
    sent: signal.Signals, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter(range(10))

    def form(number: str) -> object:
        """While the second worker asks for the form, it is struck."""
        if next(asked) == 0:
            (worker,) = multiprocessing.active_children()
            assert worker.pid
            os.kill(worker.pid, sent)
        return known(number)

    with Workers(1, form) as workers:  # type: ignore[arg-type]
        seen_by(workers, tmp_path, hostile.encrypted())  # so that it is up
        monkeypatch.setattr(processes, "PAGE_SECONDS", 1.0)
        seen = seen_by(workers, tmp_path, pdf(3))
    assert [one.reading.state for one in seen] == [PageState.REFUSED, PageState.FILED, PageState.FILED]
    assert says in seen[0].reading.reason


@pytest.mark.peers
def test_a_bomb_ends_in_its_worker(tmp_path: Path) -> None:
    with Workers(1, known) as workers:
        (bomb,) = seen_by(workers, tmp_path, hostile.pdf_with_image(15_000, 7_900))
        assert bomb.reading.state in (PageState.REFUSED, PageState.FOREIGN, PageState.BLANK)
        (after,) = seen_by(workers, tmp_path, pdf())
        assert after.reading.mark
        assert after.reading.mark.form == sheet().id
