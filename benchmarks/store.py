"""What an answer costs: against the disk itself, against one caller alone, against plain sqlite-utils, and against a
store with a hundred times as much in it. Counted are turns, each of them a whole trip through the intake; those of a
visit are one answer each but for the first, the consent and the last.

Every ratio is taken within one round, because a disk has its moods, and the median of all rounds counts. Before it is
measured, a store has written so much that its log does not grow any more, as it is after its first minutes.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from sqlite_utils import Database

from benchmarks import crowd
from benchmarks.fill import fill
from benchmarks.load import visit
from benchmarks.served import served
from benchmarks.table import Row, at_least, at_most, percentile
from kiosk.commands import init
from kiosk.inputs import Chose
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Turn
from kiosk.store.schema import migrate
from kiosk.store.writer import PRAGMAS, Writer

SURVEY = "digital"
ROUNDS = 9
SYNCS = 300
VISITS = 40  # of one caller in a round
WAITING = 64
EACH = 4  # visits of each of those who wait
WARM = 150  # visits
SMALL, LARGE = 10_000, 1_000_000  # answers stored
PROCESSES, CALLERS, CALLED = 4, 16, 12  # visits of each caller
LONGEST_WAIT = 250.0  # milliseconds
PATIENCE = 20.0  # seconds


def run() -> list[Row]:
    """Measure everything; takes about three minutes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*_alone(folder), *_at_the_door(folder), *_grown(folder)]


class _Store:
    """An office of its own with one caller."""

    def __init__(self, folder: Path, stored: int = 0) -> None:
        init.make(folder)
        self.office = Office(folder)
        self.survey = self.office.survey(SURVEY)
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self._visits = 0
        if stored:
            fill(self.office, self.intake, self.survey, stored)
        self.rate(WARM)

    def turns(self, visits: int) -> list[Turn]:
        """The turns of new visitors."""
        self._visits += visits
        names = [f"visitor {number}" for number in range(self._visits - visits, self._visits)]
        return [turn for name in names for turn in visit(self.survey, name, self.office.now())]

    def rate(self, visits: int) -> float:
        """Turns a second, each in a commit of its own."""
        return _rate(self.intake.receive, self.turns(visits))

    def rate_of_waves(self) -> float:
        """Turns a second, when so many wait at any time. That is how the door hands them in."""
        visits = [iter(self.turns(1)) for _ in range(WAITING * EACH)]
        began, done = time.perf_counter(), 0
        for first in range(0, len(visits), WAITING):
            crowd = visits[first : first + WAITING]
            while jobs := [self.intake.submit(turn) for turn in (next(one, None) for one in crowd) if turn]:
                for job in jobs:
                    job.wait()
                done += len(jobs)
        return done / (time.perf_counter() - began)


def _rate(receive: Callable[[Turn], object], turns: list[Turn]) -> float:
    began = time.perf_counter()
    for turn in turns:
        receive(turn)
    return len(turns) / (time.perf_counter() - began)


# -- one caller, the disk, and plain sqlite-utils


