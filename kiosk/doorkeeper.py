"""The intake's side of the door: a server on the office's socket, and the way in when no server runs.

`open_door` is what a command uses: the running server if there is one, else the write lock itself. Both are a `Door`,
and behave alike.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from kiosk import wire, wire_calls, wire_pages
from kiosk.call import Happened, Step
from kiosk.door import LONGEST_LINE, SOCKET, Door, connect, named, told
from kiosk.errors import KioskError, RemoteError, StoreError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Answered, Message, Reply, Turn
from kiosk.scan import Decision, Form, Page, PageState, Settled
from kiosk.store.lock import WriteLock
from kiosk.store.writer import Writer
from kiosk.survey import Answer

log = logging.getLogger("kiosk")

WAITING = 256  # connections that are not accepted yet
STARTING = 5.0  # seconds that a server may take between its lock and its socket


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

    def exchange(self, message: Message) -> Answered:
        return self._intake.exchange(message)

    def call(self, mode: str, happened: Happened) -> Step:
        return self._intake.call(mode, happened)

    def define(self, definition: str) -> None:
        self._intake.define(definition)

    def erase(self, code: str, copy: int = 1) -> bool:
        return self._intake.erase(code, copy)

    def settle(self, doubt: int, answer: Answer, by: str) -> None:
        self._intake.settle(doubt, answer, by)

    def keep_form(self, form: Form) -> None:
        self._intake.keep_form(form)

    def file_page(self, page: Page) -> PageState:
        return self._intake.file_page(page)

    def decide_page(self, number: int, decision: Decision, by: str) -> Settled:
        return self._intake.decide_page(number, decision, by)

    def close(self) -> None:
        self._writer.close()
        self._lock.release()


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
        with named(office.folder) as path:
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
        return partial(told, wire.WireError())
    except KioskError as error:
        return partial(told, error)
    except Exception as error:
        return partial(told, _fault(error))


def _asked(intake: Intake, data: wire.Data) -> Callable[[], wire.Data]:
    match data.get("do"):
        case "receive":
            job = intake.submit(wire.turn_from(data["turn"]))
            return lambda: wire.reply_to(job.wait())
        case "exchange":
            answered = intake.exchange(wire.message_from(data["message"]))
            return lambda: wire.answered_to(answered)
        case "call":
            step = intake.call(str(data["mode"]), wire_calls.happened_from(data["happened"]))
            return lambda: wire_calls.step_to(step)
        case "define":
            intake.define(str(data["definition"]))
            return dict
        case "erase":
            erased = intake.erase(*wire_pages.erasure_from(data))
            return lambda: {"erased": erased}
        case "settle":
            intake.settle(*wire.decision_from(data))
            return dict
        case "keep_form":
            intake.keep_form(wire_pages.form_from(data["form"]))
            return dict
        case "file_page":
            state = intake.file_page(wire_pages.page_from(data["page"]))
            return lambda: {"state": state}
        case "decide_page":
            settled = intake.decide_page(*wire_pages.decision_from(data))
            return lambda: wire_pages.settled_to(settled)
        case _:
            raise wire.WireError


def _replied(reply: Callable[[], wire.Data]) -> wire.Data:
    try:
        return reply()
    except KioskError as error:
        return told(error)
    except Exception as error:
        return told(_fault(error))


def _fault(error: Exception) -> KioskError:
    """A fault of ours in one turn; it must not shut the door for all the others."""
    log.error("a turn could not be taken: %s", type(error).__name__)  # its text might quote the turn
    return RemoteError("door.fault", "The kiosk could not take this. See the server's log.", retryable=False)
