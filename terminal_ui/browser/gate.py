"""Who may come in: only pages of ours, only so many at once, and nobody too often. Pure; the time comes from a clock.

Every start of a session costs a process. `SESSIONS` at once (a setting) keep the machine's memory, and `STARTS` a
minute from one address its processor: a page that reloads all the time, or a script, waits until the minute is over.
What a page says waits in its process until it is done, so `Pace` keeps that short, too.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from ipaddress import ip_address

from terminal_ui.browser.place import Place

STARTS, SPAN = 20, 60.0  # so many starts in so many seconds
SAID = 200  # keys, touches and sizes of one page in a second; nobody types so many


class Refusal(Enum):
    """Why somebody may not come in: the HTTP status, and what to do."""

    HOST = 403, "This terminal does not answer under that name. Its names stand as browser_url in office.toml."
    ORIGIN = 403, "Only this terminal's own page may use it. Its addresses stand as browser_url in office.toml."
    FULL = 503, "All places are taken. Wait until one is free, or raise browser_sessions in office.toml."
    OFTEN = 429, "Too many starts from this address. Wait a minute."

    @property
    def status(self) -> int:
        return int(self.value[0])

    @property
    def sentence(self) -> str:
        return str(self.value[1])


class Gate:
    """Asked before anything is served, and told of every start."""

    def __init__(self, place: Place, clock: Callable[[], float] = time.monotonic) -> None:
        self._place = place
        self._clock = clock
        self._starts: dict[str, deque[float]] = {}

    def knows(self, host: str) -> Refusal | None:
        """Whether one of our names was asked for. A name that somebody else made point here is none."""
        return None if host.lower() in self._place.hosts else Refusal.HOST

    def trusts(self, origin: str) -> Refusal | None:
        """Whether the page that wants to talk is ours; a page always says where it comes from."""
        return None if origin.lower() in self._place.origins else Refusal.ORIGIN

    def has_room(self, sessions: int, address: str) -> Refusal | None:
        """Whether one more can start beside so many, from this address."""
        if sessions >= self._place.sessions:
            return Refusal.FULL
        return Refusal.OFTEN if len(self._recent(address)) >= STARTS else None

    def started(self, address: str) -> None:
        for other in [other for other in self._starts if not self._recent(other)]:
            del self._starts[other]  # who came once is not remembered
        self._starts.setdefault(address, deque()).append(self._clock())

    def _recent(self, address: str) -> deque[float]:
        starts = self._starts.get(address, deque())
        while starts and self._clock() - starts[0] >= SPAN:
            starts.popleft()
        return starts


class Pace:
    """How quickly one page speaks. Told of everything it says."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._said = 0

    def holds(self) -> bool:
        """Whether that may have been somebody's hand."""
        if self._clock() - self._since >= 1.0:
            self._since, self._said = self._clock(), 0
        self._said += 1
        return self._said <= SAID


def address_of(peer: str, forwarded: str) -> str:
    """Who is there: the peer, or, where that is a web server on this machine, whom it says it speaks for."""
    try:
        here = ip_address(peer).is_loopback
    except ValueError:
        return peer
    return (forwarded.rpartition(",")[2].strip() if here else "") or peer
