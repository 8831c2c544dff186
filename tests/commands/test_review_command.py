"""`kiosk review`: somebody of the house listens to what was said, writes it down, and from then on it counts."""

from __future__ import annotations

import json
import re
import stat
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.doorkeeper import open_door
from kiosk.inputs import Began, Chose, Consented, Filled, Input, Submitted
from kiosk.office import Office
from kiosk.record import Address, AddressKind, Doubtful, DoubtKind, Mode, Turn, Via
from kiosk.survey import Answer
from tests.kiosk.running import Started, make_office, run

SOUND = b"RIFF\x24\x00\x00\x00WAVE and what somebody said"
WORDS = "Der Automat im Flur ist zu hoch"
USAGE = 64


def interview(office: Path, *given: tuple[Input, tuple[Doubtful, ...]]) -> str:
    """One interview by phone, through the door; its receipt code."""
    loaded, code = Office(office), ""
    with closing(open_door(loaded)) as door:
        for number, (one, doubts) in enumerate(given):
            address = Address(AddressKind.SESSION, f"{id(given)}")
            turn = Turn(f"{number}", Mode("phone"), address, "digital", one, loaded.now(), Via.SPOKEN, doubts=doubts)
            code = door.receive(turn).code
    return code


def spoken(office: Path) -> str:
    """Somebody speaks their wishes, and presses a key that could be two; the code they get."""
    voice = Doubtful("wishes", DoubtKind.VOICE, "spoken", evidence=Office(office).blobs.write(SOUND), size=len(SOUND))
    mark = Doubtful("skills", DoubtKind.MARK, "two marks", reading="good")
    answers = {"wishes": Answer(pending=True), "skills": Answer(("good",), pending=True)}
    return interview(
        office,
        (Began("de"), ()),
        (Consented(True), ()),
        (Chose(("offices",), "useful_at"), ()),
        (Filled(answers), (voice, mark)),
        (Submitted(), ()),
    )


def review(office: Path, *arguments: str, typed: str = "") -> str:
    """What it prints, where all goes well."""
    done = run(office, "review", *arguments, typed=typed)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def exported(office: Path, question: str) -> dict[str, object]:
    (line,) = run(office, "export", "digital", "--format", "jsonl").stdout.splitlines()
    answer: dict[str, object] = json.loads(line)["answers"][question]
    return answer


def story(office: Path) -> None:
    """From the list to the words on record."""
    code = spoken(office)
    listed = review(office, "list")
    assert re.fullmatch(
        r"N  SURVEY   QUESTION  KIND   SINCE +WHY\n"
        r"1  digital  wishes    voice  \d{4}-\d\d-\d\d \d\d:\d\d  spoken\n"
        r"2  digital  skills    mark   \d{4}-\d\d-\d\d \d\d:\d\d  two marks\n"
        r"2 to settle\.\n",
        listed,
    )
    assert "Unser Personal prüft diese Antwort noch" in run(office, "show", code).stdout
    assert exported(office, "wishes")["pending"] is True
    assert ",,pending," in run(office, "export", "digital", "--format", "csv").stdout.splitlines()[1]

    shown = review(office, "show", "1")
    assert "Question     wishes (text)" in shown
    assert "Evidence     a recording: kiosk review play 1" in shown
    file = office.with_name(f"{office.name}.wav")
    review(office, "play", "1", "-o", str(file))
    assert file.read_bytes() == SOUND
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    assert review(office, "settle", "1", "--text", "-", "--by", "Empfang", typed=f"{WORDS}\n") == "1 is settled.\n"
    assert "State        settled by Empfang on 20" in review(office, "show", "1")
    assert f"    {WORDS}\n" in run(office, "show", code).stdout
    answer = exported(office, "wishes")
    assert (answer["text"], answer["pending"], answer["via"]) == (WORDS, False, "read_by_staff")
    assert answer["checked_by"] == "Empfang"
    assert "1 to settle." in review(office, "list")

    again = run(office, "review", "settle", "1", "--text", "anderes")
    assert again.returncode == USAGE
    assert "Doubt 1 was settled by Empfang on 20" in again.stderr
    review(office, "play", "1", "-o", str(file.with_suffix(".again")))
    assert run(office, "erase", code).returncode == 0
    assert list((office / "blobs").glob("??/*")) == []
    assert "no doubt number 1" in run(office, "review", "show", "1").stderr


