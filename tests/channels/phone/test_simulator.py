"""The office's side of the telephone at /try/phone: for a browser on this machine and nobody else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from wave import open as open_wave

import pytest
from flask.testing import FlaskClient

from channels.phone.recorded import RATE
from channels.phone.simulator import PAGE
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Response
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.voice.sound import wav
from kiosk.web import create_app
from tests.channels.phone.test_recorded import tone
from tests.kiosk.running import configure, make_office
from tests.kiosk.voice.standins import need_espeak

HERE = "127.0.0.1"
CALL, NUMBER = "a" * 32, "00000001"
SPOKEN = wav(tone(1, 5_000), RATE)
OF_ITS_OWN = {"is": "Recorded", "recording": CALL, "size": 1, "abroad": ""}  # a recording that a page names
TO_SPEAK = "1111111"  # German, the first survey, yes, three answers, and the key to speak


class Telephone:
    """An office, and a page that calls it."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder)
        self.writer = Writer(self.office.store_file)
        self.browser: FlaskClient = create_app(self.office, Intake(self.office, self.writer), dict).test_client()
        self.step: dict[str, Any] = {"number": 0}

    def tell(self, event: str, **fields: object) -> dict[str, Any]:
        body = {"call": CALL, "number": NUMBER, "after": self.step["number"], "event": {"is": event, **fields}}
        answer = self.browser.post(f"{PAGE}/call", json=body)
        assert answer.status_code == 200, answer.text
        self.step = answer.json or {}
        return self.step

    def press(self, keys: str) -> dict[str, Any]:
        for key in keys:
            self.tell("Pressed", keys=key)
        return self.step

    def speak(self, file: bytes) -> int:
        where = {"call": CALL, "number": NUMBER, "after": self.step["number"]}
        answer = self.browser.post(f"{PAGE}/recording", query_string=where, data=file, content_type="audio/wav")
        self.step = answer.json if answer.status_code == 200 and answer.json else self.step
        return answer.status_code

    @property
    def words(self) -> str:
        return "\n".join(one.get("text", "") for one in self.step["say"])

    @property
    def blobs(self) -> list[Path]:
        return list(self.office.folder.glob("blobs/??/*"))

    def responses(self) -> list[Response]:
        reads = Reads(self.office.store_file, self.office.keyring)
        try:
            return [*reads.responses("counter")]
        finally:
            reads.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_office(tmp_path / "office")


@pytest.fixture
def phone(folder: Path) -> Iterator[Telephone]:
    phone = Telephone(folder)
    yield phone
    phone.writer.close()


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telephone]:
    """For tests that change nothing."""
    phone = Telephone(make_office(tmp_path_factory.mktemp("idle") / "office"))
    yield phone
    phone.writer.close()


# Who gets it


@pytest.mark.parametrize(
    ("what", "address", "headers", "status"),
    [
        ("this machine", HERE, {}, 200),
        ("our own page", HERE, {"Host": "localhost:8080", "Origin": "http://localhost:8080"}, 200),
        ("another machine", "192.0.2.7", {}, 404),
        ("a web server in front", HERE, {"X-Forwarded-For": HERE}, 404),
        ("a name that leads here", HERE, {"Host": "phone.example.org"}, 404),
        ("a page elsewhere", HERE, {"Origin": "http://example.org"}, 404),
    ],
)
def test_it_answers_this_machine_alone(
    idle: Telephone, what: str, address: str, headers: dict[str, str], status: int
) -> None:
    ring = {"call": CALL, "number": NUMBER, "after": 0, "event": {"is": "Rang"}}
    there: dict[str, Any] = {"headers": headers, "environ_base": {"REMOTE_ADDR": address}}
    shown = idle.browser.get(PAGE, **there)
    assert (shown.status_code, idle.browser.post(f"{PAGE}/call", json=ring, **there).status_code) == (status, status)
    for path in ("tone.wav", "static/telephone.js", "static/telephone.css"):
        with idle.browser.get(f"{PAGE}/{path}", **there) as file:
            assert file.status_code == status
    if status == 404:
        assert idle.browser.post(f"{PAGE}/recording", data=SPOKEN, **there).status_code == 404
        assert shown.text == idle.browser.get("/nothing", **there).text


@pytest.mark.parametrize(
    ("host", "locale", "link"),
    [
        ("localhost:8080", "de", f'<a class="there" href="{PAGE}?lang=de">Anruf hier ausprobieren</a>'),
        ("127.0.0.1", "de@easy", f'<a class="there" href="{PAGE}?lang=de%40easy">Hier einen Anruf testen</a>'),
        ("dialog.example.org", "de", ""),
    ],
)
def test_the_front_page_leads_this_machine_to_it(idle: Telephone, host: str, locale: str, link: str) -> None:
    front = idle.browser.get("/", query_string={"lang": locale}, headers={"Host": host}).text
    assert link in front
    assert (PAGE in front) == bool(link)


def test_an_office_that_can_be_called_has_no_page_but_a_number(folder: Path) -> None:
    configure(folder, "phone", transport='"asterisk"', number='"+493521000000"')
    phone = Telephone(folder)
    try:
        assert phone.browser.get(PAGE).status_code == 404
        front = phone.browser.get("/", query_string={"lang": "de"}).text.replace("\xa0", " ")
    finally:
        phone.writer.close()
    assert PAGE not in front
    assert '<a class="there" href="tel:+493521000000">Mitmachen am Telefon: 03521 000000</a>' in front


def test_a_number_that_is_none_breaks_no_front_page(folder: Path) -> None:
    configure(folder, "phone", transport='"asterisk"', number='"zwei"')
    phone = Telephone(folder)
    try:
        assert phone.browser.get("/").status_code == 200
    finally:
        phone.writer.close()


