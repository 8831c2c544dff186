"""Erasure and the retention purge: the only places where anything is taken out of the store.

`forget` takes out what a response says and leaves that it was: for somebody who took the consent back, or where the
survey discards what is broken off. `erase` is a resident's right (Art. 17 GDPR): a tombstone without content stays, so
that counts are corrected once and a late repetition of a turn does not bring the response back. `purge` takes out the
words (raw turns, free texts, codes, phone numbers' hashes, scans and recordings) when the survey's retention is over;
chosen answers stay, and nothing leads from them to a person any more.

What was shown in reply goes as well, and what was texted: that a question was asked tells what was answered before it.
STOPP stays, as a hash, until START undoes it: who does not want to hear from us is not forgotten.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from kiosk.definition import from_json
from kiosk.store.counters import count

DAY = 86_400_000  # milliseconds
AT_ONCE = 500  # responses in one transaction, so that nobody waits long behind it
# Sessions and serials stay: they are random, and keep what comes late or twice from becoming a new response.
FORGET_PARTY = "DELETE FROM address WHERE response = ? AND kind = 'party'"
# Of messages it stays that there were some, what became of them, and their keys: a late repetition changes nothing.
FORGET_MESSAGES = (
    "UPDATE message SET text = NULL, number = NULL, party = NULL,"
    " state = CASE WHEN state IN ('waiting', 'sending') THEN 'stopped' ELSE state END WHERE response = ?"
)
# Of pages likewise, also of those that nobody decided whether they are a copy of this one's.
FORGET_PAGES = (
    "UPDATE page SET name = NULL, serial = NULL, content = NULL, held = NULL,"
    " state = CASE WHEN state = 'filed' THEN state ELSE 'dismissed' END WHERE response = ?"
)
LONELY = 7 * DAY  # milliseconds; so long may be repeated what belongs to no response
PATIENCE = 5.0  # seconds to wait for a reader


@dataclass(frozen=True, slots=True)
class Purged:
    """How many responses lost their words, and the blobs whose files can go."""

    responses: int
    blobs: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.responses > 0


def forget(connection: sqlite3.Connection, response: int) -> list[str]:
    """Remove answers and words; the response's own row is the caller's. Returns the ids of its blobs, whose files go
    after the commit, or with the next sweep."""
    connection.execute("DELETE FROM answer WHERE response = ?", (response,))
    return _forget_words(connection, response)


def erase(connection: sqlite3.Connection, response: int, now: int) -> list[str]:
    """Erase a response, in every state and any number of times. Returns the ids of its blobs: their files go after
    the commit. The tombstone keeps a disposition, so that the interview stays closed for turns that come late."""
    count(connection, response, -1)
    blobs = forget(connection, response)
    connection.execute("UPDATE turn SET at = 0, received = 0 WHERE response = ?", (response,))
    connection.execute("UPDATE message SET created = 0, handed = NULL WHERE response = ?", (response,))
    connection.execute("UPDATE page SET state = 'dismissed' WHERE response = ?", (response,))
    connection.execute(
        "DELETE FROM correspondent WHERE party IN (SELECT digest FROM address WHERE response = ? AND kind = 'party')",
        (response,),
    )
    connection.execute(FORGET_PARTY, (response,))
    connection.execute(
        "UPDATE response SET state = 'withdrawn', site = NULL, locale = NULL, disposition = 'refusal', consent = NULL,"
        " reopened = '', attempts = 0, silences = 0, assisted = NULL, started = NULL, ended = NULL, created = 0,"
        " touched = ?, sealed_code = NULL, purged = 1 WHERE id = ?",
        (now, response),
    )
    return blobs


def purge(connection: sqlite3.Connection, now: int) -> Purged:
    """Remove the words of up to AT_ONCE closed responses whose retention is over."""
    due: list[int] = []
    for definition, body in connection.execute("SELECT id, body FROM definition").fetchall():
        before = now - from_json(body).retention_days * DAY
        rows = connection.execute(
            # `created` has the index, because `touched` moves with every turn; the + keeps another index out of it.
            "SELECT id FROM response WHERE purged = 0 AND created < ? AND touched < ? AND +definition = ?"
            " AND state != 'draft' LIMIT ?",
            (before, before, definition, AT_ONCE - len(due)),
        )
        due.extend(row[0] for row in rows)
    blobs: list[str] = []
    for response in due:
        blobs.extend(_forget_words(connection, response))
        # A carrier knows to the millisecond who wrote when.
        connection.execute("UPDATE turn SET at = 0, received = 0 WHERE response = ?", (response,))
        connection.execute("UPDATE message SET created = 0, handed = NULL WHERE response = ?", (response,))
        connection.execute("UPDATE answer SET sealed = NULL WHERE response = ?", (response,))
        connection.execute(FORGET_PARTY, (response,))
        connection.execute(
            "UPDATE response SET code_digest = NULL, sealed_code = NULL, purged = 1 WHERE id = ?", (response,)
        )
    return Purged(len(due), tuple(blobs))


def forget_correspondents(connection: sqlite3.Connection, now: int) -> None:
    """Remove what is known of those who write to us and have nothing open with us any more, and the words of messages
    that belong to no response."""
    before = now - LONELY
    idle = (
        "NOT EXISTS (SELECT 1 FROM address a JOIN response r ON r.id = a.response"
        " WHERE a.kind = 'party' AND a.digest = correspondent.party AND r.state = 'draft')"
    )
    connection.execute(f"UPDATE correspondent SET held = NULL WHERE held IS NOT NULL AND {idle}")
    connection.execute(f"DELETE FROM correspondent WHERE hour < ? AND {idle}", (before,))
    connection.execute(
        "UPDATE message SET text = NULL, number = NULL, party = NULL WHERE response IS NULL AND party IS NOT NULL"
        " AND created < ? AND state NOT IN ('waiting', 'sending')",
        (before,),
    )


def abandoned(connection: sqlite3.Connection, mode: str, before: int) -> list[int]:
    """Up to AT_ONCE open interviews of one mode that nobody went on with since `before`."""
    rows = connection.execute(
        "SELECT id FROM response WHERE purged = 0 AND created < ? AND touched < ? AND state = 'draft' AND mode = ?"
        " LIMIT ?",
        (before, before, mode, AT_ONCE),
    )
    return [row[0] for row in rows]


def modes(connection: sqlite3.Connection) -> list[str]:
    """Every mode that has open interviews."""
    return [row[0] for row in connection.execute("SELECT DISTINCT mode FROM response WHERE state = 'draft'")]


def fold(file: Path) -> None:
    """Write the WAL into the store and cut it off: what was taken out must not stay readable there. A reader that is
    at work puts it off until the next time."""
    connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _forget_words(connection: sqlite3.Connection, response: int) -> list[str]:
    own = (
        "response = ?1 OR id IN (SELECT evidence FROM doubt WHERE response = ?1)"
        " OR page IN (SELECT id FROM page WHERE response = ?1)"
        # A page that could not be opened has the whole file it was in, with pages of this response; and on an empty
        # back a pen may shine through.
        " OR page IN (SELECT q.id FROM page p JOIN page q ON q.file = p.file AND q.state IN ('refused', 'blank')"
        " WHERE p.response = ?1)"
    )
    rows = connection.execute(f"SELECT id, uid FROM blob WHERE {own}", (response,)).fetchall()
    connection.execute("DELETE FROM doubt WHERE response = ?", (response,))
    connection.executemany("DELETE FROM blob WHERE id = ?", [(row[0],) for row in rows])
    connection.execute(FORGET_MESSAGES, (response,))
    connection.execute(FORGET_PAGES, (response,))
    connection.execute("UPDATE turn SET input = NULL, said = NULL, reply = NULL WHERE response = ?", (response,))
    return [row[1] for row in rows]
