"""Somebody touches the real window on the wall, from the first screen to the code, with usual and with large letters.

The X server's pointer presses and lets go, as a touch screen's driver has it do. Where to touch follows from the page
that has to be there by now; that it was there shows in what arrives in the store.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.office import Office
from kiosk.survey import Survey
from terminal_ui.actions import Action, Letters
from terminal_ui.grid import GRIDS, LARGE, STANDARD, Grid
from terminal_ui.measure import Screen, cell, points
from terminal_ui.page import Target
from terminal_ui.pages import page
from terminal_ui.scene import Scene
from terminal_ui.visit import Visit, act
from tests.kiosk.running import Started
from tests.terminal_ui.exported import given, wait_for
from tests.terminal_ui.wall import Wall

WALL = Screen(1920, 1080, 344)
BEGIN = ("Deutsch Hier beginnen", "Ja, mitmachen")
ANSWERS = ("Zufrieden", "Unter 10 Minuten", "Nein", "Zeit")
WORDS = ("S", "s")


class Finger:
    """Knows what is on the screen, and touches it."""

    def __init__(self, wall: Wall, office: Office, grid: Grid) -> None:
        self.visit = Visit("de")
        self._wall = wall
        self._office = office
        self._surveys: tuple[Survey, ...] = office.open_surveys()
        self.grid = grid

    def touch(self, words: str) -> Action:
        """Returns when the screen that it leads to stands still."""
        target = self._target(words)
        wide, high = cell(points(WALL, self.grid))
        before = self._wall.picture()
        self._wall.point(
            int((target.rect.x + target.rect.width / 2) * wide), int((target.rect.y + target.rect.height / 2) * high)
        )
        self._wall.hold(1)
        self._wall.let_go(1)
        self._wall.wait(lambda: self._wall.picture() != before, f"what “{words}” leads to")
        self._wall.at_rest()
        self.visit = act(self.visit, target.action, self._surveys, "de").visit
        return target.action

    def _target(self, words: str) -> Target:
        scene = Scene(self.visit, self._office.catalogues, self._office.house, self._surveys, letters=True)
        targets = page(scene, self.grid.least).targets
        return next(target for target in targets if " ".join(target.lines) == words)


@pytest.mark.peers
@pytest.mark.timeout(300)
@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: grid.name)
def test_from_the_first_screen_to_the_code(counter: Path, grid: Grid) -> None:
    with Started(counter), Wall(counter) as wall:
        finger = Finger(wall, Office(counter), STANDARD)
        finger.touch(BEGIN[0])
        if grid is LARGE:
            finger.touch("Schrift, Farbe")
            assert finger.touch("Große Schrift") == Letters(True)
            finger.grid = LARGE
            finger.touch("Fertig")
        finger.touch(BEGIN[1])
        for words in ANSWERS:
            finger.touch(words)
        for sign in WORDS:
            finger.touch(sign)
        finger.touch("Weiter")
        finger.touch("Ja, abgeben")
        first = wait_for(counter, "counter", 1, state="counted")[0]
        finger.touch("Fertig")
    assert given(first) == {
        "satisfied": ["satisfied"],
        "waited": ["under_10_minutes"],
        "got_done": ["no"],
        "lacked": ["time"],
        "remarks": "Ss",
    }
    assert {answer["via"] for answer in first["answers"].values()} == {"touch"}
