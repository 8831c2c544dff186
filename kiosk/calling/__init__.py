"""One telephone call inside the writer's transaction: what just happened, what it means, and what the line does next.

    Happened -> known already? -> where the call stands (state) -> what it means (answering) -> turns -> Step (words)

Everything is in one commit: the turns, and where the call stands. An event of a step that was left behind changes
nothing and is answered by the step that is due, so a repeated webhook hears the same again.

An inbound call is always served, also of somebody who said STOPP: that blocks what we send. Two live calls of one
number are two people. Whoever hangs up keeps what was answered, and what was recorded: they had asked for it. To hang
up ends a recording as well, and a provider tells of the two in any order: a call that ends there waits for the other.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from kiosk import blobs
from kiosk.call import HangUp, Happened, HungUp, Rang, Recorded, Step
from kiosk.calling import state
from kiosk.calling.answering import after
from kiosk.calling.moment import Moment
from kiosk.calling.state import Call, Stage
from kiosk.calling.words import Words
from kiosk.channel import Channel, resolve
from kiosk.identity import Guesses
from kiosk.office import Office
from kiosk.record import AddressKind, Mode
from kiosk.store import calls
from kiosk.store.calls import Row
from kiosk.turns import Turns


@dataclass(frozen=True, slots=True)
class Led:
    """What the line does next, and the blobs whose files can go after the commit."""

    step: Step
    dropped: tuple[str, ...] = ()


class Calling:
    """Leads the calls of one channel, for one office."""

    def __init__(self, office: Office, turns: Turns, channel: Channel) -> None:
        self._office = office
        self._turns = turns
        self._mode = Mode(channel.mode)
        self._words = Words(office, channel.mode, resolve(channel.speak))
        self._guesses = Guesses()

    def take(self, connection: sqlite3.Connection, happened: Happened) -> Led:
        """Take an event and say what follows. Raises RemoteError("definition.unknown") for a survey that is tried out
        and was never defined."""
        keyring, now, caller = self._office.keyring, self._office.now(), happened.caller
        key = keyring.digest(f"{caller.transport}\0{caller.call}", "call")
        party = keyring.digest(caller.number, AddressKind.PARTY) if caller.number else None
        row = calls.load(connection, keyring, key) or Row(key, party)
        # Whose call it is was told when it rang. A later event may leave the number out, and must not bring another.
        call, caller = state.from_json(row.state) if row.state else (Call(Stage.OVER), caller)
        happened = replace(happened, caller=caller)
        moment = self._moment(connection, happened, row)
        number, gone = row.step, isinstance(happened.event, HungUp)
        begins = row.step == 0 and isinstance(happened.event, Rang)
        waits = not row.live and call.stage is Stage.RECORDING
        late = waits and isinstance(happened.event, Recorded) and happened.after == row.step - 1
        if begins or late or (row.live and row.step and (happened.after == row.step or gone)):
            self._turns.recent.hold(connection)
            call, number = after(moment, call, happened.event), number + 1
        elif isinstance(happened.event, Recorded) and blobs.unknown(connection, [happened.event.recording]):
            moment.refuse(happened.event)
        if late:
            call = after(moment, call, HungUp())
        ended = gone or waits
        step = Step(number, (), HangUp()) if ended else self._words.step(number, call, moment.scene(call))
        if number > row.step:
            over = isinstance(step.then, HangUp)
            forgotten = ended and call.stage is not Stage.RECORDING
            sealed = b"" if forgotten else state.to_json(call, caller).encode()
            row = replace(row, survey=call.survey, episode=call.episode, step=number, state=sealed, live=not over)
            calls.save(connection, keyring, row, now)
            self._turns.recent.still(connection)
        return Led(step, tuple(moment.dropped))

    def cut(self, connection: sqlite3.Connection, transport: str) -> tuple[str, ...]:
        """End all calls of a line that went down. Returns the blobs to be removed."""
        return self._end(connection, self._office.now(), transport)

    def tidy(self, connection: sqlite3.Connection) -> tuple[str, ...]:
        """End the calls that nobody told the end of, and forget what is long over. Returns the blobs to be removed."""
        before = self._office.now() - calls.LOST
        dropped = self._end(connection, before)
        calls.forget(connection, before)
        return dropped

    def _end(self, connection: sqlite3.Connection, before: int, transport: str = "") -> tuple[str, ...]:
        """As if those had hung up that were last heard of before then, on one line or on any."""
        dropped: list[str] = []
        for row in calls.live(connection, self._office.keyring, before):
            _, caller = state.from_json(row.state)
            if transport in ("", caller.transport):
                dropped += self.take(connection, Happened(caller, row.step, HungUp(), self._office.now())).dropped
        return tuple(dropped)

    def _moment(self, connection: sqlite3.Connection, happened: Happened, row: Row) -> Moment:
        return Moment(self._office, self._turns, self._mode, connection, happened, row, self._guesses)
