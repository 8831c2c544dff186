"""Takes pictures of the real terminal in the session of the wall, touched by a pointer, on a screen that nobody sees.

    python deploy/terminal/pictures.py [FOLDER]          the README's
    python deploy/terminal/pictures.py --all FOLDER      every screen, with both sizes of letters, in all colours

Xvfb is the screen (1920x1080), `session` beside this file runs on it as on the wall, xdotool touches and types, and
ImageMagick takes the picture; see `deploy/system-packages peers`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("Xvfb", "xterm", "openbox", "xset", "xdotool", "import", "convert")
HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = 1920, 1080
BAR = 5  # tools at the foot of every screen
PAUSE = 0.7  # seconds that a screen may take, and longer than the shield against double taps
START = 6.0

# A picture's name, and what leads to it from the one before: keys, "type:" letters, "touch:" parts of the screen across
# and down, "bar:" one of the tools, counted from 0.
Story = Sequence[tuple[str, Sequence[str]]]
README: Story = (
    ("attract", ()),
    ("faces", ("touch:0.15,0.5", "touch:0.15,0.74")),
    ("keyboard", ("1", "1", "1", "type:Die Fragen waren klar")),
    ("large", ("Escape", "Escape", "Escape", "F10")),
)
SCREENS: Story = (
    ("attract", ()),
    ("consent", ("1",)),
    ("notice", ("3",)),
    ("help", ("Escape", "F1")),
    ("language", ("Escape", "F4")),
    ("view", ("Escape", "bar:3")),
    ("faces", ("Escape", "1")),
    ("choices", ("2",)),
    ("answered", ("Escape",)),
    ("again", ("2", "3")),
    ("text", ("1",)),
    ("written", ("type:Mehr Bänke, bitte",)),
    ("review", ("Return",)),
    ("code", ("0",)),
)


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", nargs="?", type=Path, default=HERE / "pictures")
    asked.add_argument("--all", action="store_true")
    options = asked.parse_args()
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    if lacking:
        print(f"pictures: {', '.join(lacking)} not installed; run deploy/system-packages peers")
        return 69
    options.folder.mkdir(parents=True, exist_ok=True)
    if not options.all:
        _tell(README, options.folder)
        return 0
    for letters, larger in (("standard", ()), ("large", ("F10",))):
        for colours, steps in (("day", ()), ("night", ("F3",)), ("strong", ("F3", "F3"))):
            story = [(f"{letters}-{colours}-{name}", keys) for name, keys in SCREENS]
            story[0] = (story[0][0], (*steps, *larger))
            _tell(story, options.folder)
    return 0


def _tell(story: Story, folder: Path) -> None:
    """One office, one screen, one person."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _office(place / "office")
        display = stack.enter_context(_screen())
        stack.enter_context(_session(display, place))
        for name, steps in story:
            for step in steps:
                _do(display, step)
            _xdotool(display, "mousemove", str(WIDTH - 1), str(HEIGHT - 1), "click", "1")  # no frame of the keys
            time.sleep(PAUSE)
            _take(display, folder / f"{name}.png")
            print(folder / f"{name}.png", flush=True)


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
def _session(display: str, place: Path) -> Iterator[None]:
    """The session of the wall, with the `kiosk` beside this Python, and a sound card that nobody hears."""
    sound = place / "sound"
    sound.write_text("pcm.!default { type null }\n")
    environment = os.environ | {
        "DISPLAY": display,
        "ALSA_CONFIG_PATH": str(sound),
        "KIOSK_OFFICE": str(place / "office"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    quiet = subprocess.DEVNULL
    with subprocess.Popen([HERE / "session"], env=environment, stdout=quiet, stderr=quiet) as session:
        time.sleep(START)
        try:
            yield
        finally:
            session.terminate()


def _do(display: str, step: str) -> None:
    kind, _, what = step.partition(":")
    match kind:
        case "type":
            _xdotool(display, "type", "--delay", "80", what)
        case "touch":
            across, down = (float(part) for part in what.split(","))
            _touch(display, across, down)
        case "bar":
            _touch(display, (int(what) + 0.5) / BAR, 0.94)
        case _:
            _xdotool(display, "key", step)
    time.sleep(PAUSE)


def _touch(display: str, across: float, down: float) -> None:
    x, y = int(across * WIDTH), int(down * HEIGHT)
    _xdotool(display, "mousemove", str(x), str(y), "click", "1", "mousemove", str(WIDTH - 1), str(HEIGHT - 1))


def _xdotool(display: str, *words: str) -> None:
    subprocess.run(["xdotool", *words], env=os.environ | {"DISPLAY": display}, check=True)


def _take(display: str, file: Path) -> None:
    raw = file.with_suffix(".raw.png")
    subprocess.run(["import", "-display", display, "-window", "root", str(raw)], check=True)
    few = ("-resize", "50%", "+dither", "-colors", "48")
    subprocess.run(["convert", str(raw), *few, f"png8:{file}"], check=True)
    raw.unlink()


if __name__ == "__main__":
    sys.exit(main())
