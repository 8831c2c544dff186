"""The single writer: a thread with a queue, and group commit.

    BEGIN IMMEDIATE, a savepoint per piece of work, COMMIT, then all their callers are answered.

What waits while a commit is on its way to the disk goes into the next one, so the disk's sync is shared by as many as
wait, without any delay put in on purpose. Work that raises is rolled back to its savepoint alone. Nobody is answered
before the commit that holds their work is on the disk; when it fails, all of them are told, and may try the same again.

A caller waits on a bare lock, not a Future: with 64 waiting, the Future's condition variable cost as much as the SQL.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Generic, TypeVar, cast

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


class _Job(Generic[Result]):
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

    def __init__(self, file: Path) -> None:
        self._file = file
        migrate(file)
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._connection = self._open()
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def run(self, work: Work[Result]) -> Result:
        """Do `work` inside a transaction and return its result once it is on the disk. Raises what `work` raises (its
        own changes are undone), or StoreError when the commit failed."""
        return self.submit(work).wait()

    def submit(self, work: Work[Result]) -> _Job[Result]:
        """Queue `work`; the job's `wait` gives its result."""
        job = _Job(work)
        with self._gate:
            if self._closed:
                raise StoreError("store.closed", "The store is closed: the kiosk is stopping. Try again.")
            self._queue.put(job)
        return job

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        """Finish what is queued, fold the WAL into the file, and stop."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            raise explained(error, self._file) from None
        return connection

    def _run(self) -> None:
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
        self._connection.close()

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._do(job, connection)
            connection.execute("COMMIT")
        except BaseException as error:
            told = explained(error, self._file) if isinstance(error, sqlite3.Error) else error
            for job in jobs:
                job.error = told
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if told is error:
                raise  # not SQLite's doing: this thread ends, and `alive` tells the supervisor
        finally:
            for job in jobs:
                job.done.release()

    def _do(self, job: _Job[Any], connection: sqlite3.Connection) -> None:
        connection.execute("SAVEPOINT work")
        try:
            job.result = job.work(connection)
        except sqlite3.OperationalError:
            raise  # the disk's fault, not this work's: the whole group fails and may be tried again
        except Exception as error:  # whatever it is belongs to the caller, not to this thread
            job.error = error
            connection.execute("ROLLBACK TO work")
        connection.execute("RELEASE work")
