"""What a caller said comes home from Twilio, once and whole, and Twilio keeps none of it, whatever happens between."""

from __future__ import annotations

import logging
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.phone.twilio.recordings import LOST, Bringer, Recordings
from channels.phone.twilio.settings import TRANSPORT
from kiosk import blobs
from kiosk.errors import RemoteError, StoreError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.store import abroad
from kiosk.store.abroad import HOUR, MINUTE, PAUSES, SECOND
from kiosk.store.writer import Writer
from tests.channels.phone.shelf import ACCOUNT, TOKEN, Shelf, spoken
from tests.kiosk.running import make_office

NAME = "RE" + "a" * 32  # Twilio's
BLOB = "b" * 32  # ours
WORDS = spoken(2)


class Clockwork(Office):
    """An office with a clock that the test moves."""

    ahead = 0

    def now(self) -> int:
        return super().now() + self.ahead


class House:
    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self.office = Clockwork(folder)
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self.shelf = shelf
        self.bringer = Bringer(self.office, self.intake, Recordings(ACCOUNT, TOKEN, shelf.url))

    def claim(self, uid: str = BLOB, name: str = NAME, *, wanted: bool = True) -> None:
        """What the core does in the transaction of the step after the recording."""
        keyring, now = self.office.keyring, self.office.now()

        def work(connection: sqlite3.Connection) -> None:
            if wanted:
                blobs.record(connection, uid, "voice", None, 0, now)
            abroad.put(connection, keyring, uid, TRANSPORT, name, now)

        self.writer.run(work)

    def ready(self, uid: str = BLOB, name: str = NAME) -> None:
        self.intake.abroad_ready(TRANSPORT, uid, name)

    def erase(self, uid: str = BLOB) -> None:
        self.writer.run(lambda connection: connection.execute("DELETE FROM blob WHERE uid = ?", (uid,)))
        self.office.blobs.remove([uid])

    def wait(self, milliseconds: int) -> None:
        self.office.ahead += milliseconds

    def look(self) -> None:
        self.bringer.step()

    @property
    def rows(self) -> int:
        return self.writer.run(lambda c: int(c.execute("SELECT count(*) FROM abroad").fetchone()[0]))

    @property
    def size(self) -> int:
        return self.writer.run(lambda c: int(c.execute("SELECT size FROM blob WHERE uid = ?", (BLOB,)).fetchone()[0]))

    def is_settled(self) -> bool:
        """Nothing lies at Twilio, and nothing has to be done any more."""
        return not self.shelf.recordings and self.rows == 0


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Shelf() as shelf:
        shelf.recordings[NAME] = WORDS
        yield shelf


@pytest.fixture
def house(tmp_path: Path, shelf: Shelf) -> Iterator[House]:
    house = House(make_office(tmp_path / "office"), shelf)
    yield house
    house.writer.close()


def test_it_is_fetched_sealed_and_deleted_there(house: House) -> None:
    house.claim()
    house.look()
    assert house.office.blobs.read(BLOB) == WORDS
    assert (house.size, house.is_settled()) == (len(WORDS), True)
    assert [asked.method for asked in house.shelf.asked] == ["GET", "DELETE"]


def test_the_store_does_not_show_twilios_name_for_it(house: House) -> None:
    house.claim()
    house.writer.close()
    stored = b"".join(file.read_bytes() for file in house.office.store_file.parent.iterdir())
    assert NAME.encode() not in stored


