"""The county's own phone as a gateway: what its webhooks say, and a phone that remembers what it was given to send."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from channels.sms.gateway import Event, Pushed, Received, Refused, Reported
from channels.sms.transports.android import AHEAD, OLDEST, Android
from channels.webhooks import LARGEST
from kiosk.outbox import Fate, Outcome, Outgoing
from tests.channels.provider import Asked, Provider

KEY = "geheim-ü"
OURS = "+4915100000000"
THEIRS = "+4915100000001"
UID = "0123456789abcdef"
NOW = 1_781_000_000  # seconds
ARRIVED = NOW * 1000 + 999  # milliseconds
AT = 1_719_045_971_000  # 22 June 2024, 08:46:11 UTC
NOWHERE = "http://127.0.0.1:9"


def gateway(url: str = NOWHERE) -> Android:
    return Android(url, "sms", "pass:wort", KEY, lambda: ARRIVED)


def message(attempt: int = 1) -> Outgoing:
    return Outgoing(UID, THEIRS, "Grüße: 1 = sehr gut", attempt)


def signature(raw: bytes, stamp: str, key: str = KEY) -> str:
    return hmac.new(key.encode(), raw + stamp.encode(), sha256).hexdigest()


def posted(raw: bytes, headers: dict[str, str]) -> Request:
    kind = "application/json"
    built = EnvironBuilder("/sms/android", method="POST", data=raw, headers=[*headers.items()], content_type=kind)
    return Request(built.get_environ())


def webhook(content: Any, stamp: str = str(NOW)) -> Request:
    raw = json.dumps(content, ensure_ascii=False).encode()
    return posted(raw, {"X-Timestamp": stamp, "X-Signature": signature(raw, stamp)})


def event(name: str, **payload: Any) -> dict[str, Any]:
    """As the app writes it (docs.sms-gate.app/features/webhooks)."""
    return {"deviceId": "d1", "event": name, "id": "e1", "webhookId": "w1", "payload": {"simNumber": 1, **payload}}


def sms(**changed: Any) -> dict[str, Any]:
    usual = {"messageId": "abc123", "message": "Hallo", "sender": THEIRS, "recipient": None}
    return event("sms:received", **(usual | {"receivedAt": "2024-06-22T15:46:11.000+07:00"} | changed))


def failed(reason: str) -> dict[str, Any]:
    return event("sms:failed", messageId=UID, recipient=THEIRS, sender=OURS, reason=reason)


@pytest.mark.parametrize(
    ("content", "events"),
    [
        (sms(), [Received(f"abc123-{AT}", THEIRS, "Hallo", AT)]),
        (sms(receivedAt="2024-06-22T08:46:11.000Z"), [Received(f"abc123-{AT}", THEIRS, "Hallo", AT)]),
        (sms(receivedAt="1970-01-01T00:00:00.000Z"), [Received("abc123-0", THEIRS, "Hallo", None)]),
        (sms(message="Schöne Grüße 👍"), [Received(f"abc123-{AT}", THEIRS, "Schöne Grüße 👍", AT)]),
        (sms(message="", sender="Bank"), [Received(f"abc123-{AT}", "Bank", "", AT)]),
        (
            event("mms:received", messageId="m1", sender=THEIRS, size=9, receivedAt="2024-06-22T08:46:11.000Z"),
            [Received(f"m1-{AT}", THEIRS, "", AT)],
        ),
        (
            event("sms:sent", messageId=UID, recipient=THEIRS, sender=None, partsCount=1),
            [Reported(UID, Outcome(Fate.SENT, "", UID), THEIRS)],
        ),
        (
            event("sms:delivered", messageId=f"{UID}-2", recipient=THEIRS, sender=OURS),
            [Reported(UID, Outcome(Fate.DELIVERED, "", f"{UID}-2"), THEIRS)],
        ),
        (
            failed("Send result: RESULT_ERROR_NO_SERVICE (Failed because service is currently unavailable)"),
            [Reported(UID, Outcome(Fate.RETRYABLE, "RESULT_ERROR_NO_SERVICE", UID), THEIRS)],
        ),
        (
            failed("Send result: Unknown error code: 124."),
            [Reported(UID, Outcome(Fate.RETRYABLE, "failed", UID), THEIRS)],
        ),
        (
            failed(f"Delivery result from SC {OURS}: 70"),
            [Reported(UID, Outcome(Fate.PERMANENT, "failed", UID), THEIRS)],
        ),
        (failed("sendSMS: Invalid phone number"), [Reported(UID, Outcome(Fate.PERMANENT, "failed", UID), THEIRS)]),
        (event("system:ping", health={}), []),
        (event("app:started", simCards=[]), []),
    ],
)
def test_what_the_phone_tells(content: dict[str, Any], events: list[Event]) -> None:
    pushed: Pushed = gateway()
    assert list(pushed.receive(webhook(content))) == [
        replace(event, at=ARRIVED) if isinstance(event, Received) else event for event in events
    ]


def test_the_phones_clock_may_be_wrong() -> None:
    """It is far behind; what comes at once tells by how much, and so when a late one was sent."""
    pushed: Pushed = gateway()
    (first,) = pushed.receive(webhook(sms()))
    (late,) = pushed.receive(webhook(sms(messageId="late", receivedAt="2024-06-22T15:45:11.000+07:00")))
    assert isinstance(first, Received)
    assert isinstance(late, Received)
    assert first.at == ARRIVED
    assert late.at == ARRIVED - 60_000 + 999


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"event": "sms:received"},
        {"event": "sms:received", "payload": None},
        sms(sender=None),
        sms(message=7),
        sms(receivedAt="gestern"),
        sms(receivedAt=None),
        event("sms:sent", messageId=UID),
    ],
)
def test_what_no_phone_tells_is_refused(content: Any) -> None:
    with pytest.raises(Refused) as refused:
        gateway().receive(webhook(content))
    assert refused.value.status == 400
    assert refused.value.__cause__ is None


RAW = json.dumps(sms()).encode()
GOOD = {"X-Timestamp": str(NOW), "X-Signature": signature(RAW, str(NOW))}


@pytest.mark.parametrize(
    ("raw", "headers", "status"),
    [
        (RAW, GOOD, 200),
        (RAW, GOOD | {"X-Signature": GOOD["X-Signature"].upper()}, 200),
        (RAW, {}, 403),
        (RAW, {"X-Timestamp": str(NOW)}, 403),
        (RAW, {"X-Signature": GOOD["X-Signature"]}, 403),
        (RAW, GOOD | {"X-Signature": GOOD["X-Signature"][:-1]}, 403),
        (RAW, GOOD | {"X-Signature": "ä" * 64}, 403),
        (RAW, GOOD | {"X-Signature": signature(RAW, str(NOW), "another key")}, 403),
        (RAW, GOOD | {"X-Timestamp": str(NOW + 1)}, 403),
        (RAW.replace(b"Hallo", b"Hello"), GOOD, 403),
        (b"", GOOD, 403),
        (b"x" * (LARGEST + 1), GOOD, 413),
    ],
)
def test_only_what_the_phone_signed_is_taken(raw: bytes, headers: dict[str, str], status: int) -> None:
    if status == 200:
        assert len(gateway().receive(posted(raw, headers))) == 1
        return
    with pytest.raises(Refused) as refused:
        gateway().receive(posted(raw, headers))
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("stamp", "taken"),
    [
        (str(NOW), True),
        (str(NOW - OLDEST), True),
        (str(NOW - OLDEST - 1), False),
        (str(NOW + AHEAD), True),
        (str(NOW + AHEAD + 1), False),
        ("", False),
        ("soon", False),
        (f"-{NOW}", False),
        ("²", False),
    ],
)
def test_a_signed_webhook_is_taken_for_five_minutes(stamp: str, taken: bool) -> None:
    if taken:
        assert gateway().receive(webhook(sms(), stamp))
        return
    with pytest.raises(Refused) as refused:
        gateway().receive(webhook(sms(), stamp))
    assert refused.value.status == 403


def test_the_webhook_is_answered_and_the_reply_goes_out_by_itself() -> None:
    answer = gateway().answer("", "")
    assert (answer.status_code, answer.get_data()) == (200, b"ok")
    assert not gateway().answers_at_once


class Phone:
    """Takes each id once (409 after that) and tells the state of what it took, as the app does."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}

    def __call__(self, asked: Asked) -> tuple[int, str, dict[str, str]]:
        if asked.method == "GET":
            return 200, json.dumps({"state": self.states[asked.path.rpartition("/")[2]]}), {}
        name = json.loads(asked.content)["id"]
        if name in self.states:
            return 409, json.dumps({"message": "exists"}), {}
        self.states[name] = "Pending"
        return 202, json.dumps({"id": name, "state": "Pending"}), {}


