"""The server as deploy/server/README.md sets it up: its units, its web server, its words for the notice, its backup.

The commands themselves were followed on a whole machine; the README says how, and what could not be tried.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.lint.language import Severity, check
from kiosk.office import Office
from kiosk.survey import Survey
from tests.kiosk.running import CODE, free_port, make_office, run

HOUSE = Path(__file__).parents[2]
SERVER = HOUSE / "deploy" / "server"
ASTERISK = HOUSE / "deploy" / "asterisk" / "README.md"
PAGES = (SERVER / "README.md", SERVER / "DATA.md", ASTERISK)
UNITS = tuple(
    HOUSE / "deploy" / part / "etc/systemd/system" for part in ("server", "server/gammu", "asterisk", "terminal")
)
PROGRAM = "/opt/kiosk/"  # where the README puts the repository
EXPOSURE = {
    "kiosk.service": 1.5,
    "asterisk.service": 1.5,
    "kiosk-backup.service": 1.0,
    "kiosk-terminal.service": 4.0,
}  # 0 is none, 10 is all
HEADING = {
    "de": "Wer bekommt Ihre Antworten?",
    "de@easy": "Wer bekommt Ihre Antworten?",
    "en": "Who gets your answers?",
}


def blocks(page: Path, language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", page.read_text(), re.DOTALL | re.MULTILINE)
    return [re.sub(rf"(?m)^{indent}", "", block) for indent, block in found]


# What the pages name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_every_file_that_the_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    linked = {page.parent / link.partition("#")[0] for link in re.findall(r"\]\((?!https?://)([^)]+)\)", text)}
    installed = {HOUSE / file for file in re.findall(rf"{PROGRAM}(deploy/[\w./-]*\w)", text)}
    assert [str(file) for file in linked | installed if not file.exists()] == []


def test_every_setting_that_the_page_names_is_one(tmp_path: Path) -> None:
    """Written into an office as they stand, they are understood."""
    pages = (SERVER / "README.md", ASTERISK)
    sections = [block for page in pages for block in blocks(page, "toml") if block.startswith("[")]
    assert sections
    for place, section in enumerate(sections):
        office = make_office(tmp_path / str(place))
        (office / "office.toml").write_text(section)
        Office(office)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_every_function_that_the_page_names_is_in_its_file(page: Path) -> None:
    """`kiosk/store/upkeep.py: erase, purge`"""
    for file, names in re.findall(r"`((?:kiosk|channels)/[\w/]+\.py): ([\w., ]+)`", page.read_text()):
        source = (HOUSE / file).read_text()
        lacking = [
            name for name in names.split(", ") if not re.search(rf"\b(?:def|class) {name}\b|^{name} =", source, re.M)
        ]
        assert lacking == [], file


# What the notice says


def notices() -> list[Mapping[str, str]]:
    return [tomllib.loads(block) for block in blocks(SERVER / "README.md", "toml") if block.startswith("de =")]


@pytest.mark.parametrize("words", notices(), ids=["one's own modem", "Twilio"])
def test_the_words_for_the_notice_are_plain_and_fit_into_the_samples(words: Mapping[str, str], tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    file = office / "surveys" / "digital.toml"
    before = Office(office).survey("digital")
    text = file.read_text()
    assert words.keys() == HEADING.keys()
    for locale, said in words.items():
        found = check(said, easy=locale.endswith("@easy"))
        assert [str(one) for one in found if one.severity is Severity.ERROR] == []
        text = text.replace(under_heading(before, locale), said)
    file.write_text(text)
    after = Office(office).survey("digital")
    for locale, said in words.items():
        assert said.strip() in after.notice[locale], locale


def under_heading(survey: Survey, locale: str) -> str:
    return survey.notice[locale].partition(f"{HEADING[locale]}\n")[2].partition("\n\n")[0]


# The units


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """All of them as they stand in /etc, with the programs they start in this repository."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed: deploy/system-packages peers")
    program = tmp_path / "kiosk"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for folder in UNITS:
        for unit in (file for file in folder.rglob("*") if file.is_file()):
            text = unit.read_text().replace(f"{PROGRAM}.venv/bin/kiosk", str(program))
            copy = tmp_path / unit.relative_to(folder)
            copy.parent.mkdir(exist_ok=True)
            copy.write_text(text.replace(PROGRAM, f"{HOUSE}/").replace("/usr/bin/startx", str(program)))
    return tmp_path


