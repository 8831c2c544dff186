"""An office with telephones for tests: calls through the real intake, by the clock that the test tells.

A call is led event by event. `press` gives what is said then, a sentence a line, and notes in brackets what the line
waits for besides keys.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path

from kiosk.call import (
    Caller,
    Event,
    HangUp,
    Happened,
    HeardNothing,
    HungUp,
    Keys,
    NotReached,
    Pause,
    Phrase,
    Pressed,
    Rang,
    Record,
    Recorded,
    Silent,
    Sound,
    Step,
    Transfer,
)
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Doubt, Response
from kiosk.store import doubts
from kiosk.store.interviews import Interviews
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Missing
from kiosk.voice import sound
from tests.kiosk.running import configure, make_office

SECOND = 1_000
NOON = 1_767_268_800_000  # 2026-01-01, 12:00 UTC
ANNA, BERT = "+4915100000001", "+4915100000002"  # phones
SPEECH = sound.wav(sound.silence(1.0))  # what is recorded; nobody listens to it here


class Clock(Office):
    """An office whose time is told."""

    at = NOON

    def now(self) -> int:
        return self.at


def make_clock(folder: Path, **settings: str) -> Clock:
    """An office with these in its section [phone]."""
    made = make_office(folder)
    configure(made, "phone", **settings)
    return Clock(made)


class Exchange:
    """An office with its intake, and the calls that reach it."""

    def __init__(self, office: Clock) -> None:
        self.office = office
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self._calls = count(1)
        self._interviews = Interviews(self.office.keyring)

    def call(self, number: str = ANNA, *, trial: bool = False) -> Telephone:
        """A call that was answered."""
        telephone = Telephone(self, Caller("asterisk", f"call-{next(self._calls)}", number, trial))
        telephone.happen(Rang())
        return telephone

    def responses(self, survey: str) -> list[Response]:
        with closing(Reads(self.office.store_file, self.office.keyring)) as reads:
            return list(reads.responses(survey))

    def answers(self, survey: str, nth: int = -1) -> Mapping[str, tuple[str, ...] | Missing | str | None]:
        """What is on record: values, why there are none, or "pending"."""
        return {
            name: "pending" if answer.pending else answer.missing or answer.values
            for name, answer in self.responses(survey)[nth].answers.items()
        }

    def doubts(self) -> list[Doubt]:
        """What waits for a person."""
        return self.writer.run(lambda connection: doubts.waiting(connection, self.office.keyring))

    def erase_all(self) -> None:
        """Every response, as who has its code may ask."""
        for (response,) in self.writer.run(lambda connection: connection.execute("SELECT id FROM response").fetchall()):
            code = self.writer.run(partial(self._interviews.load, response=response)).code
            self.intake.erase(code)

    def files(self) -> int:
        """How many recordings are on the disk."""
        return sum(file.is_file() for file in (self.office.folder / "blobs").rglob("*"))

    def close(self) -> None:
        self.writer.close()

    def clear(self) -> None:
        """Leave the office as if nobody had ever called: to make one takes longer than most stories."""
        self.close()
        self.office.at = NOON
        self.office.store_file.unlink()
        shutil.rmtree(self.office.folder / "blobs", ignore_errors=True)


class Telephone:
    """One call."""

    def __init__(self, exchange: Exchange, caller: Caller) -> None:
        self.exchange = exchange
        self.caller = caller
        self.step = Step(0, (), HangUp())

    def happen(self, event: Event, after: int | None = None) -> str:
        """Hand in an event, five seconds after the one before."""
        self.exchange.office.at += 5 * SECOND
        return self.happen_now(event, after)

    def happen_now(self, event: Event, after: int | None = None) -> str:
        after = self.step.number if after is None else after
        self.step = self.exchange.intake.call("phone", Happened(self.caller, after, event, self.exchange.office.at))
        return self.said

    def press(self, *keys: str) -> str:
        for one in keys:
            self.happen(Pressed(one))
        return self.said

    def wait(self, times: int = 1) -> str:
        for _ in range(times):
            self.happen(Silent())
        return self.said

    def speak(self, words: bytes = SPEECH) -> str:
        assert isinstance(self.step.then, Record)
        return self.happen(Recorded(self.exchange.office.blobs.write(words), len(words)))

    def say_nothing(self) -> str:
        return self.happen(HeardNothing())

    def nobody_answers(self) -> str:
        return self.happen(NotReached())

    def hang_up(self) -> str:
        return self.happen(HungUp())

    @property
    def said(self) -> str:
        return said(self.step)

    @property
    def over(self) -> bool:
        return isinstance(self.step.then, HangUp)


def said(step: Step) -> str:
    """What is heard, a sentence a line; digits that follow each other in one."""
    return "\n".join(_lines(step))


def _lines(step: Step) -> Iterator[str]:
    digits = ""
    for one in (*step.say, Pause(0)):
        if isinstance(one, Phrase) and one.text.isdigit():
            digits += one.text
        elif not (isinstance(one, Pause) and one.seconds):
            if digits:
                yield " ".join(digits)
            digits = ""
            if line := _line(one):
                yield line
    match step.then:
        case Record(seconds):
            yield f"[a tone, then up to {seconds} seconds of speech]"
        case Transfer():
            yield "[connects with a person]"
        case HangUp():
            yield "[hangs up]"
        case Keys(most, _) if most > 1:
            yield "[several keys, then #]"


def _line(one: Sound) -> str:
    match one:
        case Phrase(text):
            return text
        case Pause():
            return ""
    return "[what was recorded]"
