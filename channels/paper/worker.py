"""What runs in a process of its own and reads pages, because a file may be a bomb; `workers` starts and watches it.

It may take only so much memory; more ends one page, or at worst this process. It knows no office: it asks for the form
that a page's code names. What libraries in C write about damaged pictures goes nowhere; our own errors are still seen.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from os.path import samestat
from pathlib import Path
from typing import BinaryIO

import cv2

from channels.paper.files import opened, page
from channels.paper.picture import Pages, Refusal, RefusedError, kept
from channels.paper.read import read_page
from channels.paper.reading import PageReading, Seen
from channels.paper.sheet import Sheet
from kiosk.scan import PageState

MOST_MEMORY_BYTES = 3 * 2**29

TOO_LARGE = "This page takes too much memory. Scan it again in grey, with 200 to 300 dots per inch."


@dataclass(frozen=True, slots=True)
class Opening:
    """How many pages has this copy of a file? The reply is a number, or a page that was refused."""

    copy: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What is on this page of it? The reply is a page."""

    copy: Path
    sha256: str
    index: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Asked in between: which form has this id? The reply is a sheet, or None."""

    form: str


Task = Opening | Reading
Told = int | Seen


def work(connection: Connection) -> None:
    """Until nobody is at the other end any more."""
    _settle_in()
    reader = _Reader(connection)
    with suppress(EOFError, ConnectionError):
        while True:
            connection.send(reader.told(connection.recv()))


def _settle_in() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    cv2.setNumThreads(1)


class _Reader:
    """Keeps the file open from one page to the next, and the forms."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._file: BinaryIO | None = None
        self._pages: Pages | None = None
        self._sheets: dict[str, Sheet] = {}

    def told(self, task: Task) -> Told:
        try:
            pages = self._opened(task.copy)
            return pages.count if isinstance(task, Opening) else self._read(pages, task)
        except RefusedError as refused:
            return refusal(task, str(refused))
        except MemoryError:
            return refusal(task, TOO_LARGE)

    def _opened(self, copy: Path) -> Pages:
        if self._pages is None or self._file is None or not samestat(copy.stat(), os.fstat(self._file.fileno())):
            self._pages = None
            if self._file is not None:
                self._file.close()
            self._file = copy.open("rb")
            self._pages = opened(self._file)
        return self._pages

    def _read(self, pages: Pages, task: Reading) -> Seen:
        scan = page(pages, task.index)
        if isinstance(scan, Refusal):
            return refusal(task, scan.reason)
        return Seen(task.sha256, task.index, read_page(scan, self._sheet), kept(scan))

    def _sheet(self, form: str) -> Sheet | None:
        if form not in self._sheets:
            self._connection.send(Wanted(form))
            sheet = self._connection.recv()
            if sheet is None:
                return None
            self._sheets[form] = sheet
        return self._sheets[form]


def refusal(task: Task, reason: str) -> Seen:
    return refused(task.sha256, task.index if isinstance(task, Reading) else 0, reason)


def refused(sha256: str, index: int, reason: str) -> Seen:
    return Seen(sha256, index, PageReading(PageState.REFUSED, reason))
