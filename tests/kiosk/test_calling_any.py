"""For all calls, whatever is pressed, said or repeated, and whatever comes by SMS, is settled or erased meanwhile:
nothing raises, a repeated event is answered the same, the store holds the recordings that it knows and no others, each
for somebody to listen to, and nothing is recorded that nobody asked for. Nothing is said that the script has not, but
for numbers."""

from __future__ import annotations

import random
from pathlib import Path

from channels.phone.script import phrases
from kiosk.call import (
    Event,
    HeardNothing,
    HungUp,
    Keys,
    NotReached,
    Phrase,
    Pressed,
    Record,
    Recorded,
    Silent,
    Transfer,
)
from kiosk.record import Message, Mode
from kiosk.store.calls import LOST
from kiosk.survey import Answer, Missing
from tests.kiosk.telephone import ANNA, BERT, SPEECH, Exchange, Telephone, make_clock

LISTENED = "SELECT b.uid FROM doubt d JOIN blob b ON b.id = d.evidence"  # to be, or already
CALLS, EVENTS = 25, 60
KEYS = "1111112222233345678901*#"
TEXTS = ("BESUCH", "DIGITAL", "JA", "NEIN", "1", "2", "3A", "2B", "ZURÜCK", "STOPP", "START", "Widerruf")


def test_any_calls(tmp_path: Path) -> None:
    """Several callers at a time, two of them with one number and one that withholds it."""
    for seed in range(3):
        chance = random.Random(seed)
        exchange = Exchange(make_clock(tmp_path / str(seed), transfer='"+493521000001"' if seed else '""'))
        calls: list[Telephone] = []
        heard: set[Phrase] = set()
        for _ in range(CALLS * EVENTS):
            if len(calls) < 4:
                calls.append(exchange.call(chance.choice([ANNA, ANNA, BERT, ""])))
            call = chance.choice(calls)
            if chance.random() < 0.1:
                beside(exchange, chance)
            before = call.step
            event = any_event(call, chance)
            call.happen_now(event)
            exchange.office.at += chance.choice([200, 2_000, 20_000])
            if chance.random() < 0.3 and not isinstance(event, HungUp | Recorded):
                after = call.step
                call.happen_now(event, after=before.number)
                assert call.step == after
            assert not isinstance(call.step.then, Record) or event in (Pressed("1"), Pressed("3")), event
            heard.update(one for one in call.step.say if isinstance(one, Phrase) and not one.text.isdigit())
            if call.over:
                calls.remove(call)
        exchange.office.at += LOST + 1
        exchange.intake.expire()
        kept = {uid for (uid,) in exchange.writer.run(lambda c: c.execute("SELECT uid FROM blob").fetchall())}
        assert exchange.files() == len(kept)
        assert kept == {uid for (uid,) in exchange.writer.run(lambda c: c.execute(LISTENED).fetchall())}
        surveys = exchange.office.surveys().values()
        assert heard <= {phrase for survey in surveys for phrase in phrases(exchange.office, survey)}
        exchange.close()


def beside(exchange: Exchange, chance: random.Random) -> None:
    """What else may reach an office during a call."""
    match chance.choices(["a message", "a decision", "an erasure"], weights=[8, 2, 1]):
        case ["a message"]:
            words, key = chance.choice(TEXTS), f"SM{chance.getrandbits(64)}"
            sender = chance.choice([ANNA, BERT])
            exchange.intake.exchange(
                Message(key, Mode("sms"), sender, words, exchange.office.at, "twilio", at_once=True)
            )
        case ["a decision"]:
            for doubt in exchange.doubts()[:1]:
                decided = chance.choice([Answer(("Mehr Bänke",)), Answer(missing=Missing.UNREADABLE)])
                exchange.intake.settle(doubt.id, decided, "clerk")
        case _:
            exchange.erase_all()


def any_event(call: Telephone, chance: random.Random) -> Event:
    """Something that this step may be answered by, or somebody who hangs up."""
    if chance.random() < 0.02:
        return HungUp()
    match call.step.then:
        case Record():
            if chance.random() < 0.3:
                return HeardNothing()
            return Recorded(call.exchange.office.blobs.write(SPEECH), len(SPEECH))
        case Transfer():
            return NotReached()
        case Keys(most, _) if most > 1:
            return Pressed("".join(chance.choices("0123456789*", k=chance.choice([0, 1, 2, 11]))))
    return Silent() if chance.random() < 0.1 else Pressed(chance.choice(KEYS))
