"""Telephone numbers: who sends or calls, in E.164 (the phonenumbers library); for SMS and phone alike.

Only a number that somebody can have is an identity. A withheld one, a short code and a sender in letters ("Info") are
none.
"""

from __future__ import annotations

import phonenumbers

KINDS = phonenumbers.PhoneNumberType
# Not those that cost who writes to them: a sender can be forged, and the answers would be paid by the county.
PERSONAL = (KINDS.MOBILE, KINDS.FIXED_LINE, KINDS.FIXED_LINE_OR_MOBILE, KINDS.VOIP, KINDS.PERSONAL_NUMBER)


def party(sender: str, country: str) -> str:
    """Who sent or calls, in E.164; "" for what is no number of a person. `country`: of numbers in national form, as in
    ISO 3166."""
    try:
        number = phonenumbers.parse(sender, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in PERSONAL:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
