"""Reads the recorded day, day.txt; what its lines mean stands at its top."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DAY = Path(__file__).with_name("day.txt")
MIDNIGHT = 1_767_225_600_000  # 2026-01-01 UTC, in milliseconds, like all times here
MINUTE = 60_000
HEAD = re.compile(r"== (\d\d):(\d\d) \+(\d+) x(\d+) (.+)")
LINE = re.compile(r"(\d+):(\d\d)(?: x(\d+))? (.*)")
USUAL = (("sent", "delivered"),)


@dataclass(frozen=True, slots=True)
class Sms:
    """What a phone texts, when, and for each try of the reply what the carrier tells of it."""

    id: str
    at: int
    text: str
    tries: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Phone:
    """`ends` is what the store has of it in the end, in the words of day.txt."""

    number: str
    title: str
    texts: tuple[Sms, ...]
    ends: tuple[str, ...]


def phones(file: Path = DAY) -> list[Phone]:
    """Everybody who texts on that day."""
    found: list[Phone] = []
    for block in file.read_text(encoding="utf-8").split("\n\n"):
        head, *lines = block.splitlines()
        if match := HEAD.fullmatch(head):
            hour, minute, apart, count = map(int, match.groups()[:4])
            for each in range(count):
                begins = MIDNIGHT + (hour * 60 + minute + each * apart) * MINUTE
                found.append(_phone(len(found) + 1, match[5], begins, lines))
    return found


def _phone(number: int, title: str, begins: int, lines: list[str]) -> Phone:
    ends = tuple(line.removeprefix("= ") for line in lines if line.startswith("= "))
    return Phone(f"+49151{number:08}", title, tuple(_texts(number, begins, lines)), ends)


def _texts(number: int, begins: int, lines: list[str]) -> Iterator[Sms]:
    place = 0
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if match := LINE.fullmatch(line):
            tries = tuple(tuple(told.split()) for told in below[2:].split("/")) if below.startswith("~") else USUAL
            at = begins + (int(match[1]) * 60 + int(match[2])) * MINUTE
            for _ in range(int(match[3] or 1)):
                place += 1
                yield Sms(f"SM{number:03}-{place:02}", at, match[4], tries)
