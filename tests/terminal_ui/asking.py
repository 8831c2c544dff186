"""A program on a page that asks for large letters and for sound at the press of a key, and the server for it.

`python asking.py` is the program, `python asking.py OFFICE` serves it at the office's port for the browser.
"""

from __future__ import annotations

import base64
import io
import sys
import wave
from pathlib import Path
from typing import cast

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from kiosk.office import Office
from terminal_ui.browser.driver import Driver
from terminal_ui.browser.place import place
from terminal_ui.browser.server import PageServer


class Asking(App[int]):
    """l: large letters, u: the usual ones, s: one second of silence to play, h: hush. It shows its size."""

    def compose(self) -> ComposeResult:
        yield Static()

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(Static).update(f"{event.size.width} by {event.size.height}")

    def on_key(self, event: events.Key) -> None:
        driver = cast(Driver, self._driver)
        match event.key:
            case "l" | "u" as key:
                driver.tell({"type": "letters", "large": key == "l"})
            case "s":
                driver.tell({"type": "sound", "wav": silence(1.0)})
            case "h":
                driver.tell({"type": "hush"})


def silence(seconds: float) -> str:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(int(seconds * 16_000)))
    return base64.b64encode(sound.getvalue()).decode()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        office = Office(Path(sys.argv[1]))
        here = place(office)
        assert here
        PageServer((sys.executable, __file__), here, office.catalogues).serve()
    else:
        Asking().run()
