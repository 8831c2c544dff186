"""The TCP connection of one call: commands go out, and the reply to each is waited for.

A connection that ends means that the call is over, whoever ended it: Asterisk closes it when the caller hangs up, we
close it when the office stops. An Asterisk that says nothing for longer than a command can take has ended it as well.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

from channels.phone.asterisk import agi
from channels.phone.line import GoneError

GREETING = 5.0  # seconds for the variables of a call, which come at once
LONGEST_LINE = 8192  # bytes
SLACK = 30.0  # seconds that Asterisk may take longer than what it was told to do


class Connection:
    """For the thread that leads the call; `cut` is for any."""

    def __init__(self, accepted: socket.socket) -> None:
        self._socket = accepted
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a caller waits for every command
        self._input = accepted.makefile("rb")

    def environment(self) -> dict[str, str]:
        """The variables of the call. Raises agi.ProtocolError, GoneError."""
        self._socket.settimeout(GREETING)
        return agi.environment(self._lines())

    def ask(self, *words: str | int, seconds: float | None = 0.0) -> agi.Reply:
        """Give a command that takes up to `seconds`, None for any time; see agi.command. Raises GoneError."""
        self._socket.settimeout(None if seconds is None else seconds + SLACK)
        line = agi.command(*words)
        try:
            self._socket.sendall(line)
        except OSError:
            raise GoneError from None
        return next(reply for answer in self._lines() if (reply := agi.reply(answer)))

    def cut(self) -> None:
        """End the call from any thread: the one that waits in `ask` gets GoneError."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        self._input.close()
        self._socket.close()

    def _lines(self) -> Iterator[str]:
        """Up to the end of the connection, which raises GoneError."""
        while True:
            try:
                line = self._input.readline(LONGEST_LINE)
            except OSError:
                raise GoneError from None
            if not line.endswith(b"\n"):
                raise agi.ProtocolError("a line has no end") if line else GoneError
            yield line.decode("utf-8", errors="replace").rstrip("\r\n")
