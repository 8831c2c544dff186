"""Whatever a hand does: touches, keys, resizes, waiting, at midnight too. Nothing breaks, no confirmed answer is lost,
and from everywhere a way leads back to the first screen.

A run is made by its seed alone; a failure names it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from kiosk.door import connect
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.record import Via
from kiosk.survey import Kind
from terminal_ui.actions import Back, Finish, Shut
from terminal_ui.app import Terminal, Timing
from terminal_ui.delivery import Delivery
from terminal_ui.grid import GRIDS, LEAST, STANDARD, Size
from terminal_ui.journal import FOLDER, Journal
from terminal_ui.keys import Focus, Move, moved
from terminal_ui.letters import ASKED
from terminal_ui.page import Page
from terminal_ui.pages import page as make_page
from terminal_ui.visit import act
from tests.kiosk.running import PATIENCE, Started
from tests.terminal_ui.exported import given, responses
from tests.terminal_ui.hearing import StandIns
from tests.terminal_ui.test_layout import OFTEN

SIZES = (*(grid.least for grid in GRIDS), Size(100, 30), Size(60, 16), Size(48, 14), Size(20, 5), Size(1, 1))
KEYS = (
    *("tab shift+tab enter enter enter space escape left right up down backspace delete home ctrl+c ctrl+q".split()),
    *(f"f{number}" for number in range(1, 13)),
    *"1234567890",
    *"aäÖß ,.-/*+€",
    *("1", "2", "0", "enter") * 5,  # so that it goes on
)
PAUSES = (0.0, 0.05, 0.2, 0.4, 0.4, 0.4, 0.4, 1.0, 3.0)  # seconds between two touches
WAITS = (5.0, 31.0, 61.0, 91.0, 3600.0, 86400.0)
DEEDS = {"touch": 45, "key": 45, "wait": 1, "look": 4, "resize": 1, "survey": 0.3, "day": 0.3, "paste": 1}  # how often
LONGEST_WAY = 16  # steps to the first screen
CLOSING = '\nkeyword = "WEGE"\ncloses = 2030-01-02\n'  # of one of the two surveys


class AnyDay(Office):
    """On whatever day it is to be."""

    day = date(2030, 1, 1)

    def today(self) -> date:
        return self.day


@dataclass(slots=True)
class Hand:
    """Does anything, and keeps its own account of what was confirmed on the screen."""

    terminal: Terminal
    office: AnyDay
    pilot: Pilot[Any]
    chance: random.Random
    seconds: Callable[[float], None]
    latest: Interview | None = None
    confirmed: Counter[str] = field(default_factory=Counter)
    seen: set[object] = field(default_factory=set)

    async def act(self) -> None:
        terminal, chance = self.terminal, self.chance
        self.seconds(chance.choice(PAUSES))
        match chance.choices(tuple(DEEDS), tuple(DEEDS.values()))[0]:
            case "touch":
                self._touch()
            case "key":
                key = chance.choice(KEYS)
                terminal.on_key(events.Key(key, key if len(key) == 1 else " " if key == "space" else None))
            case "wait":
                self.seconds(chance.choice(WAITS))
                terminal._look_at_clock()
            case "look":
                terminal._look_at_clock()
            case "resize":
                size = chance.choice((*SIZES, *(STANDARD.least,) * 4))
                await self.pilot.resize_terminal(size.columns, size.rows)
            case "survey":
                file = self.office.folder / "surveys" / f"{chance.choice(('often', 'counter'))}.toml"
                away = file.with_suffix(".away")
                file.rename(away) if file.exists() else away.rename(file)
            case "day":
                self.office.day += timedelta(chance.choice((-1, 1)))
            case _:
                terminal.on_paste(events.Paste("Hinterhof"))

    def _touch(self) -> None:
        page, chance = self.terminal.page, self.chance
        assert page
        if page.targets and chance.random() < 0.9:
            rect = chance.choice(page.targets).rect
            x, y = rect.x + chance.randrange(rect.width), rect.y + chance.randrange(rect.height)
        else:
            x, y = chance.randrange(-1, 110), chance.randrange(-1, 35)
        self.terminal.on_mouse_down(mouse(events.MouseDown, x, y, chance.choice((1, 1, 1, 1, 3))))
        if chance.random() < 0.1:
            x, y = x + chance.randrange(-20, 20), y + chance.randrange(-5, 5)
        if chance.random() < 0.98:
            self.terminal.on_mouse_up(mouse(events.MouseUp, x, y, 1))

    def account(self) -> None:
        """An interview that is no longer there was confirmed as it was seen last."""
        interview = self.terminal.visit.interview
        before = self.latest
        if before is not None and before.consent is not None and interview is None:
            self.confirmed[str(_confirmed(before))] += 1
        self.latest = interview

    def look(self) -> None:
        """What holds in every state."""
        terminal = self.terminal
        page, visit = terminal.page, terminal.visit
        assert page is not None
        assert terminal.fault is None
        assert terminal._focus.number < max(1, len(page.targets))
        assert visit.interview is not None or not visit.drafts
        kind = (page.name, terminal._room, visit.locale, visit.overlay, len(page.targets))
        if kind not in self.seen and terminal._room.holds(LEAST):
            self.seen.add(kind)
            assert _by_two_keys(page) == set(range(len(page.targets))), (
                f"{page.name}: not everything is reached by keys"
            )
            self._way_out()

    def _way_out(self) -> None:
        """By touching what is there: each of these is a key's, too (see `_by_two_keys`)."""
        scene = self.terminal._scene()
        room, way = self.terminal._room, []
        for _ in range(LONGEST_WAY + scene.visit.sheet + scene.visit.leaf):
            page = make_page(scene, room)
            way.append(page.name)
            if page.name == "attract":
                return
            actions = [target.action for target in page.targets]
            out = next(
                (action for kind in (Finish, Shut, Back) for action in actions if isinstance(action, kind)), None
            )
            assert out is not None, f"no way out of {way}"
            offer = self.terminal._offer
            scene = replace(scene, visit=act(scene.visit, out, offer.surveys, offer.home).visit)
        raise AssertionError(f"no way out by {way}")


