"""Interviews as the writer left them, so that the next turn of each need not read and decode them again: that was a
quarter of what a turn costs.

What is remembered holds as long as nothing else was written and nothing was undone. SQLite counts every row that a
connection changes, and the writer counts what it undoes; if either moved since the last turn, all is forgotten. So
whoever erases, purges or settles need not know of this.
"""

from __future__ import annotations

import sqlite3

from kiosk.store.interviews import Standing
from kiosk.store.writer import Writer

MOST = 1_000  # interviews; there are never so many open at once
Name = tuple[str, bytes, str, int]  # kind and digest of an address, the survey, and the episode


class Recent:
    """For use inside the writer's transactions alone."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._responses: dict[Name, int] = {}
        self._standings: dict[int, Standing] = {}
        self._as_of = (0, 0)

    def get(self, connection: sqlite3.Connection, name: Name) -> Standing | None:
        """The interview of this address, if it is remembered."""
        self.hold(connection)
        response = self._responses.get(name)
        return None if response is None else self._standings.get(response)

    def hold(self, connection: sqlite3.Connection) -> None:
        """Forget all, if it may not be so any more."""
        if self._as_of != (self._writer.undone, connection.total_changes):
            self._responses.clear()
            self._standings.clear()

    def put(self, connection: sqlite3.Connection, name: Name, standing: Standing) -> None:
        """To be called last in a transaction's work, after everything is written. A closed interview is forgotten: it
        is over."""
        if len(self._standings) >= MOST:
            self._responses.clear()
            self._standings.clear()
        if standing.interview.closed:
            self._standings.pop(standing.id, None)
        else:
            self._responses[name] = standing.id
            self._standings[standing.id] = standing
        self.still(connection)

    def drop(self, response: int) -> None:
        """This interview was changed by other means than `put`."""
        self._standings.pop(response, None)

    def still(self, connection: sqlite3.Connection) -> None:
        """What is remembered is still so: what was written since `hold` or `put`, by the same work, changed none of
        it."""
        self._as_of = (self._writer.undone, connection.total_changes)
