"""A real office in a folder, and the real program run on it as a child process."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from kiosk.commands import init

PHONE = "03521 000 000"
PATIENCE = 30.0  # seconds; far more than anything here takes
CODE = re.compile(r"\b\d{4} \d{4} \d{3}\b")


def make_office(folder: Path) -> Path:
    """An office as `kiosk init` makes it, with a phone number, a port that is free, and no terminal in the browser."""
    init.make(folder)
    configure(folder, phone=f'"{PHONE}"', port=str(free_port()), browser_port="0")
    return folder


def configure(office: Path, section: str = "", /, **settings: str) -> None:
    """Change lines of office.toml: configure(office, "sms", number='"+49..."'). Without a section, of names that stand
    in one alone."""
    file = office / "office.toml"
    text = file.read_text()
    start = text.index(f"[{section}]") if section else 0
    end = text.find("\n[", start + 1) if section else -1
    before, within, after = text[:start], text[start : None if end < 0 else end], "" if end < 0 else text[end:]
    for name, value in settings.items():
        within, found = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", within)
        assert found == 1, name
    file.write_text(before + within + after)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def command(office: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "kiosk", "--office", str(office), *arguments]


def run(
    office: Path, *arguments: str, typed: str = "", through: Sequence[str] = (), env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`kiosk --office OFFICE ARGUMENTS`, to its end; `through` another program that starts it."""
    return subprocess.run(
        [*through, *command(office, *arguments)],
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **(env or {})},
    )


def answered(office: Path, survey: str, *replies: str, locale: str = "de", mode: str = "text") -> str:
    """The receipt code of a trial interview that gave these replies after the consent."""
    typed = "".join(f"{reply}\n" for reply in ("1", *replies))
    done = run(office, "try", survey, "--locale", locale, "--mode", mode, typed=typed)
    assert done.returncode == 0, done.stderr
    codes = CODE.findall(done.stdout)
    assert codes, done.stdout
    return str(codes[-1])


class Started:
    """`kiosk start`, from the moment it is well until the end of the `with` block."""

    def __init__(self, office: Path, *, env: Mapping[str, str] | None = None) -> None:
        self.office = office
        self._file = office.with_name(office.name + ".log")
        with self._file.open("w") as log:
            argv = command(office, "start")
            self.process = subprocess.Popen(
                argv, stderr=log, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}
            )

    def __enter__(self) -> Started:
        try:
            self.wait_for("open at http")
            self.wait(lambda: self.get("/healthz")[0] == 200, "the health to be well")
        except BaseException:
            self.process.kill()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.stop()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()

    @property
    def log(self) -> str:
        return self._file.read_text()

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, Mapping[str, str]]:
        """Status, body and headers of a page; status 0 when nobody answers."""
        address = re.search(r"open at (\S+),", self.log)
        assert address, self.log
        try:
            with urllib.request.urlopen(
                urllib.request.Request(address[1] + path, headers=headers, method=method)
            ) as reply:
                return reply.status, reply.read().decode(), dict(reply.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), dict(error.headers)
        except urllib.error.URLError:
            return 0, "", {}

    def wait_for(self, words: str, times: int = 1) -> None:
        """Until the log has said `words`."""
        self.wait(lambda: self.log.count(words) >= times, words)

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, f"ended while waiting for {what}:\n{self.log}"
            assert time.monotonic() < until, f"waited in vain for {what}:\n{self.log}"
            time.sleep(0.05)
