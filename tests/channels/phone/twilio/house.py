"""An office that takes calls by Twilio, for the tests: with a clock, ears, and a store that begins empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from channels.phone import sounds
from channels.phone.twilio.recordings import Bringer, Recordings
from kiosk.call import Happened, Phrase, Step
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Response
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.web import create_app
from tests.channels.phone.caller import OURS, Answer, Call, Twilio
from tests.channels.phone.shelf import ACCOUNT, TOKEN, Shelf
from tests.kiosk.generated import LOCALES, SAMPLES
from tests.kiosk.running import make_office

PUBLIC = "https://dialog.example.org/kiosk"
HOUSE = "+493521000001"
THEIRS = "+4915100000001"
WITHHELD = ["anonymous", "unknown", "", "+266696687", "+7378742883", "+2562533", "+8656696", "+86282452253", "+464"]
HOUR = 3_600_000  # milliseconds


class Clockwork(Office):
    """An office with a clock that the test moves."""

    ahead = 0

    def now(self) -> int:
        return super().now() + self.ahead


class Ears(Intake):
    """Knows which sentence a sound is, to tell the test what a caller hears."""

    def __init__(self, office: Office, writer: Writer) -> None:
        super().__init__(office, writer)
        self._sounds = sounds.make(office)
        self.sentences: dict[str, str] = {}

    def call(self, mode: str, happened: Happened) -> Step:
        step = super().call(mode, happened)
        for sound in step.say:
            if isinstance(sound, Phrase):
                self.sentences[self._sounds.file(sound).stem] = sound.text
        return step


class House:
    """An office that takes calls by Twilio."""

    def __init__(self, office: Clockwork, shelf: Shelf) -> None:
        self.office = office
        self.writer = Writer(self.office.store_file)
        self.intake = Ears(self.office, self.writer)
        self.bringer = Bringer(self.office, self.intake, Recordings(ACCOUNT, TOKEN, shelf.url))
        self.twilio = Twilio(self.ask, PUBLIC, shelf)
        self._client = create_app(self.office, self.intake, dict).test_client()

    def ask(self, method: str, target: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """As the proxy hands it on, which takes the prefix off."""
        with self._client.open(target, method=method, data=content, headers=dict(headers)) as asked:
            return Answer(asked.status_code, asked.content_type or "", asked.data, dict(asked.headers))

    def texts(self, call: Call) -> list[str]:
        """What the caller hears, as sentences; what they said themselves as "(replay)"."""
        names = (re.fullmatch(rf"{PUBLIC}/phone/twilio/(sound|replay)/(.+)\.wav", url) for url in call.says)
        found = (("(replay)" if name[1] == "replay" else self.intake.sentences.get(name[2])) for name in names if name)
        return [text for text in found if text]

    def responses(self, survey: str) -> list[Response]:
        reads = Reads(self.office.store_file, self.office.keyring)
        try:
            return list(reads.responses(survey))
        finally:
            reads.close()

    def tidy(self) -> None:
        """Everything that is late comes, and hours pass."""
        self.twilio.deliver()
        for _ in range(10):
            self.bringer.step()
            self.office.ahead += HOUR

    def one(self, question: str) -> int:
        """The number of rows of a table, or whatever a query gives."""
        return self.writer.run(lambda connection: int(connection.execute(question).fetchone()[0]))


def make(folder: Path, sounds: Path) -> Path:
    """An office as its administrator sets it up for Twilio."""
    make_office(folder)
    file = folder / "office.toml"
    head, _, phone = file.read_text().partition("[phone]\n")
    section, blank, rest = phone.partition("\n\n")
    for name, value in {
        "transport": "twilio",
        "number": OURS,
        "transfer": HOUSE,
        "twilio_account": ACCOUNT,
        "sounds": str(sounds),
    }.items():
        section, found = re.subn(rf"(?m)^{name} = .*$", f'{name} = "{value}"', section)
        assert found == 1, name
    head = re.sub(r"(?m)^public_url = .*$", f'public_url = "{PUBLIC}"', head)
    file.write_text(f"{head}[phone]\n{section}{blank}{rest}")
    secret = folder / "secrets" / "twilio_auth_token"
    secret.touch(mode=0o600)
    secret.write_text(TOKEN)
    return folder


def begin(house: House, survey: str = "vote", locale: str = "en", number: str = THEIRS) -> Call:
    """Up to where the consent is asked for."""
    call = house.twilio.dial(number)
    call.press(str(LOCALES.index(locale) + 1))
    call.press(str(sorted(SAMPLES).index(survey) + 1))
    return call


def spoken_to_the_end(house: House, call: Call) -> list[str]:
    """Press 1 at everything and speak where that is possible; returns the code that was read out, digit by digit."""
    digits: list[str] = []
    for _ in range(40):
        digits = [text for text in house.texts(call) if re.fullmatch(r"\d", text)] or digits
        if call.waits_for == "Record":
            call.speak(3)
        elif call.waits_for == "Gather" and digits:
            call.wait()
        elif call.waits_for == "Gather":
            call.press("1")
        else:
            break
    assert not call.waits_for, "the call does not end"
    return digits


def to_the_recording(house: House) -> Call:
    call = begin(house, "counter")
    for _ in range(5):
        call.press("1")
    assert call.waits_for == "Record"
    return call
