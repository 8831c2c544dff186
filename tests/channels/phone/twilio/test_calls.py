"""Whole calls by Twilio: a client that follows our documents as Twilio does, and a real office at the other end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.identity import code_digest, read_code
from kiosk.record import State
from kiosk.store.reads import Reads
from kiosk.survey import Kind
from tests.channels.phone.caller import OURS, Call
from tests.channels.phone.shelf import Shelf
from tests.channels.phone.twilio.house import (
    HOUSE,
    PUBLIC,
    THEIRS,
    WITHHELD,
    Clockwork,
    House,
    begin,
    make,
    spoken_to_the_end,
)
from tests.kiosk.generated import LOCALES, SAMPLES, sample

# Whole interviews


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("survey", SAMPLES)
def test_a_whole_interview(house: House, survey: str, locale: str) -> None:
    digits = spoken_to_the_end(house, begin(house, survey, locale))
    house.twilio.deliver()
    house.bringer.step()

    (response,) = house.responses(survey)
    assert (response.mode, response.locale, response.state) == ("phone", locale, State.COUNTED)
    assert digits[: len(digits) // 2] == digits[len(digits) // 2 :], "the code is not the same twice"
    code = read_code("".join(digits[: len(digits) // 2]))
    assert house.one("SELECT count(*) FROM response WHERE code_digest IS NOT NULL") == 1
    reads = Reads(house.office.store_file, house.office.keyring)
    assert reads.by_code(code_digest(house.office.keyring, code)) == response
    reads.close()
    for question in sample(survey).route(response.answers):
        answer = response.answers[question.name]
        assert answer.pending if question.kind is Kind.TEXT else question.choices[0].name in answer.values
    spoke = any(question.kind is Kind.TEXT for question in sample(survey).questions)
    assert house.one("SELECT count(*) FROM doubt") == house.one("SELECT count(*) FROM blob") == spoke
    assert house.one("SELECT count(*) FROM abroad") == 0
    assert house.twilio.shelf.names == [], "something was left at Twilio"


def test_each_webhook_that_comes_twice_gets_the_same_document_and_is_stored_once(house: House) -> None:
    kept = []
    for number, house.twilio.twice in ((THEIRS, False), ("+4915100000002", True)):
        spoken_to_the_end(house, begin(house, "counter", number=number))
        house.tidy()
        tables = ("response", "turn", "answer", "doubt", "blob", "call")
        kept.append([house.one(f"SELECT count(*) FROM {table}") for table in tables])
    assert kept[1] == [2 * count for count in kept[0]]
    assert house.one("SELECT count(*) FROM abroad") == 0
    one, other = house.responses("counter")
    assert one.answers == other.answers
    assert house.twilio.shelf.names == []


# Keys


def test_what_must_be_heard_stands_before_what_a_key_interrupts(house: House) -> None:
    call = begin(house)
    assert [house.texts(call)[0], call.waits_for] == ["Vote: opening hours", "Gather"]
    assert len(call.heard) == 3, "title, brief and purpose"
    call.press("1", after=1)  # in the middle of "For yes, press 1"
    assert "No extra time" in house.texts(call)[-1], "its question was not asked"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("6", "This key does nothing here."),
        ("#", "This key does nothing here."),
        ("*", "Which survey do you want to answer?"),
        ("0", "How can we help?"),
    ],
)
def test_a_single_key_comes_as_it_was_pressed(house: House, keys: str, said: str) -> None:
    call = house.twilio.dial()
    call.press("3")
    call.press(keys)
    assert house.texts(call)[0] == said


def test_hash_leaves_out_what_may_be_left_out(house: House) -> None:
    call = begin(house, "digital")
    call.press("1")
    call.press("#")
    (response,) = house.responses("digital")
    assert str(response.answers["useful_at"].missing) == "skipped"


NUMBER = """
[[question]]
name = "visits"
kind = "integer"
minimum = 0
maximum = 31
[question.label]
de = "Wie oft im Monat sind Sie hier?"
"de@easy" = "Wie oft kommen Sie im Monat?"
en = "How often a month are you here?"
"""


@pytest.fixture
def numbers(tmp_path: Path, shelf: Shelf, rendered: Path) -> Iterator[House]:
    """With one survey, that asks for one number."""
    folder = make(tmp_path / "office", rendered)
    for file in (folder / "surveys").iterdir():
        if file.stem == "vote":
            file.write_text(file.read_text().partition("[[question]]")[0] + NUMBER)
        else:
            file.unlink()
    house = House(Clockwork(folder), shelf)
    yield house
    house.writer.close()


def to_the_number(house: House) -> Call:
    call = house.twilio.dial()
    call.press("3")
    call.press("1")
    assert "How often a month are you here?" in house.texts(call)
    return call


@pytest.mark.parametrize("keys", ["7#", "12#", "0#"])
def test_a_number_ends_with_hash(numbers: House, keys: str) -> None:
    call = to_the_number(numbers)
    call.press(keys)
    (response,) = numbers.responses("vote")
    assert response.answers["visits"].values == (keys.rstrip("#"),)


def test_a_number_without_hash_ends_by_itself(numbers: House) -> None:
    call = to_the_number(numbers)
    call.press("7")
    assert numbers.responses("vote")[0].answers["visits"].values == ("7",)


def test_hash_alone_is_an_entry_of_nothing_where_twilio_tells_of_it(numbers: House) -> None:
    call = to_the_number(numbers)
    call.press("#")
    assert numbers.texts(call)[0] == "You entered no number."


def test_hash_alone_is_silence_where_it_does_not(numbers: House) -> None:
    numbers.twilio.hash_ends = False
    call = to_the_number(numbers)
    call.press("#")
    assert call.waits_for == "Gather"


def test_keys_that_few_telephones_have_are_none(house: House) -> None:
    call = house.twilio.dial()
    before = call.documents[-1]
    call.fetch(f"{PUBLIC}/phone/twilio/step/1", Digits="A")
    assert house.texts(call)[0] == "Wir haben keine Taste gehört."
    assert call.documents[-1] != before


# Silence and hanging up


@pytest.mark.parametrize("presses", range(6))
def test_silence_is_asked_again_and_then_told_that_it_ends(house: House, presses: int) -> None:
    call = house.twilio.dial()
    for key in ("3", "1", "1", "1", "1", "1")[:presses]:
        call.press(key)
    told: list[str] = []
    for _ in range(5):  # whoever answered something is told the code, and may hear it again
        if call.waits_for:
            call.wait()
            told += house.texts(call)
    assert not call.waits_for
    assert [text for text in told if "about to end" in text or "endet" in text], "ended without a word"
    assert house.one("SELECT count(*) FROM call WHERE live = 1") == 0


@pytest.mark.parametrize("twice", [False, True])
def test_whoever_hangs_up_anywhere_keeps_what_was_answered(house: House, twice: bool) -> None:
    house.twilio.twice = twice
    keys = ("3", "1", "1", "1", "1", "1")
    for presses in range(len(keys) + 1):
        call = house.twilio.dial(f"+491510000010{presses}")
        for key in keys[:presses]:
            call.press(key)
        call.hang_up()
        call.over()  # told once more, or late
        assert house.one("SELECT count(*) FROM call WHERE live = 1") == 0
    answered = [len(response.answers) for response in house.responses("counter")]
    assert answered == [0, 0, 1, 2, 3], "one after the survey was chosen, and so on"


def test_whoever_calls_back_is_asked_whether_to_go_on(house: House) -> None:
    call = begin(house, "counter")
    for _ in range(3):
        call.press("1")
    call.hang_up()
    again = begin(house, "counter")
    assert "Somebody has already begun this survey from your number. Was that you?" in house.texts(again)
    again.press("1")
    assert "Good, let us go on." in house.texts(again)
    spoken_to_the_end(house, again)
    (response,) = house.responses("counter")
    assert response.state is State.COUNTED


def test_what_comes_after_the_end_changes_nothing(house: House) -> None:
    call = begin(house)
    document = call.documents[-1]
    call.hang_up()
    call.fetch(f"{PUBLIC}/phone/twilio/step/3", Digits="1")
    assert document != call.documents[-1]
    assert b"<Hangup" in call.documents[-1]
    assert house.responses("vote")[0].state is State.DRAFT


# Who calls


@pytest.mark.parametrize("sender", WITHHELD)
def test_whose_number_is_withheld_is_nobody(house: House, sender: str) -> None:
    """https://support.twilio.com/hc/en-us/articles/223179988 has the numbers that stand for one."""
    call = begin(house, number=sender)
    assert house.texts(call)[0] == "We cannot see your number. Do you have a code from us to go on with?"
    assert house.one("SELECT count(*) FROM call WHERE party IS NOT NULL") == 0


def test_two_calls_of_one_number_are_two_people(house: House) -> None:
    one, other = begin(house), begin(house)
    one.press("1")
    other.press("1")
    one.press("1")
    other.press("2")
    assert [response.answers["open_longer"].values for response in house.responses("vote")] == [
        ("tuesday_evening",),
        ("thursday_evening",),
    ]


# Transfer


def to_a_person(house: House, number: str = THEIRS) -> Call:
    call = house.twilio.dial(number)
    call.press("3")
    call.press("0")
    call.press("1")
    assert call.waits_for == "Dial"
    return call


def test_a_call_is_transferred_under_our_number(house: House) -> None:
    call = to_a_person(house, "anonymous")
    assert call.verb is not None
    assert (call.verb.text, call.verb.get("callerId")) == (HOUSE, OURS)
    call.answered()
    assert not call.waits_for
    assert house.one("SELECT count(*) FROM call WHERE live = 1") == 0


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "whatever comes next year"])
def test_where_nobody_answers_the_call_goes_on(house: House, status: str) -> None:
    call = to_a_person(house)
    call.not_answered(status)
    assert house.texts(call)[0] == "Nobody is answering there just now."
