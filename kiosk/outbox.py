"""What has still to go out: it is in the store in the same transaction as the turn that caused it, and sent at least
once.

    waiting --claim--> sending --Sent--> sent --Delivered--> delivered
       ^                  |               |
       +----Retryable-----+---------------+  after 5, then after 10 minutes; after the third try: failed
                          +--Permanent--> failed        STOPP, or a newer question: waiting -> stopped

The core sends nothing: a channel claims what is due, hands it to its provider and reports. A process that dies between
the two leaves `sending` behind, which is due again at once for the next one: so a message may go out twice, and is
never lost. A provider that cannot tell at once says `queued`: the message stays `sending` until its report comes, and
when the pause is over without one it is handed over again, which counts as no try and doubles nothing, for such a
provider knows a uid again. Reports may come in any order and more than once; a message only ever moves forward, and
`delivered` is the last word. The receiver's number stands here, sealed, as long as it is needed to send, and nowhere
else.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from kiosk.keyring import Keyring
from kiosk.record import Answered

PAUSES = (300_000, 600_000)  # milliseconds before the second and the third try
TRIES = len(PAUSES) + 1
NUMBER, TEXT = b"message.number", b"message.text"  # what is sealed, for the keyring
QUEUED = "queued"  # in the column `code`: its gateway has it
UNCONFIRMED = "unconfirmed"  # no word from the provider after the last try
CLEARED = "number = NULL, due = 0"
FORWARD = {"waiting": 0, "sending": 0, "sent": 1, "stopped": 2, "failed": 2, "delivered": 3}


class Fate(StrEnum):
    """What a provider says of one message."""

    QUEUED = "queued"  # taken by our own gateway; what became of it is reported later
    SENT = "sent"  # handed to the carrier
    DELIVERED = "delivered"
    RETRYABLE = "retryable"
    PERMANENT = "permanent"
    OPTED_OUT = "opted_out"  # the carrier stops everything to this number; counts as STOPP


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` is the provider's own, never its sentence; `reference` the provider's name for the message."""

    fate: Fate
    code: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be sent now. `uid` (16 hexadecimal digits) stays the same when it is tried again."""

    uid: str
    number: str
    text: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way into the outbox. `at_once`: its text travels in the answer to the call that caused it, so
    there is nothing to send. `asks` is the name of the question it asks."""

    mode: str
    transport: str
    party: bytes
    number: str
    text: str
    at_once: bool
    response: int | None = None
    asks: str = ""


def put(connection: sqlite3.Connection, keyring: Keyring, letter: Letter, now: int) -> tuple[int, str]:
    """Keep a message, in the transaction of the turn that caused it. A question that still waits to go out is not asked
    any more when the interview has moved on. Returns the message's row and its uid."""
    connection.execute(
        f"UPDATE message SET state = 'stopped', {CLEARED} WHERE response = ? AND asks != '' AND state = 'waiting'",
        (letter.response,),
    )
    uid = secrets.token_hex(8)
    cursor = connection.execute(
        "INSERT INTO message (uid, mode, transport, party, response, asks, number, text, state, attempts, due, created,"
        " handed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            uid,
            letter.mode,
            letter.transport,
            letter.party,
            letter.response,
            letter.asks,
            None if letter.at_once else keyring.seal(letter.number.encode(), NUMBER),
            keyring.seal(letter.text.encode(), TEXT),
            "sent" if letter.at_once else "waiting",
            int(letter.at_once),
            0 if letter.at_once else now,
            now,
            now if letter.at_once else None,
        ),
    )
    return int(cursor.lastrowid or 0), uid


def answered(connection: sqlite3.Connection, keyring: Keyring, message: int | None) -> Answered:
    """A message as it was answered before; without its text, once that was taken out."""
    row = connection.execute(
        "SELECT m.uid, m.text, r.state FROM message m LEFT JOIN response r ON r.id = m.response WHERE m.id = ?",
        (message,),
    ).fetchone()
    if row is None:
        return Answered("")
    text = keyring.unseal(row[1], TEXT).decode() if row[1] else ""
    return Answered(text, row[0], over=row[2] not in (None, "draft"))


def claim(connection: sqlite3.Connection, keyring: Keyring, transport: str, now: int, most: int) -> list[Outgoing]:
    """Up to `most` messages that are due, oldest first. Each is this caller's until its pause is over."""
    rows = connection.execute(
        "SELECT id, uid, number, text, attempts, code FROM message WHERE transport = ? AND due <= ?"
        " AND state IN ('waiting', 'sending') ORDER BY due, id LIMIT ?",
        (transport, now, most),
    ).fetchall()
    claimed = []
    for row, uid, number, text, attempts, code in rows:
        attempt = attempts if code == QUEUED else attempts + 1
        if number is None or text is None:  # it was erased
            _end(connection, row, "stopped", "")
        elif attempt > TRIES:  # nothing was heard of the last try
            _end(connection, row, "failed", UNCONFIRMED)
        else:
            due = now + PAUSES[min(attempt, len(PAUSES)) - 1]
            connection.execute(
                "UPDATE message SET state = 'sending', attempts = ?, due = ?, code = '' WHERE id = ?",
                (attempt, due, row),
            )
            words = keyring.unseal(number, NUMBER).decode(), keyring.unseal(text, TEXT).decode()
            claimed.append(Outgoing(uid, *words, attempt))
    return claimed


