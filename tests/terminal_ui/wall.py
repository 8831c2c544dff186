"""The kiosk as it stands on a wall: a real X server, the real session of deploy/terminal, real keys and touches."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import TracebackType

import pytest

HOUSE = Path(__file__).parents[2]
SESSION = HOUSE / "deploy/terminal/session"
UNITS = HOUSE / "deploy/terminal/etc/systemd/system"
PROGRAMS = ("Xvfb", "openbox", "xterm", "xset", "xrandr", "xdotool", "import", "xinput")
OF_A_CONSOLE = {":0", "vt1", "-keeptty"}  # what a server has that draws on a real screen
PATIENCE = 30.0  # seconds
SHADES = 16  # that letters have at their edges, and more
STILL = 0.6  # seconds in which a screen that is at rest does not change


def server_options() -> list[str]:
    """Those that the unit gives to the X server."""
    unit = (UNITS / "kiosk-terminal.service").read_text()
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    return [option for option in command.partition(" -- ")[2].split() if option not in OF_A_CONSOLE]


class Wall:
    """From the start of the X server until the end of the `with` block."""

    def __init__(self, office: Path) -> None:
        if lacking := [program for program in PROGRAMS if shutil.which(program) is None]:
            pytest.skip(f"not installed: {', '.join(lacking)}")
        self._office = office
        bin = office.with_name("bin")
        bin.mkdir()
        (bin / "kiosk").write_text(f'#!/bin/sh\nexec {sys.executable} -m kiosk "$@"\n')
        (bin / "kiosk").chmod(0o755)
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(writing),
                *server_options(),
                "-dpi",
                "96",
                "-screen",
                "0",
                "1920x1080x24",
            ],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as number:
            self.display = f":{number.readline().strip()}"
        self._env = {
            **os.environ,
            "DISPLAY": self.display,
            "KIOSK_OFFICE": str(office),
            "LANG": "C.UTF-8",
            "PATH": f"{bin}:{os.environ['PATH']}",
            "PYTHONPATH": str(HOUSE),
        }
        self._session = subprocess.Popen([str(SESSION)], env=self._env, start_new_session=True)

    def __enter__(self) -> Wall:
        try:
            self.wait(lambda: self.program is not None and self.window == "1920x1080+0+0", "the window")
            self.wait(self.drawn, "the first screen")  # an empty window is at rest, too, as long as Python begins
            self.at_rest()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        if self._server.poll() is not None:
            return
        self._server.terminate()  # everything on it ends with it, as on the wall
        self._server.wait(PATIENCE)
        self._session.wait(PATIENCE)

    # -- what is seen

    @property
    def program(self) -> int | None:
        """The process id of `kiosk terminal` in this session."""
        for folder in Path("/proc").iterdir():
            try:
                if not folder.name.isdecimal() or b"kiosk\0terminal\0" not in (folder / "cmdline").read_bytes():
                    continue
                if f"KIOSK_OFFICE={self._office}\0".encode() in (folder / "environ").read_bytes():
                    return int(folder.name)
            except (FileNotFoundError, ProcessLookupError):
                continue
        return None

    @property
    def window(self) -> str:
        """Size and place of the one window, as WIDTHxHEIGHT+X+Y; else how many there are."""
        found = self._run("xdotool", "search", "--onlyvisible", "--class", "XTerm").split()
        if len(found) != 1:
            return f"{len(found)} windows"
        place = dict(re.findall(r"(\w+)=(\d+)", self._run("xdotool", "getwindowgeometry", "--shell", found[0])))
        return "{WIDTH}x{HEIGHT}+{X}+{Y}".format(**place)

    def picture(self) -> str:
        """What is on the whole screen, as a digest."""
        return sha256(self._bytes("import", "-window", "root", "rgb:-")).hexdigest()

    def drawn(self) -> bool:
        """Whether there is more on the screen than an empty window."""
        return len(set(self._bytes("import", "-window", "root", "rgb:-"))) > SHADES

    def at_rest(self) -> str:
        """The picture as soon as it stands still."""
        before, seen = "", self.picture()
        until = time.monotonic() + PATIENCE
        while before != seen:
            assert time.monotonic() < until, "the screen does not come to rest"
            time.sleep(STILL)
            before, seen = seen, self.picture()
        return seen

    def wait(self, holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
        """The seconds it took."""
        began = time.monotonic()
        while not holds():
            assert time.monotonic() < began + patience, f"waited in vain for {what}"
            time.sleep(0.05)
        return time.monotonic() - began

    # -- what is done

    def press(self, *keys: str) -> None:
        """Keys by their X names, such as ctrl+alt+F2."""
        self._run("xdotool", "key", "--delay", "30", *keys)

    def hold_key(self, key: str, seconds: float) -> None:
        """As a hand that is slow to let go."""
        self._run("xdotool", "keydown", key, "sleep", str(seconds), "keyup", key)

    def point(self, x: int, y: int) -> None:
        self._run("xdotool", "mousemove", str(x), str(y))

    def hold(self, button: int, *modifiers: str) -> None:
        self._run("xdotool", *(word for name in modifiers for word in ("keydown", name)), "mousedown", str(button))

    def let_go(self, button: int, *modifiers: str) -> None:
        self._run("xdotool", "mouseup", str(button), *(word for name in modifiers for word in ("keyup", name)))

    def set(self, *words: str) -> None:
        self._run("xset", *words)

    def resize(self, width: int, height: int) -> None:
        """Another screen is plugged in."""
        mode = f"{width}x{height}"
        if mode not in self._run("xrandr"):
            timing = f"74.5 {width} {width} {width} {width} {height} {height} {height} {height}".split()
            self._run("xrandr", "--newmode", mode, *timing)
            self._run("xrandr", "--addmode", "screen", mode)
        self._run("xrandr", "--output", "screen", "--mode", mode)

    def asked(self, *words: str) -> str:
        """What xset says."""
        return self._run("xset", *words)

    def plug_in(self, keyboard: str) -> str:
        """Another keyboard; what the server says of it."""
        self._run("xinput", "create-master", keyboard)
        return self._run("xinput", "get-feedbacks", f"{keyboard} XTEST keyboard")

    def close(self) -> None:
        """The window goes, as if xterm had died."""
        self._run("xdotool", "search", "--onlyvisible", "--class", "XTerm", "windowkill")

    def kill(self) -> None:
        assert self.program is not None
        os.kill(self.program, signal.SIGKILL)

    def _run(self, *words: str) -> str:
        return self._bytes(*words).decode()

    def _bytes(self, *words: str) -> bytes:
        return subprocess.run(words, env=self._env, capture_output=True, timeout=PATIENCE).stdout
