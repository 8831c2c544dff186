"""Everything that only reads: on connections of its own, so that nobody waits for the writer.

Long reads go page by page by id, each a short transaction: a reader that stays open makes the WAL grow.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk import blobs
from kiosk.definition import from_json
from kiosk.errors import StoreError
from kiosk.inputs import Assisted
from kiosk.keyring import Keyring
from kiosk.prompt import Disposition
from kiosk.record import Address, AddressKind, Doubt, Mode, Provenance, Response, State, Via
from kiosk.scan import Copy, Form, Waiting
from kiosk.store import doubts
from kiosk.store.canary import check
from kiosk.store.interviews import Interviews
from kiosk.store.schema import explained, refuse_newer
from kiosk.store.sheets import REACHABLE, Sheets
from kiosk.store.undecided import Undecided
from kiosk.survey import Answer, Missing, Survey

PAGE = 500
SHOWN = 200  # of what was not sent, the newest


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that did not go out (yet). `due` is when it is tried next, 0 when it is not; times in epoch
    milliseconds."""

    created: int
    transport: str
    state: str
    attempts: int
    due: int
    code: str


COLUMNS = (
    "r.id, r.uid, d.survey, d.version, r.mode, r.site, r.locale, r.state, r.trial, r.assisted, r.started, r.ended,"
    " r.disposition"
)


