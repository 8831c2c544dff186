"""The program's side of the page: what it draws and says goes to the server as packets, what is touched comes back.

The end of the input is the line hanging up, and the program gets the signal that says so: whoever stood there has
left, as at any terminal (see `app`). Noise does not end anything. A page that is gone takes nothing more, which is no
fault either.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver
from textual.message import Message


class Driver(WebDriver):
    """Textual's, which would fall silent after the first noise and never notice that nobody is there."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._write = self._send  # type: ignore[assignment]  # Textual's does not mind a part that was not taken
        self._guard = threading.Lock()

    def tell(self, packet: Mapping[str, object]) -> None:
        """Ask the page for something: {"type": "letters", "large": bool} for large letters or its usual ones, {"type":
        "sound", "wav": base64} to play after what is queued, {"type": "hush"} to stop and forget that."""
        self.write_meta(dict(packet))

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Only what our own server sends: a new size."""
        if payload.get("type") == "resize":
            super().on_meta(packet_type, payload)

    def run_input_thread(self) -> None:
        try:
            for message in self._messages():
                self.process_message(message)
        finally:
            if not self.exit_event.is_set():
                os.kill(os.getpid(), signal.SIGHUP)

    def _messages(self) -> Iterator[Message]:
        """Keys and touches, until nobody is there."""
        packets, parser = ByteStream(), XTermParser()
        decode = getincrementaldecoder("utf-8")(errors="ignore").decode
        for data in self._input_reader:
            for kind, payload in packets.feed(data) if data else ():
                if kind == "D":
                    if text := decode(payload):  # to the parser nothing is the end of everything
                        yield from parser.feed(text)
                else:
                    with suppress(json.JSONDecodeError):
                        self._on_meta(kind, payload)
            yield from parser.tick()

    def _send(self, data: bytes) -> None:
        """All of it and in one piece, whichever thread it comes from."""
        with self._guard, suppress(BrokenPipeError):
            while data:
                data = data[os.write(self.fileno, data) :]


class PageLetters:
    """`letters.Letters` of a page: it is asked through the driver that the program has once it runs."""

    there = True

    def __init__(self, driver: Callable[[], object]) -> None:
        self._driver = driver

    def set(self, write: Callable[[str], None], *, large: bool) -> None:
        if isinstance(driver := self._driver(), Driver):
            driver.tell({"type": "letters", "large": large})

    def ground(self, write: Callable[[str], None], colour: str) -> None:
        """Nothing: the page takes it from its first cell."""
