"""The two loops of the SMS channel inside the server: one collects what a polled gateway has, one sends what is due.

Which gateway there is says office.toml; one at a time. Both loops look once a second. Sending keeps to `per_minute`:
what is over waits in the outbox. A gateway that cannot be used now is tried again, and named in the log once an hour at
most.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from channels.sms.gateway import Gateway, Polled
from channels.sms.incoming import Incoming
from channels.sms.transports import gateway_of
from kiosk.channel import Service
from kiosk.errors import KioskError
from kiosk.intake import Intake
from kiosk.office import Office

log = logging.getLogger("kiosk")

LOOK = 1.0  # seconds
MINUTE = 60.0  # seconds


def services(office: Office, intake: Intake) -> Sequence[Service]:
    """None for the simulator, which needs no loop."""
    gateway = gateway_of(office)
    if gateway is None:
        return ()
    sender = Service("sms sender", lambda: _loop(Sender(office, intake, gateway).step))
    if not isinstance(gateway, Polled):
        return (sender,)
    incoming = Incoming(office, intake, gateway, at_once=False)
    return (sender, Service("sms inbox", lambda: _loop(lambda: collect(gateway, incoming))))


def collect(gateway: Polled, incoming: Incoming) -> None:
    """Take all that has come, in order. What cannot be stored now stays where it is, and what is behind it, too."""
    for collected in gateway.collect():
        incoming.take(collected.event)
        collected.done()


class Sender:
    """Sends what is due, no faster than the transport may, and first what the one before it left."""

    def __init__(
        self, office: Office, intake: Intake, gateway: Gateway, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._intake = intake
        self._gateway = gateway
        self._clock = clock
        self._most = max(1, int(office.settings("sms")["per_minute"]))
        self._sent: list[float] = []
        intake.release(gateway.name)

    def step(self) -> None:
        """Send what is due now and may go out within this minute."""
        now = self._clock()
        self._sent = [at for at in self._sent if now - at < MINUTE]
        # One by one: a STOPP may come in between, and what is in our hands may go out twice when the power fails.
        while len(self._sent) < self._most and (due := self._intake.claim(self._gateway.name, 1)):
            (message,) = due
            self._sent.append(self._clock())
            self._intake.report(message.uid, self._gateway.send(message))


def _loop(step: Callable[[], None]) -> tuple[Callable[[], None], Callable[[], None]]:
    stopping = threading.Event()

    def serve() -> None:
        told = ""
        while not stopping.wait(LOOK):
            try:
                step()
                told = ""
            except KioskError as error:  # a folder that is away, a full disk: it may be there again
                if told != error.code:
                    log.warning("sms: %s", error)
                told = error.code

    return serve, stopping.set
