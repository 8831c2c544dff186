"""Takes the README's pictures: the real terminal in the real xterm, touched by a pointer, on a screen that nobody sees.

    python deploy/terminal/pictures.py [FOLDER]

Xvfb is the screen (1920x1080), xterm runs as on the kiosk (cells of 28x55 pixels), xdotool touches, ImageMagick takes
the picture. All of them are Debian packages: xvfb xterm xdotool imagemagick fonts-dejavu-core.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("Xvfb", "xterm", "xdotool", "import", "convert")
HERE = Path(__file__).resolve().parent
COLUMNS, ROWS = 68, 19
CELL = (28, 55)  # pixels
XTERM = (
    "xterm -fa DejaVu\\ Sans\\ Mono -fs 35 -b 0 +sb -bw 0 -u8 -xrm XTerm*allowWindowOps:false -xrm XTerm*pointerMode:2"
).replace("\\ ", "\0")
PAUSE = 0.9  # seconds that a screen may take, and longer than the shield against double taps

# A picture's name, and the touches (column, row) or keys that lead to it from the one before.
STORY: tuple[tuple[str, tuple[tuple[int, int] | str, ...]], ...] = (
    ("attract", ()),
    ("faces", ((10, 10), (10, 13))),
    ("keyboard", ("1", "1", "1", "type:Die Fragen waren klar")),
)


def main(folder: Path, story: Sequence[tuple[str, tuple[tuple[int, int] | str, ...]]] = STORY) -> int:
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    if lacking:
        print(f"pictures: {', '.join(lacking)} not installed; see the first lines of {Path(__file__).name}")
        return 69
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        office = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "office"
        _office(office)
        display = stack.enter_context(_screen())
        stack.enter_context(_terminal(display, office))
        for name, steps in story:
            for step in steps:
                _do(display, step)
            _take(display, folder / f"{name}.png")
            print(folder / f"{name}.png")
    return 0


def _office(folder: Path) -> None:
    """An office with one sample survey, and no doubt whose telephone that is (a number for use in films)."""
    subprocess.run([sys.executable, "-m", "kiosk", "init", str(folder)], check=True, stdout=subprocess.DEVNULL)
    for file in (folder / "surveys").glob("*.toml"):
        if file.stem != "counter":
            file.unlink()
    settings = folder / "office.toml"
    settings.write_text(settings.read_text().replace('phone = ""', 'phone = "030 23125 000"'))


@contextmanager
def _screen() -> Iterator[str]:
    reading, writing = os.pipe()
    screen = ["Xvfb", "-displayfd", str(writing), "-dpi", "96", "-screen", "0", "1920x1080x24"]
    with subprocess.Popen(screen, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as number:
            display = f":{number.readline().strip()}"
        try:
            yield display
        finally:
            server.terminate()


@contextmanager
def _terminal(display: str, office: Path) -> Iterator[None]:
    command = [part.replace("\0", " ") for part in XTERM.split()]
    command += ["-geometry", f"{COLUMNS}x{ROWS}+0+0", "-e", sys.executable, "-m", "kiosk", "--office", str(office)]
    command.append("terminal")
    sound = office.parent / "alsa.conf"  # a sound card that takes everything, so that the button to listen is there
    sound.write_text("pcm.!default { type null }\n")
    with subprocess.Popen(command, env=os.environ | {"DISPLAY": display, "ALSA_CONFIG_PATH": str(sound)}) as window:
        time.sleep(4)
        try:
            yield
        finally:
            window.terminate()


def _do(display: str, step: tuple[int, int] | str) -> None:
    if isinstance(step, str):
        typed = step.removeprefix("type:")
        _xdotool(display, *(("type", "--delay", "60", typed) if typed != step else ("key", step)))
    else:
        x, y = (step[0] + 0.5) * CELL[0], (step[1] + 0.5) * CELL[1]
        _xdotool(display, "mousemove", str(int(x)), str(int(y)), "click", "1")
        _xdotool(display, "mousemove", str(COLUMNS * CELL[0] - 1), str(ROWS * CELL[1] - 1))
    time.sleep(PAUSE)


def _xdotool(display: str, *words: str) -> None:
    subprocess.run(["xdotool", *words], env=os.environ | {"DISPLAY": display}, check=True)


def _take(display: str, file: Path) -> None:
    raw = file.with_suffix(".raw.png")
    subprocess.run(["import", "-display", display, "-window", "root", str(raw)], check=True)
    subprocess.run(
        [
            "convert",
            str(raw),
            "-crop",
            f"{COLUMNS * CELL[0]}x{ROWS * CELL[1]}+0+0",
            "-resize",
            "50%",
            "+dither",
            "-colors",
            "48",
            f"png8:{file}",
        ],
        check=True,
    )
    raw.unlink()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pictures"))
