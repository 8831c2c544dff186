"""Carries out what a desk asks for: reads the store, and hands turns in at the office's door. For one thread.

Every answer is a turn of its own and on the server's disk before the next question comes. A turn that was not answered
is handed in again with the same key, so it counts once.

Without a server, this process writes itself, and lets go of the office's lock when nothing was typed for a while, so
that a server can start. Once a server was there, it is waited for: whoever took its place would keep it from coming
back.
"""

from __future__ import annotations

import secrets

from channels.paper import MODE
from channels.paper.enter.desk import Found, Tell
from kiosk.definition import to_json
from kiosk.door import Door, connect
from kiosk.doorkeeper import LocalDoor, open_door
from kiosk.errors import KioskError, RemoteError, StoreError, UsageError
from kiosk.identity import address_digest
from kiosk.office import Office
from kiosk.prompt import Prompt
from kiosk.record import Address, AddressKind, Mode, Response, Turn, Via
from kiosk.store.reads import Reads
from kiosk.survey import Answer, Survey

Told = tuple[Prompt, dict[str, Answer]]


def may_work_later(error: KioskError) -> bool:
    """Whether the same deed may be done after a pause: the server is away, or has trouble with its disk."""
    return isinstance(error, StoreError) or (isinstance(error, RemoteError) and error.retryable)


class Clerk:
    """`seat` names the forms that have no number. What raises a KioskError may be called again, the same way."""

    def __init__(self, office: Office, survey: Survey, seat: str) -> None:
        self._office = office
        self._survey = survey
        self._seat = seat
        self._door: Door | None = None
        self._reads: Reads | None = None
        self._met_server = False

    def look_up(self, serial: str) -> Found | None:
        """The latest form of this name, as the store has it."""
        there = self._look(self._address(serial, 0))
        if there is None:
            return None
        episode, response = there
        versions = self._read().versions(response.survey)
        return Found(episode, next(one for one in versions if one.version == response.version), response)

    def turns(self, deed: Tell) -> list[Turn]:
        """What has to be handed in for a deed."""
        form = deed.form
        return [
            Turn(
                key=secrets.token_hex(16),
                mode=Mode(MODE),
                address=self._address(form.serial, form.episode),
                survey=form.survey.name,
                version=form.survey.version,  # named, because paper arrives when a survey is closed, too
                input=given,
                at=self._office.now(),
                via=Via.READ_BY_STAFF,
                code=form.serial,
            )
            for given in deed.inputs
        ]

    def hand_in(self, turns: list[Turn], *, begins: bool) -> Told:
        """The prompt after the last of them, and what the store has then. Raises UsageError for a form that these turns
        were to begin, and that somebody else began in the meantime: two sheets may have one number."""
        first, *others = turns
        prompt, response = self._receive(first)
        if begins and response and response.started != first.at:
            raise UsageError(
                "enter.begun", "Somebody else began a form of this number just now. Go back, and type it again."
            )
        for turn in others:
            prompt, response = self._receive(turn)
        return prompt, dict(response.answers) if response else {}

    def _receive(self, turn: Turn) -> tuple[Prompt, Response | None]:
        reply = self._open().receive(turn)
        there = self._look(turn.address)
        return reply.prompt, there[1] if there else None

    def rest(self) -> None:
        """Nothing was typed for a while."""
        if isinstance(self._door, LocalDoor):
            self.close()

    def close(self) -> None:
        """Let go of door and store; the next call opens them again."""
        door, reads, self._door, self._reads = self._door, self._reads, None, None
        if reads:
            reads.close()
        if door:
            door.close()

    def _open(self) -> Door:
        if self._door is None:
            door = connect(self._office.folder) if self._met_server else open_door(self._office)
            self._met_server = not isinstance(door, LocalDoor)
            try:
                door.define(to_json(self._survey))
            except KioskError:
                door.close()
                raise
            self._door = door
        return self._door

    def _read(self) -> Reads:
        self._open()  # makes the store, where there was none
        if self._reads is None:
            self._reads = Reads(self._office.store_file, self._office.keyring)
        return self._reads

    def _look(self, address: Address) -> tuple[int, Response] | None:
        return self._read().at_address(address, address_digest(self._office.keyring, address), self._survey.name)

    def _address(self, serial: str, episode: int) -> Address:
        kind = AddressKind.SERIAL if serial else AddressKind.SESSION
        return Address(kind, serial or self._seat, episode)
