"""What a terminal has accepted and not delivered yet: an encrypted file that only grows, one for each running
process.

    journal/RANDOM.journal = records; a record = length (4 bytes, big-endian) + sealed (kind (1 byte) + JSON)

`append` returns when the record is on disk, and only then does the next screen come; so a kill or a power cut loses
nothing that somebody saw accepted. The last record may be torn by one; what is before it stands.

The file is locked as long as its process lives. A file that can be locked is an orphan: the next terminal that starts
adopts it. Nothing marks what was delivered: the server knows every turn by its key, so everything is simply handed
over again. The file is emptied when all of it is delivered and its last interview has ended; until then the one that
runs can be closed properly by whoever adopts it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from kiosk import wire
from kiosk.errors import StoreError
from kiosk.inputs import Consented, Input, Left, Said, Submitted
from kiosk.keyring import Keyring
from kiosk.record import Turn

FOLDER = "journal"
RUNNING, REFUSED = ".journal", ".refused"
PURPOSE = b"terminal.journal"
DISK = "journal.disk"  # the code of the error when the disk refuses
LENGTH = 4  # bytes
LONGEST = 1 << 24  # bytes of one record; a larger length is damage


class Kind(Enum):
    """What a record holds."""

    DEFINITION = b"D"  # of the survey that the turns after it belong to
    TURN = b"T"


@dataclass(frozen=True, slots=True)
class Record:
    kind: Kind
    text: str

    @staticmethod
    def of(turn: Turn) -> Record:
        return Record(Kind.TURN, wire.turn_to_json(turn))

    def turn(self) -> Turn | None:
        return wire.turn_from_json(self.text) if self.kind is Kind.TURN else None


def ends(given: Input | Said) -> bool:
    """Whether an interview at a terminal is over with this input."""
    match given:
        case Submitted() | Left():
            return True
        case Consented(yes):
            return not yes
        case _:
            return False


class Journal:
    """One file. One thread appends, another may read and empty it."""

    def __init__(self, file: Path, handle: int, keyring: Keyring) -> None:
        """Use `create` or `adopt`. `handle` is open and locked."""
        self.file = file
        self._handle = handle
        self._keyring = keyring
        self._guard = threading.Lock()
        self._size = os.fstat(handle).st_size
        self._running = False

    @classmethod
    def create(cls, folder: Path, keyring: Keyring, suffix: str = RUNNING) -> Journal:
        """A new, empty one. Raises StoreError when the disk refuses."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            while True:
                file = folder / f"{secrets.token_hex(8)}{suffix}"
                handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
                if _lock(handle) and os.fstat(handle).st_nlink:
                    break
                os.close(handle)  # somebody took the empty file for an orphan; it is theirs to remove
            _sync_folder(folder)
        except OSError as error:
            raise _disk(folder, error) from None
        return cls(file, handle, keyring)

    @classmethod
    def adopt(cls, file: Path, keyring: Keyring) -> Journal | None:
        """The file of a process that is gone; None if it lives, or somebody else was quicker."""
        try:
            handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        if not (_lock(handle) and os.fstat(handle).st_nlink):
            os.close(handle)
            return None
        return cls(file, handle, keyring)

    @property
    def size(self) -> int:
        return self._size

    def append(self, record: Record) -> None:
        """On disk when this returns. Raises StoreError when that cannot be."""
        sealed = self._keyring.seal(record.kind.value + record.text.encode(), PURPOSE)
        turn = record.turn()
        with self._guard:
            try:
                _write(self._handle, len(sealed).to_bytes(LENGTH, "big") + sealed, self._size)
                os.fdatasync(self._handle)
            except OSError as error:
                raise _disk(self.file.parent, error) from None
            self._size += LENGTH + len(sealed)
            self._running = turn is not None and not ends(turn.input)

    def read(self, start: int = 0) -> Iterator[tuple[Record, int]]:
        """Each record from `start` on with the place where it ends. Stops before a torn one at the end.
        Raises StoreError for damage anywhere else, where the key is missing, and for what another version wrote."""
        while start + LENGTH <= self._size:
            length = int.from_bytes(os.pread(self._handle, LENGTH, start), "big")
            end = start + LENGTH + length
            if not 0 < length <= LONGEST or end > self._size:
                return
            sealed = os.pread(self._handle, length, start + LENGTH)
            try:
                plain = self._keyring.unseal(sealed, PURPOSE)
            except StoreError as error:
                if end == self._size and error.code != "keyring.unknown_key":
                    return
                raise
            yield _record(plain), end
            start = end

    def close_interview(self) -> None:
        """Of an adopted file: cut a torn end off, and close the interview that was running, as its respondent left."""
        whole, latest = 0, None
        for record, end in self.read():
            whole, latest = end, record.turn()
        if whole < self._size:
            os.ftruncate(self._handle, whole)
            self._size = whole
        if latest is not None and not ends(latest.input):
            session, _, number = latest.key.rpartition(":")
            self.append(Record.of(replace(latest, key=f"{session}:{int(number) + 1}", input=Left())))

    def empty(self, delivered: int) -> bool:
        """Empty the file if it holds nothing beyond `delivered` and no interview that still runs."""
        with self._guard:
            if self._running or delivered != self._size:
                return False
            os.ftruncate(self._handle, 0)
            self._size = 0
            return True

    def set_aside(self) -> None:
        """It cannot be read: out of the way, for a person to look at."""
        self.file.rename(self.file.with_suffix(REFUSED))
        self.close()

    def remove(self) -> None:
        """Nothing in it is needed any more."""
        self.file.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        os.close(self._handle)


def _record(plain: bytes) -> Record:
    try:
        return Record(Kind(plain[:1]), plain[1:].decode())
    except ValueError:
        raise StoreError("journal.unknown", "Another version wrote this journal. Start that version.") from None


def orphans(folder: Path, keyring: Keyring) -> Iterator[Journal]:
    """The journals of processes that are gone, locked for us."""
    for file in sorted(folder.glob(f"*{RUNNING}")):
        if journal := Journal.adopt(file, keyring):
            yield journal


def waiting(folder: Path) -> int:
    """How many journals of processes that are gone still hold something."""
    count = 0
    for file in folder.glob(f"*{RUNNING}"):
        with suppress(FileNotFoundError):  # delivered since
            if file.stat().st_size == 0:
                continue  # also a new one: to try its lock could take it from the terminal that makes it
            handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
            count += _lock(handle) and os.fstat(handle).st_size > 0
            os.close(handle)
    return count


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(handle: int, data: bytes, at: int) -> None:
    while data:
        written = os.pwrite(handle, data, at)
        data, at = data[written:], at + written


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _disk(folder: Path, error: OSError) -> StoreError:
    return StoreError(DISK, f"{folder} takes nothing more ({error.strerror}). Make room, then start again.")
