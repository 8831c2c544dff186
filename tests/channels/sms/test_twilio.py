"""Twilio as a gateway: what its webhooks say, what it is answered, and what becomes of what we send."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from flask import Request
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from werkzeug.test import EnvironBuilder

from channels.sms.gateway import Event, Pushed, Received, Refused, Reported
from channels.sms.transports.twilio import Twilio
from kiosk.outbox import Fate, Outcome, Outgoing
from tests.channels.provider import Answers, Provider

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "12345"
OURS = "+4915100000000"
THEIRS = "+4915100000001"
PUBLIC = "https://dialog.example.org/kiosk"
UID = "0123456789abcdef"
SMS = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": THEIRS, "To": OURS, "Body": "Hallo", "NumMedia": "0"}
MESSAGE = Outgoing(UID, THEIRS, "Wie zufrieden sind Sie? 1 = sehr", 1)

TWILIO: Pushed = Twilio(ACCOUNT, TOKEN, OURS, PUBLIC)


def posted(fields: dict[str, str], target: str = "/sms/twilio", token: str = TOKEN) -> Request:
    signature = RequestValidator(token).compute_signature(PUBLIC + target, fields)
    return Request(
        EnvironBuilder(
            target,
            method="POST",
            data=urlencode(fields),
            headers=[("X-Twilio-Signature", signature)],
            content_type="application/x-www-form-urlencoded",
        ).get_environ()
    )


@pytest.mark.parametrize(
    ("changed", "event"),
    [
        ({}, Received("SM1", THEIRS, "Hallo")),
        ({"Body": "  2 und 3 👍\n"}, Received("SM1", THEIRS, "  2 und 3 👍\n")),
        ({"Body": ""}, Received("SM1", THEIRS, "")),
        ({"Body": "", "NumMedia": "1", "MediaUrl0": "https://x"}, Received("SM1", THEIRS, "")),
        ({"From": "Bank", "Body": "Ihr Code"}, Received("SM1", "Bank", "Ihr Code")),
        ({"Body": "STOPP"}, Received("SM1", THEIRS, "STOPP")),  # ours, not Twilio's
        ({"Body": "ende"}, Received("SM1", THEIRS, "ende")),
        ({"Body": "Stop bitte"}, Received("SM1", THEIRS, "Stop bitte")),
        ({"Body": "Stop"}, Received("SM1", THEIRS, "Stop", opted_out=True)),
        ({"Body": " end \n"}, Received("SM1", THEIRS, " end \n", opted_out=True)),
        ({"Body": "Abmelden", "OptOutType": "STOP"}, Received("SM1", THEIRS, "Abmelden", opted_out=True)),
        ({"Body": "START", "OptOutType": "START"}, Received("SM1", THEIRS, "START")),
        ({"Body": "HILFE", "OptOutType": "HELP"}, Received("SM1", THEIRS, "HILFE")),
    ],
)
def test_an_sms_comes_in(changed: dict[str, str], event: Event) -> None:
    assert TWILIO.receive(posted(SMS | changed)) == [event]


@pytest.mark.parametrize("word", "STOP STOPALL UNSUBSCRIBE END QUIT REVOKE OPTOUT CANCEL".split())
def test_every_word_that_twilio_stops_at_is_told(word: str) -> None:
    event = TWILIO.receive(posted(SMS | {"Body": word.lower()}))[0]
    assert isinstance(event, Received)
    assert event.opted_out


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        ("queued", "", None),
        ("accepted", "", None),
        ("scheduled", "", None),
        ("sending", "", None),
        ("sent", "", Outcome(Fate.SENT, "", "SM2")),
        ("delivered", "", Outcome(Fate.DELIVERED, "", "SM2")),
        ("read", "", Outcome(Fate.DELIVERED, "", "SM2")),
        ("undelivered", "30001", Outcome(Fate.RETRYABLE, "30001", "SM2")),
        ("undelivered", "30003", Outcome(Fate.RETRYABLE, "30003", "SM2")),
        ("undelivered", "30008", Outcome(Fate.RETRYABLE, "30008", "SM2")),
        ("failed", "30017", Outcome(Fate.RETRYABLE, "30017", "SM2")),
        ("failed", "20429", Outcome(Fate.RETRYABLE, "20429", "SM2")),
        ("failed", "21610", Outcome(Fate.OPTED_OUT, "21610", "SM2")),
        ("failed", "21211", Outcome(Fate.PERMANENT, "21211", "SM2")),
        ("failed", "21614", Outcome(Fate.PERMANENT, "21614", "SM2")),
        ("undelivered", "30004", Outcome(Fate.PERMANENT, "30004", "SM2")),
        ("undelivered", "30005", Outcome(Fate.PERMANENT, "30005", "SM2")),
        ("undelivered", "30006", Outcome(Fate.PERMANENT, "30006", "SM2")),
        ("undelivered", "30007", Outcome(Fate.PERMANENT, "30007", "SM2")),
        ("undelivered", "99999", Outcome(Fate.PERMANENT, "99999", "SM2")),
        ("failed", "", Outcome(Fate.PERMANENT, "failed", "SM2")),
        ("canceled", "", Outcome(Fate.PERMANENT, "canceled", "SM2")),
        ("whatever comes next year", "", None),
    ],
)
def test_a_status_tells_what_became_of_a_message(status: str, code: str, outcome: Outcome | None) -> None:
    fields = {"MessageSid": "SM2", "MessageStatus": status, "To": THEIRS, "From": OURS}
    if code:
        fields["ErrorCode"] = code
    events = TWILIO.receive(posted(fields, f"/sms/twilio/status?message={UID}"))
    assert events == ([Reported(UID, outcome, THEIRS)] if outcome else [])


def test_a_webhook_that_is_not_twilios_is_refused_whatever_it_says() -> None:
    for taken in (posted(SMS, token="12346"), posted({}, f"/sms/twilio/status?message={UID}", token="")):
        with pytest.raises(Refused) as refused:
            TWILIO.receive(taken)
        assert refused.value.status == 403


def test_a_webhook_of_twilios_that_brings_no_sms_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        TWILIO.receive(posted({"CallSid": "CA1", "From": THEIRS}))
    assert refused.value.status == 400


def test_the_reply_is_twilios_markup_and_names_itself() -> None:
    answer = TWILIO.answer("Grüße & <1>", UID)
    assert answer.get_data(as_text=True) == (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        f'<Message action="{PUBLIC}/sms/twilio/status?message={UID}" method="POST">Grüße &amp; &lt;1&gt;</Message>'
        "</Response>"
    )
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert TWILIO.answer("Grüße & <1>", UID).get_data() == answer.get_data()


def test_no_reply_is_an_empty_response() -> None:
    answer = TWILIO.answer("", "")
    assert answer.get_data(as_text=True) == '<?xml version="1.0" encoding="UTF-8"?><Response />'
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")


def test_in_ireland_a_reply_goes_out_by_itself() -> None:
    """<Message> is known in the USA only."""
    assert TWILIO.answers_at_once
    assert not Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, "ie1").answers_at_once


class ToLoopback(TwilioHttpClient):  # type: ignore[misc]  # twilio ships no types
    """Twilio's own client, with another server where Twilio's would be. `hosts` are those that were meant."""

    def __init__(self, url: str, timeout: float = 10) -> None:
        super().__init__(timeout=timeout)
        self._url = url
        self.hosts: list[str] = []

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        scheme, _, host, path = url.split("/", 3)
        self.hosts.append(f"{scheme}//{host}")
        return super().request(method, f"{self._url}/{path}", *arguments, **options)


def says(status: int, /, **answer: Any) -> Answers:
    return lambda asked: (status, json.dumps(answer), {"Content-Type": "application/json"})


def test_a_message_is_sent_as_twilio_documents_it() -> None:
    with Provider(says(201, sid="SM3", status="queued", error_code=None)) as provider:
        http = ToLoopback(provider.url)
        sent = Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, http=http).send(MESSAGE)
    assert sent == Outcome(Fate.SENT, "", "SM3")
    (asked,) = provider.asked
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert parse_qs(asked.content) == {
        "To": [THEIRS],
        "From": [OURS],
        "Body": [MESSAGE.text],
        "StatusCallback": [f"{PUBLIC}/sms/twilio/status?message={UID}"],
    }
    assert http.hosts == ["https://api.twilio.com"]


def test_in_ireland_it_is_sent_through_dublin() -> None:
    with Provider(says(201, sid="SM3")) as provider:
        http = ToLoopback(provider.url)
        Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, "ie1", http).send(MESSAGE)
    assert http.hosts == ["https://api.dublin.ie1.twilio.com"]


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 21211, Outcome(Fate.PERMANENT, "21211")),
        (400, 21614, Outcome(Fate.PERMANENT, "21614")),
        (400, 21610, Outcome(Fate.OPTED_OUT, "21610")),
        (401, 20003, Outcome(Fate.PERMANENT, "20003")),
        (404, 20404, Outcome(Fate.PERMANENT, "20404")),
        (429, 20429, Outcome(Fate.RETRYABLE, "20429")),
        (500, 20500, Outcome(Fate.RETRYABLE, "20500")),
        (503, 20503, Outcome(Fate.RETRYABLE, "20503")),
    ],
)
@pytest.mark.parametrize("new", [False, True], ids=["old form", "RFC 9457"])
def test_what_twilio_refuses_has_a_fate(status: int, code: int, outcome: Outcome, new: bool) -> None:
    words = f"The 'To' number {THEIRS} cannot be reached"
    old_form: dict[str, Any] = {"code": code, "message": words, "status": status}
    new_form: dict[str, Any] = {"type": "about:blank", "title": words, "code": code, "status": status}
    with Provider(says(status, **(new_form if new else old_form))) as provider:
        assert Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, http=ToLoopback(provider.url)).send(MESSAGE) == outcome
        assert len(provider.asked) == 1, "trying again is the outbox's"


def test_a_server_that_is_not_twilio_makes_a_message_wait() -> None:
    with Provider(lambda asked: (502, "<html>Bad gateway</html>", {})) as provider:
        gateway = Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, http=ToLoopback(provider.url))
        assert gateway.send(MESSAGE) == Outcome(Fate.RETRYABLE, "502")
        provider.answers = lambda asked: (200, "<html>Please log in to this WLAN</html>", {})
        assert gateway.send(MESSAGE) == Outcome(Fate.RETRYABLE, "network")


def test_a_redirect_is_not_followed() -> None:
    with (
        Provider(says(201, sid="SM3")) as other,
        Provider(lambda asked: (302, "", {"Location": other.url})) as provider,
    ):
        outcome = Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, http=ToLoopback(provider.url)).send(MESSAGE)
    assert outcome == Outcome(Fate.PERMANENT, "302")
    assert other.asked == []


def test_nobody_there_and_nobody_in_time_make_a_message_wait() -> None:
    with Provider(says(201, sid="SM3")) as provider:
        gone = provider.url
    assert Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, http=ToLoopback(gone)).send(MESSAGE) == Outcome(
        Fate.RETRYABLE, "network"
    )

    with Provider(says(201, sid="SM3")) as provider:
        provider.delay = 0.5
        gateway = Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, http=ToLoopback(provider.url, timeout=0.1))
        assert gateway.send(MESSAGE) == Outcome(Fate.RETRYABLE, "network")


def test_no_log_tells_a_number_or_a_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        TWILIO.receive(posted(SMS))
        for status in (201, 400):
            with Provider(says(status, sid="SM3", code=21211, message=f"{THEIRS} is no number")) as provider:
                Twilio(ACCOUNT, TOKEN, OURS, PUBLIC, http=ToLoopback(provider.url)).send(MESSAGE)
    assert caplog.text == ""
