"""Who may write: one process at a time, by an flock on a file beside the store.

The lock ends with the process, however that ends, so no lock is ever left over. The file holds the process id, for the
sentence that a second one is told.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from kiosk.errors import StoreError


class WriteLock:
    """Held from construction until `release`. Raises StoreError when another process holds it."""

    def __init__(self, file: Path) -> None:
        try:
            self._handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError("store.read_only", f"{file} cannot be written: {error.strerror}.") from None
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._handle, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._handle)
            raise StoreError(
                "store.locked",
                f"Another kiosk process (number {holder}) writes to this office already. Use it, or stop it first.",
            ) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        os.close(self._handle)
