"""Whatever up to three phones text, in any order, late, and more than once: rules that always hold.

The words are those that mean something somewhere, mixed with anything a keyboard can produce. What an answer may be is
told from its text and from the store, so that no rule of the conversation has to be written a second time here.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.sms.gsm import length
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Answered, Message, Mode
from kiosk.store.writer import Writer
from kiosk.understanding import Command, command, plain
from tests.kiosk.generated import SAMPLES, sample
from tests.kiosk.running import PHONE, make_office

MINUTE, DAY = 60_000, 86_400_000  # milliseconds
QUESTION = re.compile(r"\d/\d ")  # how one begins, where there is no problem above it
KEYWORDS = [sample(name).keyword for name in SAMPLES]
LABELS = [
    label
    for name in SAMPLES
    for question in sample(name).questions
    for c in question.choices
    for label in c.label.values()
]
COMMANDS = "STOPP|stop bitte|Lasst mich in Ruhe|START|HILFE|zurück|weiter|nochmal|Sprache|English|leicht|deutsch".split(
    "|"
)
REPLIES = "ja|nein|JA|1|2|3|4|5|7|8|9|1 und 2|1 oder 2|1A|2B|3C 4A|weiß nicht|keine Angabe|danke|Hallo?|".split("|")
SEVERAL = ["ja 1A 2B 3A 4A", "1AC 2D 4B 5: Mehr Busse", "3A\n2B", *(f"{keyword} JA 1A 2C 3A" for keyword in KEYWORDS)]
FORTH = [*KEYWORDS, *KEYWORDS, "ja", "ja", "ja", "1", "2", "3", "weiter"]  # so that many get to the end
TEXTS = st.one_of(
    st.sampled_from(FORTH),
    st.sampled_from(FORTH),
    st.sampled_from([*KEYWORDS, *COMMANDS, *REPLIES, *SEVERAL, *LABELS]),
    st.text(max_size=200),
)


@dataclass(frozen=True, slots=True)
class Event:
    """A phone (0 to 2) texts, `late` milliseconds after it was written and `pause` after the event before; or what came
    before comes once more."""

    phone: int
    text: str
    late: int
    pause: int
    again: int | None


EVENTS = st.builds(
    Event,
    phone=st.integers(0, 2),
    text=TEXTS,
    late=st.sampled_from([0, 0, 0, 1, MINUTE, 3 * MINUTE, DAY]),
    pause=st.sampled_from([0, 1, MINUTE, MINUTE, DAY]),
    again=st.one_of(st.none(), st.none(), st.none(), st.integers(0, 20)),
)


class Clock(Office):
    """An office whose time is told."""

    at = 1_767_268_800_000

    def now(self) -> int:
        return self.at


class House:
    """An office with its intake; and its store, seen from outside."""

    def __init__(self, folder: Path) -> None:
        self.office = Clock(make_office(folder))
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self.numbers = count(1)
        self.keys = count(1)
        self.store = sqlite3.connect(self.office.store_file)

    def value(self, sql: str) -> int:
        return int(self.store.execute(sql).fetchone()[0])

    def message(self, number: str, event: Event) -> Message:
        self.office.at += event.pause
        at, key = self.office.at - event.late, f"SM{next(self.keys)}"
        return Message(key, Mode("sms"), number, event.text, at, "twilio", at_once=True)

    def exchange(self, message: Message) -> Answered:
        """Hand it in. There is one answer at most, and it is in the outbox."""
        before = self.value("SELECT count(*) FROM message")
        answered = self.intake.exchange(message)
        assert self.value("SELECT count(*) FROM message") - before == bool(answered.uid)
        assert bool(answered.text) == bool(answered.uid)
        return answered

    def again(self, message: Message) -> Answered:
        """Hand it in once more, with whatever else a provider may have changed. Not a byte of the store changes."""
        before = self.value("PRAGMA data_version")
        answered = self.intake.exchange(replace(message, at=self.office.at))
        assert self.value("PRAGMA data_version") == before
        return answered

    def taken_out(self, uid: str) -> bool:
        """Whether the words of an answer are gone."""
        return bool(self.value(f"SELECT count(*) FROM message WHERE uid = '{uid}' AND text IS NULL"))

    def starts(self, text: str) -> bool:
        return any(command(text, words.vocabulary) is Command.START for words in self.office.catalogues.values())

    def thanks(self, text: str) -> bool:
        return any(plain(text) in words.vocabulary.thanks for words in self.office.catalogues.values())

    def stops(self, answer: str) -> bool:
        """Whether this is the last one that somebody gets."""
        ends = [words.say("sms.stopped") for words in self.office.catalogues.values()]
        return any(answer.startswith(end) for end in ends)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("any") / "office")
    yield house
    house.store.close()
    house.writer.close()


@settings(max_examples=80)
@given(events=st.lists(EVENTS, min_size=5, max_size=30))
def test_the_rules_hold_whatever_is_texted(house: House, events: list[Event]) -> None:
    phones = [f"+4915100{next(house.numbers):06d}" for _ in range(3)]
    stopped: set[str] = set()
    known: list[tuple[Message, Answered]] = []
    latest: dict[str, Message] = {}
    for event in events:
        if known and event.again is not None:
            message, answered = known[event.again % len(known)]
            repeated = house.again(message)
            assert repeated.uid == answered.uid
            if message is latest.get(message.sender) or not house.taken_out(answered.uid):
                assert repeated.text == answered.text
            else:
                assert repeated.text == "", "of who said no or was erased, nothing is kept"
            continue
        message = house.message(phones[event.phone], event)
        answered = house.exchange(message)
        known.append((message, answered))
        latest[message.sender] = message
        if house.starts(message.text):
            stopped.discard(message.sender)
        if answered == Answered(""):
            assert message.sender in stopped or house.thanks(message.text), (
                "silence is for who said STOPP, and for thanks"
            )
        else:
            assert message.sender not in stopped
        if house.stops(answered.text):
            stopped.add(message.sender)
        if QUESTION.match(answered.text) and PHONE not in answered.text:
            assert length(answered.text).segments == 1
