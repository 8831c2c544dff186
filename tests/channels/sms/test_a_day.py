"""The recorded day leads to the same store, whatever order the net and the carrier make of it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tests.channels.sms.content import Content, content, ends, forgotten
from tests.channels.sms.day import Day, RecordedOffice
from tests.channels.sms.script import phones

PHONES = phones()
Recorded = tuple[Content, dict[str, tuple[str, ...]]]
QUICK, ALL = 2, 100  # days: those of every test run, and with those of the peers


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> RecordedOffice:
    return RecordedOffice(tmp_path_factory.mktemp("day") / "office")


@pytest.fixture(scope="module")
def recorded(office: RecordedOffice) -> Recorded:
    """The day as it was, every event once and in order: what is in the store, and in the words of day.txt."""
    day = Day(office, PHONES, Random(0), plain=True)
    day.play()
    assert day.unread == []
    return content(office, PHONES, day.replies), ends(office, PHONES)


def test_the_day_is_what_it_says(recorded: Recorded) -> None:
    _, found = recorded
    assert len(PHONES) == 200
    assert [phone.title for phone in PHONES if found[phone.number] != phone.ends] == []


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < QUICK else pytest.mark.peers) for seed in range(ALL)]
)
def test_repeated_shuffled_and_at_once_it_is_the_same_day(
    office: RecordedOffice, recorded: Recorded, seed: int
) -> None:
    day = Day(office, PHONES, Random(seed))
    day.play()
    assert day.unread == []
    assert list(differences(recorded[0], content(office, PHONES, day.replies))) == []
    without_words = forgotten(office, day.replies)  # repeated after that, they were answered by nothing
    assert [sms for sms, given in day.answers.items() if len(given) > 1 + (sms in without_words)] == []


def differences(one: Content, other: Content) -> Iterator[str]:
    """The rows that only one has."""
    for table in one.keys() | other.keys():
        mine, theirs = set(one.get(table, ())), set(other.get(table, ()))
        yield from (f"- {table} {row}" for row in sorted(mine - theirs))
        yield from (f"+ {table} {row}" for row in sorted(theirs - mine))