class Reads:
    """Reads one store. Not for sharing between threads: open one where it is needed, and close it."""

    def __init__(self, file: Path, keyring: Keyring) -> None:
        if not file.exists():
            raise StoreError(
                "store.none", "There is no store yet. It is made by the first answer, or by `kiosk start`."
            )
        self._file = file
        self._keyring = keyring
        self._rows = Interviews(keyring)
        self._sheets = Sheets(keyring)
        self._undecided = Undecided(keyring)
        with self._told():
            self._connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
            applied = self._connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'kiosk'")
            refuse_newer((row[0] for row in applied), file)
            check(self._connection, keyring)

    def close(self) -> None:
        self._connection.close()

    def versions(self, survey: str) -> tuple[Survey, ...]:
        """Every version of a survey that was ever asked, oldest first."""
        with self._told():
            rows = self._connection.execute("SELECT body FROM definition WHERE survey = ? ORDER BY id", (survey,))
            return tuple(from_json(row[0]) for row in rows.fetchall())

    def responses(self, survey: str) -> Iterator[Response]:
        """All responses to a survey in the order they began, tombstones too."""
        after: int | None = 0
        while after is not None:
            page, after = self._page(survey, after)
            yield from page

    def _page(self, survey: str, after: int) -> tuple[list[Response], int | None]:
        """The responses behind the row `after`, all of one moment, and the row they end with; None: there are no
        more."""
        with self._told():
            self._connection.execute("BEGIN")
            rows = self._connection.execute(
                f"SELECT {COLUMNS} FROM response r JOIN definition d ON d.id = r.definition"
                " WHERE d.survey = ? AND r.id > ? ORDER BY r.id LIMIT ?",
                (survey, after, PAGE),
            ).fetchall()
            page = [self._response(row) for row in rows]
            self._connection.execute("COMMIT")
        return page, rows[-1][0] if len(rows) == PAGE else None

    def by_code(self, digest: bytes) -> Response | None:
        """The response that a receipt code names."""
        with self._told():
            row = self._connection.execute(
                f"SELECT {COLUMNS} FROM response r JOIN definition d ON d.id = r.definition WHERE r.code_digest = ?",
                (digest,),
            ).fetchone()
            return self._response(row) if row else None

    def copies(self, serial: str) -> list[Copy]:
        """What stands under the number of a sheet that may have been photocopied, by copy."""
        with self._told():
            rows = self._connection.execute(
                f"SELECT a.episode, {COLUMNS} FROM address a JOIN response r ON r.id = a.response"
                " JOIN definition d ON d.id = r.definition"
                f" WHERE a.kind = 'serial' AND a.digest = ? AND {REACHABLE}",
                (self._keyring.digest(serial, AddressKind.SERIAL),),
            ).fetchall()
            here = {episode: self._response(tuple(row)) for episode, *row in rows}
            waiting = self._sheets.waiting_copies(self._connection, self._keyring.digest(serial, "code"))
        numbers = sorted(here.keys() | waiting.keys())
        return [Copy(number, here.get(number), waiting.get(number, 0)) for number in numbers]

    def at_address(self, address: Address, digest: bytes, survey: str) -> tuple[int, Response] | None:
        """The response of an address in a survey, of the episode that it names or of the latest; and which that is."""
        with self._told():
            row = self._connection.execute(
                f"SELECT a.episode, {COLUMNS} FROM address a JOIN response r ON r.id = a.response"
                " JOIN definition d ON d.id = r.definition WHERE a.kind = ?1 AND a.digest = ?2 AND a.survey = ?3"
                " AND (?4 = 0 OR a.episode = ?4) ORDER BY a.episode DESC LIMIT 1",
                (address.kind.value, digest, survey, address.episode),
            ).fetchone()
            return (row[0], self._response(row[1:])) if row else None

    def counts(self, survey: str) -> dict[tuple[str, str, str], int]:
        """(question, value, mode) -> n; see counters for what the names mean."""
        rows = self._connection.execute(
            "SELECT question, value, mode, n FROM counter WHERE survey = ? AND n != 0", (survey,)
        )
        return {(row[0], row[1], row[2]): row[3] for row in rows}

    def messages(self) -> dict[str, int]:
        """State -> how many messages of the outbox are in it."""
        with self._told():
            return dict(self._connection.execute("SELECT state, count(*) FROM message GROUP BY state").fetchall())

    def unsent(self) -> list[Unsent]:
        """The newest messages that did not go out, oldest first."""
        with self._told():
            rows = self._connection.execute(
                "SELECT created, transport, state, attempts, due, code FROM message"
                " WHERE state IN ('waiting', 'sending', 'failed') ORDER BY id DESC LIMIT ?",
                (SHOWN,),
            ).fetchall()
        return [Unsent(*row) for row in reversed(rows)]

    def doubts(self) -> tuple[list[Doubt], int]:
        """The oldest doubts that wait for a person, and how many wait in all."""
        with self._told():
            return doubts.waiting(self._connection, self._keyring), doubts.number_waiting(self._connection)

    def doubt(self, number: int) -> Doubt | None:
        with self._told():
            return doubts.find(self._connection, self._keyring, number)

    def form(self, number: str) -> Form | None:
        """A form that was printed, by the id on its pages."""
        with self._told():
            return self._sheets.form(self._connection, number)

    def definition(self, version: str) -> Survey:
        """A version of a survey that is on record, as every form's is."""
        with self._told():
            return self._rows.survey(self._connection, version)

    def pages_waiting(self, missing_since: int) -> list[Waiting]:
        """The pages that wait for a person; of sheets that lack pages, those that came before `missing_since`."""
        with self._told():
            return self._undecided.waiting(self._connection, missing_since)

    def pages_beside(self, serial: str) -> int:
        """How many pages with this number nobody has decided about: they may be of whoever else has it."""
        with self._told():
            return self._undecided.beside(self._connection, self._keyring.digest(serial, "code"))

    def pages_readable(self) -> list[tuple[int, str, str]]:
        """Pages whose form was unknown when they came, and is known now: number on record, file's name and scan."""
        with self._told():
            return self._undecided.readable(self._connection)

    def sizes_refused(self) -> list[int]:
        """In bytes, of the files that are sealed because a page of them could not be opened."""
        with self._told():
            return self._undecided.refused_sizes(self._connection)

    def pages_refused(self, file: str) -> list[int]:
        """The pages of the file with this hash that could not be opened."""
        with self._told():
            return self._undecided.refused(self._connection, file)

    def page_scan(self, number: int) -> str | None:
        """The blob of a page's scan, "" where it has none; None: there is no such page."""
        with self._told():
            return self._undecided.scan(self._connection, number)

    def blobs(self) -> frozenset[str]:
        """The ids of scans, pictures and recordings whose files have to be here."""
        with self._told():
            return blobs.brought(self._connection)

    def contents(self, form: str, serial: str, number: int) -> list[str]:
        """`Page.content` of what is on record as this page of this sheet or of a copy of it."""
        with self._told():
            return self._sheets.contents(self._connection, form, self._keyring.digest(serial, "code"), number)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise explained(error, self._file) from None

    def _response(self, row: tuple[Any, ...]) -> Response:
        number, uid, survey, version, mode, site, locale, state, trial, assisted, started, ended, disposition = row
        answers: dict[str, Answer] = {}
        provenance: dict[str, Provenance] = {}
        for name, via, checked_by, off_route, *answer in self._connection.execute(
            "SELECT question, via, checked_by, off_route, state, missing, chosen, sealed FROM answer"
            " WHERE response = ?",
            (number,),
        ):
            answers[name] = Answer(missing=Missing.NOT_ASKED) if off_route else self._rows.answer(*answer)
            provenance[name] = Provenance(Via(via) if via else None, checked_by)
        return Response(
            uid=uid,
            survey=survey,
            version=version,
            mode=Mode(mode),
            site=site or "",
            locale=locale or "",
            state=State(state),
            trial=bool(trial),
            assisted=Assisted(assisted) if assisted else None,
            started=started,
            ended=ended,
            disposition=Disposition(disposition) if disposition and state != State.WITHDRAWN else None,
            answers=answers,
            provenance=provenance,
        )
