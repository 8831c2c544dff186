"""The one door for every turn, from every channel.

    Turn -> whose interview (identity) -> what it means (hearing.hear) -> what follows (interview.advance)
         -> turn appended, response brought up to date, all in one commit -> Reply

Idempotent by the turn's key: a repeated key stores nothing and gets the reply it got before. Words are turned into an
understood input here, inside the transaction, because their meaning depends on where the interview stands; so two
messages of one phone at the same instant both count, in order.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from functools import partial

from kiosk import interview as machine
from kiosk import wire
from kiosk.blobs import known
from kiosk.definition import from_json, to_json
from kiosk.errors import RemoteError, UsageError
from kiosk.hearing import hear
from kiosk.identity import address_digest, code_digest, new_code, resolve, turn_digest
from kiosk.inputs import Began, FellSilent, Input, Left, Said
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.prompt import Close, Disposition
from kiosk.record import Reply, Turn, Via
from kiosk.store import canary, upkeep
from kiosk.store.interviews import Interviews, Standing
from kiosk.store.recent import Recent
from kiosk.store.writer import Job, Writer
from kiosk.survey import Abandoned, Survey

LOOK = 1_000  # milliseconds
ABANDONED = 7 * 86_400_000  # milliseconds; a stand without a network delivers later than that only by accident


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A turn with what can be worked out before the transaction. `current`: the survey as it is open now."""

    turn: Turn
    key: bytes
    digest: bytes
    current: Survey | None
    now: int

    @property
    def version(self) -> str:
        """The definition it is asked with, should it begin an interview."""
        return self.turn.version or (self.current.version if self.current else "")


