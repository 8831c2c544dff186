"""From a sentence to a sound file: made once, named after what it is made of, and readable for Asterisk."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
import wave
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest

from channels.phone.level import AFTER, BEFORE
from channels.phone.sounds import RATE, TONE, TONE_SECONDS, Sounds, make, pace, seconds
from kiosk.call import Phrase
from kiosk.errors import ConfigError, StoreError
from kiosk.office import Office
from kiosk.voice import Voice, recording_name, sound
from kiosk.voice.engines import Halt, HaltedError
from tests.kiosk.running import configure, make_office
from tests.kiosk.voice.standins import BROKEN, ESPEAK_NG, PIPER, only, put, record

ASKED = Phrase("Wie zufrieden sind Sie mit Ihrem Besuch?", "de")
THANKS = Phrase("Vielen Dank!", "de")
NAME = recording_name(ASKED.text)
BY_ESPEAK, BY_PIPER, BY_RECORDING, BY_ANOTHER = 0.2, 0.4, 0.6, 0.8  # seconds of each, by which it is told whose it is
DAY = 86_400.0  # seconds


def beep(length: float) -> bytes:
    """441 ups and downs a second."""
    return array("h", [5000] * 25 + [-5000] * 25).tobytes() * round(sound.RATE * length / 50)


def spoken(file: Path) -> float:
    """How long somebody speaks in it."""
    return round(seconds(file) - BEFORE - AFTER, 1)


def calls(programs: Path) -> int:
    """How often the engine was started."""
    file = programs / "espeak.calls"
    return len(file.read_text().splitlines()) if file.exists() else 0


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def age(file: Path, days: float) -> None:
    os.utime(file, (time.time() - days * DAY,) * 2)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stand-in for espeak-ng, and nothing else on the PATH."""
    folder = tmp_path / "programs"
    only(monkeypatch, folder)
    put(folder, "espeak-ng", ESPEAK_NG)
    (folder / "espeak.wav").write_bytes(sound.wav(beep(BY_ESPEAK)))
    (folder / "piper.raw").write_bytes(beep(BY_PIPER))
    return folder


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    return tmp_path / "voices"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sounds"


@pytest.fixture
def sounds(folder: Path, voices: Path, programs: Path) -> Sounds:
    return Sounds(folder, Voice(voices, pace))


def give_piper(programs: Path, voices: Path, model: bytes = b"a voice") -> None:
    put(programs, "piper", PIPER)
    record(voices / "de", {"thorsten.onnx": model, "thorsten.onnx.json": b'{"audio": {"sample_rate": 22050}}'})


# The file


def test_a_file_is_what_every_telephone_plays(sounds: Sounds) -> None:
    for file in (sounds.file(ASKED), sounds.silence(0.8), sounds.tone()):
        assert file.is_absolute()
        with wave.open(str(file)) as made:
            assert (made.getframerate(), made.getsampwidth(), made.getnchannels()) == (8000, 2, 1)
            assert made.getcomptype() == "NONE"
            assert file.stat().st_size == 44 + 2 * made.getnframes()  # nothing but a header and samples
            assert seconds(file) == made.getnframes() / RATE


def test_silence_is_as_long_as_it_is_asked_for(sounds: Sounds) -> None:
    file = sounds.silence(0.8)
    assert seconds(file) == 0.8
    assert not any(file.read_bytes()[44:])
    assert sounds.silence(0.3) != file


def test_the_tone_is_one_clear_beep(sounds: Sounds) -> None:
    samples = array("h", sounds.tone().read_bytes()[44:])
    ups = sum(before < 0 <= after for before, after in pairwise(samples))
    assert ups / TONE_SECONDS == pytest.approx(TONE, rel=0.03)
    assert abs(samples[0]) + abs(samples[-1]) < 200  # no click at its ends
    assert max(samples) > 4000


def test_signs_without_a_sound_are_a_short_silence(sounds: Sounds, programs: Path) -> None:
    assert spoken(sounds.file(Phrase(" … ", "de"))) == 0
    assert calls(programs) == 0


def test_the_name_tells_nothing_of_the_words(sounds: Sounds, folder: Path) -> None:
    file = sounds.file(ASKED)
    assert file.parent == folder
    assert len(file.stem) == 64
    assert set(file.stem) <= set("0123456789abcdef")
    assert "zufrieden" not in str(file)


# Made once, and never stale


def test_a_sentence_is_made_once_and_then_found_without_any_program(
    sounds: Sounds, folder: Path, voices: Path, programs: Path
) -> None:
    file = sounds.file(ASKED)
    assert calls(programs) == 1
    assert sounds.there(ASKED)
    assert not sounds.there(THANKS)
    assert sounds.file(ASKED) == file
    assert Sounds(folder, Voice(voices, pace)).file(ASKED) == file
    assert calls(programs) == 1