def test_a_message_is_handed_to_the_phone_under_our_own_id() -> None:
    with Provider(Phone()) as provider:
        assert gateway(provider.url + "/").send(message()) == Outcome(Fate.QUEUED, "", UID)
    (asked,) = provider.asked
    assert (asked.method, asked.path) == ("POST", "/message?skipPhoneValidation=true")
    assert base64.b64decode(asked.authorization.removeprefix("Basic ")).decode() == "sms:pass:wort"
    assert json.loads(asked.content) == {
        "id": UID,
        "textMessage": {"text": "Grüße: 1 = sehr gut"},
        "phoneNumbers": [THEIRS],
    }


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        ("Pending", Fate.QUEUED),
        ("Processed", Fate.QUEUED),
        ("Sent", Fate.SENT),
        ("Delivered", Fate.DELIVERED),
    ],
)
def test_what_the_phone_already_has_is_not_sent_again(state: str, fate: Fate) -> None:
    phone = Phone()
    with Provider(phone) as provider:
        gateway(provider.url).send(message())
        phone.states[UID] = state
        assert gateway(provider.url).send(message(attempt=2)) == Outcome(fate, "", UID)
    assert phone.states == {UID: state}


def test_what_failed_on_the_phone_is_sent_again_under_another_id() -> None:
    phone = Phone()
    with Provider(phone) as provider:
        sender = gateway(provider.url)
        for attempt, name in enumerate((UID, f"{UID}-2", f"{UID}-3"), start=1):
            assert sender.send(message(attempt)) == Outcome(Fate.QUEUED, "", name)
            phone.states[name] = "Failed"
        assert sender.send(message(attempt=3)) == Outcome(Fate.RETRYABLE, "failed")
        phone.states[f"{UID}-2"] = "Delivered"  # the phone reports late: it has gone out after all
        assert sender.send(message(attempt=3)) == Outcome(Fate.DELIVERED, "", f"{UID}-2")
    assert list(phone.states) == [UID, f"{UID}-2", f"{UID}-3"]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome(Fate.PERMANENT, "400")),
        (401, Outcome(Fate.PERMANENT, "401")),
        (404, Outcome(Fate.PERMANENT, "404")),
        (429, Outcome(Fate.RETRYABLE, "429")),
        (500, Outcome(Fate.RETRYABLE, "500")),
        (503, Outcome(Fate.RETRYABLE, "503")),
    ],
)
def test_what_the_phone_refuses_has_a_fate(status: int, outcome: Outcome) -> None:
    with Provider(lambda asked: (status, json.dumps({"message": f"{THEIRS}?"}), {})) as provider:
        assert gateway(provider.url).send(message()) == outcome


