"""What is kept of an interview: the turns as they arrive, and the response as it stands.

A turn is appended once and never changed. Its `key` makes it idempotent: the same key again stores nothing and gets the
same reply. Times are UTC epoch milliseconds; ids that leave the house are random.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from kiosk.inputs import Assisted, Input, Said
from kiosk.prompt import Disposition, Prompt
from kiosk.survey import Answer

Mode = NewType("Mode", str)  # a channel brings its own name; the core lists none
TEXT = Mode("text")  # the one built-in mode: a conversation in lines of text


class Via(StrEnum):
    """How a value came in."""

    TOUCH = "touch"
    KEYED = "keyed"
    SPOKEN = "spoken"
    READ_BY_MACHINE = "read_by_machine"
    READ_BY_STAFF = "read_by_staff"


class AddressKind(StrEnum):
    """What names an interview from outside (see identity)."""

    PARTY = "party"  # a phone number
    CODE = "code"  # a receipt or participation code
    SERIAL = "serial"  # of a sheet of paper
    SESSION = "session"  # one visitor at one terminal or in one conversation


@dataclass(frozen=True, slots=True)
class Address:
    """`value` is as the channel knows it; the store keeps only a keyed hash of it. `episode` names one of several
    interviews that a party had one after another, from 1; 0 is the latest."""

    kind: AddressKind
    value: str
    episode: int = 0


class DoubtKind(StrEnum):
    """What a person has to look at or listen to."""

    MARK = "mark"
    TEXT = "text"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What a machine could not decide about the pending answer to `question`, on its way with the turn that brings it.

    `reading` is what the machine made of it, "" if nothing. `evidence` is the id of a blob, "" if there is none; its
    file is written already, or will be written under that id. `size` is how many bytes it has, 0 until that is known.
    """

    question: str
    kind: DoubtKind
    reason: str
    reading: str = ""
    evidence: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt as whoever settles it sees it. `id` is its number; `reading`, `evidence` and `size` are as in `Doubtful`.
    `settled` is None while it waits."""

    id: int
    survey: str
    version: str
    locale: str
    trial: bool
    question: str
    kind: DoubtKind
    reason: str
    reading: str
    evidence: str
    size: int
    opened: int
    settled: int | None = None
    settled_by: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing a respondent did, on its way to `intake.receive`.

    `version` is the definition the channel asked with; "" means the one that is open now. `code` is set by a channel
    that shows the receipt code before the turn is delivered (the terminal). `review`: see `interview.Interview`.
    `doubts` are about answers that its input brings as pending ones; about any other they count for nothing.
    """

    key: str
    mode: Mode
    address: Address
    survey: str
    input: Input | Said
    at: int
    via: Via
    version: str = ""
    site: str = ""
    code: str = ""
    trial: bool = False
    review: bool = True
    doubts: tuple[Doubtful, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a turn led to. `code` is the receipt code, once the interview is closed with answers that it can show;
    `locale` the language to say it in."""

    prompt: Prompt
    locale: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One text from outside, on its way to `intake.exchange`.

    `key` is the provider's id. `sender` is a party as the channel knows it: a phone number in E.164. `at` is when it
    was sent by the network's clock, or when it arrived where that is unknown. `transport` is the gateway that carries
    the answer; `at_once`: in its answer to this very call, so that nothing has to be sent. `survey` and `version` are
    named by who tries a survey out, and empty for everybody else, whose words say it. `stops`: the carrier took it as
    STOPP, whatever it says, and has answered it.
    """

    key: str
    mode: Mode
    sender: str
    text: str
    at: int
    transport: str
    at_once: bool
    trial: bool = False
    survey: str = ""
    version: str = ""
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What a message is answered with: "" for nothing. `uid` is our reference of it; `over`: the interview ended."""

    text: str
    uid: str = ""
    over: bool = False


class State(StrEnum):
    """What a response is worth: only `counted` ones are in published counts."""

    DRAFT = "draft"  # the interview is open
    COUNTED = "counted"  # complete or partial
    SUPERSEDED = "superseded"  # replaced by another of the same person
    EXCLUDED = "excluded"  # on record, not counted: break-off, refusal, or staff decided so
    WITHDRAWN = "withdrawn"  # erased; only a tombstone without content is left


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a value came in (None: nobody gave one), and who checked it ("" where nobody had to)."""

    via: Via | None
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """One interview as it is shown and exported. `ended` and `disposition` are None while it is open; of an erased one
    nothing is left but what it was (uid, survey, version, mode, state, trial)."""

    uid: str
    survey: str
    version: str
    mode: Mode
    site: str
    locale: str
    state: State
    trial: bool
    assisted: Assisted | None
    started: int | None
    ended: int | None
    disposition: Disposition | None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
