"""The handset in a real browser, without a script and by the keyboard alone, at an office that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.kiosk.running import CODE, Started, make_office, run
from tests.terminal_ui.tablet import chromium

pytestmark = pytest.mark.peers

SECRET = "Ein Satz, der in keinem Protokoll steht"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with Started(make_office(tmp_path_factory.mktemp("handset") / "office")) as started:
        yield started


class Telephone:
    """A tab of its own, from the office's front page on."""

    def __init__(self, browser: Browser, house: Started, width: int = 800) -> None:
        context = browser.new_context(
            java_script_enabled=False, locale="de-DE", viewport={"width": width, "height": 700}
        )
        self.page: Page = context.new_page()
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        address = re.search(r"open at (\S+),", house.log)
        assert address
        self.address = address[1]
        self.page.goto(f"{self.address}/")
        with self.page.expect_navigation():
            self.page.get_by_role("link", name="SMS hier ausprobieren").click()

    def text(self, words: str) -> str:
        """Type it where the page has put the cursor, and press Enter. Returns the newest answer."""
        self.page.locator("#text:focus").wait_for()
        self.page.keyboard.type(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self.newest

    @property
    def newest(self) -> str:
        return "\n".join(self.page.locator("#newest p").all_inner_texts())


def test_a_vote_from_the_first_word_to_the_code(browser: Browser, house: Started) -> None:
    phone = Telephone(browser, house)
    assert phone.text("Guten Tag").startswith("Zu welcher Umfrage wollen Sie antworten?")
    assert phone.text("zeiten").endswith("JA = mitmachen")
    assert phone.text(SECRET).startswith("Bitte JA oder NEIN schreiben.")
    assert phone.text("ja").startswith("1/1 Wann soll unser Amt zusätzlich öffnen?\n1 Dienstagabend")
    assert phone.text("9 und 12").startswith("Bitte mit einer Zahl antworten.\n1/1 Wann")
    code = CODE.search(phone.text("Samstagvormittag"))
    assert code
    shown = run(house.office, "show", code[0])
    assert "Samstagvormittag" in shown.stdout
    phone.page.reload()
    assert code[0] in phone.newest, "the same SMS, the same answer"
    assert {url.removeprefix(phone.address).split("/")[0] for url in phone.asked} == {""}, "nobody else is asked"
    assert SECRET not in house.log


def test_the_newest_answer_and_the_field_are_in_sight(browser: Browser, house: Started) -> None:
    for width in (360, 800):
        phone = Telephone(browser, house, width)
        for words in ("ZEITEN", "ja", "HILFE", "was"):
            phone.text(words)
        field = phone.page.get_by_label("Ihre SMS")
        assert field.bounding_box()
        for part in (field, phone.page.locator("#newest")):
            box = part.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 700


def test_two_people_in_two_tabs(browser: Browser, house: Started) -> None:
    one, other = Telephone(browser, house), Telephone(browser, house)
    one.text("ZEITEN")
    assert other.text("DIGITAL").startswith("Digitale Angebote im Landkreis")
    assert one.text("ja").startswith("1/1 Wann")
    assert other.text("ja").startswith("1/5 Wo sind digitale Angebote sinnvoll?")
    assert CODE.search(one.text("1"))
    assert other.text("1 und 3").startswith("2/5 ")


def test_a_new_number_is_a_new_person(browser: Browser, house: Started) -> None:
    phone = Telephone(browser, house)
    for words in ("ZEITEN", "ja", "1"):
        phone.text(words)
    assert phone.text("ZEITEN").endswith("Will noch jemand antworten?\nJA = noch jemand")
    with phone.page.expect_navigation():
        phone.page.get_by_role("link", name="Von vorn, mit einer neuen Nummer").click()
    assert phone.text("ZEITEN").endswith("JA = mitmachen")


def test_a_web_server_in_front_hides_it(house: Started) -> None:
    assert house.get("/try/sms")[0] == 200
    for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "192.0.2.7"}, {"Host": "handset.example.org"}):
        assert house.get("/try/sms", **headers)[0] == 404
