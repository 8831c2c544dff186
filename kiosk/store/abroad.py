"""What still lies at a provider: recordings of calls, until they are at home and the provider has none of them.

A row from the moment that we hear of a recording, until it was fetched (if it is still wanted) and deleted there. It is
wanted as long as its blob has a row; so erasure and a refusal need to know nothing of this table. Whatever dies in
between leaves the row, and the next look goes on: fetching and deleting twice does no harm.

A provider tells of a recording twice, in any order: the call's next step brings it to the core, which claims it
(`put`), and a webhook of its own says that it is ready (`ready`). One that nobody claims was lost on its way to the
core, or came when its call was over; it is only to be deleted, but not before the core had its time.

Every function works inside the writer's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk.keyring import Keyring

REFERENCE = b"abroad.reference"  # the purpose for the keyring
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000  # milliseconds
# Until the next try; the last one again and again. A provider has a recording a few seconds after the call goes on.
PAUSES = (SECOND, 2 * SECOND, 3 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)
UNCLAIMED = HOUR  # so long the core may take to claim what a provider told of


@dataclass(frozen=True, slots=True)
class Abroad:
    """One recording that is due: its blob's id, the provider's name for it, how often that was tried in vain, and
    whether anybody wants it."""

    uid: str
    reference: str
    tries: int
    wanted: bool


def put(connection: sqlite3.Connection, keyring: Keyring, uid: str, transport: str, reference: str, now: int) -> None:
    """Claim it, in the transaction that makes its blob's row; or, without one, have it deleted."""
    _remember(connection, keyring, uid, transport, reference, now)


def ready(connection: sqlite3.Connection, keyring: Keyring, uid: str, transport: str, reference: str, now: int) -> None:
    """The provider has it whole."""
    due = now if _wanted(connection, uid) else now + UNCLAIMED
    _remember(connection, keyring, uid, transport, reference, due)


def due(connection: sqlite3.Connection, keyring: Keyring, transport: str, now: int, most: int) -> list[Abroad]:
    """Up to `most` that are due, the longest waiting first."""
    rows = connection.execute(
        "SELECT uid, reference, tries FROM abroad WHERE transport = ? AND due <= ? ORDER BY due LIMIT ?",
        (transport, now, most),
    ).fetchall()
    return [
        Abroad(uid, keyring.unseal(sealed, REFERENCE).decode(), tries, _wanted(connection, uid))
        for uid, sealed, tries in rows
    ]


def later(connection: sqlite3.Connection, uid: str, now: int) -> None:
    """It could not be fetched or deleted now."""
    row = connection.execute("SELECT tries FROM abroad WHERE uid = ?", (uid,)).fetchone()
    if row:
        pause = PAUSES[min(row[0], len(PAUSES) - 1)]
        connection.execute("UPDATE abroad SET tries = tries + 1, due = ? WHERE uid = ?", (now + pause, uid))


def done(connection: sqlite3.Connection, uid: str, size: int) -> None:
    """The provider has nothing of it any more; `size` bytes are at home. Where they were erased in the meantime, the
    row stays, and the next look removes the file."""
    kept = connection.execute("UPDATE blob SET size = ? WHERE uid = ?", (size, uid)).rowcount
    if kept or not size:
        connection.execute("DELETE FROM abroad WHERE uid = ?", (uid,))


def _wanted(connection: sqlite3.Connection, uid: str) -> bool:
    return connection.execute("SELECT 1 FROM blob WHERE uid = ?", (uid,)).fetchone() is not None


def _remember(
    connection: sqlite3.Connection, keyring: Keyring, uid: str, transport: str, reference: str, due: int
) -> None:
    connection.execute(
        "INSERT INTO abroad (uid, transport, reference, due) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET due = min(due, excluded.due)",
        (uid, transport, keyring.seal(reference.encode(), REFERENCE), due),
    )
