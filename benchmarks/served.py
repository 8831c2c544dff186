"""A real `kiosk start`, for what is measured from outside."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.door import SocketDoor
from kiosk.errors import RemoteError

PATIENCE = 30.0  # seconds it may take to start


@contextmanager
def served(office: Path) -> Iterator[None]:
    """A real `kiosk start` for this office."""
    settings = office / "office.toml"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.write_text(settings.read_text().replace("port = 8080", f"port = {port}").replace("= 8081", "= 0"))
    command = [sys.executable, "-m", "kiosk", "--office", str(office), "start"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(office)
            yield
        finally:
            server.terminate()


def _wait_for(office: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            return SocketDoor(office).close()
        except RemoteError:
            time.sleep(0.05)
    raise TimeoutError("the server did not start")
