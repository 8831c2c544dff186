"""What Twilio posts to us, for SMS and phone alike: nothing of it is read before its signature was checked.

Twilio signs the address it called and the fields it sent (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
The address is the public one. Behind a proxy the request has another scheme, host, port and path, and what a framework
makes of it has the query decoded and encoded again: `?ort=Gr%C3%BC%C3%9Fe` is then no longer what was signed. So the
address is put together from the setting `public_url` and from path and query byte for byte as they came. Where the
office lives under a prefix, `public_url` ends in it and the proxy takes it off the path.

There is no other way to the fields than `signed_form`. Only the length and the type of a body are looked at before.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from flask import Request
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk.errors import ConfigError
from kiosk.office import Office

LARGEST = 16 * 1024  # bytes of a webhook's body; an SMS of ten parts with all of Twilio's fields has about 5,000
FORM = "application/x-www-form-urlencoded"


class Refused(Exception):  # noqa: N818  nothing went wrong here
    """A request that is not taken, with its HTTP status: 403 for one whose signature does not fit."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def public_address(office: Office) -> str:
    """As the outside sees this server. Raises ConfigError where that is not set, for then no signature could fit."""
    url = str(office.settings("server")["public_url"])
    if urlsplit(url).scheme not in ("http", "https"):
        raise ConfigError(
            "server.public_url",
            "Webhooks need public_url under [server] in office.toml: the address by which their sender reaches"
            " this server, for example https://dialog.example.org",
        )
    return url


def body(request: Request) -> bytes:
    """The whole body. Raises Refused (413) for one that is larger than any webhook."""
    request.max_content_length = LARGEST
    try:
        return request.get_data()
    except RequestEntityTooLarge:
        raise Refused(413) from None


def signed_form(request: Request, token: str, public_url: str) -> MultiDict[str, str]:
    """The fields that Twilio sent. Raises Refused: 413 too large, 415 no form, 403 not signed with this token."""
    raw = body(request)
    if request.mimetype != FORM:
        raise Refused(415)
    form = MultiDict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))
    url = signed_url(public_url, request.environ["REQUEST_URI"])
    if not RequestValidator(token).validate(url, form, request.headers.get("X-Twilio-Signature", "")):
        raise Refused(403)
    return form


def signed_url(public_url: str, target: str) -> str:
    """What Twilio signed. `target` is the request line's: path and query, as waitress gives them in REQUEST_URI."""
    if not target.startswith("/"):
        raise Refused(403)  # a whole address or "*", which no webhook is called by
    return public_url.rstrip("/") + target
