"""Nobody but Twilio gets past `signed_form`: Twilio's published signatures, and what may not pass for one.

The vectors are those of Twilio's documentation and of its Python library's own tests (tests/unit/
test_request_validator.py of twilio-python). Its vector for a JSON body does not apply: an SMS or call is always a form.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Request
from twilio.request_validator import RequestValidator
from werkzeug.test import EnvironBuilder

from channels.webhooks import FORM, LARGEST, Refused, public_address, signed_form, signed_url
from kiosk.errors import ConfigError
from kiosk.office import Office
from tests.kiosk.running import configure, make_office

TOKEN = "12345"
HOST = "https://mycompany.com"
TARGET = "/myapp.php?foo=1&bar=2"
CALL = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def posted(
    signature: str | None,
    fields: str | bytes = urlencode(CALL),
    target: str = TARGET,
    kind: str = FORM,
) -> Request:
    """A request as it comes behind a proxy: from the loopback, by plain HTTP."""
    headers = [] if signature is None else [("X-Twilio-Signature", signature)]
    built = EnvironBuilder(target, method="POST", data=fields, headers=headers, content_type=kind)
    return Request(built.get_environ())


def status(taken: Request, token: str = TOKEN, public_url: str = HOST) -> int:
    """200, or what it is refused with."""
    try:
        signed_form(taken, token, public_url)
    except Refused as refused:
        return refused.status
    return 200


@pytest.mark.parametrize(
    ("public_url", "signature"),
    [
        ("https://mycompany.com", SIGNATURE),
        ("https://mycompany.com/", SIGNATURE),
        ("https://mycompany.com:1234", SIGNATURE),  # Twilio leaves the port out by HTTPS ...
        ("http://mycompany.com:1234", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),  # ... and names it by HTTP,
        ("https://mycompany.com", "kvajT1Ptam85bY51eRf/AJRuM3w="),  # or names the usual one, 443
        ("http://mycompany.com", "0ZXoZLH/DfblKGATFgpif+LLRf4="),  # or 80
    ],
)
def test_the_published_signatures_pass(public_url: str, signature: str) -> None:
    assert signed_form(posted(signature), TOKEN, public_url).to_dict() == CALL


def test_a_field_that_comes_twice_counts_as_twilio_counts_it() -> None:
    fields = "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234"
    form = signed_form(posted("IK+Dwps556ElfBT0I3Rgjkr1wJU=", fields), TOKEN, HOST)
    assert form.getlist("Digits") == ["5678", "1234", "1234"]


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        SIGNATURE[:-1],
        SIGNATURE[:10],
        SIGNATURE + "=",
        "rSOYDt4T1cUTdK1PDd93/VVr8B8=",
        SIGNATURE.lower(),
        "Basic " + SIGNATURE,
        "ä" * len(SIGNATURE),
    ],
)
def test_a_missing_wrong_or_cut_signature_is_refused(signature: str | None) -> None:
    assert status(posted(signature)) == 403


@pytest.mark.parametrize(
    ("what", "fields", "target"),
    [
        ("a value changed", urlencode(CALL | {"Digits": "1235"}), TARGET),
        ("a field added", urlencode(CALL | {"Extra": ""}) + "&X=1", TARGET),
        ("a field left out", urlencode({"CallSid": CALL["CallSid"]}), TARGET),
        ("no field", "", TARGET),
        ("another path", urlencode(CALL), "/myapp.phq?foo=1&bar=2"),
        ("another query", urlencode(CALL), "/myapp.php?foo=1&bar=3"),
        ("the query in another order", urlencode(CALL), "/myapp.php?bar=2&foo=1"),
        ("no query", urlencode(CALL), "/myapp.php"),
        ("bytes that are no text", b"\xff\xfe=\xff", TARGET),
        ("percent signs of nothing", "%=%ff&%zz", TARGET),
    ],
)
def test_what_was_changed_under_way_is_refused(what: str, fields: str | bytes, target: str) -> None:
    assert status(posted(SIGNATURE, fields, target)) == 403


def test_another_token_or_another_address_is_refused() -> None:
    assert status(posted(SIGNATURE), token="12346") == 403
    assert status(posted(SIGNATURE), token="") == 403
    assert status(posted(SIGNATURE), public_url="https://mycompany.org") == 403


@pytest.mark.parametrize("target", ["*", ":99999/myapp.php", "http://mycompany.com/myapp.php", "[/myapp.php"])
def test_a_request_line_without_a_path_is_refused(target: str) -> None:
    with pytest.raises(Refused):
        signed_url(HOST, target)


def test_the_query_counts_byte_for_byte() -> None:
    """What a framework would make of it, `?ort=Grüße`, is not what was signed."""
    target = "/sms/twilio?ort=Gr%C3%BC%C3%9Fe&leer=&plus=a+b%20c"
    public = "https://dialog.example.org:8443/kiosk"
    signature = RequestValidator(TOKEN).compute_signature(public + target, CALL)
    assert status(posted(signature, target=target), public_url=public) == 200
    assert status(posted(signature, target=target.replace("%C3", "%c3")), public_url=public) == 403


def test_umlauts_emoji_and_empty_fields_are_signed_as_text() -> None:
    fields = {"Body": "Schöne Grüße 👍 + 100 %", "NumMedia": "0", "FromCity": ""}
    signature = RequestValidator(TOKEN).compute_signature(HOST + "/sms/twilio", fields)
    form = signed_form(posted(signature, urlencode(fields), "/sms/twilio"), TOKEN, HOST)
    assert form.to_dict() == fields


def test_only_a_form_of_a_webhooks_size_is_looked_at() -> None:
    assert status(posted(SIGNATURE, kind="application/json")) == 415
    assert status(posted(SIGNATURE, kind="multipart/form-data; boundary=x")) == 415
    assert status(posted(SIGNATURE, "a" * LARGEST)) == 403
    assert status(posted(SIGNATURE, "a" * (LARGEST + 1))) == 413


def test_without_a_public_address_no_webhook_can_be_taken(tmp_path: Path) -> None:
    folder = make_office(tmp_path / "office")
    with pytest.raises(ConfigError, match="public_url"):
        public_address(Office(folder))
    configure(folder, public_url='"https://dialog.example.org/kiosk"')
    assert public_address(Office(folder)) == "https://dialog.example.org/kiosk"
