"""Twilio's shelf of recordings, as its API shows it: they come late, are fetched with a password, and are deleted."""

from __future__ import annotations

import math
import re
import wave
from array import array
from base64 import b64encode
from io import BytesIO

from tests.channels.provider import Asked, Provider

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "00000000000000000000000000000002"
PASSWORD = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
ONE = re.compile(rf"/2010-04-01/Accounts/{ACCOUNT}/Recordings/(RE[0-9a-f]{{32}})\.(wav|json)")


def spoken(seconds: float, hertz: int = 440) -> bytes:
    """A WAV file as Twilio makes it, with a tone instead of a voice."""
    samples = array(
        "h", (round(9_000 * math.sin(2 * math.pi * hertz * n / 8_000)) for n in range(int(8_000 * seconds)))
    )
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8_000)
        out.writeframes(samples.tobytes())
    return file.getvalue()


class Shelf(Provider):
    """`recordings` are those that lie there, by name. The first `early` requests for each find nothing yet."""

    def __init__(self, early: int = 0) -> None:
        super().__init__(self._answer)
        self.recordings: dict[str, bytes] = {}
        self.early = early
        self.status = 0  # what everybody is answered with, if not 0
        self.fetched: list[str] = []
        self.deleted: list[str] = []
        self._asked: dict[str, int] = {}

    @property
    def names(self) -> list[str]:
        """Of what lies there."""
        return list(self.recordings)

    def _answer(self, asked: Asked) -> tuple[int, str | bytes, dict[str, str]]:
        named = ONE.fullmatch(asked.path)
        if self.status:
            return self.status, "", {}
        if asked.authorization != PASSWORD:
            return 401, "", {}
        if not named:
            return 400, "", {}
        name, kind = named.groups()
        if (asked.method, kind) == ("DELETE", "json"):
            if self.recordings.pop(name, None) is None:
                return 404, "", {}
            self.deleted.append(name)
            return 204, "", {}
        self._asked[name] = self._asked.get(name, 0) + 1
        if name not in self.recordings or self._asked[name] <= self.early:
            return 404, "", {}
        self.fetched.append(name)
        return 200, self.recordings[name], {"Content-Type": "audio/x-wav"}
