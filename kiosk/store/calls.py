"""Telephone calls, as far as has to be known between two things that happen in them; see `schema`.

Known by keyed hashes of the line's id and of the number. Every function works inside the writer's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk.keyring import Keyring

STATE = b"call.state"  # the purpose for the keyring
LOST = 600_000  # milliseconds without a word after which a call is over, though nobody told: no step takes that long


@dataclass(frozen=True, slots=True)
class Row:
    """One call. `state` is what `calling.state` makes of it; b"" once it is over."""

    key: bytes
    party: bytes | None
    survey: str = ""
    episode: int = 0
    step: int = 0
    state: bytes = b""
    live: bool = True


def load(connection: sqlite3.Connection, keyring: Keyring, key: bytes) -> Row | None:
    row = connection.execute(
        "SELECT party, survey, episode, step, state, live FROM call WHERE key_digest = ?", (key,)
    ).fetchone()
    if row is None:
        return None
    party, survey, episode, step, sealed, live = row
    return Row(key, party, survey, episode, step, keyring.unseal(sealed, STATE) if sealed else b"", bool(live))


def save(connection: sqlite3.Connection, keyring: Keyring, row: Row, now: int) -> None:
    connection.execute(
        "INSERT INTO call (key_digest, party, survey, episode, step, state, live, touched)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET survey = excluded.survey,"
        " episode = excluded.episode, step = excluded.step, state = excluded.state, live = excluded.live,"
        " touched = excluded.touched",
        (
            row.key,
            row.party,
            row.survey,
            row.episode,
            row.step,
            keyring.seal(row.state, STATE) if row.state else None,
            row.live,
            now,
        ),
    )


def others_live(connection: sqlite3.Connection, row: Row, survey: str, episode: int, now: int) -> bool:
    """Whether another call of this party is in that very interview just now."""
    found = connection.execute(
        "SELECT 1 FROM call WHERE party = ? AND survey = ? AND episode = ? AND key_digest != ? AND live = 1"
        " AND touched > ?",
        (row.party, survey, episode, row.key, now - LOST),
    ).fetchone()
    return found is not None


def live(connection: sqlite3.Connection, keyring: Keyring, before: int) -> list[Row]:
    """Calls that nobody told the end of, and that were last heard of before then."""
    rows = connection.execute("SELECT key_digest FROM call WHERE live = 1 AND touched <= ?", (before,)).fetchall()
    return [row for (key,) in rows if (row := load(connection, keyring, key))]


def forget(connection: sqlite3.Connection, before: int) -> None:
    """Remove calls that are over since then."""
    connection.execute("DELETE FROM call WHERE live = 0 AND touched < ?", (before,))
