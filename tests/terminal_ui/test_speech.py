"""Speech and its players: what is said, what is stopped, and what is left of it."""

from __future__ import annotations

import base64
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.voice import Voice, sound
from terminal_ui.players import Aplay, Packet, Player, Told
from terminal_ui.speech import HEADROOM, Speech
from tests.kiosk.voice.standins import need_espeak, only, put
from tests.terminal_ui.hearing import NO_CARD, Ears, StandIns, alive, wait
from tests.terminal_ui.test_walking_away import holders

SCREEN = ("Frage 1 von 5", "Wie zufrieden sind Sie mit Ihrem Besuch?", "1: Sehr zufrieden", "2: Zufrieden")


@pytest.fixture
def standins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIns:
    made = StandIns(tmp_path / "programs")
    monkeypatch.setenv("PATH", made.path)
    return made


def found(folder: Path, player: Player) -> Speech:
    """That knows its sound card; a busy machine may take longer to find it than a screen waits."""
    speech = Speech(Voice(folder / "voices"), player)
    wait(lambda: speech.there, "a sound card")
    return speech


@pytest.fixture
def speech(standins: StandIns, tmp_path: Path) -> Iterator[Speech]:
    speech = found(tmp_path, Aplay())
    yield speech
    speech.silence()


def words(standins: StandIns) -> list[str]:
    return [said for _, said in standins.said()]


# What is said


def test_a_screen_is_read_once_and_then_what_changes_on_it(speech: Speech, standins: StandIns) -> None:
    speech.read("question", SCREEN, "de")
    wait(lambda: words(standins)[:2] == list(SCREEN[:2]), "the first sentences")
    speech.read("question", SCREEN, "de")
    assert speech.speaking
    speech.read("question", (*SCREEN, "Ihre Antwort fehlt noch."), "de")
    standins.wait_for("Ihre Antwort fehlt noch.")
    assert words(standins).count(SCREEN[0]) == 1


def test_a_text_of_several_sentences_is_said_sentence_by_sentence(speech: Speech, standins: StandIns) -> None:
    speech.say(("Machen Sie mit? Das ist z. B. gut.\nEs dauert 3 Minuten.",), "de")
    standins.wait_for("Das ist zum Beispiel gut.")
    assert words(standins)[0] == "Machen Sie mit?"


def test_something_else_interrupts_and_the_screen_can_be_heard_again(speech: Speech, standins: StandIns) -> None:
    speech.read("question", SCREEN, "de")
    first = standins.wait_for_player()
    speech.say(("Zufrieden",), "de")
    standins.wait_for("Zufrieden")
    wait(lambda: not alive(first), "the first to be silent")
    speech.again()
    wait(lambda: words(standins).count(SCREEN[0]) == 2, "the screen once more")


def test_saying_never_makes_the_screen_wait(speech: Speech, standins: StandIns) -> None:
    times = []
    for number in range(20):
        begun = time.perf_counter()
        speech.read(f"screen {number}", SCREEN, "de")
        times.append(time.perf_counter() - begun)
        time.sleep(0.01)
    assert statistics.median(times) < 0.1  # the machine may be busy now and then
    standins.wait_for_player()


def test_the_rate_is_the_next_sentences_and_the_one_that_is_heard_begins_anew(
    speech: Speech, standins: StandIns
) -> None:
    speech.say(SCREEN[1:], "de")
    standins.wait_for(SCREEN[1])
    standins.wait_for_player()
    speech.tune(200, 0)
    wait(lambda: words(standins).count(SCREEN[1]) == 2, "the same sentence, faster")
    slow, fast = (arguments.split()[3] for arguments, said in standins.said() if said == SCREEN[1])
    assert int(fast) == pytest.approx(2 * int(slow), abs=1)
    speech.silence()
    speech.say(SCREEN[3:], "de")
    assert standins.wait_for(SCREEN[3])[0].split()[3] == slow


def test_silence_stops_everything_and_holds_no_words(speech: Speech, standins: StandIns) -> None:
    secret = "-".join(("Grün", "Kern", "Suppe"))  # made here, so that no constant of this module holds it
    speech.read("text", (f"Da steht jetzt: {secret}", "Weiter"), "de")
    standins.wait_for(secret)
    player = standins.wait_for_player()
    assert holders(secret)
    speech.silence()
    assert not speech.speaking
    wait(lambda: not alive(player), "silence")
    wait(lambda: not holders(secret), f"the words to be gone: {[type(holder) for holder in holders(secret)]}")


def test_no_word_stands_in_an_argument_list(speech: Speech, standins: StandIns) -> None:
    put(standins.folder, "espeak-ng", "#!/bin/sh\nsleep 5\n")
    speech.say(("Niemand sieht das",), "de")
    wait(lambda: any(b"espeak-ng" in line for line in command_lines()), "the engine")
    assert not any(b"Niemand" in line for line in command_lines())


