"""Somebody who sees nothing of the screen takes part: with Tab and Enter, and by what is said."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from kiosk.office import Office
from kiosk.survey import Survey
from kiosk.voice import lexicon
from tests.kiosk.generated import LOCALES
from tests.kiosk.running import Started, configure, run
from tests.terminal_ui.exported import given, wait_for
from tests.terminal_ui.listener import Listener, Said
from tests.terminal_ui.test_layout import OFTEN

WORDS = {"de": 150, "de@easy": 125, "en": 150}  # a minute; what the voice is measured by
EXPECTED = {
    "six": ["bus", "foot"],
    "minutes": ["45"],
    "three": ["so_so"],
    "words": "Müll, Bus",
}
SURVEY = f"""{OFTEN}
[[question]]
name = "words"
kind = "text"
[question.label]
de = "Was fehlt auf Ihren Wegen?"
"de@easy" = "Was fehlt Ihnen?"
en = "What is missing on your ways?"
"""


@pytest.fixture
def often(counter: Path) -> Path:
    """With a survey that has every kind of question."""
    (counter / "surveys" / "counter.toml").unlink()
    (counter / "surveys" / "often.toml").write_text(SURVEY)
    return counter


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    return tmp_path / "voice"


@pytest.mark.peers
@pytest.mark.parametrize("locale", LOCALES)
def test_a_whole_interview(often: Path, voice: Path, locale: str) -> None:
    office = Office(often)
    survey, words = office.survey("often"), office.catalogues[locale]
    on, capital = words.say("terminal.go.on"), partial(words.say, "terminal.sign.capital")
    with Started(often), Listener(often, voice, locale) as person:
        assert person.press("tab").startswith(office.catalogues["de"].say("terminal.aloud.keys"))
        heard = person.choose(f"{words.say('locale.name')} {words.say('terminal.attract.start')}")
        assert survey.title[locale] in heard
        assert lexicon.load(locale).spoken(words.say("consent.ask")) in heard  # as an engine is given it
        assert asks(survey, "before", locale) in person.choose(words.say("consent.yes"))
        assert asks(survey, "six", locale) in person.choose(on)
        bus, foot = answer(survey, "six", "bus", locale), answer(survey, "six", "foot", locale)
        assert words.say("terminal.aloud.chosen", choice=bus) in person.choose(bus)
        person.choose(foot)
        assert asks(survey, "minutes", locale) in person.choose(on)
        person.strike("4", "5")
        assert asks(survey, "three", locale) in person.choose(on)
        assert asks(survey, "words", locale) in person.choose(answer(survey, "three", "so_so", locale))
        comma, space, shift = map(words.say, ("terminal.sign.comma", "terminal.key.space", "terminal.sign.shift"))
        person.strike(capital(letter="M"), "ü", "l", "l", comma, space, shift, capital(letter="B"), "u", "s")
        assert "Müll, Bus" in person.choose(on)
        digits = re.search(r"(?:\d[ ,]*){11}", person.choose(words.say("review.submit")))
        assert digits
        shown = run(often, "show", re.sub(r"\D", "", digits[0])).stdout
        (response,) = wait_for(often, "often", 1, state="counted")
        lasts_as_long_as_its_words(person.everything, locale)
    assert given(response) == EXPECTED
    assert {response["locale"], response["channel"]} == {locale, "terminal"}
    assert {kept["via"] for kept in response["answers"].values() if not kept["missing"]} == {"keyed"}
    assert all(said in shown for said in (bus, foot, "45", answer(survey, "three", "so_so", locale), "Müll, Bus"))


def asks(survey: Survey, name: str, locale: str) -> str:
    question = survey.question(name)
    assert question
    return question.label[locale]


def answer(survey: Survey, name: str, value: str, locale: str) -> str:
    question = survey.question(name)
    assert question
    return next(choice.label[locale] for choice in question.choices if choice.name == value)


def lasts_as_long_as_its_words(said: Sequence[Said], locale: str) -> None:
    """All of it together at the rate of its language; no sentence was cut off, and none drags on."""
    own = [one for one in said if one.voice.startswith(locale.partition("@")[0])]
    plain = [one for one in own if len(one.words.split()) > 2 and not re.search(r"\d", one.words)]
    assert len(plain) > 20
    rate = 60 * sum(len(one.words.split()) for one in plain) / sum(one.seconds for one in plain)
    assert rate == pytest.approx(WORDS[locale], rel=0.25)
    for one in own:
        assert 0.1 < one.seconds < 1.5 + len(one.words) / 4, one
        assert len(one.words) / one.seconds < 30, one


@pytest.mark.peers
def test_what_was_not_understood_is_said_again_each_time_and_the_screen_at_a_key(often: Path, voice: Path) -> None:
    with Listener(often, voice) as person:
        person.press("tab")
        for key in ("1", "1", "0", "1"):
            person.press(key)
        assert "Wie viele Minuten" in person.press("0")
        person.strike("9")
        assert person.press("9") == "9", "a digit of a keyboard counts, too"
        person.press("9")
        heard = person.choose("Weiter")
        assert person.choose("Weiter") == heard, "the second time, too"
        assert "Bitte nehmen Sie eine Zahl von 0 bis 240." in heard
        assert "Da steht jetzt: 999" in heard
        assert person.on == "Weiter", "the focus is where it was"
        assert person.press("f5") == heard
        assert person.press("backspace") == "9 gelöscht"
        for gone in ("9 gelöscht", "9 gelöscht", "Da steht noch nichts"):
            assert person.press("backspace") == gone
        for digit in "123456789":
            assert person.press(digit) == digit
        assert person.press("0") == "Da steht jetzt: 123456789", "no tenth digit is taken, and that is told"


def test_the_voice_is_the_persons_own_and_the_next_one_begins_anew(often: Path, voice: Path) -> None:
    with Listener(often, voice) as person:
        person.press("tab")
        usual = person.everything[-1]
        assert person.press("f6") == "So schnell lese ich jetzt vor."
        slow = person.everything[-1]
        assert slow.rate < usual.rate
        assert person.press("f9") == "So laut lese ich jetzt vor."
        assert "Machen Sie mit?" in person.press("1")
        assert person.everything[-1].rate == slow.rate
        person.send("escape")  # the end of a visit is silent
        assert person.quiet(), person.everything[-1]
        assert person.press("tab").startswith("Mit der Tabulator-Taste")
        assert person.everything[-1].rate == usual.rate


def test_another_language_is_heard_at_once(often: Path, voice: Path) -> None:
    with Listener(often, voice) as person:
        person.press("tab")
        person.press("1")
        person.choose("Sprache")
        person.choose("English")
        person.hears("Do you want to take part?")
        assert person.everything[-1].voice == "en-gb"


@pytest.mark.peers  # it takes the time that the voice takes
def test_somebody_who_thinks_for_long_is_asked_and_goes_on_with_one_key(often: Path, voice: Path) -> None:
    configure(often, idle_seconds="5", warning_seconds="20")
    with Listener(often, voice, in_time=True) as person:
        for key in ("tab", "1", "1", "0", "1"):
            person.send(key)
            time.sleep(0.5)
        question = person.press("0")
        mark = person.mark
        person.hears("Sind Sie noch da?", mark)
        warning = person.since(mark)
        assert "Noch 20 Sekunden." in warning
        assert warning.endswith("Sie sind auf: 1: Ich bin noch da"), "the seconds did not cut it off"
        person.hears("Noch 10 Sekunden.", mark)
        assert person.press("enter") == question
