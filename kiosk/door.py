"""How other processes reach the intake: a Unix socket in the office folder, a JSON object a line, one reply each.

    {"do": "receive", "turn": {...}}     -> {"prompt": ..., "locale": ..., "code": ...}
    {"do": "exchange", "message": {...}} -> {"text": ..., "uid": ..., "over": ...}
    {"do": "call", "mode": mode, "happened": {...}} -> {"number", "say", "then", "must_hear"}
    {"do": "define", "definition": text} -> {}
    {"do": "erase", "code": digits, "copy": number} -> {"erased": true}
    {"do": "settle", "doubt": number, "answer": {...}, "by": name} -> {}
    {"do": "keep_form", "form": {...}}   -> {}
    {"do": "file_page", "page": {...}}   -> {"state": state}
    {"do": "decide_page", "number": number, "decision": decision, "by": name} -> {"state", "pages", "missing"}
    any failure                          -> {"error": {"class", "code", "sentence", "retryable"}}

Whoever may open the socket may write to the office; its mode is 600. This is the caller's side, and light: a terminal
needs neither the intake nor the store. The other side, and the way in without a server, is `doorkeeper`.

The path of a socket may have 107 letters at most, and an office may lie deeper; so the folder is opened and the socket
is named through /proc/self/fd.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from kiosk import wire, wire_calls, wire_pages
from kiosk.call import Happened, Step
from kiosk.errors import ConfigError, KioskError, RemoteError, StoreError, UsageError
from kiosk.record import Answered, Message, Reply, Turn
from kiosk.scan import Decision, Form, Page, PageState, Settled
from kiosk.survey import Answer

SOCKET = "kiosk.sock"
LONGEST_LINE = 1 << 20  # bytes
PATIENCE = 30.0  # seconds a caller waits for one reply


class Door(Protocol):
    """What a channel in any process does with the office."""

    def receive(self, turn: Turn) -> Reply: ...

    def exchange(self, message: Message) -> Answered: ...

    def call(self, mode: str, happened: Happened) -> Step: ...

    def define(self, definition: str) -> None: ...

    def erase(self, code: str, copy: int = 1) -> bool: ...

    def settle(self, doubt: int, answer: Answer, by: str) -> None: ...

    def keep_form(self, form: Form) -> None: ...

    def file_page(self, page: Page) -> PageState: ...

    def decide_page(self, number: int, decision: Decision, by: str) -> Settled: ...

    def close(self) -> None: ...


class SocketDoor:
    """A connection to the running server. One caller at a time; open one each for several."""

    def __init__(self, folder: Path) -> None:
        """Raises RemoteError (retryable) when no server answers."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PATIENCE)
        try:
            with named(folder) as path:
                self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise away() from None
        self._lines = self._socket.makefile("rb")

    def receive(self, turn: Turn) -> Reply:
        return wire.reply_from(self._call(f'{{"do":"receive","turn":{wire.turn_to_json(turn)}}}'))

    def exchange(self, message: Message) -> Answered:
        return wire.answered_from(self._call(wire.dumps({"do": "exchange", "message": wire.message_to(message)})))

    def call(self, mode: str, happened: Happened) -> Step:
        asked = {"do": "call", "mode": mode, "happened": wire_calls.happened_to(happened)}
        return wire_calls.step_from(self._call(wire.dumps(asked)))

    def define(self, definition: str) -> None:
        self._call(wire.dumps({"do": "define", "definition": definition}))

    def erase(self, code: str, copy: int = 1) -> bool:
        return bool(self._call(wire.dumps({"do": "erase", **wire_pages.erasure_to(code, copy)})).get("erased"))

    def settle(self, doubt: int, answer: Answer, by: str) -> None:
        self._call(wire.dumps({"do": "settle", "doubt": doubt, "answer": wire.answer_to(answer), "by": by}))

    def keep_form(self, form: Form) -> None:
        self._call(wire.dumps({"do": "keep_form", "form": wire_pages.form_to(form)}))

    def file_page(self, page: Page) -> PageState:
        return wire_pages.state_from(self._call(wire.dumps({"do": "file_page", "page": wire_pages.page_to(page)})))

    def decide_page(self, number: int, decision: Decision, by: str) -> Settled:
        told = self._call(wire.dumps({"do": "decide_page", **wire_pages.decision_to(number, decision, by)}))
        return wire_pages.settled_from(told)

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def _call(self, line: str) -> wire.Data:
        try:
            self._socket.sendall(line.encode() + b"\n")
            reply = self._lines.readline(LONGEST_LINE)
        except OSError:
            raise away() from None
        if not reply.endswith(b"\n"):
            raise away()
        data = wire.loads(reply)
        if "error" in data:
            raise raised(data["error"])
        return data


def connect(folder: Path) -> Door:
    """The running server of this office. Raises RemoteError (retryable) when there is none."""
    return SocketDoor(folder)


_CLASSES: dict[str, type[KioskError]] = {"StoreError": StoreError, "ConfigError": ConfigError, "UsageError": UsageError}


def told(error: KioskError) -> wire.Data:
    """An error on its way to a caller."""
    return {
        "error": {
            "class": type(error).__name__,
            "code": error.code,
            "sentence": error.sentence,
            "retryable": isinstance(error, StoreError) or (isinstance(error, RemoteError) and error.retryable),
        }
    }


def raised(told: wire.Data) -> KioskError:
    """The same error, arrived."""
    kind = _CLASSES.get(told["class"])
    if kind:
        return kind(told["code"], told["sentence"])
    return RemoteError(told["code"], told["sentence"], retryable=bool(told["retryable"]))


def away() -> RemoteError:
    """There is nobody at the other side; later there may be."""
    return RemoteError("door.away", "The kiosk server does not answer. Start it: kiosk start", retryable=True)


@contextmanager
def named(folder: Path) -> Iterator[str]:
    """A short name for the socket, however deep the folder lies."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)
