"""The two loops of the SMS channel inside the server: one collects what a polled gateway has, one sends what is due.

Which gateway there is says office.toml; one at a time. Both loops look once a second. Sending keeps to `per_minute`:
what is over waits in the outbox.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from channels.rounds import every
from channels.sms.gateway import Gateway, Polled
from channels.sms.incoming import Incoming
from channels.sms.transports import gateway_of
from kiosk.channel import Service
from kiosk.intake import Intake
from kiosk.office import Office

LOOK = 1.0  # seconds
MINUTE = 60.0  # seconds


def services(office: Office, intake: Intake) -> Sequence[Service]:
    """None for the simulator, which needs no loop."""
    gateway = gateway_of(office)
    if gateway is None:
        return ()
    sender = Service("sms sender", lambda: every(LOOK, "sms", Sender(office, intake, gateway).step))
    if not isinstance(gateway, Polled):
        return (sender,)
    incoming = Incoming(office, intake, gateway, at_once=False)
    return (sender, Service("sms inbox", lambda: every(LOOK, "sms", lambda: collect(gateway, incoming))))


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
