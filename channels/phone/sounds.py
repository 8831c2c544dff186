"""From a sentence to a sound file, the same for every line: 8,000 samples a second, 16 bit, one channel, as WAV.

A file is named after what it is made of: the recording itself, or the voice, its pace and the words it is given. So
what is there is never stale: a new recording, voice or lexicon makes another file, and what nobody used for 30 days
goes. The name is a hash, from which nothing of the words can be read.

Files appear whole, under their final name, however many calls and processes want the same one: written beside it, then
renamed. A process makes each of them once, and several different ones at the same time.

Asterisk plays the files itself, as another user. The office runs with a umask that keeps everybody out, so files get
0640, and a folder that is made here 0750: the group may read. That this group is Asterisk's, and that files inherit it,
is arranged where the machine is set up; a folder that was there before keeps its mode.

No sentence may quote a respondent, because what is said is kept. What they said themselves is a Replay, and never comes
here; a code is said digit by digit, each of them a sentence of its own.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import secrets
import stat
import threading
import time
from array import array
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

from channels.phone.level import LOUDNESS, levelled
from kiosk.call import Phrase
from kiosk.errors import ConfigError, StoreError
from kiosk.office import Office
from kiosk.voice import Voice, Way, silent
from kiosk.voice.engines import Halt
from kiosk.voice.resample import resampled
from kiosk.voice.sound import LOUDEST, WIDTH, bytes_of, wav

RATE = 8000  # samples a second: what every telephone carries
# Words a minute that an engine is told. With the pauses around its short sentences, which nobody can read along, a call
# then comes to 120 to 125 in every language (measured over all that the sample surveys say).
TOLD = {"de": 134, "de@easy": 150, "en": 143}
MADE_AS = 1  # one more when the same voice sounds different, because `level` or the filter changed
TONE, TONE_SECONDS = 800, 0.3  # hertz: stands out, and old ears hear it; no key of a telephone sounds like it
RISE = 0.01  # seconds in which the tone comes, and goes
FILE_MODE, FOLDER_MODE = 0o640, 0o750
DAY = 86_400.0  # seconds
KEPT = 30 * DAY  # seconds that a file nobody used is kept
_HEADER = 44  # bytes in front of the samples
_OURS = re.compile(r"[0-9a-f]{64}(\.wav|\.[0-9a-f]{8}\.new)")


def pace(locale: str) -> int:
    """See TOLD."""
    return TOLD.get(locale, TOLD["de"])


class Sounds:
    """The sound files of one office. Thread-safe."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        """`folder` is made when the first file comes into it."""
        self._folder = folder.absolute()
        self._voice = voice
        self._guard = threading.Lock()
        self._making: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
        self._cores = threading.Semaphore(os.cpu_count() or 1)

    def file(self, phrase: Phrase, halt: Halt | None = None) -> Path:
        """The sound of a sentence, made now if it is not there. Raises ConfigError where nothing can speak, StoreError
        when the disk refuses, and HaltedError when `halt` was called."""
        halt = halt or Halt()
        for way in self._voice.ways(phrase.text, phrase.locale):
            with suppress(ConfigError):  # then the next best
                return self._file(way.origin(), partial(_speech, way, halt))
        raise silent(phrase.locale)

    def there(self, phrase: Phrase) -> bool:
        """Whether a sentence has its best sound already; it is then kept for another 30 days."""
        for way in self._voice.ways(phrase.text, phrase.locale):
            with suppress(ConfigError):
                return _use(self._place(way.origin()))
        return False

    def silence(self, seconds: float) -> Path:
        """Nothing, so long."""
        samples = bytes(WIDTH * round(RATE * seconds))
        return self._file(f"silence {len(samples)}", lambda: samples)

    def tone(self) -> Path:
        """The beep before a recording."""
        return self._file(f"tone {TONE} {TONE_SECONDS} {LOUDNESS}", _tone)

    def tidy(self) -> int:
        """Remove what nobody used for 30 days, and halves that a power cut left. Returns how many."""
        removed, now = 0, time.time()
        with suppress(FileNotFoundError):
            for file in self._folder.iterdir():
                kept = KEPT if file.suffix == ".wav" else DAY
                if _OURS.fullmatch(file.name) and file.stat().st_mtime < now - kept:
                    file.unlink(missing_ok=True)
                    removed += 1
        return removed

    def _place(self, origin: str) -> Path:
        digest = hashlib.sha256(f"{MADE_AS}\n{origin}".encode(errors="replace"))
        return self._folder / f"{digest.hexdigest()}.wav"

    def _file(self, origin: str, make: Callable[[], bytes]) -> Path:
        file = self._place(origin)
        if _use(file):
            return file
        with self._guard:
            making = self._making.setdefault(file.name, threading.Lock())
        with making:
            if not _use(file):
                with self._cores:
                    samples = make()
                _write(file, wav(samples, RATE))
        return file


def folder_of(office: Office) -> Path:
    """The folder that [phone] names, or the office's own."""
    return office.folder / (str(office.settings("phone")["sounds"]) or "sounds")


def make(office: Office) -> Sounds:
    return Sounds(folder_of(office), Voice(office.voices, pace))


def seconds(file: Path) -> float:
    """How long a sound of ours is heard."""
    return (file.stat().st_size - _HEADER) / (WIDTH * RATE)


def _speech(way: Way, halt: Halt) -> bytes:
    return levelled(resampled(way.make(halt), RATE)).samples


def _tone() -> bytes:
    loudest = LOUDEST * 10 ** (LOUDNESS / 20) * math.sqrt(2)
    length, rise = round(RATE * TONE_SECONDS), round(RATE * RISE)
    volumes = (min(1.0, at / rise, (length - at) / rise) for at in range(length))
    return bytes_of(
        array("h", (round(loudest * v * math.sin(2 * math.pi * TONE * at / RATE)) for at, v in enumerate(volumes)))
    )


def _use(file: Path) -> bool:
    """Whether it is there; a day after it was last used, it is noted that it is used again."""
    try:
        if file.stat().st_mtime < time.time() - DAY:
            os.utime(file)
    except FileNotFoundError:
        return False
    except OSError:  # not ours to note on; there it is
        return file.exists()
    return True


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all. A power cut must leave no empty file under a name that is never looked into again."""
    new = file.with_suffix(f".{secrets.token_hex(4)}.new")
    try:
        _make_folder(file.parent)
        try:
            with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                os.fchmod(out.fileno(), FILE_MODE)
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            new.rename(file)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError("phone.sounds", f"{file.parent} cannot be written: {error.strerror}.") from None


def _make_folder(folder: Path) -> None:
    """Whoever shares it marked the folder above, so that ours has its group, too: this mark stays."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        folder.chmod(FOLDER_MODE | folder.stat().st_mode & stat.S_ISGID)