@pytest.mark.parametrize(
    ("locale", "title"),
    [("de", "Telefon ausprobieren"), ("de@easy", "Telefon testen"), ("en", "Try the telephone")],
)
def test_the_page_speaks_the_readers_language_and_runs_nothing_of_its_own(
    idle: Telephone, locale: str, title: str
) -> None:
    page = idle.browser.get(PAGE, query_string={"lang": locale}).text
    assert f"<h1>{title}</h1>" in page
    assert page.count("<script") == page.count('<script type="module" src="') == 1
    assert "style=" not in page


def test_every_page_is_a_new_telephone_but_one_with_a_number(idle: Telephone) -> None:
    pages = [idle.browser.get(PAGE).text for _ in range(2)]
    assert pages[0] != pages[1]
    assert 'data-number="00000001"' in idle.browser.get(PAGE, query_string={"number": NUMBER}).text
    assert "onload" not in idle.browser.get(PAGE, query_string={"number": '1" onload="'}).text


# A call


def test_the_ring_is_answered_and_each_sound_is_a_telephones(phone: Telephone) -> None:
    need_espeak()
    step = phone.tell("Rang")
    assert (step["number"], step["then"], step["must_hear"]) == (1, {"is": "Keys", "most": 1, "patience": 8}, 0)
    assert phone.words.startswith("Guten Tag.")
    assert [one["locale"] for one in step["say"]][-2:] == ["de@easy", "en"]
    for address in (step["say"][0]["sound"], f"{PAGE}/tone.wav", f"{PAGE}/sample.wav?lang=de"):
        with phone.browser.get(address) as file, open_wave(BytesIO(file.data)) as sound:
            assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (8000, 2, 1)
            assert sound.getnframes() > 2000


@pytest.mark.parametrize("name", ["0" * 64, "..", "%2e%2e%2foffice", "tone"])
def test_only_what_was_said_can_be_fetched(idle: Telephone, name: str) -> None:
    idle.tell("Rang")
    assert idle.browser.get(f"{PAGE}/sound/{name}.wav").status_code == 404
    assert idle.browser.get(f"{PAGE}/replay/{name}.wav").status_code == 404


def test_an_event_that_comes_again_gets_the_same_step(phone: Telephone) -> None:
    phone.tell("Rang")
    first = phone.tell("Pressed", keys="1")
    phone.step = {"number": 1}
    assert phone.tell("Pressed", keys="1") == first


def test_an_answer_is_a_trial_by_phone(phone: Telephone) -> None:
    phone.tell("Rang")
    phone.press("1112")
    phone.tell("HungUp")
    (response,) = phone.responses()
    assert (response.trial, response.mode) == (True, "phone")
    assert [answer.values for answer in response.answers.values()] == [("satisfied",)]


# What somebody says


def test_what_is_said_is_sealed_and_heard_again(phone: Telephone) -> None:
    phone.tell("Rang")
    step = phone.press(TO_SPEAK)
    assert step["then"] == {"is": "Record", "seconds": 60, "tone": f"{PAGE}/tone.wav"}
    assert phone.speak(SPOKEN) == 200
    (file,) = phone.blobs
    assert SPOKEN not in file.read_bytes()
    replayed = [one for one in phone.press("2")["say"] if one["is"] == "Replay"]
    assert phone.browser.get(replayed[0]["sound"]).data == SPOKEN


def test_nothing_is_kept_where_nobody_speaks(phone: Telephone) -> None:
    phone.tell("Rang")
    phone.press(TO_SPEAK)
    before = phone.step["number"]
    assert phone.speak(wav(bytes(2 * RATE), RATE)) == 200
    assert phone.step["number"] == before + 1
    assert phone.blobs == []


def test_a_file_that_is_no_recording_is_refused(phone: Telephone) -> None:
    phone.tell("Rang")
    phone.press(TO_SPEAK)
    assert phone.speak(b"no sound") == 415
    assert phone.speak(wav(tone(1, 5_000))) == 415
    assert phone.speak(bytes(2 << 20)) == 413
    assert phone.blobs == []


def test_a_whole_minute_can_be_said(phone: Telephone) -> None:
    phone.tell("Rang")
    phone.press(TO_SPEAK)
    assert phone.speak(wav(tone(60, 5_000), RATE)) == 200


# What goes wrong


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"call": CALL, "number": NUMBER, "after": 0},
        {"call": CALL, "number": NUMBER, "after": 0, "event": "Rang"},
        {"call": CALL, "number": NUMBER, "after": 0, "event": {"is": "Rung"}},
        {"call": CALL, "number": NUMBER, "after": 0, "event": {"is": "Pressed"}},
        {"call": CALL, "number": NUMBER, "after": "one", "event": {"is": "Silent"}},
        {
            "call": CALL,
            "number": NUMBER,
            "after": 0,
            "event": {"is": "Recorded", "recording": CALL, "size": 1, "abroad": ""},
        },
    ],
)
def test_what_no_page_of_ours_tells_is_refused(idle: Telephone, body: object) -> None:
    assert idle.browser.post(f"{PAGE}/call", json=body).status_code == 400


def test_a_store_that_takes_nothing_is_told_and_nobodys_keys_are_in_the_log(
    phone: Telephone, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        phone.tell("Rang")
        phone.press("111")
        phone.writer.close()
        body = {"call": CALL, "number": NUMBER, "after": 4, "event": {"is": "Pressed", "keys": "987"}}
        refused = phone.browser.post(f"{PAGE}/call", json=body)
    assert refused.status_code == 503
    assert refused.mimetype == "text/plain"
    for text in (refused.text, caplog.text):
        assert "987" not in text
        assert NUMBER not in text
