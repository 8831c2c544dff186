"""The single writer: a queue, group commit, and whoever waits first does the work of all.

    BEGIN IMMEDIATE, all the work that waits, COMMIT, then all their callers are answered.

What is handed in while a commit is on its way to the disk goes into the next one, so the disk's sync is shared by as
many as wait, without any delay put in on purpose. Nobody is answered before the commit that holds their work is on the
disk; when it fails, all of them are told, and may try the same again.

One at a time writes, but there is no thread that does nothing else: handing work to a thread and the result back took
as long as the work, and with many callers the two sides fought for the interpreter. So a caller who finds nobody at
work takes all that waits and commits it; the others find theirs done.

Work that raises undoes only itself: the group is rolled back and run once more with a savepoint around each. Savepoints
from the start cost a third of the work, for something that hardly ever happens. So work may run twice, and must have no
effect but on the connection.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
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
BROKEN_OFF = "The store's work was broken off. Try again."


class Job(Generic[Result]):
    """One piece of work and, once it is done, what came of it."""

    __slots__ = ("done", "error", "result", "work", "writer")

    def __init__(self, writer: Writer, work: Work[Result]) -> None:
        self.writer = writer
        self.work = work
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.done = False

    def wait(self) -> Result:
        """The result, once it is on the disk; see `Writer.run`."""
        self.writer.see_to(self)
        if self.error is not None:
            raise self.error
        return cast(Result, self.result)


class Writer:
    """Runs work on the store, in the order it is handed in. The caller holds the write lock. Use from any thread."""

    connects: ClassVar[type[sqlite3.Connection]] = sqlite3.Connection

    def __init__(self, file: Path) -> None:
        self._file = file
        migrate(file)
        self._queue: deque[Job[Any]] = deque()
        self._gate = threading.Lock()  # of the queue
        self._pen = threading.Lock()  # of the connection: whoever holds it writes
        self._connection = self._open()
        self._closed = False
        self.undone = 0  # how often work was rolled back; what was seen in a transaction before that may not hold

    def run(self, work: Work[Result]) -> Result:
        """Do `work` inside a transaction and return its result once it is on the disk. Raises what `work` raises (its
        own changes are undone), or StoreError when the commit failed."""
        return self.submit(work).wait()

    def submit(self, work: Work[Result]) -> Job[Result]:
        """Queue `work`. It is done when somebody waits for it, or for anything that was handed in later."""
        job = Job(self, work)
        with self._gate:
            if self._closed:
                raise StoreError("store.closed", CLOSED)
            self._queue.append(job)
        return job

    def see_to(self, job: Job[Any]) -> None:
        """Return when `job` is done, by somebody else or by doing what waits."""
        while not job.done:
            with self._pen:
                if not job.done:
                    self._commit_next()

    def close(self) -> None:
        """Finish what is queued, fold the WAL into the file, and stop."""
        with self._gate:
            self._closed = True
        with self._pen:
            while self._queue:
                self._commit_next()
            self._connection.close()

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

    # -- by whoever holds the pen

    def _commit_next(self) -> None:
        """Do what waits, in one commit."""
        connection, jobs = self._connection, list[Job[Any]]()
        try:
            with self._gate:
                while self._queue and len(jobs) < MOST_PER_COMMIT:
                    jobs.append(self._queue.popleft())
            connection.execute("BEGIN IMMEDIATE")
            if not _all_work(jobs, connection):
                self._undo()
                connection.execute("BEGIN IMMEDIATE")
                for job in jobs:
                    self._work_apart(job)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            self._tell(jobs, explained(error, self._file))
        except BaseException:
            self._undo()
            self._tell(jobs, StoreError("store.broken_off", BROKEN_OFF))
            raise  # somebody stops this thread; the others go on
        finally:
            for job in jobs:
                job.done = True

    def _undo(self) -> None:
        self.undone += 1
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _tell(self, jobs: list[Job[Any]], error: StoreError) -> None:
        for job in jobs:
            job.error = error

    def _work_apart(self, job: Job[Any]) -> None:
        """Do one piece of work so that it is undone alone when it raises."""
        self._connection.execute("SAVEPOINT work")
        try:
            job.result = job.work(self._connection)
        except Exception as error:  # whatever it is belongs to the caller who handed it in
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
