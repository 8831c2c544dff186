"""One contract for every way an SMS can come and go.

    webhook or file -> verify -> parse -> Received | Reported -> channels.sms.incoming -> the provider's own answer
    outbox          -> send   -> Outcome: sent, queued, retryable, permanent or opted out, with the provider's code

A gateway translates between one provider and these few words; it knows no survey and phrases nothing. It checks who
calls before it looks at anything else. It never writes a number or a text into a log or an error: a provider's own
sentence may quote both, so only its code is passed on.

`Pushed` gateways are called by their provider over HTTP, `Polled` ones are asked again and again. Where a provider
takes the reply in its answer to the webhook (`answers_at_once`), nothing has to be sent for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from flask import Request
from flask.wrappers import Response

from channels.webhooks import Refused as Refused
from kiosk.outbox import Outcome, Outgoing


@dataclass(frozen=True, slots=True)
class Received:
    """One SMS of a resident. `id` is the provider's own and makes it idempotent; `sender` is as the provider wrote it;
    `at` is when the network took it (UTC epoch milliseconds), None where the provider does not tell. `opted_out`: the
    provider took it as STOPP, whatever it says, has answered it itself and would refuse a reply of ours."""

    id: str
    sender: str
    text: str
    at: int | None = None
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of an SMS of ours. `uid` is our own reference; `number` is its receiver where the provider names it,
    so that it can be sent once more; `at` is when it happened (UTC epoch milliseconds), None: just now."""

    uid: str
    outcome: Outcome
    number: str = ""
    at: int | None = None


Event = Received | Reported


class Gateway(Protocol):
    """What all of them can do. `name` is the transport's name in office.toml."""

    name: str

    def send(self, message: Outgoing) -> Outcome:
        """Hand one SMS to the provider. Never raises for what the provider or the network does."""


@runtime_checkable
class Pushed(Gateway, Protocol):
    """A gateway that calls us over HTTP."""

    answers_at_once: bool

    def receive(self, request: Request) -> Sequence[Event]:
        """What one request brings. Raises Refused, before anything else is looked at, when it is not signed right."""

    def answer(self, text: str, uid: str) -> Response:
        """The provider's own answer, after the commit. `text` is the reply ("" for none), `uid` our reference of it."""


@dataclass(frozen=True, slots=True)
class Collected:
    """One event of a polled gateway, and what to call once it is committed: then it may be thrown away."""

    event: Event
    done: Callable[[], None]


@runtime_checkable
class Polled(Gateway, Protocol):
    """A gateway that has to be asked."""

    def collect(self) -> Iterator[Collected]:
        """What has come since it was last asked, and all that was not `done`. Raises ConfigError when the place where
        it looks is not there or not ours."""
