"""What a machine could not decide: a doubt, its evidence, and who settled it.

A doubt belongs to a pending answer: a mark nobody can read for sure, handwriting, a recorded voice. The answer is on
record and not counted until a person settles it. Settling appends a turn of its own (`Settled`), so the machine's
reading stays beside the person's decision. The kinds are the same for every channel; the evidence is a blob.

A doubt is raised with the turn that brings its answer, in one transaction. When the respondent answers otherwise, there
is nothing to decide any more: the open doubt and its evidence go. What was settled stays with its evidence until the
survey's retention is over or the response is erased, because staff may be asked why; that holds for a recording, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from kiosk import blobs
from kiosk import interview as machine
from kiosk.errors import UsageError
from kiosk.identity import turn_digest
from kiosk.inputs import Settled
from kiosk.interview import Interview
from kiosk.keyring import Keyring
from kiosk.record import Address, AddressKind, Doubt, Doubtful, DoubtKind, Mode, Reply, Turn, Via
from kiosk.store.interviews import Interviews
from kiosk.survey import Answer

READING = b"doubt.reading"  # the purpose for the keyring
DESK = Mode("desk")  # where a person decides


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


def open_doubts(connection: sqlite3.Connection, keyring: Keyring, limit: int = 100) -> list[Doubt]:
    """The oldest doubts that nobody settled yet."""
    rows = connection.execute(
        "SELECT t.id, d.survey, d.version, t.question, t.kind, t.reason, t.reading, b.uid, t.opened FROM doubt t"
        " JOIN response r ON r.id = t.response JOIN definition d ON d.id = r.definition"
        " LEFT JOIN blob b ON b.id = t.evidence WHERE t.settled IS NULL ORDER BY t.opened, t.id LIMIT ?",
        (limit,),
    )
    return [
        Doubt(
            id=row[0],
            survey=row[1],
            version=row[2],
            question=row[3],
            kind=DoubtKind(row[4]),
            reason=row[5],
            reading=keyring.unseal(row[6], READING).decode() if row[6] else "",
            evidence=row[7] or "",
            opened=row[8],
        )
        for row in rows
    ]


def settle(
    connection: sqlite3.Connection,
    interviews: Interviews,
    keyring: Keyring,
    doubt: int,
    answer: Answer,
    *,
    by: str,
    now: int,
) -> None:
    """Decide a doubt inside a transaction. A doubt that is settled already stays as it is; the first decision counts.
    Raises UsageError when there is no such doubt, or when the answer does not fit its question."""
    row = connection.execute("SELECT response, question, settled FROM doubt WHERE id = ?", (doubt,)).fetchone()
    if row is None:
        raise UsageError("doubt.unknown", f"There is no doubt number {doubt}.")
    response, question, settled = row
    if settled is not None:
        return
    standing = interviews.load(connection, response)
    given = Settled(answer, question)
    if not machine.fits(standing.interview, given):
        raise UsageError("doubt.misfit", f"This is no answer to {question}. Look at its choices, and decide again.")
    after, prompt = machine.advance(standing.interview, given)
    if after == standing.interview:
        raise UsageError("doubt.stale", f"The answer of doubt {doubt} waits for nobody any more.")
    interviews.save(connection, standing, after, Via.READ_BY_STAFF, at=now, now=now, keep=True, checked_by=by)
    key = f"doubt:{doubt}"
    turn = Turn(
        key=key,
        mode=DESK,
        address=Address(AddressKind.SESSION, key),
        survey=after.survey.name,
        input=given,
        at=now,
        via=Via.READ_BY_STAFF,
    )
    digest = turn_digest(keyring, turn)
    interviews.append(connection, response, turn, given, Reply(prompt, after.locale), key=digest, said="", now=now)
    connection.execute("UPDATE doubt SET settled = ?, settled_by = ? WHERE id = ?", (now, by, doubt))


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
    """The row of the blob; one scan can be the evidence of several doubts."""
    row = connection.execute(
        "SELECT id FROM blob WHERE uid = ? AND response = ?", (doubt.evidence, response)
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
