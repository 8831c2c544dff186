"""The telephone at /try/phone: calling the office from a browser on this very machine, as long as nobody else can.

The page is a line like every other (see call): it plays the real sounds, waits for keys, records. The server keeps
nothing of it but what the core keeps of any call, so each tab is a telephone of its own, and two tabs with one number
are two calls of one number.

    POST /try/phone/call        {call, number, after, event} -> the next step, its sounds as addresses
    POST /try/phone/recording   ?call&number&after, a WAV file -> the next step; so no page ever names a recording
    GET  /try/phone/sound/...   what is said     /try/phone/replay/...  what was recorded

It is a tool for the staff and no way to take part, so it answers a browser on this machine alone (see loopback).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, request, send_file, send_from_directory, url_for

from channels.loopback import asked_here
from channels.phone import recorded
from channels.phone.sounds import Sounds
from kiosk.call import (
    Caller,
    Event,
    HangUp,
    Happened,
    HeardNothing,
    HungUp,
    Keys,
    NotReached,
    Pause,
    Phrase,
    Pressed,
    Rang,
    Record,
    Recorded,
    Replay,
    Silent,
    Sound,
    Step,
    Then,
    Transfer,
)
from kiosk.errors import KioskError
from kiosk.office import Office
from kiosk.web import page, spoken

PAGE = "/try/phone"
SIMULATOR = "simulator"
SIMULATED = "sim:"
WORDS = """
    call hang_up idle calling must_hear speaking waiting microphone.ask microphone.none recording over away
    pressed silence spoke said_nothing replay
""".split()

Data = Mapping[str, Any]
_CALL = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[0-9]{8}|")
_KEYS = re.compile(r"[0-9*#]{0,40}")
_EVENTS: Mapping[str, Callable[[Data], Event]] = {
    "Rang": lambda _: Rang(),
    "Pressed": lambda data: Pressed(_like(_KEYS, data["keys"])),
    "Silent": lambda _: Silent(),
    "HeardNothing": lambda _: HeardNothing(),
    "NotReached": lambda _: NotReached(),
    "HungUp": lambda _: HungUp(),
}


def telephone(office: Office, take: Callable[[Happened], Step], sounds: Sounds) -> Blueprint:
    """The page, for an office whose transport is the simulator. `take` is the intake's `call`."""
    pages = Blueprint(
        "phone", __name__, template_folder="templates", static_folder="static", static_url_path=f"{PAGE}/static"
    )

    @pages.before_request
    def only_here() -> None:
        if not asked_here(request):
            abort(404)

    @pages.get(PAGE)
    def shown() -> str:
        """A new telephone, or one more with the number of another."""
        catalogue = spoken(office)
        given = request.args.get("number", "")
        number = given if given and _NUMBER.fullmatch(given) else f"{secrets.randbelow(10**8):08}"
        words = {name: catalogue.say(f"phone.try.{name}") for name in WORDS}
        words["transfer"] = catalogue.say("phone.try.transfer", number="{number}")
        return page(office, "telephone.html", catalogue, number=number, words=words)

    @pages.post(f"{PAGE}/call")
    def called() -> Data:
        data = request.get_json()
        try:
            event = _EVENTS[data["event"]["do"]](data["event"])
            happened = _happened(data, event, office.now())
        except (LookupError, TypeError, ValueError):
            abort(400)
        return _told(take(happened), sounds)

    @pages.post(f"{PAGE}/recording")
    def spoke() -> Data:
        """Nothing of it is kept where nobody speaks in it."""
        try:
            _happened(request.args, HeardNothing(), office.now())
        except (LookupError, TypeError, ValueError):
            abort(400)
        file = request.get_data()
        event: Event = HeardNothing()
        if recorded.spoken(recorded.samples(file)):
            event = Recorded(office.blobs.write(file), len(file))
        return _told(take(_happened(request.args, event, office.now())), sounds)

    @pages.get(f"{PAGE}/sound/<name>.wav")
    def sound(name: str) -> Response:
        return send_from_directory(sounds.tone().parent, f"{name}.wav", mimetype="audio/wav")

    @pages.get(f"{PAGE}/replay/<recording>.wav")
    def replay(recording: str) -> Response:
        return Response(office.blobs.read(_like(_CALL, recording)), mimetype="audio/wav")

    @pages.get(f"{PAGE}/sample.wav")
    def sample() -> Response:
        """What is said on a machine that has no microphone."""
        catalogue = spoken(office)
        return send_file(sounds.file(Phrase(catalogue.say("phone.try.sample"), catalogue.locale)), mimetype="audio/wav")

    @pages.errorhandler(KioskError)
    def not_taken(error: KioskError) -> Response:
        return Response(str(error), status=error.http_status, mimetype="text/plain")

    return pages


def _happened(data: Data, event: Event, now: int) -> Happened:
    """What a page tells. Raises LookupError, TypeError or ValueError for what none of ours would."""
    number = _like(_NUMBER, data["number"])
    caller = Caller(SIMULATOR, _like(_CALL, data["call"]), f"{SIMULATED}{number}" if number else "", trial=True)
    return Happened(caller, int(data["after"]), event, now)


def _like(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError
    return text


def _told(step: Step, sounds: Sounds) -> Data:
    """A step as the page is told it."""
    return {
        "number": step.number,
        "say": [_sound(one, sounds) for one in step.say],
        "must_hear": step.must_hear,
        "then": _then(step.then, sounds),
    }


def _sound(one: Sound, sounds: Sounds) -> Data:
    match one:
        case Phrase(text, locale):
            address = url_for("phone.sound", name=sounds.file(one).stem)
            return {"do": "Phrase", "text": text, "language": locale.partition("@")[0], "sound": address}
        case Replay(recording):
            return {"do": "Replay", "sound": url_for("phone.replay", recording=recording)}
        case Pause(seconds):
            return {"do": "Pause", "seconds": seconds}


def _then(then: Then, sounds: Sounds) -> Data:
    match then:
        case Keys(most, patience):
            return {"do": "Keys", "most": most, "patience": patience}
        case Record(seconds):
            tone = url_for("phone.sound", name=sounds.tone().stem)
            return {"do": "Record", "seconds": seconds, "tone": tone}
        case Transfer(number):
            return {"do": "Transfer", "number": number}
        case HangUp():
            return {"do": "HangUp"}
