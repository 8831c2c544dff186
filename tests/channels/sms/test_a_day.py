"""The recorded day leads to the same store, whatever order the net and the carrier make of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.channels.sms.content import Content, content, ends, forgotten
from tests.channels.sms.day import Day
from tests.channels.sms.script import phones

PHONES = phones()
QUICK, ALL = 5, 105  # days: those of every test run, and those with the peers besides


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Day, Content]:
    """The day as it was: every event once and in order."""
    day = Day(tmp_path_factory.mktemp("recorded") / "office", PHONES, Random(0), plain=True)
    day.play()
    return day, content(day.office, PHONES, day.replies)


def test_the_day_is_what_it_says(recorded: tuple[Day, Content]) -> None:
    day, _ = recorded
    assert day.unread == []
    assert len(PHONES) == 200
    found = ends(day.office, PHONES)
    assert {phone.title: found[phone.number] for phone in PHONES} == {phone.title: phone.ends for phone in PHONES}


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < QUICK else pytest.mark.peers) for seed in range(ALL)]
)
def test_repeated_shuffled_and_at_once_it_is_the_same_day(
    tmp_path: Path, recorded: tuple[Day, Content], seed: int
) -> None:
    day = Day(tmp_path / "office", PHONES, Random(seed))
    day.play()
    assert day.unread == []
    assert list(differences(recorded[1], content(day.office, PHONES, day.replies))) == []
    without_words = forgotten(day.office, day.replies)  # repeated after that, they were answered by nothing
    assert [sms for sms, given in day.answers.items() if len(given) > 1 + (sms in without_words)] == []


def differences(one: Content, other: Content) -> Iterator[str]:
    """The rows that only one has."""
    for table in one.keys() | other.keys():
        mine, theirs = set(one.get(table, ())), set(other.get(table, ()))
        yield from (f"- {table} {row}" for row in sorted(mine - theirs))
        yield from (f"+ {table} {row}" for row in sorted(theirs - mine))