def release(connection: sqlite3.Connection, transport: str, now: int) -> None:
    """What a sender of this transport had in its hands when it died is due now, and was no try: whether it went out
    nobody knows. For the only sender there is, before it begins."""
    connection.execute(
        "UPDATE message SET state = 'waiting', due = ?, attempts = attempts - 1"
        " WHERE transport = ? AND state = 'sending' AND code != ?",
        (now, transport, QUEUED),
    )


def report(
    connection: sqlite3.Connection, keyring: Keyring, uid: str, outcome: Outcome, now: int, number: str = ""
) -> bytes | None:
    """Note what became of a message. Returns the receiver's party when the carrier tells, for the first time, that they
    opted out. A uid that is not ours changes nothing. `reference` has the provider's names of all tries, so that what
    is told of an earlier one is known as old."""
    row = connection.execute(
        "SELECT id, state, attempts, code, party, reference FROM message WHERE uid = ?", (uid,)
    ).fetchone()
    if row is None:
        return None
    message, state, attempts, code, party, reference = row
    tries = reference.split()
    failed = tries if state in ("waiting", "sending") else tries[:-1]
    if outcome.fate is not Fate.DELIVERED and outcome.reference in failed:
        return None  # told late or once more, of a try that was followed by another
    forward = 0 if code == UNCONFIRMED else FORWARD[state]
    known = " ".join(dict.fromkeys([*tries, *outcome.reference.split()]))
    match outcome.fate:
        case Fate.QUEUED if state == "sending":
            connection.execute("UPDATE message SET code = ? WHERE id = ?", (QUEUED, message))
        case Fate.SENT if forward < FORWARD["sent"]:
            _handed(connection, message, "sent", known, now)
        case Fate.DELIVERED if forward < FORWARD["delivered"] and state != "stopped":
            _handed(connection, message, "delivered", known, now)
        case Fate.RETRYABLE if state in ("sending", "sent"):
            sealed = keyring.seal(number.encode(), NUMBER) if number else None
            connection.execute(
                "UPDATE message SET number = coalesce(?, number), reference = ? WHERE id = ?", (sealed, known, message)
            )
            _again(connection, message, attempts, outcome.code, now)
        case Fate.PERMANENT | Fate.OPTED_OUT if forward < FORWARD["failed"]:
            _end(connection, message, "failed", outcome.code)
            return bytes(party) if party and outcome.fate is Fate.OPTED_OUT else None
    return None


def cancel(connection: sqlite3.Connection, party: bytes) -> None:
    """Stop everything that waits for this party."""
    connection.execute(
        f"UPDATE message SET state = 'stopped', text = NULL, {CLEARED} WHERE party = ?"
        " AND state IN ('waiting', 'sending')",
        (party,),
    )


def _handed(connection: sqlite3.Connection, message: int, state: str, reference: str, now: int) -> None:
    connection.execute(
        f"UPDATE message SET state = ?, handed = coalesce(handed, ?), reference = ?, code = '', {CLEARED} WHERE id = ?",
        (state, now, reference, message),
    )


def _again(connection: sqlite3.Connection, message: int, attempts: int, code: str, now: int) -> None:
    known, needless = connection.execute(
        "SELECT number IS NOT NULL AND text IS NOT NULL,"
        " (asks != '' AND EXISTS (SELECT 1 FROM message n WHERE n.party = m.party AND n.id > m.id))"
        " OR EXISTS (SELECT 1 FROM stop s WHERE s.party = m.party AND s.since > m.created)"
        " FROM message m WHERE m.id = ?",
        (message,),
    ).fetchone()
    if needless:  # there is a newer question, or STOPP was said after it
        _end(connection, message, "stopped", code)
    elif attempts >= TRIES or not known:
        _end(connection, message, "failed", code)
    else:
        due = now + PAUSES[max(attempts, 1) - 1]
        connection.execute("UPDATE message SET state = 'waiting', due = ?, code = ? WHERE id = ?", (due, code, message))


def _end(connection: sqlite3.Connection, message: int, state: str, code: str) -> None:
    connection.execute(f"UPDATE message SET state = ?, code = ?, {CLEARED} WHERE id = ?", (state, code, message))
