"""Text to speech: a recording goes before piper, piper before espeak-ng, and a broken one is passed over."""

from __future__ import annotations

import time
from array import array
from pathlib import Path
from threading import Thread

import pytest

from kiosk.definition import from_toml
from kiosk.errors import ConfigError
from kiosk.lint.language import sentences, words
from kiosk.voice import Pace, Voice, recording_name, sound, usual
from kiosk.voice.engines import Halt, HaltedError
from tests.kiosk.voice.standins import BROKEN, ESPEAK_NG, MOUSE_PIPER, PIPER, need_espeak, only, put, record, tone

ASKED = "Wie zufrieden sind Sie mit Ihrem Besuch?"
BY_RECORDING, BY_PIPER, BY_ESPEAK = 1, 2, 3  # the samples of each


def made_by(samples: bytes) -> int:
    return array("h", samples)[0]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stand-in for espeak-ng, and nothing else on the PATH."""
    folder = tmp_path / "programs"
    only(monkeypatch, folder)
    put(folder, "espeak-ng", ESPEAK_NG)
    (folder / "espeak.wav").write_bytes(sound.wav(tone(0.1, BY_ESPEAK)))
    (folder / "piper.raw").write_bytes(tone(0.1, BY_PIPER))
    return folder


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    return tmp_path / "office" / "voices"


def give_voice(voices: Path, locale: str = "de", rate: int = sound.RATE) -> None:
    described = f'{{"audio": {{"sample_rate": {rate}}}}}'.encode()
    record(voices / locale, {"thorsten.onnx": b"", "thorsten.onnx.json": described})


# Which of them speaks


def test_a_recording_of_exactly_this_sentence_wins(voices: Path, programs: Path) -> None:
    record(voices / "de", {recording_name(ASKED): sound.wav(tone(1, BY_RECORDING))})
    voice = Voice(voices)
    assert made_by(voice.samples(ASKED, "de")) == BY_RECORDING
    assert made_by(voice.samples("Wie zufrieden sind\nSie mit Ihrem Besuch?", "de")) == BY_RECORDING
    assert made_by(voice.samples("Wie zufrieden sind Sie mit Ihrem Besuch", "de")) == BY_ESPEAK
    assert made_by(voice.samples(ASKED, "de@easy")) == BY_ESPEAK


def test_at_another_rate_the_engine_speaks_and_without_one_the_recording(voices: Path, programs: Path) -> None:
    record(voices / "de", {recording_name(ASKED): sound.wav(tone(1, BY_RECORDING))})
    assert made_by(Voice(voices).samples(ASKED, "de", 150)) == BY_ESPEAK
    (programs / "espeak-ng").unlink()
    assert made_by(Voice(voices).samples(ASKED, "de", 150)) == BY_RECORDING


def test_a_recording_that_is_broken_leaves_it_to_the_engine_and_is_named(voices: Path, programs: Path) -> None:
    name = recording_name(ASKED)
    record(voices / "de", {name: b"RIFFnothing", "lexicon.toml": b"not = toml"})
    voice = Voice(voices)
    assert made_by(voice.samples(ASKED, "de")) == BY_ESPEAK
    told = "\n".join(map(str, voice.faults()))
    assert name in told
    assert "lexicon.toml" in told


def test_piper_speaks_where_the_operator_supplies_a_voice(voices: Path, programs: Path) -> None:
    put(programs, "piper", PIPER)
    give_voice(voices)
    voice = Voice(voices)
    for locale, rate, scale in (("de", 100, "1.00"), ("de@easy", 100, "1.20"), ("de", 200, "0.50")):
        assert made_by(voice.samples(ASKED, locale, rate)) == BY_PIPER
        call = (programs / "piper.calls").read_text().splitlines()[-1]
        assert call == f"--model {voices}/de/thorsten.onnx --length-scale {scale} --output-raw"
    assert (programs / "piper.said").read_text() == f"{ASKED}\n" * 3
    assert made_by(voice.samples("How are you?", "en")) == BY_ESPEAK


@pytest.mark.parametrize(
    ("pace", "locale", "scale"), [(usual, "de", "1.00"), (usual, "de@easy", "1.20"), (lambda _: 100, "de", "1.50")]
)
def test_a_voice_has_the_pace_of_its_place(voices: Path, programs: Path, pace: Pace, locale: str, scale: str) -> None:
    put(programs, "piper", PIPER)
    give_voice(voices)
    Voice(voices, pace).samples(ASKED, locale)
    assert f"--length-scale {scale} " in (programs / "piper.calls").read_text()


def test_a_changed_lexicon_is_heard_at_once(voices: Path, programs: Path) -> None:
    voice = Voice(voices)
    for spelled in ("Besuhch", "Bessuch"):
        record(voices / "de", {"lexicon.toml": f'"Besuch" = "{spelled}"'.encode()})
        voice.samples(ASKED, "de")
        assert (programs / "espeak.said").read_text().endswith(f"Ihrem {spelled}?")
    (voices / "de" / "lexicon.toml").unlink()
    voice.samples(ASKED, "de")
    assert (programs / "espeak.said").read_text().endswith(ASKED)


def test_each_way_to_say_a_sentence_tells_when_it_became_another(voices: Path, programs: Path) -> None:
    voice = Voice(voices)

    def origins(text: str = ASKED, rate: int = 100) -> list[str]:
        return [way.origin() for way in voice.ways(text, "de", rate)]

    (by_espeak,) = origins()
    assert origins() == [by_espeak]
    assert len({by_espeak, *origins(rate=150), *origins("Danke."), origins("…")[0]}) == 4
    record(voices / "de", {recording_name(ASKED): sound.wav(tone(1, BY_RECORDING))})
    recorded, then, last = origins()
    assert (then, last) == (by_espeak, recorded)
    record(voices / "de", {recording_name(ASKED): sound.wav(tone(1, BY_PIPER))})
    assert origins()[0] != recorded
    assert not (programs / "espeak.calls").exists()


def test_the_samples_of_piper_are_brought_to_our_rate(voices: Path, programs: Path) -> None:
    put(programs, "piper", PIPER)
    give_voice(voices, rate=16000)
    made = Voice(voices).samples(ASKED, "de")
    assert sound.seconds(made) == pytest.approx(0.1 * sound.RATE / 16000, abs=0.001)


@pytest.mark.parametrize("what", ["a mouse tool", "no description", "a failure"])
def test_without_a_working_piper_it_is_espeak(voices: Path, programs: Path, what: str) -> None:
    put(programs, "piper", {"a mouse tool": MOUSE_PIPER, "a failure": BROKEN}.get(what, PIPER))
    give_voice(voices)
    if what == "no description":
        (voices / "de" / "thorsten.onnx.json").unlink()
    assert made_by(Voice(voices).samples(ASKED, "de")) == BY_ESPEAK


def test_an_engine_that_failed_is_left_alone_for_a_while(voices: Path, programs: Path) -> None:
    put(programs, "piper", BROKEN.replace("cat >", 'if [ "$1" = --help ]; then echo --model; exit; fi\ncat >'))
    give_voice(voices)
    voice = Voice(voices)
    for _ in range(3):
        assert made_by(voice.samples(ASKED, "de")) == BY_ESPEAK
    assert (programs / "broken.calls").read_text().count("tried") == 2  # its --help, and one sentence


def test_where_nothing_speaks_the_error_says_what_to_do(voices: Path, programs: Path) -> None:
    put(programs, "espeak-ng", BROKEN)
    with pytest.raises(ConfigError, match="apt install espeak-ng") as refused:
        Voice(voices).samples(ASKED, "de")
    assert refused.value.code == "voice.none"
    assert "zufrieden" not in str(refused.value)
    (programs / "espeak-ng").unlink()
    assert not Voice(voices).there


def test_signs_alone_are_silent(voices: Path, programs: Path) -> None:
    assert Voice(voices).samples(" … ", "de") == b""


def test_the_name_of_a_recording_can_be_read_and_is_the_sentences_own() -> None:
    assert recording_name(ASKED).startswith("wie-zufrieden-sind-sie-mit-ihrem-")
    assert recording_name(ASKED) == recording_name(f"  {ASKED.replace(' ', '  ')}\n")
    assert recording_name(ASKED) != recording_name(ASKED[:-1])
    assert "/" not in recording_name("Ja/Nein, ../../etc")


# Nothing of the words is seen, and it can be stopped


def test_words_go_in_by_standard_input_alone(voices: Path, programs: Path) -> None:
    Voice(voices).samples(ASKED, "de")
    assert "zufrieden" not in (programs / "espeak.calls").read_text()
    assert (programs / "espeak.said").read_text() == ASKED


def test_rendering_can_be_stopped_from_another_thread(voices: Path, programs: Path) -> None:
    put(programs, "espeak-ng", "#!/bin/sh\nexec sleep 30\n")
    halt, ended = Halt(), []

    def render() -> None:
        with pytest.raises(HaltedError):
            Voice(voices).samples(ASKED, "de", halt=halt)
        ended.append(time.monotonic())

    thread = Thread(target=render)
    thread.start()
    time.sleep(0.2)
    stopped = time.monotonic()
    halt.now()
    thread.join(10)
    assert ended[0] - stopped < 2


# The real espeak-ng

HOUSE = Path(__file__).parents[3]
WORDS = {"de": 150, "de@easy": 125, "en": 150}  # a minute
SURVEY = from_toml("counter", (HOUSE / "kiosk/surveys/counter.toml").read_text(), "counter.toml", WORDS)
SPEECH = {
    locale: [part for _, text in SURVEY.texts() for part in sentences(text[locale]) if 5 <= len(words(part)) <= 12][:40]
    for locale in WORDS
}


@pytest.fixture
def real(voices: Path) -> Voice:
    need_espeak()
    return Voice(voices)


@pytest.mark.peers
@pytest.mark.parametrize("locale", SPEECH)
@pytest.mark.parametrize("rate", [50, 75, 100, 150, 200])
def test_the_length_fits_the_words(real: Voice, locale: str, rate: int) -> None:
    minutes = sum(sound.seconds(real.samples(sentence, locale, rate)) for sentence in SPEECH[locale]) / 60
    said = sum(len(words(sentence)) for sentence in SPEECH[locale])
    assert said / minutes == pytest.approx(WORDS[locale] * rate / 100, rel=0.15)


@pytest.mark.peers
@pytest.mark.parametrize("locale", SPEECH)
def test_every_sentence_is_heard_in_a_time_that_fits_its_letters(real: Voice, locale: str) -> None:
    for sentence in SPEECH[locale]:
        made = sound.samples(real.render(sentence, locale))
        assert 0.04 < sound.seconds(made) / len(sentence) < 0.14, sentence
        assert max(array("h", made)) > 5000, sentence


@pytest.mark.peers
@pytest.mark.parametrize(
    ("parted", "whole"),
    [("Daten-Schutz", "Datenschutz"), ("Bürger-Büro", "Bürgerbüro"), ("Leer-Taste", "Leertaste")],
)
def test_a_word_with_a_hyphen_is_one_word(real: Voice, parted: str, whole: str) -> None:
    """No pause; only the second stress is stronger."""
    with_hyphen, without = (sound.seconds(real.samples(word, "de@easy")) for word in (parted, whole))
    assert with_hyphen < 1.15 * without


@pytest.mark.peers
def test_a_code_takes_the_time_of_its_eleven_digits(real: Voice) -> None:
    code = sound.seconds(real.samples("4827 1953 206", "de"))
    digits = sum(sound.seconds(real.samples(digit, "de")) for digit in "48271953206")
    assert 0.6 * digits < code < 1.4 * digits
