"""A line that is held open for a whole call, as Asterisk and the simulator on the command line have one; and how a call
is led over it.

Play, ask for keys, record, transfer, hang up: five things, and no more. (Twilio holds no line open: it fetches a
document for each step, see twilio.) Whoever hangs up does so at any moment, so every one of them may raise `GoneError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from kiosk.call import (
    Caller,
    Event,
    HangUp,
    Happened,
    HeardNothing,
    HungUp,
    Keys,
    NotReached,
    Pressed,
    Rang,
    Record,
    Recorded,
    Silent,
    Sound,
    Step,
    Transfer,
)
from kiosk.errors import KioskError


class GoneError(Exception):
    """The caller has hung up."""


class Line(Protocol):
    """What a line can do."""

    def play(self, sounds: Sequence[Sound], *, interruptible: bool) -> str:
        """Say these; returns the key that interrupted, "" if none did. Keys pressed while it must not be interrupted
        are dropped."""

    def keys(self, first: str, most: int, patience: int) -> Pressed | Silent:
        """Wait for keys; `first` was pressed already. See call.Keys."""

    def record(self, seconds: int) -> Recorded | HeardNothing:
        """Give a tone and record."""

    def transfer(self, number: str) -> bool:
        """Connect the caller; True when they have spoken to somebody and the call is over."""

    def hang_up(self) -> None:
        """End the call."""


def conduct(line: Line, caller: Caller, take: Callable[[Happened], Step], clock: Callable[[], int]) -> None:
    """Lead one call to its end. `take` is the intake's `call`, `clock` the office's time in epoch milliseconds. Raises
    KioskError when line or office cannot go on; for the office the call is then over, if it can be told."""
    step = take(Happened(caller, 0, Rang(), clock()))
    try:
        while (event := _perform(line, step)) is not None:
            step = take(Happened(caller, step.number, event, clock()))
    except GoneError:
        take(Happened(caller, step.number, HungUp(), clock()))
    except KioskError:
        with suppress(KioskError):
            take(Happened(caller, step.number, HungUp(), clock()))
        raise


def _perform(line: Line, step: Step) -> Event | None:
    """Do one step; None at the end of the call."""
    must_hear, then = step.say[: step.must_hear], step.say[step.must_hear :]
    if must_hear:
        line.play(must_hear, interruptible=False)
    key = line.play(then, interruptible=isinstance(step.then, Keys))
    match step.then:
        case Keys(most, patience):
            return line.keys(key, most, patience)
        case Record(seconds):
            return line.record(seconds)
        case Transfer(number):
            return HungUp() if line.transfer(number) else NotReached()
        case HangUp():
            line.hang_up()
            return None
