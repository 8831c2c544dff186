"""The rows of doubts: what a person has to decide, and what was decided.

A doubt is raised with the turn that brings its answer, in one transaction. When the respondent answers otherwise, there
is nothing to decide any more: the open doubt and its evidence go. What was settled stays with its evidence until the
survey's retention is over or the response is erased, because staff may be asked why; that holds for a recording, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from kiosk import blobs
from kiosk.interview import Interview
from kiosk.keyring import Keyring
from kiosk.record import Doubt, Doubtful, DoubtKind

READING = b"doubt.reading"  # the purpose for the keyring
SHOWN = 200  # of those that wait, the oldest
DOUBTS = (
    "SELECT t.id, d.survey, d.version, r.locale, r.trial, t.question, t.kind, t.reason, t.reading, b.uid, b.size,"
    " t.opened, t.settled, t.settled_by FROM doubt t JOIN response r ON r.id = t.response"
    " JOIN definition d ON d.id = r.definition LEFT JOIN blob b ON b.id = t.evidence"
)


def follow(
    connection: sqlite3.Connection,
    keyring: Keyring,
    response: int,
    before: Interview,
    after: Interview,
    doubts: Iterable[Doubtful],
    *,
    now: int,
) -> list[str]:
    """Bring the doubts of a response to where its interview stands after a turn, in the turn's transaction: those about
    answers that were replaced go, those that the turn brings come. Returns the ids of blobs that were let go."""
    brought = {doubt.question: doubt for doubt in doubts if _waits(before, after, doubt.question)}
    replaced = {name for name, answer in before.answers.items() if answer.pending and after.answers.get(name) != answer}
    gone = [uid for name in replaced | brought.keys() for uid in _void(connection, response, name)]
    for doubt in brought.values():
        _raise(connection, keyring, response, doubt, now)
    return gone


def waiting(connection: sqlite3.Connection, keyring: Keyring, limit: int = SHOWN) -> list[Doubt]:
    """The oldest doubts that nobody settled yet."""
    rows = connection.execute(f"{DOUBTS} WHERE t.settled IS NULL ORDER BY t.opened, t.id LIMIT ?", (limit,))
    return [_doubt(row, keyring) for row in rows]


def find(connection: sqlite3.Connection, keyring: Keyring, number: int) -> Doubt | None:
    """The doubt with this number, settled or not."""
    row = connection.execute(f"{DOUBTS} WHERE t.id = ?", (number,)).fetchone()
    return _doubt(row, keyring) if row else None


def number_waiting(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM doubt WHERE settled IS NULL").fetchone()[0])


def response(connection: sqlite3.Connection, number: int) -> int:
    """Whose answer a doubt that is there is about."""
    return int(connection.execute("SELECT response FROM doubt WHERE id = ?", (number,)).fetchone()[0])


def mark_settled(connection: sqlite3.Connection, number: int, by: str, now: int) -> None:
    connection.execute("UPDATE doubt SET settled = ?, settled_by = ? WHERE id = ?", (now, by, number))


def _doubt(row: tuple[Any, ...], keyring: Keyring) -> Doubt:
    number, survey, version, locale, trial, question, kind, reason, reading, uid, size, opened, settled, by = row
    return Doubt(
        id=number,
        survey=survey,
        version=version,
        locale=locale,
        trial=bool(trial),
        question=question,
        kind=DoubtKind(kind),
        reason=reason,
        reading=keyring.unseal(reading, READING).decode() if reading else "",
        evidence=uid or "",
        size=size or 0,
        opened=opened,
        settled=settled,
        settled_by=by or "",
    )


def _waits(before: Interview, after: Interview, question: str) -> bool:
    """Whether a turn left a pending answer to this question. Nothing that comes after the end does."""
    answer = after.answers.get(question)
    return before.closed is None and answer is not None and answer.pending


def _raise(connection: sqlite3.Connection, keyring: Keyring, response: int, doubt: Doubtful, now: int) -> None:
    connection.execute(
        "INSERT INTO doubt (response, question, kind, reason, evidence, reading, opened) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            response,
            doubt.question,
            doubt.kind.value,
            doubt.reason,
            _evidence(connection, response, doubt, now) if doubt.evidence else None,
            keyring.seal(doubt.reading.encode(), READING) if doubt.reading else None,
            now,
        ),
    )


def _evidence(connection: sqlite3.Connection, response: int, doubt: Doubtful, now: int) -> int:
    """The row of the blob, which may have waited for its response; one scan can be the evidence of several doubts."""
    row = connection.execute(
        "UPDATE blob SET response = ?2 WHERE uid = ?1 AND (response = ?2 OR response IS NULL) RETURNING id",
        (doubt.evidence, response),
    ).fetchone()
    if row:
        return int(row[0])
    return blobs.record(connection, doubt.evidence, doubt.kind, response, doubt.size, now)


def _void(connection: sqlite3.Connection, response: int, question: str) -> list[str]:
    """Remove the open doubt about an answer, and its blob's row if nothing else refers to it. Returns the blob's id."""
    own = "FROM doubt WHERE response = ? AND question = ? AND settled IS NULL"
    rows = connection.execute(f"SELECT evidence {own} AND evidence IS NOT NULL", (response, question)).fetchall()
    connection.execute(f"DELETE {own}", (response, question))
    let_go = "DELETE FROM blob WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM doubt WHERE evidence = ?1) RETURNING uid"
    return [gone[0] for row in rows for gone in connection.execute(let_go, row).fetchall()]