class Intake:
    """Receives turns for one office. The caller holds the write lock. Use from any thread. Raises ConfigError when the
    keys are not those of the store."""

    def __init__(self, office: Office, writer: Writer) -> None:
        self._office = office
        self._writer = writer
        self._interviews = Interviews(office.keyring)
        writer.run(lambda connection: canary.remember(connection, office.keyring))
        self._recent = Recent(writer)
        self._surveys: dict[str, Survey] = {}
        self._looked = 0

    def receive(self, turn: Turn) -> Reply:
        """Take one turn, and return once it is on the disk. Raises StoreError, RemoteError("definition.unknown") when
        the turn names a version that was never defined, UsageError when its survey is not open."""
        return self.submit(turn).wait()

    def submit(self, turn: Turn) -> Job[Reply]:
        """The same for somebody who hands in more than one turn before they wait; the job's `wait` gives the reply."""
        keyring, now = self._office.keyring, self._office.now()
        arrived = _Arrived(
            turn=turn,
            key=turn_digest(keyring, turn),
            digest=address_digest(keyring, turn.address),
            current=None if turn.version else self._current(turn.survey, now),
            now=now,
        )
        return self._writer.submit(lambda connection: self._receive(connection, arrived))

    def define(self, definition: str) -> None:
        """Keep a version of a survey that another process asks (its canonical JSON). Idempotent."""
        try:
            survey = from_json(definition)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise wire.WireError from None
        now = self._office.now()
        self._writer.run(lambda c: self._interviews.define(c, survey.name, survey.version, definition, now))

    def erase(self, code: str) -> bool:
        """Erase the response with this code. False when there is none."""
        digest, now = code_digest(self._office.keyring, code), self._office.now()

        def work(connection: sqlite3.Connection) -> list[str] | None:
            row = connection.execute("SELECT id FROM response WHERE code_digest = ?", (digest,)).fetchone()
            return upkeep.erase(connection, row[0], now) if row else None

        blobs = self._writer.run(work)
        self._office.blobs.remove(blobs or ())
        upkeep.fold(self._office.store_file)
        return blobs is not None

    def purge(self) -> int:
        """Take out the words whose retention is over, and files that belong to nothing. Returns how many responses
        lost their words."""
        blobs: list[str] = []
        total = 0
        while done := self._writer.run(lambda connection: upkeep.purge(connection, self._office.now())):
            total += done.responses
            blobs.extend(done.blobs)
        self._office.blobs.remove(blobs)
        self._office.blobs.sweep(self._writer.run(known), self._office.now() / 1000)
        if total:
            upkeep.fold(self._office.store_file)
        return total

    def expire(self) -> int:
        """End the interviews that nobody went on with for ABANDONED, as if their respondents had said that they leave.
        Returns how many."""
        before = self._office.now() - ABANDONED
        drafts = self._writer.run(lambda connection: upkeep.abandoned(connection, before))
        for response in drafts:
            self._writer.run(partial(self._leave, response))
        return len(drafts)

    def _current(self, survey: str, now: int) -> Survey | None:
        """The survey as it is open now, by a look at the folder once a second: with many callers, a look for every turn
        took longer than all the rest."""
        if abs(now - self._looked) >= LOOK:
            self._surveys, self._looked = self._office.surveys(), now
        return self._surveys.get(survey)

    # -- inside the transaction

    def _receive(self, connection: sqlite3.Connection, arrived: _Arrived) -> Reply:
        turn = arrived.turn
        if earlier := self._interviews.repeated(connection, arrived.key):
            return self._again(connection, *earlier)
        name = (turn.address.kind, arrived.digest, turn.survey)
        standing = self._recent.get(connection, name) or self._standing(connection, arrived)
        understood = self._understand(turn, standing.interview)
        after, prompt = machine.advance(standing.interview, understood)
        left = standing.interview.closed is None and isinstance(understood, Left | FellSilent)
        keep, then = _keeps(after, left=left), standing
        if after != standing.interview:
            then = self._interviews.save(
                connection, standing, after, turn.via, at=turn.at, now=arrived.now, keep=keep, left=left
            )
        reply = Reply(prompt, after.locale, standing.code if _shows(standing, after, keep=keep, left=left) else "")
        # What comes after the end changes nothing, so of its content nothing is kept: the answers may be erased.
        late = standing.interview.closed is not None
        said = turn.input.text if isinstance(turn.input, Said) and not late else ""
        self._interviews.append(
            connection,
            standing.id,
            turn,
            None if late else understood,
            reply,
            key=arrived.key,
            said=said,
            now=arrived.now,
        )
        self._recent.put(connection, name, then)
        return reply

    def _standing(self, connection: sqlite3.Connection, arrived: _Arrived) -> Standing:
        """The interview the turn belongs to, as it is in the store; a new one if it is the first of its address."""
        turn = arrived.turn
        response = resolve(connection, self._interviews, turn.address, arrived.digest, turn.survey)
        return self._interviews.load(connection, self._begin(connection, arrived) if response is None else response)

    def _leave(self, response: int, connection: sqlite3.Connection) -> None:
        standing, now = self._interviews.load(connection, response), self._office.now()
        after, _ = machine.advance(standing.interview, Left())
        keep = _keeps(after, left=True)
        self._interviews.save(connection, standing, after, Via.KEYED, at=now, now=now, keep=keep, left=True)

    def _again(self, connection: sqlite3.Connection, shown: str | None, response: int) -> Reply:
        if shown is None:
            interview = self._interviews.load(connection, response).interview
            return Reply(machine.prompt(interview), interview.locale)
        data = wire.loads(shown)
        prompt = wire.prompt_from(data["prompt"])
        standing = self._interviews.load(connection, response)
        shows = isinstance(prompt, Close) and standing.interview.answers
        return Reply(prompt, data["locale"], standing.code if shows else "")

    def _begin(self, connection: sqlite3.Connection, arrived: _Arrived) -> int:
        turn = arrived.turn
        definition = self._definition(connection, arrived)
        survey = self._interviews.survey(connection, arrived.version)
        locale = turn.input.locale if isinstance(turn.input, Began) else ""
        interview, _ = machine.begin(survey, locale, review=turn.review)
        code = turn.code or new_code()
        while self._taken(connection, code):
            # A terminal's own code that is taken (one in 10,000,000,000 a response) is not worth losing an interview.
            code = new_code()
        return self._interviews.insert(
            connection,
            turn,
            interview,
            definition,
            uid=secrets.token_hex(8),
            code=code,
            code_digest=code_digest(self._office.keyring, code),
            digest=arrived.digest,
            now=arrived.now,
        )

    def _taken(self, connection: sqlite3.Connection, code: str) -> bool:
        digest = code_digest(self._office.keyring, code)
        return connection.execute("SELECT 1 FROM response WHERE code_digest = ?", (digest,)).fetchone() is not None

    def _definition(self, connection: sqlite3.Connection, arrived: _Arrived) -> int:
        turn, current = arrived.turn, arrived.current
        if turn.version:
            defined = self._interviews.definition_id(connection, turn.survey, turn.version)
            if defined is None:
                raise RemoteError(
                    "definition.unknown", "This version of the survey is not known here. Define it.", retryable=True
                )
            return defined
        if current is None or not current.open_on(self._office.today()):
            raise UsageError("survey.closed", f"The survey “{turn.survey}” is not open today.")
        defined = self._interviews.definition_id(connection, current.name, current.version)
        return defined or self._interviews.define(
            connection, current.name, current.version, to_json(current), arrived.now
        )

    def _understand(self, turn: Turn, interview: Interview) -> Input:
        if isinstance(turn.input, Said):
            words = self._office.catalogues[interview.locale].vocabulary
            return hear(interview, turn.input.text, words, turn.input.to)
        return turn.input


def _shows(standing: Standing, after: Interview, *, keep: bool, left: bool) -> bool:
    """Whether the code is handed out: at the end, where there are answers that it could show or erase. To hand in
    nothing but blanks is an answer, too; to walk away before the first one is none."""
    if standing.interview.closed:
        return bool(standing.interview.answers)
    return bool(after.closed and after.consent and keep and (after.answers or not left))


def _keeps(after: Interview, *, left: bool) -> bool:
    """Whether the answers stay when this closes the interview: not after a refusal, and not after somebody walked away
    from a survey that discards what is broken off."""
    discards = left and after.survey.abandoned is Abandoned.DISCARD
    return after.closed is not Disposition.REFUSAL and not discards
