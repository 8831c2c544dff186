"""A resident answers at the real terminal, from the first screen to the code; then the answers are in the export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.office import Office
from tests.kiosk.running import Started, configure, make_office, run
from tests.terminal_ui.exported import given, wait_for
from tests.terminal_ui.sitting import Sitting

LOCALES = ("de", "de@easy", "en")
EXPECTED = {
    "satisfied": ["satisfied"],
    "waited": ["under_10_minutes"],
    "got_done": ["no"],
    "lacked": "dont_know",
    "remarks": "Mehr Stühle.",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An office whose server runs, for all who answer here."""
    folder = make_office(tmp_path_factory.mktemp("house") / "office")
    with Started(folder):
        yield folder


@pytest.mark.parametrize(
    "locale", ["de", *(pytest.param(other, marks=pytest.mark.peers) for other in ("de@easy", "en"))]
)
def test_by_touch_alone(house: Path, locale: str) -> None:
    office = Office(house)
    words, survey = office.catalogues[locale], office.survey("counter")
    with Sitting(house, "--site", f"touch {locale}") as person:
        person.touch(words.say("terminal.attract.start"))
        person.touch(survey.title[locale])
        person.touch(words.say("consent.yes"))
        for question, choice in (("satisfied", 1), ("waited", 0), ("got_done", 2)):
            asked = survey.question(question)
            assert asked
            person.sees(asked.label[locale])
            labels = [option.label[locale] for option in asked.choices]
            if question == "satisfied":
                _touch_face(person, choice)
            else:
                person.touch(labels[choice])
        person.touch(words.say("missing.dont_know"))
        person.type("Mehr")
        person.touch(words.say("terminal.key.space"))
        person.type("↑Stühle.")
        person.sees("Mehr Stühle.")
        person.touch(words.say("terminal.go.on"))
        person.sees(words.say("review.ask"))
        person.sees("Mehr Stühle.")
        person.touch(words.say("review.submit"))
        code = person.code()
        person.touch(words.say("terminal.done.finish"))
        person.sees(words.say("terminal.attract.start"))
        assert "Stühle" not in person.text
        assert code not in person.words
    _arrived(house, f"touch {locale}", locale, "touch", code)


@pytest.mark.parametrize(
    "locale", ["de", *(pytest.param(other, marks=pytest.mark.peers) for other in ("de@easy", "en"))]
)
def test_by_keys_alone(house: Path, locale: str) -> None:
    office = Office(house)
    words, survey = office.catalogues[locale], office.survey("counter")
    with Sitting(house, "--site", f"keys {locale}") as person:
        person.sees(words.say("terminal.attract.start"))
        person.key(str(LOCALES.index(locale) + 1))
        person.sees(survey.title[locale])
        person.key("1")  # the first of the surveys
        person.sees(words.say("consent.yes"))
        person.key("enter")  # the focus lies on yes
        person.key("right", "enter")  # the second face
        person.key("1", "3", "7")
        person.key(*"Mehr Stühle.")
        person.sees("Mehr Stühle.")
        person.key("enter")
        person.sees(words.say("review.ask"))
        person.key("enter")
        code = person.code()
        person.key("1")
        person.sees(words.say("terminal.attract.start"))
        assert "Stühle" not in person.text
    _arrived(house, f"keys {locale}", locale, "keyed", code)


@pytest.mark.peers
def test_back_changes_an_answer_and_walking_on_keeps_the_others(house: Path) -> None:
    with Sitting(house, "--survey", "counter", "--site", "back") as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        _touch_face(person, 4)
        person.touch("Unter 10 Minuten")
        person.touch("Zurück")
        person.sees("✓")
        person.touch("Über 30 Minuten")
        person.touch("Ja")
        person.touch("Ohne Text")
        person.touch("Wie zufrieden")  # on the review: touch to change
        _touch_face(person, 0)
        person.sees("Über 30 Minuten")
        person.touch("Ja, abgeben")
        person.code()
    response = next(r for r in wait_for(house, "counter", 1) if r["site"] == "back")
    assert given(response)["satisfied"] == ["very_satisfied"]
    assert given(response)["waited"] == ["over_30_minutes"]
    assert given(response)["remarks"] == "skipped"


@pytest.mark.peers
def test_help_names_the_house_and_records_who_helped(house: Path) -> None:
    with Sitting(house, "--survey", "counter", "--site", "helped") as person:
        person.touch("Hier beginnen")
        person.touch("Ja, mitmachen")
        person.touch("Hilfe")
        person.sees("03521 000 000")
        person.touch("Jemand liest")
        person.sees("☑")
        person.touch("Zurück zur Umfrage")
        _touch_face(person, 0)
        person.touch("Sprache")
        person.touch("English")
        person.sees("10 to 30")
        person.touch("Back")
        person.touch("Next")
        person.sees("10 to 30")
    response = next(r for r in wait_for(house, "counter", 1) if r["site"] == "helped")
    assert response["assisted"] == "read_aloud"
    assert response["locale"] == "en"


