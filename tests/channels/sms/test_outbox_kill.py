"""What has to go out survives the death of the process that sends it, again and again: nothing is lost, and nothing
goes out more often than it was killed in the sender's hands.

    this process --fork--> the office: takes messages, sends    killed at a random moment, and forked anew

What went over the air stands in a file: uid, try, and the time by a clock that runs faster than ours, but only forward,
across all deaths. What becomes of a message is the receiver's number: `FATES`.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from channels.sms.service import Sender
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.outbox import PAUSES, Fate, Outcome, Outgoing
from kiosk.record import Message, Mode
from kiosk.store.lock import WriteLock
from kiosk.store.writer import Writer
from tests.kiosk.running import configure, make_office

FORK = multiprocessing.get_context("fork")
KILLS = 100
AIR = "air"  # the file
LONGEST = 0.05  # seconds under load before a kill
REPORTING = 0.001  # seconds in which a message that went out is reported: every other kill falls about there
PATIENCE = 30.0
SECOND, MINUTE = 1_000, 60_000
BUSY, WRONG, SENT = Outcome(Fate.RETRYABLE, "busy"), Outcome(Fate.PERMANENT, "wrong"), Outcome(Fate.SENT)
FATES = {0: (BUSY, BUSY, BUSY), 1: (BUSY, SENT), 2: (BUSY, BUSY, SENT), 3: (WRONG,)}  # by the number's last digit
TEXTS = ("ZEITEN", "STOPP", "ZEITEN", "JA")  # each phone says two of them
EACH = 5  # messages are taken, then what waits is sent


class Clock(Office):
    """Its time is in memory that outlives a process; so are how many messages were taken, and given to the carrier."""

    shared: memoryview[int]  # of whole numbers

    def now(self) -> int:
        return self.pass_by(1)

    def pass_by(self, milliseconds: int) -> int:
        self.shared[0] += milliseconds
        return self.shared[0]

    @property
    def taken(self) -> int:
        return self.shared[1]

    @property
    def given(self) -> int:
        return self.shared[2]


@dataclass(frozen=True, slots=True)
class Air:
    """One message that went out, or that the carrier refused."""

    uid: str
    attempt: int
    at: int


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of ours in the end, what its receiver's number makes of it, and how often it went out."""

    uid: str
    state: str
    code: str
    created: int
    fates: tuple[Outcome, ...]
    went: list[Air]


class Carrier:
    """Writes down what it is given."""

    name = "air"

    def __init__(self, office: Clock) -> None:
        self._office = office
        self._file = os.open(office.folder / AIR, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def send(self, message: Outgoing) -> Outcome:
        at = self._office.pass_by(SECOND)
        os.write(self._file, f"{message.uid} {message.attempt} {at}\n".encode())
        self._office.shared[2] += 1
        return fates(message.number)[message.attempt - 1]


def fates(number: str) -> tuple[Outcome, ...]:
    return FATES.get(int(number[-1]), (SENT,))


def air(office: Office) -> list[Air]:
    """All that went out so far."""
    file = office.folder / AIR
    lines = file.read_text().splitlines() if file.exists() else []
    return [Air(uid, int(attempt), int(at)) for uid, attempt, at in map(str.split, lines)]


def serve(office: Clock) -> None:
    """Take messages and send, until killed. One that was not taken for sure is handed in again."""
    WriteLock(office.lock_file)
    intake = Intake(office, Writer(office.store_file))
    sender = Sender(office, intake, Carrier(office))
    while True:
        for _ in range(EACH):
            intake.exchange(message(office.taken))
            office.shared[1] += 1
        sender.step()
        office.pass_by(MINUTE)


def message(number: int) -> Message:
    phone, place = divmod(number, 2)
    text = TEXTS[number % 4]
    return Message(f"{phone}-{place}", Mode("sms"), f"+49151{phone:08}", text, number, "air", at_once=False)


def test_killed_again_and_again_nothing_is_lost_and_hardly_anything_doubled(tmp_path: Path) -> None:
    folder = make_office(tmp_path / "office")
    configure(folder, per_minute="1000000")
    office = Clock(folder)
    office.shared = memoryview(mmap.mmap(-1, 24)).cast("q")
    office.surveys()  # read before the first fork, so that a new one is up within milliseconds
    chance = Random()
    killed = Counter[str]()
    for number in range(KILLS):
        child = FORK.Process(target=serve, args=(office,), daemon=True)
        child.start()
        wait_until_at_work(office)
        time.sleep(chance.uniform(0, LONGEST if number % 2 else REPORTING))
        assert child.is_alive()
        child.kill()
        child.join()
        killed.update(in_hand(office))
    assert killed, "no kill fell between sending and its report"
    finish(office)
    judge(office, killed)


def wait_until_at_work(office: Clock) -> None:
    taken, given, until = office.taken, office.given, time.monotonic() + PATIENCE
    while taken == office.taken or given == office.given:
        assert time.monotonic() < until, "nothing is taken, or nothing goes out"
        time.sleep(0.0001)


def in_hand(office: Clock) -> list[str]:
    """What was given to the carrier last, and not reported."""
    with closing(sqlite3.connect(office.store_file)) as store:
        return [
            sent.uid
            for sent in air(office)[-1:]
            if store.execute(
                "SELECT 1 FROM message WHERE uid = ? AND state = 'sending' AND attempts = ?", (sent.uid, sent.attempt)
            ).fetchone()
        ]


def finish(office: Clock) -> None:
    """The last one lives until all is done."""
    intake = Intake(office, Writer(office.store_file))
    sender = Sender(office, intake, Carrier(office))
    for _ in range(sum(PAUSES) // MINUTE + 2):
        sender.step()
        office.pass_by(MINUTE)


def judge(office: Clock, killed: Counter[str]) -> None:
    with closing(sqlite3.connect(office.store_file)) as store:
        replies = [reply_to(store, office, number) for number in range(office.taken)]
    assert {reply.state for reply in replies} == {"sent", "failed", "stopped"}
    for first, last in zip(replies[::2], replies[1::2], strict=False):
        assert last.state != "stopped"
        assert first.state != "stopped" or all(sent.at < last.created for sent in first.went), "it went out after STOPP"
    for reply in replies:
        tries = [sent.attempt for sent in reply.went]
        if reply.state != "stopped":
            assert (reply.state, reply.code) == (
                ("sent", "") if reply.fates[-1] is SENT else ("failed", reply.fates[-1].code)
            )
            assert sorted(set(tries)) == list(range(1, len(reply.fates) + 1)), "a try was left out"
        assert len(tries) - len(set(tries)) <= killed[reply.uid], "it went out more often than it was killed"
        for one, other in pairwise(reply.went):
            assert 0 <= other.attempt - one.attempt <= 1
            assert one.attempt == other.attempt or other.at - one.at >= PAUSES[one.attempt - 1], "it did not wait"


def reply_to(store: sqlite3.Connection, office: Clock, number: int) -> Reply:
    """What was answered to a message that was taken for sure."""
    asked = message(number)
    uid, state, code, created = store.execute(
        "SELECT m.uid, m.state, m.code, m.created FROM heard h JOIN message m ON m.id = h.message WHERE key_digest = ?",
        (office.keyring.digest(f"air\0{asked.sender}\0{asked.key}", "message"),),
    ).fetchone()
    return Reply(uid, state, code, created, fates(asked.sender), [sent for sent in air(office) if sent.uid == uid])
