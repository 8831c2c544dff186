"""What a machine could not decide: a doubt, its evidence, and who settled it.

A doubt belongs to a pending answer: a mark nobody can read for sure, handwriting, a recorded voice. The answer is on
record and not counted until a person settles it. Settling appends a turn of its own (`Settled`), so the machine's
reading stays beside the person's decision. The kinds are the same for every channel; the evidence is a blob.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from kiosk import interview as machine
from kiosk.errors import UsageError
from kiosk.identity import turn_digest
from kiosk.inputs import Settled
from kiosk.keyring import Keyring
from kiosk.record import Address, AddressKind, Mode, Reply, Turn, Via
from kiosk.store.interviews import Interviews
from kiosk.survey import Answer

READING = b"doubt.reading"  # the purpose for the keyring
DESK = Mode("desk")  # where a person decides


class DoubtKind(StrEnum):
    MARK = "mark"
    TEXT = "text"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Doubt:
    """`reading` is what the machine made of it, "" if nothing; `evidence` the id of a blob, "" if none."""

    id: int
    survey: str
    question: str
    kind: DoubtKind
    reason: str
    reading: str
    evidence: str
    opened: int


def raise_doubt(
    connection: sqlite3.Connection,
    keyring: Keyring,
    response: int,
    question: str,
    kind: DoubtKind,
    *,
    reason: str,
    reading: str,
    evidence: int | None,
    now: int,
) -> int:
    """Note a doubt in the transaction that stores its pending answer. `evidence` is the row of a blob."""
    cursor = connection.execute(
        "INSERT INTO doubt (response, question, kind, reason, evidence, reading, opened) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (response, question, kind, reason, evidence, keyring.seal(reading.encode(), READING), now),
    )
    return int(cursor.lastrowid or 0)


def open_doubts(connection: sqlite3.Connection, keyring: Keyring, limit: int = 100) -> list[Doubt]:
    """The oldest doubts that nobody settled yet."""
    rows = connection.execute(
        "SELECT t.id, d.survey, t.question, t.kind, t.reason, t.reading, b.uid, t.opened FROM doubt t"
        " JOIN response r ON r.id = t.response JOIN definition d ON d.id = r.definition"
        " LEFT JOIN blob b ON b.id = t.evidence WHERE t.settled IS NULL ORDER BY t.opened, t.id LIMIT ?",
        (limit,),
    )
    return [
        Doubt(
            id=row[0],
            survey=row[1],
            question=row[2],
            kind=DoubtKind(row[3]),
            reason=row[4],
            reading=keyring.unseal(row[5], READING).decode() if row[5] else "",
            evidence=row[6] or "",
            opened=row[7],
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
