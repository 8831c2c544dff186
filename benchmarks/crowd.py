"""Many callers at the office's socket, from one thread: each hands in a turn, waits for the reply, hands in another."""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load import visit
from kiosk import wire
from kiosk.door import SOCKET
from kiosk.survey import Survey

FORK = multiprocessing.get_context("fork")
PATIENCE = 30.0  # seconds


@dataclass
class Waits:
    """How long each turn waited for its reply, in seconds, and the replies that were errors."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    took: float = 0.0  # all of it together, from the first turn to the last reply

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.took


class _Caller:
    """One connection. The lines are made beforehand, so that what is measured is the other side."""

    def __init__(self, office: Path, lines: Sequence[bytes]) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(office / SOCKET))
        self._lines = iter(lines)
        self._reply = b""
        self._since = 0.0

    def call(self) -> bool:
        """Hand in the next turn; False when there is none."""
        line = next(self._lines, None)
        if line is not None:
            self._since = time.perf_counter()
            self.socket.sendall(line)
        return line is not None

    def hear(self, waits: Waits) -> bool:
        """Take in what came; True when the reply is whole."""
        got = self.socket.recv(1 << 16)
        self._reply += got
        if got and not self._reply.endswith(b"\n"):
            return False
        waits.seconds.append(time.perf_counter() - self._since)
        if not got or b'"error"' in self._reply:
            waits.errors.append(self._reply.decode())
        self._reply = b""
        return True


def call(office: Path, survey: Survey, name: str, callers: int, visits: int) -> Waits:
    """So many callers at once, each with so many visits one after another."""
    lines = [list(_lines(survey, f"{name} {caller}", visits)) for caller in range(callers)]
    waits = Waits()
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for own in lines:
            caller = _Caller(office, own)
            stack.enter_context(caller.socket)
            selector.register(caller.socket, selectors.EVENT_READ, caller)
            caller.call()
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                waits.errors.append("no reply")
                break
            for key, _ in ready:
                if key.data.hear(waits) and not key.data.call():
                    selector.unregister(key.fileobj)
        waits.took = time.perf_counter() - began
    return waits


def call_from_processes(office: Path, survey: Survey, name: str, processes: int, callers: int, visits: int) -> Waits:
    """The same from several processes at once."""
    with FORK.Pool(processes) as pool:
        each = [(office, survey, f"{name} {process}", callers, visits) for process in range(processes)]
        parts = pool.starmap(call, each)
    return Waits(
        [wait for part in parts for wait in part.seconds],
        [error for part in parts for error in part.errors],
        max(part.took for part in parts),
    )


def _lines(survey: Survey, name: str, visits: int) -> Iterator[bytes]:
    now = time.time_ns() // 1_000_000
    for number in range(visits):
        for turn in visit(survey, f"{name} {number}", now):
            yield f'{{"do":"receive","turn":{wire.turn_to_json(turn)}}}\n'.encode()
