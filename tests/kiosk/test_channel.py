"""A fifth channel is a package beside the others: nothing in kiosk/ knows its name, and all that it brings is there."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.kiosk.running import CODE, Started, configure, free_port, run

FIFTH = Path(__file__).parent / "fifth"
Environment = Mapping[str, str]


def installed(folder: Path, name: str, entry: str) -> Environment:
    """An environment in which this entry point is installed, as pip would have left it there."""
    info = folder / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[kiosk.channels]\n{name} = {entry}\n")
    path = [str(folder), str(FIFTH), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(path)}


@pytest.fixture
def pigeons(tmp_path: Path) -> Environment:
    return installed(tmp_path / "site", "carrier_pigeon", "carrier_pigeon:channel")


@pytest.fixture
def office(tmp_path: Path, pigeons: Environment) -> Path:
    """Made by `kiosk init` where pigeons are installed."""
    office = tmp_path / "office"
    assert run(tmp_path, "init", str(office), env=pigeons).returncode == 0
    configure(office, port=str(free_port()), browser_port="0")
    return office


def exported(office: Path, survey: str, env: Environment) -> list[dict[str, object]]:
    done = run(office, "export", survey, "--format", "jsonl", env=env)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_its_command_is_listed_and_runs(office: Path, pigeons: Environment) -> None:
    listed = run(office, "--help", env=pigeons).stdout
    assert re.search(r"^ +pigeon +send a pigeon with one answer$", listed, re.MULTILINE)
    asked = run(office, "pigeon", "--help", env=pigeons).stdout
    for words in ("SURVEY", "--weather {fair,foul}", "how it is outside", "--express", "--office DIR"):
        assert words in asked
    configure(office, loft='"Kirchturm"')
    done = run(office, "pigeon", "vote", "--weather", "foul", "--express", env=pigeons)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"Gurr! Schlag: Kirchturm foul True \d{11}\n", done.stdout)
    assert run(office, "pigeon", "vote", "--weather", "hail", env=pigeons).returncode == 2
    (response,) = exported(office, "vote", pigeons)
    assert (response["channel"], response["trial"], response["state"]) == ("pigeon", False, "counted")


def test_its_section_is_in_a_new_office(office: Path, pigeons: Environment) -> None:
    text = (office / "office.toml").read_text()
    assert tomllib.loads(text)["pigeon"] == {"loft": "roof", "grams": 20, "ringed": True}
    assert 'loft = "roof"  # where the pigeons live' in text
    configure(office, grams='"a lot"')
    done = run(office, "try", "vote", env=pigeons)
    assert done.returncode == 78
    assert "grams in [pigeon] has to be a whole number" in done.stderr


def test_its_check_refuses_a_survey(office: Path, pigeons: Environment) -> None:
    file = office / "surveys" / "vote.toml"
    file.write_text(file.read_text().replace('keyword = "ZEITEN"', 'keyword = "HEAVY"'))
    done = run(office, "try", "vote", env=pigeons)
    assert done.returncode == 65
    assert "vote.toml: no pigeon carries this. Give it a lighter keyword" in done.stderr


def test_its_doctor_speaks(office: Path, pigeons: Environment) -> None:
    done = run(office, "doctor", env=pigeons)
    assert re.search(r"to do +a pigeon in the loft\n +Put one there\.", done.stdout)
    assert done.returncode == 0
    (office / "pigeon").touch()
    assert re.search(r"ok +a pigeon in the loft", run(office, "doctor", env=pigeons).stdout)


def test_its_pages_and_its_worker_are_there_under_start(office: Path, pigeons: Environment) -> None:
    diary = office / "keeper"

    def keepers() -> list[int]:
        return [int(number) for number in diary.read_text().split()] if diary.exists() else []

    with Started(office, env=pigeons) as started:
        assert started.get("/pigeon")[:2] == (200, "roof")
        assert "default-src 'self'" in started.get("/pigeon")[2]["Content-Security-Policy"]
        assert started.get("/pigeon/vote", method="POST")[0] == 200
        front = started.get("/?lang=en", Host="kiosk.example.org:8443")[1]
        assert '<a class="there" href="http://kiosk.example.org/pigeon">Visit the pigeons</a>' in front
        assert '"pigeon-keeper":true' in re.sub(r"\s", "", started.get("/healthz")[1])

        started.wait(lambda: len(keepers()) == 1, "the keeper")
        os.kill(keepers()[0], signal.SIGKILL)
        started.wait_for("pigeon-keeper ended with status -9; starting it again")
        started.wait_for("pigeon-keeper runs again")
        started.wait(lambda: len(keepers()) == 2, "the second keeper")
        assert started.stop() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(keepers()[1], 0)
    (response,) = exported(office, "vote", pigeons)
    assert (response["channel"], response["trial"]) == ("pigeon", False)


def test_a_conversation_can_be_tried_in_its_mode(office: Path, pigeons: Environment) -> None:
    """With the words a survey gives that mode; in plain text without them; a mode that nobody brings is refused."""
    file = office / "surveys" / "vote.toml"
    special = (
        '[wording.pigeon]\nreason = "light paper"\nbrief = {de = "Gurr.", "de@easy" = "Gurr gurr.", en = "Coo."}\n'
    )
    file.write_text(file.read_text().replace("[[question]]", f"{special}\n[[question]]", 1))
    as_pigeon = run(office, "try", "vote", "--mode", "pigeon", typed="1\n1\n", env=pigeons)
    as_text = run(office, "try", "vote", typed="1\n1\n", env=pigeons)
    as_owl = run(office, "try", "vote", "--mode", "owl", typed="1\n1\n", env=pigeons)
    assert "Gurr." in as_pigeon.stdout
    assert "Gurr." not in as_text.stdout
    assert CODE.search(as_pigeon.stdout), "it shows no answers once more, so it ends after the last question"
    assert CODE.search(as_text.stdout)
    assert (as_owl.returncode, as_owl.stdout) == (64, "")
    assert "There is no mode “owl”. There are: text, pigeon, paper, phone, sms, terminal." in as_owl.stderr
    assert [line["channel"] for line in exported(office, "vote", pigeons)] == ["pigeon", "text"]


def test_without_it_nothing_of_it_is_there(tmp_path: Path) -> None:
    office = tmp_path / "office"
    run(tmp_path, "init", str(office))
    assert "pigeon" not in (office / "office.toml").read_text()
    assert "pigeon" not in run(office, "--help").stdout
    assert run(office, "pigeon", "vote").returncode == 2


@pytest.mark.parametrize(
    "entry", ["no_such_package:channel", "carrier_pigeon:no_such_name", "carrier_pigeon.keeper:Path"]
)
def test_a_channel_that_cannot_be_loaded_is_named(tmp_path: Path, entry: str) -> None:
    done = run(tmp_path, "--help", env=installed(tmp_path / "site", "broken_wing", entry))
    assert done.returncode == 78
    assert "Traceback" not in done.stderr
    assert "[channel.broken]" in done.stderr


def test_nothing_in_the_core_knows_it() -> None:
    known = subprocess.run(
        ["grep", "-ril", "pigeon", str(FIFTH.parents[2] / "kiosk")], capture_output=True, text=True
    ).stdout
    assert known == ""
