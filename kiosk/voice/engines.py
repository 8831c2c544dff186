"""The two programs that make speech of text: piper, where the operator supplies a voice for it, and espeak-ng.

The words go in by standard input and the samples come out by standard output: never in an argument list, where every
process could read them, and never through a file. (That is why piper is asked for raw samples: its WAV goes through a
temporary file.) Each call is a process of its own, so that it can be stopped at any moment, and leaves nothing behind.

    espeak-ng -v VOICE -s WORDS -g GAP -z -b 1 --stdin --stdout
    piper --model FILE.onnx --length-scale FACTOR --output-raw

Piper takes a sentence a line, and how many samples a second it makes stands in FILE.onnx.json.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from kiosk.errors import ConfigError
from kiosk.voice import sound
from kiosk.voice.sound import FASTEST_RATE, SLOWEST_RATE, Clip

ESPEAK = "espeak-ng"
PIPER = "piper"
PATIENCE = 20.0  # seconds for one sentence
WORDS, EASY_WORDS = 150, 125  # a minute: what is usual, and the most for easy language
SLOWEST = 80  # of espeak-ng's words a minute; below that it only lengthens the gaps between words
GAP = 0.037  # seconds of one step of such a gap, as measured
# Espeak-ng counts words of 1.8 syllables. So many of ours take the time of one of those, as measured over all texts of
# the surveys and catalogues: easy words are shorter, and so are English ones.
SHORTER = {"de": 1.06, "de@easy": 1.16, "en": 1.25}
VOICES = {"en": "en-gb"}  # where the language alone would not name the voice we mean


class HaltedError(Exception):
    """Somebody stopped this rendering."""


class Halt:
    """With this another thread stops a rendering at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.called = False

    def now(self) -> None:
        with self._lock:
            self.called = True
            if self._process is not None:
                self._process.kill()

    def run(self, argv: Sequence[str], given: bytes, patience: float = PATIENCE) -> bytes:
        """What a program writes. Raises HaltedError, or ConfigError when it fails, without a word of what was given."""
        name = Path(argv[0]).name
        with self._lock:
            if self.called:
                raise HaltedError
            try:
                process = subprocess.Popen(
                    argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            except OSError as error:
                raise ConfigError("voice.engine", f"{name} does not start: {error.strerror}.") from None
            self._process = process
        with process:
            try:
                written, _ = process.communicate(given, patience)
            except subprocess.TimeoutExpired:
                process.kill()
                raise ConfigError("voice.engine", f"{name} took longer than {patience:.0f} seconds.") from None
            finally:
                self._process = None
        if self.called:
            raise HaltedError
        if process.returncode or not written:
            raise ConfigError("voice.engine", f"{name} ended with status {process.returncode} and made no sound.")
        return written


# -- espeak-ng


def espeak() -> str | None:
    """Where it is."""
    return shutil.which(ESPEAK)


def espeak_argv(program: str, locale: str, words: float) -> list[str]:
    """Its command line for so many words a minute."""
    language, _, _ = locale.partition("@")
    words /= SHORTER.get(locale, 1.0)
    gap = max(0, round((60 / words - 60 / SLOWEST) / GAP))
    argv = [program, "-v", VOICES.get(language, language), "-s", str(max(SLOWEST, round(words))), "-g", str(gap)]
    return [*argv, "-z", "-b", "1", "--stdin", "--stdout"]


def by_espeak(argv: Sequence[str], text: str, halt: Halt) -> Clip:
    """The sound of a text in one line."""
    return sound.read(halt.run(argv, text.encode(errors="replace")))


# -- piper


def piper() -> str | None:
    """Where the speech program of that name is. Debian's package `piper` is another one, for mice."""
    program = shutil.which(PIPER)
    return program if program and _is_speech(program) else None


@lru_cache(maxsize=4)
def _is_speech(program: str) -> bool:
    try:
        done = subprocess.run([program, "--help"], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"--model" in done.stdout + done.stderr


def model(folder: Path, locale: str) -> Path | None:
    """The operator's voice for a locale: OFFICE/voices/LOCALE/*.onnx, else that of its language; the first by name."""
    language, _, _ = locale.partition("@")
    for name in dict.fromkeys((locale, language)):
        with suppress(OSError):
            if found := sorted((folder / name).glob("*.onnx")):
                return found[0]
    return None


def piper_argv(program: str, voice: Path, words: float) -> list[str]:
    """Its command line. The voice's own speed counts as WORDS a minute."""
    return [program, "--model", str(voice), "--length-scale", f"{WORDS / words:.2f}", "--output-raw"]


def by_piper(argv: Sequence[str], voice: Path, text: str, halt: Halt) -> Clip:
    """The sound of a text in one line."""
    described = description(voice)
    try:
        made_at = int(json.loads(described.read_text(encoding="utf-8"))["audio"]["sample_rate"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(
            "voice.model", f"{described} has to stand beside the voice and name its audio.sample_rate."
        ) from None
    if not SLOWEST_RATE <= made_at <= FASTEST_RATE:
        least_most = f"from {SLOWEST_RATE} to {FASTEST_RATE}"
        raise ConfigError("voice.model", f"{described}: audio.sample_rate has to be {least_most}.")
    raw = halt.run(argv, text.encode(errors="replace") + b"\n")
    return Clip(raw[: len(raw) - len(raw) % sound.WIDTH], made_at)


def description(voice: Path) -> Path:
    """The file beside a voice that says what it is."""
    return voice.with_name(voice.name + ".json")
