"""A loop inside the server that does the same again and again, for SMS and phone alike.

What cannot be done now (a network, a folder or a disk that is away) is tried again at the next round, and named in the
log when it begins.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kiosk.errors import KioskError

log = logging.getLogger("kiosk")


def every(seconds: float, channel: str, step: Callable[[], None]) -> tuple[Callable[[], None], Callable[[], None]]:
    """What a `channel.Service` makes: (serve, stop)."""
    stopping = threading.Event()

    def serve() -> None:
        told = ""
        while not stopping.wait(seconds):
            try:
                step()
                told = ""
            except KioskError as error:
                if told != error.code:
                    log.warning("%s: %s", channel, error)
                told = error.code

    return serve, stopping.set
