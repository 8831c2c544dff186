"""Phones that text at once, from one thread: each webhook is signed as Twilio signs it, and waits for its answer before
the same phone texts again. Requests are made beforehand, so that what is measured is the other side.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from benchmarks.crowd import PATIENCE, Waits

TOKEN, OURS, PUBLIC, TARGET = "12345", "+4915199999999", "https://kiosk.example", "/sms/twilio"
INTERVIEW = ("DIGITAL", "JA", "1 3", "Schlecht", "2", "zwei", "Mehr Busse am Abend, und jemand, der mir das zeigt.")
LENGTH = re.compile(rb"Content-Length: (\d+)\r\n.*?\r\n\r\n", re.DOTALL | re.IGNORECASE)


def number(phone: int) -> str:
    """One that nobody has."""
    return f"+49151{phone:08}"


def call(port: int, first: int, callers: int, interviews: int) -> Waits:
    """So many at once, each with so many interviews one after another, from phone `first` on."""
    signer, waits = RequestValidator(TOKEN), Waits()
    phones = [range(first + caller * interviews, first + (caller + 1) * interviews) for caller in range(callers)]
    requests = [[request for phone in own for request in _requests(signer, phone)] for own in phones]
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        lines = [_Line(port, own) for own in requests]
        began = time.perf_counter()
        for line in lines:
            stack.enter_context(line.socket)
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.call()
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                waits.errors.append("no answer")
                break
            for key, _ in ready:
                if key.data.hear(waits) and not key.data.call():
                    selector.unregister(key.fileobj)
        waits.took = time.perf_counter() - began
    return waits


class _Line:
    """One connection, kept for all that is said."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = iter(requests)
        self._answer = b""
        self._since = 0.0

    def call(self) -> bool:
        """Send the next; False when there is none."""
        request = next(self._requests, None)
        if request is not None:
            self._since = time.perf_counter()
            self.socket.sendall(request)
        return request is not None

    def hear(self, waits: Waits) -> bool:
        """Take in what came; True when the answer is whole. Everything but an SMS is an error."""
        got = self.socket.recv(1 << 16)
        self._answer += got
        head = LENGTH.search(self._answer)
        if got and not (head and len(self._answer) >= head.end() + int(head[1])):
            return False
        waits.seconds.append(time.perf_counter() - self._since)
        if not self._answer.startswith(b"HTTP/1.1 200 ") or b"</Message>" not in self._answer:
            waits.errors.append(self._answer.decode(errors="replace")[:80])
        self._answer = b""
        return True


def _requests(signer: RequestValidator, phone: int) -> Iterator[bytes]:
    for place, text in enumerate(INTERVIEW):
        fields = {"MessageSid": f"SM{phone:08}-{place}", "From": number(phone), "To": OURS, "Body": text}
        body = urlencode(fields).encode()
        signature = signer.compute_signature(PUBLIC + TARGET, fields)
        head = (
            f"POST {TARGET} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body
