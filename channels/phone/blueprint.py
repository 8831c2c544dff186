"""The web side of the phone: what office.toml's transport needs of it, and what the front page says of it.

Twilio comes by webhooks, Asterisk by a line of its own (see service). As long as neither is used there is the
simulator, a telephone at /try/phone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from flask import Blueprint

from channels.loopback import is_loopback
from channels.numbers import readable
from channels.phone import sounds
from channels.phone.simulator import PAGE, SIMULATOR, telephone
from kiosk.channel import Link, resolve
from kiosk.errors import ConfigError
from kiosk.intake import Intake
from kiosk.office import Office

PHONE = "phone"
TWILIO = "channels.phone.twilio.blueprint:blueprint"
PAGES: Mapping[str, Callable[[Office, Intake], Blueprint]] = {
    SIMULATOR: lambda office, intake: telephone(office, partial(intake.call, PHONE), sounds.make(office)),
    "twilio": lambda office, intake: resolve(TWILIO)(office, intake, sounds.make(office)),
    "asterisk": lambda office, intake: Blueprint("phone", __name__),
}


def transport_of(office: Office) -> str:
    """The transport's name in office.toml. Raises ConfigError when there is none of that name."""
    name = str(office.settings("phone")["transport"])
    if name not in PAGES:
        raise ConfigError("phone.transport", f'transport = "{name}" in [phone] is none. There are: {", ".join(PAGES)}.')
    return name


def blueprint(office: Office, intake: Intake) -> Blueprint:
    """The routes of the transport that office.toml names."""
    return PAGES[transport_of(office)](office, intake)


def links(office: Office, host: str) -> Sequence[Link]:
    """From the front page: the number to call; or, as long as nobody can, the telephone, for whoever reads it on this
    machine."""
    if transport_of(office) == SIMULATOR:
        return (Link("phone.try.link", PAGE),) if is_loopback(host) else ()
    number, country = (str(office.settings("phone")[name]) for name in ("number", "country"))
    with suppress(ConfigError):  # `kiosk doctor` tells of a number that is none
        return (Link("phone.take_part", f"tel:{number}", (("number", readable(number, country)),)),)
    return ()