def command_lines() -> list[bytes]:
    """Of all processes of this machine."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(file.read_bytes())
    return lines


# Where nothing can be heard


def test_without_a_player_or_a_voice_there_is_no_speech(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, tmp_path / "empty")
    speech = Speech(Voice(tmp_path / "voices"), Aplay())
    assert not speech.there
    speech.read("question", SCREEN, "de")
    assert not speech.speaking


def test_a_voice_that_fails_is_as_good_as_none(speech: Speech, standins: StandIns) -> None:
    put(standins.folder, "espeak-ng", "#!/bin/sh\nexit 1\n")
    speech.say(SCREEN, "de")
    wait(lambda: not speech.there, "the voice to be given up")
    assert not speech.speaking


def test_the_sound_card_is_looked_for_again_after_the_person(standins: StandIns, tmp_path: Path) -> None:
    working = (standins.folder / "aplay").read_text()
    put(standins.folder, "aplay", "#!/bin/sh\nexit 1\n")
    speech = Speech(Voice(tmp_path / "voices"), Aplay(), again=0.0)
    assert not speech.there
    (standins.folder / "aplay").write_text(working)
    speech.silence()
    wait(lambda: speech.there, "the sound card")


# In a browser


def test_a_browser_is_told_sound_by_sound_and_to_hush(standins: StandIns, tmp_path: Path) -> None:
    told: list[Packet] = []
    speech = found(tmp_path, Told(told.append))
    speech.say(SCREEN, "de")
    wait(lambda: len(told) == 3, "two seconds of sound in hand")
    assert {packet["type"] for packet in told} == {"sound"}
    heard = sound.samples(base64.b64decode(told[0]["wav"]))
    assert sound.seconds(heard) == pytest.approx(1.3, abs=0.1)
    assert speech.speaking
    speech.silence()
    assert told[-1] == {"type": "hush"}
    count = len(told)
    time.sleep(0.3)
    assert len(told) == count


def test_a_browser_that_has_heard_all_is_not_hushed(standins: StandIns, tmp_path: Path) -> None:
    told: list[Packet] = []
    (standins.folder / "sentence.wav").write_bytes(sound.wav(bytes(400)))
    speech = found(tmp_path, Told(told.append))
    speech.say(("Ja",), "de")
    wait(lambda: told and not speech.speaking, "the end")
    speech.silence()
    assert [packet["type"] for packet in told] == ["sound"]


# The real programs


@pytest.fixture
def ears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ears:
    return Ears(tmp_path, monkeypatch)


@pytest.mark.peers
def test_what_is_heard_lasts_as_long_as_its_sentences(ears: Ears, tmp_path: Path) -> None:
    voice = Voice(tmp_path / "voices")
    speech = found(tmp_path, Aplay())
    ears.forget()
    speech.say(SCREEN, "de")
    wait(lambda: not speech.speaking, "the end")
    expected = sum(sound.seconds(voice.samples(sentence, "de")) + 0.3 for sentence in SCREEN)
    assert sound.seconds(ears.heard) == pytest.approx(expected, abs=0.2)
    assert speech.there


@pytest.mark.peers
@pytest.mark.parametrize("gain", [-20, -10, 0, 10, HEADROOM, 40])
def test_the_volume_has_room_above_and_nothing_is_cut_off(ears: Ears, tmp_path: Path, gain: int) -> None:
    voice = Voice(tmp_path / "voices")
    speech = found(tmp_path, Aplay())
    full = max(map(abs, memoryview(voice.samples(SCREEN[1], "de")).cast("h")))
    ears.forget()
    speech.tune(100, gain)
    speech.say(SCREEN[1:2], "de")
    wait(lambda: not speech.speaking, "the end")
    assert ears.loudest == pytest.approx(full * 10 ** ((min(gain, HEADROOM) - HEADROOM) / 20), rel=0.02)


@pytest.mark.peers
def test_without_a_sound_card_speech_is_not_there_and_nobody_waits(
    ears: Ears, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no-card.conf").write_text(NO_CARD)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "no-card.conf"))
    begun = time.perf_counter()
    speech = Speech(Voice(tmp_path / "voices"), Aplay())
    assert not speech.there
    assert time.perf_counter() - begun < 2


@pytest.mark.peers
def test_the_first_word_is_heard_at_once(tmp_path: Path) -> None:
    """A tenth of a second or so; the bar is wide because the machine may be busy."""
    need_espeak()
    times: list[float] = []
    told: list[float] = []
    speech = found(tmp_path, Told(lambda packet: told.append(time.perf_counter())))
    for number in range(20):
        told.clear()
        begun = time.perf_counter()
        speech.read(f"screen {number}", SCREEN, "de")
        wait(lambda: told, "a sound")
        times.append(told[0] - begun)
        speech.silence()
    assert sorted(times)[18] < 0.5
