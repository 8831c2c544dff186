"""A code finds every mistake that people make when they copy a number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import UsageError
from kiosk.identity import DAMM, check_digit, grouped, new_code, read_code

codes = st.from_regex(r"[0-9]{10}", fullmatch=True).map(lambda digits: digits + check_digit(digits))


def test_the_example_of_the_method() -> None:
    assert check_digit("572") == "4"


def test_every_digit_stands_once_in_each_row_and_column() -> None:
    for line in (*DAMM, *zip(*DAMM, strict=True)):
        assert sorted(line) == list(range(10))


@given(codes)
def test_every_single_wrong_digit_is_found(code: str) -> None:
    for at in range(len(code)):
        for digit in set("0123456789") - {code[at]}:
            with pytest.raises(UsageError, match="A digit of this code is wrong"):
                read_code(code[:at] + digit + code[at + 1 :])


@given(codes)
def test_every_swap_of_neighbours_is_found(code: str) -> None:
    for at in range(len(code) - 1):
        if code[at] != code[at + 1]:
            with pytest.raises(UsageError, match="two are swapped"):
                read_code(code[:at] + code[at + 1] + code[at] + code[at + 2 :])


@pytest.mark.parametrize(
    "form", ["{0} {1} {2}", "{0}{1}{2}", " {0}-{1}-{2} ", "{0}.{1}.{2}", "{0}/{1}/{2}", "{0}\t{1}\u00a0{2}"]
)
@given(code=codes)
def test_a_code_is_read_however_it_is_grouped(form: str, code: str) -> None:
    assert read_code(form.format(code[:4], code[4:8], code[8:])) == code


@given(codes)
def test_a_code_is_shown_in_groups(code: str) -> None:
    assert re.fullmatch(r"\d{4} \d{4} \d{3}", grouped(code))
    assert read_code(grouped(code)) == code


@pytest.mark.parametrize(
    "typed", ["", "1", "1234567890", "123456789012", "1234 5678 90x", "١٢٣٤٥٦٧٨٩٠١", "²²²²²²²²²²²"]
)
def test_what_is_no_code_is_told_what_one_looks_like(typed: str) -> None:
    with pytest.raises(UsageError, match="11 digits, as in 1234 5678 901"):
        read_code(typed)


def test_new_codes_are_right_and_differ() -> None:
    made = [new_code() for _ in range(500)]
    assert [read_code(code) for code in made] == made
    assert len(set(made)) == len(made)
