"""A call at Asterisk as a line of channels.phone.line: each of the five things is one command or two.

Sounds are files that Asterisk opens by path, so it has to be able to read them. Keys are asked for one by one, because
the commands that collect several swallow the #. While nothing is asked, which is for as long as the office takes for
one step, Asterisk drops a key that is pressed.

A recording is Asterisk's file for as long as it lasts, and nobody's after it: what was said is sealed into the office,
and the file is gone before the next command, whatever happened.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from channels.phone.asterisk import agi
from channels.phone.asterisk.connection import Connection
from channels.phone.line import GoneError
from channels.phone.recorded import RATE, spoken
from channels.phone.sounds import Sounds
from kiosk.blobs import Blobs
from kiosk.call import HeardNothing, Pause, Phrase, Pressed, Recorded, Replay, Silent, Sound
from kiosk.errors import ConfigError
from kiosk.voice.sound import wav

ALL_KEYS = "0123456789*#"
AGAIN = "*"  # begins no entry
QUIET = 8  # seconds without a voice that end a recording
RINGING = 40  # seconds to answer a call that is passed on
PLAYED = 600.0  # seconds; no sound is longer
HEAD = 44  # bytes before the samples, as Asterisk writes a WAV file
MARK = "call-"  # how the names of our files begin in the folder that is shared
MANUAL = "deploy/asterisk/README.md"
_DIALABLE = re.compile(r"\+?[0-9]{2,15}")


class AsteriskLine:
    """A `Line`. `recordings`: the folder that is shared with Asterisk; `dial`: see the setting of that name."""

    def __init__(self, connection: Connection, sounds: Sounds, blobs: Blobs, recordings: Path, dial: str) -> None:
        self._ask = connection.ask
        self._sounds = sounds
        self._blobs = blobs
        self._recordings = recordings
        self._dial = dial

    def play(self, sounds: Sequence[Sound], *, interruptible: bool) -> str:
        """See Line."""
        keys = ALL_KEYS if interruptible else ""
        return next((key for sound in sounds if (key := self._say(sound, keys))), "")

    def keys(self, first: str, most: int, patience: int) -> Pressed | Silent:
        """See Line."""
        pressed, key = "", first
        while key or (key := self._key(patience)):
            if key == "#" and most > 1:
                return Pressed(pressed)
            pressed += key
            if len(pressed) >= most or pressed == AGAIN:
                return Pressed(pressed)
            key = ""
        return Pressed(pressed) if pressed else Silent()

    def record(self, seconds: int) -> Recorded | HeardNothing:
        """See Line. What was said before a hang-up is there; the next command finds that the caller is gone."""
        file = self._new_file()
        self._stream(self._sounds.tone(), "")
        try:
            gone = self._record(file, seconds)
            said = self._read(file)
            if spoken(said):
                content = wav(said, RATE)
                return Recorded(self._blobs.write(content), len(content))
            if gone:
                raise GoneError
            return HeardNothing()
        finally:
            file.unlink(missing_ok=True)

    def transfer(self, number: str) -> bool:
        """See Line."""
        if not _DIALABLE.fullmatch(number):
            raise ConfigError("phone.transfer", "transfer in [phone] of office.toml is no number: +493521000001")
        # `r`: who waits hears that it rings. Where they have spoken and hung up, the reply is the end of the call.
        self._ask("EXEC", "Dial", f"{self._dial.replace('{number}', number)},{RINGING},r", seconds=None)
        status = self._ask("GET VARIABLE", "DIALSTATUS").note
        if status == "CANCEL":
            raise GoneError
        return status == "ANSWER"

    def hang_up(self) -> None:
        """See Line."""
        with suppress(GoneError):
            self._ask("HANGUP")

    # -- one command each

    def _say(self, sound: Sound, keys: str) -> str:
        match sound:
            case Phrase():
                return self._stream(self._sounds.file(sound), keys)
            case Pause(seconds):
                return self._stream(self._sounds.silence(seconds), keys)
            case Replay(recording):
                return self._replay(self._blobs.read(recording), keys)

    def _stream(self, file: Path, keys: str) -> str:
        """The key that ended it, or "". Asterisk's answer for a sound that it cannot open is that of a hang-up."""
        reply = self._ask("STREAM FILE", str(file.with_suffix("")), keys, seconds=PLAYED)
        if reply.result < 0:
            self._heard(self._ask("CHANNEL STATUS"))
            raise ConfigError("asterisk.sound", f"Asterisk cannot read the sounds in {file.parent}. See {MANUAL}")
        return chr(reply.result) if reply.result else ""

    def _key(self, patience: int) -> str:
        """The next key, or "" where none comes in time. Some telephones have A to D as well: nobody asked for those."""
        while True:
            result = self._heard(self._ask("WAIT FOR DIGIT", patience * 1000, seconds=patience)).result
            if result == 0 or chr(result) in ALL_KEYS:
                return chr(result) if result else ""

    def _record(self, file: Path, seconds: int) -> bool:
        """Whether the caller went meanwhile. Any key ends it, and so does a silence."""
        name, limit = str(file.with_suffix("")), seconds * 1000
        try:
            reply = self._ask("RECORD FILE", name, "wav", ALL_KEYS, limit, f"s={QUIET}", seconds=seconds)
        except GoneError:
            return True
        if reply.note == "writefile":
            raise ConfigError("asterisk.recordings", f"Asterisk cannot write into {self._recordings}. See {MANUAL}")
        return reply.result < 0

    def _read(self, file: Path) -> bytes:
        """The samples. The head before them may not say how many there are, where a crash cut the recording off."""
        try:
            return file.read_bytes()[HEAD:]
        except FileNotFoundError:
            return b""  # the caller went before it began
        except OSError as error:
            raise self._unusable(error) from None

    def _replay(self, recording: bytes, keys: str) -> str:
        """From a file that is there for as long as it is played; the group may read it, since Asterisk is another user
        of it."""
        file = self._new_file()
        try:
            with file.open("xb") as out:
                os.fchmod(out.fileno(), 0o640)
                out.write(recording)
            return self._stream(file, keys)
        except OSError as error:
            raise self._unusable(error) from None
        finally:
            file.unlink(missing_ok=True)

    def _unusable(self, error: OSError) -> ConfigError:
        what = f"{self._recordings} cannot be used: {error.strerror}. See {MANUAL}"
        return ConfigError("asterisk.recordings", what)

    def _new_file(self) -> Path:
        return self._recordings / f"{MARK}{secrets.token_hex(16)}.wav"

    @staticmethod
    def _heard(reply: agi.Reply) -> agi.Reply:
        """A negative result says that the channel is gone."""
        if reply.result < 0:
            raise GoneError
        return reply
