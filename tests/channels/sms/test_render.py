"""One SMS: how long a text is, what is replaced before it is counted, and what a survey may not ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sms import LOCALE
from channels.sms.checks import NOTICE_SEGMENTS, TYPICAL, check
from channels.sms.gsm import Length, length, normal
from channels.sms.render import render
from kiosk import catalogue
from kiosk.definition import from_toml
from kiosk.errors import SurveyError
from kiosk.prompt import Ask, Consent, Problem
from kiosk.survey import Survey
from kiosk.wording import word
from tests.kiosk.generated import LOCALES, SAMPLES, sample, surveys

CATALOGUES = catalogue.load([LOCALE])
EXAMPLE = Path(__file__).parents[3] / "kiosk/schemas/survey.example.toml"
SURVEYS = [*map(sample, SAMPLES), from_toml("example", EXAMPLE.read_text(), EXAMPLE.name, LOCALES)]


@pytest.mark.parametrize(
    ("text", "units", "segments", "foreign"),
    [
        ("", 0, 1, ""),
        ("a" * 160, 160, 1, ""),
        ("a" * 161, 161, 2, ""),
        ("a" * 306, 306, 2, ""),
        ("a" * 307, 307, 3, ""),
        ("äöüÄÖÜß§éèàùòì", 14, 1, ""),
        ("€[]{}\\~^|", 18, 1, ""),
        ("€" * 80, 160, 1, ""),
        ("€" * 81, 162, 2, ""),
        ("line\nline", 9, 1, ""),
        ("ç", 1, 1, "ç"),
        ("°²×`", 4, 1, "`°²×"),
        ("ł" * 70, 70, 1, "ł"),
        ("ł" * 71, 71, 2, "ł"),
        ("ł" * 135, 135, 3, "ł"),
        ("😀" * 35, 70, 1, "😀"),
        ("😀" * 36, 72, 2, "😀"),
    ],
)
def test_how_long_a_text_is(text: str, units: int, segments: int, foreign: str) -> None:
    assert length(text) == Length(units, segments, foreign)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("„Gut“, ‚gut‘ und «gut»", '"Gut", \'gut\' und "gut"'),
        ("Montag – Freitag — ja…", "Montag - Freitag - ja..."),
        ("10\u00a0Uhr", "10 Uhr"),
        ("STRAẞE", "STRASSE"),
        ("Bundes·land Bundes\u00adland", "Bundesland Bundesland"),
        ("Ämter, Öl, Übung, Straße", "Ämter, Öl, Übung, Straße"),
        ("20 € für Łódź", "20 € für Łódź"),
    ],
)
def test_what_is_replaced(text: str, sent: str) -> None:
    assert normal(text) == sent


@given(st.text("aäß€„“…—ẞ\u00ad😀ł\n"))
def test_to_replace_once_is_enough(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.name)
def test_every_sample_fits(survey: Survey, locale: str) -> None:
    words = CATALOGUES[locale]
    for question in (question for question in survey.questions if question.asks):
        text = render(word(Ask(question.name, 1, 1), survey, words, "sms", TYPICAL), words)
        assert length(text).segments == 1, text
        for problem in Problem:
            text = render(
                word(Ask(question.name, 1, 1, problem=problem, help=True), survey, words, "sms", TYPICAL), words
            )
            assert length(text).segments <= 2, text
    notice = render(word(Consent(), survey, words, "sms", TYPICAL), words)
    assert length(notice).segments <= NOTICE_SEGMENTS
    assert notice.splitlines()[-1].split(" = ")[0] in ("JA", "YES")
    assert "110" in notice
    assert "112" in notice
    assert "STOP" in notice
    assert TYPICAL.phone in notice


@given(surveys())
def test_every_choice_stands_in_the_message_with_its_digit(survey: Survey) -> None:
    for locale in survey.locales:
        words = CATALOGUES[locale]
        for question in survey.questions:
            if question.asks:
                shown = word(Ask(question.name, 1, 1), survey, words, "sms", TYPICAL)
                lines = render(shown, words)
                for place, choice in enumerate(question.choices, start=1):
                    assert normal(f"{place} {choice.label[locale]}") in lines


def refused(old: str, new: str) -> str:
    """The faults of the vote with something changed."""
    text = (EXAMPLE.parents[1] / "surveys/vote.toml").read_text()
    assert old in text
    with pytest.raises(SurveyError) as raised:
        from_toml("vote", text.replace(old, new, 1), "vote.toml", LOCALES, [check])
    return str(raised.value)


def test_a_question_that_is_too_long_is_refused_with_its_length() -> None:
    told = refused(
        "[[question]]\n", '[[question]]\nhint = {de = "' + "sehr lang " * 15 + '", "de@easy" = "x", en = "x"}\n'
    )
    assert "vote.toml, question open_longer, locale de: as an SMS it has" in told
    assert "of 160 signs" in told
    assert "[question.wording.sms]" in told


def test_a_foreign_sign_is_named_because_it_halves_the_message() -> None:
    told = refused("[[question]]\n", '[[question]]\nhint = {de = "' + "ł " * 20 + '", "de@easy" = "x", en = "x"}\n')
    assert "of 70 signs, because it has ł" in told


def test_a_notice_that_costs_too_much_is_refused() -> None:
    told = refused("Stimmen Sie ab:", "Stimmen Sie ab. " + "Das ist uns sehr wichtig. " * 14)
    assert "the notice is 5 SMS long" in told
