"""For all calls, whatever is pressed, said or repeated: nothing raises, a repeated event is answered the same, the
store holds the recordings that it knows and no others, and nothing is recorded that nobody asked for."""

from __future__ import annotations

import random
from pathlib import Path

from kiosk.call import (
    Event,
    HeardNothing,
    HungUp,
    Keys,
    NotReached,
    Pressed,
    Record,
    Recorded,
    Silent,
    Transfer,
)
from kiosk.store.calls import LOST
from tests.kiosk.telephone import ANNA, BERT, SPEECH, Exchange, Telephone, make_clock

CALLS, EVENTS = 25, 60
KEYS = "1111112222233345678901*#"


def test_any_calls(tmp_path: Path) -> None:
    """Several callers at a time, two of them with one number and one that withholds it."""
    for seed in range(3):
        chance = random.Random(seed)
        exchange = Exchange(make_clock(tmp_path / str(seed), transfer='"+493521000001"' if seed else '""'))
        calls: list[Telephone] = []
        for _ in range(CALLS * EVENTS):
            if len(calls) < 4:
                calls.append(exchange.call(chance.choice([ANNA, ANNA, BERT, ""])))
            call = chance.choice(calls)
            before = call.step
            event = any_event(call, chance)
            call.happen_now(event)
            exchange.office.at += chance.choice([200, 2_000, 20_000])
            if chance.random() < 0.3 and not isinstance(event, HungUp | Recorded):
                after = call.step
                call.happen_now(event, after=before.number)
                assert call.step == after
            assert not isinstance(call.step.then, Record) or event in (Pressed("1"), Pressed("3")), event
            if call.over:
                calls.remove(call)
        exchange.office.at += LOST + 1
        exchange.intake.expire()
        kept = {uid for (uid,) in exchange.writer.run(lambda c: c.execute("SELECT uid FROM blob").fetchall())}
        waiting = {doubt.evidence for doubt in exchange.doubts()}
        assert exchange.files() == len(kept)
        assert waiting == kept
        exchange.close()


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