def test_what_was_said_is_written_down_beside_a_running_server(office: Path) -> None:
    with Started(office):
        story(office)


@pytest.mark.peers
def test_and_without_one(office: Path) -> None:
    assert review(office, "list") == "Nothing waits for a person.\n"
    story(office)
    assert review(office, "list") == "Nothing waits for a person.\n"


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with a spoken answer, number 1, and a doubtful mark, number 2."""
    office = make_office(tmp_path_factory.mktemp("waiting") / "office")
    spoken(office)
    return office


def test_a_mark_shows_its_choices_and_what_the_machine_read(waiting: Path) -> None:
    shown = review(waiting, "show", "2")
    assert "--value very_good: Sehr gut\n" in shown
    assert "Machine read good\n" in shown
    assert "Evidence     -\n" in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show"], "Say which, by its number in: kiosk review list"),
        (["show", "eins"], "Say which, by its number"),
        (["show", "9" * 30], "Say which, by its number"),
        (["show", "7"], "There is no doubt number 7."),
        (["settle", "7", "--text", WORDS], "There is no doubt number 7."),
        (["settle", "1"], "Say one thing: --text WORDS, --value NAME or --missing WHY."),
        (["settle", "1", "--text", WORDS, "--missing", "refused"], "Say one thing"),
        (["settle", "1", "--text", ""], "This answer is empty."),
        (["settle", "1", "--text", "a" * 2001], "more than 2000 letters"),
        (["settle", "1", "--value", "good"], "The question wishes takes words: --text WORDS."),
        (["settle", "2", "--text", "gut"], "The question skills takes choices: --value, and one of very_good, good,"),
        (["settle", "2", "--value", "godo"], "The question skills has no such choice. It has very_good, good,"),
        (["settle", "2", "--value", "good", "--by", " "], "Say who decides"),
        (["play", "2"], "There is nothing to play for 2."),
    ],
)
def test_what_cannot_be_done_is_told(waiting: Path, arguments: list[str], sentence: str) -> None:
    done = run(waiting, "review", *arguments)
    assert done.returncode == USAGE
    assert sentence in done.stderr
    assert WORDS not in done.stderr
    assert "2 to settle." in review(waiting, "list")


def test_no_file_is_written_over(waiting: Path, tmp_path: Path) -> None:
    file = tmp_path / "there.wav"
    file.write_text("something else")
    done = run(waiting, "review", "play", "1", "-o", str(file))
    assert done.returncode == USAGE
    assert "is there already" in done.stderr
    assert file.read_text() == "something else"


def test_a_recording_goes_to_the_ear_and_to_no_file(waiting: Path, tmp_path: Path) -> None:
    """The player hears it through a pipe; here it is one that writes down what it heard."""
    player = tmp_path / "aplay"
    player.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/told\nexec /bin/cat > {tmp_path}/heard\n')
    player.chmod(0o700)
    done = run(waiting, "review", "play", "1", env={"PATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "heard").read_bytes() == SOUND
    assert (tmp_path / "told").read_text() == "-q -\n"


def test_without_a_player_it_can_be_written_to_a_file(waiting: Path, tmp_path: Path) -> None:
    done = run(waiting, "review", "play", "1", env={"PATH": str(tmp_path)})
    assert done.returncode == 78
    assert "kiosk review play 1 -o FILE" in done.stderr


def test_a_recording_that_its_provider_still_has(office: Path) -> None:
    away = Doubtful("wishes", DoubtKind.VOICE, "spoken", evidence="0" * 32)
    interview(office, (Began("de"), ()), (Consented(True), ()), (Filled({"wishes": Answer(pending=True)}), (away,)))
    assert "a recording that is not here yet" in review(office, "show", "1")
    done = run(office, "review", "play", "1")
    assert done.returncode == USAGE
    assert "its provider still has it" in done.stderr


def test_the_doctor_says_how_many_wait(waiting: Path, office: Path) -> None:
    assert re.search(r"to do +review: 2 to settle\n +See them: kiosk review list", run(waiting, "doctor").stdout)
    assert "review" not in run(office, "doctor").stdout
