"""Erasure and the retention purge: the only places where anything is taken out of the store.

`forget` takes out what a response says and leaves that it was: for somebody who took the consent back, or where the
survey discards what is broken off. `erase` is a resident's right (Art. 17 GDPR): a tombstone without content stays, so
that counts are corrected once and a late repetition of a turn does not bring the response back. `purge` takes out the
words (raw turns, free texts, codes, addresses) when the survey's retention is over; chosen answers stay, and nothing
leads from them to a person any more.
"""

from __future__ import annotations

import sqlite3

from kiosk.definition import from_json
from kiosk.store.counters import count

DAY = 86_400_000  # milliseconds
PER_PURGE = 500  # responses in one transaction, so that nobody waits long behind it


def forget(connection: sqlite3.Connection, response: int) -> None:
    """Remove answers, doubts and the content of turns. The response's own row is the caller's."""
    connection.execute("DELETE FROM answer WHERE response = ?", (response,))
    connection.execute("DELETE FROM doubt WHERE response = ?", (response,))
    connection.execute("UPDATE turn SET input = NULL, said = NULL WHERE response = ?", (response,))


def erase(connection: sqlite3.Connection, response: int, now: int) -> list[str]:
    """Erase a response, in every state and any number of times. Returns the ids of its blobs: their files go after
    the commit. The tombstone keeps a disposition, so that the interview stays closed for turns that come late."""
    count(connection, response, -1)
    forget(connection, response)
    blobs = [row[0] for row in connection.execute("SELECT uid FROM blob WHERE response = ?", (response,))]
    connection.execute("DELETE FROM blob WHERE response = ?", (response,))
    connection.execute("DELETE FROM address WHERE response = ? AND kind != 'session'", (response,))
    connection.execute(
        "UPDATE response SET state = 'withdrawn', site = NULL, locale = NULL, disposition = 'refusal', consent = NULL,"
        " reopened = '', attempts = 0, silences = 0, assisted = NULL, started = NULL, ended = NULL, touched = ?,"
        " sealed_code = NULL, purged = 1 WHERE id = ?",
        (now, response),
    )
    return blobs


def purge(connection: sqlite3.Connection, now: int) -> int:
    """Remove the words of up to PER_PURGE responses whose retention is over. Returns how many there were."""
    due: list[int] = []
    for definition, body in connection.execute("SELECT id, body FROM definition").fetchall():
        before = now - from_json(body).retention_days * DAY
        rows = connection.execute(
            "SELECT id FROM response WHERE purged = 0 AND touched < ? AND definition = ? LIMIT ?",
            (before, definition, PER_PURGE - len(due)),
        )
        due.extend(row[0] for row in rows)
    for response in due:
        connection.execute("UPDATE turn SET input = NULL, said = NULL WHERE response = ?", (response,))
        connection.execute("UPDATE answer SET sealed = NULL WHERE response = ?", (response,))
        connection.execute("DELETE FROM address WHERE response = ? AND kind != 'session'", (response,))
        connection.execute(
            "UPDATE response SET code_digest = NULL, sealed_code = NULL, purged = 1 WHERE id = ?", (response,)
        )
    return len(due)
