"""Text -> speech, for every channel that is heard: the office's recording, else piper, else espeak-ng.

What the operator brings is in OFFICE/voices, a folder for each locale (`de`, `de@easy`, `en`):

    NAME.wav      a sentence as somebody of the office recorded it; `recording_name` tells the name
    *.onnx        a voice for piper, with its .onnx.json; `de@easy` uses that of `de` unless it has its own
    lexicon.toml  words that are said wrong (see lexicon)

A recording is heard as it was recorded. Whoever wants it slower or faster hears the engine instead, because slowing
sound down without making it deep takes more than is here; only where no engine is, the recording at its own speed.

An engine that fails leaves the sentence to the next one, and is not tried again for a while, so that a broken piper
does not delay every sentence. Nothing is kept: what a respondent wrote is read back to them, and has to be gone after.
"""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from kiosk.errors import ConfigError
from kiosk.voice import engines, lexicon, sound
from kiosk.voice.engines import Halt, HaltedError
from kiosk.voice.lexicon import Lexicon

USUAL, SLOWEST, FASTEST = 100, 50, 200  # percent of the locale's own rate
RESPITE = 60.0  # seconds that an engine is left alone after it failed
_WORD = re.compile(r"[^\W_]+")

Attempt = Callable[[Halt], bytes]


def recording_name(sentence: str) -> str:
    """The file that the recording of a sentence is looked for in: its first words for people, a hash of all of it for
    the machine. Spaces and line breaks make no difference, every other sign does."""
    words = " ".join(unicodedata.normalize("NFC", sentence).split())
    digest = hashlib.sha256(words.encode(errors="replace")).hexdigest()[:12]
    slug = "-".join(_WORD.findall(words.lower())[:6])[:48]
    return f"{slug}-{digest}.wav" if slug else f"{digest}.wav"


class Voice:
    """What one office sounds like. Thread-safe; holds no words."""

    def __init__(self, folder: Path) -> None:
        """`folder`: OFFICE/voices, which need not be there."""
        self.folder = folder
        self._lexicons: dict[str, Lexicon] = {}
        self._resting: dict[str, float] = {}

    @property
    def there(self) -> bool:
        """Whether anything here can speak."""
        return engines.espeak() is not None or any(self.folder.glob("*/*.wav")) or self._has_piper()

    def render(self, text: str, locale: str, rate: int = USUAL, halt: Halt | None = None) -> bytes:
        """A WAV file of the text."""
        return sound.wav(self.samples(text, locale, rate, halt))

    def samples(self, text: str, locale: str, rate: int = USUAL, halt: Halt | None = None) -> bytes:
        """The bare samples of it (see sound), empty where nothing of it can be said. Raises ConfigError when nothing
        here can speak, and HaltedError when `halt` was called."""
        rate = max(SLOWEST, min(FASTEST, rate))
        halt = halt or Halt()
        for name, attempt in self._attempts(text, locale, rate):
            if halt.called:
                raise HaltedError
            if self._resting.get(name, 0.0) > time.monotonic():
                continue
            try:
                return attempt(halt)
            except ConfigError:
                self._resting[name] = time.monotonic() + RESPITE
        raise ConfigError("voice.none", f"Nothing here speaks {locale}. Install a voice: apt install {engines.ESPEAK}")

    def spoken(self, text: str, locale: str) -> str:
        """The text as an engine is given it."""
        if locale not in self._lexicons:
            try:
                self._lexicons[locale] = lexicon.load(locale, self.folder)
            except ConfigError:  # `faults` tells the operator; until then ours alone
                self._lexicons[locale] = lexicon.load(locale)
        return self._lexicons[locale].spoken(text)

    def faults(self) -> Iterator[ConfigError]:
        """What is wrong with the operator's files: lexicons and recordings that cannot be used."""
        for file in sorted(self.folder.glob(f"*/{lexicon.NAME}")):
            try:
                lexicon.read(file)
            except ConfigError as error:
                yield error
        for file in sorted(self.folder.glob("*/*.wav")):
            try:
                _recorded(file)
            except ConfigError as error:
                yield ConfigError(error.code, f"{file}: {error.sentence}")

    def _attempts(self, text: str, locale: str, rate: int) -> Iterator[tuple[str, Attempt]]:
        """What to try, in order, each with the name under which it rests after a failure."""
        recording = self.folder / locale / recording_name(text)
        recorded = _is_there(recording)
        if recorded and rate == USUAL:
            yield recording.name, lambda _: _recorded(recording)
        words = self.spoken(text, locale)
        if not any(sign.isalnum() or sign in "+%&§€@#=" for sign in words):
            yield "", lambda _: b""
        voice, program = engines.model(self.folder, locale), engines.espeak()
        if voice is not None and (piper := engines.piper()):
            yield f"{voice}", partial(engines.by_piper, piper, voice, words, locale, rate)
        if program is not None:
            yield f"{program} {locale}", partial(engines.by_espeak, program, words, locale, rate)
        if recorded:
            yield recording.name, lambda _: _recorded(recording)

    def _has_piper(self) -> bool:
        return any(self.folder.glob("*/*.onnx")) and engines.piper() is not None


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # a folder that we may not look into
        return False


def _recorded(file: Path) -> bytes:
    try:
        return sound.samples(file.read_bytes())
    except OSError as error:
        raise ConfigError("voice.sound", f"It cannot be read: {error.strerror}.") from None
