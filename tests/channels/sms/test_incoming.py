"""Who wrote: only a number that a person has is an identity, and gets an answer."""

from __future__ import annotations

import pytest

from channels.numbers import party
from channels.sms.incoming import whole


@pytest.mark.parametrize(
    ("sender", "number"),
    [
        ("+4915100000001", "+4915100000001"),
        ("004915100000001", "+4915100000001"),
        ("015100000001", "+4915100000001"),
        ("0151 / 000 000 01", "+4915100000001"),
        ("03521 7250", "+4935217250"),
        ("+48512345678", "+48512345678"),
        ("", ""),
        ("anonymous", ""),
        ("unknown", ""),
        ("+266696687", ""),  # how Twilio writes "anonymous"
        ("22922", ""),  # a short code
        ("110", ""),
        ("Vodafone", ""),
        ("Info4U", ""),
        ("+49900123456", ""),  # each answer would cost the county
        ("+491805123456", ""),
        ("+491371234567", ""),
        ("+979123456789", ""),
        ("+49151", ""),
        ("sim:abc", ""),
        ("<script>", ""),
        ("1" * 400, ""),
    ],
)
def test_a_sender_is_a_number_in_e164_or_nobody(sender: str, number: str) -> None:
    assert party(sender, "DE") == number


def test_half_a_letter_is_replaced_and_a_whole_one_is_put_together() -> None:
    assert whole("a\ud83db") == "a\ufffdb"
    assert whole("\ud83d\ude00") == "😀"
    assert whole("Grüße 😀") == "Grüße 😀"
