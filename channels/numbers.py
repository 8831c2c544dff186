"""Telephone numbers, for SMS and phone alike: who sends or calls, in E.164, and how a number of ours is read (the
phonenumbers library).

Only a number that somebody can have is an identity. A withheld one, a short code and a sender in letters ("Info") are
none.
"""

from __future__ import annotations

import phonenumbers

from kiosk.errors import ConfigError

FIRM = "\N{NO-BREAK SPACE}"
KINDS = phonenumbers.PhoneNumberType
# Not those that cost who writes to them: a sender can be forged, and the answers would be paid by the county.
PERSONAL = (KINDS.MOBILE, KINDS.FIXED_LINE, KINDS.FIXED_LINE_OR_MOBILE, KINDS.VOIP, KINDS.PERSONAL_NUMBER)


def party(sender: str, country: str) -> str:
    """A sender in E.164; "" for what is no number of a person. `country`: of numbers in national form (ISO 3166)."""
    try:
        number = phonenumbers.parse(sender, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in PERSONAL:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


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
