"""One module for each way to send and receive; each has a class that is a gateway, and `make(office)`."""

from __future__ import annotations

from kiosk.errors import ConfigError
from kiosk.office import Office


def needed(office: Office, name: str) -> str:
    """A text of [sms] that the chosen transport cannot do without. Raises ConfigError where it is empty."""
    values = office.settings("sms")
    if not values[name]:
        what = f"{name} under [sms] in office.toml is empty; the transport {values['transport']} needs it."
        raise ConfigError("sms.setting", what)
    return str(values[name])
