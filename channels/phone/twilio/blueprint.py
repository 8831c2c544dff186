"""Twilio's webhooks for calls, and the sounds that it fetches.

    POST /phone/twilio                       the call rings                      -> the first document
    POST /phone/twilio/step/N                keys, or none, after step N         -> the next one
    POST /phone/twilio/recorded/N            a recording after step N            -> the next one
    POST /phone/twilio/dialled/N             what became of a transfer           -> the next one
    POST /phone/twilio/status                the call is over
    POST /phone/twilio/fetched               a recording can be fetched
    GET  /phone/twilio/sound/NAME.wav        a sentence; the name changes with the content, so it may be kept
    GET  /phone/twilio/replay/TOKEN.wav      what the caller said, for as long as the token holds

The number of the step is in the address, so a webhook that comes again is known as such and gets the same document.
Where we cannot go on (the disk is full), a document says so: after a 5xx Twilio would say something of its own in
English, or ask the fallback that its console names (https://www.twilio.com/docs/api/errors/11200). Only where not even
an apology can be said, that is left to it.

A recording's blob is named by a keyed hash of Twilio's name for it: whatever tells of it, and however often, tells of
the same one.
"""

from __future__ import annotations

import hmac
import logging
import re
import time
from collections.abc import Mapping
from contextlib import suppress

from flask import Blueprint, Response, request, send_from_directory

from channels.numbers import party
from channels.phone.apology import phrases
from channels.phone.sounds import Sounds
from channels.phone.twilio.documents import Addresses, apology, document
from channels.phone.twilio.settings import MODE, PAGES, TRANSPORT, account_of
from channels.webhooks import Refused, signed_form
from kiosk.call import (
    Caller,
    Event,
    Happened,
    HeardNothing,
    HungUp,
    NotReached,
    Pause,
    Phrase,
    Pressed,
    Rang,
    Recorded,
    Replay,
    Silent,
    Sound,
    Step,
)
from kiosk.errors import KioskError
from kiosk.intake import Intake
from kiosk.office import Office

log = logging.getLogger("kiosk")

RECORDING = re.compile(r"RE[0-9a-fA-F]{32}")
OVER = ("completed", "busy", "failed", "no-answer", "canceled")  # values of CallStatus
SPOKEN_TO = ("completed", "answered")  # values of DialCallStatus
LASTS = 3_600_000  # milliseconds; a token holds for the hour that it was made in, and the next one
COMING = 5.0  # seconds that a replay waits for its recording; Twilio gives up after 15
LOOK = 0.1  # seconds between two looks whether it has come
A_YEAR = 31_536_000  # seconds


def blueprint(office: Office, intake: Intake, sounds: Sounds) -> Blueprint:
    """The routes. Raises ConfigError where settings or secrets are not whole."""
    pages = Blueprint("twilio", __name__)
    calls = Calls(office, intake, sounds)
    with suppress(KioskError):  # said when it is needed; made now, while there is room on the disk
        calls.apology()

    @pages.post(PAGES)
    def rings() -> Response:
        return calls.answer(calls.signed(), 0, Rang())

    @pages.post(f"{PAGES}/step/<int:step>")
    def pressed(step: int) -> Response:
        form = calls.signed()
        return calls.answer(form, step, keys(form))

    @pages.post(f"{PAGES}/recorded/<int:step>")
    def recorded(step: int) -> Response:
        form = calls.signed()
        answer = calls.answer(form, step, calls.recording(form))
        return calls.answer(form, 0, HungUp()) if form.get("Digits") == "hangup" else answer

    @pages.post(f"{PAGES}/dialled/<int:step>")
    def dialled(step: int) -> Response:
        form = calls.signed()
        return calls.answer(form, step, HungUp() if form.get("DialCallStatus") in SPOKEN_TO else NotReached())

    @pages.post(f"{PAGES}/status")
    def status() -> Response:
        form = calls.signed()
        if form.get("CallStatus") in OVER:
            calls.take(form, 0, HungUp())
        return Response(status=204)

    @pages.post(f"{PAGES}/fetched")
    def fetched() -> Response:
        calls.ready(calls.signed())
        return Response(status=204)

    @pages.get(f"{PAGES}/sound/<name>.wav")
    def sound(name: str) -> Response:
        return send_from_directory(calls.folder, f"{name}.wav", mimetype="audio/wav", max_age=A_YEAR)

    @pages.get(f"{PAGES}/replay/<token>.wav")
    def replay(token: str) -> Response:
        return Response(calls.replay(token), mimetype="audio/wav", headers={"Cache-Control": "no-store"})

    @pages.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return Response(status=error.status)

    @pages.errorhandler(KioskError)
    def not_taken(error: KioskError) -> Response:
        log.warning("phone: %s", error)
        return Response(status=error.http_status)

    return pages


