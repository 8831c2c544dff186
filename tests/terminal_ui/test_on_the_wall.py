"""The kiosk on a wall: no key and no button leads out of the program, and nothing keeps it from coming back.

With a real X server, window manager and xterm, set up by the very files of deploy/terminal. What needs a whole machine
(consoles, Ctrl+Alt+Del, SysRq) was tried by hand; deploy/terminal/README.md says how.
"""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pexpect
import pyte
import pytest

from kiosk import catalogue
from terminal_ui import channel
from tests.kiosk.running import run
from tests.terminal_ui.wall import HOUSE, UNITS, Wall

WHOLE = "1920x1080+0+0"
EMPTY = (1915, 540)  # pixels: nothing is to touch at the edge
MODIFIERS = ("ctrl", "alt", "ctrl+alt", "ctrl+shift", "alt+shift", "ctrl+alt+shift")
NOTHING = {
    "signals": [f"ctrl+{letter}" for letter in ("c", "z", "backslash", "s", "q", "d", "p", "w", "n", "t")],
    "function keys": [f"{modifier}+F{number}" for modifier in MODIFIERS for number in range(1, 13)],
    "the server's keys": [f"ctrl+alt+{key}" for key in ("BackSpace", "Delete", "KP_Add", "KP_Subtract")]
    + ["alt+Sys_Req"],
    "the window manager's keys": [
        *("alt+F4", "super+e", "super+d", "super+r", "Super_L", "Super_R", "Menu", "Hyper_L"),
        *("ctrl+alt+Left", "ctrl+alt+Right", "shift+alt+Up", "ctrl+alt+Down"),
    ],
    "xterm's keys": [
        *("shift+Prior", "shift+Next", "shift+Home", "shift+End", "shift+KP_Add", "shift+KP_Subtract"),
        *("shift+KP_7", "ctrl+KP_Add", "ctrl+plus", "ctrl+minus", "Num_Lock", "Num_Lock", "Scroll_Lock"),
    ],
    "pasting": ["shift+Insert", "ctrl+shift+Insert", "ctrl+shift+v", "ctrl+shift+c", "shift+Select", "Insert"],
    "keys of large keyboards": [
        *(
            "Print",
            "ctrl+Print",
            "alt+Print",
            "Pause",
            "ctrl+Pause",
            "F13",
            "F24",
            "XF86Sleep",
            "XF86WWW",
            "XF86Search",
        ),
        *("XF86Calculator", "XF86Explorer", "XF86Mail", "XF86HomePage", "XF86Reload", "XF86Terminal", "XF86LogOff"),
    ],
}
# Of these the program sees the key and not the modifier: they may do what the key does, and no more.
AS_WITHOUT = [
    *("alt+Tab", "alt+shift+Tab", "super+Tab", "alt+space", "alt+Return", "ctrl+Escape", "alt+Escape", "super+F1"),
    *("super+F2", "super+F3", "super+F4", "shift+F1", "shift+F10", "super+space", "super+Up", "super+1"),
]
BUTTONS = [
    (button, modifiers)
    for button, modifiers in itertools.product((1, 2, 3, 4, 5, 8, 9), ((), ("ctrl",), ("shift",), ("alt",), ("super",)))
]


@pytest.fixture
def wall(counter: Path) -> Iterator[Wall]:
    with Wall(counter) as standing:
        yield standing


def begin(wall: Wall) -> str:
    """Somebody chooses a language and takes part; the picture of the first question."""
    first = wall.at_rest()
    wall.press("Return")
    wall.wait(lambda: wall.picture() != first, "the notice")
    notice = wall.at_rest()
    wall.press("1")
    wall.wait(lambda: wall.picture() != notice, "the first question")
    return wall.at_rest()


@pytest.mark.peers
def test_no_key_leaves_or_disturbs_the_program(wall: Wall) -> None:
    question, program = begin(wall), wall.program
    for group, keys in NOTHING.items():
        wall.press(*keys)
        assert wall.program == program, f"{group} ended the program"
        assert wall.window == WHOLE, f"{group} changed the window"
        assert wall.at_rest() == question, f"{group} changed the screen"
    wall.press(*AS_WITHOUT)
    assert (wall.program, wall.window) == (program, WHOLE)


@pytest.mark.peers
def test_a_key_that_is_held_counts_once(wall: Wall) -> None:
    begin(wall)
    wall.press("1")
    second = wall.at_rest()
    wall.press("Escape")
    wall.at_rest()
    wall.hold_key("1", 2.0)
    assert wall.at_rest() == second


@pytest.mark.peers
def test_no_button_opens_a_menu_selects_pastes_or_scrolls(wall: Wall) -> None:
    begin(wall)
    program = wall.program
    wall.point(*EMPTY)
    wall.hold(1)
    wall.let_go(1)
    question = wall.at_rest()
    for button, modifiers in BUTTONS:
        wall.hold(button, *modifiers)
        held = wall.picture()
        wall.let_go(button, *modifiers)
        assert held == question, f"{'+'.join(modifiers)} button {button} shows something"
    wall.hold(1)
    wall.point(1800, 200)  # as one selects
    wall.let_go(1)
    wall.hold(2)
    wall.let_go(2)
    assert wall.at_rest() == question
    assert (wall.program, wall.window) == (program, WHOLE)


