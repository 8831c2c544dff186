"""Whole calls by Twilio: a client that follows our documents as Twilio does, and a real office at the other end."""

from __future__ import annotations

import logging
import re
import shutil
import wave
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest

from channels.phone import sounds
from channels.phone.twilio.blueprint import blueprint
from channels.phone.twilio.recordings import Bringer, Recordings
from kiosk.call import Happened, Phrase, Step
from kiosk.identity import code_digest, read_code
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Response, State
from kiosk.store.reads import Reads
from kiosk.store.writer import CLOSED, Writer
from kiosk.survey import Kind
from kiosk.web import create_app
from tests.channels.phone.caller import OURS, Answer, Call, Twilio, sign
from tests.channels.phone.markup import read
from tests.channels.phone.shelf import ACCOUNT, TOKEN, Shelf, spoken
from tests.kiosk.generated import LOCALES, SAMPLES, sample
from tests.kiosk.running import make_office
from tests.kiosk.voice import standins

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
        app = create_app(self.office, self.intake, dict)
        if "twilio" not in app.blueprints:
            app.register_blueprint(blueprint(self.office, self.intake, sounds.make(self.office)))
        self._client = app.test_client()

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


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where sounds are made, once for all tests, by a program that says everything in no time instead of espeak-ng."""
    programs = tmp_path_factory.mktemp("programs")
    standins.put(programs, "espeak-ng", standins.ESPEAK_NG)
    (programs / "espeak.wav").write_bytes(spoken(0.05))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(programs), prepend=":")
        yield tmp_path_factory.mktemp("sounds")


@pytest.fixture(scope="module")
def shelves() -> Iterator[Shelf]:
    with Shelf() as shelf:
        yield shelf


@pytest.fixture
def shelf(shelves: Shelf) -> Shelf:
    """With nothing on it."""
    shelves.recordings.clear()
    return shelves


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, rendered: Path) -> Clockwork:
    """For all tests, because to read the samples takes most of the time."""
    return Clockwork(make(tmp_path_factory.mktemp("twilio") / "office", rendered))


@pytest.fixture
def house(office: Clockwork, shelf: Shelf) -> Iterator[House]:
    """With an empty store."""
    house = House(office, shelf)
    yield house
    house.writer.close()
    office.ahead = 0
    shutil.rmtree(office.folder / "blobs", ignore_errors=True)
    office.store_file.unlink()


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


# Whole interviews


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("survey", SAMPLES)
def test_a_whole_interview(house: House, survey: str, locale: str) -> None:
    digits = spoken_to_the_end(house, begin(house, survey, locale))
    house.twilio.deliver()
    house.bringer.step()

    (response,) = house.responses(survey)
    assert (response.mode, response.locale, response.state) == ("phone", locale, State.COUNTED)
    assert digits[: len(digits) // 2] == digits[len(digits) // 2 :], "the code is not the same twice"
    code = read_code("".join(digits[: len(digits) // 2]))
    assert house.one("SELECT count(*) FROM response WHERE code_digest IS NOT NULL") == 1
    reads = Reads(house.office.store_file, house.office.keyring)
    assert reads.by_code(code_digest(house.office.keyring, code)) == response
    reads.close()
    for question in sample(survey).route(response.answers):
        answer = response.answers[question.name]
        assert answer.pending if question.kind is Kind.TEXT else question.choices[0].name in answer.values
    spoke = any(question.kind is Kind.TEXT for question in sample(survey).questions)
    assert house.one("SELECT count(*) FROM doubt") == house.one("SELECT count(*) FROM blob") == spoke
    assert house.one("SELECT count(*) FROM abroad") == 0
    assert house.twilio.shelf.names == [], "something was left at Twilio"


def test_each_webhook_that_comes_twice_gets_the_same_document_and_is_stored_once(house: House) -> None:
    kept = []
    for number, house.twilio.twice in ((THEIRS, False), ("+4915100000002", True)):
        spoken_to_the_end(house, begin(house, "counter", number=number))
        house.tidy()
        tables = ("response", "turn", "answer", "doubt", "blob", "call")
        kept.append([house.one(f"SELECT count(*) FROM {table}") for table in tables])
    assert kept[1] == [2 * count for count in kept[0]]
    assert house.one("SELECT count(*) FROM abroad") == 0
    one, other = house.responses("counter")
    assert one.answers == other.answers
    assert house.twilio.shelf.names == []


# Keys


def test_what_must_be_heard_stands_before_what_a_key_interrupts(house: House) -> None:
    call = begin(house)
    assert [house.texts(call)[0], call.waits_for] == ["Vote: opening hours", "Gather"]
    assert len(call.heard) == 3, "title, brief and purpose"
    call.press("1", after=1)  # in the middle of "For yes, press 1"
    assert house.texts(call)[-1] == "For “No extra time”, 4."


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("6", "This key does nothing here."),
        ("#", "This key does nothing here."),
        ("*", "Which survey do you want to answer?"),
        ("0", "How can we help?"),
    ],
)
def test_a_single_key_comes_as_it_was_pressed(house: House, keys: str, said: str) -> None:
    call = house.twilio.dial()
    call.press("3")
    call.press(keys)
    assert house.texts(call)[0] == said


def test_hash_leaves_out_what_may_be_left_out(house: House) -> None:
    call = begin(house, "digital")
    call.press("1")
    call.press("#")
    (response,) = house.responses("digital")
    assert str(response.answers["useful_at"].missing) == "skipped"


NUMBER = """
[[question]]
name = "visits"
kind = "integer"
minimum = 0
maximum = 31
[question.label]
de = "Wie oft im Monat sind Sie hier?"
"de@easy" = "Wie oft kommen Sie im Monat?"
en = "How often a month are you here?"
"""


@pytest.fixture
def numbers(tmp_path: Path, shelf: Shelf, rendered: Path) -> Iterator[House]:
    """With one survey, that asks for one number."""
    folder = make(tmp_path / "office", rendered)
    for file in (folder / "surveys").iterdir():
        if file.stem == "vote":
            file.write_text(file.read_text().partition("[[question]]")[0] + NUMBER)
        else:
            file.unlink()
    house = House(Clockwork(folder), shelf)
    yield house
    house.writer.close()


def to_the_number(house: House) -> Call:
    call = house.twilio.dial()
    call.press("3")
    call.press("1")
    assert "How often a month are you here?" in house.texts(call)
    return call


@pytest.mark.parametrize("keys", ["7#", "12#", "0#"])
def test_a_number_ends_with_hash(numbers: House, keys: str) -> None:
    call = to_the_number(numbers)
    call.press(keys)
    (response,) = numbers.responses("vote")
    assert response.answers["visits"].values == (keys.rstrip("#"),)


def test_a_number_without_hash_ends_by_itself(numbers: House) -> None:
    call = to_the_number(numbers)
    call.press("7")
    assert numbers.responses("vote")[0].answers["visits"].values == ("7",)


def test_hash_alone_is_an_entry_of_nothing_where_twilio_tells_of_it(numbers: House) -> None:
    call = to_the_number(numbers)
    call.press("#")
    assert numbers.texts(call)[0] == "You entered no number."


def test_hash_alone_is_silence_where_it_does_not(numbers: House) -> None:
    numbers.twilio.hash_ends = False
    call = to_the_number(numbers)
    call.press("#")
    assert call.waits_for == "Gather"


def test_keys_that_few_telephones_have_are_none(house: House) -> None:
    call = house.twilio.dial()
    before = call.documents[-1]
    call.fetch(f"{PUBLIC}/phone/twilio/step/1", Digits="A")
    assert house.texts(call)[0] == "Wir haben keine Taste gehört."
    assert call.documents[-1] != before


# Silence and hanging up


@pytest.mark.parametrize("presses", range(6))
def test_silence_is_asked_again_and_then_told_that_it_ends(house: House, presses: int) -> None:
    call = house.twilio.dial()
    for key in ("3", "1", "1", "1", "1", "1")[:presses]:
        call.press(key)
    told: list[str] = []
    for _ in range(5):  # whoever answered something is told the code, and may hear it again
        if call.waits_for:
            call.wait()
            told += house.texts(call)
    assert not call.waits_for
    assert [text for text in told if "hanging up" in text or "legen" in text], "ended without a word"
    assert house.one("SELECT count(*) FROM call WHERE live = 1") == 0


@pytest.mark.parametrize("twice", [False, True])
def test_whoever_hangs_up_anywhere_keeps_what_was_answered(house: House, twice: bool) -> None:
    house.twilio.twice = twice
    keys = ("3", "1", "1", "1", "1", "1")
    for presses in range(len(keys) + 1):
        call = house.twilio.dial(f"+491510000010{presses}")
        for key in keys[:presses]:
            call.press(key)
        call.hang_up()
        call.over()  # told once more, or late
        assert house.one("SELECT count(*) FROM call WHERE live = 1") == 0
    answered = [len(response.answers) for response in house.responses("counter")]
    assert answered == [0, 0, 1, 2, 3], "one after the survey was chosen, and so on"


def test_whoever_calls_back_is_asked_whether_to_go_on(house: House) -> None:
    call = begin(house, "counter")
    for _ in range(3):
        call.press("1")
    call.hang_up()
    again = begin(house, "counter")
    assert "Somebody has already begun from your number. Was that you?" in house.texts(again)
    again.press("1")
    assert "Good, let us go on." in house.texts(again)
    spoken_to_the_end(house, again)
    (response,) = house.responses("counter")
    assert response.state is State.COUNTED


def test_what_comes_after_the_end_changes_nothing(house: House) -> None:
    call = begin(house)
    document = call.documents[-1]
    call.hang_up()
    call.fetch(f"{PUBLIC}/phone/twilio/step/3", Digits="1")
    assert document != call.documents[-1]
    assert b"<Hangup" in call.documents[-1]
    assert house.responses("vote")[0].state is State.DRAFT


# Who calls


@pytest.mark.parametrize("sender", WITHHELD)
def test_whose_number_is_withheld_is_nobody(house: House, sender: str) -> None:
    """https://support.twilio.com/hc/en-us/articles/223179988 has the numbers that stand for one."""
    call = begin(house, number=sender)
    assert house.texts(call)[0] == "We cannot see your number. Do you have a code from us to go on with?"
    assert house.one("SELECT count(*) FROM call WHERE party IS NOT NULL") == 0


