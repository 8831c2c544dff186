"""The single writer: what it promises to those who wait, and what it says when the disk does not do its part."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlite_utils import Database, Migrations

from kiosk.errors import StoreError
from kiosk.store.lock import WriteLock
from kiosk.store.schema import migrate, migrations
from kiosk.store.writer import Writer

NOBODY = 65534
ROOT = os.geteuid() == 0


class Listening(sqlite3.Connection):
    """Notes what begins and ends a transaction, and what it is told to keep."""

    heard: ClassVar[list[str]]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql.split()[0] in ("BEGIN", "COMMIT", "ROLLBACK"):
            self.heard.append(sql)
        return super().execute(sql, parameters)


class ListenedWriter(Writer):
    connects = Listening


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def writer(file: Path) -> Iterator[Writer]:
    Listening.heard = []
    writer = ListenedWriter(file)
    yield writer
    writer.close()


def keeps(word: str) -> Callable[[sqlite3.Connection], str]:
    """Work that stores a word; any table will do."""

    def work(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO counter VALUES ('s', 'q', ?, 'm', 1)", (word,))
        return word

    return work


def fails(connection: sqlite3.Connection) -> None:
    keeps("half done")(connection)
    raise ValueError("as it happens")


def kept(file: Path) -> set[str]:
    """What a reader sees."""
    with closing(sqlite3.connect(file)) as reader:
        return {row[0] for row in reader.execute("SELECT value FROM counter")}


@contextmanager
def busy(writer: Writer) -> Iterator[None]:
    """While the writer is at work on something else, so that all that is handed in waits for the same commit."""
    at_work, go_on = threading.Event(), threading.Event()

    def work(connection: sqlite3.Connection) -> None:
        at_work.set()
        go_on.wait()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(writer.run, work)
        at_work.wait()
        try:
            yield
        finally:
            go_on.set()
            first.result()


# What those who wait are promised


def test_what_waits_goes_into_one_commit_in_the_order_it_came(writer: Writer, file: Path) -> None:
    words = [f"word {number}" for number in range(100)]
    order: list[str] = []
    with busy(writer):
        jobs = [writer.submit(lambda c, word=word: order.append(keeps(word)(c))) for word in words]  # type: ignore[misc]
        Listening.heard.clear()
    for job in jobs:
        job.wait()
    assert order == words
    assert Listening.heard == ["COMMIT", "BEGIN IMMEDIATE", "COMMIT"], "the end of the first, and one for all"


def test_nobody_is_answered_before_the_commit(writer: Writer, file: Path) -> None:
    at_work, go_on = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        at_work.set()
        go_on.wait()

    with ThreadPoolExecutor(2) as pool:
        with busy(writer):
            first, second = writer.submit(keeps("done")), writer.submit(slow)
        waits, _ = pool.submit(first.wait), pool.submit(second.wait)
        at_work.wait()
        assert not first.done, "its work is done, and is not on the disk"
        assert kept(file) == set()
        go_on.set()
        assert waits.result() == "done"
    assert kept(file) == {"done"}


def test_many_threads_at_once_get_each_its_own_result(writer: Writer, file: Path) -> None:
    words = [f"word {number}" for number in range(500)]
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(lambda word: writer.run(keeps(word)), words)) == words
    assert kept(file) == set(words)


def test_work_that_raises_undoes_only_itself(writer: Writer, file: Path) -> None:
    with busy(writer):
        before, bad, after = writer.submit(keeps("before")), writer.submit(fails), writer.submit(keeps("later"))
    assert (before.wait(), after.wait()) == ("before", "later")
    with pytest.raises(ValueError, match="as it happens"):
        bad.wait()
    assert kept(file) == {"before", "later"}


def test_work_that_breaks_a_rule_of_the_store_undoes_only_itself(writer: Writer, file: Path) -> None:
    with busy(writer):
        good, doubled, other = (writer.submit(keeps(word)) for word in ("one", "one", "two"))
    assert (good.wait(), other.wait()) == ("one", "two")
    with pytest.raises(sqlite3.IntegrityError):
        doubled.wait()
    assert kept(file) == {"one", "two"}


def test_close_finishes_what_waits_and_takes_nothing_more(writer: Writer, file: Path) -> None:
    with busy(writer):
        jobs = [writer.submit(keeps(f"word {number}")) for number in range(10)]
    writer.close()
    assert [job.wait() for job in jobs] == [f"word {number}" for number in range(10)]
    with pytest.raises(StoreError, match="Try again") as told:
        writer.run(keeps("too late"))
    assert told.value.code == "store.closed"
    assert [path.name for path in file.parent.iterdir()] == [file.name], "the log is folded into the file"
    assert len(kept(file)) == 10


def test_a_thread_that_is_stopped_at_the_work_of_all_leaves_nobody_waiting(writer: Writer, file: Path) -> None:
    def stops(connection: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    with busy(writer):
        stop, other = writer.submit(stops), writer.submit(keeps("same commit"))
    with pytest.raises(KeyboardInterrupt):
        stop.wait()
    with pytest.raises(StoreError, match=r"broken off\. Try again"):
        other.wait()
    assert kept(file) == set()
    assert writer.run(keeps("tried again")) in kept(file)


# What it says when the disk does not do its part


def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(writer: Writer, file: Path) -> None:
    words = {writer.run(keeps(f"word {number}")) for number in range(10)}
    writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchone())
    with pytest.raises(StoreError, match=r"full\. Make room") as told:
        writer.run(keeps("much " * 10_000))
    assert told.value.code == "store.full"
    assert kept(file) == words
    writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 1000000").fetchone())
    assert writer.run(keeps("more " * 10_000)) in kept(file)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if not ROOT or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nobody may mount a disk here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    file, acknowledged = small_disk / "kiosk.db", set[str]()

    def fill(writer: Writer) -> None:
        for number in count():
            acknowledged.add(writer.run(keeps(f"{number} " + "much " * 2_000)))

    with closing(Writer(file)) as writer:
        with pytest.raises(StoreError, match=r"full\. Make room"):
            fill(writer)
        assert kept(file) == acknowledged != set()
    assert kept(file) == acknowledged


def test_a_file_that_is_no_store(file: Path) -> None:
    file.write_text("This is a letter to the mayor. " * 1_000)
    with pytest.raises(StoreError, match=r"damaged or no store\. Put it back from your backup") as told:
        Writer(file)
    assert told.value.code == "store.damaged"
    assert file.read_text().startswith("This is a letter"), "what it was stays as it was"


def test_a_store_that_was_damaged_meanwhile_fails_those_who_wait_and_says_so(file: Path) -> None:
    Writer(file).close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)  # the first page holds the names of the tables
    file.write_bytes(content)
    with pytest.raises(StoreError) as told:
        Writer(file).run(keeps("a word"))
    assert told.value.code == "store.damaged"


def test_a_store_of_a_newer_version_is_left_alone(file: Path) -> None:
    migrate(file)
    later = Migrations(migrations.name)

    @later()
    def m999_of_next_year(db: Database) -> None:
        db.execute("CREATE TABLE of_next_year (id INTEGER)")

    with closing(sqlite3.connect(file)) as connection:
        later.apply(Database(connection))
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"newer version of the kiosk \(m999_of_next_year\)\. Install that") as told:
        Writer(file)
    assert told.value.code == "store.newer"
    assert file.read_bytes() == before


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Root may write anywhere, so root becomes nobody for a while."""
    folder.chmod(0o555)
    if ROOT:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if ROOT:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder whose parents everybody may enter, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("was_there", [True, False])
def test_a_folder_that_cannot_be_written(open_folder: Path, was_there: bool) -> None:
    if was_there:
        Writer(open_folder / "kiosk.db").close()
    with read_only(open_folder):
        with pytest.raises(StoreError, match="cannot be written") as told:
            Writer(open_folder / "kiosk.db")
        with pytest.raises(StoreError, match="cannot be written"):
            WriteLock(open_folder / "lock")
    assert told.value.code == "store.read_only"


# Who may write


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "lock")
    with pytest.raises(StoreError, match=rf"Another kiosk process \(number {os.getpid()}\)") as told:
        WriteLock(tmp_path / "lock")
    assert told.value.code == "store.locked"
    lock.release()
    WriteLock(tmp_path / "lock").release()


def test_the_lock_goes_with_the_process_that_held_it(tmp_path: Path) -> None:
    holds = (
        "import sys, time; from pathlib import Path; from kiosk.store.lock import WriteLock;"
        "WriteLock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holds, tmp_path / "lock"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=rf"\(number {holder.pid}\)"):
            WriteLock(tmp_path / "lock")
        holder.kill()
    WriteLock(tmp_path / "lock").release()