@pytest.mark.peers
def test_a_killed_program_is_back_within_three_seconds(wall: Wall) -> None:
    first, program = wall.at_rest(), wall.program
    begin(wall)
    wall.kill()
    took = wall.wait(lambda: wall.program not in (None, program) and wall.picture() == first, "the first screen", 10)
    assert took <= 3.0
    assert wall.window == WHOLE


@pytest.mark.peers
def test_a_closed_window_is_opened_again(wall: Wall) -> None:
    first = wall.at_rest()
    begin(wall)
    wall.close()
    wall.wait(lambda: wall.window == WHOLE and wall.picture() == first, "the first screen in a new window")


@pytest.mark.peers
def test_an_interview_survives_a_screen_turned_off_and_on_and_another_one_plugged_in(wall: Wall, counter: Path) -> None:
    question, program = begin(wall), wall.program
    wall.set("s", "activate")
    time.sleep(1)
    wall.set("s", "reset")
    wall.wait(lambda: wall.picture() == question, "the question on a screen that is on again")
    wall.resize(1280, 720)
    wall.wait(lambda: wall.window == "1280x720+0+0", "a window as large as the small screen")
    wall.at_rest()
    wall.resize(1920, 1080)
    wall.wait(lambda: wall.window == WHOLE, "a window as large as the screen")
    wall.wait(lambda: wall.picture() == question, "the question in it")
    wall.press("1")
    wall.wait(lambda: wall.picture() != question, "the next question")
    wall.at_rest()
    assert wall.program == program
    wall.end()
    assert run(counter, "doctor").stdout.count("Journals that wait") == 1, "the answer is not on the disk"


@pytest.mark.peers
def test_of_a_screen_that_is_gone_no_program_is_left(wall: Wall) -> None:
    """It would hold its journal, and nobody would deliver what is in it."""
    begin(wall)
    wall.end()
    wall.wait(lambda: wall.program is None, "the end of the program", 10)


@pytest.mark.peers
def test_the_screen_never_goes_dark_by_itself(wall: Wall) -> None:
    assert "timeout:  0 " in wall.asked("q")


@pytest.mark.peers
def test_a_key_that_is_held_is_one_press(wall: Wall) -> None:
    assert "auto repeat:  off" in wall.asked("q")
    assert "global_auto_repeat is 0" in wall.plug_in("later"), "not on a keyboard that is plugged in later"


@pytest.mark.peers
def test_by_night_a_screen_that_was_started_anew_may_go_dark_again() -> None:
    """It is told so every ten minutes until the day begins, and by day never."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    night, day = moments("kiosk-night.timer"), moments("kiosk-day.timer")
    assert (night[0], night[-1], day) == ("2026-03-01 20:00:00", "2026-03-02 06:20:00", ["2026-03-02 06:30:00"])
    told = [datetime.fromisoformat(f"{moment}Z") for moment in night]
    assert {later - earlier for earlier, later in itertools.pairwise(told)} == {timedelta(minutes=10)}


def moments(timer: str) -> list[str]:
    """When systemd acts by it, from one noon to the next."""
    found = list[str]()
    for rule in re.findall(r"(?m)^OnCalendar=(.+)$", (UNITS / timer).read_text()):
        asked = [
            "systemd-analyze",
            "calendar",
            "--base-time=2026-03-01 12:00:00 UTC",
            "--iterations=100",
            f"{rule} UTC",
        ]
        told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
        found += re.findall(r"(?:Next elapse|Iter.*): \w+ ([-\d]+ [:\d]+) UTC", told)
    return sorted(moment for moment in found if moment < "2026-03-02 12")


# Where the program cannot run at all


def test_whoever_stands_there_reads_a_calm_sentence_and_nothing_else(tmp_path: Path) -> None:
    """There is no `kiosk` to start. The pauses double, and no key ends the loop."""
    bin = tmp_path / "bin"
    bin.mkdir()
    for program in ("sh", "sed", "fold", "stty", "date", "sleep", "dirname"):
        (bin / program).symlink_to(shutil.which(program) or program)
    journal = tmp_path / "journal"
    (bin / "logger").write_text(f'#!/bin/sh\necho "$3" >> {journal}\n')
    (bin / "logger").chmod(0o755)
    screen = pyte.Screen(49, 14)
    stream = pyte.ByteStream(screen)
    loop = pexpect.spawn(str(HOUSE / "deploy/terminal/again"), env={"PATH": str(bin)}, dimensions=(14, 49))
    try:
        loop.send("\x03\x1a\x1c\x13")
        until = time.monotonic() + 20
        while not (journal.exists() and journal.read_text().count("\n") >= 3):
            assert time.monotonic() < until, "it did not try again"
            try:
                stream.feed(loop.read_nonblocking(4096, 0.2))
            except pexpect.TIMEOUT:
                continue
        assert loop.isalive()
    finally:
        loop.close(force=True)
    catalogues = catalogue.load([channel.catalogues] if channel.catalogues else [])
    calm = " ".join(catalogues[locale].say("terminal.crash") for locale in ("de", "en"))
    assert " ".join(" ".join(screen.display).split()) == calm
    assert [line.split("; ")[1] for line in journal.read_text().splitlines()][:3] == [
        f"again in {pause} s" for pause in (1, 2, 4)
    ]
