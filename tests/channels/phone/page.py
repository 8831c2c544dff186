"""A tab with the telephone at /try/phone, an ear at its loudspeaker, and an office that plays what a test wrote."""

from __future__ import annotations

import math
import threading
import time
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from playwright.sync_api import ConsoleMessage, Page
from waitress.server import create_server

from kiosk.call import (
    Event,
    HangUp,
    Happened,
    HungUp,
    Phrase,
    Sound,
    Step,
    Then,
)
from kiosk.errors import StoreError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.voice import recording_name, sound
from kiosk.web import create_app
from tests.kiosk.running import free_port, make_office

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")  # beeps once a second
AT_ONCE = 0.3  # seconds from a key to the next sound
PATIENCE = 30.0  # seconds; far more than anything here takes

# Sentences of which the office recorded a tone each, so that it can be heard which one is being said.
LOW, HIGH = Phrase("Ein tiefer Ton.", "de"), Phrase("Ein hoher Ton.", "de")
LONG = Phrase("Der Landkreis plant digitale Angebote. Was meinen Sie? Bis zu 5 Fragen, freiwillig.", "de")
HERTZ = {LOW: 440, HIGH: 1500, LONG: 800}
LASTS = 1.5  # seconds
Played = tuple[Sequence[Sound], Then] | tuple[Sequence[Sound], Then, int]  # must be heard: so many

# An ear at the loudspeaker: every few milliseconds the loudest frequency, 0 for silence, and when; and when keys went
# down.
EAR = """
window.ear = []; window.keys = [];
addEventListener("keydown", () => keys.push(performance.now() / 1000), true);
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to instanceof AudioDestinationNode && !to.ear) {
    const ear = to.ear = new AnalyserNode(to.context, { fftSize: 1024, smoothingTimeConstant: 0 });
    const loud = new Float32Array(ear.frequencyBinCount);
    setInterval(() => {
      ear.getFloatFrequencyData(loud);
      const place = loud.indexOf(Math.max(...loud));
      const hertz = loud[place] > -50 ? place * to.context.sampleRate / ear.fftSize : 0;
      window.ear.push([performance.now() / 1000, hertz]);
    }, 5);
  }
  if (to instanceof AudioDestinationNode) connect.call(this, to.ear);
  return connect.call(this, to, ...more);
};
"""


class House:
    """The page, served to real browsers, with steps of a script in place of the core: one for each event."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(make_office(folder))
        for phrase, hertz in HERTZ.items():
            file = self.office.voices / phrase.locale / recording_name(phrase.text)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(sound.wav(tone(hertz, LASTS)))
        self._steps: list[Step] = []
        self.happened: list[Happened] = []
        self.full = False
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        app = create_app(self.office, cast(Intake, self), dict)
        self._server = create_server(app, host="127.0.0.1", port=port, threads=8)
        self._serving = threading.Thread(target=self._server.run)
        self._serving.start()

    def close(self) -> None:
        self._server.close()
        self._serving.join(PATIENCE)

    def plays(self, *steps: Played) -> None:
        """What is said, what is waited for, and how much must be heard."""
        self._steps = [Step(number, tuple(step[0]), *step[1:]) for number, step in enumerate(steps, 1)]
        self.happened = []
        self.full = False

    def call(self, mode: str, happened: Happened) -> Step:
        assert mode == "phone"
        if self.full:
            raise StoreError("store.full", "The disk is full. Make room.")
        self.happened.append(happened)
        over = Step(happened.after + 1, (), HangUp())
        return over if isinstance(happened.event, HungUp) else [*self._steps, over][happened.after]

    @property
    def events(self) -> list[Event]:
        return [one.event for one in self.happened]

    def wait_for(self, *events: Event) -> None:
        """Until these were the last that happened."""
        until = time.monotonic() + PATIENCE
        while self.events[-len(events) :] != [*events]:
            assert time.monotonic() < until, f"waited in vain for {events} in {self.events}"
            time.sleep(0.02)


class Telephone:
    """One tab, and an ear at its loudspeaker."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self.fetched: list[str] = []
        page.add_init_script(EAR)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._told)
        page.on("response", lambda answer: self.fetched.append(answer.url) if answer.url.endswith(".wav") else None)
        page.goto(address)

    def _told(self, line: ConsoleMessage) -> None:
        """That the office has no picture for the tab is no fault."""
        if line.type == "error" and not line.location["url"].endswith("/favicon.ico"):
            self.faults.append(line.text)

    def call(self) -> None:
        self.page.get_by_role("button", name="Anrufen").click()

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def state(self, words: str) -> None:
        """Until the display says this."""
        self.page.locator("#state", has_text=words).wait_for(timeout=PATIENCE * 1000)

    def hears(self, phrase: Phrase) -> None:
        """Until it is really heard."""
        self.wait(lambda: self.said(phrase) != [], phrase.text)

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {what}: {self.log}"
            self.page.wait_for_timeout(20)

    def said(self, phrase: Phrase) -> list[float]:
        """When it was heard, in seconds."""
        return [when for when, hertz in self.ear if abs(hertz - HERTZ[phrase]) < 50]

    def says(self, words: str) -> None:
        """Until the log has a line that begins so, and something is heard."""
        self.wait(lambda: any(line.startswith(words) for line in self.log), words)
        self.forget()
        self.wait(lambda: any(hertz for _, hertz in self.ear), "a sound")

    @property
    def ear(self) -> list[tuple[float, float]]:
        return [(when, hertz) for when, hertz in self.page.evaluate("ear")]

    @property
    def next_sound(self) -> float:
        """How long after the last key another sound began, 0 if none did yet: what comes behind a silence."""
        quiet = False
        for when, hertz in self.ear:
            quiet = quiet or (when > self.key_at and not hertz)
            if quiet and hertz:
                return when - self.key_at
        return 0.0

    def forget(self) -> None:
        self.page.evaluate("ear.length = keys.length = 0")

    @property
    def key_at(self) -> float:
        return float(self.page.evaluate("keys.at(-1)"))

    @property
    def log(self) -> list[str]:
        return list(self.page.locator("#heard li").all_inner_texts())


def tone(hertz: float, seconds: float) -> bytes:
    turn = 2 * math.pi * hertz / sound.RATE
    return array("h", (round(9000 * math.sin(turn * at)) for at in range(round(sound.RATE * seconds)))).tobytes()
