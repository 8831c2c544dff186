"""A resident at a tablet: the terminal in Debian's Chromium, by touch, from the first screen to the code."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from kiosk.office import Office
from tests.kiosk.running import Started, configure, free_port, make_office
from tests.terminal_ui.asking import silence
from tests.terminal_ui.exported import given, wait_for
from tests.terminal_ui.serving import Served
from tests.terminal_ui.tablet import Tablet, chromium

pytestmark = pytest.mark.peers

LOCALES = ("de", "de@easy", "en")
ASKING = (str(Path(__file__).with_name("asking.py")),)
BACK = 3.0  # seconds after which a page has its first screen again
EXPECTED = {
    "satisfied": ["satisfied"],
    "waited": ["under_10_minutes"],
    "got_done": ["no"],
    "lacked": "dont_know",
    "remarks": "Messe.",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """An office that runs, and the address of its terminal in the browser."""
    folder = make_office(tmp_path_factory.mktemp("house") / "office")
    port = free_port()
    configure(folder, browser_port=str(port), browser_sessions="3")
    with Started(folder) as started:
        started.wait(lambda: answers(port), "the terminal in the browser")
        yield folder, f"http://127.0.0.1:{port}/"


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def tablet(browser: Browser, house: tuple[Path, str]) -> Iterator[Tablet]:
    tablet = Tablet(browser, house[1])
    yield tablet
    tablet.close()


@pytest.fixture
def served(counter: Path) -> Iterator[Served]:
    with Served(counter) as served:
        yield served


@pytest.fixture
def visitor(browser: Browser, served: Served) -> Iterator[Tablet]:
    """At a page whose server has no office beside it, so that it can be killed."""
    visitor = Tablet(browser, served.url)
    yield visitor
    visitor.close()


@pytest.mark.parametrize("locale", LOCALES)
def test_by_touch_from_the_first_screen_to_the_code(tablet: Tablet, house: tuple[Path, str], locale: str) -> None:
    office = Office(house[0])
    words, survey = office.catalogues[locale], office.survey("counter")
    tablet.tap(words.say("terminal.attract.start"))
    tablet.tap(survey.title[locale])
    tablet.tap(words.say("consent.yes"))
    for name, choice in (("satisfied", 1), ("waited", 0), ("got_done", 2)):
        question = survey.question(name)
        assert question
        tablet.sees(question.label[locale])
        tablet.tap(question.choices[choice].label[locale])
    tablet.tap(words.say("missing.dont_know"))
    tablet.type("Messe.")
    tablet.sees("Messe.")
    tablet.tap(words.say("terminal.go.on"))
    tablet.sees(words.say("review.ask"))
    tablet.tap(words.say("review.submit"))
    code = tablet.code()
    tablet.tap(words.say("terminal.done.finish"))
    tablet.sees(words.say("terminal.attract.start"))
    assert code not in tablet.words
    responses = wait_for(house[0], "counter", LOCALES.index(locale) + 1, state="counted")
    response = next(response for response in responses if response["locale"] == locale)
    assert given(response) == EXPECTED
    assert response["channel"] == "terminal"
    assert {answer["via"] for answer in response["answers"].values()} == {"touch"}


def test_it_asks_nothing_of_any_other_host_and_keeps_nothing(tablet: Tablet, house: tuple[Path, str]) -> None:
    tablet.sees("Hier beginnen")
    assert {urlsplit(url).netloc for url in tablet.asked} == {urlsplit(house[1]).netloc}
    assert tablet.faults == [], "the policy stops nothing that the page needs"
    assert tablet.context.cookies() == []
    assert tablet.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_every_tap_counts_once(tablet: Tablet) -> None:
    """Each is one press and one release; two in haste are two letters."""
    begin_to_write(tablet)
    before = len(tablet.sent)
    tablet.tap("Y", times=2)
    tablet.sees("Yy▏")
    reports = [sent for sent in tablet.sent[before:] if '"keys"' in sent]
    assert [report[-3] for report in reports] == ["M", "m", "M", "m"]


def test_a_keyboard_works_too(tablet: Tablet) -> None:
    begin_to_write(tablet)
    tablet.write("Straße: Äpfel, 50 €!")
    tablet.sees("Straße: Äpfel, 50 €!")
    tablet.page.keyboard.press("Backspace")
    tablet.sees("50 €▏")
    tablet.page.keyboard.press("Control+p")
    tablet.page.keyboard.press("F1")
    tablet.sees("Zurück zur Umfrage")
    tablet.page.keyboard.press("Escape")
    tablet.sees("50 €▏")
    tablet.page.keyboard.press("ArrowLeft")
    tablet.page.keyboard.press("ArrowRight")
    tablet.page.keyboard.press("Enter")
    tablet.sees("Ja, abgeben")
    tablet.page.keyboard.press("Tab")
    tablet.page.keyboard.press("Shift+Tab")
    tablet.page.keyboard.press("F11")  # the browser's own
    tablet.wait(lambda: tablet.sent[-1].endswith('[Z"]'), "the last key")
    assert tablet.sent[-2] == '["keys","\\t"]'


def test_a_key_that_is_held_counts_once(tablet: Tablet) -> None:
    begin_to_write(tablet)
    for _ in range(5):
        tablet.page.keyboard.down("s")
    tablet.page.keyboard.up("s")
    tablet.write("o")
    tablet.sees("so▏")


def test_two_tablets_do_not_see_each_other(browser: Browser, tablet: Tablet, house: tuple[Path, str]) -> None:
    other = Tablet(browser, house[1])
    try:
        other.sees("Hier beginnen")
        begin_to_write(tablet)
        tablet.page.keyboard.type("Hinterhof")
        tablet.sees("Hinterhof")
        other.tap("Start here")
        other.sees("Your visit")
        assert "Hinterhof" not in other.words
        tablet.sees("Hinterhof")
    finally:
        other.close()


def test_a_page_that_finds_no_room_says_so_and_comes_in_later(browser: Browser, served: Served) -> None:
    served.stop()
    configure(served.office, browser_sessions="1")
    served.start()
    first, second = Tablet(browser, served.url), Tablet(browser, served.url)
    try:
        first.sees("Hier beginnen")
        second.page.get_by_text("Alle Plätze sind voll").wait_for()
        first.close()
        second.sees("Hier beginnen")
    finally:
        second.close()


def test_a_killed_process_is_back_in_three_seconds_and_nothing_of_before_is_seen(
    visitor: Tablet, served: Served
) -> None:
    begin_to_write(visitor)
    visitor.page.keyboard.type("Hinterhof")
    visitor.sees("Hinterhof")
    (child,) = served.children()
    os.kill(child, signal.SIGKILL)
    began = time.monotonic()
    visitor.page.get_by_text("Bitte warten Sie kurz").wait_for()
    assert "Hinterhof" not in visitor.page.evaluate("import('./main.js').then(({screen}) => screen.lines().join(' '))")
    visitor.sees("Hier beginnen")
    assert time.monotonic() - began <= BACK
    assert "Hinterhof" not in visitor.words


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_comes_back_has_its_pages_back(visitor: Tablet, served: Served, how: signal.Signals) -> None:
    visitor.tap("Hier beginnen")
    visitor.sees("Ja, mitmachen")
    served.stop(how)
    visitor.page.get_by_text("Bitte warten Sie kurz").wait_for()
    visitor.page.wait_for_timeout(5_000)
    assert visitor.veiled
    served.start()
    began = time.monotonic()
    visitor.sees("Hier beginnen")
    assert time.monotonic() - began <= 2 * BACK  # until the page asks for it again, and a program was started


def test_a_line_that_dies_without_a_word_is_noticed(visitor: Tablet, served: Served) -> None:
    visitor.tap("Hier beginnen")
    visitor.sees("Ja, mitmachen")
    os.kill(served.process.pid, signal.SIGSTOP)
    try:
        visitor.page.get_by_text("Bitte warten Sie kurz").wait_for()
    finally:
        os.kill(served.process.pid, signal.SIGCONT)
    visitor.sees("Hier beginnen")


# The size of the letters


def size(tablet: Tablet) -> dict[str, Any]:
    return dict(tablet.page.evaluate("import('./main.js').then(({screen}) => screen.grid)"))


def test_the_letters_are_as_large_as_the_window_lets_them(browser: Browser, served: Served) -> None:
    """On a large screen the standard grid, on a tablet or a phone the large one; all of the window is used."""
    for width, height, touch, columns, rows in (
        (1920, 1080, True, 68, 19),
        (1280, 800, False, 68, 19),
        (1280, 800, True, 49, 14),
        (800, 1280, True, 49, 14),
        (390, 844, True, 49, 14),
    ):
        page = Tablet(browser, served.url, width=width, height=height, touch=touch)
        page.wait(lambda page=page: not page.veiled, "the first picture")  # type: ignore[misc]
        grid = size(page)
        assert grid["columns"] >= columns
        assert grid["rows"] >= rows
        assert min(grid["columns"] - columns, grid["rows"] - rows) <= 2, "larger letters would have had room"
        assert width - grid["columns"] * grid["cell"][0] < grid["columns"]
        assert height - grid["rows"] * grid["cell"][1] < grid["rows"]
        page.close()


def test_a_tablet_that_is_turned_gets_another_grid(visitor: Tablet) -> None:
    visitor.sees("Hier beginnen")
    visitor.page.set_viewport_size({"width": 1920, "height": 1440})
    visitor.wait(lambda: size(visitor)["rows"] > 19, "more rows")
    visitor.sees("Hier beginnen")
    visitor.tap("Hier beginnen")
    visitor.sees("Ja, mitmachen")


def test_the_program_may_ask_for_large_letters(browser: Browser, office: Path) -> None:
    with Served(office, program=ASKING) as served:
        page = Tablet(browser, served.url)
        page.sees("68 by 19")
        page.page.keyboard.press("l")
        page.sees("49 by 14")
        page.page.keyboard.press("u")
        page.sees("68 by 19")
        page.close()


def test_a_person_gets_large_letters_and_the_next_one_the_usual(visitor: Tablet) -> None:
    visitor.tap("Hier beginnen")
    visitor.sees("Ja, mitmachen")
    visitor.page.keyboard.press("F10")
    visitor.wait(lambda: size(visitor)["columns"] < 68, "large letters")
    visitor.sees("Ja, mitmachen")
    visitor.page.keyboard.press("Escape")
    visitor.wait(lambda: size(visitor)["columns"] == 68, "the usual letters")
    visitor.sees("Hier beginnen")


def test_the_program_may_have_sounds_played_one_after_the_other_and_hushed(browser: Browser, office: Path) -> None:
    with Served(office, program=ASKING) as served:
        page = Tablet(browser, served.url)
        page.sees("68 by 19")
        page.page.keyboard.type("ss")
        page.wait(lambda: to_play(page) == 2, "two sounds")
        began = time.monotonic()
        page.wait(lambda: to_play(page) == 0, "their end")
        assert time.monotonic() - began > 1.5, "one after the other"
        page.page.keyboard.type("sss")
        page.wait(lambda: to_play(page) == 3, "three sounds")
        page.page.keyboard.press("h")
        began = time.monotonic()
        page.wait(lambda: to_play(page) == 0, "silence")
        assert time.monotonic() - began < 0.8, "the first of them alone would take a second"
        page.page.keyboard.press("s")
        page.wait(lambda: to_play(page) == 1, "a sound after that")
        page.wait(lambda: to_play(page) == 0, "its end")
        assert page.faults == []
        page.close()


def to_play(tablet: Tablet) -> int:
    """Sounds that the page plays or has still to play."""
    return int(tablet.page.evaluate("import('./main.js').then(({sounds}) => sounds.queue.length)"))


@pytest.mark.parametrize("how", ["hushed", "heard to the end"])
def test_no_key_of_a_headset_plays_again_what_was_read_to_somebody(tablet: Tablet, how: str) -> None:
    tablet.sees("Hier beginnen")
    left = tablet.page.evaluate(LEFT_TO_HEAR, [silence(5.0 if how == "hushed" else 0.2), how == "hushed"])
    assert left == [0, "silent"]


# How many seconds the page could still play, and what comes of trying to. Trying waits for a source, and none comes.
LEFT_TO_HEAR = """async ([wav, hushed]) => {
  const { Sounds } = await import("./sound.js");
  const sounds = new Sounds();
  const heard = new Promise((resolve) => sounds.audio.addEventListener("ended", resolve));
  sounds.play(wav);
  await (hushed ? new Promise((resolve) => setTimeout(resolve, 300)) : heard);
  if (hushed) sounds.hush();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { audio } = sounds;
  const trying = Promise.race([audio.play(), new Promise((resolve) => setTimeout(resolve, 500))]);
  return [audio.duration || 0, await trying.then(() => audio.currentTime ? "plays" : "silent", (error) => error.name)];
}"""


def begin_to_write(tablet: Tablet) -> None:
    """From the first screen to the question that takes a text."""
    tablet.tap("Hier beginnen")
    tablet.page.wait_for_timeout(500)
    if "Ihr Besuch im Amt" in tablet.words:
        tablet.tap("Ihr Besuch im Amt")
    tablet.tap("Ja, mitmachen")
    tablet.sees("Frage 1 von")
    for key in "111":
        tablet.page.keyboard.press(key)
        tablet.page.wait_for_timeout(200)
    tablet.sees("Y X C")
