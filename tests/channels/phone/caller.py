"""Somebody who calls, and Twilio between them and the office: it fetches documents and follows them as the
documentation says.

    call = Twilio(ask, PUBLIC, shelf).dial("+49...")
    call.heard        the addresses of the sounds since the last thing that the caller did
    call.waits_for    "Gather", "Record", "Dial", or "" when the call is over
    call.press("12#") · call.wait() · call.speak(3) · call.answered() · call.not_answered() · call.hang_up()

Verbs are executed in order. A <Gather> plays what is in it until the first key; it ends at `numDigits` keys, at
`finishOnKey` or after silence; with nothing entered the next verb follows, or with `actionOnEmptyResult` the webhook.
A <Record> that has something in it is a webhook, also where the caller hung up; an empty one is not. Some time later
its recordingStatusCallback comes (`Twilio.deliver`). After the last verb Twilio hangs up. Every webhook is signed, has
15 seconds, and may be sent twice: its first answer got lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

from twilio.request_validator import RequestValidator

from tests.channels.phone.markup import read
from tests.channels.phone.shelf import ACCOUNT, TOKEN, Shelf, spoken

OURS = "+493521000000"
LIMIT = 15.0  # seconds that Twilio waits for an answer
SOUNDS = ("audio/wav", "audio/x-wav", "audio/wave")  # of https://www.twilio.com/docs/voice/twiml/play
FORM = "application/x-www-form-urlencoded"


def sign(url: str, fields: Mapping[str, str]) -> str:
    return str(RequestValidator(TOKEN).compute_signature(url, fields))


class Answer(NamedTuple):
    status: int
    kind: str
    content: bytes
    headers: Mapping[str, str]


Ask = Callable[[str, str, bytes, Mapping[str, str]], Answer]  # method, path and query, body, headers


@dataclass
class Twilio:
    """`ask` reaches the office, whose public address is `public`. `twice`: every webhook is sent once more.
    `hash_ends`: which of the two readings of the documentation is true for # without a digit before it."""

    ask: Ask
    public: str
    shelf: Shelf
    twice: bool = False
    hash_ends: bool = True
    calls: int = 0
    made: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # recordings nobody was told of yet

    def dial(self, number: str = "+4915100000001") -> Call:
        self.calls += 1
        call = Call(self, f"CA{self.calls:032x}", number)
        call.fetch(f"{self.public}/phone/twilio", CallStatus="ringing")
        return call

    def deliver(self) -> None:
        """Tell of every recording that was made, that it can be fetched."""
        for url, fields in self.made:
            assert self.post(url, fields).status < 300
        self.made.clear()

    def post(self, url: str, fields: Mapping[str, str], signature: str = "") -> Answer:
        """A signed webhook, to our own public address only."""
        assert url.startswith(self.public + "/"), f"{url} is none of ours"
        headers = {"Content-Type": FORM, "X-Twilio-Signature": signature or sign(url, fields)}
        return self._timed("POST", url, urlencode(fields).encode(), headers)

    def get(self, url: str) -> Answer:
        assert url.startswith(self.public + "/"), f"{url} is none of ours"
        return self._timed("GET", url, b"", {})

    def _timed(self, method: str, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        began = time.monotonic()
        answer = self.ask(method, url.removeprefix(self.public), content, headers)
        assert time.monotonic() - began < LIMIT, f"{urlsplit(url).path} took too long"
        return answer


class Call:
    """One call. What the caller does leads to the next point where the office waits for them."""

    def __init__(self, twilio: Twilio, sid: str, number: str) -> None:
        self.twilio = twilio
        self.sid = sid
        self.number = number
        self.heard: list[str] = []
        self.verb: Element | None = None
        self.documents: list[bytes] = []
        self._rest: list[Element] = []
        self._told = False

    @property
    def waits_for(self) -> str:
        return self.verb.tag if self.verb is not None else ""

    @property
    def says(self) -> list[str]:
        """What was heard, and what will be, if no key interrupts it."""
        return self.heard + [verb.text or "" for verb in (self.verb if self.verb is not None else ()) if verb.text]

    # -- what a caller does

    def press(self, keys: str, after: int | None = None) -> None:
        """Press keys one by one, once so many sounds of the <Gather> were heard; all of them, if not told."""
        gather = self._at("Gather")
        self._hear(list(gather)[:after])
        most, ends = int(gather.get("numDigits", "1000")), gather.get("finishOnKey", "#")
        digits, finished = "", ""
        left = list(keys)
        while left and not finished and len(digits) < most:
            key = left.pop(0)
            if key == ends and not digits and not self.twilio.hash_ends:
                continue
            finished, digits = (key, digits) if key == ends else ("", digits + key)
        assert not left, f"{''.join(left)} was pressed when nobody listened"
        self._gathered(gather, digits, finished)

    def wait(self) -> None:
        """Press nothing, until it goes on."""
        gather = self._at("Gather")
        self._hear(list(gather))
        self._gathered(gather, "", "")

    def speak(self, seconds: int, key: str = "#") -> None:
        """Speak, and end it by a key; "" by silence. 0 seconds: nothing is in it."""
        record = self._at("Record")
        assert not key or key in record.get("finishOnKey", "1234567890*#")
        if not seconds:
            self._go_on()
            return
        self.fetch(record.get("action", ""), **self._recording(record, seconds), **({"Digits": key} if key else {}))

    def speak_and_hang_up(self, seconds: int, *, told_first: bool = False) -> None:
        """`told_first`: that the call is over comes before the recording that it ended."""
        record = self._at("Record")
        fields = self._recording(record, seconds) | {"Digits": "hangup", "CallStatus": "completed"}
        if told_first:
            self.over()
        self._webhook(record.get("action", ""), fields)
        self.over()

    def answered(self) -> None:
        """Somebody took the transferred call, and it is over."""
        self.fetch(self._at("Dial").get("action", ""), DialCallStatus="completed", DialCallDuration="60")

    def not_answered(self, status: str = "no-answer") -> None:
        self.fetch(self._at("Dial").get("action", ""), DialCallStatus=status)

    def hang_up(self) -> None:
        """At any moment: only that the call is over is told."""
        self.over()

    # -- what Twilio does

    def fetch(self, url: str, **fields: str) -> None:
        """A webhook, and then what its document says."""
        answer = self._webhook(url, {"CallStatus": "in-progress"} | fields)
        self.documents.append(answer.content)
        self.heard = []
        self._rest = list(read(answer.content, answer.kind, url))
        self._go_on()

    def over(self) -> None:
        """The call has ended; its status is told."""
        self.verb = None
        self._rest = []
        answer = self._webhook(f"{self.twilio.public}/phone/twilio/status", {"CallStatus": "completed"})
        assert answer.status < 300

    def _go_on(self) -> None:
        """Execute verbs until one waits for the caller, or the call is over."""
        self.verb = None
        while self._rest:
            verb = self._rest.pop(0)
            match verb.tag:
                case "Play" | "Pause":
                    self._hear([verb])
                case "Gather" | "Record" | "Dial":
                    self.verb = verb
                    return
                case "Redirect":
                    self.fetch(verb.text or "")
                    return
                case "Hangup":
                    break
        self.over()

    def _gathered(self, gather: Element, digits: str, finished: str) -> None:
        if digits or gather.get("actionOnEmptyResult") == "true":
            self.fetch(gather.get("action", ""), Digits=digits, FinishedOnKey=finished, msg="Gather End")
        else:
            self._go_on()

    def _recording(self, record: Element, seconds: int) -> dict[str, str]:
        """Twilio has made one; it can be fetched a little later."""
        seconds = min(seconds, int(record.get("maxLength", "3600")))
        name = f"RE{int(self.sid[2:], 16):016x}{len(self.documents):016x}"
        self.twilio.shelf.recordings[name] = spoken(seconds)
        url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{name}"
        fields = {"RecordingSid": name, "RecordingUrl": url, "RecordingDuration": str(seconds)}
        if told := record.get("recordingStatusCallback"):
            about = {"AccountSid": ACCOUNT, "CallSid": self.sid, "RecordingStatus": "completed"}
            self.twilio.made.append((told, fields | about))
        return fields

    def _webhook(self, url: str, fields: Mapping[str, str]) -> Answer:
        """Twice, where the first answer gets lost; the second is then the same."""
        everything = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "Direction": "inbound",
            "From": self.number,
            "Caller": self.number,
            "FromCity": "MEIẞEN",
            "FromCountry": "DE",
            "To": OURS,
            "Called": OURS,
            **fields,
        }
        answer = self.twilio.post(url, everything)
        if self.twilio.twice:
            again = self.twilio.post(url, everything)
            assert (again.status, again.content) == (answer.status, answer.content)
        assert answer.status < 300, f"{urlsplit(url).path} was answered with {answer.status}"
        return answer

    def _at(self, tag: str) -> Element:
        assert self.verb is not None, f"the call is over, and waits for no {tag}"
        assert self.verb.tag == tag, f"it waits for {self.verb.tag}"
        return self.verb

    def _hear(self, verbs: list[Element]) -> None:
        for verb in verbs:
            if verb.tag == "Play":
                sound = self.twilio.get(verb.text or "")
                assert (sound.status, sound.kind) in ((200, kind) for kind in SOUNDS)
                assert sound.content[:4] == b"RIFF"
                self.heard.append(verb.text or "")