def test_two_calls_of_one_number_are_two_people(house: House) -> None:
    one, other = begin(house), begin(house)
    one.press("1")
    other.press("1")
    one.press("1")
    other.press("2")
    assert [response.answers["open_longer"].values for response in house.responses("vote")] == [
        ("tuesday_evening",),
        ("thursday_evening",),
    ]


# Transfer


def to_a_person(house: House, number: str = THEIRS) -> Call:
    call = house.twilio.dial(number)
    call.press("3")
    call.press("0")
    call.press("1")
    assert call.waits_for == "Dial"
    return call


def test_a_call_is_transferred_under_our_number(house: House) -> None:
    call = to_a_person(house, "anonymous")
    assert call.verb is not None
    assert (call.verb.text, call.verb.get("callerId")) == (HOUSE, OURS)
    call.answered()
    assert not call.waits_for
    assert house.one("SELECT count(*) FROM call WHERE live = 1") == 0


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "whatever comes next year"])
def test_where_nobody_answers_the_call_goes_on(house: House, status: str) -> None:
    call = to_a_person(house)
    call.not_answered(status)
    assert house.texts(call)[0] == "Nobody is answering there just now."


# Recordings


def to_the_recording(house: House) -> Call:
    call = begin(house, "counter")
    for _ in range(5):
        call.press("1")
    assert call.waits_for == "Record"
    return call