def test_one_that_comes_late_is_asked_for_again_after_1_2_and_3_seconds(house: House) -> None:
    house.shelf.early = 3
    house.claim()
    for pause in PAUSES[:3]:
        house.look()
        assert not house.shelf.fetched
        house.wait(pause - SECOND // 2)
        before = len(house.shelf.asked)
        house.look()
        assert len(house.shelf.asked) == before, "asked before its time"
        house.wait(SECOND)
    house.look()
    assert house.office.blobs.read(BLOB) == WORDS
    assert house.is_settled()


@pytest.mark.parametrize("told", ["before", "after", "both", "twice after"])
def test_whichever_tells_first_it_is_fetched_once(house: House, told: str) -> None:
    if told in ("before", "both"):
        house.ready()
        house.ready()
        house.look()
        assert not house.shelf.asked, "the core had no time to claim it"
    house.claim()
    house.look()
    for _ in range({"after": 1, "both": 1, "twice after": 2}.get(told, 0)):
        house.ready()
        house.look()
    house.wait(2 * HOUR)
    house.look()
    assert house.shelf.fetched == house.shelf.deleted == [NAME]
    assert (house.size, house.is_settled()) == (len(WORDS), True)


def test_that_it_is_ready_ends_the_waiting(house: House) -> None:
    house.shelf.early = 4
    house.claim()
    for pause in PAUSES[:3]:
        house.look()
        house.wait(pause)
    house.look()  # the next try would come in a minute
    house.ready()
    house.look()
    assert house.is_settled()


def test_one_that_nobody_claims_is_deleted_after_an_hour_and_never_fetched(house: House) -> None:
    house.ready()
    house.wait(HOUR - MINUTE)
    house.look()
    assert NAME in house.shelf.recordings
    house.wait(MINUTE)
    house.look()
    assert house.is_settled()
    assert not house.shelf.fetched


def test_one_that_is_not_wanted_is_deleted_without_being_fetched(house: House) -> None:
    house.claim(wanted=False)
    house.look()
    assert house.is_settled()
    assert not house.shelf.fetched
    assert not house.office.blobs.has(BLOB)


def test_one_that_is_not_wanted_and_comes_late_is_deleted_when_it_comes(house: House) -> None:
    del house.shelf.recordings[NAME]
    house.claim(wanted=False)
    house.look()
    house.shelf.recordings[NAME] = WORDS
    house.wait(SECOND)
    house.look()
    assert house.is_settled()


def test_erased_before_it_was_fetched(house: House) -> None:
    house.claim()
    house.erase()
    house.look()
    assert house.is_settled()
    assert not house.office.blobs.has(BLOB)


def test_erased_while_it_is_fetched_its_file_goes_with_the_next_look(house: House) -> None:
    house.claim()
    due = house.intake.abroad_due(TRANSPORT, 1)
    house.erase()
    house.bringer._see_to(due[0])
    assert house.office.blobs.has(BLOB)
    house.wait(MINUTE)
    for pause in (0, *PAUSES):
        house.wait(pause)
        house.look()
    assert not house.office.blobs.has(BLOB)
    assert house.is_settled()


def test_what_twilio_lost_is_given_up_after_a_day_with_a_warning(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    del house.shelf.recordings[NAME]
    house.claim()
    waited = 0
    for tries in range(LOST + 1):
        house.look()
        pause = PAUSES[min(tries, len(PAUSES) - 1)]
        house.wait(pause)
        waited += pause
    assert 24 * HOUR < waited < 27 * HOUR
    assert house.rows == 0
    (told,) = caplog.messages
    assert "no more" in told
    assert NAME not in told


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_what_twilio_refuses_waits_and_says_why(house: House, status: int) -> None:
    house.claim()
    house.shelf.status = status
    with pytest.raises(RemoteError, match=str(status)) as refused:
        house.look()
    assert (refused.value.code, refused.value.retryable) == (f"twilio.{status}", True)
    house.shelf.status = 0
    house.look()
    assert not house.shelf.deleted, "it has to wait"
    house.wait(SECOND)
    house.look()
    assert house.is_settled()


def test_one_that_fails_holds_up_no_other(house: House) -> None:
    other, its = "RE" + "c" * 32, "c" * 32
    house.shelf.recordings[other] = spoken(1)
    house.shelf.recordings[NAME] = b"<html>Please log in to this WLAN</html>"
    house.claim()
    house.claim(its, other)
    with pytest.raises(RemoteError, match="no sound"):
        house.look()
    assert house.office.blobs.has(its)
    assert NAME in house.shelf.recordings, "deleted without having been fetched"


def test_nobody_there_makes_it_wait(house: House) -> None:
    house.claim()
    gone = Bringer(house.office, house.intake, Recordings(ACCOUNT, TOKEN, "http://127.0.0.1:1"))
    with pytest.raises(RemoteError, match="cannot be reached"):
        gone.step()
    house.wait(SECOND)
    house.look()
    assert house.is_settled()


def test_a_full_disk_loses_nothing(house: House) -> None:
    house.claim()
    folder = house.office.folder / "blobs"
    folder.rmdir()
    folder.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        house.look()
    assert NAME in house.shelf.recordings
    folder.unlink()
    house.wait(SECOND)
    house.look()
    assert house.is_settled()


def test_a_redirect_to_a_storage_elsewhere_is_followed_without_the_password(house: House) -> None:
    with Shelf() as storage:
        storage.answers = lambda asked: (200, WORDS, {})
        twilio = house.shelf.answers
        house.shelf.answers = lambda asked: (
            (307, "", {"Location": f"{storage.url}/x"}) if asked.method == "GET" else twilio(asked)
        )
        house.claim()
        house.look()
    assert [asked.authorization for asked in storage.asked] == [""]
    assert house.office.blobs.read(BLOB) == WORDS


def test_a_recording_of_another_transport_is_none_of_ours(house: House) -> None:
    keyring, now = house.office.keyring, house.office.now()
    house.writer.run(lambda connection: abroad.put(connection, keyring, BLOB, "another", NAME, now))
    house.look()
    assert not house.shelf.asked


def test_nothing_of_it_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        house.claim()
        house.look()
    assert NAME not in caplog.text
    assert BLOB not in caplog.text


# Killed at any point


DIES = f"""
import os, signal, sys
from pathlib import Path
from channels.phone.twilio.recordings import Bringer, Recordings
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.store.writer import Writer

folder, url, calls = sys.argv[1], sys.argv[2], int(sys.argv[3])

def dies(frame, event, argument):
    global calls
    if event == "call" and ("twilio/recordings" in frame.f_code.co_filename or "kiosk/blobs" in frame.f_code.co_filename
                            or "store/abroad" in frame.f_code.co_filename):
        calls -= 1
        if calls == 0:
            os.kill(os.getpid(), signal.SIGKILL)

office = Office(Path(folder))
intake = Intake(office, Writer(office.store_file))
bringer = Bringer(office, intake, Recordings({ACCOUNT!r}, {TOKEN!r}, url))
sys.setprofile(dies)
bringer.step()
"""


@pytest.mark.peers
def test_killed_anywhere_it_is_fetched_in_the_end_and_gone_there(tmp_path: Path) -> None:
    """A kill -9 at every call that the loop makes, and once more after each."""
    folder, calls, died = make_office(tmp_path / "office"), 0, True
    with Shelf() as shelf:
        while died:
            calls += 1
            name, uid = f"RE{calls:032x}", f"{calls:032x}"
            shelf.recordings[name] = WORDS
            house = House(folder, shelf)
            house.claim(uid, name)
            house.writer.close()
            argv = [sys.executable, "-c", DIES, str(folder), shelf.url, str(calls)]
            died = subprocess.run(argv, timeout=30).returncode == -signal.SIGKILL
            house = House(folder, shelf)
            house.wait(HOUR)
            house.look()
            assert house.office.blobs.read(uid) == WORDS
            assert house.is_settled(), f"killed at call {calls}"
            house.writer.close()
    assert calls > 10, "it died nowhere"
    assert list((folder / "blobs").rglob("*.new")) == [], "half a file was left"
