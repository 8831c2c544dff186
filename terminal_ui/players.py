"""Where speech is heard: through the sound card of this machine, or in the browser that shows the terminal.

A player begins a `Playing` for everything that is said in one go. It takes sentence after sentence without a gap, and
`hush` ends it at once, from another thread. Sound goes through pipes and packets only, never through a file: it may be
what a respondent wrote.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from kiosk.voice import sound

PROGRAM = "aplay"  # of Debian's alsa-utils
ARGUMENTS = ("-q", "-t", "raw", "-f", "S16_LE", "-r", str(sound.RATE), "-c", "1", "--start-delay=1")
LOOK = 3.0  # seconds that opening the sound card may take
AHEAD = 2.0  # seconds of sound that a browser is sent before it is their turn

Packet = dict[str, str]


class Playing(Protocol):
    """One thing that is said. `play` and `end` belong to one thread, `hush` to any. Both tell whether it can be heard
    here; where it was hushed, nobody wants to know."""

    def play(self, samples: bytes) -> bool:
        """Let this be heard after what went before; waits while there is enough in hand."""

    def end(self) -> bool:
        """Nothing follows: wait until all was heard, or hushed."""

    def hush(self) -> None:
        """Silence at once, and for good."""


class Player(Protocol):
    def works(self) -> bool:
        """Whether anything can be heard here now. May take a moment."""

    def begin(self) -> Playing: ...


# -- the sound card


class Aplay:
    """By aplay, a process for each thing that is said."""

    def works(self) -> bool:
        program = shutil.which(PROGRAM)
        if program is None:
            return False
        try:
            done = subprocess.run(
                [program, *ARGUMENTS],
                input=sound.silence(0.01),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LOOK,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0

    def begin(self) -> Playing:
        return _Piped()


class _Piped:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._hushed = False

    def play(self, samples: bytes) -> bool:
        process = self._start()
        if process is None or process.stdin is None:
            return False
        try:
            process.stdin.write(samples)
            process.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def end(self) -> bool:
        process = self._process
        if process is None:
            return True
        if process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
        return process.wait() == 0

    def hush(self) -> None:
        with self._lock:
            self._hushed = True
            if self._process is not None:
                self._process.kill()

    def _start(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._process is None and not self._hushed:
                with suppress(OSError):
                    self._process = subprocess.Popen(
                        [PROGRAM, *ARGUMENTS],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
            return self._process


# -- the browser


class Told:
    """In the browser that shows this terminal: {"type": "sound", "wav": base64} to be played one after the other, and
    {"type": "hush"}. It does not say when it is done, so that is reckoned. `tell` is called from several threads."""

    def __init__(self, tell: Callable[[Packet], None]) -> None:
        self._tell = tell

    def works(self) -> bool:
        return True

    def begin(self) -> Playing:
        return _Sent(self._tell)


class _Sent:
    def __init__(self, tell: Callable[[Packet], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._hushed = threading.Event()
        self._until = 0.0  # when the last sound will have been heard

    def play(self, samples: bytes) -> bool:
        packet = {"type": "sound", "wav": base64.b64encode(sound.wav(samples)).decode("ascii")}
        with self._lock:
            if not self._hushed.is_set():
                self._tell(packet)
                self._until = max(self._until, time.monotonic()) + sound.seconds(samples)
        self._wait(AHEAD)
        return True

    def end(self) -> bool:
        self._wait(0.0)
        return True

    def hush(self) -> None:
        with self._lock:
            if not self._hushed.is_set():
                self._hushed.set()
                if self._until > time.monotonic():
                    self._tell({"type": "hush"})

    def _wait(self, ahead: float) -> None:
        """Until no more than so many seconds are left to hear."""
        self._hushed.wait(max(0.0, self._until - time.monotonic() - ahead))
