"""Keeps the parts of a running office alive: what dies is started again and named in the log.

A part is a thread of this process (the door, the web server) or a process of a channel. It is started again after a
pause that doubles while it keeps dying, so that a part that cannot live does not fill the log.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from kiosk.channel import Worker

log = logging.getLogger("kiosk")

FIRST_PAUSE = 0.5  # seconds
LONGEST_PAUSE = 30.0
STEADY = 60.0  # seconds after which a part counts as healthy again
PATIENCE = 5.0  # seconds a part may take to stop


class Part(Protocol):
    """Something that runs until it is stopped."""

    name: str

    def start(self) -> None: ...

    def running(self) -> bool: ...

    def ended(self) -> str: ...

    def stop(self) -> None: ...


class ThreadPart:
    """A service in a thread. `make` returns (serve, stop); it may raise, which counts as having died."""

    def __init__(self, name: str, make: Callable[[], tuple[Callable[[], None], Callable[[], None]]]) -> None:
        self.name = name
        self._make = make
        self._thread: threading.Thread | None = None
        self._stop: Callable[[], None] = lambda: None
        self._error = ""

    def start(self) -> None:
        with suppress(Exception):  # what died may still hold its port
            self._stop()
        self._error = ""
        serve, self._stop = self._make()
        self._thread = threading.Thread(target=self._run, args=(serve,), name=self.name, daemon=True)
        self._thread.start()

    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def ended(self) -> str:
        return self._error or "without a word"

    def stop(self) -> None:
        self._stop()
        if self._thread:
            self._thread.join(PATIENCE)

    def _run(self, serve: Callable[[], None]) -> None:
        try:
            serve()
        except Exception as error:
            self._error = type(error).__name__  # its text might quote a request


class ProcessPart:
    """A channel's worker."""

    def __init__(self, worker: Worker) -> None:
        self.name = worker.name
        self._argv = worker.argv
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._argv, stdin=subprocess.DEVNULL)

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ended(self) -> str:
        return f"with status {self._process.returncode}" if self._process else "before it began"

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Supervisor:
    """Starts parts in order, watches them, stops them in reverse."""

    def __init__(self, parts: Sequence[Part], clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = tuple(parts)
        self._clock = clock
        self._started: dict[str, float] = {}
        self._pause: dict[str, float] = {}
        self._due: dict[str, float] = {}

    def start(self) -> None:
        """Start every part. What one raises now is the operator's to mend, so it is not caught."""
        for part in self._parts:
            part.start()
            self._started[part.name] = self._clock()

    def watch(self) -> None:
        """Look once: start again what died, when its pause is over. Call about once a second."""
        now = self._clock()
        for part in self._parts:
            if part.running():
                continue
            if part.name not in self._due:
                self._schedule(part, now)
            elif now >= self._due[part.name]:
                del self._due[part.name]
                self._restart(part, now)

    def health(self) -> dict[str, bool]:
        """Part -> whether it runs."""
        return {part.name: part.running() for part in self._parts}

    def stop(self) -> None:
        for part in reversed(self._parts):
            part.stop()

    def _schedule(self, part: Part, now: float) -> None:
        steady = now - self._started.get(part.name, now) >= STEADY
        pause = FIRST_PAUSE if steady else self._pause.get(part.name, FIRST_PAUSE)
        self._pause[part.name] = min(pause * 2, LONGEST_PAUSE)
        self._due[part.name] = now + pause
        log.warning("%s ended %s; starting it again in %.1f s", part.name, part.ended(), pause)

    def _restart(self, part: Part, now: float) -> None:
        self._started[part.name] = now
        try:
            part.start()
        except Exception as error:
            log.warning("%s could not be started: %s", part.name, type(error).__name__)
        else:
            log.info("%s runs again", part.name)