def test_a_recording_is_heard_again_once_it_is_here(house: House) -> None:
    call = to_the_recording(house)
    call.speak(2)
    house.bringer.step()
    call.press("2")
    replay = next(url for url in call.says if "/replay/" in url)
    answer = house.twilio.get(replay)
    assert answer.content == spoken(2)
    assert answer.headers["Cache-Control"] == "no-store"
    call.press("1")
    assert house.texts(call)[0] == "Your message is saved."


def test_one_that_is_not_here_yet_is_silence(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.phone.twilio.blueprint.COMING", 0.2)
    call = to_the_recording(house)
    call.speak(2)
    call.press("2")
    replay = next(url for url in call.says if "/replay/" in url)
    with wave.open(BytesIO(house.twilio.get(replay).content)) as sound:
        assert set(sound.readframes(-1)) == {0}
    house.bringer.step()
    assert house.twilio.get(replay).content == spoken(2)


def test_a_replay_is_only_for_who_was_told_of_it_and_not_for_long(house: House) -> None:
    call = to_the_recording(house)
    call.speak(2)
    house.bringer.step()
    call.press("2")
    replay = next(url for url in call.says if "/replay/" in url)
    token = replay.rpartition("/")[2].removesuffix(".wav")
    blob, made, seal = token.split("-")
    for wrong in (
        f"{blob}-{made}-{seal[:-1]}",
        f"{blob}-{made}-{'0' * 32}",
        f"{blob}-{int(made) + 1}-{seal}",
        f"{'0' * 32}-{made}-{seal}",
        f"{blob}-{made}",
        blob,
        "ä",
    ):
        assert house.twilio.get(f"{PUBLIC}/phone/twilio/replay/{wrong}.wav").status == 403, wrong
    house.office.ahead += 2 * HOUR
    assert house.twilio.get(replay).status == 403


@pytest.mark.parametrize("keys", ["4", "3"], ids=["discarded", "recorded anew"])
@pytest.mark.parametrize("fetched", [True, False])
def test_what_is_discarded_is_nowhere(house: House, keys: str, fetched: bool) -> None:
    call = to_the_recording(house)
    call.speak(2)
    if fetched:
        house.bringer.step()
    call.press(keys)
    house.tidy()
    assert house.twilio.shelf.names == []
    assert house.one("SELECT count(*) FROM blob") == house.one("SELECT count(*) FROM abroad") == 0
    assert not [file for file in (house.office.folder / "blobs").rglob("*") if file.is_file()]


def test_a_recording_with_nothing_in_it_is_none(house: House) -> None:
    call = to_the_recording(house)
    call.speak(0)
    assert "We heard nothing." in house.texts(call)
    assert house.one("SELECT count(*) FROM blob") == 0


def test_one_of_no_length_is_none_and_is_deleted_at_twilio(house: House) -> None:
    call = to_the_recording(house)
    name = "RE" + "d" * 32
    house.twilio.shelf.recordings[name] = spoken(0)
    assert call.verb is not None
    url = call.verb.get("action", "")
    house.twilio.made.append((f"{PUBLIC}/phone/twilio/fetched", {"CallSid": call.sid, "RecordingSid": name}))
    call.fetch(url, RecordingSid=name, RecordingDuration="0")
    assert "We heard nothing." in house.texts(call)
    house.tidy()
    assert house.twilio.shelf.names == []


@pytest.mark.parametrize("told_first", [False, True], ids=["the recording first", "the end first"])
@pytest.mark.parametrize("twice", [False, True])
def test_whoever_hangs_up_while_speaking_is_heard(house: House, twice: bool, told_first: bool) -> None:
    house.twilio.twice = twice
    call = to_the_recording(house)
    call.speak_and_hang_up(4, told_first=told_first)
    house.tidy()
    (response,) = house.responses("counter")
    assert response.answers["remarks"].pending
    assert house.one("SELECT size FROM blob") == len(spoken(4))
    assert house.one("SELECT count(*) FROM call WHERE live = 1") == 0
    assert house.twilio.shelf.names == []


def test_a_refusal_leaves_no_recording_anywhere(house: House) -> None:
    call = to_the_recording(house)
    call.speak(2)
    call.press("1")
    call.press("1")
    (digits,) = [[text for text in house.texts(call) if re.fullmatch(r"\d", text)]]
    assert house.intake.erase(read_code("".join(digits[: len(digits) // 2])))
    house.tidy()
    assert house.twilio.shelf.names == []
    assert not [file for file in (house.office.folder / "blobs").rglob("*") if file.is_file()]


# What must not happen


ROUTES = ["", "/step/1", "/recorded/1", "/dialled/1", "/status", "/fetched"]


@pytest.mark.parametrize("route", ROUTES)
def test_a_changed_byte_is_refused_before_anything_else(house: House, route: str) -> None:
    call = house.twilio.dial()
    url = f"{PUBLIC}/phone/twilio{route}"
    fields = {"CallSid": call.sid, "From": THEIRS, "Digits": "1", "CallStatus": "completed", "RecordingSid": "RE1"}
    good = house.twilio.post(url, fields)
    assert good.status != 403
    before = house.one("SELECT max(step) FROM call")
    wrong = [
        house.twilio.post(url, fields | {"Digits": "2"}, signature=sign(url, fields)),
        house.twilio.post(url, fields, signature="A" + sign(url, fields)[1:]),
        house.twilio.post(url, fields, signature=sign(url + "0", fields)),
        house.twilio.post(url, fields, signature="-"),
    ]
    assert [answer.status for answer in wrong] == [403] * 4
    assert all(not answer.content for answer in wrong)
    assert house.one("SELECT max(step) FROM call") == before


def test_a_webhook_of_no_call_is_refused(house: House) -> None:
    for route in ROUTES:
        assert house.twilio.post(f"{PUBLIC}/phone/twilio{route}", {"SmsSid": "SM1"}).status == 400


def test_nothing_but_webhooks_and_sounds_is_there(house: House) -> None:
    for path in ("", "/step/1", "/status", "/fetched"):
        assert house.twilio.get(f"{PUBLIC}/phone/twilio{path}").status == 405
    for path in ("/step/x", "/step/-1", "/sound/none.wav", "/sound/..%2f..%2foffice.toml", "/sound/../office.wav"):
        assert house.twilio.get(f"{PUBLIC}/phone/twilio{path}").status == 404


def test_a_sound_may_be_kept_for_as_long_as_anybody_likes(house: House) -> None:
    call = house.twilio.dial()
    answer = house.twilio.get(call.says[0])
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with wave.open(BytesIO(answer.content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8_000)


def test_where_we_cannot_go_on_the_caller_hears_an_apology(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.writer.close()  # whatever is to be stored now raises, as on a full disk
    answer = house.twilio.post(f"{PUBLIC}/phone/twilio", {"CallSid": "CA1", "From": THEIRS, "CallStatus": "ringing"})
    document = read(answer.content, answer.kind, PUBLIC)
    assert (answer.status, [verb.tag for verb in document]) == (200, ["Play", "Play", "Hangup"]), "German and English"
    for verb in document.iter("Play"):
        assert house.twilio.get(verb.text or "").status == 200
    assert [record.message for record in caplog.records] == ["phone: " + CLOSED + " [store.closed]"]


def test_where_nothing_can_speak_either_it_is_left_to_twilio(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its console names what is said then: see deploy/server/README.md."""
    monkeypatch.setenv("PATH", "")
    house = House(Clockwork(make(tmp_path / "office", tmp_path / "sounds")), shelf)
    house.writer.close()
    answer = house.twilio.post(f"{PUBLIC}/phone/twilio", {"CallSid": "CA1", "From": THEIRS, "CallStatus": "ringing"})
    assert answer.status >= 500


def test_what_twilio_tells_beside_a_call_and_cannot_be_stored_is_no_document(house: House) -> None:
    house.writer.close()
    told = {"CallSid": "CA1", "CallStatus": "completed", "RecordingSid": "RE" + "e" * 32}
    for route in ("/fetched", "/status"):
        answer = house.twilio.post(f"{PUBLIC}/phone/twilio{route}", told)
        assert (answer.status, answer.content) == (503, b"")


def test_no_log_and_no_address_has_a_number_a_key_or_a_word(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        call = begin(house, "counter", "de")
        spoken_to_the_end(house, call)
        house.twilio.deliver()
        house.bringer.step()
    assert THEIRS.removeprefix("+49") not in caplog.text
    assert "RE0" not in caplog.text
    for document in call.documents:
        assert THEIRS.removeprefix("+49").encode() not in document
        assert not re.search(rb"sound/[^.]*[^0-9a-f/.][^.]*\.wav", document), "a sound's name tells its words"
