"""What `kiosk doctor` says of SMS: whether the transport that office.toml names can be used."""

from __future__ import annotations

from collections.abc import Iterator

from channels.numbers import party
from channels.sms.transports import DOCTORS, SIMULATOR, gateway_of, transport_of
from kiosk.channel import Finding, resolve
from kiosk.errors import ConfigError
from kiosk.office import Office


def findings(office: Office) -> Iterator[Finding]:
    """The transport, the number that residents text to, and what the transport's own doctor says."""
    try:
        name = transport_of(office)
        gateway_of(office)
    except ConfigError as error:
        yield Finding("SMS", False, error.sentence, needed=True)
        return
    if name == SIMULATOR:
        yield Finding("SMS: only tried out", False, "Set transport in [sms], as deploy/server/README.md says.")
        return
    yield Finding(f"SMS by {name}", True)
    values = office.settings("sms")
    number = str(values["number"])
    yield Finding(
        "the number that residents text to",
        party(number, str(values["country"])) == number != "",
        "Set number in [sms] with + and country code, as in +493521000000: printed notices name it.",
    )
    if name in DOCTORS:
        yield from resolve(DOCTORS[name])(office)
