"""A peer for lines, in place of the core: it says what was written down beforehand, and keeps what happened."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from channels.phone.asterisk.connection import Connection
from channels.phone.asterisk.line import AsteriskLine
from channels.phone.asterisk.server import MOST, Server, caller_of
from channels.phone.line import conduct
from channels.phone.sounds import Sounds
from kiosk.blobs import Blobs
from kiosk.call import Caller, Event, Happened, HungUp, Step
from kiosk.errors import StoreError


class Script:
    """Answers each call with these steps, one after the other."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._lock = threading.Lock()
        self._happened: defaultdict[Caller, list[Event]] = defaultdict(list)
        self.full = False  # the disk

    def take(self, happened: Happened) -> Step:
        with self._lock:
            if self.full:
                raise StoreError("store.full", "The disk is full.")
            self._happened[happened.caller].append(happened.event)
        gone = isinstance(happened.event, HungUp)
        return self._steps[min(happened.after, len(self._steps) - 1)] if not gone else self._steps[-1]

    @property
    def calls(self) -> dict[Caller, list[Event]]:
        with self._lock:
            return {caller: list(events) for caller, events in self._happened.items()}

    @property
    def events(self) -> list[Event]:
        """Of the only call there was."""
        (events,) = self.calls.values() or [[]]
        return events


class Serving:
    """The server with a script, in a thread, until the end of the `with` block."""

    def __init__(
        self,
        port: int,
        script: Script,
        sounds: Sounds,
        blobs: Blobs,
        recordings: Path,
        most: int = MOST,
    ) -> None:
        def lead(connection: Connection) -> None:
            caller = caller_of(connection.environment(), "DE")
            line = AsteriskLine(connection, sounds, blobs, recordings, "PJSIP/{number}@pbx")
            conduct(line, caller, script.take, lambda: 0)

        self.server = Server("127.0.0.1", port, lead, most)
        self._thread = threading.Thread(target=self.server.serve)

    def __enter__(self) -> Serving:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.server.stop()
        self._thread.join()
