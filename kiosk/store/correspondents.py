"""Who writes to us, as far as has to be known: where each conversation stands, what came in, and who said STOPP.

All of it by keyed hashes. Every function works inside the writer's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.keyring import Keyring
from kiosk.record import AddressKind, Mode

HELD = b"correspondent.held"  # the purpose for the keyring


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Where somebody who writes to us stands; see `schema` for the fields."""

    mode: Mode
    party: bytes
    survey: str = ""
    episode: int = 0
    asking: str = ""
    locale: str = ""
    held: str = ""
    hour: int = 0
    messages: int = 0


class Heard(NamedTuple):
    """A message that came before, and the row of what was answered; None: nothing."""

    message: int | None


def heard(connection: sqlite3.Connection, key: bytes) -> Heard | None:
    row = connection.execute("SELECT message FROM heard WHERE key_digest = ?", (key,)).fetchone()
    return Heard(row[0]) if row else None


def remember(connection: sqlite3.Connection, key: bytes, message: int | None) -> None:
    """Know a message again, and what was answered."""
    connection.execute("INSERT INTO heard (key_digest, message) VALUES (?, ?)", (key, message))


def load(connection: sqlite3.Connection, keyring: Keyring, mode: Mode, party: bytes) -> Correspondent:
    """Where a party stands; at the very beginning, if nothing is known of it."""
    row = connection.execute(
        "SELECT survey, episode, asking, locale, held, hour, messages FROM correspondent WHERE mode = ? AND party = ?",
        (mode, party),
    ).fetchone()
    if row is None:
        return Correspondent(mode, party)
    survey, episode, asking, locale, sealed, hour, messages = row
    held = keyring.unseal(sealed, HELD).decode() if sealed else ""
    return Correspondent(mode, party, survey, episode, asking, locale, held, hour, messages)


def save(connection: sqlite3.Connection, keyring: Keyring, before: Correspondent, who: Correspondent) -> None:
    if who == before:
        return
    connection.execute(
        "INSERT INTO correspondent (mode, party, survey, episode, asking, locale, held, hour, messages)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET survey = excluded.survey,"
        " episode = excluded.episode, asking = excluded.asking, locale = excluded.locale, held = excluded.held,"
        " hour = excluded.hour, messages = excluded.messages",
        (
            who.mode,
            who.party,
            who.survey,
            who.episode,
            who.asking,
            who.locale,
            keyring.seal(who.held.encode(), HELD) if who.held else None,
            who.hour,
            who.messages,
        ),
    )


def latest(connection: sqlite3.Connection, party: bytes, survey: str) -> int:
    """The latest episode of a party in a survey; 0: there is none."""
    row = connection.execute(
        "SELECT coalesce(max(episode), 0) FROM address WHERE kind = ? AND digest = ? AND survey = ?",
        (AddressKind.PARTY, party, survey),
    ).fetchone()
    return int(row[0])


def bound(connection: sqlite3.Connection, response: int, at: int) -> str:
    """What a reply that was sent at this time is to: the newest question that the carrier had by then; the first, if
    it had none yet; "" if none was asked."""
    row = connection.execute(
        "SELECT asks FROM message WHERE response = ?1 ORDER BY coalesce(handed <= ?2, 0) DESC,"
        " CASE WHEN handed <= ?2 THEN -handed ELSE id END, -id LIMIT 1",
        (response, at),
    ).fetchone()
    return str(row[0]) if row else ""


def stopped(connection: sqlite3.Connection, party: bytes) -> bool:
    """Whether this party said STOPP, by whatever channel, and did not undo it."""
    return connection.execute("SELECT 1 FROM stop WHERE party = ?", (party,)).fetchone() is not None


def stop(connection: sqlite3.Connection, party: bytes, now: int) -> None:
    connection.execute("INSERT INTO stop (party, since) VALUES (?, ?) ON CONFLICT DO NOTHING", (party, now))


def start(connection: sqlite3.Connection, party: bytes) -> None:
    connection.execute("DELETE FROM stop WHERE party = ?", (party,))


def drafts(connection: sqlite3.Connection, party: bytes) -> list[int]:
    """The open interviews of a party, in every survey."""
    rows = connection.execute(
        "SELECT r.id FROM address a JOIN response r ON r.id = a.response"
        " WHERE a.kind = ? AND a.digest = ? AND r.state = 'draft'",
        (AddressKind.PARTY, party),
    )
    return [row[0] for row in rows]
