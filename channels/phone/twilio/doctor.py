"""What `kiosk doctor` says of the phone by Twilio, without asking Twilio."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from channels.phone.twilio.settings import account_of
from kiosk.channel import Finding
from kiosk.errors import ConfigError
from kiosk.office import Office

ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
TOKEN = re.compile(r"[0-9a-fA-F]{32}")


def findings(office: Office) -> Iterator[Finding]:
    """Whether everything is set, and looks as it does at Twilio."""
    try:
        account = account_of(office)
    except ConfigError as error:
        yield Finding("phone by Twilio", False, error.sentence, needed=True)
        return
    yield Finding(
        "phone by Twilio: the account",
        bool(ACCOUNT.fullmatch(account.sid)),
        "Set twilio_account in [phone] to the Account SID of Twilio's console: AC and 32 digits and letters a to f.",
        needed=True,
    )
    # A key of the API (SK...) cannot check signatures, nor can the token of another region.
    yield Finding(
        "phone by Twilio: the token",
        bool(TOKEN.fullmatch(account.token)),
        "Put the Auth Token of that account, and of the region in twilio_region, into secrets/twilio_auth_token: 32"
        " digits and letters a to f.",
        needed=True,
    )
    address = urlsplit(account.public_url)
    yield Finding(
        "phone by Twilio: an address that Twilio can call",
        address.scheme == "https" and address.hostname not in ("localhost", "127.0.0.1", "::1"),
        "Set public_url in [server] to the HTTPS address by which the internet reaches this server.",
        needed=True,
    )
