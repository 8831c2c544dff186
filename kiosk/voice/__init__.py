"""Text -> speech, for every channel that is heard: the office's recording, else piper, else espeak-ng.

What the operator brings is in OFFICE/voices, a folder for each locale (`de`, `de@easy`, `en`):

    NAME.wav      a sentence as somebody of the office recorded it; `recording_name` tells the name
    *.onnx        a voice for piper, with its .onnx.json; `de@easy` uses that of `de` unless it has its own
    lexicon.toml  words that are said wrong (see lexicon)

A recording is heard as it was recorded. Whoever wants it slower or faster hears the engine instead, because slowing
sound down without making it deep takes more than is here; only where no engine is, the recording at its own speed.

How fast an engine speaks belongs to the place where it is heard: a screen shows the words as well, a telephone does
not.

An engine that fails leaves the sentence to the next one, and is not tried again for a while, so that a broken piper
does not delay every sentence. Nothing is kept: what a respondent wrote is read back to them, and has to be gone after.
Whoever may keep what is said goes through the `ways` of a sentence, each of which tells whether it became another one.
"""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk.errors import ConfigError
from kiosk.voice import engines, lexicon, origin, sound
from kiosk.voice.engines import EASY_WORDS, WORDS, Halt, HaltedError
from kiosk.voice.lexicon import Lexicon
from kiosk.voice.sound import Clip

USUAL, SLOWEST, FASTEST = 100, 50, 200  # percent of the locale's own rate
RESPITE = 60.0  # seconds that an engine is left alone after it failed
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make a sentence heard. `origin` is a word that changes whenever its sound would; `make` raises
    ConfigError when it fails. Either may cost time, and neither is called before it is needed."""

    origin: Callable[[], str]
    make: Callable[[Halt], Clip]


Pace = Callable[[str], int]  # locale -> words a minute


def usual(locale: str) -> int:
    """As fast as one listens who can read along."""
    return EASY_WORDS if "@" in locale else WORDS


def recording_name(sentence: str) -> str:
    """The file that the recording of a sentence is looked for in: its first words for people, a hash of all of it for
    the machine. Spaces and line breaks make no difference, every other sign does."""
    words = " ".join(unicodedata.normalize("NFC", sentence).split())
    digest = hashlib.sha256(words.encode(errors="replace")).hexdigest()[:12]
    slug = "-".join(_WORD.findall(words.lower())[:6])[:48]
    return f"{slug}-{digest}.wav" if slug else f"{digest}.wav"


class Voice:
    """What one office sounds like. Thread-safe; holds no words."""

    def __init__(self, folder: Path, pace: Pace = usual) -> None:
        """`folder`: OFFICE/voices, which need not be there. `pace`: how fast an engine speaks a locale."""
        self.folder = folder
        self._pace = pace
        self._lexicons: dict[str, tuple[tuple[origin.Stamp, ...], Lexicon]] = {}
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
        halt = halt or Halt()
        for way in self.ways(text, locale, rate):
            try:
                return sound.at_rate(way.make(halt))
            except ConfigError:
                continue
        raise silent(locale)

    def ways(self, text: str, locale: str, rate: int = USUAL) -> Iterator[Way]:
        """How this can be said here, the best first."""
        rate = max(SLOWEST, min(FASTEST, rate))
        recording = self.folder / locale / recording_name(text)
        recorded = Way(
            lambda: f"recording {origin.of_file(recording)}",
            partial(self._attempt, recording.name, lambda _: _recorded(recording)),
        )
        is_recorded = _is_there(recording)
        if is_recorded and rate == USUAL:
            yield recorded
        words = self.spoken(text, locale)
        if not any(sign.isalnum() or sign in "+%&§€@#=" for sign in words):
            yield Way(lambda: "nothing", lambda _: Clip(b""))
        yield from self._engines(words, locale, rate)
        if is_recorded:
            yield recorded

    def spoken(self, text: str, locale: str) -> str:
        """The text as an engine is given it."""
        return self._lexicon(locale).spoken(text)

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

    def _engines(self, words: str, locale: str, rate: int) -> Iterator[Way]:
        pace = self._pace(locale) * rate / 100
        voice, program = engines.model(self.folder, locale), engines.espeak()
        if voice is not None and (piper := engines.piper()):
            yield self._by_piper(piper, voice, words, pace)
        if program is not None:
            argv = engines.espeak_argv(program, locale, pace)
            yield Way(
                lambda: "\n".join((origin.of_program(program), *argv[1:], words)),
                partial(self._attempt, f"{program} {locale}", partial(engines.by_espeak, argv, words)),
            )

    def _by_piper(self, program: str, voice: Path, words: str, pace: float) -> Way:
        argv = engines.piper_argv(program, voice, pace)
        files = (voice, engines.description(voice))
        own = [word for word in argv[1:] if word != str(voice)]  # its place is no matter
        return Way(
            lambda: "\n".join((origin.of_program(program), *map(origin.of_file, files), *own, words)),
            partial(self._attempt, str(voice), partial(engines.by_piper, argv, voice, words)),
        )

    def _attempt(self, name: str, attempt: Callable[[Halt], Clip], halt: Halt) -> Clip:
        """Try, unless what has this name failed a moment ago."""
        if halt.called:
            raise HaltedError
        if self._resting.get(name, 0.0) > time.monotonic():
            raise ConfigError("voice.resting", f"{name} failed, and is not tried again within {RESPITE:.0f} seconds.")
        try:
            return attempt(halt)
        except ConfigError:
            self._resting[name] = time.monotonic() + RESPITE
            raise

    def _lexicon(self, locale: str) -> Lexicon:
        """Read again when a file of the operator changed."""
        seen = tuple(map(origin.stamp, lexicon.operators(locale, self.folder)))
        known = self._lexicons.get(locale)
        if known is None or known[0] != seen:
            try:
                known = (seen, lexicon.load(locale, self.folder))
            except ConfigError:  # `faults` tells the operator; until then ours alone
                known = (seen, lexicon.load(locale))
            self._lexicons[locale] = known
        return known[1]

    def _has_piper(self) -> bool:
        return any(self.folder.glob("*/*.onnx")) and engines.piper() is not None


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # a folder that we may not look into
        return False


def silent(locale: str) -> ConfigError:
    """What is said where nothing can be heard."""
    return ConfigError("voice.none", f"Nothing here speaks {locale}. Install a voice: apt install {engines.ESPEAK}")


def _recorded(file: Path) -> Clip:
    try:
        return sound.read(file.read_bytes())
    except OSError as error:
        raise ConfigError("voice.sound", f"It cannot be read: {error.strerror}.") from None
