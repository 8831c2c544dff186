"""`kiosk try` as a channel of calls: every line is keys that are pressed, and what comes back is what is said.

It is a telephone with a number that nobody has, and it makes one call. Where there is a choice of languages it presses
the key of the one that is tried, as a resident would; what it presses by itself stands behind "»".

    12#          keys; those that a step does not take go on to the next one, as on a real telephone
    (nothing)    no key in time; where somebody is to speak: nothing said; where it rings: nobody answers
    answer.wav   where somebody is to speak: what they say, in a WAV file with 16 bits
    yes          where it rings at somebody else: somebody answers

The sentences alone go to standard output, one a line and an empty line behind each step. What is waited for, and how
long was spoken, goes to standard error; so does what is wrong with a line, which then counts for nothing. The end of
the input is somebody who hangs up.
"""

from __future__ import annotations

import secrets
import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from kiosk.call import (
    Caller,
    Event,
    HangUp,
    Happened,
    HeardNothing,
    HungUp,
    Keys,
    NotReached,
    Phrase,
    Pressed,
    Rang,
    Record,
    Recorded,
    Replay,
    Silent,
    Step,
    Then,
    Transfer,
)
from kiosk.calling.menus import languages
from kiosk.channel import Channel, resolve
from kiosk.door import Door
from kiosk.errors import ConfigError
from kiosk.office import Office
from kiosk.survey import Survey
from kiosk.voice import sound
from kiosk.voice.resample import resampled

TRANSPORT = "simulator"
RATE = 8000  # samples a second: what a telephone carries
FAINT = 260  # of 32,767: a line's noise stays below
KEYS = frozenset("0123456789*#")


@dataclass
class Receiver:
    """One telephone at standard input, and its one call."""

    office: Office
    door: Door
    survey: Survey
    channel: Channel
    number: str = field(default_factory=lambda: f"sim:{secrets.token_hex(8)}")
    call: str = field(default_factory=lambda: secrets.token_hex(16))
    pressed: str = ""  # keys that no step has taken yet

    def hold(self, locale: str, lines: Iterable[str]) -> None:
        typed = iter(lines)
        step = self._hand_in(0, Rang())
        self._say(step)
        self.pressed = self._language(locale)
        while not isinstance(step.then, HangUp):
            event = self._event(step.then, typed)
            step = self._hand_in(step.number, event)
            if isinstance(event, HungUp):
                return
            self._say(step)
            if step.must_hear or not isinstance(step.then, Keys):
                self.pressed = ""
        _tell("hung up")

    def _language(self, locale: str) -> str:
        """The key for it; "" where there is no choice."""
        spoken = languages([self.survey], self.office.catalogues)
        if len(spoken) < 2:
            return ""
        key = str(spoken.index(locale) + 1)
        print(f"» {key}", end="\n\n", file=sys.stderr, flush=True)
        return key

    def _hand_in(self, after: int, event: Event) -> Step:
        caller = Caller(TRANSPORT, self.call, self.number, True, self.survey.name, self.survey.version)
        return self.door.call(self.channel.mode, Happened(caller, after, event, self.office.now()))

    def _say(self, step: Step) -> None:
        said = [one for one in step.say if isinstance(one, Phrase)]
        print("".join(f"{line}\n" for line in _lines(said)), flush=True)
        if any(isinstance(one, Replay) for one in step.say):
            _tell("what was recorded is played")
        if said and self.channel.measure:
            text = "\n".join(one.text for one in said)
            _tell(resolve(self.channel.measure)(text, self.office.catalogues[said[0].locale]))

    # -- what a line means

    def _event(self, then: Then, typed: Iterator[str]) -> Event:
        """What happens next. A line that means nothing here is told, and the next one read."""
        if self.pressed and isinstance(then, Keys):
            return self._keys(then.most)
        _tell(_awaited(then))
        for line in typed:
            if event := self._meant(then, line.strip()):
                return event
        return HungUp()

    def _meant(self, then: Then, line: str) -> Event | None:
        match then:
            case Keys() if not line:
                return Silent()
            case Keys(most) if KEYS.issuperset(line):
                self.pressed = line
                return self._keys(most)
            case Keys():
                _tell("a telephone has the keys 0 to 9, * and #")
            case Record() if not line:
                return HeardNothing()
            case Record(seconds):
                return self._spoken(Path(line), seconds)
            case Transfer():
                return HungUp() if line else NotReached()
        return None

    def _keys(self, most: int) -> Pressed:
        """As many as a step takes."""
        keys, _, rest = self.pressed.partition("#")
        if most == 1 or len(keys) >= most:
            keys, rest = self.pressed[:most], self.pressed[most:]
        self.pressed = rest
        return Pressed(keys)

    def _spoken(self, file: Path, seconds: int) -> Event | None:
        """A recording of this file, as a telephone would have carried it."""
        try:
            if not file.is_file():
                raise ConfigError("try.recording", "There is no such file.")
            samples = resampled(sound.read(file.read_bytes()), RATE).samples[: seconds * RATE * sound.WIDTH]
        except (OSError, ValueError) as error:
            _tell(f"{file}: it cannot be read: {error}")
            return None
        except ConfigError as error:
            _tell(f"{file}: {error.sentence}")
            return None
        if max(map(abs, array("h", samples)), default=0) < FAINT:
            _tell("nobody speaks in it")
            return HeardNothing()
        recording = sound.wav(samples, RATE)
        return Recorded(self.office.blobs.write(recording), len(recording))


def _lines(said: Iterable[Phrase]) -> Iterator[str]:
    """One a sentence; the digits of a code in one."""
    for digits, together in groupby(said, lambda one: one.text.isdecimal()):
        texts = [one.text for one in together]
        yield from [" ".join(texts)] if digits else texts


def _awaited(then: Then) -> str:
    match then:
        case Keys(1, patience):
            return f"a key, for {patience} seconds; an empty line is none"
        case Keys(most, patience):
            return f"up to {most} keys, # ends them, for {patience} seconds each; an empty line is none"
        case Record(seconds):
            return f"a WAV file with what is said, {seconds} seconds at most; an empty line is nothing"
        case Transfer(number):
            return f"it rings at {number}: yes, if somebody answers; an empty line is nobody"
        case HangUp():  # the call is over before anything could be waited for
            return ""


def _tell(words: str) -> None:
    print(f"[{words}]", file=sys.stderr, flush=True)
