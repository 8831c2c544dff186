"""The server of the terminals in a browser: the process that `kiosk start` keeps running, by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from email.message import Message
from pathlib import Path
from types import TracebackType

from tests.kiosk.running import PATIENCE, configure, free_port


class Served:
    """From the moment it answers until the end of the `with` block."""

    def __init__(
        self,
        office: Path,
        *,
        at: str = "127.0.0.1",
        program: Sequence[str] = ("-m", "terminal_ui.browser"),
        **settings: str,
    ) -> None:
        """`at` which address, as a browser writes it."""
        self.office = office
        self._at = at
        self._program = program
        self.port = free_port()
        configure(office, browser_host=f'"{at.strip("[]")}"', **settings)
        self._file = office.with_name(f"{office.name}.browser.log")
        try:
            self.start()
        except BaseException:
            self.process.kill()
            raise

    @property
    def url(self) -> str:
        return f"http://{self._at}:{self.port}/"

    def __enter__(self) -> Served:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Until it answers. An office that is started beside it has none of its own."""
        configure(self.office, browser_port=str(self.port))
        with self._file.open("a") as log:
            argv = [sys.executable, *self._program, str(self.office)]
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait(lambda: self.get("")[0] == 200, "the page")
        configure(self.office, browser_port="0")

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

    def get(self, path: str, **headers: str) -> tuple[int, str, Message]:
        """Status, body and headers; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers)) as reply:
                return reply.status, reply.read().decode(errors="replace"), reply.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers
        except urllib.error.URLError:
            return 0, "", Message()

    def children(self) -> list[int]:
        """The processes of the pages that are open now."""
        return children_of(self.process.pid)

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {what}:\n{self.log}"
            time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in found.read_text().split()] if found.exists() else []


def alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be counted does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
