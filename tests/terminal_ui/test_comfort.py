"""What a person sets for themselves: it loses no answer, and nothing of it is left for the next one."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import ConfigError
from kiosk.inputs import Chose, Consented, Declined, Submitted
from kiosk.office import Office
from kiosk.survey import Missing
from terminal_ui.actions import (
    Action,
    Arrange,
    Back,
    Colour,
    Faster,
    Finish,
    Give,
    Leaf,
    Letters,
    Listen,
    Louder,
    Open,
    Overlay,
    Print,
    Printed,
    Shut,
    Tick,
    Welcome,
    Write,
)
from terminal_ui.comfort import GAINS, RATES, USUAL_GAIN, USUAL_RATE, Colours, Comfort, Order
from terminal_ui.grid import LARGE, STANDARD
from terminal_ui.letters import screen
from terminal_ui.measure import LEAST_CAPITAL, Screen, points, report, steps
from terminal_ui.page import Page
from terminal_ui.pages import page
from terminal_ui.visit import Paper, Visit, act
from tests.kiosk.running import configure, run
from tests.terminal_ui.screens import scene
from tests.terminal_ui.test_layout import CATALOGUES, surveys

OFTEN, COUNTER = surveys("often"), surveys("counter")
SETTINGS: tuple[Action, ...] = (
    Letters(True),
    Colour(Colours.STRONG),
    Arrange(Order.ABC),
    Listen(),
    Faster(1),
    Louder(-1),
)


def after(*actions: Action, start: Visit | None = None) -> Visit:
    visit = start or Visit("de")
    for action in actions:
        visit = act(visit, action, COUNTER, "de").visit
    return visit


def large(visit: Visit) -> Page:
    return page(scene(visit, CATALOGUES, COUNTER), LARGE.least)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: type(setting).__name__)
def test_a_setting_changes_nothing_but_itself(setting: Action) -> None:
    begun = after(
        Welcome("de"),
        Give(Consented(True)),
        Give(Chose(("satisfied",), "satisfied")),
        *(Give(Declined(Missing.DONT_KNOW, name)) for name in ("waited", "got_done", "lacked")),
        Write("remarks", "M"),
    )
    step = act(begun, setting, COUNTER, "de")
    assert step.inputs == ()
    assert step.visit.comfort != begun.comfort
    assert replace(step.visit, comfort=begun.comfort) == begun


def test_all_of_it_falls_back() -> None:
    visit = after(*SETTINGS)
    assert visit.comfort == Comfort(True, Colours.STRONG, Order.ABC, True, USUAL_RATE + 1, USUAL_GAIN - 1)
    assert after(Finish(), start=visit) == Visit("de")


def test_speed_and_loudness_end_where_there_is_no_further_step() -> None:
    assert after(*[Faster(1)] * 9, *[Louder(1)] * 9).comfort == Comfort(rate=len(RATES) - 1, gain=len(GAINS) - 1)
    assert after(*[Faster(-1)] * 9, *[Louder(-1)] * 9).comfort == Comfort(rate=0, gain=0)
    assert min(RATES) == 50
    assert max(RATES) == 200
    assert all(later - sooner <= 10 for sooner, later in itertools.pairwise(GAINS))


def test_on_the_large_grid_all_points_of_a_scale_stand_together() -> None:
    begun = after(Welcome("de"), Give(Consented(True)))
    answers = [target for target in large(begun).targets if target.face]
    assert len(answers) == 5
    again = after(Give(Chose(("satisfied",), "satisfied")), Back(), start=begun)
    assert len([target for target in large(again).targets if target.face]) == 5


def test_answers_on_the_second_page_have_their_digits_on_the_first() -> None:
    begun = after(Welcome("de"), Give(Consented(True)))
    first, second = large(begun), large(after(Leaf(1), start=begun))
    assert first.name != second.name
    assert first.shortcuts["7"] == second.shortcuts["7"] == Give(Declined(Missing.DONT_KNOW, "satisfied"))
    assert any(target.action == first.shortcuts["7"] for target in second.targets)


def test_back_turns_a_page_back_before_it_leaves_the_question() -> None:
    begun = after(Welcome("de"), Give(Consented(True)), Give(Chose(("satisfied",), "satisfied")), Leaf(1))
    assert after(Back(), start=begun) == replace(begun, sheet=0)


def test_an_overlay_gives_back_the_page_that_was_turned_to() -> None:
    turned = after(Welcome("de"), Give(Consented(True)), Leaf(1))
    over = after(Open(Overlay.NOTICE), Leaf(1), Leaf(1), Open(Overlay.STILL_HERE), Shut(), start=turned)
    assert over.leaf == 2
    assert after(Shut(), start=over) == turned


def test_ticks_on_two_pages_are_handed_in_together() -> None:
    begun = Visit("de")
    for action in (Welcome("de"), Give(Consented(True))):
        begun = act(begun, action, OFTEN, "de").visit
    notes = getattr(begun.prompt, "notes", ())
    begun = replace(begun, noted=frozenset(notes))
    ticked = act(act(begun, Tick("six", "bus"), OFTEN, "de").visit, Leaf(1), OFTEN, "de").visit
    both = act(ticked, Tick("six", "other"), OFTEN, "de").visit
    assert both.draft.ticks == {"bus", "other"}
    assert both.sheet == 1


def test_what_the_printer_says_late_is_not_said_to_the_next_person() -> None:
    names = ("satisfied", "waited", "got_done", "lacked", "remarks")
    answers = (Give(Declined(Missing.DONT_KNOW, name)) for name in names)
    asked = after(Welcome("de"), Give(Consented(True)), *answers, Give(Submitted()), Print())
    assert asked.paper is Paper.ASKED
    assert after(Printed(False), start=asked).paper is Paper.FAILED
    assert after(Finish(), Printed(True), start=asked) == Visit("de")


@pytest.mark.parametrize(
    ("screen", "standard", "large", "lacks"),
    [
        (Screen(1920, 1080, 344), 35, 49, ()),  # 15.6 inches: the sizes that were tried in xterm
        (Screen(1920, 1080, 527), 35, 49, ()),  # 24 inches
        (Screen(1280, 1024, 376), 23, 33, ()),  # 19 inches, as county offices have them
        (Screen(1280, 800, 217), 23, 33, ("targets of 20 mm", "capital letters of 6.1 mm")),  # a tablet of 10 inches
    ],
)
def test_what_letters_come_to(screen: Screen, standard: int, large: int, lacks: tuple[str, ...]) -> None:
    assert (points(screen, STANDARD), points(screen, LARGE)) == (standard, large)
    first = next(iter(steps(screen)))
    assert sorted(first.lacks) == sorted(lacks)
    assert (round(first.capital, 1) >= LEAST_CAPITAL["standard"]) == (not lacks)
    assert all(step.size.holds(step.grid.least) for step in steps(screen))


def test_the_measure_is_told_for_the_screen_of_the_office(counter: Path) -> None:
    told = run(counter, "terminal", "--measure")
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == report(Screen(1920, 1080, 344))
    assert "capital letters 6.1 mm" in told.stdout
    configure(counter, screen_columns="1280", screen_rows="800", screen_mm="217")
    assert "too small for" in run(counter, "terminal", "--measure").stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("screen_columns", "screen_rows") for value in (0, 99, 20_001, 10**18)),
        *(("screen_mm", value) for value in (0, 49, 5_001, 10**18)),
    ],
)
def test_a_screen_that_there_is_none_of_is_refused_at_once(name: str, value: int) -> None:
    settings = {"screen_columns": 1920, "screen_rows": 1080, "screen_mm": 344}
    with pytest.raises(ConfigError, match=name):
        screen(settings | {name: value})


def test_the_largest_screen_is_measured_at_once(counter: Path) -> None:
    configure(counter, screen_columns="20000", screen_rows="20000", screen_mm="5000")
    began = time.monotonic()
    points(screen(Office(counter).settings("terminal")), LARGE)
    assert time.monotonic() - began < 1
    configure(counter, screen_columns="1000000000")
    refused = run(counter, "terminal", "--measure")
    assert refused.returncode == 78
    assert "screen_columns and screen_rows under [terminal] in office.toml are 100 to 20000 pixels" in refused.stderr
