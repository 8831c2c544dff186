"""What the office may record: listed by sentence and file name, and found wanting by the doctor."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from channels.phone.command import script
from channels.phone.doctor import findings
from channels.phone.script import phrases
from kiosk.channel import Finding
from kiosk.errors import StoreError, UsageError
from kiosk.office import Office
from kiosk.voice import recording_name, sound
from tests.channels.phone.test_sounds import BY_ESPEAK, BY_RECORDING, beep
from tests.kiosk.running import configure, make_office
from tests.kiosk.voice.standins import ESPEAK_NG, only, put, record

SURVEY = "vote"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stand-in for espeak-ng, and nothing else on the PATH."""
    folder = tmp_path / "programs"
    only(monkeypatch, folder)
    put(folder, "espeak-ng", ESPEAK_NG)
    (folder / "espeak.wav").write_bytes(sound.wav(beep(BY_ESPEAK)))
    return folder


@pytest.fixture
def office(tmp_path: Path, programs: Path) -> Path:
    """With one survey, in German, of which the question is recorded."""
    folder = make_office(tmp_path / "office")
    for file in (folder / "surveys").glob("*.toml"):
        if file.stem != SURVEY:
            file.unlink()
    return folder


def question(office: Path) -> str:
    return Office(office).survey(SURVEY).questions[0].label["de"]


def record_question(office: Path) -> str:
    """The name of the file it was recorded in."""
    name = recording_name(question(office))
    record(office / "voices" / "de", {name: sound.wav(beep(BY_RECORDING))})
    return name


def test_the_script_names_a_file_for_every_sentence_in_the_order_of_a_call(
    office: Path, programs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nothing else speaks, too: then only what is recorded has a length."""
    (programs / "espeak-ng").unlink()
    name, file = record_question(office), tmp_path / "script.csv"
    assert script(office, {"survey": SURVEY, "csv": ""}) == 0
    told = capsys.readouterr().out
    assert script(office, {"survey": SURVEY, "csv": str(file)}) == 0
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    read = Office(office)
    said = phrases(read, read.survey(SURVEY))
    assert [(row["locale"], row["sentence"]) for row in rows] == [(one.locale, one.text) for one in said]
    for row in rows:
        assert Path(row["record_as"]) == office / "voices" / row["locale"] / recording_name(row["sentence"])
        assert row["sentence"] in told
        assert Path(row["record_as"]).name in told
    (recorded,) = (row for row in rows if row["recorded"])
    assert (recorded["sentence"], recorded["seconds"], recorded["recorded"]) == (question(office), "0.8", "yes")
    assert {row["seconds"] for row in rows if not row["recorded"]} == {""}
    assert f" 0.8 s  recorded  {question(office)}\n{'':18}{name}\n" in told
    assert "of them recorded; the folder is" in told


@pytest.mark.peers
def test_it_tells_how_long_each_sentence_is_now(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert script(office, {"survey": SURVEY, "csv": ""}) == 0
    told = capsys.readouterr().out
    assert f" 0.4 s            {question(office)}\n" in told
    assert "   -  " not in told


def test_a_survey_that_is_not_there_and_a_place_that_cannot_be_written_are_told(office: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        script(office, {"survey": "none", "csv": ""})
    with pytest.raises(StoreError):
        script(office, {"survey": SURVEY, "csv": str(tmp_path / "nowhere" / "script.csv")})


# The doctor


def found(office: Path) -> dict[str, Finding]:
    return {finding.what: finding for finding in findings(Office(office))}


HEARD = "telephone: it says all that is recorded"


def test_the_doctor_is_content_with_a_voice_and_recordings_that_are_said(office: Path) -> None:
    record_question(office)
    assert {what for what, finding in found(office).items() if not finding.there} == {"telephone: only tried out"}


@pytest.mark.parametrize(
    ("setting", "value", "what"),
    [
        ("transport", '"asterix"', "telephone"),
        ("number", '"03521"', "the number that residents call"),
        ("transfer", '"03521 9999"', "where key 0 leads"),
        ("transfer", '"Bürgeramt"', "where key 0 leads"),
    ],
)
def test_what_nobody_could_be_called_by_is_told_before_the_first_call(
    office: Path, setting: str, value: str, what: str
) -> None:
    values = {"transport": '"asterisk"', "number": '"+493521000000"', setting: value}
    configure(office, "phone", **values)
    assert not found(office)[what].there


def test_a_telephone_without_any_voice_is_no_use_where_residents_call(office: Path, programs: Path) -> None:
    (programs / "espeak-ng").unlink()
    assert not found(office)["telephone: a voice"].needed
    configure(office, "phone", transport='"asterisk"')
    voice = found(office)["telephone: a voice"]
    assert not voice.there
    assert voice.needed
    assert "apt install espeak-ng" in voice.remedy


def test_a_recording_that_cannot_be_used_is_named(office: Path) -> None:
    record(office / "voices" / "de", {recording_name(question(office)): b"RIFFnothing"})
    usable = found(office)["telephone: recordings and lexicons can be used"]
    assert not usable.there
    assert recording_name(question(office)) in usable.remedy


def test_a_recording_that_nothing_says_any_more_is_named_and_how_it_should_be_called(office: Path) -> None:
    name = record_question(office)
    record(office / "voices" / "de", {f"meine-{name[-16:]}": b"", "begrüßung.wav": b""})
    record(office / "voices" / "en", {name: b""})
    heard = found(office)[HEARD]
    assert not heard.there
    assert heard.remedy.splitlines()[1:] == [
        "voices/de/begrüßung.wav",
        f"voices/de/meine-{name[-16:]} (name it {name})",
        f"voices/en/{name}",
    ]


def test_of_many_such_recordings_the_first_are_named(office: Path) -> None:
    record(office / "voices" / "de", {f"{number:02}.wav": b"" for number in range(14)})
    assert found(office)[HEARD].remedy.splitlines()[-2:] == ["voices/de/09.wav", "and 4 more"]
