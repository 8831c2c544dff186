r"""SIGKILL of the writing process under load, again and again; then a look at what is left.

    this process --fork--> the writer: lock, store, door       killed at a random moment, and forked anew
                 \-fork--> the callers: threads at the socket  live on, and repeat what was not acknowledged

Everything is imported and read before the first fork, so a new writer is up within milliseconds. In memory that it
shares with this process it marks when it begins a transaction, calls COMMIT, and returns: so it is known where a kill
fell.

A kill takes the process, not the machine: this shows what the transactions and the protocol are worth, not the disk.
"""

from __future__ import annotations

import mmap
import multiprocessing
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.load import visit
from benchmarks.table import Row, at_least, at_most
from kiosk import interview as machine
from kiosk import wire
from kiosk.commands import init
from kiosk.door import SocketDoor
from kiosk.doorkeeper import DoorServer, LocalDoor
from kiosk.errors import RemoteError
from kiosk.identity import turn_digest
from kiosk.inputs import Began, Input, Said
from kiosk.intake import Intake
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.record import Reply, Turn
from kiosk.store.interviews import INPUT, Interviews
from kiosk.store.lock import WriteLock
from kiosk.store.writer import Writer
from kiosk.survey import Answer, Missing, Survey

FORK = multiprocessing.get_context("fork")
CALLERS = 8
KILLS = 1_000
SURVEY = "digital"
LONGEST = 0.08  # seconds under load before a kill
STARTING = 0.03  # seconds within which a kill falls into the start
AT_START = 8  # every eighth kill
PATIENCE = 30.0  # seconds; far more than anything here takes

IDLE, WORKING, COMMITTING = range(3)  # where the writer is: the first byte of the shared memory
COMMITS = slice(1, 9)  # how many commits it returned from: the other bytes


@dataclass
class Outcome:
    """`faults` has a sentence for everything that must not be; it is empty when all is well."""

    kills: int = 0
    in_commit: int = 0
    in_transaction: int = 0  # begun, and COMMIT not called yet
    turns: int = 0
    repeated: int = 0  # turns handed in again after a kill
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills: {self.in_commit} inside a commit, {self.in_transaction} in a transaction before it;"
            f" {self.turns} turns acknowledged, {self.repeated} handed in again"
        )


def run() -> list[Row]:
    """A thousand kills."""
    with tempfile.TemporaryDirectory() as folder:
        office = Path(folder) / "office"
        init.make(office)
        outcome = kill(office, KILLS, Random())
    for fault in outcome.faults:
        print(f"kill: {fault}", file=sys.stderr)
    return [
        Row("kill: turns acknowledged", outcome.turns, ""),
        Row("kill: kills in a transaction before its commit", outcome.in_transaction, ""),
        Row("kill: kills inside a commit", outcome.in_commit, ""),
        at_least("kill: kills", outcome.kills, "", KILLS),
        at_most("kill: turns lost or doubled, wrong answers", len(outcome.faults), "", 0),
    ]


def kill(folder: Path, kills: int, chance: Random) -> Outcome:
    """Kill the writer of this office that often, and judge the store."""
    office, outcome, shared = Office(folder), Outcome(), mmap.mmap(-1, 9)
    survey = office.survey(SURVEY)
    ours, theirs = FORK.Pipe()
    callers = FORK.Process(target=_call, args=(folder, survey, theirs), daemon=True)
    callers.start()
    for number in range(kills):
        before = shared[COMMITS]
        writer = FORK.Process(target=_write, args=(office, shared), daemon=True)
        writer.start()
        if number % AT_START == AT_START - 1:
            time.sleep(chance.uniform(0, STARTING))
        else:
            _wait_for_commit(shared, before)
            time.sleep(chance.uniform(0, LONGEST))
        if not writer.is_alive():
            outcome.faults.append(f"the writer ended by itself, with status {writer.exitcode}")
        writer.kill()
        writer.join()
        outcome.kills += 1
        outcome.in_commit += shared[0] == COMMITTING
        outcome.in_transaction += shared[0] == WORKING
        shared[0] = IDLE
    last = FORK.Process(target=_write, args=(office, shared), daemon=True)
    last.start()
    ours.send("stop")
    called: _Called = ours.recv()
    callers.join()
    last.kill()
    last.join()
    _judge(office, called, outcome)
    return outcome


def _wait_for_commit(shared: mmap.mmap, before: bytes) -> None:
    until = time.monotonic() + PATIENCE
    while shared[COMMITS] == before:
        if time.monotonic() > until:
            raise TimeoutError("the writer commits nothing")
        time.sleep(0.0005)


# -- the writer


class _MarkingConnection(sqlite3.Connection):
    """Marks in shared memory where in a transaction it is."""

    shared: mmap.mmap

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql == "COMMIT":
            self.shared[0] = COMMITTING
            cursor = super().execute(sql)
            self.shared[COMMITS] = (int.from_bytes(self.shared[COMMITS], "big") + 1).to_bytes(8, "big")
            self.shared[0] = IDLE
            return cursor
        if sql == "BEGIN IMMEDIATE":
            self.shared[0] = WORKING
        return super().execute(sql, parameters)