def test_language_pace_and_words_each_make_another_file(
    sounds: Sounds, folder: Path, voices: Path, programs: Path
) -> None:
    phrases = (ASKED, THANKS, Phrase(ASKED.text, "de@easy"), Phrase(ASKED.text, "en"))
    files = {sounds.file(phrase) for phrase in phrases} | {Sounds(folder, Voice(voices)).file(ASKED)}
    assert len(files) == 5


def test_a_recording_wins_and_a_new_one_is_heard_at_once(sounds: Sounds, voices: Path, programs: Path) -> None:
    assert spoken(sounds.file(ASKED)) == BY_ESPEAK
    record(voices / "de", {NAME: sound.wav(beep(BY_RECORDING), 22050)})
    assert not sounds.there(ASKED)
    assert spoken(sounds.file(ASKED)) == BY_RECORDING
    record(voices / "de", {NAME: sound.wav(beep(BY_ANOTHER), 22050)})
    assert spoken(sounds.file(ASKED)) == BY_ANOTHER
    (voices / "de" / NAME).unlink()
    assert spoken(sounds.file(ASKED)) == BY_ESPEAK
    assert calls(programs) == 1


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_a_recording_may_have_any_rate(sounds: Sounds, voices: Path, rate: int) -> None:
    cycle = array("h", [5000] * (rate // 400) + [-5000] * (rate // 400)).tobytes()
    record(voices / "de", {NAME: sound.wav(cycle * round(200 * BY_RECORDING), rate)})
    assert spoken(sounds.file(ASKED)) == BY_RECORDING


def test_a_new_lexicon_makes_only_those_anew_that_it_changes(sounds: Sounds, voices: Path, programs: Path) -> None:
    before = sounds.file(ASKED), sounds.file(THANKS)
    record(voices / "de", {"lexicon.toml": b'"Dank" = "Dannk"'})
    assert sounds.file(ASKED) == before[0]
    assert sounds.file(THANKS) != before[1]
    assert calls(programs) == 3
    assert (programs / "espeak.said").read_text().endswith("Vielen Dannk!")


def test_another_voice_for_piper_makes_all_anew(sounds: Sounds, voices: Path, programs: Path) -> None:
    by_espeak = sounds.file(ASKED)
    give_piper(programs, voices)
    by_piper = sounds.file(ASKED)
    assert (spoken(by_espeak), spoken(by_piper)) == (BY_ESPEAK, BY_PIPER)
    give_piper(programs, voices, b"another voice")
    assert sounds.file(ASKED) not in (by_espeak, by_piper)


def test_another_engine_under_the_same_name_makes_all_anew(sounds: Sounds, programs: Path) -> None:
    before = sounds.file(ASKED)
    put(programs, "espeak-ng", ESPEAK_NG + "# the next version\n")
    assert sounds.file(ASKED) != before


# What fails


def test_a_broken_recording_leaves_it_to_the_voice(sounds: Sounds, voices: Path) -> None:
    record(voices / "de", {NAME: b"RIFFnothing"})
    assert spoken(sounds.file(ASKED)) == BY_ESPEAK


def test_what_a_broken_piper_left_to_espeak_is_made_anew_when_it_works(
    folder: Path, voices: Path, programs: Path
) -> None:
    give_piper(programs, voices)
    put(programs, "piper", BROKEN.replace("cat >", 'if [ "$1" = --help ]; then echo --model; exit; fi\ncat >'))
    assert spoken(Sounds(folder, Voice(voices, pace)).file(ASKED)) == BY_ESPEAK
    put(programs, "piper", PIPER)
    assert spoken(Sounds(folder, Voice(voices, pace)).file(ASKED)) == BY_PIPER


def test_where_nothing_speaks_the_error_says_what_to_do_and_no_words(
    sounds: Sounds, programs: Path, folder: Path
) -> None:
    (programs / "espeak-ng").unlink()
    with pytest.raises(ConfigError, match="apt install espeak-ng") as refused:
        sounds.file(ASKED)
    assert "zufrieden" not in str(refused.value)
    assert not folder.exists()


def test_a_disk_that_refuses_is_an_error_of_ours(folder: Path, sounds: Sounds) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(StoreError) as refused:
        sounds.file(ASKED)
    assert refused.value.code == "phone.sounds"


def test_making_can_be_stopped(sounds: Sounds, programs: Path, folder: Path) -> None:
    put(programs, "espeak-ng", "#!/bin/sh\nexec sleep 30\n")
    halt, ended = Halt(), []

    def render() -> None:
        with pytest.raises(HaltedError):
            sounds.file(ASKED, halt)
        ended.append(time.monotonic())

    thread = Thread(target=render)
    thread.start()
    time.sleep(0.2)
    stopped = time.monotonic()
    halt.now()
    thread.join(10)
    assert ended[0] - stopped < 2
    assert not folder.exists()


# Many at once


def test_ten_callers_of_one_sentence_start_the_engine_once(sounds: Sounds, programs: Path) -> None:
    put(programs, "espeak-ng", ESPEAK_NG.replace("cat >>", "sleep 0.2\ncat >>"))
    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(sounds.file, [ASKED] * 10))) == 1
    assert calls(programs) == 1


