"""Plays the recorded day to a real office, in any order that there can be.

    phones --texts, twice--> POST /sms/twilio --reply--> the carrier --statuses, twice--> POST /sms/twilio/status
                                                            ^
                                         the sender --------+  what has to be tried again

Kept is only what the world keeps: a phone texts when it has read the reply to what it texted before, or when none will
come. All else is shuffled: which phone comes next, when the copy of a webhook arrives (at the same instant, at once, or
hours later), and in which order the carrier tells what became of a reply. Eight threads deliver. Signing and checking
costs more time than all the rest, so when the day is shuffled only some of the phones come by the signed webhook; what
the others bring is handed in as the gateway would.

Everything has the time at which it was recorded, however it is shuffled. The writer works for whoever waits, so the
time goes with the work.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from channels.sms.gateway import Received, Reported
from channels.sms.incoming import Incoming
from channels.sms.service import Sender
from channels.sms.transports import twilio
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.outbox import PAUSES, Fate, Outcome, Outgoing
from kiosk.store.writer import Job, Result, Work, Writer
from kiosk.web import create_app
from tests.channels.sms.script import MIDNIGHT, MINUTE, Phone, Sms
from tests.kiosk.running import configure, make_office

ACCOUNT, TOKEN, OURS, PUBLIC = "AC00000000000000000000000000000001", "12345", "+4915199999999", "https://kiosk.example"
THREADS = 8
BY_WEBHOOK = 0.1  # of the phones, when the day is shuffled
LATER = MIDNIGHT + 3 * 24 * 60 * MINUTE  # when everything that waits is due
MESSAGE = re.compile(r'<Message action="[^"]*\?message=([0-9a-f]{16})" method="POST">(.*)</Message>', re.DOTALL)
REFUSED = {"busy": Outcome(Fate.RETRYABLE, "20429"), "down": Outcome(Fate.RETRYABLE, "network")}
REFUSED |= {"21610": Outcome(Fate.OPTED_OUT, "21610")}
Task = Callable[[], None]


class _Now(threading.local):
    """The recorded time of what this thread is at."""

    at = MIDNIGHT


class RecordedOffice(Office):
    """An office at Twilio that lives at the recorded time."""

    def __init__(self, folder: Path) -> None:
        make_office(folder)
        configure(folder, "sms", transport='"twilio"', twilio_account=f'"{ACCOUNT}"', number=f'"{OURS}"')
        configure(folder, public_url=f'"{PUBLIC}"', per_minute="1000000")
        secret = folder / "secrets" / "twilio_auth_token"
        secret.write_text(TOKEN)
        secret.chmod(0o600)
        super().__init__(folder)
        self.clock = _Now()

    def now(self) -> int:
        return self.clock.at


class _Unsynced(sqlite3.Connection):
    """Compared is what is in the store; a hundred days of syncs would take the disk an hour."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return super().execute("PRAGMA synchronous = OFF" if sql == "PRAGMA synchronous = FULL" else sql, parameters)


class _RecordedWriter(Writer):
    """Does every work at the time of who handed it in."""

    connects = _Unsynced

    def __init__(self, office: RecordedOffice) -> None:
        super().__init__(office.store_file)
        self._clock = office.clock

    def submit(self, work: Work[Result]) -> Job[Result]:
        at = self._clock.at

        def then(connection: sqlite3.Connection) -> Result:
            ours, self._clock.at = self._clock.at, at
            try:
                return work(connection)
            finally:
                self._clock.at = ours

        return super().submit(then)


class _Bag:
    """What can be done now, to be taken out by chance; without chance, in order. Whoever takes something may put in
    more."""

    def __init__(self, chance: Random | None) -> None:
        self._chance = chance
        self._tasks: list[Task] = []
        self._busy = 0
        self._change = threading.Condition()

    def put(self, *tasks: Task) -> None:
        with self._change:
            self._tasks += tasks
            self._change.notify_all()

    def work(self) -> None:
        """Do one thing after the other, until there is nothing more to come."""
        while task := self._take():
            try:
                task()
            finally:
                with self._change:
                    self._busy -= 1
                    self._change.notify_all()

    def _take(self) -> Task | None:
        with self._change:
            self._change.wait_for(lambda: self._tasks or not self._busy)
            if not self._tasks:
                return None
            self._busy += 1
            return self._tasks.pop(self._chance.randrange(len(self._tasks)) if self._chance else 0)


