"""Where somebody sits and types: the first seat of the office that nobody has taken.

A form without a number is named by its seat, so that one which was half typed when the lights went out is found again
by whoever sits down next. A lock beside the store says that a seat is taken, and ends with its process.
"""

from __future__ import annotations

from itertools import count

from kiosk.errors import StoreError
from kiosk.office import Office
from kiosk.store.lock import WriteLock


class Seat:
    """Taken from construction until `close`. Raises StoreError where the disk takes no lock."""

    def __init__(self, office: Office) -> None:
        for number in count(1):
            try:
                self._lock = WriteLock(office.lock_file.with_name(f"seat-{number}"))
            except StoreError as error:
                if error.code != "store.locked":
                    raise
            else:
                self.name = f"enter:{number}"
                return

    def close(self) -> None:
        self._lock.release()