COUNTING = """#!/bin/sh
echo +1 >> "{folder}/runs"
sleep 0.2
cat "{folder}/espeak.wav"
echo -1 >> "{folder}/runs"
"""


def test_different_sentences_are_made_beside_each_other_one_for_each_core(sounds: Sounds, programs: Path) -> None:
    """Each engine counts those that run when it begins, and when it ends."""
    counting = (
        '#!/bin/sh\necho +1 >> "{folder}/runs"\nsleep 0.2\ncat "{folder}/espeak.wav"\necho -1 >> "{folder}/runs"\n'
    )
    put(programs, "espeak-ng", counting)
    with ThreadPoolExecutor(8) as pool:
        files = set(pool.map(sounds.file, [Phrase(f"Satz {number}.", "de") for number in range(8)]))
    assert len(files) == 8
    running = most = 0
    for step in (programs / "runs").read_text().split():
        running += int(step)
        most = max(most, running)
    assert most == min(8, os.cpu_count() or 1)


MAKE = """
import sys, time
from pathlib import Path
from channels.phone.sounds import Sounds, pace
from kiosk.call import Phrase
from kiosk.voice import Voice
sounds = Sounds(Path(sys.argv[1]), Voice(Path(sys.argv[2]), pace))
time.sleep(max(0, float(sys.argv[3]) - time.time()))
print(sounds.file(Phrase("Wie zufrieden sind Sie mit Ihrem Besuch?", "de")))
"""


def test_two_processes_at_once_leave_one_whole_file(sounds: Sounds, folder: Path, voices: Path, programs: Path) -> None:
    put(programs, "espeak-ng", ESPEAK_NG.replace("cat >>", "sleep 0.3\ncat >>"))
    argv = [sys.executable, "-c", MAKE, str(folder), str(voices), str(time.time() + 1)]
    both = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = {process.communicate(timeout=30)[0].strip() for process in both}
    assert calls(programs) == 2
    assert told == {str(file) for file in folder.iterdir()} == {str(sounds.file(ASKED))}
    assert spoken(sounds.file(ASKED)) == BY_ESPEAK


# Who may read, and what goes


@pytest.fixture
def _umask() -> Iterator[None]:
    """As `kiosk` sets it."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_umask")
def test_the_group_may_read_what_is_made_and_nobody_else(sounds: Sounds, folder: Path) -> None:
    for file in (sounds.file(ASKED), sounds.silence(1), sounds.tone()):
        assert mode(file) == 0o640
    assert mode(folder) == 0o750


@pytest.mark.usefixtures("_umask")
def test_a_shared_place_keeps_its_mode_and_its_group_is_inherited(tmp_path: Path, voices: Path, programs: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    file = Sounds(shared, Voice(voices)).file(ASKED)
    assert (mode(shared), mode(file)) == (0o2770, 0o640)
    assert file.stat().st_gid == shared.stat().st_gid
    Sounds(shared / "sounds", Voice(voices)).file(ASKED)
    assert mode(shared / "sounds") == 0o2750


def test_what_nobody_used_for_30_days_goes_and_only_that(sounds: Sounds, folder: Path) -> None:
    old, used, fresh = sounds.file(ASKED), sounds.file(THANKS), sounds.tone()
    left = folder / f"{'a' * 64}.{'b' * 8}.new"  # by a power cut
    strangers = [folder / "apology.wav", folder / f"{'a' * 64}.txt"]
    for file in (left, *strangers):
        file.touch()
    for file in (old, used, left, *strangers):
        age(file, 31)
    assert sounds.file(THANKS) == used
    assert sounds.tidy() == 2
    assert set(folder.iterdir()) == {used, fresh, *strangers}
    assert sounds.tidy() == 0


def test_what_is_wanted_though_nobody_calls_is_kept_as_well(sounds: Sounds) -> None:
    file = sounds.file(ASKED)
    age(file, 29)
    assert sounds.there(ASKED)
    assert file.stat().st_mtime == pytest.approx(time.time(), abs=60)


def test_nothing_to_tidy_where_nothing_was_made(sounds: Sounds) -> None:
    assert sounds.tidy() == 0


# Of an office


@pytest.mark.parametrize("place", ["", "elsewhere", "/absolute"])
def test_the_office_says_where_they_are_made(tmp_path: Path, programs: Path, place: str) -> None:
    office = make_office(tmp_path / "office")
    named = str(tmp_path / place[1:]) if place.startswith("/") else place
    configure(office, sounds=f'"{named}"')
    made = make(Office(office)).file(ASKED)
    assert made.parent == {"": office / "sounds", "elsewhere": office / "elsewhere"}.get(place, tmp_path / place[1:])
