"""The web side of SMS: the webhook of the gateway that is used, and, as long as none is, the handset at /try/sms; and
what the front page says of it.

A request is refused before anything else is looked at when it is not signed right; only then is it read, handed in, and
answered in the provider's own way after the commit. When the store cannot take it, the provider is told to come again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from flask import Blueprint, Response, request

from channels.loopback import is_loopback
from channels.numbers import readable
from channels.sms.gateway import Pushed, Refused
from channels.sms.incoming import Incoming
from channels.sms.simulator import PAGE, handset
from channels.sms.transports import SIMULATOR, gateway_of, transport_of
from kiosk.channel import Link
from kiosk.errors import ConfigError, KioskError
from kiosk.intake import Intake
from kiosk.office import Office


def blueprint(office: Office, intake: Intake) -> Blueprint:
    """The routes of the gateway that office.toml names; of the simulator's handset, if it names none."""
    gateway = gateway_of(office)
    if gateway is None:
        return handset(office, intake)
    pages = Blueprint("sms", __name__)
    if isinstance(gateway, Pushed):
        _webhooks(pages, gateway, Incoming(office, intake, gateway, at_once=gateway.answers_at_once))
    return pages


def _webhooks(pages: Blueprint, gateway: Pushed, incoming: Incoming) -> None:
    @pages.post(f"/sms/{gateway.name}")
    @pages.post(f"/sms/{gateway.name}/status")
    def webhook() -> Response:
        answer = None
        for event in gateway.receive(request):
            answer = incoming.take(event)
        text = answer.text if answer and gateway.answers_at_once else ""
        return gateway.answer(text, answer.uid if answer else "")

    @pages.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return Response(status=error.status)

    @pages.errorhandler(KioskError)
    def not_taken(error: KioskError) -> Response:
        return Response(status=error.http_status)


def links(office: Office, host: str) -> Sequence[Link]:
    """From the front page: the number to text to; or, as long as there is none, the handset, for whoever reads it on
    this machine."""
    if transport_of(office) == SIMULATOR:
        return (Link("sms.try.link", PAGE),) if is_loopback(host) else ()
    number, country = (str(office.settings("sms")[name]) for name in ("number", "country"))
    with suppress(ConfigError):  # `kiosk doctor` tells of a number that is none
        return (Link("sms.take_part", f"sms:{number}", (("number", readable(number, country)),)),)
    return ()
