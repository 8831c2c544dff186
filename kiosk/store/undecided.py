"""What waits for a person, as it is told to whoever decides: a line a page, or a line a sheet that lacks some, with the
scan to look at. For whoever reads; what is decided is done by `filing`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kiosk.keyring import Keyring
from kiosk.scan import Candidate, PageState, Waiting
from kiosk.store.sheets import NAME, OPEN, SERIAL, numbers

# The blob of a page's scan. Of pages that could not be opened the whole file is one, for all those of that file.
SCAN_OF = (
    "(SELECT b.uid FROM page q JOIN blob b ON b.page = q.id AND b.kind = 'scan' WHERE q.file = p.file"
    " AND (q.id = p.id OR (q.state = 'refused' AND p.state = 'refused')))"
)


class Undecided:
    """Reads pages with the office's keys."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def waiting(self, connection: sqlite3.Connection, missing_since: int) -> list[Waiting]:
        """Pages that wait for a person, the oldest first; an empty back waits for nobody. Of a sheet that lacks pages
        one line, by its oldest page, and not before that waits since `missing_since`."""
        rows = connection.execute(
            "SELECT p.id, p.state, p.reason, p.name, p.place, p.serial, p.number, p.at, p.form, p.copy, f.asks,"
            f" d.survey, {SCAN_OF} FROM page p LEFT JOIN form f ON f.id = p.form LEFT JOIN definition d"
            " ON d.id = f.definition"
            f" WHERE p.{OPEN} AND p.state NOT IN ('repeated', 'blank') ORDER BY p.at, p.id"
        )
        shown = [one for one in self._by_sheet(rows.fetchall()) if not one.missing or one.at <= missing_since]
        return [replace(one, candidates=self._candidates(connection, one)) if one.missing else one for one in shown]

    def _candidates(self, connection: sqlite3.Connection, sheet: Waiting) -> tuple[Candidate, ...]:
        """An empty page looks like any other, so one that a copy lacks may have been taken for a repetition."""
        rows = connection.execute(
            "SELECT id, number, name, place FROM page WHERE code = ? AND state = 'repeated' ORDER BY id",
            (self._keyring.digest(sheet.serial, "code"),),
        )
        return tuple(
            Candidate(number, page, self._open(name, NAME), place)
            for number, page, name, place in rows.fetchall()
            if page in sheet.missing
        )

    def readable(self, connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
        """Pages whose form was unknown when they came, and is known now: number on record, file's name and scan."""
        rows = connection.execute(
            "SELECT p.id, p.name, b.uid FROM page p JOIN form f ON f.id = p.form"
            " JOIN blob b ON b.page = p.id AND b.kind = 'scan' WHERE p.state = 'unknown_form' ORDER BY p.id"
        )
        return [(number, self._open(name, NAME), scan) for number, name, scan in rows.fetchall()]

    def beside(self, connection: sqlite3.Connection, code: bytes) -> int:
        """How many pages with this number nobody has decided about: they may be of whoever else has it."""
        query = f"SELECT count(*) FROM page WHERE code = ? AND copy = 0 AND {OPEN} AND state != 'repeated'"
        return int(connection.execute(query, (code,)).fetchone()[0])

    def scan(self, connection: sqlite3.Connection, number: int) -> str | None:
        """The blob of a page's scan, "" where it has none; None: there is no such page."""
        row = connection.execute(f"SELECT {SCAN_OF} FROM page p WHERE p.id = ?", (number,)).fetchone()
        return (row[0] or "") if row else None

    def refused_sizes(self, connection: sqlite3.Connection) -> list[int]:
        """In bytes, of the files that are sealed because a page could not be opened."""
        rows = connection.execute(
            "SELECT DISTINCT b.size FROM page p JOIN blob b ON b.page = p.id AND b.kind = 'scan'"
            " WHERE p.state = 'refused' ORDER BY b.size"
        )
        return [size for (size,) in rows.fetchall()]

    def refused(self, connection: sqlite3.Connection, file: str) -> list[int]:
        """The pages of the file with this hash that could not be opened."""
        query, digest = "SELECT id FROM page WHERE file = ? AND state = 'refused'", self._keyring.digest(file, "file")
        return [number for (number,) in connection.execute(query, (digest,)).fetchall()]

    def _by_sheet(self, rows: Iterable[tuple[Any, ...]]) -> Iterable[Waiting]:
        shown: dict[object, Waiting] = {}
        for number, state, reason, name, place, sealed, page, at, form, copy, asks, survey, scan in rows:
            serial = self._open(sealed, SERIAL)
            sheet = (form, serial, copy) if state == PageState.WAITING else number
            if known := shown.get(sheet):
                shown[sheet] = replace(known, missing=tuple(one for one in known.missing if one != page))
                continue
            lacks = tuple(one for one in numbers(asks) if one != page) if state == PageState.WAITING else ()
            shown[sheet] = Waiting(
                id=number,
                state=PageState(state),
                reason=reason,
                name=self._open(name, NAME),
                index=place,
                survey=survey or "",
                serial=serial,
                number=page,
                missing=lacks,
                scan=scan or "",
                at=at,
            )
        return shown.values()

    def _open(self, sealed: bytes | None, purpose: bytes) -> str:
        return self._keyring.unseal(sealed, purpose).decode() if sealed else ""
