"""Brings home what callers said: fetched from Twilio, sealed as a blob, and deleted there.

    due (store.abroad) -> GET the sound -> blob -> DELETE at Twilio -> done

Each step can be done twice, and the row goes last: whoever kills us in between, the next look goes on. A blob's file is
whole or not there, so what is there was fetched. What nobody wants any more (erased, refused, never claimed) is deleted
without being fetched.

A <Record> is one channel at 128 kbit/s (8,000 samples of 16 bit), as all our sounds are: nothing is converted. Twilio
keeps a deleted recording's date and length for 40 days, and nothing of its sound. Its own client costs 185 ms of import
for what is two requests.
https://www.twilio.com/docs/voice/api/recording
https://support.twilio.com/hc/en-us/articles/360002588893-Downloading-and-Deleting-Twilio-Call-Recordings
https://www.twilio.com/en-us/changelog/dual-channel-voice-recordings-by-default
"""

from __future__ import annotations

import logging
import urllib.request
from base64 import b64encode
from http.client import HTTPException
from urllib.error import HTTPError

from channels.phone.twilio.settings import TRANSPORT, account_of
from channels.rounds import every
from kiosk.channel import Service
from kiosk.errors import KioskError, RemoteError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.store.abroad import PAUSES, Abroad

log = logging.getLogger("kiosk")

LOOK = 0.5  # seconds: a caller who wants to hear it waits for it
MOST = 10  # at a look
TIMEOUT = 10.0  # seconds
EARLY = 4  # tries: for a minute or so, Twilio may not know a recording yet
LARGEST = 16 * 1024 * 1024  # bytes; a minute of a telephone is one million
LOST = len(PAUSES) + 24  # tries: about a day after which Twilio will not have it any more


class Recordings:
    """Twilio's API, as far as recordings need it. `api` is where it is."""

    def __init__(self, account: str, token: str, api: str) -> None:
        self._recordings = f"{api}/2010-04-01/Accounts/{account}/Recordings"
        self._authorization = "Basic " + b64encode(f"{account}:{token}".encode()).decode()

    def fetch(self, reference: str) -> bytes | None:
        """The WAV file, None while there is none. Raises RemoteError."""
        content = self._ask("GET", f"{reference}.wav")
        if content is not None and (content[:4], content[8:12]) != (b"RIFF", b"WAVE"):
            raise RemoteError(
                "twilio.not_sound",
                "What came for a recording is no sound: something between here and Twilio answers in its place."
                " Let this machine reach Twilio.",
                retryable=True,
            )
        return content

    def delete(self, reference: str) -> bool:
        """Whether it was there. Raises RemoteError."""
        return self._ask("DELETE", f"{reference}.json") is not None

    def _ask(self, method: str, path: str) -> bytes | None:
        asked = urllib.request.Request(f"{self._recordings}/{path}", method=method)
        # Twilio may redirect to a storage elsewhere, which must not see the password.
        asked.add_unredirected_header("Authorization", self._authorization)
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:
                content: bytes = answer.read(LARGEST)
                return content
        except HTTPError as error:
            error.close()
            if error.code == 404:
                return None
            raise RemoteError(
                f"twilio.{error.code}",
                f"Twilio refused a recording with {error.code}. With 401, compare twilio_account, twilio_region and"
                " secrets/twilio_auth_token with Twilio's console.",
                retryable=True,
            ) from None
        except (OSError, HTTPException):
            raise RemoteError(
                "twilio.network", "Twilio cannot be reached. Recordings wait there and are tried again.", retryable=True
            ) from None


class Bringer:
    """Brings home one after the other what is due."""

    def __init__(self, office: Office, intake: Intake, recordings: Recordings) -> None:
        self._blobs = office.blobs
        self._intake = intake
        self._recordings = recordings

    def step(self) -> None:
        """See to what is due now. Raises the last error, once all were tried."""
        failed: KioskError | None = None
        for abroad in self._intake.abroad_due(TRANSPORT, MOST):
            try:
                self._see_to(abroad)
            except KioskError as error:
                self._intake.abroad_later(abroad.uid)
                failed = error
        if failed:
            raise failed

    def _see_to(self, abroad: Abroad) -> None:
        size = 0
        if not abroad.wanted:
            self._blobs.remove([abroad.uid])
        elif (content := self._content(abroad)) is not None:
            size = len(content)
        elif abroad.tries < LOST:
            self._intake.abroad_later(abroad.uid)
            return
        else:
            log.warning("phone: Twilio has a recording no more that was to be fetched; its question stays unanswered")
        if self._recordings.delete(abroad.reference) or size or abroad.tries >= EARLY:
            self._intake.abroad_done(abroad.uid, size)
        else:
            self._intake.abroad_later(abroad.uid)

    def _content(self, abroad: Abroad) -> bytes | None:
        if self._blobs.has(abroad.uid):
            return self._blobs.read(abroad.uid)
        content = self._recordings.fetch(abroad.reference)
        if content is not None:
            self._blobs.write(content, abroad.uid)
        return content


def service(office: Office, intake: Intake) -> Service:
    """The loop inside `kiosk start`. Raises ConfigError where settings or secrets are not whole."""
    account = account_of(office)
    recordings = Recordings(account.sid, account.token, account.api)
    return Service("twilio recordings", lambda: every(LOOK, "phone", Bringer(office, intake, recordings).step))
