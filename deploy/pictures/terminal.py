"""The real terminal in the session of the wall, touched by a pointer."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from deploy.pictures import office, screen

SESSION = Path(__file__).resolve().parents[1] / "terminal" / "session"
BAR = 5  # tools at the foot of every screen

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


def take(folder: Path) -> None:
    _tell(README, folder)


def take_all(folder: Path) -> None:
    """Every screen, with both sizes of letters, in all colours."""
    for letters, larger in (("standard", ()), ("large", ("F10",))):
        for colours, steps in (("day", ()), ("night", ("F3",)), ("strong", ("F3", "F3"))):
            story = [(f"{letters}-{colours}-{name}", keys) for name, keys in SCREENS]
            story[0] = (story[0][0], (*steps, *larger))
            _tell(story, folder)


def _tell(story: Story, folder: Path) -> None:
    """One office, one screen, one person; a sound card that nobody hears, and the `kiosk` beside this Python."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        office.make(place / "office")
        sound = place / "sound"
        sound.write_text("pcm.!default { type null }\n")
        display = stack.enter_context(screen.shown())
        environment = {
            "ALSA_CONFIG_PATH": str(sound),
            "KIOSK_OFFICE": str(place / "office"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        stack.enter_context(screen.started(display, str(SESSION), environment=environment))
        for name, steps in story:
            for step in steps:
                _do(display, step)
            screen.touch(display, 1 - 1 / screen.WIDTH, 1 - 1 / screen.HEIGHT)  # no frame of the keys
            time.sleep(screen.PAUSE)
            screen.take(display, folder / f"{name}.png")


def _do(display: str, step: str) -> None:
    kind, _, what = step.partition(":")
    match kind:
        case "type":
            screen.type_in(display, what)
        case "touch":
            across, down = (float(part) for part in what.split(","))
            screen.touch(display, across, down)
        case "bar":
            screen.touch(display, (int(what) + 0.5) / BAR, 0.94)
        case _:
            screen.press(display, step)
    time.sleep(screen.PAUSE)
