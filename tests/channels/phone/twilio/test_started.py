"""A call over HTTP with the real `kiosk start`, killed in the middle of it."""

from __future__ import annotations

import http.client
import json
import re
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.channels.phone.caller import Answer, Twilio
from tests.channels.phone.shelf import Shelf
from tests.channels.phone.twilio.house import PUBLIC, make
from tests.kiosk.running import PATIENCE, Started, run
from tests.kiosk.voice.standins import need_espeak

pytestmark = pytest.mark.peers


def test_a_call_goes_on_after_the_office_was_killed(tmp_path: Path) -> None:
    """Nobody speaks in it: where Twilio's recordings are fetched from is none of our settings."""
    need_espeak()
    folder = make(tmp_path / "office", tmp_path / "sounds")
    port = int(re.findall(r"(?m)^port = (\d+)", (folder / "office.toml").read_text())[0])

    def ask(method: str, target: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(method, target, content, dict(headers))
            answer = connection.getresponse()
            kind = answer.headers.get("Content-Type", "")
            return Answer(answer.status, kind, answer.read(), dict(answer.headers))
        finally:
            connection.close()

    with Shelf() as shelf:
        twilio = Twilio(ask, PUBLIC, shelf)
        with Started(folder) as started:
            call = twilio.dial()
            for key in ("3", "3", "1"):
                call.press(key)
            started.stop(signal.SIGKILL)
        with Started(folder):
            twilio.twice = True
            call.press("2")
            call.press("1")
            call.hang_up()
    done = run(folder, "export", "vote", "--format", "jsonl")
    (response,) = map(json.loads, done.stdout.splitlines())
    assert (response["channel"], response["disposition"]) == ("phone", "complete")
