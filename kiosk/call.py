"""What passes between a telephone line and the core: one thing that happened in a call, and what the line does next.

    Happened(caller, after step n, event) -> intake.call -> Step n + 1 = what to say, and then: keys, record, transfer,
                                                            hang up

A line (Asterisk, Twilio, a simulator) only translates: it plays the sounds of a step, waits for what the step
names, and hands in what came. It knows no survey, and no key means anything to it. A step that was handed in already is
answered by the step after it once more, so a repeated webhook changes nothing.

Words come as phrases, a sentence each in one language: a phrase is one sound file, recorded by the office or made by a
voice. Plain data without input or output.
"""

from __future__ import annotations

from dataclasses import dataclass

RECORDING = 60  # seconds that somebody may speak

# -- what is heard


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence to be said."""

    text: str
    locale: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What the caller said before: the id of a blob with a WAV file."""

    recording: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing, so many seconds long."""

    seconds: float


Sound = Phrase | Replay | Pause

# -- what the line does after it


@dataclass(frozen=True, slots=True)
class Keys:
    """Wait for up to `most` keys; # ends an entry of several and is not part of it. A * in front of it is heard at
    once by a line that can tell (Twilio waits for more). `patience`: seconds until the first key, and from one to the
    next."""

    most: int
    patience: int


@dataclass(frozen=True, slots=True)
class Record:
    """Give a tone and record until a key, `seconds` at most."""

    seconds: int = RECORDING


@dataclass(frozen=True, slots=True)
class Transfer:
    """Connect the caller with this number. The call is over where that works."""

    number: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call is over."""


Then = Keys | Record | Transfer | HangUp


@dataclass(frozen=True, slots=True)
class Step:
    """What a line does now. A key interrupts what is said and counts, but for the first `must_hear` sounds: what is
    pressed during those counts for nothing."""

    number: int
    say: tuple[Sound, ...]
    then: Then
    must_hear: int = 0


# -- what happens


@dataclass(frozen=True, slots=True)
class Rang:
    """The call was answered."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """These keys, out of 0123456789*#. Of an entry of several, those before the #: "" for # alone."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silent:
    """No key in the time that was given."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Something was said: the id of its sealed blob, and the size of it in bytes. `abroad` is the name under which a
    provider still has it, until it is fetched: then the blob is written under this id later, and size is 0."""

    recording: str
    size: int
    abroad: str = ""


@dataclass(frozen=True, slots=True)
class HeardNothing:
    """A recording that has nothing in it. The line has thrown it away."""


@dataclass(frozen=True, slots=True)
class NotReached:
    """Nobody took the transferred call; the caller is still there."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone, at any moment."""


Event = Rang | Pressed | Silent | Recorded | HeardNothing | NotReached | HungUp


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls on which line; the same for the whole call.

    `call` is the line's own id of the call. `number` is a party in E.164, "" where it is withheld; a simulated one
    begins with "sim:". `survey` and `version` are named by who tries a survey out, and empty for everybody else."""

    transport: str
    call: str
    number: str = ""
    trial: bool = False
    survey: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a call, and the number of the step it follows; 0 for the ring. `at`: epoch milliseconds."""

    caller: Caller
    after: int
    event: Event
    at: int
