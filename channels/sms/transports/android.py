"""A phone and SIM of the county as a gateway: the app “SMS Gateway for Android” in its local mode.

    POST /sms/android    a signed webhook of the phone -> Received | Reported -> 200 "ok"
    POST URL/message     what we send, with Basic authentication

The app's cloud mode would pass everything through somebody else's server, so only the local mode is spoken here. The
phone serves plain HTTP: it belongs into a WLAN of its own. Its webhooks come by HTTPS. They are to be registered for
sms:received, mms:received, sms:sent, sms:delivered and sms:failed.

A message is queued on the phone under our own uid, and a webhook tells what became of it. The phone refuses (409) an id
that it has: sending again does no harm. What failed there stays there as failed, so the next try has the id UID-2, then
UID-3.
https://docs.sms-gate.app/features/webhooks/ · https://github.com/capcom6/android-sms-gateway (read at v1.66.1)
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from flask import Request
from flask.wrappers import Response

from channels.sms.clock import NetworkClock
from channels.sms.gateway import Event, Received, Refused, Reported
from channels.sms.transports import needed
from channels.webhooks import body
from kiosk.errors import ConfigError
from kiosk.office import Office
from kiosk.outbox import Fate, Outcome, Outgoing

TIMEOUT = 10.0  # seconds
OLDEST = 300  # seconds since a webhook was signed; the phone signs each of its own tries anew
AHEAD = 60  # seconds that the phone's clock may be before ours
STATES: Mapping[str, Fate] = {"Sent": Fate.SENT, "Delivered": Fate.DELIVERED}


class Android:
    """`now` gives UTC epoch milliseconds."""

    name = "android"
    answers_at_once = False

    def __init__(self, url: str, user: str, password: str, signing_key: str, now: Callable[[], int]) -> None:
        self._url = url.rstrip("/")
        self._authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self._signing_key = signing_key.encode()
        self._now = now
        self._clock = NetworkClock()
        # No redirect, which would take the password along; no proxy, for the phone is in the house.
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))

    def receive(self, request: Request) -> Sequence[Event]:
        raw = body(request)
        stamp = request.headers.get("X-Timestamp", "")
        signature = hmac.new(self._signing_key, raw + stamp.encode(), sha256).hexdigest()
        if not hmac.compare_digest(signature.encode(), request.headers.get("X-Signature", "").lower().encode()):
            raise Refused(403)
        if not (stamp.isdecimal() and -AHEAD <= self._now() // 1000 - int(stamp) <= OLDEST):
            raise Refused(403)
        try:
            return [self._by_our_clock(event) for event in _events(json.loads(raw))]
        except (ValueError, KeyError, TypeError):
            raise Refused(400) from None

    def _by_our_clock(self, event: Event) -> Event:
        if isinstance(event, Reported):
            return event
        return replace(event, at=self._clock.sent_at(event.at, self._now()))

    def answer(self, text: str, uid: str) -> Response:
        return Response("ok", mimetype="text/plain")

    def send(self, message: Outgoing) -> Outcome:
        names = [message.uid, *(f"{message.uid}-{attempt}" for attempt in range(2, message.attempt + 1))]
        try:
            for name in names:
                if self._takes(name, message):
                    return Outcome(Fate.QUEUED, reference=name)
                if (state := self._state(name)) != "Failed":
                    return Outcome(STATES.get(state, Fate.QUEUED), reference=name)
        except HTTPError as error:
            error.close()
            busy = error.code == 429 or error.code >= 500
            return Outcome(Fate.RETRYABLE if busy else Fate.PERMANENT, str(error.code))
        except (OSError, HTTPException, ValueError, KeyError, TypeError):  # not there, or not the app that answers
            return Outcome(Fate.RETRYABLE, "network")
        return Outcome(Fate.RETRYABLE, "failed")

    def _takes(self, name: str, message: Outgoing) -> bool:
        """Whether the phone takes it; not, if it has one of that id. Raises HTTPError and what the network raises."""
        sms = {"id": name, "textMessage": {"text": message.text}, "phoneNumbers": [message.number]}
        try:
            # Otherwise it refuses every number that is no mobile one, and there are SMS from landlines.
            self._ask("/message?skipPhoneValidation=true", json.dumps(sms).encode())
        except HTTPError as error:
            if error.code != 409:
                raise
            error.close()
            return False
        return True

    def _state(self, name: str) -> str:
        """Pending, Processed, Sent, Delivered, Failed or Cancelled."""
        return str(json.loads(self._ask(f"/message/{name}"))["state"])

    def _ask(self, path: str, content: bytes | None = None) -> bytes:
        headers = {"Authorization": self._authorization, "Content-Type": "application/json"}
        with self._opener.open(urllib.request.Request(self._url + path, content, headers), timeout=TIMEOUT) as reply:
            answer: bytes = reply.read()
        return answer


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """None: the redirect is an HTTPError."""


def make(office: Office) -> Android:
    """As office.toml, secrets/android_password and secrets/android_signing_key say. Raises ConfigError."""
    url = needed(office, "android_url")
    if urlsplit(url).scheme not in ("http", "https"):
        example = "http://192.168.1.20:8080"
        raise ConfigError("sms.android_url", f"android_url under [sms] in office.toml has to be like {example}.")
    return Android(
        url,
        needed(office, "android_user"),
        office.secret("android_password"),
        office.secret("android_signing_key"),
        office.now,
    )


def _events(webhook: Mapping[str, Any]) -> Sequence[Event]:
    """Raises ValueError, KeyError or TypeError for what the app does not send."""
    payload = webhook["payload"]
    match webhook["event"]:
        case "sms:received":
            return [_received(payload, _text(payload, "message"))]
        case "mms:received":  # its attachments are not fetched
            return [_received(payload, "")]
        case "sms:sent":
            return [_reported(payload, Outcome(Fate.SENT, reference=_text(payload, "messageId")))]
        case "sms:delivered":
            return [_reported(payload, Outcome(Fate.DELIVERED, reference=_text(payload, "messageId")))]
        case "sms:failed":
            return [_reported(payload, _failed(_text(payload, "reason"), _text(payload, "messageId")))]
    return []


def _received(payload: Mapping[str, Any], text: str) -> Received:
    """The app's id of an SMS is a hash of 32 bits; together with the time no two are the same."""
    at = round(datetime.fromisoformat(payload["receivedAt"]).timestamp() * 1000)
    return Received(f"{_text(payload, 'messageId')}-{at}", _text(payload, "sender"), text, at if at > 0 else None)


def _reported(payload: Mapping[str, Any], outcome: Outcome) -> Reported:
    return Reported(outcome.reference.partition("-")[0], outcome, _text(payload, "recipient"))


def _failed(reason: str, reference: str) -> Outcome:
    """“Send result: RESULT_ERROR_NO_SERVICE (...)” is what the modem says, and it may say otherwise later. Any other
    reason (no number, not delivered in time, cancelled) stays as it is. The sentence itself may quote a number."""
    code = re.search(r"\bRESULT_[A-Z_]+", reason)
    fate = Fate.RETRYABLE if reason.startswith("Send result: ") else Fate.PERMANENT
    return Outcome(fate, code[0] if code else "failed", reference)


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value
