"""The rows of paper: forms as they were printed, and every page that came in, with what waits of it.

A page is on record from the moment that it is filed, by its file's keyed hash and its place there, and for good: that
is what keeps a file that is read twice from counting twice. What is sealed of it (its answers while it waits, its
content, its serial, its file's name) and its scan go when nobody needs them any more; see `filing` for when that is.
How they are told to whoever decides is in `undecided`.

Every function works inside the writer's transaction; `form` and `contents` for whoever reads, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import wire
from kiosk.keyring import Keyring
from kiosk.record import AddressKind, Doubtful
from kiosk.scan import Form, Page, PageState
from kiosk.survey import Answer

NAME, SERIAL, CONTENT, HELD = b"page.name", b"page.serial", b"page.content", b"page.held"  # purposes for the keyring
SCAN = "scan"  # the kind of a page's blob
OPEN = "state NOT IN ('filed', 'dismissed')"  # as the index page_open has it
COLUMNS = "id, form, code, serial, number, copy, content, state, held, response, at, place, file"
REACHABLE = "(r.purged = 0 OR r.state = 'withdrawn')"  # of a response by its serial, which stays as a hash
FORGET = "UPDATE page SET name = NULL, serial = NULL, content = NULL, held = NULL"


@dataclass(frozen=True, slots=True)
class Row:
    """One page on record. `serial`, `content`, `answers` and `doubts` are empty once they are taken out."""

    id: int
    form: str
    code: bytes | None
    serial: str
    number: int
    copy: int
    content: str
    state: PageState
    answers: Mapping[str, Answer]
    doubts: tuple[Doubtful, ...]
    response: int | None
    at: int
    place: int
    file: bytes


@dataclass(frozen=True, slots=True)
class Earlier:
    """A response to this serial. `gone`: erased, or its words are purged."""

    id: int
    episode: int
    gone: bool


class Sheets:
    """Reads and writes forms and pages with the office's keys."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    # -- forms

    def keep(self, connection: sqlite3.Connection, form: Form, definition: int, now: int) -> None:
        """Keep a form that was printed. Idempotent: its id follows from its content."""
        connection.execute(
            "INSERT INTO form (id, definition, locale, pages, asks, body, printed) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (form.id, definition, form.locale, form.pages, _spaced(form.asks), form.body, now),
        )

    def form(self, connection: sqlite3.Connection, number: str) -> Form | None:
        row = connection.execute(
            "SELECT f.id, d.survey, d.version, f.locale, f.pages, f.asks, f.body FROM form f"
            " JOIN definition d ON d.id = f.definition WHERE f.id = ?",
            (number,),
        ).fetchone()
        if row is None:
            return None
        number, survey, version, locale, pages, asks, body = row
        return Form(number, survey, version, locale, pages, numbers(asks), body)

    # -- pages

    def file(self, file: str) -> bytes:
        """A file as it is kept in a row."""
        return self._keyring.digest(file, "file")

    def seen(self, connection: sqlite3.Connection, file: str, place: int) -> Row | None:
        """The page that is on record for this place of this file."""
        return self._one(connection, "file = ? AND place = ?", self.file(file), place)

    def find(self, connection: sqlite3.Connection, number: int) -> Row | None:
        return self._one(connection, "id = ?", number)

    def of_sheet(self, connection: sqlite3.Connection, form: str, code: bytes) -> list[Row]:
        """All pages on record of one sheet and its copies, in the order in which they came."""
        rows = connection.execute(f"SELECT {COLUMNS} FROM page WHERE code = ? AND form = ? ORDER BY id", (code, form))
        return [self._row(row) for row in rows.fetchall()]

    def undecided(self, connection: sqlite3.Connection, code: bytes, copy: int) -> list[Row]:
        """Pages of this serial that belong to no response, of this copy of its sheet or of none yet; and those that are
        compared with a response, and may be of another person."""
        query = (
            f"SELECT {COLUMNS} FROM page WHERE code = ? AND copy IN (0, ?)"
            f" AND (response IS NULL OR (copy = 0 AND {OPEN})) ORDER BY id"
        )
        return [self._row(row) for row in connection.execute(query, (code, copy)).fetchall()]

    def assign(self, connection: sqlite3.Connection, rows: Iterable[Row], response: int) -> None:
        """Make these pages go where this response goes."""
        pages = [(response, row.id) for row in rows]
        connection.executemany("UPDATE page SET response = ? WHERE id = ?", pages)

    def response(self, connection: sqlite3.Connection, code: str, copy: int) -> int | None:
        """The response with this code; for a copy of a sheet, of which only the sheet's number is known, its episode.
        None also once its words are purged: then nothing leads to it any more."""
        if copy == 1:
            query, digest = "SELECT id FROM response WHERE code_digest = ?", self._keyring.digest(code, "code")
            row = connection.execute(query, (digest,)).fetchone()
        else:
            row = connection.execute(
                "SELECT r.id FROM address a JOIN response r ON r.id = a.response WHERE a.kind = 'serial'"
                f" AND a.digest = ? AND a.episode = ? AND {REACHABLE}",
                (self._keyring.digest(code, AddressKind.SERIAL), copy),
            ).fetchone()
        return int(row[0]) if row else None

    def waiting_copies(self, connection: sqlite3.Connection, code: bytes) -> dict[int, int]:
        """The copies of this serial's sheet of which a page is not here, and how many wait for it."""
        query = "SELECT copy, count(*) FROM page WHERE code = ? AND state = 'waiting' GROUP BY copy"
        return dict(connection.execute(query, (code,)).fetchall())

    def typed(self, connection: sqlite3.Connection) -> list[Row]:
        """Pages that wait, or could not be read, though their sheet's answers came in after them. Of a sheet that was
        photocopied, a page that could not be read may be somebody else's."""
        query = (
            f"SELECT {COLUMNS} FROM page p WHERE state IN ('waiting', 'unreadable') AND copy <= 1 AND EXISTS (SELECT 1"
            " FROM response r WHERE r.code_digest = p.code AND r.disposition IS NOT NULL AND (p.state = 'waiting' OR"
            " r.created >= p.at)) AND (p.state = 'waiting' OR NOT EXISTS (SELECT 1 FROM page q WHERE q.code = p.code"
            " AND (q.state = 'conflict' OR q.copy > 1))) ORDER BY id"
        )
        return [self._row(row) for row in connection.execute(query).fetchall()]

    def overdue(self, connection: sqlite3.Connection, before: int, most: int) -> list[Row]:
        """Up to `most` pages that nobody decided since `before`."""
        query = f"SELECT {COLUMNS} FROM page WHERE {OPEN} AND at < ? ORDER BY at LIMIT ?"
        return [self._row(row) for row in connection.execute(query, (before, most)).fetchall()]

    def put(self, connection: sqlite3.Connection, page: Page, state: PageState, reason: str, code: bytes | None) -> Row:
        """A page that came in, or came in once more and can be read now, with its blobs. What it holds is sealed."""
        seal = self._keyring.seal
        held = {"answers": wire.answers_to(page.answers), "doubts": wire.doubts_to(page.doubts)}
        connection.execute(
            "INSERT INTO page (file, place, name, form, code, serial, number, copy, content, state, reason, held, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?) ON CONFLICT (file, place) DO UPDATE SET"
            " form = excluded.form, code = excluded.code, serial = excluded.serial, number = excluded.number,"
            " content = excluded.content, state = excluded.state, reason = excluded.reason, held = excluded.held,"
            " at = excluded.at",
            (
                self.file(page.file),
                page.index,
                seal(page.name.encode(), NAME),
                page.form,
                code,
                seal(page.serial.encode(), SERIAL) if page.serial else None,
                page.number,
                seal(page.content.encode(), CONTENT) if page.content else None,
                state.value,
                reason,
                seal(wire.dumps(held).encode(), HELD) if page.answers else None,
                page.at,
            ),
        )
        row = self.seen(connection, page.file, page.index)
        assert row
        brought = [(page.scan, SCAN, page.size), *((doubt.evidence, doubt.kind, doubt.size) for doubt in page.doubts)]
        connection.executemany(
            "INSERT INTO blob (uid, kind, size, created, page) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(uid, kind, size, page.at, row.id) for uid, kind, size in brought if uid],
        )
        return row

    def become(
        self,
        connection: sqlite3.Connection,
        row: Row,
        state: PageState,
        *,
        reason: str = "",
        copy: int = 0,
        response: int | None = None,
    ) -> None:
        connection.execute(
            "UPDATE page SET state = ?, reason = ?, copy = ?, response = ? WHERE id = ?",
            (state.value, reason, copy, response, row.id),
        )

    def taken(self, connection: sqlite3.Connection, row: Row, response: int) -> list[str]:
        """This page's answers are in a response now: the scan is that response's, and what else it brought and no
        doubt refers to goes. Returns the ids of those blobs."""
        self.become(connection, row, PageState.FILED, copy=row.copy, response=response)
        connection.execute("UPDATE page SET held = NULL WHERE id = ?", (row.id,))
        connection.execute("UPDATE blob SET response = ? WHERE page = ? AND kind = ?", (response, row.id, SCAN))
        return self.drop(connection, row)

    def drop(self, connection: sqlite3.Connection, row: Row) -> list[str]:
        """Take out the blobs that this page brought and that are no response's. Returns their ids. The file of a page
        that could not be opened stays as long as another such page of it is there."""
        if row.state is PageState.REFUSED:
            connection.execute(
                "UPDATE blob SET page = q.id FROM page q WHERE blob.page = ?1 AND q.id != ?1 AND q.file = ?2"
                " AND q.state = 'refused'",
                (row.id, row.file),
            )
        gone = connection.execute("DELETE FROM blob WHERE page = ? AND response IS NULL RETURNING uid", (row.id,))
        return [uid for (uid,) in gone.fetchall()]

    def forget(self, connection: sqlite3.Connection, row: Row) -> list[str]:
        """Take out all that was on this page and in its file's name. Returns the ids of its blobs."""
        connection.execute(f"{FORGET} WHERE id = ?", (row.id,))
        return self.drop(connection, row)

    def without_erased(self, connection: sqlite3.Connection, row: Row) -> list[str]:
        """Take out what a file shows beside its read pages, if one of these is of somebody who was erased, or whose
        retention is over: the whole file where a page could not be opened, and empty backs, on which a pen may shine
        through. Returns the ids of these blobs."""
        gone = connection.execute(
            "DELETE FROM blob WHERE page IN (SELECT id FROM page WHERE file = ?1 AND state IN ('refused', 'blank')) AND"
            " EXISTS"
            " (SELECT 1 FROM page p JOIN response r ON r.id = p.response WHERE p.file = ?1 AND r.purged = 1)"
            " RETURNING uid",
            (row.file,),
        )
        return [uid for (uid,) in gone.fetchall()]

    def settle(self, connection: sqlite3.Connection, row: Row, by: str, now: int) -> None:
        """Who decided about it, and when."""
        connection.execute("UPDATE page SET settled = ?, settled_by = ? WHERE id = ?", (now, by, row.id))

    def decided(self, connection: sqlite3.Connection, number: int) -> tuple[int, str] | None:
        """When and by whom it was decided."""
        row = connection.execute("SELECT settled, settled_by FROM page WHERE id = ?", (number,)).fetchone()
        return (row[0], row[1]) if row and row[0] else None

    def earlier(self, connection: sqlite3.Connection, serial: str, survey: str) -> list[Earlier]:
        """The responses to this serial in this survey, however they came in."""
        rows = connection.execute(
            "SELECT r.id, a.episode, r.purged FROM address a JOIN response r ON r.id = a.response"
            " WHERE a.kind = 'serial' AND a.digest = ? AND a.survey = ? ORDER BY a.episode",
            (self._keyring.digest(serial, AddressKind.SERIAL), survey),
        )
        return [Earlier(number, episode, bool(purged)) for number, episode, purged in rows.fetchall()]

    def contents(self, connection: sqlite3.Connection, form: str, code: bytes, number: int) -> list[str]:
        """What is on the pages of this number of a sheet and its copies, as `Page.content` said it."""
        return [row.content for row in self.of_sheet(connection, form, code) if row.number == number and row.content]

    # -- rows

    def _one(self, connection: sqlite3.Connection, where: str, *values: object) -> Row | None:
        row = connection.execute(f"SELECT {COLUMNS} FROM page WHERE {where}", values).fetchone()
        return self._row(row) if row else None

    def _open(self, sealed: bytes | None, purpose: bytes) -> str:
        return self._keyring.unseal(sealed, purpose).decode() if sealed else ""

    def _row(self, row: tuple[Any, ...]) -> Row:
        number, form, code, serial, page, copy, content, state, held, response, at, place, file = row
        data = wire.loads(self._open(held, HELD)) if held else {"answers": {}, "doubts": []}
        return Row(
            id=number,
            form=form,
            code=code,
            serial=self._open(serial, SERIAL),
            number=page,
            copy=copy,
            content=self._open(content, CONTENT),
            state=PageState(state),
            answers=wire.answers_from(data["answers"]),
            doubts=wire.doubts_from(data["doubts"]),
            response=response,
            at=at,
            place=place,
            file=file,
        )


def _spaced(pages: Iterable[int]) -> str:
    return " ".join(map(str, pages))


def numbers(spaced: str) -> tuple[int, ...]:
    return tuple(map(int, spaced.split()))
