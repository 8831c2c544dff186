"""The watched folder: what a scanner puts there is filed, and leaves it.

    inbox/             the scanner's shared folder; a file counts when it has rested for RESTED
    reading/ID/NAME    ours, mode 700: what is being read. It is there until every page of it is filed

A file is moved into `reading` before it is looked at, in one step, so that nobody else takes it; from another disk it
is read where it lies. Who has it open can still write into it: so a copy is read and not the file, and one whose size
or time changes before all its pages are filed is left for the next look.

It goes once all its pages are on the disk, each with its picture sealed; of one that could not be opened the whole file
is. A file that is too large to be sealed, or that this user may not read, is read where it lies, and stays there if a
page of it could not be opened. Whatever dies in between leaves a file where it is, and it is read again: its pages are
known by its hash, so none counts twice. A file that stays is named in the log once, and not read again by this process
as long as it is what it is.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from channels.paper import MODE
from channels.paper.files import MOST_SEALED_BYTES
from channels.paper.pages import Tray
from channels.paper.told import printable
from channels.paper.workers import Workers
from kiosk.channel import Service
from kiosk.errors import ConfigError, KioskError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.scan import PageState
from kiosk.store.reads import Reads

log = logging.getLogger("kiosk")

LOOK = 1.0  # seconds between two looks
IDLE = 60.0  # seconds without a file after which the processes that read are ended
RESTED = 2.0  # seconds that a file has not grown; scanners write slowly
INBOX, READING = "inbox", "reading"
UNFINISHED = (".part", ".tmp")
Stamp = tuple[int, int]  # a file's size and time


def services(office: Office, intake: Intake) -> Sequence[Service]:
    return (Service("paper inbox", lambda: _service(office, intake)),)


def folder_of(office: Office) -> Path:
    """Where the scanner puts its files."""
    named = str(office.settings(MODE)["inbox"])
    return Path(named) if named else office.folder / INBOX


def ignored(file: Path) -> bool:
    """Whether a file is hidden, or not whole yet by its name."""
    return any(part.startswith(".") for part in file.parts) or file.suffix in UNFINISHED


def _service(office: Office, intake: Intake) -> tuple[Callable[[], None], Callable[[], None]]:
    """What a `channel.Service` makes: (serve, stop). It stops between two pages, and goes on with the same file."""
    stopping = threading.Event()

    def serve() -> None:
        with closing(Reads(office.store_file, office.keyring)) as reads:
            Inbox(office, Tray(office, intake, reads), stopping).watch()

    return serve, stopping.set


class Inbox:
    """One look after the other, for one thread. The processes that read are there while there is something to read."""

    def __init__(self, office: Office, tray: Tray, stopping: threading.Event) -> None:
        self._tray = tray
        self._stopping = stopping
        self._number = int(office.settings(MODE)["workers"])
        self._workers: Workers | None = None
        self._used = 0.0  # when, on the monotonic clock
        self._running = ExitStack()
        self._inbox = folder_of(office)
        self._reading = office.folder / READING
        self._seen: dict[Path, tuple[Stamp, float]] = {}  # since when a file is what it is
        self._stuck: dict[Path, Stamp] = {}  # read, and stays

    def watch(self) -> None:
        """Until it is stopped. What cannot be done now is named once and tried again."""
        told = ""
        with self._running:
            while not self._stopping.wait(LOOK):
                try:
                    self.look()
                    told = ""
                except (KioskError, OSError) as error:
                    trouble = error if isinstance(error, KioskError) else self._trouble(error)
                    if told != trouble.code:
                        log.warning("paper: %s", trouble)
                    told = trouble.code
                if time.monotonic() - self._used > IDLE:
                    self._running.close()
                    self._workers = None

    def look(self) -> None:
        """File what was left over, then what has come."""
        self._inbox.mkdir(mode=0o770, parents=True, exist_ok=True)
        self._reading.mkdir(mode=0o700, exist_ok=True)
        self._tray.again(self._ready)
        self._stuck = {file: stamp for file, stamp in self._stuck.items() if os.path.lexists(file)}
        for file in self._left():
            if _stamp(file) != self._stuck.get(file):
                self._file(file)
        for file in self._rested():
            self._file(self._taken(file))

    def _ready(self) -> Workers:
        self._used = time.monotonic()
        if self._workers is None:
            self._workers = self._running.enter_context(Workers(self._number, self._tray.sheet))
        return self._workers

    def _left(self) -> Iterator[Path]:
        """What was being read when the office stopped."""
        for folder in sorted(self._reading.iterdir()):
            files = list(folder.iterdir())
            if not files:
                folder.rmdir()
            yield from files

    def _rested(self) -> list[Path]:
        """What has come and stayed the same for a while, the oldest first."""
        now, found = time.monotonic(), dict[Path, tuple[Stamp, float]]()
        for file in self._there():
            with suppress(FileNotFoundError):  # somebody took it back meanwhile
                stamp = _stamp(file)
                before = self._seen.get(file)
                found[file] = before if before and before[0] == stamp else (stamp, now)
        self._seen = found
        ripe = [
            file for file, (stamp, since) in found.items() if now - since >= RESTED and stamp != self._stuck.get(file)
        ]
        return sorted(ripe, key=lambda file: (found[file][0][1], file))

    def _there(self) -> Iterator[Path]:
        """Every plain file, also in folders: many scanners make one a day."""
        for folder, _, names in os.walk(self._inbox):
            for file in (Path(folder, name) for name in names):
                if not ignored(file.relative_to(self._inbox)) and not file.is_symlink() and file.is_file():
                    yield file

    def _taken(self, file: Path) -> Path:
        """Where it is read: in a folder of ours, or where it lies: from another disk, or where it may have to stay."""
        if file.stat().st_size > MOST_SEALED_BYTES or not os.access(file, os.R_OK):
            return file
        own = self._reading / secrets.token_hex(8)
        own.mkdir(mode=0o700)
        try:
            return file.rename(own / file.name)
        except OSError as error:
            own.rmdir()
            if error.errno not in (errno.EXDEV, errno.EACCES, errno.EPERM):
                raise
            return file

    def _file(self, file: Path) -> None:
        """All pages of a file; then it goes. One that changes meanwhile is left for the next look."""
        before, whole, kept = _stamp(file), True, True
        for page in self._ready().read(file):
            if self._stopping.is_set() or _stamp(file) != before:
                return
            filed = self._tray.file(page, file).page
            opened = filed.state is not PageState.REFUSED
            whole, kept = whole and opened, kept and (opened or bool(filed.scan))
        folder = printable(str(file.parent))
        if whole:
            self._tray.whole(file)
        if before[0] and not kept:
            self._stuck[file] = before
            log.warning("%s has a file that could not be read to its end and cannot be sealed. It stays there.", folder)
            return
        if not whole:
            log.warning("A file in the inbox is no scan, or could not be read to its end. See: kiosk paper list")
        try:
            file.unlink()
        except OSError as error:
            self._stuck[file] = before
            remedy = "Give this user write access to its folder."
            log.warning("%s was filed and cannot be taken away: %s. %s", folder, error.strerror, remedy)
            return
        if file.parent.parent == self._reading:
            file.parent.rmdir()

    def _trouble(self, error: OSError) -> ConfigError:
        return ConfigError("paper.inbox", f"The folder {self._inbox} cannot be used: {error.strerror}.")


def _stamp(file: Path) -> Stamp:
    status = file.lstat()
    return status.st_size, status.st_mtime_ns
