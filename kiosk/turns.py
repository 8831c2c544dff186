"""One turn inside the writer's transaction: whose interview it is, what it means, what follows, and what is kept of it.

    Turn -> whose interview (identity) -> what it means (hearing.hear) -> what follows (interview.advance)
         -> turn appended, response brought up to date -> Reply

Idempotent by the turn's key: a repeated key stores nothing and gets the reply it got before. Words are turned into an
understood input here, inside the transaction, because their meaning depends on where the interview stands; so two
messages of one phone at the same instant both count, in order.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kiosk import blobs, outbox, wire
from kiosk import interview as machine
from kiosk.blobs import Dropped
from kiosk.definition import to_json
from kiosk.errors import RemoteError, UsageError
from kiosk.hearing import hear
from kiosk.identity import address_digest, code_digest, new_code, resolve, turn_digest
from kiosk.inputs import Began, FellSilent, Input, Left, Said
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.prompt import Close, Disposition
from kiosk.record import Address, Reply, Turn, Via
from kiosk.store import correspondents, doubts
from kiosk.store.interviews import Interviews, Standing
from kiosk.store.recent import Recent
from kiosk.store.writer import Writer
from kiosk.survey import Abandoned, Survey

LOOK = 1_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Arrived:
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a turn: what it was understood to be (None for a repeated one), and how its interview stands now."""

    reply: Reply
    standing: Standing
    understood: Input | None = None
    dropped: Dropped = ()