@pytest.mark.peers
def test_systemd_understands_every_unit(units: Path) -> None:
    files = [file for file in units.iterdir() if file.suffix in (".service", ".timer")]
    assert len(files) >= len(EXPOSURE)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if str(units) in line or "kiosk" in line]
    assert ours == []


@pytest.mark.peers
@pytest.mark.parametrize(("unit", "most"), EXPOSURE.items())
def test_a_unit_may_do_little(units: Path, unit: str, most: float) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={most * 10:.0f}", units / unit],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_unit_is_there_twice() -> None:
    names = [file.relative_to(folder) for folder in UNITS for file in folder.rglob("*") if file.is_file()]
    assert len(names) == len(set(names))


# The web server


@pytest.mark.peers
def test_nginx_takes_the_configuration_as_the_page_changes_it(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if nginx is None:
        pytest.skip("nginx is not installed: deploy/system-packages peers")
    (change,) = (
        line
        for block in blocks(SERVER / "README.md", "console")
        for line in block.splitlines()
        if line.startswith("sed ")
    )
    shipped = tmp_path / "kiosk.conf"
    shutil.copyfile(SERVER / "nginx" / "kiosk.conf", shipped)
    subprocess.run(change.replace("/etc/nginx/conf.d/kiosk.conf", str(shipped)), shell=True, check=True)
    changed = shipped.read_text()
    assert "dialog.example.org" not in re.sub(r"(?m)^ *#.*$", "", changed)
    assert changed.count("server_name dialog.county.example;") == 2
    certify(tmp_path)
    for old, new in (("/etc/ssl/kiosk", tmp_path), ("/var/log/nginx", tmp_path)):
        changed = changed.replace(old, str(new))
    shipped.write_text(re.sub(r"(listen (?:\[::\]:)?)\d+", lambda listen: f"{listen[1]}{free_port()}", changed))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ include {shipped}; }}\n")
    done = subprocess.run(
        [nginx, "-t", "-p", tmp_path, "-c", whole, "-e", tmp_path / "log"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def certify(folder: Path) -> None:
    making = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=dialog.county.example"
    files = f"-keyout {folder}/privkey.pem -out {folder}/fullchain.pem"
    subprocess.run([*making.split(), *files.split()], check=True, capture_output=True)


# The backup


@pytest.mark.peers
def test_an_office_comes_back_from_its_backup_and_its_keys(tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("sqlite3 is not installed: deploy/system-packages peers")
    office, copies = make_office(tmp_path / "office"), tmp_path / "copies"
    copies.mkdir()
    said = run(office, "try", "digital", typed="1\n1\n1\n1\nMehr Bänke\n").stdout
    code = CODE.search(said)
    assert code, said
    (old := copies / "office-2000-01-01-030000.tar").touch()
    os.utime(old, (0, 0))

    copied = subprocess.run([SERVER / "backup", office, copies], capture_output=True, text=True)
    assert (copied.returncode, copied.stderr) == (0, "")
    (copy,) = copies.iterdir()  # the old one is gone, and nothing half is left
    assert copy.stat().st_mode & 0o077 == 0

    restored = tmp_path / "restored"
    restored.mkdir()
    subprocess.run(["tar", "--extract", "--file", copy, "--directory", restored], check=True)
    assert not (restored / "secrets").exists()
    without = run(restored, "show", code[0])
    assert without.returncode != 0
    shutil.copytree(office / "secrets", restored / "secrets")
    assert run(restored, "show", code[0]).stdout == run(office, "show", code[0]).stdout
    assert "Mehr Bänke" in run(restored, "show", code[0]).stdout


@pytest.mark.peers
def test_a_backup_of_a_damaged_or_missing_store_is_an_error_and_keeps_the_ones_before(tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("sqlite3 is not installed: deploy/system-packages peers")
    office, copies = make_office(tmp_path / "office"), tmp_path / "copies"
    copies.mkdir()
    (old := copies / "office-2000-01-01-030000.tar").touch()
    os.utime(old, (0, 0))
    for damage in (None, b"no store\n" * 1000):
        if damage:
            (office / "store" / "kiosk.db").write_bytes(damage)
        copied = subprocess.run([SERVER / "backup", office, copies], capture_output=True, text=True)
        assert copied.returncode != 0
        assert list(copies.iterdir()) == [old]
    assert not (tmp_path / "office" / "store" / "kiosk.db-wal").exists()
