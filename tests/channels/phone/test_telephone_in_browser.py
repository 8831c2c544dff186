"""The telephone at /try/phone in a real browser: what is really heard there, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from channels.phone import recorded
from channels.phone.simulator import PAGE
from kiosk.call import (
    Event,
    HangUp,
    HeardNothing,
    HungUp,
    Keys,
    NotReached,
    Pause,
    Pressed,
    Rang,
    Record,
    Recorded,
    Replay,
    Silent,
    Sound,
    Transfer,
)
from tests.channels.phone.page import (
    AT_ONCE,
    HIGH,
    LASTS,
    LONG,
    LOW,
    MICROPHONE,
    PATIENCE,
    House,
    Telephone,
)
from tests.terminal_ui.tablet import CHROMIUM, chromium

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("telephone") / "office")
    yield house
    house.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*MICROPHONE) as browser:
        yield browser


@pytest.fixture
def people(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def telephone(people: BrowserContext, house: House) -> Iterator[Telephone]:
    house.plays()
    telephone = Telephone(people.new_page(), f"{house.address}{PAGE}")
    yield telephone
    assert telephone.faults == []


# What is heard


def test_the_real_sound_files_are_heard_one_after_the_other(telephone: Telephone, house: House) -> None:
    said: list[Sound] = [LOW, Pause(0.5), HIGH]
    house.plays((said, HangUp()))
    telephone.call()
    telephone.state("zu Ende")
    low, high = telephone.said(LOW), telephone.said(HIGH)
    assert low[-1] - low[0] == pytest.approx(LASTS, abs=0.15)
    assert high[-1] - high[0] == pytest.approx(LASTS, abs=0.15)
    assert 0.4 < high[0] - low[-1] < 0.5 + AT_ONCE
    assert telephone.log == [LOW.text, HIGH.text, "Der Anruf ist zu Ende."]
    assert len(telephone.fetched) == 2
    assert house.events == [Rang()]


def test_a_key_stops_what_is_said_and_counts_at_once(telephone: Telephone, house: House) -> None:
    house.plays(([LOW, LOW, LOW], Keys(1, 8)), ([HIGH], HangUp()))
    telephone.call()
    telephone.hears(LOW)
    telephone.press("4")
    telephone.state("zu Ende")
    low, high = telephone.said(LOW), telephone.said(HIGH)
    pause = high[0] - telephone.key_at
    print(f"\nkey to next sound: {pause * 1000:.0f} ms")
    assert low[-1] < high[0]
    assert 0 < pause < AT_ONCE
    assert house.events == [Rang(), Pressed("4")]
    assert telephone.log == [LOW.text, "Gedrückt: 4", HIGH.text, "Der Anruf ist zu Ende."]


def test_what_must_be_heard_is_heard_and_keys_are_dropped(telephone: Telephone, house: House) -> None:
    house.plays(([LOW, HIGH, HIGH], Keys(1, 8), 1), ([], HangUp()))
    telephone.call()
    telephone.hears(LOW)
    telephone.press("1")
    telephone.state("Wird ganz gesagt")
    telephone.hears(HIGH)
    low = telephone.said(LOW)
    assert low[-1] - low[0] == pytest.approx(LASTS, abs=0.15)
    assert house.events == [Rang()]
    telephone.press("2")
    house.wait_for(Rang(), Pressed("2"))


def test_a_key_pressed_while_the_office_thinks_counts_for_what_comes_next(telephone: Telephone, house: House) -> None:
    """As the second of two quick presses on the same key."""
    house.plays(([LOW], Keys(1, 8)), ([LOW], Keys(1, 8)), ([LOW], Keys(1, 8), 1), ([LOW], HangUp()))
    telephone.call()
    telephone.hears(LOW)
    telephone.page.evaluate("for (const key of '**1') dispatchEvent(new KeyboardEvent('keydown', { key }))")
    house.wait_for(Rang(), Pressed("*"), Pressed("*"))
    telephone.state("Wartet")
    assert house.events == [Rang(), Pressed("*"), Pressed("*")], "the third has something that must be heard"


# Keys


def test_silence_counts_from_the_end_of_what_is_said(telephone: Telephone, house: House) -> None:
    house.plays(([LOW], Keys(1, 3)), ([HIGH], HangUp()))
    telephone.call()
    telephone.state("zu Ende")
    assert telephone.said(HIGH)[0] - telephone.said(LOW)[-1] == pytest.approx(3.0, abs=AT_ONCE)
    assert house.events == [Rang(), Silent()]


@pytest.mark.parametrize(
    ("keys", "event"),
    [
        ("123", Pressed("123")),
        ("12#", Pressed("12")),
        ("#", Pressed("")),
        ("12", Pressed("12")),
        ("1*", Pressed("1*")),
        ("", Silent()),
    ],
)
def test_an_entry_of_several_keys(telephone: Telephone, house: House, keys: str, event: Event) -> None:
    house.plays(([], Keys(3, 1)), ([], HangUp()))
    telephone.call()
    telephone.state("Wartet")
    for key in keys:
        telephone.press(key)
    house.wait_for(Rang(), event)


def test_every_button_and_every_key(telephone: Telephone, house: House) -> None:
    everything = "123456789*0#"
    house.plays(*(((), Keys(1, 8)) for _ in range(24)))
    telephone.call()
    for name in [*"123456789", "Stern", "0", "Raute"]:
        telephone.page.get_by_role("button", name=name, exact=True).click()
    for key in everything:
        telephone.press(key)
    house.wait_for(*[Pressed(key) for key in everything * 2])


# Speaking


def test_somebody_speaks_until_a_key_and_hears_it_again(telephone: Telephone, house: House) -> None:
    house.plays(([LOW], Record(60)), ([], HangUp()))
    telephone.call()
    telephone.state("Nimmt auf")
    telephone.page.wait_for_timeout(2500)  # so that the microphone of the test has beeped twice
    telephone.press("#")
    telephone.state("zu Ende")
    assert house.events[0] == Rang()
    event = house.events[1]
    assert isinstance(event, Recorded)
    file = house.office.blobs.read(event.recording)
    assert len(file) == event.size
    assert recorded.spoken(recorded.samples(file))
    assert 2.2 < len(recorded.samples(file)) / 16000 < 3.5
    assert telephone.log[-2:] == ["Gesprochen", "Der Anruf ist zu Ende."]

    telephone.forget()
    house.plays(([Replay(event.recording)], HangUp()))
    telephone.call()
    telephone.state("zu Ende")
    assert telephone.log[0] == "Ihre Aufnahme"
    assert any(hertz for _, hertz in telephone.ear), "the beeps are heard"


def test_a_recording_ends_by_itself(telephone: Telephone, house: House) -> None:
    house.plays(([], Record(2)), ([], HangUp()))
    telephone.call()
    telephone.state("zu Ende")
    event = house.events[1]
    assert isinstance(event, Recorded)
    assert len(recorded.samples(house.office.blobs.read(event.recording))) <= 2 * 16000


def test_whoever_hangs_up_has_spoken_nevertheless(telephone: Telephone, house: House) -> None:
    house.plays(([], Record(60)), ([LOW], Keys(1, 8)))
    telephone.call()
    telephone.state("Nimmt auf")
    telephone.page.wait_for_timeout(1500)
    telephone.press("Escape")
    telephone.state("zu Ende")
    assert [type(event) for event in house.events] == [Rang, Recorded, HungUp]
    assert telephone.said(LOW) == []


def test_without_a_microphone_a_sample_is_spoken(browser: Browser, house: House) -> None:
    deaf = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    with deaf:
        telephone = Telephone(deaf.new_page(locale="de-DE"), f"{house.address}{PAGE}")
        house.plays(([], Record(60)), ([], Record(60)), ([], Record(60)), ([], HangUp()))
        telephone.call()
        telephone.state("Hier ist kein Mikrofon")
        telephone.page.get_by_role("button", name="Nichts sagen").click()
        house.wait_for(HeardNothing())
        telephone.page.get_by_role("button", name="Probe sprechen lassen").click()
        telephone.wait(lambda: len(house.events) == 3, "the sample")
        telephone.state("Hier ist kein Mikrofon")
        telephone.press("5")
        house.wait_for(HeardNothing())
        event = house.events[2]
        assert isinstance(event, Recorded)
        assert recorded.spoken(recorded.samples(house.office.blobs.read(event.recording)))
        assert telephone.log[-1] == "Der Anruf ist zu Ende."


# The end


def test_hanging_up_stops_what_is_said(telephone: Telephone, house: House) -> None:
    house.plays(([LOW, LOW, LOW], Keys(1, 8)))
    telephone.call()
    telephone.hears(LOW)
    telephone.page.get_by_role("button", name="Auflegen").click()
    telephone.state("zu Ende")
    assert house.events == [Rang(), HungUp()]
    telephone.forget()
    telephone.page.wait_for_timeout(500)
    assert telephone.said(LOW) == []


@pytest.mark.parametrize("how", ["closed", "left"])
def test_a_tab_that_goes_away_hangs_up(telephone: Telephone, house: House, how: str) -> None:
    house.plays(([LOW, LOW], Keys(1, 8)))
    telephone.call()
    telephone.hears(LOW)
    if how == "closed":
        telephone.page.close(run_before_unload=True)
    else:
        telephone.page.goto(house.address)
    house.wait_for(HungUp())
    assert house.happened[-1].after == 1


def test_a_transfer_is_answered_or_not(telephone: Telephone, house: House) -> None:
    house.plays(([], Transfer("+493521000001")), ([LOW], Transfer("+493521000001")))
    telephone.call()
    telephone.state("Jetzt klingelt es bei +493521000001.")
    telephone.page.get_by_role("button", name="Niemand nimmt ab").click()
    house.wait_for(Rang(), NotReached())
    telephone.state("Jetzt klingelt es")
    telephone.press("Enter")  # on the first of the two: somebody answers
    house.wait_for(Rang(), NotReached(), HungUp())
    telephone.state("zu Ende")


def test_what_goes_wrong_is_told(telephone: Telephone, house: House) -> None:
    alert = telephone.page.get_by_role("alert")
    house.plays(([], Keys(1, 8)), ([], Keys(1, 8)))
    telephone.call()
    telephone.state("Wartet")
    house.full = True
    telephone.press("1")
    assert "The disk is full. Make room." in alert.inner_text()
    house.plays(([], Keys(1, 8)), ([], Keys(1, 8)))
    telephone.call()
    telephone.state("Wartet")
    assert not alert.is_visible()
    telephone.page.route("**/call", lambda route: route.abort())
    telephone.press("1")
    assert "Der Server antwortet nicht." in alert.inner_text()
    telephone.page.unroute("**/call")
    telephone.faults.clear()  # the browser's own words


def test_where_nothing_can_speak_the_page_says_so_and_hangs_up(telephone: Telephone, house: House) -> None:
    words = "Nothing here speaks de. Install a voice: apt install espeak-ng"
    telephone.page.route("**/sound/*.wav", lambda route: route.fulfill(status=500, body=words))
    house.plays(([LOW], Keys(1, 8)))
    telephone.call()
    assert telephone.page.get_by_role("alert").inner_text() == words
    house.wait_for(Rang(), HungUp())
    telephone.faults.clear()


# Numbers


def test_one_number_calls_again_withheld_or_from_a_second_telephone(telephone: Telephone, house: House) -> None:
    house.plays(([], Keys(1, 8)))
    telephone.call()
    telephone.press("Escape")
    telephone.state("zu Ende")
    telephone.call()
    with telephone.page.expect_popup() as popup:
        telephone.page.get_by_role("link", name="Zweites Telefon mit derselben Nummer").click()
    second = Telephone(popup.value, popup.value.url)
    second.call()
    second.state("Wartet")
    first_call, _, again, beside = (one.caller for one in house.happened)
    assert first_call.number == again.number == beside.number
    assert re.fullmatch(r"sim:\d{8}", first_call.number)
    assert len({first_call.call, again.call, beside.call}) == 3
    assert {one.caller.trial for one in house.happened} == {True}
    second.press("Escape")
    second.state("zu Ende")
    second.page.get_by_label("Nummer unterdrücken").check()
    second.call()
    second.state("Wartet")
    assert house.happened[-1].caller.number == ""
    second.page.get_by_role("link", name="Von vorn, mit einer neuen Nummer").click()
    second.call()
    second.state("Wartet")
    assert house.happened[-1].caller.number not in ("", first_call.number)


# How it looks

READABLE = """
() => {
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const letters = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
  return letters.map((one) => {
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => b - a);
    return [one.textContent.trim().slice(0, 30), (a + 0.05) / (b + 0.05)];
  });
}
"""


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("letters", [100, 200])
def test_it_is_readable_and_fits(browser: Browser, house: House, colours: str, width: int, letters: int) -> None:
    """At 100 per cent the whole telephone is in sight while somebody calls."""
    height = 740 if width == 360 else 900
    context = browser.new_context(
        locale="de-DE",
        viewport={"width": width, "height": height},
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
    )
    house.plays(([LONG], Transfer("+493521000001")))
    telephone = Telephone(context.new_page(), f"{house.address}{PAGE}")
    telephone.page.evaluate(f"document.documentElement.style.fontSize = '{letters}%'")
    telephone.call()
    telephone.page.get_by_text("Landkreis plant").first.wait_for()
    assert telephone.page.evaluate("document.documentElement.scrollWidth") <= width
    if letters == 100:
        box = telephone.page.locator(".device").bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        for button in telephone.page.locator("[data-key]").all():
            size = button.bounding_box()
            assert size
            assert min(size["width"], size["height"]) >= 48
    contrasts = telephone.page.evaluate(READABLE)
    assert len(contrasts) > 24
    telephone.page.get_by_role("button", name="Niemand nimmt ab").wait_for(timeout=PATIENCE * 1000)
    telephone.page.evaluate("fault.hidden = false, fault.textContent = 'Der Server antwortet nicht.'")
    contrasts += telephone.page.evaluate(READABLE)
    assert [found for found in contrasts if found[1] < 7] == []
    context.close()
