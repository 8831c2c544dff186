"""What one event of a call has at hand inside the writer's transaction: who calls, what is open, and the way to take a
turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk import blobs
from kiosk.call import Happened, Recorded
from kiosk.calling.menus import Scene
from kiosk.calling.state import Call, Stage
from kiosk.identity import Guesses, address_digest
from kiosk.inputs import Input
from kiosk.office import Office
from kiosk.prompt import Ask
from kiosk.record import Address, AddressKind, Doubtful, Mode, Turn, Via
from kiosk.store import abroad
from kiosk.store.calls import Row
from kiosk.store.interviews import Standing
from kiosk.survey import Question, Survey
from kiosk.turns import Turns

VOICE = "voice"  # what kind of blob a recording is


@dataclass(frozen=True, slots=True)
class Moment:
    """`dropped` collects the blobs that nobody wants any more, whose files go after the commit."""

    office: Office
    turns: Turns
    mode: Mode
    connection: sqlite3.Connection
    happened: Happened
    row: Row
    guesses: Guesses
    dropped: list[str] = field(default_factory=list)

    @property
    def withheld(self) -> bool:
        return self.row.party is None

    @property
    def surveys(self) -> Mapping[str, Survey]:
        """Those that can be answered, by name."""
        caller = self.happened.caller
        return self.turns.answerable(self.connection, caller.survey, caller.version)

    def address(self, call: Call) -> Address:
        """Of the interview that the call leads: by its number, by the code that was entered, or by the call itself."""
        caller = self.happened.caller
        if call.code:
            return Address(AddressKind.CODE, call.code)
        if self.withheld:
            return Address(AddressKind.SESSION, f"{caller.transport}:{caller.call}")
        return Address(AddressKind.PARTY, caller.number, call.episode)

    def standing(self, call: Call) -> Standing | None:
        """The interview that the call leads, if it has begun. Raises UsageError for a code that names none."""
        if not call.survey or not (call.episode or self.withheld):
            return None
        address = self.address(call)
        digest = self.row.party if address.kind is AddressKind.PARTY else None
        digest = digest or address_digest(self.office.keyring, address)
        return self.turns.standing(self.connection, address, digest, call.survey)

    def asked(self, call: Call) -> Question | None:
        """The question that is asked, if one is."""
        standing = self.standing(call)
        if standing is None or call.reply is None or not isinstance(call.reply.prompt, Ask):
            return None
        return standing.interview.survey.question(call.reply.prompt.question)

    def ended(self, call: Call) -> bool:
        """Whether its interview is closed: at its end, or meanwhile by a message, or because its time was over."""
        standing = self.standing(call)
        return standing is not None and standing.interview.closed is not None

    def survey(self, call: Call) -> Survey:
        """The one that is asked, in its version. Raises LookupError where no interview has begun."""
        standing = self.standing(call)
        if standing is None:
            raise LookupError(call.survey)
        return standing.interview.survey

    def scene(self, call: Call) -> Scene:
        standing = self.standing(call)
        interview, code = (standing.interview, standing.code) if standing else (None, "")
        return Scene(list(self.surveys.values()), interview, code, self.withheld)

    def take(
        self,
        call: Call,
        given: Input,
        *notes: str,
        part: str = "",
        via: Via = Via.KEYED,
        doubts: tuple[Doubtful, ...] = (),
    ) -> Call:
        """Take a turn; the call goes on with what its interview asks then. `part` names it among those of an event."""
        caller = self.happened.caller
        turn = Turn(
            key=f"{caller.call}:{self.row.step}:{part}",
            mode=self.mode,
            address=self.address(call),
            survey=call.survey,
            input=given,
            at=self.happened.at,
            via=via,
            version=caller.version,
            trial=caller.trial,
            doubts=doubts,
        )
        taken = self.turns.take(self.connection, self.turns.arrived(turn))
        self.dropped.extend(taken.dropped)
        after = call.asks(Stage.INTERVIEW, *notes)
        return replace(after, reply=taken.reply, locale=taken.reply.locale)

    def claim(self, recorded: Recorded, response: int) -> None:
        """What was recorded is this response's."""
        blobs.record(self.connection, recorded.recording, VOICE, response, recorded.size, self.office.now())
        self._fetch(recorded)

    def refuse(self, recorded: Recorded) -> None:
        """Nobody wants it: its file goes, and what a provider has of it."""
        self.dropped.append(recorded.recording)
        self._fetch(recorded)

    def _fetch(self, recorded: Recorded) -> None:
        """From a provider; only to be deleted there, where it has no row."""
        if recorded.abroad:
            keyring, transport = self.office.keyring, self.happened.caller.transport
            abroad.put(self.connection, keyring, recorded.recording, transport, recorded.abroad, self.office.now())

    def drop(self, call: Call) -> Call:
        """Throw away what was recorded."""
        if call.recording:
            blobs.forget(self.connection, call.recording)
            self.dropped.append(call.recording)
        return replace(call, recording="")
