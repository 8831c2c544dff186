"""Brings what is in the journals to the server, in order, whenever there is one: at once, or after the line was down.

One thread. It reads from the file, not from memory, so a day without a server costs disk and not memory, and nothing
of a respondent stays in the process. A turn that arrives twice is one turn (its key), so after any doubt it is sent
again.

What the server refuses for good (a survey it cannot know) is not dropped and does not block the rest: it is set
aside, still encrypted, in a `.refused` file that `kiosk doctor` names.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kiosk.errors import KioskError, RemoteError, StoreError
from kiosk.keyring import Keyring
from terminal_ui.journal import REFUSED, Journal, Record

if TYPE_CHECKING:
    from kiosk.door import Door

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds between tries while there is no server


class Delivery(threading.Thread):
    """`journal` is this process's own; `adopted` are removed when they are delivered. `failed` is called once, from the
    thread, should it ever end by a fault of ours."""

    def __init__(
        self,
        journal: Journal,
        adopted: Sequence[Journal],
        keyring: Keyring,
        connect: Callable[[], Door],
        failed: Callable[[], None],
    ) -> None:
        super().__init__(name="delivery", daemon=True)
        self._journal = journal
        self._adopted = list(adopted)
        self._keyring = keyring
        self._connect = connect
        self._failed = failed
        self._door: Door | None = None
        self._delivered = 0
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._refused: Journal | None = None

    def nudge(self) -> None:
        """There is something new in the journal."""
        self._news.set()

    def stop(self, patience: float) -> None:
        """Deliver what can be delivered in so many seconds, then end."""
        self._stopping.set()
        self._news.set()
        self.join(patience)

    def run(self) -> None:
        try:
            self._run()
        except BaseException:
            self._failed()
            raise
        finally:
            self._hang_up()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            self._news.clear()
            try:
                self._deliver()
            except (RemoteError, StoreError):
                self._hang_up()
                if self._stopping.wait(pause):
                    return
                pause = min(LONGEST_PAUSE, pause * 2)
                continue
            pause = FIRST_PAUSE
            if self._stopping.is_set():
                return
            self._news.wait()

    def _deliver(self) -> None:
        """Everything there is. Raises RemoteError or StoreError when it may go through later."""
        while self._adopted:
            self._hand_over(self._adopted[0], 0)
            self._adopted.pop(0).remove()
        self._delivered = self._hand_over(self._journal, self._delivered)
        if self._delivered and self._journal.empty(self._delivered):
            self._delivered = 0

    def _hand_over(self, journal: Journal, start: int) -> int:
        """One journal from `start` on; returns how far it got, also in `_delivered` when it is our own."""
        for record, end in journal.read(start):
            try:
                self._send(record)
            except KioskError as error:
                if _later(error):
                    raise
                self._set_aside(record)
            start = end
            if journal is self._journal:
                self._delivered = end
        return start

    def _send(self, record: Record) -> None:
        if self._door is None:
            self._door = self._connect()
        turn = record.turn()
        if turn is None:
            self._door.define(record.text)
        else:
            self._door.receive(turn)

    def _set_aside(self, record: Record) -> None:
        if self._refused is None:
            self._refused = Journal.create(self._journal.file.parent, self._keyring, REFUSED)
        self._refused.append(record)

    def _hang_up(self) -> None:
        if self._door is not None:
            self._door.close()
            self._door = None


def _later(error: KioskError) -> bool:
    """Whether the same record may go through another time."""
    return isinstance(error, StoreError) or (isinstance(error, RemoteError) and error.retryable)
