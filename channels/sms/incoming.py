"""From what a gateway brings to the core: who wrote, by E.164, and when; then to the intake, and back.

Only a number that somebody can have is an identity: a withheld one, a short code and a sender in letters ("Info") get
no answer and leave no trace, because whoever answers them answers nobody, or a machine.
"""

from __future__ import annotations

import logging

from channels.numbers import party
from channels.sms.gateway import Event, Gateway, Received, Reported
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Answered, Message, Mode

log = logging.getLogger("kiosk")

SMS = Mode("sms")
SIMULATED = "sim:"  # senders that the simulator makes


def whole(text: str) -> str:
    """Without halves of a surrogate pair, which JSON may bring and nothing can store."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Incoming:
    """Takes the events of one gateway. Use from any thread."""

    def __init__(self, office: Office, intake: Intake, gateway: Gateway, *, at_once: bool) -> None:
        self._office = office
        self._intake = intake
        self._name = gateway.name
        self._at_once = at_once
        self._country = str(office.settings("sms")["country"])

    def take(self, event: Event) -> Answered:
        """Hand one event in, and return what to answer. Raises StoreError: then the provider has to come again."""
        if isinstance(event, Reported):
            self._intake.report(event.uid, event.outcome, event.number, event.at)
            return Answered("")
        return self._received(event)

    def _received(self, event: Received) -> Answered:
        sender = party(event.sender, self._country)
        if not sender:
            log.info("sms: a message from no phone number was left unanswered")
            return Answered("")
        arrived = self._office.now()
        message = Message(
            key=event.id,
            mode=SMS,
            sender=sender,
            text=whole(event.text),
            at=arrived if event.at is None else min(event.at, arrived),
            transport=self._name,
            at_once=self._at_once,
            stops=event.opted_out,
        )
        return self._intake.exchange(message)