class Turns:
    """Takes turns for one office. `arrived` may be called from any thread, the rest inside the writer's transaction."""

    def __init__(self, office: Office, writer: Writer) -> None:
        self.interviews = Interviews(office.keyring)
        self.recent = Recent(writer)
        self._office = office
        self._surveys: dict[str, Survey] = {}
        self._looked = 0

    def arrived(self, turn: Turn) -> Arrived:
        """What a turn needs before its transaction."""
        keyring, now = self._office.keyring, self._office.now()
        return Arrived(
            turn=turn,
            key=turn_digest(keyring, turn),
            digest=address_digest(keyring, turn.address),
            current=None if turn.version else self.surveys(now).get(turn.survey),
            now=now,
        )

    def surveys(self, now: int) -> dict[str, Survey]:
        """The surveys as they are now, by a look at the folder once a second: with many callers, a look for every turn
        took longer than all the rest."""
        if abs(now - self._looked) >= LOOK:
            self._surveys, self._looked = self._office.surveys(), now
        return self._surveys

    def answerable(self, connection: sqlite3.Connection, survey: str, version: str) -> dict[str, Survey]:
        """Those that can be answered today, by name; or, where one is named, that one in its version and open or not,
        for it is tried out. Raises RemoteError("definition.unknown")."""
        if survey:
            return {survey: self.defined(connection, survey, version)}
        today, surveys = self._office.today(), self.surveys(self._office.now())
        return {name: one for name, one in sorted(surveys.items()) if one.open_on(today)}

    def defined(self, connection: sqlite3.Connection, survey: str, version: str) -> Survey:
        """The survey as this version of it was defined. Raises RemoteError("definition.unknown")."""
        self._defined(connection, survey, version)
        return self.interviews.survey(connection, version)

    def take(self, connection: sqlite3.Connection, arrived: Arrived) -> Taken:
        """Take one turn. Raises RemoteError("definition.unknown") when it names a version that was never defined,
        UsageError when its survey is not open."""
        turn = arrived.turn
        if earlier := self.interviews.repeated(connection, arrived.key):
            return self._again(connection, turn, *earlier)
        name = (turn.address.kind, arrived.digest, turn.survey, turn.address.episode)
        standing = self.standing(connection, turn.address, arrived.digest, turn.survey)
        if standing is None:
            standing = self.interviews.load(connection, self._begin(connection, arrived))
        understood = self._understand(turn, standing.interview)
        after, prompt = machine.advance(standing.interview, understood)
        left = standing.interview.closed is None and isinstance(understood, Left | FellSilent)
        keep, then, dropped = _keeps(after, left=left), standing, list[str]()
        if after != standing.interview:
            then, dropped = self.interviews.save(
                connection, standing, after, turn.via, at=turn.at, now=arrived.now, keep=keep, left=left
            )
        brought = turn.doubts if keep or after.closed is None else ()
        dropped += doubts.follow(
            connection, self._office.keyring, standing.id, standing.interview, after, brought, now=arrived.now
        )
        reply = Reply(prompt, after.locale, standing.code if _shows(standing, after, keep=keep, left=left) else "")
        # What comes after the end changes nothing, so of its content nothing is kept: the answers may be erased. Nor
        # are the words of who says no.
        late = standing.interview.closed is not None
        silent = late or (after.closed is not None and not keep)
        said = turn.input.text if isinstance(turn.input, Said) and not silent else ""
        self.interviews.append(
            connection,
            standing.id,
            turn,
            None if late else understood,
            reply,
            key=arrived.key,
            said=said,
            now=arrived.now,
        )
        self.recent.put(connection, name, then)
        return Taken(reply, then, understood, _let_go(connection, turn, dropped))

    def leave(self, connection: sqlite3.Connection, response: int) -> Dropped:
        """End an open interview as if its respondent had said that they leave."""
        standing, now = self.interviews.load(connection, response), self._office.now()
        after, _ = machine.advance(standing.interview, Left())
        keep = _keeps(after, left=True)
        _, dropped = self.interviews.save(connection, standing, after, Via.KEYED, at=now, now=now, keep=keep, left=True)
        self.recent.drop(response)
        return tuple(dropped)

    def stop(self, connection: sqlite3.Connection, party: bytes) -> Dropped:
        """This party wants no word from us: remember it, stop what waits to go out, and end its open interviews."""
        correspondents.stop(connection, party, self._office.now())
        outbox.cancel(connection, party)
        drafts = correspondents.drafts(connection, party)
        return tuple(uid for response in drafts for uid in self.leave(connection, response))

    def standing(self, connection: sqlite3.Connection, address: Address, digest: bytes, survey: str) -> Standing | None:
        """The interview of an address; None when it has none yet."""
        if known := self.recent.get(connection, (address.kind, digest, survey, address.episode)):
            return known
        response = resolve(connection, self.interviews, address, digest, survey)
        return None if response is None else self.interviews.load(connection, response)

    def _again(self, connection: sqlite3.Connection, turn: Turn, shown: str | None, response: int) -> Taken:
        standing, dropped = self.interviews.load(connection, response), _let_go(connection, turn)
        if shown is None:
            reply = Reply(machine.prompt(standing.interview), standing.interview.locale)
            return Taken(reply, standing, dropped=dropped)
        data = wire.loads(shown)
        prompt = wire.prompt_from(data["prompt"])
        shows = isinstance(prompt, Close) and standing.interview.answers
        return Taken(Reply(prompt, data["locale"], standing.code if shows else ""), standing, dropped=dropped)

    def _begin(self, connection: sqlite3.Connection, arrived: Arrived) -> int:
        turn = arrived.turn
        definition = self._definition(connection, arrived)
        survey = self.interviews.survey(connection, arrived.version)
        locale = turn.input.locale if isinstance(turn.input, Began) else ""
        interview, _ = machine.begin(survey, locale, review=turn.review)
        code = turn.code or new_code()
        while self._taken(connection, code):
            # A terminal's own code that is taken (one in 10,000,000,000 a response) is not worth losing an interview.
            code = new_code()
        return self.interviews.insert(
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

    def _definition(self, connection: sqlite3.Connection, arrived: Arrived) -> int:
        turn, current = arrived.turn, arrived.current
        if turn.version:
            return self._defined(connection, turn.survey, turn.version)
        if current is None or not current.open_on(self._office.today()):
            raise UsageError("survey.closed", f"The survey “{turn.survey}” is not open today.")
        defined = self.interviews.definition_id(connection, current.name, current.version)
        return defined or self.interviews.define(
            connection, current.name, current.version, to_json(current), arrived.now
        )

    def _defined(self, connection: sqlite3.Connection, survey: str, version: str) -> int:
        defined = self.interviews.definition_id(connection, survey, version)
        if defined is None:
            raise RemoteError(
                "definition.unknown", "This version of the survey is not known here. Define it.", retryable=True
            )
        return defined

    def _understand(self, turn: Turn, interview: Interview) -> Input:
        if isinstance(turn.input, Said):
            words = self._office.catalogues[interview.locale].vocabulary
            return hear(interview, turn.input.text, words, turn.input.to)
        return turn.input


def _let_go(connection: sqlite3.Connection, turn: Turn, dropped: Iterable[str] = ()) -> Dropped:
    """Of what was dropped, and of the evidence that this turn brought, what belongs to nothing. A doubt that is not
    raised leaves its evidence behind; one that is raised once more brings back what was dropped with the one before."""
    return blobs.unknown(connection, [*dropped, *(doubt.evidence for doubt in turn.doubts if doubt.evidence)])


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
