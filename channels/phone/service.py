"""The loops of the phone channel inside the server: sounds made ahead, and what the transport of office.toml needs.

The simulator needs none: nobody but staff hears it, and each of its sounds is made when it is its turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from channels.phone import ahead
from channels.phone.blueprint import transport_of
from channels.phone.sounds import make
from kiosk.channel import Service, resolve
from kiosk.intake import Intake
from kiosk.office import Office


def services(office: Office, intake: Intake) -> Sequence[Service]:
    """Those of the transport, and what makes sounds ahead. Raises ConfigError for a transport that is none."""
    found = [*ahead.services(office)]
    match transport_of(office):
        case "asterisk":
            found.append(resolve("channels.phone.asterisk.server:service")(office, intake, make(office)))
        case "twilio":
            found.append(resolve("channels.phone.twilio.recordings:service")(office, intake))
    return found
