"""What gets mixed up when an office is looked after by hand: key files, copies, spaces in a code, addresses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.kiosk.running import Started, answered, make_office, run


@pytest.mark.parametrize("command", [["start"], ["try", "vote"], ["export", "vote", "--format", "csv"]])
def test_the_key_file_of_another_office_is_refused(office: Path, tmp_path: Path, command: list[str]) -> None:
    """It looks as good as the right one, and everything sealed with it would be found out at the next export."""
    code = answered(office, "vote", "1")
    right = (office / "secrets/keyring.json").read_bytes()
    shutil.copy(make_office(tmp_path / "other") / "secrets/keyring.json", office / "secrets/keyring.json")
    done = run(office, *command)
    assert done.returncode == 78
    assert "not the key file this store was made with" in done.stderr
    assert "MISSING  store" in run(office, "doctor").stdout
    (office / "secrets/keyring.json").write_bytes(right)
    assert run(office, "show", code).returncode == 0, "nothing was lost by it"


def test_a_copied_survey_needs_a_keyword_of_its_own(office: Path) -> None:
    shutil.copy(office / "surveys/vote.toml", office / "surveys/vote_again.toml")
    done = run(office, "start")
    assert done.returncode == 65
    assert "vote_again.toml: its keyword ZEITEN is that of vote. Give each survey its own" in done.stderr
    assert run(office, "try", "vote_again").returncode == 65
    assert run(office, "try", "vote", typed="1\n1\n").returncode == 0


def test_a_code_may_be_typed_as_it_is_shown(office: Path) -> None:
    code = answered(office, "vote", "1")
    assert " " in code
    assert run(office, "show", *code.split()).returncode == 0
    assert run(office, "erase", *code.split()).returncode == 0


def test_a_page_that_is_not_there_says_so_in_the_house_style(office: Path) -> None:
    with Started(office) as server:
        status, body, _ = server.get("/nowhere?lang=de")
    assert status == 404
    assert "Diese Seite gibt es hier nicht." in body
    assert "Zurück zur Übersicht" in body


def test_one_fault_does_not_look_like_five(office: Path) -> None:
    """A misspelt kind is one line, and a label that is missing names its choice."""
    file = office / "surveys/vote.toml"
    text = file.read_text()
    file.write_text(text.replace('kind = "select_one"', 'kind = "radio"', 1))
    assert len(run(office, "try", "vote").stderr.strip().splitlines()) == 1
    label = next(line for line in text[text.index("[[question.choice]]") :].splitlines() if line.startswith("en = "))
    file.write_text(text.replace(label + "\n", "", 1))
    faults = run(office, "try", "vote").stderr.strip().splitlines()
    assert len(faults) == 1
    assert "locale en: `label` of choice" in faults[0]
