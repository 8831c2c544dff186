"""Encrypted files beside the store: scans, cut-outs, recordings. The store knows them by a random id.

A file is written, synced and renamed before its row is committed, so a row never points to nothing; a file without a
row (a kill in between) is removed by `sweep`. Files go when their response is erased. Only what a provider still has
comes after its row (see store.abroad), whose size is 0 until then.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kiosk.errors import StoreError, UsageError
from kiosk.keyring import Keyring

Dropped = tuple[str, ...]  # ids of blobs that belong to nothing any more: their files go after the commit
GRACE = 30 * 86_400  # seconds that a file may wait for its row: its turn may come from a stand without a network


class Blobs:
    """The blobs folder of one office."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder = folder
        self._keyring = keyring

    def write(self, content: bytes, uid: str = "") -> str:
        """Seal and store; returns the id. `uid`: the one that its row has already; what was there is replaced. Raises
        StoreError when the disk refuses."""
        uid = uid or secrets.token_hex(16)
        file = self._file(uid)
        new = file.with_suffix(".new")
        try:
            if not file.parent.exists():
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _sync(self._folder)
            with os.fdopen(os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
                out.write(self._keyring.seal(content, uid.encode()))
                out.flush()
                os.fsync(out.fileno())
            new.rename(file)
            _sync(file.parent)
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            raise StoreError("blobs.disk", f"{self._folder} cannot be written: {error.strerror}.") from None
        return uid

    def read(self, uid: str) -> bytes:
        """Raises StoreError when the file is gone or was changed."""
        try:
            sealed = self._file(uid).read_bytes()
        except OSError as error:
            remedy = "Put it back from your backup." if isinstance(error, FileNotFoundError) else ""
            raise StoreError(
                "blobs.disk", f"A file in {self._folder} cannot be read: {error.strerror}. {remedy}".strip()
            ) from None
        return self._keyring.unseal(sealed, uid.encode())

    def has(self, uid: str) -> bool:
        """Whether the file is there. A provider may still have to hand it over."""
        return self._file(uid).exists()

    def there(self) -> frozenset[str]:
        """The ids of all files. One look at the folder, for whoever would ask for each."""
        return frozenset(file.name for file in self._folder.glob("??/*"))

    def remove(self, uids: Iterable[str]) -> None:
        for uid in uids:
            with suppress(FileNotFoundError):
                self._file(uid).unlink()

    def sweep(self, known: frozenset[str], now: float) -> int:
        """Remove files that no row knows and that are older than GRACE (`now` in epoch seconds). Returns how many."""
        swept = 0
        for file in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                if file.stem not in known and file.stat().st_mtime < now - GRACE:
                    file.unlink()
                    swept += 1
        return swept

    def _file(self, uid: str) -> Path:
        return self._folder / uid[:2] / uid


def hand_out(content: bytes, file: Path) -> None:
    """What was sealed, in a new file for this user alone, whole or not at all. Raises UsageError for a file that is
    there, StoreError when the disk refuses."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise UsageError("file.exists", f"{file} is there already. Name a new file.") from None
    except OSError as error:
        raise StoreError("file.disk", f"{file} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
    except OSError as error:
        file.unlink()
        raise StoreError("file.disk", f"{file} cannot be written: {error.strerror}.") from None


def record(connection: sqlite3.Connection, uid: str, kind: str, response: int | None, size: int, now: int) -> int:
    """The row of a written blob, in the transaction that refers to it. Returns its row id."""
    cursor = connection.execute(
        "INSERT INTO blob (uid, kind, response, size, created) VALUES (?, ?, ?, ?, ?)", (uid, kind, response, size, now)
    )
    return int(cursor.lastrowid or 0)


def forget(connection: sqlite3.Connection, uid: str) -> None:
    """Take its row out; its file goes after the commit."""
    connection.execute("DELETE FROM blob WHERE uid = ?", (uid,))


def unknown(connection: sqlite3.Connection, uids: Iterable[str]) -> Dropped:
    """Those of these that have no row."""
    return tuple(
        uid
        for uid in dict.fromkeys(uids)
        if connection.execute("SELECT 1 FROM blob WHERE uid = ?", (uid,)).fetchone() is None
    )


def brought(connection: sqlite3.Connection) -> frozenset[str]:
    """Those whose files were here: not what a provider still has."""
    return frozenset(row[0] for row in connection.execute("SELECT uid FROM blob WHERE size > 0"))


def known(connection: sqlite3.Connection) -> frozenset[str]:
    return frozenset(row[0] for row in connection.execute("SELECT uid FROM blob"))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
