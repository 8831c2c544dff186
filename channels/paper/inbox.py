"""The watched folder: what a scanner puts there is filed, and leaves it.

    inbox/             the scanner's shared folder; a file counts when it has rested for RESTED
    inbox/refused/     ours: files of which a page could not be opened, for whoever looks, and for FORGOTTEN
    reading/ID/NAME    ours, mode 700: what is being read. It is there until every page of it is filed

A file is moved into `reading` before it is looked at, in one step, so nobody changes it under our hands; from another
disk it is read where it lies. It goes once all its pages are on the disk. Whatever dies in between leaves it where it
is, and it is read again: its pages are known by its hash, so none counts twice. A file that cannot be taken away is
named in the log once, and not read again as long as it stays what it is.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from channels.paper import MODE
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
FORGOTTEN = 30 * 86_400.0  # seconds after which a file that was put aside goes
IDLE = 60.0  # seconds without a file after which the processes that read are ended
RESTED = 2.0  # seconds that a file has not grown; scanners write slowly
INBOX, REFUSED, READING = "inbox", "refused", "reading"
NAME_BYTES = 250  # of a name, that leave room for a few signs before them
UNFINISHED = (".part", ".tmp")
Stamp = tuple[int, int]  # a file's size and time


def services(office: Office, intake: Intake) -> Sequence[Service]:
    return (Service("paper inbox", lambda: _service(office, intake)),)


def folder_of(office: Office) -> Path:
    """Where the scanner puts its files."""
    named = str(office.settings(MODE)["inbox"])
    return Path(named) if named else office.folder / INBOX


def put_aside_in(office: Office) -> int:
    """How many files wait in the folder of refused ones."""
    with suppress(OSError):
        return sum(1 for _ in (folder_of(office) / REFUSED).iterdir())
    return 0


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
        self._stuck: dict[Path, Stamp] = {}  # read, and could not be taken away

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
        self._forget()
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
        """Every file, also in folders: many scanners make one a day. Ours is left out, and what is no plain file."""
        for folder, folders, names in os.walk(self._inbox):
            folders[:] = [name for name in folders if Path(folder, name) != self._inbox / REFUSED]
            for file in (Path(folder, name) for name in names):
                if not ignored(file.relative_to(self._inbox)) and not file.is_symlink() and file.is_file():
                    yield file

    def _taken(self, file: Path) -> Path:
        """Where it is read: in a folder of ours, or, from another disk, where it lies."""
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
        before, refused = _stamp(file), False
        for page in self._ready().read(file):
            if self._stopping.is_set() or _stamp(file) != before:
                return
            refused |= self._tray.file(page, file).state is PageState.REFUSED
        try:
            self._put_aside(file) if refused else file.unlink()
        except OSError as error:
            self._stuck[file] = before
            log.warning(
                "%s was filed and cannot be taken away: %s. Give this user write access to its folder.",
                printable(str(file.parent)),
                error.strerror,
            )
            return
        if file.parent.parent == self._reading:
            file.parent.rmdir()

    def _put_aside(self, file: Path) -> None:
        """Into the folder of refused files, under a name that is free there."""
        folder = self._inbox / REFUSED
        folder.mkdir(mode=0o770, exist_ok=True)
        to = folder / file.name
        while to.exists() or to.is_symlink():
            to = folder / os.fsdecode(f"{secrets.token_hex(2)}-".encode() + os.fsencode(file.name)[-NAME_BYTES:])
        shutil.move(file, to)
        log.warning("A scanned file could not be read to its end. It was put aside in %s", folder)

    def _forget(self) -> None:
        """Take away what was put aside so long ago that nobody will look: it is in the clear, and may be a ballot."""
        before = time.time() - FORGOTTEN
        with suppress(FileNotFoundError):
            for file in (self._inbox / REFUSED).iterdir():
                if file.lstat().st_ctime < before:  # of a file that was moved: when it was
                    file.unlink()

    def _trouble(self, error: OSError) -> ConfigError:
        return ConfigError("paper.inbox", f"The folder {self._inbox} cannot be used: {error.strerror}.")


def _stamp(file: Path) -> Stamp:
    status = file.lstat()
    return status.st_size, status.st_mtime_ns
