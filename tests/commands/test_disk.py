"""A disk that refuses: read-only, not ours, or full. What was confirmed is safe, and the sentence says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.running import Started, answered, make_office, run

pytestmark = pytest.mark.peers

DISK, CONFIG = 74, 78
STATUSES = (DISK, CONFIG)


def told(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode in STATUSES, done.stderr
    assert "Traceback" not in done.stderr
    assert "kiosk: " in done.stderr
    for part in parts:
        assert part in done.stderr


@pytest.fixture
def bound() -> tuple[str, ...]:
    """How to start a program that file permissions hold for: root's have to give up what lifts root above them."""
    if os.geteuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root is above file permissions, and there is no setpriv here to give that up")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def permit(office: Path, folders: int, files: int) -> None:
    for file in [office, *office.rglob("*")]:
        file.chmod(folders if file.is_dir() else files)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Path]:
    office = make_office(tmp_path / "office")
    yield office
    permit(office, 0o700, 0o600)


def test_a_read_only_office_is_told_and_loses_nothing(office: Path, bound: tuple[str, ...]) -> None:
    code = answered(office, "counter", "1", "1", "1", "Alles gut.")
    permit(office, 0o500, 0o400)
    writing: list[tuple[str, ...]] = [("start",), ("try", "vote"), ("erase", code)]
    for argv in writing:
        told(run(office, *argv, typed="1\n1\n", through=bound), "cannot be written")
    reading: list[tuple[str, ...]] = [("show", code), ("export", "counter", "--format", "csv")]
    for argv in reading:
        read = run(office, *argv, through=bound)
        assert "Traceback" not in read.stderr
        assert "Alles gut." in read.stdout or "Give this user write access" in read.stderr
    assert run(office, "doctor", through=bound).stdout.startswith("ok")
    permit(office, 0o700, 0o600)
    assert "Alles gut." in run(office, "show", code, through=bound).stdout
    assert len(run(office, "export", "counter", "--format", "jsonl").stdout.splitlines()) == 1


@pytest.mark.parametrize("closed", [".", "store", "surveys", "secrets", "office.toml", "secrets/keyring.json"])
def test_an_office_that_one_may_not_read_is_told(office: Path, bound: tuple[str, ...], closed: str) -> None:
    code = answered(office, "vote", "1")
    mode = (office / closed).stat().st_mode
    (office / closed).chmod(0)
    commands = (("start",), ("try", "vote"), ("export", "vote", "--format", "csv"), ("show", code), ("erase", code))
    for argv in commands:
        if closed != "surveys" or argv[0] == "try":
            told(run(office, *argv, typed="1\n1\n", through=bound))
    doctor = run(office, "doctor", through=bound)
    assert "Traceback" not in doctor.stderr
    (office / closed).chmod(mode)
    assert "vote" in run(office, "show", code).stdout


def test_init_where_one_may_not_write(tmp_path: Path, bound: tuple[str, ...]) -> None:
    place = tmp_path / "place"
    place.mkdir(mode=0o500)
    done = run(tmp_path, "init", str(place / "office"), through=bound)
    told(done, "cannot be made: Permission denied. Choose another place")
    assert not list(place.iterdir())


# A full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes, in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk takes root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out:
        try:
            while out.write(b"\0" * 4096):
                pass
        except OSError:
            return ballast
    raise AssertionError("the disk is endless")


def test_a_full_disk_is_told_and_loses_nothing(small_disk: Path) -> None:
    office = make_office(small_disk / "office")
    code = answered(office, "counter", "1", "1", "1", "Alles gut.")
    ballast = fill(small_disk)
    for argv, typed in ((("try", "vote"), "1\n1\n"), (("erase", code), ""), (("init", str(small_disk / "more")), "")):
        told(run(office, *argv, typed=typed))
    done = run(office, "export", "counter", "--format", "csv", "-o", str(small_disk / "answers.csv"))
    assert done.returncode in (0, DISK)
    assert "Traceback" not in done.stderr
    ballast.unlink()
    assert "Alles gut." in run(office, "show", code).stdout
    answered(office, "vote", "1")


def test_a_disk_that_fills_while_somebody_answers(small_disk: Path) -> None:
    """What was confirmed is there afterwards, what was not is said so, and the server goes on when there is room."""

    office = make_office(small_disk / "office")
    with Started(office) as started:
        code = answered(office, "counter", "1", "1", "1", "Alles gut.")
        ballast = fill(small_disk)
        done = run(office, "try", "counter", typed="1\n1\n1\n1\n" + "lang " * 390 + "\n")
        while done.returncode == 0:  # the file may have had room for some more
            done = run(office, "try", "counter", typed="1\n1\n1\n1\n" + "lang " * 390 + "\n")
        told(done, "is full. Make room; what was confirmed is safe.")
        assert "lang" not in done.stderr
        ballast.unlink()
        answered(office, "vote", "1")
        assert "Alles gut." in run(office, "show", code).stdout
        assert started.stop() == 0
