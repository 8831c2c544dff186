"""Calls through FastAGI to a real `kiosk start`: how long after a key the next sentence begins, with many at once.

The peer is no Asterisk but speaks as one does, so that what is measured is our side: from the moment in which Asterisk
tells that a key was pressed, over the commit, to the moment in which it is told what to play. (What Asterisk and the
network add is the same for whatever answers them.) It is a harsh crowd: everybody knows the whole interview by heart
and presses a key the moment a sentence begins. The sentences are recordings of no length, so nothing is rendered.
"""

from __future__ import annotations

import re
import selectors
import shlex
import socket
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks import texters
from benchmarks.crowd import PATIENCE, Waits
from benchmarks.served import served
from benchmarks.table import Row, at_most, percentile
from channels.phone.script import phrases
from channels.phone.sounds import make
from kiosk.commands import init
from kiosk.office import Office
from kiosk.voice import recording_name
from kiosk.voice.sound import wav

SURVEY = "counter"
# German, consent, four answers, no recording, submit; and after the code the end of the call.
KEYS = "11232421" + "9"
CALLERS = 30
ROUNDS = 5
LONGEST = 200.0  # milliseconds


def run() -> list[Row]:
    """Measure everything; takes less than a minute."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "office"
        port = _office(folder)
        with served(folder):
            _until_open(port)
            _crowd(port, range(CALLERS))  # warms up
            alone = [_crowd(port, range(number, number + 1)) for number in range(100, 100 + ROUNDS)]
            together = [
                _crowd(port, range(CALLERS * number, CALLERS * (number + 1))) for number in range(10, 10 + ROUNDS)
            ]
    errors = [error for waits in (*alone, *together) for error in waits.errors]
    for error in set(errors):
        print(f"calls: {error}", file=sys.stderr)
    name = "calls: key to next sentence"
    many = [second for waits in together for second in waits.seconds]
    return [
        Row(f"{name}, one caller, 95 of 100 within", _within([s for waits in alone for s in waits.seconds]), "ms"),
        at_most(f"{name}, {CALLERS} at once, 95 of 100 within", _within(many), "ms", LONGEST),
        Row(f"calls: keys, {CALLERS} callers at once", len(many) / sum(waits.took for waits in together), "/s"),
        at_most(f"calls: turns that failed, of {len(many)}", len(errors), "", 0),
    ]


def _within(seconds: list[float]) -> float:
    return percentile(seconds, 0.95) * 1000


def _office(folder: Path) -> int:
    """An office with one survey whose sounds are made; returns the port of FastAGI."""
    init.make(folder)
    for survey in (folder / "surveys").glob("*.toml"):
        if survey.stem != SURVEY:
            survey.unlink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    file = folder / "office.toml"
    before, section, phone = file.read_text().partition("[phone]")
    phone = re.sub(r"(?m)^transport = .*$", 'transport = "asterisk"', phone, count=1)
    phone = re.sub(r"(?m)^fastagi_port = .*$", f"fastagi_port = {port}", phone, count=1)
    phone = re.sub(r"(?m)^recordings = .*$", f'recordings = "{folder}"', phone, count=1)
    file.write_text(before + section + phone)
    office = Office(folder)
    recording = wav(array("h", [4000, -4000] * 800).tobytes(), 8000)
    for phrase in (every := phrases(office, office.survey(SURVEY))):
        place = office.voices / phrase.locale / recording_name(phrase.text)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(recording)
    sounds = make(office)
    for phrase in every:
        sounds.file(phrase)
    return port


def _until_open(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise TimeoutError("nobody takes calls")


def _crowd(port: int, phones: range) -> Waits:
    """A call from each of these phones, all at once, from beginning to end."""
    waits = Waits()
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for phone in phones:
            call = _Call(port, phone, waits)
            stack.enter_context(call.socket)
            selector.register(call.socket, selectors.EVENT_READ, call)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                waits.errors.append("no command")
                break
            for key, _ in ready:
                if not key.data.obey():
                    selector.unregister(key.fileobj)
        waits.took = time.perf_counter() - began
    return waits


class _Call:
    """One connection, as Asterisk holds it for a call, and a caller who presses KEYS."""

    def __init__(self, port: int, phone: int, waits: Waits) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waits = waits
        self._keys: Iterator[str] = iter(KEYS)
        self._pressed = 0.0
        self._line = b""
        variables = {"uniqueid": f"1.{phone}", "callerid": texters.number(phone), "callingpres": "0"}
        lines = [f"agi_{name}: {value}\n" for name, value in variables.items()]
        self.socket.sendall("".join([*lines, "\n"]).encode())

    def obey(self) -> bool:
        """Take in what came, and answer a whole command; False when the call is over."""
        got = self.socket.recv(1 << 16)
        self._line += got
        if got and not got.endswith(b"\n"):
            return True
        words, self._line = shlex.split(self._line.decode()), b""
        if self._pressed:
            self._waits.seconds.append(time.perf_counter() - self._pressed)
            self._pressed = 0.0
        match words:
            case ["STREAM", "FILE", _, ""]:
                self._say("200 result=0 endpos=800")
            case ["STREAM", "FILE", _, _] | ["WAIT", "FOR", "DIGIT", _] if key := next(self._keys, ""):
                self._say(f"200 result={ord(key)}")
                self._pressed = time.perf_counter()
            case ["HANGUP"]:
                self._say("200 result=1")
                if left := "".join(self._keys):
                    self._waits.errors.append(f"hung up with the keys {left} to be pressed")
                return False
            case _:
                self._waits.errors.append(f"asked for {' '.join(words[:3]) or 'nothing'}")
                return False
        return True

    def _say(self, line: str) -> None:
        self.socket.sendall(f"{line}\n".encode())
