"""Both directions through a real gammu-smsd with its dummy phone, with either side away, slow or killed."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.sms.gateway import Received, Reported
from channels.sms.transports.gammu import Gammu
from kiosk.outbox import Fate, Outcome, Outgoing
from tests.channels.sms.daemon import Daemon
from tests.channels.sms.modem import Modem

pytestmark = pytest.mark.peers

PHONES = [f"+491510000{number:04}" for number in range(1, 101)]
# 395 of the 402 letters that six parts hold. An emoji counts two, and one is cut in two between two parts.
SIX_PARTS = "Sehr gut: \n" + "".join(f"{number:03} Käse 😀\n" for number in range(32))


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(tmp_path) as daemon:
        yield daemon


def committed(gateway: Gammu) -> list[Received | Reported]:
    """What one look brings, and is done with. When a message was sent is left out of what is compared."""
    events: list[Received | Reported] = []
    for collected in gateway.collect():
        event = collected.event
        events.append(replace(event, at=None) if isinstance(event, Reported) else event)
        collected.done()
    return events


def until(daemon: Daemon, gateway: Gammu, count: int) -> list[Received | Reported]:
    """Looking again and again, as the office does, until so many events have come."""
    events: list[Received | Reported] = []

    def enough() -> bool:
        events.extend(committed(gateway))
        return len(events) >= count

    daemon.wait(enough, f"{count} events")
    return events


def texts(events: list[Received | Reported]) -> list[tuple[str, str]]:
    return [(event.sender, event.text) for event in events if isinstance(event, Received)]


def outgoing(number: int, text: str = "Guten Tag") -> Outgoing:
    return Outgoing(f"{number:016x}", PHONES[number], text, 1)


def left_behind(daemon: Daemon) -> list[Path]:
    return [file for file in daemon.spool.rglob("*") if file.is_file()]


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "Grüße aus Großenhain: öffentlich, 5 € [ja]",
        "👍🏽 sehr gut",
        "erst\ndann\r\n\n; zuletzt = [SMSBackup001]",
        "",
        "  1  ",
    ],
)
def test_what_somebody_texts_arrives_letter_by_letter(daemon: Daemon, text: str) -> None:
    daemon.inject(PHONES[0], text)
    assert texts(until(daemon, Gammu(daemon.spool), 1)) == [(PHONES[0], text)]
    assert left_behind(daemon) == []


@pytest.mark.parametrize("order", [range(6), (3, 0, 5, 1, 4, 2)], ids=["in order", "out of order"])
def test_six_parts_are_one_message(daemon: Daemon, order: tuple[int, ...]) -> None:
    daemon.inject(PHONES[0], SIX_PARTS, order=order)
    assert texts(until(daemon, Gammu(daemon.spool), 1)) == [(PHONES[0], SIX_PARTS)]


def test_a_part_that_never_comes_costs_no_more_than_itself(daemon: Daemon) -> None:
    daemon.inject(PHONES[0], SIX_PARTS, order=(0, 1, 2))
    daemon.inject(PHONES[1], "danach")
    beginning, after = sorted(texts(until(daemon, Gammu(daemon.spool), 2)))
    assert after == (PHONES[1], "danach")
    assert beginning == (PHONES[0], SIX_PARTS.encode("utf-16-le")[: 3 * 134].decode("utf-16-le", "replace"))


def test_what_is_no_message_of_a_resident_is_dropped(daemon: Daemon) -> None:
    daemon.put(PHONES[0], "Delivered".encode("utf-16-be"), pdu="Status_Report")
    daemon.put("Rathaus", b"\x01\x06picture", coding="8bit")
    daemon.inject("Stadtwerke", "Ihre Rechnung")
    gateway = Gammu(daemon.spool)
    assert texts(until(daemon, gateway, 1)) == [("Stadtwerke", "Ihre Rechnung")]
    daemon.wait(lambda: not committed(gateway) and not left_behind(daemon), "the others to be removed")


def test_the_time_is_the_one_that_the_network_stamped(daemon: Daemon) -> None:
    sent = datetime(2026, 3, 29, 1, 30, 59, tzinfo=UTC)
    now = datetime.now(UTC)
    gateway = Gammu(daemon.spool)
    daemon.inject(PHONES[0], "sofort", at=now)
    assert until(daemon, gateway, 1)
    daemon.inject(PHONES[0], "das Telefon war aus", at=sent)
    (event,) = until(daemon, gateway, 1)
    assert isinstance(event, Received)
    assert event.at is not None
    assert 0 <= event.at - sent.timestamp() * 1000 < 10_000


@pytest.mark.parametrize("text", ["Guten Tag", "Öffnungszeiten: 5 € [ja]\nnein", "👍🏽", SIX_PARTS])
def test_what_we_send_goes_over_the_air_letter_by_letter(daemon: Daemon, text: str) -> None:
    gateway = Gammu(daemon.spool)
    assert gateway.send(outgoing(1, text)) == Outcome(Fate.QUEUED)
    assert until(daemon, gateway, 1) == [Reported(outgoing(1).uid, Outcome(Fate.SENT), PHONES[1])]
    daemon.wait(lambda: daemon.sent == [(PHONES[1], text)], "the message")
    assert left_behind(daemon) == []


def test_a_message_is_handed_over_once_however_often_it_is_given(daemon: Daemon) -> None:
    gateway = Gammu(daemon.spool)
    for _ in range(3):
        assert gateway.send(outgoing(1)) == Outcome(Fate.QUEUED)
    daemon.wait(lambda: bool(daemon.sent), "the message")
    assert gateway.send(outgoing(1)) == Outcome(Fate.QUEUED)  # sent, but its report is not yet committed
    assert len(until(daemon, gateway, 1)) == 1
    time.sleep(2)
    assert len(daemon.sent) == 1


def test_messages_wait_while_the_office_is_away(daemon: Daemon) -> None:
    said = [(PHONES[number % 3], f"Antwort {number}") for number in range(12)]
    for sender, text in said:
        daemon.inject(sender, text)
    daemon.wait(lambda: len(list((daemon.spool / "inbox").iterdir())) == 12, "the daemon")
    assert texts(until(daemon, Gammu(daemon.spool), 12)) == said


def test_messages_wait_while_the_daemon_is_away(daemon: Daemon) -> None:
    gateway = Gammu(daemon.spool)
    daemon.kill()
    for number in range(12):
        gateway.send(outgoing(number, f"Frage {number}"))
    daemon.inject(PHONES[0], "ja")
    assert committed(gateway) == []
    daemon.start()
    assert len(until(daemon, gateway, 13)) == 13
    daemon.wait(lambda: len(daemon.sent) == 12, "the messages")
    assert daemon.sent == [(PHONES[number], f"Frage {number}") for number in range(12)]


def test_a_crash_of_ours_brings_the_same_events_again(daemon: Daemon) -> None:
    for number in range(5):
        daemon.inject(PHONES[number], "ja")
    first = Gammu(daemon.spool)
    daemon.wait(lambda: len([*first.collect()]) == 5, "five messages")
    before = [collected.event.id for collected in first.collect() if isinstance(collected.event, Received)]
    again = [collected.event.id for collected in Gammu(daemon.spool).collect() if isinstance(collected.event, Received)]
    assert again == before


def test_killed_at_random_neither_side_loses_or_doubles_what_came_in(daemon: Daemon) -> None:
    chance = random.Random(4)
    said = Counter((PHONES[number], f"Antwort {number}") for number in range(100))
    heard: dict[str, tuple[str, str]] = {}
    waiting = list(said)
    gateway = Gammu(daemon.spool)
    ends = time.monotonic() + 60
    while len(heard) < len(said) and time.monotonic() < ends:
        for sender, text in waiting[:10]:
            daemon.inject(sender, text)
        del waiting[:10]
        time.sleep(chance.uniform(0, 0.4))
        daemon.kill()
        for collected in gateway.collect():
            if isinstance(collected.event, Received):  # the office keeps an id once
                heard.setdefault(collected.event.id, (collected.event.sender, collected.event.text))
            if chance.random() < 0.2:
                gateway = Gammu(daemon.spool)  # killed after the commit, before it could say so
                break
            collected.done()
        daemon.start()
    assert Counter(heard.values()) == said


def test_killed_at_random_the_daemon_sends_everything(daemon: Daemon) -> None:
    chance = random.Random(4)
    gateway = Gammu(daemon.spool)
    for number in range(100):
        gateway.send(outgoing(number))
    reported: Counter[str] = Counter()
    while len(reported) < 100:
        time.sleep(chance.uniform(0, 0.3))
        daemon.kill()
        reported.update(event.uid for event in committed(gateway) if isinstance(event, Reported))
        daemon.start()
    assert set(reported.values()) == {1}
    twice = len(daemon.transmissions) - 100
    assert 0 <= twice <= 5  # only one that was on the air when the daemon was killed


def test_the_network_refuses_one_number_and_the_others_get_their_messages(tmp_path: Path) -> None:
    """Gammu alone would try the first one for ever, and never get to the second."""
    with Modem(refused={PHONES[1]}) as modem, Daemon(tmp_path, modem.device) as daemon:
        gateway = Gammu(daemon.spool, patience=8)
        gateway.send(outgoing(1))
        gateway.send(outgoing(2))
        assert until(daemon, gateway, 2) == [
            Reported(outgoing(1).uid, Outcome(Fate.RETRYABLE, "modem"), PHONES[1]),
            Reported(outgoing(2).uid, Outcome(Fate.SENT), PHONES[2]),
        ]
        assert modem.sent == [PHONES[2]]
        assert modem.tried.count(PHONES[1]) > 1


def test_a_daemon_killed_while_it_sends_sends_that_message_again_and_no_other(tmp_path: Path) -> None:
    with Modem(seconds=1) as modem, Daemon(tmp_path, modem.device) as daemon:
        gateway = Gammu(daemon.spool)
        for number in (1, 2, 3):
            gateway.send(outgoing(number))
        daemon.wait(lambda: modem.tried == PHONES[1:3], "the second message")
        daemon.kill()
        daemon.wait(lambda: modem.sent == PHONES[1:3], "the modem, which goes on")
        daemon.start()
        reports = until(daemon, gateway, 3)
        assert reports == [Reported(outgoing(number).uid, Outcome(Fate.SENT), PHONES[number]) for number in (1, 2, 3)]
        assert modem.sent == [PHONES[1], PHONES[2], PHONES[2], PHONES[3]]


def test_a_hundred_each_way_take_seconds(daemon: Daemon) -> None:
    gateway = Gammu(daemon.spool)
    start = time.monotonic()
    for number in range(100):
        gateway.send(outgoing(number))
    assert len(until(daemon, gateway, 100)) == 100
    out = time.monotonic() - start
    start = time.monotonic()
    for number in range(100):
        daemon.inject(PHONES[number], f"Antwort {number}")
    assert texts(until(daemon, gateway, 100)) == [(PHONES[number], f"Antwort {number}") for number in range(100)]
    back = time.monotonic() - start
    assert out < 15, f"{out:.2f} s to send 100 and report them"
    assert back < 15, f"{back:.2f} s to receive 100"


def test_the_doctor_can_tell_whether_the_daemon_works(daemon: Daemon) -> None:
    gateway = Gammu(daemon.spool)
    assert [finding.there for finding in gateway.findings()] == [True, True, True]
    daemon.kill()
    assert [finding.there for finding in gateway.findings()] == [True, False, True]
    assert left_behind(daemon) == []
    assert daemon.sent == []
