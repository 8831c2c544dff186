"""How other processes reach the intake: a Unix socket in the office folder, a JSON object a line, one reply each.

    {"do": "receive", "turn": {...}}     -> {"prompt": ..., "locale": ..., "code": ...}
    {"do": "define", "definition": text} -> {}
    {"do": "erase", "code": digits}      -> {"erased": true}
    any failure                          -> {"error": {"class", "code", "sentence", "retryable"}}

Whoever may open the socket may write to the office; its mode is 600. `open_door` is what a command uses: the running
server if there is one, else the write lock itself. Both are a `Door`, and behave alike.

The path of a socket may have 107 letters at most, and an office may lie deeper; so the folder is opened and the socket
is named through /proc/self/fd.
"""

from __future__ import annotations

import os
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from kiosk import wire
from kiosk.errors import ConfigError, KioskError, RemoteError, StoreError, UsageError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Reply, Turn
from kiosk.store.lock import WriteLock
from kiosk.store.writer import Writer

SOCKET = "kiosk.sock"
LONGEST_LINE = 1 << 20  # bytes
PATIENCE = 30.0  # seconds a caller waits for one reply
STARTING = 5.0  # seconds that a server may take between its lock and its socket


class Door(Protocol):
    """What a channel in any process does with the office."""

    def receive(self, turn: Turn) -> Reply: ...

    def define(self, definition: str) -> None: ...

    def erase(self, code: str) -> bool: ...

    def close(self) -> None: ...


class SocketDoor:
    """A connection to the running server. One caller at a time; open one each for several."""

    def __init__(self, folder: Path) -> None:
        """Raises RemoteError (retryable) when no server answers."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PATIENCE)
        try:
            with _named(folder) as path:
                self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise _away() from None
        self._lines = self._socket.makefile("rb")

    def receive(self, turn: Turn) -> Reply:
        return wire.reply_from(self._call(f'{{"do":"receive","turn":{wire.turn_to_json(turn)}}}'))

    def define(self, definition: str) -> None:
        self._call(wire.dumps({"do": "define", "definition": definition}))

    def erase(self, code: str) -> bool:
        return bool(self._call(wire.dumps({"do": "erase", "code": code})).get("erased"))

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def _call(self, line: str) -> wire.Data:
        try:
            self._socket.sendall(line.encode() + b"\n")
            reply = self._lines.readline(LONGEST_LINE)
        except OSError:
            raise _away() from None
        if not reply.endswith(b"\n"):
            raise _away()
        data = wire.loads(reply)
        if "error" in data:
            raise _raised(data["error"])
        return data


class LocalDoor:
    """The intake in this very process, holding the write lock."""

    def __init__(self, office: Office) -> None:
        self._lock = WriteLock(office.lock_file)
        try:
            self._writer = Writer(office.store_file)
            self._intake = Intake(office, self._writer)
        except BaseException:
            self._lock.release()
            raise

    def receive(self, turn: Turn) -> Reply:
        return self._intake.receive(turn)

    def define(self, definition: str) -> None:
        self._intake.define(definition)

    def erase(self, code: str) -> bool:
        return self._intake.erase(code)

    def close(self) -> None:
        self._writer.close()
        self._lock.release()


def connect(folder: Path) -> Door:
    """The running server of this office. Raises RemoteError (retryable) when there is none."""
    return SocketDoor(folder)


def open_door(office: Office) -> Door:
    """The running server, or this process with the write lock. Raises StoreError when neither can be had."""
    patient_until = time.monotonic() + STARTING
    while True:
        with suppress(RemoteError):
            return connect(office.folder)
        try:
            return LocalDoor(office)
        except StoreError as error:
            if error.code != "store.locked" or time.monotonic() > patient_until:
                raise
        time.sleep(0.05)  # a server holds the lock and is about to listen


class DoorServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Serves the intake on the office's socket, a thread for each connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, office: Office, intake: Intake) -> None:
        self.intake = intake
        self._folder = office.folder
        # The caller holds the write lock, so a socket that is there was left by a process that is gone.
        with suppress(FileNotFoundError):
            (office.folder / SOCKET).unlink()
        with _named(office.folder) as path:
            super().__init__(path, _Connection)
        (office.folder / SOCKET).chmod(0o600)

    def server_close(self) -> None:
        super().server_close()
        with suppress(FileNotFoundError):
            (self._folder / SOCKET).unlink()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away in the middle is no news; what it handed in is stored and it may repeat it."""


class _Connection(socketserver.StreamRequestHandler):
    server: DoorServer

    def handle(self) -> None:
        while line := self.rfile.readline(LONGEST_LINE):
            whole = line.endswith(b"\n")
            reply = _served(self.server.intake, line) if whole else _told(wire.WireError())
            self.wfile.write(wire.dumps(reply).encode() + b"\n")
            if not whole:
                return  # the rest of an endless line would be taken for the next one


def _served(intake: Intake, line: bytes) -> wire.Data:
    try:
        data = wire.loads(line)
        match data.get("do"):
            case "receive":
                return wire.reply_to(intake.receive(wire.turn_from(data["turn"])))
            case "define":
                intake.define(str(data["definition"]))
                return {}
            case "erase":
                return {"erased": intake.erase(str(data["code"]))}
            case _:
                raise wire.WireError
    except LookupError:
        return _told(wire.WireError())
    except KioskError as error:
        return _told(error)


_CLASSES: dict[str, type[KioskError]] = {"StoreError": StoreError, "ConfigError": ConfigError, "UsageError": UsageError}


def _told(error: KioskError) -> wire.Data:
    return {
        "error": {
            "class": type(error).__name__,
            "code": error.code,
            "sentence": error.sentence,
            "retryable": isinstance(error, StoreError) or (isinstance(error, RemoteError) and error.retryable),
        }
    }


def _raised(told: wire.Data) -> KioskError:
    kind = _CLASSES.get(told["class"])
    if kind:
        return kind(told["code"], told["sentence"])
    return RemoteError(told["code"], told["sentence"], retryable=bool(told["retryable"]))


def _away() -> RemoteError:
    return RemoteError("door.away", "The kiosk server does not answer. Start it: kiosk start", retryable=True)


@contextmanager
def _named(folder: Path) -> Iterator[str]:
    """A short name for the socket, however deep the folder lies."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)


def serve(server: DoorServer) -> threading.Thread:
    """Run the server in a thread until `server.shutdown()`."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, name="door", daemon=True)
    thread.start()
    return thread
