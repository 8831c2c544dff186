"""The same answers, given by every channel that there is, are the same response but for the channel and how they came
in."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.channels.paper import pen
from tests.channels.phone.asterisk import Asterisk
from tests.channels.phone.baresip import Telephone
from tests.channels.phone.shelf import Shelf, spoken
from tests.channels.phone.twilio.house import Clockwork, begin, make
from tests.channels.phone.twilio.house import House as AtTwilio
from tests.kiosk.running import PATIENCE, Started, command, configure, make_office, run
from tests.kiosk.voice import standins
from tests.terminal_ui.exported import Response, responses, wait_for
from tests.terminal_ui.sitting import Sitting

SURVEY = "counter"
SATISFIED, WAITED, GOT_DONE, LACKED, SKIPS = "2", "3", "3", "7", "2"  # the same digits everywhere
BY_PEN = {"satisfied": "satisfied", "waited": "over_30_minutes", "got_done": "no", "lacked": "dont_know"}  # the same
BY_PHONE = ("1", "1", "1", SATISFIED, WAITED, GOT_DONE, LACKED, SKIPS, "1")  # German, the survey, yes, ..., hand in
NOTICE = 22.0  # seconds; nothing interrupts it
OF_ITS_OWN = ("id", "channel", "site", "started", "duration_seconds", "trial")  # of a response
HOW = ("via", "checked_by")  # of an answer


def canonical(response: Response) -> dict[str, Any]:
    """What has to be the same."""
    answers = {
        name: {key: value for key, value in answer.items() if key not in HOW}
        for name, answer in response["answers"].items()
    }
    return {key: value for key, value in response.items() if key not in OF_ITS_OWN} | {"answers": answers}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the terminal, the handset and the telephone of the page are."""
    folder = make_office(tmp_path_factory.mktemp("alike") / "office")
    programs = tmp_path_factory.mktemp("programs")
    standins.put(programs, "espeak-ng", standins.ESPEAK_NG)
    (programs / "espeak.wav").write_bytes(spoken(0.05))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(programs), prepend=":")
        with Started(folder):
            yield folder


def by_terminal(office: Path) -> Response:
    with Sitting(office, "--survey", SURVEY) as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        for question, key in (("Wie zufrieden", "2"), ("Wie lange", WAITED), ("Konnten Sie", GOT_DONE)):
            person.sees(question)
            person.key(key)
        person.sees("am meisten gefehlt")
        person.key(LACKED)
        person.touch("Ohne Text")
        person.touch("Ja, abgeben")
        person.code()
    return arrived(office, "terminal")


def by_sms(office: Path) -> Response:
    texts = ("ja", SATISFIED, WAITED, GOT_DONE, LACKED, "weiter")
    argv = command(office, "try", SURVEY, "--mode", "sms")
    subprocess.run(argv, input="".join(f"{text}\n" for text in texts), text=True, check=True, timeout=PATIENCE)
    return arrived(office, "sms")


def by_the_page(office: Path) -> Response:
    """As the page does, over HTTP."""
    port = re.search(r"(?m)^port = (\d+)", (office / "office.toml").read_text())
    assert port
    step = {"number": 0}
    for event in ({"is": "Rang"}, *({"is": "Pressed", "keys": key} for key in BY_PHONE)):
        told = {"call": "c" * 32, "number": "12345678", "after": step["number"], "event": event}
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port[1]}/try/phone/call",
            json.dumps(told).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            step = json.load(answer)
    return arrived(office, "phone")


def by_twilio(folder: Path) -> Response:
    """A client that follows our documents as Twilio does."""
    with Shelf() as shelf:
        house = AtTwilio(Clockwork(make(folder / "office", folder / "sounds")), shelf)
        call = begin(house, SURVEY, "de")
        for key in BY_PHONE[2:]:
            call.press(key)
        house.writer.close()
    return arrived(folder / "office", "phone")


def by_sip(folder: Path) -> Response:
    """Somebody at a telephone, and a real Asterisk."""
    with Asterisk(folder / "asterisk") as asterisk:
        office = make_office(folder / "office")
        values = {"recordings": f'"{asterisk.recordings}"', "sounds": f'"{asterisk.sounds}"'}
        configure(office, "phone", transport='"asterisk"', fastagi_port=str(asterisk.fastagi), **values)
        with Started(office), Telephone(folder / "caller", asterisk.sip) as telephone:
            for place, key in enumerate(BY_PHONE):
                time.sleep(NOTICE if place == 2 else 2.0)
                telephone.press(key)
            return arrived(office, "phone")


def by_paper(office: Path, folder: Path) -> Response:
    """With a pen on a printed form, and a scanner."""
    form = folder / "form.pdf"
    run(office, "paper", "print", SURVEY, "-o", str(form)).check_returncode()
    geometry = json.loads(run(office, "paper", "geometry", SURVEY, "--json").stdout)
    scan = pen.scanned(pen.crossed(form.read_bytes(), geometry, BY_PEN), folder / "scan.pdf")
    run(office, "paper", "read", str(scan)).check_returncode()
    return arrived(office, "paper")


def arrived(office: Path, channel: str) -> Response:
    wait_for(office, SURVEY, 1, state="counted")
    return next(response for response in responses(office, SURVEY) if response["channel"] == channel)


def test_every_channel_gives_the_same_response(office: Path, tmp_path: Path) -> None:
    given = [
        by_terminal(office),
        by_sms(office),
        by_the_page(office),
        by_twilio(tmp_path),
        by_paper(office, tmp_path),
    ]
    assert [response["channel"] for response in given] == ["terminal", "sms", "phone", "phone", "paper"]
    first, *others = map(canonical, given)
    assert first["disposition"] == "complete"
    assert first["answers"]["lacked"]["missing"] == "dont_know"
    for other in others:
        assert other == first


@pytest.mark.peers
@pytest.mark.timeout(300)
def test_so_does_a_call_by_sip(tmp_path: Path) -> None:
    given = by_sip(tmp_path / "sip")
    assert canonical(given) == canonical(by_twilio(tmp_path / "twilio"))
