"""The telephone at /try/phone: calling the office from a browser on this very machine, as long as nobody else can.

The page is a line like every other (see call): it plays the real sounds, waits for keys, records. The server keeps
nothing of it but what the core keeps of any call, so each tab is a telephone of its own, and two tabs with one number
are two calls of one number. A sound is made when the page fetches it, which it does one after the other: nothing is
made ahead where nobody can call, and who presses a key waits for one sentence, not for a whole menu.

    POST /try/phone/call        {call, number, after, event} -> the next step, its sounds as addresses
    POST /try/phone/recording   ?call&number&after, a WAV file -> the next step; so no page ever names a recording
    GET  /try/phone/sound/...   what is said     /try/phone/replay/...  what was recorded

It is a tool for the staff and no way to take part, so it answers a browser on this machine alone (see loopback).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from hashlib import sha256

from flask import Blueprint, Response, abort, request, send_file, url_for

from channels.loopback import asked_here
from channels.phone import recorded
from channels.phone.sounds import Sounds
from kiosk import wire, wire_calls
from kiosk.call import Caller, Happened, Pause, Phrase, Record, Recorded, Replay, Sound, Step
from kiosk.errors import KioskError, UsageError
from kiosk.office import Office
from kiosk.web import page, spoken
from kiosk.wire import BLOB, Data, WireError

PAGE = "/try/phone"
SIMULATOR = "simulator"
SIMULATED = "sim:"
WORDS = """
    call hang_up idle calling must_hear speaking waiting microphone.ask microphone.none recording over away
    pressed silence spoke said_nothing replay
""".split()

_NUMBER = re.compile(r"[0-9]{8}")


def telephone(office: Office, take: Callable[[Happened], Step], sounds: Sounds) -> Blueprint:
    """The page, for an office whose transport is the simulator. `take` is the intake's `call`."""
    pages = Blueprint(
        "phone", __name__, template_folder="templates", static_folder="static", static_url_path=f"{PAGE}/static"
    )
    said: dict[str, Phrase] = {}  # all that any call said: sentences of the office, never a caller's

    @pages.before_request
    def only_here() -> None:
        if not asked_here(request):
            abort(404)

    @pages.get(PAGE)
    def shown() -> str:
        """A new telephone, or one more with the number of another."""
        catalogue = spoken(office)
        given = request.args.get("number", "")
        number = given if _NUMBER.fullmatch(given) else f"{secrets.randbelow(10**8):08}"
        words = {name: catalogue.say(f"phone.try.{name}") for name in WORDS}
        words["transfer"] = catalogue.say("phone.try.transfer", number="{number}")
        return page(office, "telephone.html", catalogue, number=number, words=words)

    @pages.errorhandler(KioskError)
    def not_taken(error: KioskError) -> Response:
        return Response(str(error), status=error.http_status, mimetype="text/plain")

    _events(pages, office, take, said)
    _heard(pages, office, sounds, said)
    return pages


def _events(pages: Blueprint, office: Office, take: Callable[[Happened], Step], said: dict[str, Phrase]) -> None:
    """What happens at the telephone, and what follows."""

    def told(step: Step) -> Data:
        said.update((_name(one), one) for one in step.say if isinstance(one, Phrase))
        return _told(step)

    @pages.post(f"{PAGE}/call")
    def called() -> Data:
        happened = _happened(wire.loads(request.get_data()), office.now())
        if isinstance(happened.event, Recorded):
            raise WireError
        return told(take(happened))

    @pages.post(f"{PAGE}/recording")
    def spoke() -> Data:
        """Nothing of it is kept where nobody speaks in it."""
        happened = _happened({**request.args, "event": {"is": "HeardNothing"}}, office.now())
        file = request.get_data()
        try:
            said_something = recorded.spoken(recorded.samples(file))
        except UsageError:
            abort(415)
        if said_something:
            happened = replace(happened, event=Recorded(office.blobs.write(file), len(file)))
        return told(take(happened))


def _heard(pages: Blueprint, office: Office, sounds: Sounds, said: Mapping[str, Phrase]) -> None:
    """The sounds of a step."""

    @pages.get(f"{PAGE}/sound/<name>.wav")
    def sound(name: str) -> Response:
        if name not in said:
            abort(404)
        return send_file(sounds.file(said[name]), mimetype="audio/wav")

    @pages.get(f"{PAGE}/tone.wav")
    def tone() -> Response:
        return send_file(sounds.tone(), mimetype="audio/wav")

    @pages.get(f"{PAGE}/replay/<recording>.wav")
    def replay(recording: str) -> Response:
        if not BLOB.fullmatch(recording):
            abort(404)
        return Response(office.blobs.read(recording), mimetype="audio/wav")

    @pages.get(f"{PAGE}/sample.wav")
    def sample() -> Response:
        """What is said on a machine that has no microphone."""
        catalogue = spoken(office)
        return send_file(sounds.file(Phrase(catalogue.say("phone.try.sample"), catalogue.locale)), mimetype="audio/wav")


def _happened(data: Data, now: int) -> Happened:
    """What a page tells. Raises WireError for what none of ours would."""
    try:
        number = f"{SIMULATED}{data['number']}" if data["number"] else ""
        caller = asdict(Caller(SIMULATOR, data["call"], number, trial=True))
        return wire_calls.happened_from({"caller": caller, "after": data["after"], "event": data["event"], "at": now})
    except (LookupError, TypeError):
        raise WireError from None


def _told(step: Step) -> Data:
    """A step as the page is told it, with the address of everything that is heard."""
    told = wire_calls.step_to(step)
    for one, sound in zip(told["say"], step.say, strict=True):
        one["sound"] = _address(sound)
    if isinstance(step.then, Record):
        told["then"]["tone"] = url_for("phone.tone")
    return told


def _address(sound: Sound) -> str:
    match sound:
        case Phrase():
            return url_for("phone.sound", name=_name(sound))
        case Replay(recording):
            return url_for("phone.replay", recording=recording)
        case Pause():
            return ""


def _name(phrase: Phrase) -> str:
    return sha256(f"{phrase.locale}\0{phrase.text}".encode()).hexdigest()
