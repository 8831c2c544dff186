"""Events and steps of telephone calls as JSON, for the socket; `wire` does the same for turns and messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

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
    Replay,
    Silent,
    Sound,
    Step,
    Then,
    Transfer,
)
from kiosk.wire import BLOB, LATEST, Data, WireError

KEYS = re.compile(r"[0-9*#]{0,40}")  # more than any step asks for


def _only(form: re.Pattern[str], text: object) -> str:
    """What has this form."""
    if not isinstance(text, str) or not form.fullmatch(text):
        raise WireError
    return text


def _recorded(recording: str, size: int, abroad: str) -> Recorded:
    if not recording or not 0 <= size <= LATEST:
        raise WireError
    return Recorded(recording, size, abroad)


_EVENTS: Mapping[str, Callable[[Data], Event]] = {
    "Rang": lambda d: Rang(),
    "Pressed": lambda d: Pressed(_only(KEYS, d["keys"])),
    "Silent": lambda d: Silent(),
    "Recorded": lambda d: _recorded(_only(BLOB, d["recording"]), int(d["size"]), str(d["abroad"])),
    "HeardNothing": lambda d: HeardNothing(),
    "NotReached": lambda d: NotReached(),
    "HungUp": lambda d: HungUp(),
}
_SOUNDS: Mapping[str, Callable[[Data], Sound]] = {
    "Phrase": lambda d: Phrase(str(d["text"]), str(d["locale"])),
    "Replay": lambda d: Replay(str(d["recording"])),
    "Pause": lambda d: Pause(float(d["seconds"])),
}
_THEN: Mapping[str, Callable[[Data], Then]] = {
    "Keys": lambda d: Keys(int(d["most"]), int(d["patience"])),
    "Record": lambda d: Record(int(d["seconds"])),
    "Transfer": lambda d: Transfer(str(d["number"])),
    "HangUp": lambda d: HangUp(),
}
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, OverflowError)


def happened_to(happened: Happened) -> Data:
    return {
        "caller": _to(happened.caller),
        "after": happened.after,
        "event": _to(happened.event),
        "at": happened.at,
    }


def happened_from(data: Data) -> Happened:
    """Raises WireError."""
    try:
        at, caller = int(data["at"]), dict(data["caller"])
        if not 0 <= at <= LATEST or not isinstance(caller["trial"], bool):
            raise WireError
        known = {name: str(caller[name]) for name in ("transport", "call", "number", "survey", "version")}
        event = _EVENTS[data["event"]["is"]](data["event"])
        return Happened(Caller(**known, trial=caller["trial"]), int(data["after"]), event, at)
    except MALFORMED:
        raise WireError from None


def step_to(step: Step) -> Data:
    return {
        "number": step.number,
        "say": [_to(sound) for sound in step.say],
        "then": _to(step.then),
        "must_hear": step.must_hear,
    }


def step_from(data: Data) -> Step:
    """Raises WireError."""
    try:
        say = tuple(_SOUNDS[sound["is"]](sound) for sound in data["say"])
        return Step(int(data["number"]), say, _THEN[data["then"]["is"]](data["then"]), int(data["must_hear"]))
    except MALFORMED:
        raise WireError from None


def _to(one: Caller | Event | Sound | Then) -> Data:
    """{"is": class, fields ...}"""
    return {"is": type(one).__name__} | {name: getattr(one, name) for name in one.__slots__}