class _MarkingWriter(Writer):
    connects = _MarkingConnection


def _write(office: Office, shared: mmap.mmap) -> None:
    _MarkingConnection.shared = shared
    WriteLock(office.lock_file)
    DoorServer(office, Intake(office, _MarkingWriter(office.store_file))).serve_forever()


# -- the callers


@dataclass
class _Called:
    """What the callers know: every turn with its reply. What they handed in, they handed in until it was replied to."""

    replies: dict[Turn, Reply] = field(default_factory=dict)
    repeated: int = 0
    faults: list[str] = field(default_factory=list)


class _Caller:
    """One visitor after another at one connection. A turn is handed in until it is replied to; one that was replied to
    is never handed in again, because that would mend its loss."""

    def __init__(self, folder: Path, survey: Survey, called: _Called, stopping: threading.Event, number: int) -> None:
        self._folder = folder
        self._survey = survey
        self._called = called
        self._stopping = stopping
        self._name = f"caller {number}"
        self._door: SocketDoor | None = None

    def run(self) -> None:
        try:
            for number in count():
                for turn in visit(self._survey, f"{self._name} {number}", at=1_000):
                    self._called.replies[turn] = self._receive(turn)
                    if self._stopping.is_set():
                        return
        except Exception as error:
            self._called.faults.append(f"{self._name}: {error!r}")

    def _receive(self, turn: Turn) -> Reply:
        while True:
            try:
                self._door = self._door or SocketDoor(self._folder)
                return self._door.receive(turn)
            except RemoteError as error:
                if not error.retryable:
                    raise
                self._called.repeated += self._door is not None
                self._door = None
                time.sleep(0.002)


def _call(folder: Path, survey: Survey, pipe: Connection) -> None:
    called, stopping = _Called(), threading.Event()
    callers = [_Caller(folder, survey, called, stopping, number) for number in range(CALLERS)]
    threads = [threading.Thread(target=caller.run, daemon=True) for caller in callers]
    for thread in threads:
        thread.start()
    pipe.recv()
    stopping.set()
    for thread in threads:
        thread.join(PATIENCE)
        if thread.is_alive():
            called.faults.append("a caller waits in vain")
    pipe.send(called)


# -- the judge


def _judge(office: Office, called: _Called, outcome: Outcome) -> None:
    outcome.turns = len(called.replies)
    outcome.repeated = called.repeated
    outcome.faults += called.faults
    with closing(sqlite3.connect(office.store_file)) as connection:
        outcome.faults += [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        outcome.faults += _compared(connection, office, called)
        outcome.faults += _replayed(connection, office)
    outcome.faults += _repeated(office, called)


def _compared(connection: sqlite3.Connection, office: Office, called: _Called) -> Iterator[str]:
    """Every acknowledged turn is there once, and no other."""
    acknowledged = {turn_digest(office.keyring, turn) for turn in called.replies}
    stored = [row[0] for row in connection.execute("SELECT key_digest FROM turn")]
    if lost := acknowledged - set(stored):
        yield f"{len(lost)} acknowledged turns are lost"
    if len(stored) != len(acknowledged):
        yield f"{len(stored)} turns are stored of {len(acknowledged)} that were handed in"
    visits = {turn.address for turn in called.replies}
    responses = connection.execute("SELECT count(*) FROM response").fetchone()[0]
    if responses != len(visits):
        yield f"{responses} responses are stored of {len(visits)} visits"


def _replayed(connection: sqlite3.Connection, office: Office) -> Iterator[str]:
    """The answers and state of every response are those that its turns lead to."""
    interviews = Interviews(office.keyring)
    for (response,) in connection.execute("SELECT id FROM response").fetchall():
        stored = interviews.load(connection, response).interview
        turns = connection.execute("SELECT input FROM turn WHERE response = ? ORDER BY id", (response,))
        inputs = [_input(office.keyring.unseal(row[0], INPUT)) for row in turns]
        first = inputs[0]
        begun, _ = machine.begin(stored.survey, first.locale if isinstance(first, Began) else "")
        replayed, _ = machine.replay(begun, inputs)
        if _state(replayed) != _state(stored) or _answers(replayed) != _answers(stored):
            yield f"response {response} is not what its turns say"


def _repeated(office: Office, called: _Called) -> Iterator[str]:
    """Every turn gets the reply that it got, though nobody knows any more whether it was the first."""
    with closing(LocalDoor(office)) as door:
        for turn, reply in called.replies.items():
            if (again := door.receive(turn)) != reply:
                yield f"{turn.key}: {reply}, and repeated: {again}"


def _input(sealed: bytes) -> Input:
    given = wire.input_from(wire.loads(sealed))
    if isinstance(given, Said):
        raise TypeError("only what was understood is stored")
    return given


def _state(interview: Interview) -> tuple[object, ...]:
    names = [name for name in Interview.__slots__ if name not in ("answers", "survey")]
    return tuple(getattr(interview, name) for name in names)


def _answers(interview: Interview) -> dict[str, Answer]:
    """At the end, what nobody gave is written out as well."""
    answers = machine.final_answers(interview) if interview.closed else interview.answers
    return {name: answer for name, answer in answers.items() if answer.missing is not Missing.NOT_ASKED}
