"""Twilio: a signed webhook brings an SMS, its answer carries the reply, status callbacks tell what became of it.

    POST /sms/twilio                     an SMS     -> Received -> TwiML: the reply as <Message>, or an empty <Response>
    POST /sms/twilio/status?message=UID  its status -> Reported -> an empty <Response>

Twilio is a company in the USA and reads every word and number; the county's own modem or phone is the default. The
region ie1 (Ireland, a public beta) stores SMS in the EU. It has no <Message> (error 13803), so there the reply is no
answer but goes out through the outbox, like everything else (`answers_at_once` is false).

Twilio keeps a stop list of its own. English words such as STOP put a number on it; Twilio answers them itself, and
whatever we send to such a number fails with 21610.
https://www.twilio.com/docs/messaging/twiml/message · /docs/messaging/tutorials/advanced-opt-out
https://www.twilio.com/docs/global-infrastructure/messaging-api-with-twilio-regions
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from json import JSONDecodeError
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Request
from flask.wrappers import Response
from twilio.twiml.messaging_response import MessagingResponse

from channels.regions import EDGES
from channels.sms.gateway import Event, Received, Refused, Reported
from channels.sms.transports import needed
from channels.webhooks import public_address, signed_form
from kiosk.errors import ConfigError
from kiosk.office import Office
from kiosk.outbox import Fate, Outcome, Outgoing

if TYPE_CHECKING:
    from twilio.http import HttpClient
    from twilio.rest import Client

TIMEOUT = 10.0  # seconds
OPT_OUT = frozenset("STOP STOPALL UNSUBSCRIBE END QUIT REVOKE OPTOUT CANCEL".split())

# https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
# What is not here (queued, sending, ...) is on its way and tells nothing new.
STATUSES: Mapping[str, Fate] = {
    "sent": Fate.SENT,
    "delivered": Fate.DELIVERED,
    "read": Fate.DELIVERED,
    "undelivered": Fate.PERMANENT,
    "failed": Fate.PERMANENT,
    "canceled": Fate.PERMANENT,
}

# https://www.twilio.com/docs/api/errors/ and the code. Every other code is permanent, for example 21211 no valid
# number, 21614 no mobile number, 30004 blocked, 30005 number unknown, 30006 landline, 30007 filtered as spam.
CODES: Mapping[str, Fate] = {
    "20429": Fate.RETRYABLE,  # too many requests at once
    "21610": Fate.OPTED_OUT,  # the receiver is on Twilio's stop list
    "30001": Fate.RETRYABLE,  # queue overflow
    "30003": Fate.RETRYABLE,  # the phone is off or without signal
    "30008": Fate.RETRYABLE,  # unknown error of the carrier
    "30017": Fate.RETRYABLE,  # the carrier's network is congested
}


class Twilio:
    """`public_url` as the outside sees this server; `http` carries the requests, Twilio's own client by default."""

    name = "twilio"

    def __init__(
        self, account: str, token: str, number: str, public_url: str, region: str = "", http: HttpClient | None = None
    ) -> None:
        self.answers_at_once = not region
        self._account = account
        self._token = token
        self._number = number
        self._public_url = public_url
        self._region = region
        self._http = http

    def receive(self, request: Request) -> Sequence[Event]:
        form = signed_form(request, self._token, self._public_url)
        if uid := request.args.get("message"):
            return _report(uid, form)
        if not (form.get("MessageSid") and form.get("From")):
            raise Refused(400)  # a webhook of Twilio's, but of no SMS
        # An MMS has MediaUrl0 and so on, which are not fetched: an attachment without words is an empty text.
        return [Received(form["MessageSid"], form["From"], form.get("Body", ""), opted_out=_opts_out(form))]

    def answer(self, text: str, uid: str) -> Response:
        twiml = MessagingResponse()
        if text:
            twiml.message(text, action=self._callback(uid), method="POST")
        return Response(str(twiml), mimetype="text/xml")

    def send(self, message: Outgoing) -> Outcome:
        # Loaded here: it costs every start 50 to 200 ms, and an office that only answers never sends.
        from requests import RequestException
        from twilio.base.exceptions import TwilioRestException, TwilioServiceException

        try:
            sent = self._client.messages.create(
                to=message.number,
                from_=self._number,
                body=message.text,
                status_callback=self._callback(message.uid),
            )
        except (TwilioRestException, TwilioServiceException) as error:
            busy = error.status == 429 or error.status >= 500
            return Outcome(Fate.RETRYABLE if busy else _fate(str(error.code)), str(error.code))
        except (RequestException, JSONDecodeError):  # the network, or a proxy that answers in Twilio's place
            return Outcome(Fate.RETRYABLE, "network")
        return Outcome(Fate.SENT, reference=str(sent.sid))

    @cached_property
    def _client(self) -> Client:
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        # It tells every request and its headers at INFO, the level of `kiosk start`.
        logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
        return Client(
            self._account,
            self._token,
            region=self._region or None,
            edge=EDGES[self._region],
            http_client=self._http or TwilioHttpClient(timeout=TIMEOUT),
        )

    def _callback(self, uid: str) -> str:
        return f"{self._public_url.rstrip('/')}/sms/twilio/status?{urlencode({'message': uid})}"


def make(office: Office) -> Twilio:
    """As office.toml and secrets/twilio_auth_token say. Raises ConfigError where something is missing."""
    region = str(office.settings("sms")["twilio_region"])
    if region not in EDGES:
        raise ConfigError("sms.region", 'twilio_region under [sms] in office.toml has to be "" or "ie1".')
    return Twilio(
        needed(office, "twilio_account"),
        office.secret("twilio_auth_token"),
        needed(office, "number"),
        public_address(office),
        region,
    )


def _opts_out(form: Mapping[str, str]) -> bool:
    """OptOutType comes where the operator set words of his own at Twilio (Advanced Opt-Out)."""
    return form.get("OptOutType") == "STOP" or form.get("Body", "").strip().upper() in OPT_OUT


def _report(uid: str, form: Mapping[str, str]) -> Sequence[Event]:
    status = form.get("MessageStatus", "")
    if status not in STATUSES:
        return []
    fate, code = STATUSES[status], ""
    if fate is Fate.PERMANENT:
        code = form.get("ErrorCode") or status
        fate = _fate(code)
    return [Reported(uid, Outcome(fate, code, form.get("MessageSid", "")), form.get("To", ""))]


def _fate(code: str) -> Fate:
    return CODES.get(code, Fate.PERMANENT)
