"""Gammu's files without gammu: samples that gammu-smsd 1.42 wrote (those of a modem in German time through its AT
driver, the others through its dummy phone), and what we do when a file is late, half or in the way.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.sms.clock import NetworkClock
from channels.sms.gateway import Received, Reported
from channels.sms.transports import gammu, spool
from channels.sms.transports.gammu import Gammu
from kiosk.errors import ConfigError
from kiosk.outbox import Fate, Outcome, Outgoing
from tests.channels.sms.daemon import BOXES

SAMPLES = Path(__file__).with_name("gammu")
STAMP = 1_795_364_682_000  # 22 November 2026, 16:24:42 UTC
HELLO = Outgoing("00112233445566aa", "+4915100000002", "Grüße, 5 €", 1)


def timeless(gateway: Gammu) -> list[Reported]:
    """What is reported; when it happened is just now."""
    events = [one.event for one in gateway.collect() if isinstance(one.event, Reported)]
    assert all(event.at and abs(event.at / 1000 - time.time()) < 60 for event in events)
    return [replace(event, at=None) for event in events]


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.txt").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for box in BOXES:
        (tmp_path / box).mkdir()
    return tmp_path


@pytest.fixture
def berlin() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def arrive(folder: Path, name: str, data: bytes, seconds_ago: float = 5) -> None:
    file = folder / "inbox" / name
    file.write_bytes(data)
    then = time.time() - seconds_ago
    os.utime(file, (then, then))


def texts(gateway: Gammu) -> list[str]:
    return [one.event.text for one in gateway.collect() if isinstance(one.event, Received)]


# What stands in a file


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("name", "sender", "text", "hours"),
    [
        ("berlin", "+4915100000001", "Grüße € 😀\nzweite", 0),  # written 17:24:42 without a zone
        ("utc", "+4915100000001", "Utc", 1),  # written 17:24:42Z
        ("from-a-name", "Stadt", "Alnum", 0),
        ("empty", "+4915100000001", "", 0),
        (
            "like-a-file",
            "Bücher",
            "erst\ndann\r\n; zuletzt = [SMSBackup001]\n[SMSBackup001]\u2028Text00 = 00\n",
            0,
        ),
    ],
)
def test_a_message_is_read_letter_by_letter(name: str, sender: str, text: str, hours: int) -> None:
    letter = spool.read(sample(name))
    assert letter is not None
    assert (letter.sender, letter.text, letter.stamp) == (sender, text, STAMP + hours * 3_600_000)


def test_a_message_whose_stamp_is_no_time_was_sent_when_it_came(folder: Path) -> None:
    """Gammu leaves the line out then."""
    data = b"\n".join(line for line in sample("utc").split(b"\n") if not line.startswith(b"DateTime"))
    arrive(folder, "IN_1", data)
    (one,) = Gammu(folder).collect()
    assert isinstance(one.event, Received)
    assert one.event.at is not None
    assert abs(one.event.at / 1000 - (time.time() - 5)) < 2


def test_parts_that_came_out_of_order_are_one_text() -> None:
    letter = spool.read(sample("six-parts"))
    assert letter is not None
    assert letter.text.startswith("Sehr gut: \n000 Käse 😀\n")
    assert letter.text.endswith("\n031 Käse 😀\n")
    assert [line[:3] for line in letter.text.splitlines()[1:]] == [f"{number:03}" for number in range(32)]


@pytest.mark.parametrize("name", ["delivery-report", "picture"])
def test_what_no_resident_wrote_is_no_message(name: str) -> None:
    assert spool.read(sample(name)) is None


@pytest.mark.parametrize("name", ["berlin", "six-parts"])
def test_a_file_cut_anywhere_is_noticed(name: str) -> None:
    data = sample(name)
    ends = [at for at in range(len(data)) if data[at:].startswith(b"MessageReference")]
    for end in [0, 1, *range(7, ends[0], 50), *(at - 2 for at in ends)]:
        with pytest.raises(spool.UnreadableError):
            spool.read(data[:end])


def test_an_outgoing_name_carries_number_and_uid_and_sorts_by_time() -> None:
    times = [datetime(2026, 11, 22, 9, 59, 59, 999_999, UTC), datetime(2026, 11, 22, 10, 0, 0, 5, UTC)]
    names = [spool.outgoing_name(HELLO.uid, HELLO.number, at) for at in times]
    assert names == [
        "OUTC20261122_095959_999999_+4915100000002_00112233445566aa.txt",
        "OUTC20261122_100000_000005_+4915100000002_00112233445566aa.txt",
    ]
    assert [spool.uid_and_number(name or "") for name in names] == [(HELLO.uid, HELLO.number)] * 2
    assert spool.uid_and_number("OUTC20261122_095959_00_+4915100000002_sms0.smsbackup") is None


# The network's clock


@pytest.mark.parametrize(
    ("case", "messages", "expected"),
    [
        # Each message: (stamp, arrival); expected: the time of the last.
        ("alone, it was sent when it came", [(10_000, 14_200)], 14_200),
        ("one that took longer was sent before it came", [(10_000, 14_000), (20_000, 95_000)], 24_999),
        ("the network's clock is a minute behind", [(0, 64_000), (60_000, 300_000)], 124_999),
        ("the network's clock is an hour ahead", [(3_600_000, 4_000), (3_700_000, 500_000)], 104_999),
        ("never later than it came", [(10_000, 14_000), (20_000, 24_100)], 24_100),
        ("only the last 50 count", [(0, 1_000)] + [(0, 9_000)] * 49 + [(0, 60_000)], 9_999),
        ("the 50th still counts", [(0, 1_000)] + [(0, 9_000)] * 48 + [(0, 60_000)], 1_999),
    ],
)
def test_when_a_message_was_sent(case: str, messages: list[tuple[int, int]], expected: int) -> None:
    clock = NetworkClock()
    assert [clock.sent_at(*message) for message in messages][-1] == expected, case


# What comes in


def test_messages_come_in_the_order_of_their_arrival_and_then_of_their_names(folder: Path) -> None:
    now = time.time()
    for name, text, ago in (("IN_b", "drei", 3), ("IN_z", "eins", 9), ("IN_a", "zwei", 3)):
        data = sample("utc").replace(b"005500740063", text.encode("utf-16-be").hex().encode())
        (folder / "inbox" / name).write_bytes(data)
        os.utime(folder / "inbox" / name, (now - ago, now - ago))
    assert texts(Gammu(folder)) == ["eins", "zwei", "drei"]


def test_a_file_that_may_still_be_written_is_left(folder: Path) -> None:
    arrive(folder, "IN_1", sample("utc"), seconds_ago=0)
    gateway = Gammu(folder)
    assert texts(gateway) == []
    time.sleep(gammu.RIPE)
    assert texts(gateway) == ["Utc"]


def test_an_event_keeps_its_id_and_time_until_it_is_done(folder: Path) -> None:
    arrive(folder, "IN_1", sample("utc"))
    gateway = Gammu(folder)
    (first,), (second,) = list(gateway.collect()), list(gateway.collect())
    assert first.event == second.event
    (after_a_crash,) = Gammu(folder).collect()
    assert after_a_crash.event == first.event
    first.done()
    first.done()
    assert list(gateway.collect()) == []
    assert list((folder / "taken").iterdir()) == []


def test_two_that_gammu_gave_one_name_are_two(folder: Path) -> None:
    gateway = Gammu(folder)
    arrive(folder, "IN_1", sample("utc"))
    assert texts(gateway) == ["Utc"]
    arrive(folder, "IN_1", sample("utc").replace(b"005500740063", b"0031"))
    assert texts(gateway) == ["Utc", "1"]


def test_one_that_gammu_wrote_twice_is_one(folder: Path) -> None:
    """As it does when it is killed before it could delete the message on the SIM."""
    gateway = Gammu(folder)
    arrive(folder, "IN_1", sample("utc"))
    (one,) = gateway.collect()
    one.done()
    arrive(folder, "IN_1", sample("utc"))
    assert texts(gateway) == []
    assert list((folder / "taken").iterdir()) == []


def test_a_half_file_waits_and_is_then_put_aside_and_told_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    arrive(folder, "IN_1_+4915100000001", sample("utc")[:300], seconds_ago=gammu.HALF / 2)
    arrive(folder, "IN_2", sample("berlin"))
    gateway = Gammu(folder)
    with caplog.at_level(logging.WARNING):
        assert texts(gateway) == ["Grüße € 😀\nzweite"]
        assert caplog.messages == []
        half = min((folder / "taken").iterdir())
        os.utime(half, (0, 0))
        assert texts(gateway) == texts(gateway)
    assert [file.name for file in (folder / "unreadable").iterdir()] == [half.name]
    assert len(caplog.messages) == 1
    assert "4915100000001" not in caplog.text


def test_a_folder_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"deploy/server/gammu/README\.md") as told:
        next(Gammu(tmp_path / "nowhere").collect())
    assert told.value.code == "sms.spool"
    assert [finding.there for finding in Gammu(tmp_path / "nowhere").findings()] == [False]


# What goes out


def test_a_message_lies_in_the_outbox_as_the_daemon_reads_it(folder: Path) -> None:
    assert Gammu(folder).send(HELLO) == Outcome(Fate.QUEUED)
    (file,) = (folder / "outbox").iterdir()
    assert file.read_bytes() == b"\xff\xfe" + HELLO.text.encode("utf-16-le")
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("box", ["outbox", "sent", "error"])
def test_a_message_whose_report_is_still_to_come_is_not_written_again(folder: Path, box: str) -> None:
    gateway = Gammu(folder)
    gateway.send(HELLO)
    (file,) = (folder / "outbox").iterdir()
    file.rename(folder / box / file.name)
    assert gateway.send(HELLO) == Outcome(Fate.QUEUED)
    assert [file.name for file in folder.rglob("*.txt")] == [file.name]


@pytest.mark.parametrize(
    ("box", "outcome"), [("sent", Outcome(Fate.SENT)), ("error", Outcome(Fate.RETRYABLE, "modem"))]
)
def test_what_became_of_it_is_reported_until_it_is_done(folder: Path, box: str, outcome: Outcome) -> None:
    gateway = Gammu(folder)
    gateway.send(HELLO)
    (file,) = (folder / "outbox").iterdir()
    file.rename(folder / box / file.name)
    (folder / box / "OUTC20261122_095959_00_+4915100000002_sms0.smsbackup").touch()  # by somebody else
    assert timeless(gateway) == [Reported(HELLO.uid, outcome, HELLO.number)]
    (report,) = gateway.collect()
    report.done()
    assert list(gateway.collect()) == []
    assert not (folder / box / file.name).exists()


def test_the_first_in_the_line_holds_the_others_up_for_a_while_only(folder: Path) -> None:
    gateway = Gammu(folder, patience=0.2)
    other = Outgoing("00112233445566bb", "+4915100000003", "Guten Tag", 1)
    gateway.send(HELLO)
    gateway.send(other)
    assert list(gateway.collect()) == []
    time.sleep(0.3)
    assert timeless(gateway) == [Reported(HELLO.uid, Outcome(Fate.RETRYABLE, "modem"), HELLO.number)]
    (waiting,) = (folder / "outbox").iterdir()
    assert waiting.name.endswith(f"_{other.uid}.txt")


def test_a_number_that_is_none_names_no_file(folder: Path) -> None:
    message = Outgoing(HELLO.uid, "../../etc/passwd", HELLO.text, 1)
    assert Gammu(folder).send(message) == Outcome(Fate.PERMANENT, "number")


def test_without_its_folder_a_message_is_tried_again_later(tmp_path: Path) -> None:
    assert Gammu(tmp_path / "nowhere").send(HELLO) == Outcome(Fate.RETRYABLE, "spool")
