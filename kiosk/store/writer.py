"""The single writer: a thread with a queue, and group commit.

    BEGIN IMMEDIATE, all the work that waits, COMMIT, then all their callers are answered.

What waits while a commit is on its way to the disk goes into the next one, so the disk's sync is shared by as many as
wait, without any delay put in on purpose. Nobody is answered before the commit that holds their work is on the disk;
when it fails, all of them are told, and may try the same again.

Work that raises undoes only itself: the group is rolled back and run once more with a savepoint around each. Savepoints
from the start cost a third of the work, for something that hardly ever happens. So work may run twice, and must have no
effect but on the connection.

A caller waits on a bare lock, not a Future: with 64 waiting, the Future's condition variable cost as much as the SQL.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any, ClassVar, Generic, TypeVar, cast

from kiosk.errors import StoreError
from kiosk.store.schema import explained, migrate

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

MOST_PER_COMMIT = 256
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "cache_size = -65536",
    "busy_timeout = 5000",
    "wal_autocheckpoint = 4000",
)
CLOSED = "The store is closed: the kiosk is stopping. Try again."
ENDED = "The store's writer ended. Start the kiosk again."


class Job(Generic[Result]):
    """One piece of work and, once `done` is released, what came of it."""

    __slots__ = ("done", "error", "result", "work")

    def __init__(self, work: Work[Result]) -> None:
        self.work = work
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def wait(self) -> Result:
        self.done.acquire()
        if self.error is not None:
            raise self.error
        return cast(Result, self.result)


class Writer:
    """Runs work on the store, in the order it is handed in. The caller holds the write lock. Use from any thread."""

    connects: ClassVar[type[sqlite3.Connection]] = sqlite3.Connection

    def __init__(self, file: Path) -> None:
        self._file = file
        migrate(file)
        self._queue: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._connection = self._open()
        self._closed = False
        self.undone = 0  # how often work was rolled back; what was seen in a transaction before that may not hold
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def run(self, work: Work[Result]) -> Result:
        """Do `work` inside a transaction and return its result once it is on the disk. Raises what `work` raises (its
        own changes are undone), or StoreError when the commit failed."""
        return self.submit(work).wait()

    def submit(self, work: Work[Result]) -> Job[Result]:
        """Queue `work`; the job's `wait` gives its result."""
        job = Job(work)
        with self._gate:
            if self._closed:
                raise StoreError("store.closed", CLOSED)
            self._queue.put(job)
        return job

    @property
    def alive(self) -> bool:
        """Whether it takes work: until it is closed, or its thread came to an end that nobody meant."""
        return not self._closed

    def close(self) -> None:
        """Finish what is queued, fold the WAL into the file, and stop."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self._file, isolation_level=None, check_same_thread=False, factory=self.connects
            )
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            raise explained(error, self._file) from None
        return connection

    def _run(self) -> None:
        try:
            going = True
            while going:
                job = self._queue.get()
                jobs = []
                while job is not None:
                    jobs.append(job)
                    if len(jobs) == MOST_PER_COMMIT or self._queue.empty():
                        break
                    job = self._queue.get()
                going = job is not None
                if jobs:
                    self._commit(jobs)
        finally:
            self._end()

    def _end(self) -> None:
        """Close the store, and let nobody wait for a thread that is no more."""
        with self._gate:
            self._closed = True
        while not self._queue.empty():
            if job := self._queue.get():
                job.error = StoreError("store.closed", CLOSED)
                job.done.release()
        self._connection.close()

    def _commit(self, jobs: list[Job[Any]]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            if not _all_work(jobs, connection):
                self.undone += 1
                connection.execute("ROLLBACK")
                connection.execute("BEGIN IMMEDIATE")
                for job in jobs:
                    self._work_apart(job)
            connection.execute("COMMIT")
        except BaseException as error:
            self.undone += 1
            if isinstance(error, sqlite3.Error):
                told = explained(error, self._file)
            else:
                told = StoreError("store.writer", ENDED)
            for job in jobs:
                job.error = told
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if not isinstance(error, sqlite3.Error):
                raise  # this thread ends, and `alive` tells
        finally:
            for job in jobs:
                job.done.release()

    def _work_apart(self, job: Job[Any]) -> None:
        """Do one piece of work so that it is undone alone when it raises."""
        self._connection.execute("SAVEPOINT work")
        try:
            job.result = job.work(self._connection)
        except Exception as error:  # whatever it is belongs to the caller, not to this thread
            if _is_of_the_disk(error):
                raise
            job.error = error
            self.undone += 1
            self._connection.execute("ROLLBACK TO work")
        self._connection.execute("RELEASE work")


def _all_work(jobs: list[Job[Any]], connection: sqlite3.Connection) -> bool:
    """Do all the work; False as soon as one raises."""
    for job in jobs:
        try:
            job.result = job.work(connection)
        except Exception as error:
            if _is_of_the_disk(error):
                raise
            return False
    return True


def _is_of_the_disk(error: Exception) -> bool:
    """Whether this is no fault of the work, so that the whole group fails. A damaged file is a plain DatabaseError; its
    subclasses for wrong values and wrong calls are the work's own."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError
