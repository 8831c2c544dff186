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

from kiosk import interview as machine
from kiosk import wire
from kiosk.blobs import known
from kiosk.definition import from_json, to_json, version_of
from kiosk.errors import RemoteError, UsageError
from kiosk.hearing import hear
from kiosk.identity import address_digest, code_digest, new_code, resolve
from kiosk.inputs import Began, FellSilent, Input, Left, Said
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.prompt import Close, Disposition
from kiosk.record import Reply, Turn
from kiosk.store import upkeep
from kiosk.store.interviews import Interviews, Standing
from kiosk.store.writer import Writer
from kiosk.survey import Abandoned, Survey


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A turn with what can be worked out before the transaction. `current`: the survey as it is open now."""

    turn: Turn
    key: bytes
    digest: bytes
    current: Survey | None
    now: int


class Intake:
    """Receives turns for one office. The caller holds the write lock. Use from any thread."""

    def __init__(self, office: Office, writer: Writer) -> None:
        self._office = office
        self._writer = writer
        self._interviews = Interviews(office.keyring)

    def receive(self, turn: Turn) -> Reply:
        """Take one turn, and return once it is on the disk. Raises StoreError, RemoteError("definition.unknown") when
        the turn names a version that was never defined, UsageError when its survey is not open."""
        keyring = self._office.keyring
        arrived = _Arrived(
            turn=turn,
            key=keyring.digest(turn.key, "turn"),
            digest=address_digest(keyring, turn.address),
            current=None if turn.version else self._office.surveys().get(turn.survey),
            now=self._office.now(),
        )
        return self._writer.run(lambda connection: self._receive(connection, arrived))

    def define(self, definition: str) -> None:
        """Keep a version of a survey that another process asks (its canonical JSON). Idempotent."""
        try:
            survey = from_json(definition)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise wire.WireError from None
        body, now = to_json(survey), self._office.now()
        self._writer.run(lambda c: self._interviews.define(c, survey.name, version_of(survey), body, now))

    def erase(self, code: str) -> bool:
        """Erase the response with this code. False when there is none."""
        digest, now = code_digest(self._office.keyring, code), self._office.now()

        def work(connection: sqlite3.Connection) -> list[str] | None:
            row = connection.execute("SELECT id FROM response WHERE code_digest = ?", (digest,)).fetchone()
            return upkeep.erase(connection, row[0], now) if row else None

        blobs = self._writer.run(work)
        self._office.blobs.remove(blobs or ())
        return blobs is not None

    def purge(self) -> int:
        """Take out the words whose retention is over, and files that belong to nothing. Returns how many responses
        lost their words."""
        self._office.blobs.sweep(self._writer.run(known), self._office.now() / 1000)
        total = 0
        while done := self._writer.run(lambda connection: upkeep.purge(connection, self._office.now())):
            total += done
        return total

    # -- inside the transaction

    def _receive(self, connection: sqlite3.Connection, arrived: _Arrived) -> Reply:
        turn = arrived.turn
        if earlier := self._interviews.repeated(connection, arrived.key):
            return self._again(connection, *earlier)
        response = resolve(connection, self._interviews, turn.address, arrived.digest, turn.survey)
        if response is None:
            response = self._begin(connection, arrived)
        standing = self._interviews.load(connection, response)
        understood = self._understand(turn, standing.interview)
        after, prompt = machine.advance(standing.interview, understood)
        keep = _keeps(standing, understood, after)
        if after != standing.interview:
            self._interviews.save(connection, standing, after, turn.via, turn.at, keep=keep)
        reply = Reply(prompt, after.locale, standing.code if after.closed else "")
        said = turn.input.text if isinstance(turn.input, Said) else ""
        self._interviews.append(
            connection, response, turn, understood, reply, key=arrived.key, said=said, now=arrived.now
        )
        return reply

    def _again(self, connection: sqlite3.Connection, shown: str, response: int) -> Reply:
        data = wire.loads(shown)
        prompt = wire.prompt_from(data["prompt"])
        code = self._interviews.load(connection, response).code if isinstance(prompt, Close) else ""
        return Reply(prompt, data["locale"], code)

    def _begin(self, connection: sqlite3.Connection, arrived: _Arrived) -> int:
        turn = arrived.turn
        definition = self._definition(connection, arrived)
        survey = self._interviews.survey(connection, definition)
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


def _keeps(standing: Standing, understood: Input, after: Interview) -> bool:
    """Whether the answers stay when this closes the interview: not after a refusal, and not after somebody walked away
    from a survey that discards what is broken off."""
    if after.closed is Disposition.REFUSAL:
        return False
    walked_away = isinstance(understood, Left | FellSilent) and standing.interview.closed is None
    return not (walked_away and after.survey.abandoned is Abandoned.DISCARD)
