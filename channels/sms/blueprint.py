"""The web side of SMS: the webhook of the gateway that is used, and, as long as none is, the handset at /try/sms.

A request is refused before anything else is looked at when it is not signed right; only then is it read, handed in, and
answered in the provider's own way after the commit. When the store cannot take it, the provider is told to come again.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from channels.sms.gateway import Pushed, Refused
from channels.sms.incoming import Incoming
from channels.sms.simulator import handset
from channels.sms.transports import gateway_of
from kiosk.errors import KioskError
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
