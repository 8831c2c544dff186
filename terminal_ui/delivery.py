"""Brings what is in the journals to the server, in order, whenever there is one: at once, or after the line was down.

One thread. It reads from the file, not from memory, so a day without a server costs disk and not memory, and nothing
of a respondent stays in the process. A turn that arrives twice is one turn (its key), so after any doubt it is sent
again.

Nothing that one interview holds keeps back the others. What the server refuses for good, or again and again while it
is there, is set aside with all of its interview, its definition first: still encrypted, in a `.refused` file that
`kiosk doctor` names. For a server that is away, or has trouble with
its store, everything waits. So it does for one whose replies are not understood: it may well have stored what it got.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.errors import KioskError, RemoteError, StoreError
from kiosk.keyring import Keyring
from kiosk.wire import WireError
from terminal_ui.journal import REFUSED, Journal, Kind, Record

if TYPE_CHECKING:
    from kiosk.door import Door

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds between tries while there is no server
MOST_TRIES = 5  # of a record that a server which is there asks to send again
AWAY, NOT_UNDERSTOOD, UNKNOWN = "door.away", "delivery.not_understood", "definition.unknown"


@dataclass(slots=True)
class Place:
    """How far a journal is handed over. `begins` is where its interview of now begins, with the definition; `aside`:
    this interview is being set aside; `tries` of the next record failed."""

    journal: Journal
    at: int = 0
    begins: int = 0
    aside: bool = False
    tries: int = 0


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
        self._own = Place(journal)
        self._adopted = [Place(orphan) for orphan in adopted]
        self._keyring = keyring
        self._connect = connect
        self._failed = failed
        self._door: Door | None = None
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
            if self._refused is not None:
                self._refused.close()

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
            self._hand_over(self._adopted[0])
            self._adopted.pop(0).journal.remove()
        self._hand_over(self._own)
        if self._own.at and self._own.journal.empty(self._own.at):
            self._own = Place(self._own.journal)

    def _hand_over(self, place: Place) -> None:
        """What is left of one journal."""
        for record, end in place.journal.read(place.at):
            if record.kind is Kind.DEFINITION:
                place.begins, place.aside = place.at, False
            if place.aside:
                self._set_aside(record)
            elif not self._taken(record, place):
                for earlier, there in place.journal.read(place.begins):
                    self._set_aside(earlier)
                    if there == end:
                        break
                place.aside = True
            place.at, place.tries = end, 0

    def _taken(self, record: Record, place: Place) -> bool:
        """Whether the server has it now; else it never will. Raises when that is not known yet."""
        if self._door is None:
            self._door = self._connect()  # trouble with that is no refusal
        try:
            self._send(self._door, record, place)
        except RemoteError as error:
            if error.retryable:
                place.tries += error.code not in (AWAY, NOT_UNDERSTOOD)
                if place.tries < MOST_TRIES:
                    raise
            return False
        except StoreError:
            raise
        except KioskError:
            return False
        return True

    def _send(self, door: Door, record: Record, place: Place) -> None:
        turn = record.turn()
        try:
            if turn is None:
                door.define(record.text)
                return
            try:
                door.receive(turn)
            except RemoteError as error:
                if error.code != UNKNOWN:
                    raise
                door.define(next(place.journal.read(place.begins))[0].text)  # another store than before
                door.receive(turn)
        except WireError:
            raise RemoteError(NOT_UNDERSTOOD, "Update this terminal: the server is newer.", retryable=True) from None

    def _set_aside(self, record: Record) -> None:
        if self._refused is None:
            self._refused = Journal.create(self._own.journal.file.parent, self._keyring, REFUSED)
        self._refused.append(record)

    def _hang_up(self) -> None:
        if self._door is not None:
            self._door.close()
            self._door = None
