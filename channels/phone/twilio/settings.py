"""What office.toml and secrets/ say of Twilio, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from channels.regions import EDGES, api
from channels.webhooks import public_address
from kiosk.errors import ConfigError
from kiosk.office import Office

MODE, TRANSPORT = "phone", "twilio"
PAGES = "/phone/twilio"  # the path of every webhook and sound


@dataclass(frozen=True, slots=True)
class Account:
    """`public_url` is how the outside sees this server, `api` where Twilio's own is, `number` what residents call."""

    sid: str
    token: str
    public_url: str
    api: str
    number: str
    country: str

    @property
    def pages(self) -> str:
        return self.public_url.rstrip("/") + PAGES


def account_of(office: Office) -> Account:
    """Raises ConfigError where something is missing."""
    values = {name: str(value) for name, value in office.settings("phone").items()}
    if not values["twilio_account"]:
        raise ConfigError(
            "phone.setting", "twilio_account under [phone] in office.toml is empty; the transport twilio needs it."
        )
    if values["twilio_region"] not in EDGES:
        raise ConfigError("phone.region", 'twilio_region under [phone] in office.toml has to be "" or "ie1".')
    return Account(
        values["twilio_account"],
        office.secret("twilio_auth_token"),
        public_address(office),
        api(values["twilio_region"]),
        values["number"],
        values["country"],
    )