def test_a_redirect_is_not_followed_and_learns_no_password() -> None:
    with Provider(Phone()) as other, Provider(lambda asked: (302, "", {"Location": other.url})) as provider:
        assert gateway(provider.url).send(message()) == Outcome(Fate.PERMANENT, "302")
    assert other.asked == []


def test_nobody_there_or_somebody_else_makes_a_message_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Outcome(Fate.RETRYABLE, "network")
    with Provider(Phone()) as provider:
        gone = provider.url
    assert gateway(gone).send(message()) == network
    with Provider(lambda asked: (409 if asked.method == "POST" else 200, "<html>", {})) as provider:
        assert gateway(provider.url).send(message()) == network
    with Provider(Phone()) as provider:
        monkeypatch.setattr("channels.sms.transports.android.TIMEOUT", 0.1)
        provider.delay = 0.5
        assert gateway(provider.url).send(message()) == network


def test_a_proxy_of_the_house_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Provider(Phone()) as provider:
        monkeypatch.setenv("http_proxy", NOWHERE)
        assert gateway(provider.url).send(message()).fate is Fate.QUEUED


def test_no_log_tells_a_number_or_a_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), Provider(Phone()) as provider:
        gateway().receive(webhook(sms()))
        gateway(provider.url).send(message())
        gateway().send(message())
    assert caplog.text == ""
