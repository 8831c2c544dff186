"""Reading aloud at the real terminal, by programs that stand in for the voice and the sound card."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kiosk.office import Office
from kiosk.survey import Kind
from tests.kiosk.running import run
from tests.kiosk.voice.standins import put
from tests.terminal_ui.hearing import StandIns, alive, wait
from tests.terminal_ui.sitting import Sitting


@pytest.fixture
def voice(tmp_path: Path) -> StandIns:
    return StandIns(tmp_path / "voice")


@pytest.mark.peers
def test_a_screen_is_read_and_the_next_one_silences_it(counter: Path, voice: StandIns) -> None:
    with Sitting(counter, path=voice.path) as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        plain, _ = voice.wait_for("Machen Sie mit?")
        assert plain == "-v de -s 142 -g 0 -z -b 1 --stdin --stdout"
        first = voice.wait_for_player()
        person.touch("Ja, mitmachen")
        voice.wait_for("Wie zufrieden sind Sie mit Ihrem Besuch?")
        wait(lambda: not alive(first), "the notice to be silent")
        second = voice.wait_for_player()
        person.touch("Sprache")
        person.touch("Deutsch, leicht")
        easy, _ = voice.wait_for("1: Sehr gut")
        assert easy.startswith("-v de -s 108 ")
        wait(lambda: not alive(second), "plain language to be silent")
        third = voice.wait_for_player()
        person.touch("beenden")
        person.sees("Text")
        wait(lambda: not alive(third), "silence")


def test_by_keys_the_focus_and_what_is_chosen_are_heard(counter: Path, voice: StandIns) -> None:
    (voice.folder / "sentence.wav").write_bytes((voice.folder / "sentence.wav").read_bytes()[:2000])
    with Sitting(counter, path=voice.path) as person:
        person.sees("Hier beginnen")
        person.key("1", "1")
        person.touch("Vorlesen")
        voice.wait_for("1: Sehr zufrieden")
        person.key("right")
        wait(lambda: voice.said()[-1][1] == "2: Zufrieden", "the focus")
        person.key("enter", "escape")
        voice.wait_for("2: Zufrieden, ausgewählt")
        person.key("1", "1", "1", "o")
        wait(lambda: voice.said()[-1][1] == "o", "the letter")


@pytest.mark.peers
def test_a_keypad_without_letters_and_arrows_turns_it_on(counter: Path, voice: StandIns) -> None:
    with Sitting(counter, path=voice.path) as person:
        person.sees("Hier beginnen")
        person.key("*")
        voice.wait_for("1: Deutsch")
        person.sees("Stopp")
        person.key("1")
        voice.wait_for("Machen Sie mit?")


def test_whatever_somebody_does_ends_what_is_being_said(counter: Path, tmp_path: Path) -> None:
    """Even a key that means nothing here, and a touch beside everything."""
    voice = StandIns(tmp_path / "slow", seconds=60.0)  # it does not end by itself while we wait
    with Sitting(counter, path=voice.path) as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        first = voice.wait_for_player()
        person.key("x")
        wait(lambda: not alive(first), "silence after a key")
        person.key("*")
        second = voice.wait_for_player()
        person.touch_at(0, 0)
        wait(lambda: not alive(second), "silence after a touch")


def test_an_answer_that_is_missing_is_heard_and_where(office: Path, voice: StandIns) -> None:
    asked = Office(office).survey("digital")
    question = next(question for question in asked.questions if question.kind is Kind.SELECT_MULTIPLE)
    with Sitting(office, "--survey", "digital", path=voice.path) as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.touch("Vorlesen")
        voice.wait_for(question.label["de"])
        before = len(voice.said())
        person.key("0")
        problem = Office(office).catalogues["de"].say("problem.nothing_heard")
        wait(lambda: any(problem in said for _, said in voice.said()[before:]), f"“{problem}”")
        wait(lambda: any(question.label["de"] in said for _, said in voice.said()[before:]), "the question")


def test_the_code_is_heard_digit_by_digit_and_once_more(counter: Path, voice: StandIns) -> None:
    (voice.folder / "sentence.wav").write_bytes((voice.folder / "sentence.wav").read_bytes()[:2000])
    with Sitting(counter, path=voice.path) as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        person.touch("Ja, mitmachen")
        person.key("1", "1", "1", "enter", "enter")
        digits = " ".join(person.code()[:4])
        voice.wait_for(digits)
        before = len(voice.said())
        person.key("*")
        wait(lambda: any(digits in said for _, said in voice.said()[before:]), "the code once more")


def test_the_end_of_a_visit_is_silent(counter: Path, voice: StandIns) -> None:
    with Sitting(counter, path=voice.path) as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        speaking = voice.wait_for_player()
        person.touch("Zurück")
        person.sees("Hier beginnen")
        person.sees("Vorlesen")
        wait(lambda: not alive(speaking), "silence")


@pytest.mark.parametrize("lacking", ["espeak-ng", "aplay"])
def test_without_a_voice_or_a_sound_card_there_is_no_button(counter: Path, voice: StandIns, lacking: str) -> None:
    other = {"espeak-ng", "aplay"} - {lacking}
    folder = voice.folder / "alone"
    folder.mkdir()
    for name in (*other, "sh", "cat", "python3"):
        found = voice.folder / name if name in other else Path("/usr/bin") / name
        (folder / name).symlink_to(found)
    with Sitting(counter, path=str(folder)) as person:
        person.touch("Hier beginnen")
        person.sees("Ja, mitmachen")
        assert "Vorlesen" not in person.text


def test_a_sound_card_that_is_not_there_leaves_no_button_and_no_word(counter: Path, voice: StandIns) -> None:
    put(voice.folder, "aplay", "#!/bin/sh\necho no such card >&2\nexit 1\n")
    with Sitting(counter, path=voice.path) as person:
        person.touch("Hier beginnen")
        person.sees("Ja, mitmachen")
        assert "Vorlesen" not in person.text
        assert "no such card" not in person.text


@pytest.mark.peers
def test_who_listens_is_still_here(hasty: Path, voice: StandIns) -> None:
    with Sitting(hasty, path=voice.path) as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        speaking = voice.wait_for_player()
        person.read(7)  # longer than the five seconds after which a quiet screen asks
        assert "Sind Sie noch da" not in person.text
        os.kill(speaking, signal.SIGKILL)
        person.sees("Sind Sie noch da?")


def test_a_voice_that_does_not_start_is_as_good_as_none(counter: Path, voice: StandIns) -> None:
    (voice.folder / "espeak-ng").write_bytes(b"\0for another machine")
    with Sitting(counter, path=voice.path) as person:
        person.touch("Hier beginnen")
        person.touch("Vorlesen")
        person.touch("Ja, mitmachen")
        person.sees("Frage 1 von")
        assert "Vorlesen" not in person.text


def test_the_doctor_names_what_is_missing_for_reading_aloud(counter: Path, voice: StandIns) -> None:
    put(voice.folder, "aplay", "#!/bin/sh\nexit 1\n")
    (counter / "voices" / "de").mkdir(parents=True)
    (counter / "voices" / "de" / "lexicon.toml").write_text("Rathaus")
    told = " ".join(run(counter, "doctor", env={"PATH": voice.path}).stdout.split())
    assert "ok reading aloud: a voice ok reading aloud: a player to do reading aloud: a sound card" in told
    assert "lexicon.toml cannot be read" in told
