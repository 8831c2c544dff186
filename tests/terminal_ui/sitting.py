"""Somebody at the real terminal: `kiosk terminal` in a pty, touched by mouse reports."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Mapping
from pathlib import Path

from tests.kiosk.window import QUIET, Window

SHIELD = 0.35  # seconds: touches of the first 0.3 of a new screen are not taken
CODE = re.compile(r"\b\d{4} \d{4} \d{3}\b")


class Sitting(Window):
    """The terminal, and a hand."""

    def __init__(
        self,
        office: Path,
        *arguments: str,
        columns: int = 68,
        rows: int = 19,
        path: str = "",
        full_disk: bool = False,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """`path`: where it finds other programs (default: where we do). `full_disk`: it can write to no file. `env`:
        what else its environment says."""
        super().__init__(
            office,
            "terminal",
            *arguments,
            columns=columns,
            rows=rows,
            env={**({"PATH": path} if path else {}), **(env or {})},
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))) if full_disk else None,
        )

    # -- what is seen

    def sees(self, words: str) -> None:
        sought = " ".join(words.split())
        self.wait(lambda: sought in self.words, f"“{words}”")

    def code(self) -> str:
        """The receipt code on the screen."""
        self.wait(lambda: CODE.search(self.words) is not None, "a code")
        found = CODE.search(self.words)
        assert found
        return found[0]

    # -- what is done

    def touch(self, words: str) -> None:
        """Touch a label; of one that is wrapped, its first words."""
        self.wait(lambda: self._find(words) is not None, f"“{words}”")
        place = self._find(words)
        assert place
        self.touch_at(*place)

    def type(self, signs: str) -> None:
        """Touch keys of the keyboard, one after the other."""
        self.wait(lambda: re.search(r"[Tt] +[Zz] +[Uu]", self.text) is not None, "the keyboard")
        time.sleep(SHIELD)
        for sign in signs:
            self._touch_key(sign)

    def _touch_key(self, sign: str) -> None:
        pattern = re.compile(rf"(?<!\S){re.escape(sign)}(?!\S)")
        for y, line in enumerate(self.lines):
            if y >= 4 and (found := pattern.search(line)):
                self.touch_at(found.start(), y, new_screen=False)
                return
        raise AssertionError(f"no key {sign}:\n{self.text}")

    def touch_at(
        self, x: int, y: int, *, new_screen: bool = True, slide: tuple[int, int] | None = None, ends: bool = True
    ) -> None:
        """Press at a cell and let go there, or where the finger slid to; or its end is lost on the way."""
        if new_screen:
            time.sleep(SHIELD)
        end_x, end_y = slide or (x, y)
        self.process.send(f"\x1b[<0;{x + 1};{y + 1}M")
        if ends:
            self.process.send(f"\x1b[<0;{end_x + 1};{end_y + 1}m")
        self.read(0.5)
        while self.read(QUIET):
            pass

    def double_tap(self, words: str) -> None:
        """Touch a label twice, quicker than anybody means to."""
        self.wait(lambda: self._find(words) is not None, f"“{words}”")
        x, y = self._find(words) or (0, 0)
        time.sleep(SHIELD)
        self.process.send(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m" * 2)
        self.read(0.5)
        while self.read(QUIET):
            pass

    def key(self, *keys: str) -> None:
        """Press keys: "tab", "enter", "escape", arrows, or characters."""
        for key in keys:
            self.process.send(KEYS.get(key, key))
            self.read(0.5)
            while self.read(QUIET):
                pass

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def ended(self) -> int | None:
        """Wait for the end of the program; its exit status."""
        self.wait(lambda: not self.process.isalive(), "the end")
        self.process.close()
        return None if self.process.exitstatus is None else int(self.process.exitstatus)

    def _find(self, words: str) -> tuple[int, int] | None:
        """Where the words begin, or as many of them as stand in one line."""
        flat = " ".join(words.split())
        for end in reversed([piece.end() for piece in re.finditer(r"[^\s-]+-*", flat)]):
            for y, line in enumerate(self.lines):
                if flat[:end] in line:
                    return line.index(flat[:end]), y
        return None


KEYS = {
    "tab": "\t",
    "enter": "\r",
    "escape": "\x1b",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f9": "\x1b[20~",
}
