"""The handset at /try/sms: texting with the office from a browser on this very machine, as long as there is no gateway.

Every page is a telephone of its own, with a number that nobody has. The thread travels in the page's form and the
server keeps nothing of it: so there is nothing to forget or to keep out of a log, and two tabs are two people. A form
that is sent once more brings the same key, so it is the same SMS with the same answer.

It is a tool for the staff and no way to take part, so it answers a browser on this machine alone (see loopback).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Request, Response, abort, request

from channels.loopback import asked_here
from channels.sms.incoming import SIMULATED, SMS
from channels.sms.render import measure
from channels.sms.transports import SIMULATOR
from kiosk.errors import KioskError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Message
from kiosk.web import page, spoken

PAGE = "/try/sms"
SHOWN = 40  # of a thread's SMS, so that its form stays far below what the server takes
LONGEST = 918  # signs of what is typed: six SMS


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One SMS, and what came back; "" where nothing did."""

    sent: str
    came: str


def handset(office: Office, intake: Intake) -> Blueprint:
    """The page, for an office whose transport is the simulator."""
    pages = Blueprint(
        "sms", __name__, template_folder="templates", static_folder="static", static_url_path=f"{PAGE}/static"
    )

    @pages.before_request
    def only_here() -> None:
        if not asked_here(request):
            abort(404)

    @pages.get(PAGE)
    def telephone() -> str:
        """A new one."""
        return _shown(office, secrets.token_hex(8), ())

    @pages.post(PAGE)
    def texted() -> str:
        phone, text = request.form["phone"], request.form["text"]
        message = Message(
            key=request.form["key"],
            mode=SMS,
            sender=f"{SIMULATED}{phone}",
            text=text,
            at=office.now(),
            transport=SIMULATOR,
            at_once=True,
            trial=True,
        )
        came = intake.exchange(message).text
        return _shown(office, phone, [*_thread(request), Exchanged(text, came)][-SHOWN:])

    @pages.errorhandler(KioskError)
    def not_taken(error: KioskError) -> Response:
        return Response(str(error), status=error.http_status, mimetype="text/plain")

    return pages


def _thread(asked: Request) -> Iterator[Exchanged]:
    """What the page had shown already. A form sends every line break as two signs."""
    columns = ([text.replace("\r\n", "\n") for text in asked.form.getlist(name)] for name in ("sent", "came"))
    return (Exchanged(sent, came) for sent, came in zip(*columns, strict=False))


def _shown(office: Office, phone: str, thread: Sequence[Exchanged]) -> str:
    catalogue = spoken(office)
    return page(
        office,
        "handset.html",
        catalogue,
        phone=phone,
        key=secrets.token_hex(16),
        thread=thread,
        measure=lambda text: measure(text, catalogue),
        keywords=catalogue.say("list.joiner").join(survey.keyword for survey in office.open_surveys()),
        longest=LONGEST,
    )
