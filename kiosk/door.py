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

import logging
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from kiosk import wire
from kiosk.errors import ConfigError, KioskError, RemoteError, StoreError, UsageError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Reply, Turn
from kiosk.store.lock import WriteLock
from kiosk.store.writer import Writer

log = logging.getLogger("kiosk")

SOCKET = "kiosk.sock"
LONGEST_LINE = 1 << 20  # bytes
WAITING = 256  # connections that are not accepted yet
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


class DoorServer:
    """Serves the intake on the office's socket, from one thread, in waves: all turns that came in while the wave before
    was stored are handed in together, share a commit, and are replied to. With a thread for each caller, 64 of them
    spent more time on taking turns at the interpreter than on their turns."""

    def __init__(self, office: Office, intake: Intake) -> None:
        self._intake = intake
        self._file = office.folder / SOCKET
        self._stopping = False
        self._stopped = threading.Event()
        self._stopped.set()
        self._selector = selectors.DefaultSelector()
        # The caller holds the write lock, so a socket that is there was left by a process that is gone.
        self._file.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _named(office.folder) as path:
            self._socket.bind(path)
        self._file.chmod(0o600)
        self._socket.listen(WAITING)
        self._socket.setblocking(False)
        self._selector.register(self._socket, selectors.EVENT_READ)

    def serve_forever(self, poll_interval: float = 0.2) -> None:
        """Serve until `shutdown`."""
        self._stopped.clear()
        try:
            while not self._stopping:
                ready = [key.data for key, _ in self._selector.select(poll_interval)]
                if None in ready:
                    self._accept()
                calls = [(caller, line) for caller in ready if caller for line in caller.lines()]
                begun = [(caller, _begun(self._intake, line)) for caller, line in calls]
                for caller, reply in begun:
                    caller.send(wire.dumps(reply()).encode() + b"\n")
                for caller in ready:
                    if caller and caller.gone:
                        self._selector.unregister(caller.socket)
                        caller.socket.close()
        finally:
            self._stopped.set()

    def shutdown(self) -> None:
        """Finish the wave that is on its way, and stop."""
        self._stopping = True
        self._stopped.wait()

    def server_close(self) -> None:
        for key in list(self._selector.get_map().values()):
            if key.data:
                key.data.socket.close()
        self._socket.close()
        self._selector.close()
        self._file.unlink(missing_ok=True)

    def _accept(self) -> None:
        """Let in all who wait: one a wave would let the last one wait for as many waves as there are callers."""
        with suppress(OSError):  # nobody waits any more, or this process has too many files open
            while True:
                caller = _Caller(self._socket.accept()[0])
                self._selector.register(caller.socket, selectors.EVENT_READ, caller)


class _Caller:
    """One connection, and what came in of its next line. A caller that went away in the middle is no news; what it
    handed in is stored, and it may repeat it."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.socket.setblocking(False)
        self.gone = False
        self._rest = b""

    def lines(self) -> list[bytes]:
        """The lines that are whole by now; at last what cannot become one, for the rest of an endless line would be
        taken for the next one."""
        try:
            got = self.socket.recv(LONGEST_LINE)
        except OSError:
            got = b""
        *lines, self._rest = (self._rest + got).split(b"\n")
        if not got or len(self._rest) > LONGEST_LINE:
            self.gone = True
            return [*lines, self._rest] if self._rest else lines
        return lines

    def send(self, reply: bytes) -> None:
        try:
            self.socket.sendall(reply)
        except OSError:
            self.gone = True  # or it reads no replies, and is treated as if it was


def _begun(intake: Intake, line: bytes) -> Callable[[], wire.Data]:
    """Sets going what a line asks for; what is returned waits for the reply to it."""
    try:
        return partial(_replied, _asked(intake, wire.loads(line)))
    except LookupError:
        return partial(_told, wire.WireError())
    except KioskError as error:
        return partial(_told, error)


def _asked(intake: Intake, data: wire.Data) -> Callable[[], wire.Data]:
    match data.get("do"):
        case "receive":
            job = intake.submit(wire.turn_from(data["turn"]))
            return lambda: wire.reply_to(job.wait())
        case "define":
            intake.define(str(data["definition"]))
            return dict
        case "erase":
            erased = intake.erase(str(data["code"]))
            return lambda: {"erased": erased}
        case _:
            raise wire.WireError


def _replied(reply: Callable[[], wire.Data]) -> wire.Data:
    try:
        return reply()
    except KioskError as error:
        return _told(error)
    except Exception as error:  # a fault of ours in one turn; it must not shut the door for all the others
        log.error("a turn could not be taken: %s", type(error).__name__)  # its text might quote the turn
        return _told(RemoteError("door.fault", "The kiosk could not take this. See the server's log.", retryable=False))


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