@dataclass(slots=True)
class _Talk:
    """Where a phone stands: how many of its texts it sent, and what the carrier will only tell when it is done."""

    phone: Phone
    texted: int = 0
    late: list[Task] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Carried:
    """A reply that the carrier has."""

    talk: _Talk
    sms: Sms
    uid: str


class Day:
    """One run. `plain`: nothing twice, nothing shuffled, one thread, all by the webhook. Afterwards `answers` has all
    that each text was answered, `replies` names our messages by the texts they answer, and `unread` has the title of
    every phone that waited in vain."""

    name = "twilio"

    def __init__(self, office: RecordedOffice, phones: list[Phone], chance: Random, *, plain: bool = False) -> None:
        self.office = office
        self.answers: dict[str, set[bytes]] = {}
        self.replies: dict[str, str] = {}
        self.unread: list[str] = []
        self._phones = phones
        self._plain = plain
        self._chance = chance
        self._bag = _Bag(None if plain else chance)
        self._carried: dict[str, _Carried] = {}
        self._after_step: list[Task] = []
        self._stepping = threading.Lock()
        self._signer = RequestValidator(TOKEN)
        self._signed = {phone.number for phone in phones if chance.random() < BY_WEBHOOK}

    def play(self) -> None:
        """The whole day, into a new store."""
        for file in self.office.store_file.parent.iterdir():
            file.unlink()
        writer = _RecordedWriter(self.office)
        intake = Intake(self.office, writer)
        self._app = create_app(self.office, intake, lambda: {})
        self._gateway = twilio.make(self.office)
        self._incoming = Incoming(self.office, intake, self._gateway, at_once=True)
        self._sender = Sender(self.office, intake, self)
        talks = [_Talk(phone) for phone in self._phones]
        threads = 1 if self._plain else THREADS
        with ThreadPoolExecutor(2 * threads) as self._pool:
            if self._plain:
                for talk in talks:
                    self._text(talk)
                    self._bag.work()
            else:
                self._bag.put(*(partial(self._text, talk) for talk in talks))
                for done in [self._pool.submit(self._bag.work) for _ in range(threads)]:
                    done.result()
        writer.close()
        self.unread = [talk.phone.title for talk in talks if talk.texted < len(talk.phone.texts)]

    # -- the phones

    def _text(self, talk: _Talk) -> None:
        """Send the next text; once it is answered, the carrier has the reply."""
        if talk.texted == len(talk.phone.texts):
            self._bag.put(*talk.late)
            return
        sms = talk.phone.texts[talk.texted]
        talk.texted += 1
        answers: list[bytes] = []
        self._twice(lambda: answers.append(self._received(talk.phone, sms)))
        if found := MESSAGE.search(unescape(answers[0].decode())):
            self.replies[found[1]] = sms.id
            self._carried[found[1]] = _Carried(talk, sms, found[1])
            self._carry(self._carried[found[1]], 1)
        else:
            self._next(talk)

    def _next(self, talk: _Talk) -> None:
        self._bag.put(partial(self._text, talk))

    def _twice(self, task: Task) -> None:
        """Do it, and its copy at the same instant or at any time later."""
        if self._plain:
            task()
        elif self._chance.random() < 0.5:
            twin = self._pool.submit(task)
            task()
            twin.result()
        else:
            task()
            self._bag.put(task)

    # -- the carrier

    def _carry(self, carried: _Carried, attempt: int) -> None:
        """Take a try, and tell what becomes of it. The phone goes on when it has the reply, or nothing more comes."""
        told = carried.sms.tries[attempt - 1]
        late = told.index("late") if "late" in told else len(told)
        for place, word in enumerate(told):
            tell = partial(self._reported, carried, attempt, word)
            if place > late:
                carried.talk.late += [tell] if self._plain else [tell, tell]
            elif place < late and twilio.CODES.get(word) is Fate.RETRYABLE:
                self._bag.put(partial(self._told_to_try_again, carried, attempt, tell))
            elif place < late:
                self._bag.put(*([tell] if self._plain else [tell, tell]))
        if not any(twilio.CODES.get(word) is Fate.RETRYABLE for word in told[:late]):
            self._next(carried.talk)

    def _told_to_try_again(self, carried: _Carried, attempt: int, tell: Task) -> None:
        self._twice(tell)
        if attempt < len(carried.sms.tries):
            self._bag.put(self._step)
        else:
            self._next(carried.talk)

    def send(self, message: Outgoing) -> Outcome:
        """The carrier's side of the gateway: it takes the try, or refuses it, at the time it was recorded."""
        carried = self._carried[message.uid]
        self.office.clock.at = _tried(carried.sms, message.attempt)
        if refused := REFUSED.get(carried.sms.tries[message.attempt - 1][0]):
            more = message.attempt < len(carried.sms.tries)
            self._after_step.append(self._step if more else partial(self._next, carried.talk))
            return refused
        # It may tell what became of the message before we have noted that it took it.
        self._carry(carried, message.attempt)
        return Outcome(Fate.SENT, reference=_reference(carried.sms, message.attempt))

    def _step(self) -> None:
        """The sender looks."""
        with self._stepping:
            self.office.clock.at = LATER
            self._sender.step()
            self._bag.put(*self._after_step)
            self._after_step.clear()

    # -- the webhooks

    def _received(self, phone: Phone, sms: Sms) -> bytes:
        self.office.clock.at = sms.at
        if self._by_webhook(phone):
            fields = {"MessageSid": sms.id, "AccountSid": ACCOUNT, "From": phone.number, "To": OURS, "Body": sms.text}
            answer = self._post("/sms/twilio", fields)
        else:
            opted_out = sms.text.upper() in twilio.OPT_OUT
            answered = self._incoming.take(Received(sms.id, phone.number, sms.text, opted_out=opted_out))
            answer = self._gateway.answer(answered.text, answered.uid).get_data()
        self.answers.setdefault(sms.id, set()).add(answer)
        return answer

    def _reported(self, carried: _Carried, attempt: int, word: str) -> None:
        self.office.clock.at = _tried(carried.sms, attempt)
        phone, reference = carried.talk.phone, _reference(carried.sms, attempt)
        if self._by_webhook(phone):
            status = {"MessageStatus": word} if word.isalpha() else {"MessageStatus": "undelivered", "ErrorCode": word}
            fields = {"MessageSid": reference, "To": phone.number, "From": OURS}
            self._post(f"/sms/twilio/status?message={carried.uid}", fields | status)
        else:
            fate = twilio.STATUSES.get(word) or twilio.CODES.get(word, Fate.PERMANENT)
            code = "" if word in twilio.STATUSES else word
            self._incoming.take(Reported(carried.uid, Outcome(fate, code, reference), phone.number))

    def _by_webhook(self, phone: Phone) -> bool:
        return self._plain or phone.number in self._signed

    def _post(self, target: str, fields: dict[str, str]) -> bytes:
        client: FlaskClient = self._app.test_client()
        signature = self._signer.compute_signature(PUBLIC + target, fields)
        with client.post(target, data=fields, headers={"X-Twilio-Signature": signature}) as answer:
            assert answer.status_code == 200, (answer.status_code, target)
            return answer.get_data()


def _tried(sms: Sms, attempt: int) -> int:
    return sms.at + sum(PAUSES[: attempt - 1])


def _reference(sms: Sms, attempt: int) -> str:
    """Twilio names every try anew."""
    return f"{sms.id}-reply-{attempt}"
