"""Reading aloud: one voice at a time, stopped by whatever comes next, forgotten when the person goes.

A thread renders sentence by sentence and hands each to the player, so the first word is heard while the second sentence
is not made yet, and the screen never waits. Every change stops that thread, the engine and the player at once.

What is read may be a respondent's own words. They are held here only while they may be repeated: `silence` lets go of
all of them, and neither they nor their sound are kept or written anywhere.

Where nothing can be heard, speech is as good as not there: the screen leaves its button out. It is looked for again
when the person has gone, because somebody may have plugged in the headphones.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence

from kiosk.errors import ConfigError
from kiosk.lint.language import sentences as split
from kiosk.voice import FASTEST, SLOWEST, USUAL, Voice, sound
from kiosk.voice.engines import Halt, HaltedError
from terminal_ui.players import Player, Playing

LONGEST = 180.0  # seconds; no screen takes so long, so what still runs then does not speak
PAUSE = 0.3  # seconds between two sentences
HEADROOM = 12  # decibels by which the usual volume stays below the loudest there is
SOFTEST = -24
LOOK = 0.5  # seconds that the first screen may wait to learn whether there is a sound card
AGAIN = 30.0


class Speech:
    """`there`: something can be heard here. `speaking`: somebody is being read to."""

    def __init__(self, voice: Voice, player: Player, *, again: float = AGAIN) -> None:
        """`again`: seconds before a sound card that was not there is looked for again."""
        self._voice = voice
        self._player = player
        self._rate, self._gain = USUAL, 0
        self._screen = ""
        self._read: tuple[str, ...] = ()
        self._locale = ""
        self._saying: _Saying | None = None
        self._audible = False
        self._looked_at = 0.0
        self._look_again = again
        self._known = threading.Event()
        self._look()

    @property
    def there(self) -> bool:
        self._known.wait(max(0.0, self._looked_at + LOOK - time.monotonic()))
        return self._audible

    @property
    def speaking(self) -> bool:
        return self._saying is not None and self._saying.speaks

    def read(self, screen: str, sentences: Sequence[str], locale: str) -> None:
        """Read a screen once, and then what changes on it."""
        before = (self._screen, self._read)
        self._screen, self._read, self._locale = screen, tuple(sentences), locale
        if before != (self._screen, self._read):
            known = before[1] if before[0] == screen else ()
            self.say([sentence for sentence in sentences if sentence not in known], locale)

    def say(self, sentences: Sequence[str], locale: str) -> None:
        """Stop what is being said, and say this."""
        self._start(tuple(part for sentence in sentences for part in split(sentence)), locale)

    def again(self) -> None:
        """Read the whole screen once more."""
        self.say(self._read, self._locale)

    def tune(self, rate: int, gain: int) -> None:
        """Percent of the locale's own rate, and decibels above or below the usual volume. What is being said goes on
        with the sentence it is in, so that the difference is heard at once."""
        tuned = (max(SLOWEST, min(FASTEST, rate)), max(SOFTEST, min(HEADROOM, gain)))
        if tuned == (self._rate, self._gain):
            return
        self._rate, self._gain = tuned
        if self._saying is not None and self._saying.speaks:
            self._start(self._saying.rest(), self._saying.locale)

    def hush(self) -> None:
        """Stop what is being said; the screen can still be read again."""
        self._stop()

    def silence(self) -> None:
        """Nobody listens any more: stop, and forget everything."""
        self._screen, self._read, self._locale = "", (), ""
        self._rate, self._gain = USUAL, 0
        self._stop()
        if self._known.is_set() and not self._audible and time.monotonic() - self._looked_at > self._look_again:
            self._look()

    def _start(self, sentences: tuple[str, ...], locale: str) -> None:
        self._stop()
        if sentences and self.there:
            volume = self._gain - HEADROOM
            self._saying = _Saying(
                self._voice, self._player.begin(), sentences, locale, self._rate, volume, self._is_mute
            )
            self._saying.start()

    def _stop(self) -> None:
        saying, self._saying = self._saying, None
        if saying is not None:
            saying.stop()

    def _look(self) -> None:
        """Find out, beside the screen, whether anything can be heard."""
        self._looked_at = time.monotonic()
        threading.Thread(target=self._find_out, name="sound card", daemon=True).start()

    def _find_out(self) -> None:
        self._audible = self._voice.there and self._player.works()
        self._known.set()

    def _is_mute(self) -> None:
        self._audible = False
        self._looked_at = time.monotonic()


class _Saying(threading.Thread):
    """One thing that is said, from its first sentence to its last or until it is stopped."""

    def __init__(
        self,
        voice: Voice,
        playing: Playing,
        sentences: tuple[str, ...],
        locale: str,
        rate: int,
        volume: int,
        is_mute: Callable[[], None],
    ) -> None:
        super().__init__(name="speech", daemon=True)
        self.locale = locale
        self._voice = voice
        self._playing = playing
        self._sentences = sentences
        self._rate = rate
        self._volume = volume
        self._is_mute = is_mute
        self._halt = Halt()
        self._since = time.monotonic()
        self._begun = 0.0  # when the first sentence was handed over
        self._ends: list[float] = []  # of each sentence, in seconds after that

    @property
    def speaks(self) -> bool:
        return self.is_alive() and time.monotonic() - self._since < LONGEST

    def rest(self) -> tuple[str, ...]:
        """The sentence that is being heard, and those after it."""
        heard = time.monotonic() - self._begun if self._ends else 0.0
        return self._sentences[min(bisect_right(self._ends, heard), len(self._sentences) - 1) :]

    def stop(self) -> None:
        """From the screen's thread; does not wait."""
        self._sentences = ()
        self._halt.now()
        self._playing.hush()

    def run(self) -> None:
        heard = True
        try:
            heard = all(self._say(sentence) for sentence in self._sentences)
        except ConfigError:
            heard = False
        except HaltedError:
            pass  # whoever stopped us hushes the player, too
        heard = self._playing.end() and heard
        if not heard and not self._halt.called:
            self._is_mute()

    def _say(self, sentence: str) -> bool:
        made = self._voice.samples(sentence, self.locale, self._rate, self._halt)
        heard = sound.louder(made, self._volume) + sound.silence(PAUSE * USUAL / self._rate)
        self._begun = self._begun or time.monotonic()
        self._ends.append((self._ends[-1] if self._ends else 0.0) + sound.seconds(heard))
        return self._playing.play(heard)
