"""The one door for every turn, from every channel, and for all else that changes the store.

    Turn -> turns.Turns.take, all in one commit -> Reply

Nobody is answered before the commit. What happens inside the transaction is `turns`; this is what the rest of the
office, its channels and its other processes hold in their hands.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import partial

from kiosk import outbox, review, wire
from kiosk.blobs import known
from kiosk.call import Happened, Step
from kiosk.calling import Calling
from kiosk.correspondence import Correspondence
from kiosk.definition import from_json
from kiosk.filing import Filing
from kiosk.office import Office
from kiosk.outbox import Outcome, Outgoing
from kiosk.record import Answered, Message, Reply, Turn
from kiosk.scan import Decision, Form, Page, PageState, Settled
from kiosk.store import abroad, canary, upkeep
from kiosk.store.abroad import Abroad
from kiosk.store.writer import Job, Writer
from kiosk.survey import Answer
from kiosk.turns import Taken, Turns

ABANDONED = 7 * 86_400_000  # milliseconds; a stand without a network delivers later than that only by accident


@dataclass(frozen=True, slots=True)
class Submission:
    """A turn that was handed in."""

    job: Job[Taken]
    office: Office

    def wait(self) -> Reply:
        """The reply, once the turn is on the disk; see `Intake.receive`."""
        taken = self.job.wait()
        self.office.blobs.remove(taken.dropped)
        return taken.reply


class Intake:
    """Receives turns for one office. The caller holds the write lock. Use from any thread. Raises ConfigError when the
    keys are not those of the store."""

    def __init__(self, office: Office, writer: Writer) -> None:
        self._office = office
        self._writer = writer
        writer.run(lambda connection: canary.remember(connection, office.keyring))
        self._turns = Turns(office, writer)
        self._correspondence = Correspondence(office, self._turns)
        self._filing = Filing(office, self._turns)
        self._calls = {
            channel.mode: Calling(office, self._turns, channel) for channel in office.channels if channel.speak
        }

    def receive(self, turn: Turn) -> Reply:
        """Take one turn, and return once it is on the disk. Raises StoreError, RemoteError("definition.unknown") when
        the turn names a version that was never defined, UsageError when its survey is not open."""
        return self.submit(turn).wait()

    def submit(self, turn: Turn) -> Submission:
        """The same for somebody who hands in more than one turn before they wait."""
        arrived = self._turns.arrived(turn)
        return Submission(self._writer.submit(lambda connection: self._turns.take(connection, arrived)), self._office)

    def exchange(self, message: Message) -> Answered:
        """Take one message of a conversation by messages, and return what to answer once all of it is on the disk.
        Raises StoreError."""
        answered, dropped = self._writer.run(lambda connection: self._correspondence.exchange(connection, message))
        self._office.blobs.remove(dropped)
        return answered

    def call(self, mode: str, happened: Happened) -> Step:
        """Take one event of a call by this channel, and return what its line does next once all of it is on the disk.
        Raises StoreError, RemoteError("definition.unknown") as `receive` does."""
        led = self._writer.run(lambda connection: self._calls[mode].take(connection, happened))
        self._office.blobs.remove(led.dropped)
        return led.step

    def cut(self, mode: str, transport: str) -> None:
        """End all calls of a line that is held open by one process, when that begins anew."""
        self._office.blobs.remove(self._writer.run(lambda connection: self._calls[mode].cut(connection, transport)))

    def claim(self, transport: str, most: int) -> list[Outgoing]:
        """Up to `most` messages that have to go out by this transport now. Report what becomes of each."""
        now = self._office.now()
        return self._writer.run(lambda c: outbox.claim(c, self._office.keyring, transport, now, most))

    def release(self, transport: str) -> None:
        """Take up what a sender of this transport left when it died. To be called by the next one, before it begins."""
        now = self._office.now()
        self._writer.run(lambda connection: outbox.release(connection, transport, now))

    def report(self, uid: str, outcome: Outcome, number: str = "", at: int | None = None) -> None:
        """Note what became of a message; `number` is its receiver where a provider names it, so that it can be tried
        once more; `at` when it happened, if not just now. Any number of times and in any order."""
        self._office.blobs.remove(
            self._writer.run(lambda connection: self._correspondence.report(connection, uid, outcome, number, at))
        )

    def abroad_ready(self, transport: str, uid: str, reference: str) -> None:
        """A provider has this recording whole. Any number of times, before and after the call told of it."""
        keyring, now = self._office.keyring, self._office.now()
        self._writer.run(lambda connection: abroad.ready(connection, keyring, uid, transport, reference, now))

    def abroad_due(self, transport: str, most: int) -> list[Abroad]:
        """Up to `most` recordings that are to be fetched from this provider now, or only to be deleted there."""
        keyring, now = self._office.keyring, self._office.now()
        return self._writer.run(lambda connection: abroad.due(connection, keyring, transport, now, most))

    def abroad_later(self, uid: str) -> None:
        """This one could not be fetched or deleted now."""
        now = self._office.now()
        self._writer.run(lambda connection: abroad.later(connection, uid, now))

    def abroad_done(self, uid: str, size: int) -> None:
        """This one is deleted there. `size` bytes of it are at home, 0 where it was not wanted."""
        self._writer.run(lambda connection: abroad.done(connection, uid, size))

    def define(self, definition: str) -> None:
        """Keep a version of a survey that another process asks (its canonical JSON). Idempotent."""
        try:
            survey = from_json(definition)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise wire.WireError from None
        now = self._office.now()
        self._writer.run(lambda c: self._turns.interviews.define(c, survey.name, survey.version, definition, now))

    def keep_form(self, form: Form) -> None:
        """Keep a form that was printed, so that its pages can be read. Idempotent. Raises
        RemoteError("definition.unknown") where its version was not defined."""
        self._writer.run(lambda connection: self._filing.keep(connection, form))

    def file_page(self, page: Page) -> PageState:
        """File a scanned page, and say what became of it once that is on the disk. Any number of times."""
        filed = self._writer.run(lambda connection: self._filing.file(connection, page))
        self._office.blobs.remove(filed.dropped)
        return filed.state

    def decide_page(self, number: int, decision: Decision, by: str) -> Settled:
        """Decide what a page is, and say what became of it. Raises UsageError; see `filing`."""
        decided = self._writer.run(lambda connection: self._filing.decide(connection, number, decision, by))
        self._office.blobs.remove(decided.dropped)
        return decided.settled

    def erase(self, code: str, copy: int = 1) -> bool:
        """Erase the response with this code; of a photocopied sheet with this number, that of this copy. False when
        there is none."""
        now = self._office.now()

        def work(connection: sqlite3.Connection) -> tuple[bool, list[str]]:
            there = self._filing.finish(connection, code, copy)
            gone = upkeep.erase(connection, there.response, now) if there.response is not None else ()
            return there.found, [*there.dropped, *gone]

        found, blobs = self._writer.run(work)
        self._office.blobs.remove(blobs)
        upkeep.fold(self._office.store_file)
        return found

    def settle(self, doubt: int, answer: Answer, by: str) -> None:
        """Decide a doubt for good. Raises UsageError; see `review.settle`."""
        now, keyring = self._office.now(), self._office.keyring
        self._writer.run(lambda c: review.settle(c, self._turns.interviews, keyring, doubt, answer, by=by, now=now))

    def purge(self) -> int:
        """Take out the words whose retention is over, and files that belong to nothing. Returns how many responses
        lost their words."""
        blobs: list[str] = []
        total = 0
        while done := self._writer.run(lambda connection: upkeep.purge(connection, self._office.now())):
            total += done.responses
            blobs.extend(done.blobs)
        self._writer.run(lambda connection: upkeep.forget_correspondents(connection, self._office.now()))
        blobs.extend(self._writer.run(self._filing.tidy))
        self._office.blobs.remove(blobs)
        self._office.blobs.sweep(self._writer.run(known), self._office.now() / 1000)
        if total:
            upkeep.fold(self._office.store_file)
        return total

    def expire(self) -> int:
        """End the interviews that nobody went on with, as if their respondents had said that they leave: after the
        hours that their channel sets, or after ABANDONED. Returns how many."""
        for calls in self._calls.values():
            self._office.blobs.remove(self._writer.run(calls.tidy))
        ended = 0
        for mode in self._writer.run(upkeep.modes):
            before = self._office.now() - self._patience(mode)
            drafts = self._writer.run(partial(upkeep.abandoned, mode=mode, before=before))
            for response in drafts:
                self._office.blobs.remove(self._writer.run(partial(self._turns.leave, response=response)))
            ended += len(drafts)
        return ended

    def _patience(self, mode: str) -> int:
        """After how many milliseconds an interview of this mode ends that nobody goes on with."""
        channels = {str(channel.mode): channel for channel in self._office.channels}
        hours = self._office.settings(mode).get("expires_hours") if mode in channels else None
        return int(hours) * 3_600_000 if hours else ABANDONED