def _alone(folder: Path) -> Iterator[Row]:
    store, naive = _Store(folder / "alone"), _Naive(folder / "naive.db")
    syncs, alone, together, naives = [], [], [], []
    for _ in range(ROUNDS):
        syncs.append(_sync_rate(folder / "alone" / "store" / "sync"))
        alone.append(store.rate(VISITS))
        together.append(store.rate_of_waves())
        naives.append(_rate(naive.receive, store.turns(VISITS // 8)))
    store.writer.close()
    yield Row("store: the disk, 4 KiB appended and synced", median(syncs), "/s")
    yield Row("store: one caller, one turn a commit", median(alone), "/s")
    yield Row(f"store: {WAITING} waiting for the same commit", median(together), "/s")
    yield Row("store: plain sqlite-utils, the same rows", median(naives), "/s")
    yield Row(f"store: {WAITING} waiting, against one caller", _ratio(together, alone), "x")
    yield at_least("store: one caller, as a share of the disk", _ratio(alone, syncs), "", 0.55)
    yield at_least(f"store: {WAITING} waiting, against plain sqlite-utils", _ratio(together, naives), "x", 8)


def _ratio(values: list[float], others: list[float]) -> float:
    return median(value / other for value, other in zip(values, others, strict=True))


def _sync_rate(file: Path) -> float:
    handle, block = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), os.urandom(4096)
    began = time.perf_counter()
    for _ in range(SYNCS):
        os.write(handle, block)
        os.fdatasync(handle)
    took = time.perf_counter() - began
    os.close(handle)
    file.unlink()
    return SYNCS / took


class _Naive:
    """The same rows as the intake writes, each by a call of sqlite-utils and so in a commit of its own. Nothing is
    understood, sealed or counted, and no key is looked up."""

    def __init__(self, file: Path) -> None:
        migrate(file)
        connection = sqlite3.connect(file)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        self._db = Database(connection)
        self._db.table("definition").insert({"id": 1, "survey": SURVEY, "version": "1", "body": "{}", "first_asked": 1})
        self._responses: dict[str, int] = {}

    def receive(self, turn: Turn) -> None:
        response = self._responses.get(turn.address.value) or self._begin(turn)
        if isinstance(turn.input, Chose):
            answer = {"response": response, "question": turn.input.to, "state": "given", "via": turn.via.value}
            chosen = {"chosen": " ".join(turn.input.values), "sealed": os.urandom(92)}
            self._db.table("answer").upsert(answer | chosen, pk=("response", "question"))
        self._db.table("response").update(response, {"touched": turn.at, "attempts": 0, "silences": 0})
        content = {"input": os.urandom(92), "reply": '{"prompt":{"show":"Ask"},"locale":"de"}'}
        times = {"at": turn.at, "received": turn.at}
        kept = {"key_digest": os.urandom(16), "response": response, "mode": turn.mode, "via": turn.via.value}
        self._db.table("turn").insert(kept | times | content)

    def _begin(self, turn: Turn) -> int:
        response = self._responses[turn.address.value] = len(self._responses) + 1
        times = {"started": turn.at, "created": turn.at, "touched": turn.at}
        states = {"state": "draft", "trial": 0, "review": 1, "mode": turn.mode}
        code = {"code_digest": os.urandom(16), "sealed_code": os.urandom(43)}
        self._db.table("response").insert({"id": response, "uid": turn.key, "definition": 1} | states | times | code)
        address = {"kind": "session", "digest": os.urandom(16), "survey": SURVEY, "episode": 1, "response": response}
        self._db.table("address").upsert(address, pk=("kind", "digest", "survey", "episode"))
        return response


# -- at the door of `kiosk start`


def _at_the_door(folder: Path) -> Iterator[Row]:
    """The way of every process but the server itself."""
    office = folder / "door"
    init.make(office)
    survey = Office(office).survey(SURVEY)
    singles, crowds, waits = [], [], crowd.Waits()
    with served(office):
        crowd.call(office, survey, "warm", 16, 10)
        for number in range(ROUNDS):
            singles.append(crowd.call(office, survey, f"single {number}", 1, VISITS))
            crowds.append(crowd.call(office, survey, f"crowd {number}", WAITING, EACH))
        waits = crowd.call_from_processes(office, survey, "process", PROCESSES, CALLERS, CALLED)
    alone, together = [single.rate for single in singles], [one.rate for one in crowds]
    errors = sum(len(each.errors) for each in (*singles, *crowds, waits))
    many = f"door: {PROCESSES} x {CALLERS} callers"
    longest = max(waits.seconds) * 1000
    yield Row("door: one caller", median(alone), "/s")
    yield Row(f"door: {WAITING} callers waiting", median(together), "/s")
    yield at_least(f"door: {WAITING} waiting, against one caller", _ratio(together, alone), "x", 4)
    yield Row(f"{many}, turns", waits.rate, "/s")
    yield Row(f"{many}, 99 of 100 wait less than", percentile(waits.seconds, 0.99) * 1000, "ms")
    yield at_most(f"{many}, the longest wait", longest, "ms", LONGEST_WAIT)
    yield at_most("door: errors", errors, "", 0)


# -- a store of years


def _grown(folder: Path) -> Iterator[Row]:
    small, large = _Store(folder / "small", SMALL), _Store(folder / "large", LARGE)
    rates_small, rates_large = [], []
    for _ in range(ROUNDS):
        rates_small.append(small.rate(VISITS))
        rates_large.append(large.rate(VISITS))
    for store in (small, large):
        store.writer.close()
    yield at_most(f"store: cost at {LARGE:,} answers, against {SMALL:,}", _ratio(rates_small, rates_large), "x", 1.2)
