"""The processes that read files: one page each at a time, so that two of them share a file.

A worker that takes too long for a page, or dies of it, is replaced, and the page is refused: the other pages go on.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType

from channels.paper.files import TOO_MANY, Copy, copied
from channels.paper.picture import MOST_PAGES, RefusedError
from channels.paper.read import Forms
from channels.paper.reading import Seen
from channels.paper.worker import Opening, Reading, Task, Told, Wanted, refusal, refused, work

PAGE_SECONDS = 30.0
AHEAD = 8  # pages that are begun before an earlier one is done: they wait in memory
EXCEPTION = 1  # the exit status of a Python program that ended by one
SPAWN = multiprocessing.get_context("spawn")  # a fork would take locks along, and the threads not that open them

TOO_LONG = f"This page takes more than {PAGE_SECONDS:.0f} seconds to be opened. Scan it again, into a file of its own."
FAULT = "The kiosk could not read this page, by a fault of its own. Tell whoever looks after it: the log says more."
DIED = "This page is damaged, or takes too much memory. Scan it again, into a file of its own."


class Workers:
    """So many processes, until the end of the `with` block."""

    def __init__(self, number: int, forms: Forms) -> None:
        self._forms = forms
        self._workers = [_Worker() for _ in range(number)]

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.end()

    def read(self, file: Path) -> Iterator[Seen]:
        """Every page, in order; those that cannot be read are refused, and say why."""
        try:
            with copied(file) as copy:
                yield from self._pages(copy)
        except RefusedError as error:
            yield refused(_unread(file), 0, str(error))

    def _pages(self, copy: Copy) -> Iterator[Seen]:
        found = next(self._told(iter([Opening(copy.path, copy.sha256)])))
        if isinstance(found, Seen):
            yield found
            return
        tasks = (Reading(copy.path, copy.sha256, index) for index in range(min(found, MOST_PAGES)))
        for seen in self._told(tasks):
            assert isinstance(seen, Seen)
            yield seen
        if found > MOST_PAGES:
            yield refused(copy.sha256, MOST_PAGES, TOO_MANY)

    def _told(self, tasks: Iterator[Task]) -> Iterator[Told]:
        """What is told of each task, in their order."""
        told: dict[int, Told] = {}
        numbers = count()
        busy: dict[_Worker, int] = {}
        try:
            for first in count():
                while first not in told:
                    for worker in self._workers:
                        if worker not in busy and len(told) < AHEAD and (task := next(tasks, None)):
                            worker.begin(task)
                            busy[worker] = next(numbers)
                    if not busy:
                        return
                    for worker, what in self._heard(list(busy)):
                        told[busy.pop(worker)] = what
                yield told.pop(first)
        finally:  # somebody may leave off in the middle
            for worker in busy:
                worker.replace()

    def _heard(self, busy: list[_Worker]) -> Iterator[tuple[_Worker, Told]]:
        """From the next ones who are done, or have to be given up."""
        until = min(worker.until for worker in busy)
        ready = wait([worker.connection for worker in busy], max(0.0, until - time.monotonic()))
        for worker in busy:
            if worker.connection in ready:
                if (told := worker.hear(self._forms)) is not None:
                    yield worker, told
            elif worker.until <= time.monotonic():
                yield worker, worker.give_up(TOO_LONG)


class _Worker:
    """One process, and the next one in its place."""

    def __init__(self) -> None:
        self.until = 0.0  # of time.monotonic
        self._task: Task | None = None
        self._start()

    def _start(self) -> None:
        os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy looks for it when it is loaded: two workers are two threads
        self.connection, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=work, args=(theirs,), daemon=True, name="paper")
        self._process.start()
        theirs.close()

    def begin(self, task: Task) -> None:
        self._task, self.until = task, time.monotonic() + PAGE_SECONDS
        if not self._process.is_alive():
            self.replace()
        self.connection.send(task)

    def hear(self, forms: Forms) -> Told | None:
        """None where it only asked for a form."""
        try:
            said: Told | Wanted = self.connection.recv()
            if not isinstance(said, Wanted):
                return said
            self.connection.send(forms(said.form))
        except (EOFError, ConnectionError):
            self._process.join()
            return self.give_up(FAULT if self._process.exitcode == EXCEPTION else DIED)
        self.until = time.monotonic() + PAGE_SECONDS
        return None

    def give_up(self, reason: str) -> Seen:
        assert self._task is not None
        self.replace()
        return refusal(self._task, reason)

    def replace(self) -> None:
        self.end()
        self._start()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self.connection.close()


def _unread(file: Path) -> str:
    """Instead of the hash of a file that was not read: the same as long as it is the same file."""
    try:
        found = file.stat()
    except OSError:
        return sha256(bytes(file)).hexdigest()
    return sha256(b"%s\0%d\0%d" % (bytes(file), found.st_size, found.st_mtime_ns)).hexdigest()
