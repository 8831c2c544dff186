"""The key map, and two switches that reach everything. (How it feels is in test_by_ears_alone.)"""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.inputs import Consented, Declined
from kiosk.survey import Missing
from terminal_ui.actions import (
    Action,
    Again,
    Back,
    Colour,
    Faster,
    Give,
    Letters,
    Listen,
    Louder,
    Open,
    Overlay,
    Rub,
    Welcome,
    Write,
)
from terminal_ui.comfort import Colours, Comfort
from terminal_ui.grid import GRIDS, STANDARD, Grid
from terminal_ui.keys import MOST_SINGLE, Focus, Move, meant, moved, row_of
from terminal_ui.page import Page
from terminal_ui.pages import page
from terminal_ui.visit import Visit, act
from tests.terminal_ui.screens import scene, screens
from tests.terminal_ui.test_layout import CATALOGUES, surveys

OFTEN = surveys("often")
COUNTER = surveys("counter")


def shown(*actions: Action) -> Page:
    visit = Visit("de")
    for action in actions:
        visit = act(visit, action, COUNTER, "de").visit
    return page(scene(visit, CATALOGUES, COUNTER), STANDARD.least)


ANSWERED = [Give(Declined(Missing.DONT_KNOW, name)) for name in ("satisfied", "waited", "got_done", "lacked")]
NOTICE = shown(Welcome("de"))
FACES = shown(Welcome("de"), Give(Consented(True)))
TEXT = shown(Welcome("de"), Give(Consented(True)), *ANSWERED)


@pytest.mark.parametrize(
    ("on", "key", "sign", "action"),
    [
        (NOTICE, "escape", "", Back()),
        (NOTICE, "f1", "", Open(Overlay.HELP)),
        (NOTICE, "slash", "/", Open(Overlay.HELP)),
        (NOTICE, "f2", "", Listen()),
        (NOTICE, "f3", "", Colour(Colours.NIGHT)),
        (NOTICE, "f4", "", Open(Overlay.LANGUAGE)),
        (NOTICE, "f5", "", Again()),
        (NOTICE, "asterisk", "*", Again()),
        (NOTICE, "f6", "", Faster(-1)),
        (NOTICE, "f7", "", Faster(1)),
        (NOTICE, "f8", "", Louder(-1)),
        (NOTICE, "minus", "-", Louder(-1)),
        (NOTICE, "f9", "", Louder(1)),
        (NOTICE, "plus", "+", Louder(1)),
        (NOTICE, "f10", "", Letters(True)),
        (NOTICE, "1", "1", Give(Consented(True))),
        (NOTICE, "9", "9", None),
        (NOTICE, "x", "x", None),
        (TEXT, "plus", "+", Write("remarks", "+")),
        (TEXT, "slash", "/", Write("remarks", "/")),
        (TEXT, "1", "1", Write("remarks", "1")),
        (TEXT, "backspace", "", Rub("remarks")),
        (TEXT, "f9", "", Louder(1)),
        (TEXT, "ctrl+c", "\x03", None),
    ],
)
def test_the_key_map(on: Page, key: str, sign: str, action: Action | None) -> None:
    assert meant(on, key, sign, Comfort(), speech=True, letters=True) == action


@pytest.mark.parametrize("key", ["f2", "f5", "f6", "f7", "f8", "f9", "f10"])
def test_what_the_machine_cannot_do_no_key_does(key: str) -> None:
    visit = act(Visit("de"), Welcome("de"), COUNTER, "de").visit
    mute = page(replace(scene(visit, CATALOGUES, COUNTER), speech=False, letters=False), STANDARD.least)
    assert meant(mute, key, "", Comfort(), speech=False, letters=False) is None


@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: grid.name)
def test_two_switches_reach_every_target_of_every_screen(grid: Grid) -> None:
    """One moves (Tab), one chooses (Enter); on a screen with many targets by rows."""
    for _, here in screens(CATALOGUES, OFTEN, "de", grid.least):
        if here.targets:
            assert _reached(here) == set(range(len(here.targets))), here.name


def _reached(here: Page) -> set[int]:
    focus, reached, seen = Focus(here.focus), set(), set()
    waiting = [focus]
    while waiting:
        focus = waiting.pop()
        if focus in seen:
            continue
        seen.add(focus)
        waiting.append(moved(here.targets, focus, Move.NEXT))
        if focus.row:
            waiting.append(Focus(focus.number))  # Enter steps into the row
        else:
            reached.add(focus.number)
    return reached


def test_a_letter_is_a_row_and_a_place_away() -> None:
    assert len(TEXT.targets) > MOST_SINGLE
    letters = [" ".join(target.lines) for target in TEXT.targets]
    presses, focus = 0, Focus(TEXT.focus)
    while not focus.row or "Q" not in letters[focus.number]:
        focus, presses = moved(TEXT.targets, focus, Move.NEXT), presses + 1
    assert [letters[number] for number in row_of(TEXT.targets, focus.number)][:3] == ["Q", "W", "E"]
    focus = Focus(focus.number)
    while letters[focus.number] != "E":
        focus, presses = moved(TEXT.targets, focus, Move.NEXT), presses + 1
    assert presses <= 8


def test_after_the_last_of_a_row_the_row_has_the_focus_again() -> None:
    row = row_of(TEXT.targets, 0)
    assert moved(TEXT.targets, Focus(row.stop - 1), Move.NEXT) == Focus(0, row=True)
    assert moved(TEXT.targets, Focus(0), Move.BEFORE) == Focus(0, row=True)
    assert moved(TEXT.targets, Focus(0, row=True), Move.NEXT) == Focus(row.stop, row=True)


def test_on_a_screen_with_few_targets_the_focus_goes_round_one_by_one() -> None:
    count = len(FACES.targets)
    assert count <= MOST_SINGLE
    focus = Focus()
    for expected in (*range(1, count), 0):
        focus = moved(FACES.targets, focus, Move.NEXT)
        assert focus == Focus(expected)