def test_who_says_no_leaves_a_refusal_and_gets_no_code(house: Path) -> None:
    with Sitting(house, "--survey", "counter", "--site", "refused") as person:
        person.touch("Hier beginnen")
        person.touch("Nein, nicht mitmachen")
        person.sees("Sie machen nicht mit")
        assert not any(sign.isdigit() for sign in person.text)
        person.touch("Fertig")
        person.sees("Hier beginnen")
    response = next(r for r in wait_for(house, "counter", 1) if r["site"] == "refused")
    assert response["disposition"] == "refusal"


def test_the_whole_notice_can_be_read_page_by_page(house: Path) -> None:
    with Sitting(house, "--survey", "counter") as person:
        person.touch("Hier beginnen")
        person.touch("Datenschutz lesen")
        person.sees("Seite 1 von")
        person.touch("Nächste Seite")
        person.sees("Seite 2 von")
        person.touch("Fertig gelesen")
        person.sees("Ja, mitmachen")


def test_a_finger_that_slides_off_touches_nothing(house: Path) -> None:
    with Sitting(house, "--survey", "counter") as person:
        person.sees("Hier beginnen")
        person.touch_at(10, 10, slide=(10, 6))
        person.touch_at(10, 10, slide=(60, 10))
        person.sees("Hier beginnen")


def test_a_touch_whose_end_was_lost_is_over_with_the_next(house: Path) -> None:
    with Sitting(house, "--survey", "counter") as person:
        person.sees("Hier beginnen")
        first = person.text
        person.touch_at(10, 10, ends=False)
        person.touch_at(0, 0, slide=(10, 10))
        assert person.text == first
        person.touch("Hier beginnen")
        person.sees("Ja, mitmachen")


def test_who_goes_by_keys_leaves_no_frame_to_the_next(house: Path) -> None:
    with Sitting(house, "--survey", "counter") as person:
        person.sees("Hier beginnen")
        first = person.text
        person.key("tab", "1")
        person.sees("Ja, mitmachen")
        person.key("escape")
        person.sees("Hier beginnen")
        assert person.text == first


def test_a_double_tap_does_not_answer_what_comes_next(house: Path) -> None:
    with Sitting(house, "--survey", "counter") as person:
        person.touch("Hier beginnen")
        person.sees("Ja, mitmachen")
        person.touch("Ja, mitmachen")
        person.touch_at(10, 13, new_screen=False)  # where “Weiß nicht” is now
        person.sees("Frage 1 von")


@pytest.mark.peers
def test_a_double_tap_undoes_nothing_but_writes_a_double_letter(house: Path) -> None:
    with Sitting(house, "--survey", "counter") as person:
        person.sees("Hier beginnen")
        person.touch("Hier beginnen")
        person.touch("Datenschutz lesen")
        person.double_tap("Nächste Seite")
        person.sees("Seite 2 von")
        person.touch("Fertig gelesen")
        person.key("1", "1", "1", "1")
        person.sees("Y X C")
        person.double_tap("Y")
        person.sees("Yy▏")


def test_a_key_that_bounces_counts_once_where_the_office_says_so(counter: Path) -> None:
    configure(counter, key_pause="1000")
    with Sitting(counter) as person:
        person.touch("Hier beginnen")
        person.sees("Ja, mitmachen")
        person.process.send("1" * 4)
        person.sees("Frage 1 von")
        person.key("2")
        person.sees("Frage 2 von")


def test_the_whole_notice_by_the_enter_key_alone(house: Path) -> None:
    with Sitting(house, "--survey", "counter") as person:
        person.sees("Hier beginnen")
        person.key("1", "3")
        person.sees("Seite 1 von")
        sheets = int(re.search(r"Seite 1 von (\d+)", person.words)[1])  # type: ignore[index]
        assert sheets > 1
        for sheet in range(1, sheets + 1):
            person.sees(f"Seite {sheet} von")
            person.key("enter")
        person.sees("Ja, mitmachen")


def test_no_key_leaves_the_program(house: Path) -> None:
    with Sitting(house, "--survey", "counter") as person:
        person.sees("Hier beginnen")
        person.key("\x03", "\x11", "\x10", "\x1a", "\x1c", "\x04", "escape")
        person.sees("Hier beginnen")
        assert person.process.isalive()


def _touch_face(person: Sitting, number: int) -> None:
    """The faces stand side by side over the whole width."""
    person.wait(lambda: "▀▀▀▀" in person.text, "the faces")
    person.touch_at(6 + 14 * number, 6)


def _arrived(house: Path, site: str, locale: str, via: str, code: str) -> None:
    response = next(r for r in wait_for(house, "counter", 1, state="counted") if r["site"] == site)
    assert given(response) == EXPECTED
    assert (response["locale"], response["disposition"], response["channel"]) == (locale, "complete", "terminal")
    assert {answer["via"] for answer in response["answers"].values()} == {via}
    assert run(house, "show", code).returncode == 0
