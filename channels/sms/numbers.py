"""A number of ours as somebody reads it who is to dial it (the phonenumbers library)."""

from __future__ import annotations

import phonenumbers

from kiosk.errors import ConfigError

FIRM = "\N{NO-BREAK SPACE}"


def readable(number: str, country: str) -> str:
    """A number in E.164 as somebody in this country dials it, in groups that no line parts. Raises ConfigError."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise ConfigError(
            "sms.number",
            "Nobody would know where to text to. Set number in [sms] of office.toml to your number for SMS, with a "
            "plus and the country's code, for example +49 and what follows the zero.",
        )
    return phonenumbers.format_out_of_country_calling_number(parsed, country).replace(" ", FIRM)
