"""What the hot path writes and reads, always inside the writer's transaction: turns are appended, and the response with
its answers is brought up to where the interview stands now.

An interview is not replayed to go on with it: its state is a row of `response` and the rows of `answer`. Only what
changed is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from kiosk import wire
from kiosk.definition import from_json
from kiosk.inputs import Assisted, Input
from kiosk.interview import Interview, final_answers
from kiosk.keyring import Keyring
from kiosk.prompt import Disposition
from kiosk.record import Address, Reply, State, Turn, Via
from kiosk.store.counters import count
from kiosk.store.upkeep import forget
from kiosk.survey import Answer, Kind, Missing, Survey

ANSWER, CODE, INPUT, SAID = b"answer", b"code", b"turn.input", b"turn.said"  # what is sealed, for the keyring
UPSERT_ANSWER = (
    "INSERT INTO answer (response, question, state, missing, chosen, sealed, via, checked_by, off_route)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, missing = excluded.missing,"
    " chosen = excluded.chosen, sealed = excluded.sealed, via = excluded.via, checked_by = excluded.checked_by,"
    " off_route = excluded.off_route"
)
MARK_ROUTE = "UPDATE answer SET off_route = ? WHERE response = ? AND question = ?"
JUDGED = (State.DRAFT, State.COUNTED, State.EXCLUDED)  # the others are somebody's decision
COUNTED = (Disposition.COMPLETE, Disposition.PARTIAL)
HOUR = 3_600_000  # milliseconds; how exact it is kept when a response was last touched
KEPT = attrgetter("locale", "consent", "reopened", "attempts", "silences", "assisted", "closed")  # besides the answers


@dataclass(frozen=True, slots=True)
class Standing:
    """A response in the store, and its interview as it stands. `code` is the receipt code in plain digits, "" once it
    was erased or purged."""

    id: int
    interview: Interview
    code: str
    state: State
    touched: int


class Interviews:
    """Reads and writes interviews with the office's keys. Definitions are read once, by version: it is their content's
    hash, whereas an id may name another definition after its transaction was undone."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._surveys: dict[str, Survey] = {}

    # -- definitions

    def define(self, connection: sqlite3.Connection, survey: str, version: str, body: str, now: int) -> int:
        """Keep a version of a survey from the first time it is asked. Idempotent. Returns its id."""
        connection.execute(
            "INSERT INTO definition (survey, version, body, first_asked) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (survey, version, body, now),
        )
        return self.definition_id(connection, survey, version) or 0

    def definition_id(self, connection: sqlite3.Connection, survey: str, version: str) -> int | None:
        row = connection.execute(
            "SELECT id FROM definition WHERE survey = ? AND version = ?", (survey, version)
        ).fetchone()
        return int(row[0]) if row else None

    def survey(self, connection: sqlite3.Connection, version: str) -> Survey:
        if version not in self._surveys:
            row = connection.execute("SELECT body FROM definition WHERE version = ?", (version,)).fetchone()
            self._surveys[version] = from_json(row[0])
        return self._surveys[version]

    # -- turns

    def repeated(self, connection: sqlite3.Connection, key: bytes) -> tuple[str | None, int] | None:
        """What was replied to the turn with this key (None once it was taken out), and its response; None for a new
        key."""
        row = connection.execute("SELECT reply, response FROM turn WHERE key_digest = ?", (key,)).fetchone()
        return (row[0], int(row[1])) if row else None

    def append(
        self,
        connection: sqlite3.Connection,
        response: int,
        turn: Turn,
        understood: Input | None,
        reply: Reply,
        *,
        key: bytes,
        said: str,
        now: int,
    ) -> None:
        seal = self._keyring.seal
        shown = wire.dumps({"prompt": wire.prompt_to(reply.prompt), "locale": reply.locale})
        connection.execute(
            "INSERT INTO turn (key_digest, response, mode, via, at, received, input, said, reply)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                response,
                turn.mode,
                turn.via.value,
                turn.at,
                now,
                seal(wire.dumps(wire.input_to(understood)).encode(), INPUT) if understood else None,
                seal(said.encode(), SAID) if said else None,
                shown,
            ),
        )

    # -- responses

    def find(self, connection: sqlite3.Connection, address: Address, digest: bytes, survey: str) -> int | None:
        """The response of this address in this survey, of the episode it names or of the latest."""
        row = connection.execute(
            "SELECT response FROM address WHERE kind = ?1 AND digest = ?2 AND survey = ?3 AND (?4 = 0 OR episode = ?4)"
            " ORDER BY episode DESC LIMIT 1",
            (address.kind.value, digest, survey, address.episode),
        ).fetchone()
        return int(row[0]) if row else None

    def insert(
        self,
        connection: sqlite3.Connection,
        turn: Turn,
        interview: Interview,
        definition: int,
        *,
        uid: str,
        code: str,
        code_digest: bytes,
        digest: bytes,
        now: int,
    ) -> int:
        """A new response in state `draft`, with the address that names it. Raises sqlite3.IntegrityError when the
        code is taken."""
        cursor = connection.execute(
            "INSERT INTO response (uid, definition, mode, site, locale, state, trial, review, assisted, started,"
            " created, touched, code_digest, sealed_code) VALUES (?, ?, ?, ?, ?, 'draft', ?, ?, 'no', ?, ?, ?, ?, ?)",
            (
                uid,
                definition,
                turn.mode,
                turn.site,
                interview.locale,
                turn.trial,
                interview.review,
                turn.at,
                now,
                now,
                code_digest,
                self._keyring.seal(code.encode(), CODE),
            ),
        )
        response = int(cursor.lastrowid or 0)
        connection.execute(
            "INSERT INTO address (kind, digest, survey, episode, response) VALUES (?, ?, ?, ?, ?)",
            (turn.address.kind, digest, turn.survey, turn.address.episode or 1, response),
        )
        return response

    def load(self, connection: sqlite3.Connection, response: int) -> Standing:
        row = connection.execute(
            "SELECT d.version, r.locale, r.review, r.consent, r.reopened, r.attempts, r.silences, r.assisted,"
            " r.disposition, r.sealed_code, r.state, r.touched FROM response r JOIN definition d ON d.id = r.definition"
            " WHERE r.id = ?",
            (response,),
        ).fetchone()
        survey = self.survey(connection, row[0])
        interview = Interview(
            survey=survey,
            locale=row[1] or survey.locales[0],
            review=bool(row[2]),
            consent=None if row[3] is None else bool(row[3]),
            answers=self.answers(connection, response),
            reopened=row[4],
            attempts=row[5],
            silences=row[6],
            assisted=Assisted(row[7] or Assisted.NO),
            closed=Disposition(row[8]) if row[8] else None,
        )
        code = self._keyring.unseal(row[9], CODE).decode() if row[9] else ""
        return Standing(response, interview, code, State(row[10]), row[11])

    def answers(self, connection: sqlite3.Connection, response: int) -> dict[str, Answer]:
        """What was answered, also what left the route; not what nobody was asked."""
        rows = connection.execute(
            "SELECT question, state, missing, chosen, sealed FROM answer WHERE response = ?"
            " AND missing IS NOT 'not_asked'",
            (response,),
        )
        return {row[0]: self.answer(*row[1:]) for row in rows}

    def answer(self, state: str, missing: str | None, chosen: str, sealed: bytes | None) -> Answer:
        """One row of `answer` as an Answer; a free text that was purged leaves ("",), one that waits to be read ()."""
        pending = state == "pending"
        if missing:
            return Answer(missing=Missing(missing), pending=pending)
        if sealed:
            return Answer((self._keyring.unseal(sealed, ANSWER).decode(),), pending=pending)
        return Answer(tuple(chosen.split()) or (() if pending else ("",)), pending=pending)

    def save(
        self,
        connection: sqlite3.Connection,
        standing: Standing,
        after: Interview,
        via: Via,
        *,
        at: int,
        now: int,
        keep: bool,
        left: bool = False,
        checked_by: str = "",
    ) -> tuple[Standing, list[str]]:
        """Bring the response from `standing` to `after`. Once it is closed, the final answers are written out and
        counted, so that nothing that reads needs the engine; or, where `keep` is false, all answers are taken out.
        `at` is when the respondent acted, `now` the server's time, `left` whether they walked away. Returns how it
        stands then, and the ids of blobs that are dropped (see blobs)."""
        before = standing.interview
        if before.closed:
            count(connection, standing.id, -1)
        state = standing.state
        if after.closed and state in JUDGED:
            state = State.COUNTED if after.closed in COUNTED and keep else State.EXCLUDED
        dropped: list[str] = []
        if after.closed and not keep:
            dropped = forget(connection, standing.id)
        else:
            final = final_answers(after, left=left) if after.closed and after.consent else after.answers
            self._write_answers(connection, standing, after, final, via, checked_by)
        # Most turns change an answer and nothing else: then the row of the response is left alone.
        touched = standing.touched
        if KEPT(before) != KEPT(after) or state is not standing.state or now - touched >= HOUR:
            touched = now
            connection.execute(
                "UPDATE response SET locale = ?, consent = ?, reopened = ?, attempts = ?, silences = ?, assisted = ?,"
                " disposition = ?, state = ?, touched = ?, ended = coalesce(ended, ?) WHERE id = ?",
                (
                    after.locale,
                    after.consent,
                    after.reopened,
                    after.attempts,
                    after.silences,
                    after.assisted.value,
                    after.closed and after.closed.value,
                    state.value,
                    touched,
                    at if after.closed else None,
                    standing.id,
                ),
            )
        if after.closed:
            count(connection, standing.id, 1)
        return Standing(standing.id, after, standing.code, state, touched), dropped

    def _write_answers(
        self,
        connection: sqlite3.Connection,
        standing: Standing,
        after: Interview,
        final: Mapping[str, Answer],
        via: Via,
        checked_by: str,
    ) -> None:
        """Write the answers that changed; at the end also those that nobody gave, and what is on the route."""
        before = standing.interview
        written = final_answers(before) if before.closed else {}
        for name in final:
            if name not in after.answers and written.get(name) == final[name]:
                continue  # nobody gave it, and that is on record
            answer = after.answers.get(name, final[name])
            off_route = name in after.answers and final[name].missing is Missing.NOT_ASKED
            if before.answers.get(name) == answer:
                if off_route or before.closed:
                    connection.execute(MARK_ROUTE, (off_route, standing.id, name))
                continue
            question = after.survey.question(name)
            text = answer.values[0] if question and question.kind is Kind.TEXT and answer.values else ""
            connection.execute(
                UPSERT_ANSWER,
                (
                    standing.id,
                    name,
                    answer.state,
                    answer.missing and answer.missing.value,
                    "" if text else " ".join(answer.values),
                    self._keyring.seal(text.encode(), ANSWER) if text else None,
                    via.value if name in after.answers else None,
                    checked_by if name in after.answers else "",
                    off_route,
                ),
            )
