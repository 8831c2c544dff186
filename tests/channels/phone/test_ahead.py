"""Sounds made ahead: of all open surveys, when one opens or changes or a voice does, by a process that can be ended."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from channels.phone import ahead
from channels.phone.script import phrases
from channels.phone.sounds import Sounds, make, pace
from kiosk.call import Phrase
from kiosk.errors import StoreError
from kiosk.office import Office
from kiosk.voice import Voice, recording_name, sound
from tests.channels.phone.test_sounds import BY_ESPEAK, age, beep
from tests.kiosk.running import PATIENCE, Started, configure, free_port, make_office
from tests.kiosk.voice.standins import ESPEAK_NG, only, put, record

PHRASES = [Phrase(f"Das ist Satz {number}.", "de") for number in range(3)]

# Speaks all but one word.
CHOOSY = """#!/bin/sh
words=$(cat)
case $words in *Zwei*) exit 3 ;; esac
echo "$words" >> "{folder}/espeak.said"
cat "{folder}/espeak.wav"
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stand-in for espeak-ng, and nothing else on the PATH."""
    folder = tmp_path / "programs"
    only(monkeypatch, folder)
    put(folder, "espeak-ng", ESPEAK_NG)
    (folder / "espeak.wav").write_bytes(sound.wav(beep(BY_ESPEAK)))
    return folder


@pytest.fixture
def sounds(tmp_path: Path, programs: Path) -> Callable[[], Sounds]:
    return lambda: Sounds(tmp_path / "sounds", Voice(tmp_path / "voices", pace))


def test_what_is_lacking_is_made_and_the_log_says_how_much(
    sounds: Callable[[], Sounds], caplog: pytest.LogCaptureFixture
) -> None:
    sounds().file(PHRASES[0])
    with caplog.at_level(logging.INFO, "kiosk"):
        ahead.make_all(sounds, [*PHRASES, PHRASES[1]])
        ahead.make_all(sounds, PHRASES)
    assert all(sounds().there(phrase) for phrase in PHRASES)
    first, last = (record.getMessage() for record in caplog.records)
    assert first == "phone: making 2 sounds"
    assert last.startswith("phone: 2 sounds are made")


def test_a_bad_sentence_keeps_no_other_from_being_made(
    sounds: Callable[[], Sounds], programs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(programs, "espeak-ng", CHOOSY)
    bad = Phrase("Zwei", "de")
    ahead.make_all(sounds, [bad, *PHRASES])
    assert all(sounds().there(phrase) for phrase in PHRASES)
    assert not sounds().there(bad)
    (warning,) = (record.getMessage() for record in caplog.records if record.levelno == logging.WARNING)
    assert warning == "phone: 1 sentences in de have no sound, such as: Zwei"


def test_where_nothing_speaks_it_is_given_up_soon_and_said_once(
    sounds: Callable[[], Sounds], programs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (programs / "espeak-ng").unlink()
    ahead.make_all(sounds, [Phrase(f"Satz {number}.", "de") for number in range(100)])
    (warning,) = (record.getMessage() for record in caplog.records if record.levelno == logging.WARNING)
    assert warning.startswith("phone: at least 5 sentences in de have no sound")


def test_a_disk_that_refuses_ends_it(sounds: Callable[[], Sounds], tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        ahead.make_all(sounds, PHRASES)


def test_long_work_says_how_far_it_is(
    sounds: Callable[[], Sounds], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ahead, "PROGRESS", 0.0)
    with caplog.at_level(logging.INFO, "kiosk"):
        ahead.make_all(sounds, PHRASES)
    told = [record.getMessage() for record in caplog.records]
    assert told[1:4] == [f"phone: {number} of 3 sounds are made" for number in (1, 2, 3)]


# As the server runs it


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """One survey in one language, and a telephone that residents can call."""
    folder = make_office(tmp_path / "office")
    configure(folder, "phone", transport='"asterisk"')
    for file in (folder / "surveys").glob("*.toml"):
        if file.stem != "vote":
            file.unlink()
    return folder


@contextmanager
def looking(office: Path) -> Iterator[Thread]:
    (service,) = ahead.services(Office(office))
    serve, stop = service.make()
    thread = Thread(target=serve)
    thread.start()
    try:
        yield thread
    finally:
        stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def wait(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 2 * PATIENCE
    while not holds():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.1)


def lacking(office: Path) -> list[Phrase]:
    """Sentences of open surveys that have no sound."""
    read = Office(office)
    sounds = make(read)
    wanted = [phrase for survey in read.open_surveys() for phrase in phrases(read, survey)]
    return [phrase for phrase in wanted if not sounds.there(phrase)]


def children() -> set[int]:
    """Processes that any of our threads started."""
    lists = Path("/proc/self/task").glob("*/children")
    return {int(child) for one in lists for child in one.read_text().split()}


def test_an_office_that_nobody_can_call_makes_nothing_ahead(tmp_path: Path) -> None:
    assert ahead.services(Office(make_office(tmp_path / "office"))) == ()


@pytest.mark.peers
@pytest.mark.usefixtures("programs")
def test_a_survey_that_is_open_has_all_its_sounds_and_so_has_a_changed_one(office: Path) -> None:
    sounds = make(Office(office))
    unused = sounds.silence(1)
    age(unused, 31)
    with looking(office):
        wait(lambda: not lacking(office), "all sounds are made")
        wait(lambda: not unused.exists(), "the one nobody uses is gone")
        file = office / "surveys" / "vote.toml"
        file.write_text(file.read_text().replace("Samstag", "Sonntag"))
        assert lacking(office)
        wait(lambda: not lacking(office), "the changed sentences are made")
        record(office / "voices" / "de", {recording_name("Ja"): sound.wav(beep(1))})
        record(office / "voices" / "de", {"lexicon.toml": b'"Umfrage" = "Um-Frage"'})
        assert lacking(office)
        wait(lambda: not lacking(office), "what the lexicon changes is made")


@pytest.mark.usefixtures("programs")
def test_it_stops_at_once_and_leaves_no_process(office: Path) -> None:
    before = children()
    with looking(office):
        folder = office / "sounds"
        wait(lambda: folder.exists() and len(list(folder.iterdir())) > 3, "it has begun")
        (maker,) = children() - before
        assert os.getpriority(os.PRIO_PROCESS, maker) == ahead.LOWEST
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert children() == before
    assert lacking(office)


@pytest.mark.peers
@pytest.mark.usefixtures("programs")
def test_kiosk_start_makes_them_and_ends_with_them(office: Path, tmp_path: Path) -> None:
    configure(office, "phone", fastagi_port=str(free_port()), recordings=f'"{tmp_path / "recordings"}"')
    with Started(office) as started:
        started.wait_for("sounds are made, ")
        assert not lacking(office)
