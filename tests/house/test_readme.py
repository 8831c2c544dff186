"""The README's commands, run as its reader would: in a fresh clone, with an empty home.

The commands are taken from the README's own blocks marked `console`, so a command that is changed there is the one that
is run here. Of `make test` only the part that sets up and the tests of this folder's neighbour run: it is `make test`
that runs this.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

HOUSE = Path(__file__).parents[2]
PAGE = "http://127.0.0.1:8080/"
PORTS = (8080, 8081)  # the front page, and the terminal in a browser
SETTING_UP = 900.0  # seconds: packages have to come over the network

pytestmark = [pytest.mark.peers, pytest.mark.timeout(2 * SETTING_UP)]


def commands() -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", (HOUSE / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A fresh clone of what is committed or about to be, and the environment of somebody who has nothing yet."""
    folder = tmp_path_factory.mktemp("reader")
    clone, home = folder / "kiosk", folder / "home"
    home.mkdir()
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for file in files:
        if (HOUSE / file).exists():
            (clone / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOUSE / file, clone / file)
    kept = ("PATH", "LANG", "PIP_", "SSL_", "REQUESTS_", "HTTP", "http", "NO_PROXY", "no_proxy")
    environment = {name: value for name, value in os.environ.items() if name.startswith(kept)}
    return clone, environment | {"HOME": str(home), "TERM": "xterm-256color"}


@pytest.fixture(scope="module")
def running(reader: tuple[Path, dict[str, str]]) -> Iterator[None]:
    """`make run`, until its page answers."""
    clone, environment = reader
    assert commands()[0] == "make run"
    for port in PORTS:
        with socket.socket() as free:
            assert free.connect_ex(("127.0.0.1", port)), f"something else serves port {port} here; stop it first"
    with (clone.parent / "make.log").open("wb") as log:
        process = subprocess.Popen(
            ["make", "run"], cwd=clone, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for_page(process, clone.parent / "make.log")
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # to make and to the kiosk, which hears it from both
        process.wait(30)


def wait_for_page(process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SETTING_UP
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(PAGE, timeout=5) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"{PAGE} did not answer. {log.read_text()}")


@pytest.mark.usefixtures("running")
def test_every_command_of_the_readme_does_what_it_says(reader: tuple[Path, dict[str, str]]) -> None:
    clone, environment = reader
    seen = []
    for command in commands()[1:]:
        if command.startswith("make "):
            continue
        seen.append(command)
        if "terminal" in command:
            start_terminal(command, clone, environment)
            continue
        replies = "1\n1\n1\n1\n1\n\n" if " try " in command else ""
        done = subprocess.run(
            command.split(), cwd=clone, env=environment, input=replies, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert done.stdout.strip(), command
    assert len(seen) >= 3, seen


def start_terminal(command: str, clone: Path, environment: dict[str, str]) -> None:
    """It draws its first screen, in the languages it offers."""
    child = pexpect.spawn(command, cwd=str(clone), env=environment, dimensions=(19, 68), encoding="utf-8", timeout=30)
    try:
        child.expect("English")
    finally:
        child.kill(signal.SIGTERM)
        child.wait()


@pytest.mark.usefixtures("running")
def test_make_test_sets_up_and_runs_tests(reader: tuple[Path, dict[str, str]]) -> None:
    clone, environment = reader
    assert "make test" in commands()
    done = subprocess.run(
        ["make", "test"],
        cwd=clone,
        env=environment | {"PYTEST_ADDOPTS": "-k test_language"},
        capture_output=True,
        text=True,
        timeout=SETTING_UP,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)
