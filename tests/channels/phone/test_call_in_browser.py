"""A whole call at /try/phone in a real browser, to an office that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.channels.phone.page import (
    AT_ONCE,
    MICROPHONE,
    Telephone,
)
from tests.kiosk.running import CODE, Started, make_office, run
from tests.terminal_ui.tablet import chromium

pytestmark = pytest.mark.peers

MADE_NOW = 1.0  # seconds from a key to a sentence that has to be made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*MICROPHONE) as browser:
        yield browser


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with Started(make_office(tmp_path_factory.mktemp("real") / "office")) as started:
        yield started


def test_a_whole_call_by_the_keyboard_alone(browser: Browser, started: Started) -> None:
    """From the front page to the code, with an answer that is spoken."""
    address = re.search(r"open at (\S+),", started.log)
    assert address
    telephone = Telephone(browser.new_page(locale="de-DE"), address[1])
    focus(telephone, "Anruf hier ausprobieren")
    telephone.press("Enter")
    telephone.page.wait_for_url("**/try/phone**")
    focus(telephone, "Anrufen")
    telephone.press("Enter")
    pauses = []
    for sentence, key in [
        ("Guten Tag.", "1"),
        ("Zu welcher Umfrage", "1"),
        ("Zum Mitmachen", "1"),
        ("Wie zufrieden sind Sie", "2"),
        ("Wie lange haben Sie", "1"),
        ("Konnten Sie alles", "1"),
        ("Was soll bei uns", "1"),
    ]:
        telephone.says(sentence)
        telephone.forget()
        telephone.press(key)
        telephone.wait(lambda: telephone.next_sound > 0, "the next sound")
        pauses.append(telephone.next_sound)
        if sentence.startswith("Konnten"):  # once more: what was said before is there
            telephone.says("Was soll bei uns")
            telephone.forget()
            telephone.press("*")
            telephone.wait(lambda: telephone.next_sound > 0, "the same sound")
            again = telephone.next_sound
            print(f"\nkey to a sound that is there: {again * 1000:.0f} ms")
            assert again < AT_ONCE
    telephone.state("Nimmt auf")
    telephone.page.wait_for_timeout(1500)
    telephone.press("#")
    telephone.says("Zum Anhören")
    telephone.press("2")
    telephone.says("Ihre Aufnahme")
    telephone.press("1")
    telephone.says("Ihre Aufnahme ist gespeichert.")
    telephone.press("1")
    telephone.wait(lambda: CODE.search("\n".join(telephone.log)) is not None, "the code")
    telephone.press("Escape")
    telephone.state("zu Ende")
    (code,) = CODE.findall("\n".join(telephone.log))
    assert "Zufrieden" in run(started.office, "show", code).stdout
    assert "voice" in run(started.office, "review", "list").stdout
    assert telephone.faults == []
    assert not re.search(r"sim:|WARNING|ERROR", started.log)
    print(f"\nkey to next sound: {', '.join(f'{pause * 1000:.0f}' for pause in pauses)} ms")
    assert max(pauses) < MADE_NOW


def focus(telephone: Telephone, words: str) -> None:
    """Press Tab until something with these words has the focus, and see that it shows."""
    for _ in range(30):
        telephone.press("Tab")
        if words in telephone.page.evaluate("document.activeElement.textContent"):
            assert telephone.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"Tab never comes to “{words}”")
