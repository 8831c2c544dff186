"""Residents text to a real `kiosk start` through a real gammu-smsd: from the keyword to the code, with either side
killed in the middle.

Everything here goes over files between two daemons that nobody holds in hand, so each step waits for what a resident
would see: the SMS that comes back.
"""

from __future__ import annotations

import csv
import io
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.sms.daemon import Daemon
from tests.kiosk.generated import sample
from tests.kiosk.running import CODE, Started, configure, make_office, run

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

PHONES = [f"+491510000{number:04}" for number in range(1, 31)]
# 6 parts: 395 of the 402 letters they hold, and an emoji that is cut in two between two of them.
SIX_PARTS = "Mehr Bänke für Ältere: \n" + "".join(f"{number:03} Straße 😀\n" for number in range(26))
NOTICE, THANKS = "JA = mitmachen", "Vielen Dank! Ihre Antworten sind gespeichert."


class Town:
    """An office with a modem, and residents who text to it."""

    def __init__(self, folder: Path) -> None:
        self.daemon = Daemon(folder / "gammu")
        self.office = make_office(folder / "office")
        configure(
            self.office,
            "sms",
            transport='"gammu"',
            number='"+4915100000000"',
            gammu_folder=f'"{self.daemon.spool}"',
            per_minute="600",
        )

    def got(self, phone: str) -> list[str]:
        """All SMS that a phone got."""
        return [text for number, text in self.daemon.sent if number == phone]

    def texts(self, phone: str, text: str, then: str) -> str:
        """Text, and wait for the next SMS, which has these words in it; that SMS."""
        before = len(self.got(phone))
        self.daemon.inject(phone, text)
        self.daemon.wait(lambda: len(self.got(phone)) > before, f"an SMS with {then}")
        answer = self.got(phone)[before]
        assert then in answer
        return answer

    def wait(self, phone: str, words: str, what: str) -> None:
        """Until an SMS with these words has come."""
        self.daemon.wait(lambda: any(words in text for text in self.got(phone)), what)

    def exported(self, survey: str) -> list[dict[str, str]]:
        done = run(self.office, "export", survey, "--format", "csv")
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    with town.daemon:
        yield town


def test_a_resident_takes_part_and_can_have_it_shown_and_erased(town: Town) -> None:
    phone = PHONES[0]
    with Started(town.office) as server:
        assert town.texts(phone, "digital", NOTICE).startswith("Digitale Angebote im Landkreis\n")
        town.texts(phone, "JA", "1/5 ")
        town.texts(phone, "Ämter und Schule", "2/5 ")
        town.texts(phone, "😀", "Bitte mit einer Zahl antworten.\n2/5 ")
        town.texts(phone, "schlecht", "3/5 ")
        town.texts(phone, "2", "4/5 ")
        town.texts(phone, "weiß nicht", "5/5 ")
        end = town.texts(phone, SIX_PARTS, THANKS)
        (code,) = CODE.findall(end)
        (row,) = town.exported("digital")
        assert row["wishes"].strip() == SIX_PARTS.strip()
        assert (row["channel"], row["state"], row["skills"], row["support"]) == (
            "sms",
            "counted",
            "poor",
            "at_the_office",
        )
        assert "Mehr Bänke" in run(town.office, "show", *code.split()).stdout
        assert run(town.office, "erase", *code.split()).returncode == 0
        town.texts(phone, "STOPP", "Sie bekommen keine SMS mehr")
        town.daemon.wait(lambda: run(town.office, "outbox").stdout.strip() == "9 sent", "all of it to be reported")
        assert phone[3:] not in server.log
        assert "Bänke" not in server.log
    assert [file.name for box in town.daemon.spool.iterdir() for file in box.iterdir()] == [], "no number is left"


def test_messages_wait_while_the_office_is_away(town: Town) -> None:
    with Started(town.office):
        for phone in PHONES[:5]:
            town.texts(phone, "ZEITEN", NOTICE)
    for phone in PHONES[:5]:
        town.daemon.inject(phone, "Ja, gerne")
        town.daemon.inject(phone, "1")
    with Started(town.office):
        for phone in PHONES[:5]:
            town.wait(phone, "1/1 ", "question 1")
            # Both were texted before question 1 was out: so the 1 is a second yes, and question 1 is asked once.
            assert town.got(phone)[1].startswith("1/1 ")
            town.texts(phone, "1", THANKS)
    assert len(town.exported("vote")) == 5


def test_killed_at_any_moment_nothing_is_lost_and_nothing_counts_twice(town: Town) -> None:
    """Either side is killed again and again while 30 residents text all their answers in one SMS."""
    messages = [(phone, f"ZEITEN JA 1{'ABC'[place % 3]}") for place, phone in enumerate(PHONES)]
    waiting = list(messages)
    while waiting:
        with Started(town.office) as server:
            for phone, text in waiting[:5]:
                town.daemon.inject(phone, text)
            del waiting[:5]
            time.sleep(0.4 + 0.37 * (len(waiting) % 4))
            if len(waiting) % 2:
                town.daemon.kill()
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            town.daemon.kill()
            town.daemon.start()
    with Started(town.office):
        for phone, _ in messages:
            town.wait(phone, THANKS, "the thanks")
    rows = town.exported("vote")
    assert sorted(row["open_longer"] for row in rows) == sorted(expected(text) for _, text in messages)
    doubled = sum(len(town.got(phone)) - 1 for phone, _ in messages)
    assert doubled <= 6, "at most what was on its way at each kill"


def expected(text: str) -> str:
    """The value of a choice by its letter, as the sample has them."""
    return sample("vote").questions[0].choices["ABC".index(text[-1])].name
