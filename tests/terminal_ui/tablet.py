"""Somebody at a tablet: Debian's Chromium, touched by its own touch events, on the page that `kiosk start` serves."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from tests.kiosk.window import PATIENCE
from tests.terminal_ui.sitting import CODE, SHIELD

CHROMIUM = shutil.which("chromium")
SCREEN = "import('./main.js').then(({{screen}}) => {})"  # the page's own, since a module is loaded once
LINES = SCREEN.format("screen.lines()")
PLACE = SCREEN.format("[screen.left, screen.top, ...screen.grid.cell].map((pixels) => pixels / devicePixelRatio)")
NAP = 0.03  # seconds


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """The system's browser; none is ever downloaded. Without flags it may make sounds before anybody clicks."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", *(flags or ("--autoplay-policy=no-user-gesture-required",))]
        )
        try:
            yield browser
        finally:
            browser.close()


class Tablet:
    """One page, as one person sees and touches it."""

    def __init__(
        self, browser: Browser, url: str, *, width: int = 1920, height: int = 1080, touch: bool = True
    ) -> None:
        self._touch = touch
        self.context = browser.new_context(viewport={"width": width, "height": height}, has_touch=touch)
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.sent: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        self.page.on("websocket", self._on_socket)
        self.page.goto(url)

    def _on_socket(self, socket: WebSocket) -> None:
        self.asked.append(socket.url)
        socket.on("framesent", lambda frame: self.sent.append(str(frame)))

    # -- what is seen

    @property
    def lines(self) -> list[str]:
        return [] if self.veiled else list(self.page.evaluate(LINES))

    @property
    def words(self) -> str:
        return " ".join("\n".join(self.lines).split())

    @property
    def veiled(self) -> bool:
        return bool(self.page.locator("#veil").is_visible())

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {what}:\n" + "\n".join(self.lines)
            self.page.wait_for_timeout(NAP * 1000)

    def sees(self, words: str) -> None:
        sought = " ".join(words.split())
        self.wait(lambda: sought in self.words, f"“{words}”")

    def code(self) -> str:
        self.wait(lambda: CODE.search(self.words) is not None, "a code")
        found = CODE.search(self.words)
        assert found
        return found[0]

    # -- what is done

    def tap(self, words: str, *, times: int = 1) -> None:
        """Touch a label; of one that is wrapped, its first words."""
        self.wait(lambda: self._find(words) is not None, f"“{words}”")
        place = self._find(words)
        assert place
        self.tap_at(*place, times=times)

    def tap_at(self, column: int, row: int, *, times: int = 1) -> None:
        """Touch a cell, once what is on the screen has been there for a moment."""
        self.page.wait_for_timeout(SHIELD * 1000)
        left, top, width, height = self.page.evaluate(PLACE)
        press = self.page.touchscreen.tap if self._touch else self.page.mouse.click
        for _ in range(times):
            press(left + (column + 0.5) * width, top + (row + 0.5) * height)

    def type(self, signs: str) -> None:
        """Touch keys of the keyboard on the screen, one after the other."""
        self.wait(lambda: re.search(r"[Tt] +[Zz] +[Uu]", "\n".join(self.lines)) is not None, "the keyboard")
        for sign in signs:
            self.wait(lambda sign=sign: self._key(sign) is not None, f"the key {sign}")  # type: ignore[misc]
            self.tap_at(*(self._key(sign) or (0, 0)))

    def write(self, text: str) -> None:
        """On a real keyboard, with the letters of any layout."""
        keyboard = self.context.new_cdp_session(self.page)
        for sign in text:
            keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": sign, "text": sign})
            keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": sign})

    def close(self) -> None:
        self.context.close()

    def _find(self, words: str) -> tuple[int, int] | None:
        """Where the words begin, or as many of them as stand in one line."""
        flat, lines = " ".join(words.split()), self.lines
        for end in reversed([piece.end() for piece in re.finditer(r"[^\s-]+-*", flat)]):
            for y, line in enumerate(lines):
                if flat[:end] in line:
                    return line.index(flat[:end]), y
        return None

    def _key(self, sign: str) -> tuple[int, int] | None:
        """Where a key of the keyboard is."""
        pattern = re.compile(rf"(?<!\S){re.escape(sign)}(?!\S)")
        for y, line in enumerate(self.lines):
            if y >= 4 and (found := pattern.search(line)):
                return found.start(), y
        return None
