"""One module for each way an SMS can come and go; office.toml names the one that is used.

To add one: a module with a gateway of `channels.sms.gateway` and `make(office)`, and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping

from channels.sms.gateway import Gateway
from kiosk.channel import resolve
from kiosk.errors import ConfigError
from kiosk.office import Office

SIMULATOR = "simulator"
MADE_BY: Mapping[str, str] = {
    "gammu": "channels.sms.transports.gammu:make",
    "android": "channels.sms.transports.android:make",
    "twilio": "channels.sms.transports.twilio:make",
}
DOCTORS: Mapping[str, str] = {"gammu": "channels.sms.transports.gammu:findings"}


def transport_of(office: Office) -> str:
    """The transport's name in office.toml. Raises ConfigError when there is none of that name."""
    name = str(office.settings("sms")["transport"])
    if name != SIMULATOR and name not in MADE_BY:
        raise ConfigError(
            "sms.transport", f'transport = "{name}" in [sms] is none. There are: {SIMULATOR}, {", ".join(MADE_BY)}.'
        )
    return name


def gateway_of(office: Office) -> Gateway | None:
    """The gateway to use; None for the simulator. Raises ConfigError when its settings or secrets are not whole."""
    name = transport_of(office)
    if name == SIMULATOR:
        return None
    gateway: Gateway = resolve(MADE_BY[name])(office)
    return gateway


def needed(office: Office, name: str) -> str:
    """A text of [sms] that the chosen transport cannot do without. Raises ConfigError where it is empty."""
    values = office.settings("sms")
    if not values[name]:
        what = f"{name} under [sms] in office.toml is empty; the transport {values['transport']} needs it."
        raise ConfigError("sms.setting", what)
    return str(values[name])