def _confirmed(interview: Interview) -> dict[str, object]:
    """Question -> what was answered, as the export writes it; of those on the way only."""
    found: dict[str, object] = {}
    for question in interview.survey.route(interview.answers):
        if answer := interview.answers.get(question.name):
            text = question.kind is Kind.TEXT and not answer.missing
            values: object = " ".join(answer.values) if text else list(answer.values)
            found[question.name] = str(answer.missing) if answer.missing else values
    return dict(sorted(found.items()))


def _by_two_keys(page: Page) -> set[int]:
    """The targets that can be touched by Tab and Enter alone."""
    waiting, seen = [Focus(page.focus)], set()
    while waiting and page.targets:
        focus = waiting.pop()
        if focus not in seen:
            seen.add(focus)
            waiting.append(moved(page.targets, focus, Move.NEXT))
            waiting += [Focus(focus.number)] if focus.row else []
    return {focus.number for focus in seen if not focus.row}


def mouse(kind: Any, x: int, y: int, button: int) -> Any:
    return kind(None, x, y, 0, 0, button, False, False, False, screen_x=x, screen_y=y)


@pytest.fixture
def office(counter: Path, monkeypatch: pytest.MonkeyPatch) -> AnyDay:
    """With two surveys, of which one ends, and letters that can be made larger."""
    monkeypatch.setenv(ASKED, "xterm")
    (counter / "surveys" / "often.toml").write_text(OFTEN.replace('\nkeyword = "WEGE"\n', CLOSING))
    return AnyDay(counter)


@pytest.mark.parametrize(
    ("presses", "heard"),
    [(3_000, True), pytest.param(100_000, False, marks=[pytest.mark.peers, pytest.mark.timeout(1200)])],
)
def test_any_hand(
    office: AnyDay,
    clock: Callable[[float], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    presses: int,
    heard: bool,
) -> None:
    """`heard`: something can read aloud here."""
    if heard:
        monkeypatch.setenv("PATH", StandIns(tmp_path / "voice", seconds=0.05).path)
    seed = 2030 if presses < 10_000 else random.randrange(1 << 32)
    print(f"seed {seed}")
    journal = Journal.create(office.folder / FOLDER, office.keyring)
    delivery = Delivery(journal, [], office.keyring, lambda: connect(office.folder), lambda: pytest.fail("delivery"))
    terminal = Terminal(office, journal, Timing(90, 30, 60), ready=delivery.start, kept=delivery.nudge)
    with Started(office.folder):
        confirmed = asyncio.run(_play(terminal, office, clock, seed, presses))
        delivery.stop(PATIENCE)
        assert not delivery.is_alive()
        for file in (office.folder / "surveys").glob("*.away"):
            file.rename(file.with_suffix(".toml"))
        stored = Counter(
            str(dict(sorted((name, answer) for name, answer in given(response).items() if answer != "not_asked")))
            for name in ("often", "counter")
            for response in responses(office.folder, name)
        )
    journal.remove()
    assert stored == confirmed
    assert confirmed.total() > presses / 500, "it got nowhere"
    assert any("minutes" in answers for answers in confirmed), "one survey was never answered"
    assert any("remarks" in answers for answers in confirmed), "the other was never answered"


async def _play(
    terminal: Terminal, office: AnyDay, clock: Callable[[float], None], seed: int, presses: int
) -> Counter[str]:
    async with terminal.run_test(size=(STANDARD.least.columns, STANDARD.least.rows)) as pilot:
        hand = Hand(terminal, office, pilot, random.Random(seed), clock)
        for number in range(presses):
            try:
                await hand.act()
                hand.look()
            except Exception as error:
                raise AssertionError(f"seed {seed}, press {number}: {error!r}") from error
            hand.account()
            if number % 20 == 0:
                await asyncio.sleep(0)
        terminal.do(Finish(), Via.TOUCH)
        hand.account()
        await pilot.pause()
    return hand.confirmed
