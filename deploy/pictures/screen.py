"""A screen that nobody sees: Xvfb is the screen, xdotool touches and types, ImageMagick takes the picture."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

WIDTH, HEIGHT = 1920, 1080
PAUSE = 0.7  # seconds that a screen may take, and longer than the shield against double taps
START = 6.0  # seconds that a program may take
SMALLER = ("-resize", "50%")
FEW = ("+dither", "-colors", "48")  # colours: a fraction of the bytes


@contextmanager
def shown() -> Iterator[str]:
    """The display's name."""
    reading, writing = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    screen = ["Xvfb", "-displayfd", str(writing), "-dpi", "96", "-screen", "0", size]
    with subprocess.Popen(screen, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as number:
            display = f":{number.readline().strip()}"
        try:
            yield display
        finally:
            server.terminate()


@contextmanager
def started(display: str, *command: str, environment: Mapping[str, str]) -> Iterator[None]:
    """A program on the screen, until the end of the block."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env={**os.environ, **environment, "DISPLAY": display}, stdout=quiet, stderr=quiet
    ) as it:
        time.sleep(START)
        try:
            yield
        finally:
            it.terminate()


def type_in(display: str, words: str) -> None:
    xdotool(display, "type", "--delay", "80", words)


def press(display: str, key: str) -> None:
    xdotool(display, "key", key)


def touch(display: str, across: float, down: float) -> None:
    """Parts of the screen. The pointer does not stay there."""
    x, y = int(across * WIDTH), int(down * HEIGHT)
    xdotool(display, "mousemove", str(x), str(y), "click", "1", "mousemove", str(WIDTH - 1), str(HEIGHT - 1))


def xdotool(display: str, *words: str) -> str:
    """What it prints."""
    done = subprocess.run(
        ["xdotool", *words], env=os.environ | {"DISPLAY": display}, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def take(display: str, file: Path, window: str = "root") -> None:
    raw = file.with_suffix(".raw.png")
    subprocess.run(["import", "-display", display, "-window", window, str(raw)], check=True)
    subprocess.run(["convert", str(raw), *SMALLER, *FEW, f"png8:{file}"], check=True)
    raw.unlink()
    print(file, flush=True)