def keys(form: Mapping[str, str]) -> Pressed | Silent:
    """What was entered. A telephone with the keys A to D presses nothing by them."""
    pressed = "".join(key for key in form.get("Digits", "") if key in "0123456789*#")
    return Pressed(pressed) if pressed or form.get("FinishedOnKey") == "#" else Silent()


class Calls:
    """From what Twilio tells to what the core is told, and from its steps to documents."""

    def __init__(self, office: Office, intake: Intake, sounds: Sounds) -> None:
        self._office = office
        self._intake = intake
        self._sounds = sounds
        self._account = account_of(office)
        self._addresses = Addresses(self._account.pages, self._address, self._tone, self._account.number)

    def signed(self) -> Mapping[str, str]:
        """The fields of this request. Raises Refused for one that is not Twilio's, or of no call."""
        form = signed_form(request, self._account.token, self._account.public_url)
        if not form.get("CallSid"):
            raise Refused(400)
        return form

    def take(self, form: Mapping[str, str], after: int, event: Event) -> Step:
        """Hand in what happened; what follows. Raises StoreError."""
        number = party(form.get("From", ""), self._account.country)
        caller = Caller(TRANSPORT, form["CallSid"], number)
        return self._intake.call(MODE, Happened(caller, after, event, self._office.now()))

    def answer(self, form: Mapping[str, str], after: int, event: Event) -> Response:
        """The same, as a document: what follows, or that we are sorry."""
        try:
            said = document(self.take(form, after, event), self._addresses)
        except KioskError as error:
            log.warning("phone: %s", error)
            said = self.apology()
        return Response(said, mimetype="text/xml")

    def apology(self) -> str:
        """Raises ConfigError where nothing can speak."""
        return apology(map(self._address, phrases(self._office)))

    # -- recordings

    def recording(self, form: Mapping[str, str]) -> Recorded | HeardNothing:
        reference = form.get("RecordingSid", "")
        if not RECORDING.fullmatch(reference) or form.get("RecordingDuration") == "0":
            return HeardNothing()
        return Recorded(self._blob(reference), 0, reference)

    def ready(self, form: Mapping[str, str]) -> None:
        reference = form.get("RecordingSid", "")
        if not RECORDING.fullmatch(reference):
            raise Refused(400)
        self._intake.abroad_ready(TRANSPORT, self._blob(reference), reference)

    def replay(self, token: str) -> bytes:
        """The recording; silence, if it has not come yet or was erased. Raises Refused (403) for a token that is none
        of ours, or too old."""
        blob, _, rest = token.partition("-")
        made, _, seal = rest.partition("-")
        hours = (self._hour(), self._hour() - 1)
        ours = hmac.compare_digest(seal.encode(), self._seal(blob, made).encode())
        if not ours or made not in map(str, hours):
            raise Refused(403)
        until = time.monotonic() + COMING
        while not self._office.blobs.has(blob):
            if time.monotonic() > until:
                return self._sounds.silence(1).read_bytes()
            time.sleep(LOOK)
        return self._office.blobs.read(blob)

    def _blob(self, reference: str) -> str:
        return self._office.keyring.digest(reference, "twilio.recording").hex()

    def _token(self, blob: str) -> str:
        made = str(self._hour())
        return f"{blob}-{made}-{self._seal(blob, made)}"

    def _seal(self, blob: str, made: str) -> str:
        return self._office.keyring.digest(f"{blob}\0{made}", "twilio.replay").hex()

    def _hour(self) -> int:
        return self._office.now() // LASTS

    # -- sounds

    @property
    def folder(self) -> str:
        return str(self._sounds.tone().parent)

    def _tone(self) -> str:
        return self._at(self._sounds.tone().stem)

    def _address(self, sound: Sound) -> str:
        match sound:
            case Phrase():
                return self._at(self._sounds.file(sound).stem)
            case Pause(seconds):
                return self._at(self._sounds.silence(seconds).stem)
            case Replay(recording):
                return f"{self._account.pages}/replay/{self._token(recording)}.wav"

    def _at(self, name: str) -> str:
        return f"{self._account.pages}/sound/{name}.wav"
