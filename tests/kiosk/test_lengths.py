"""Every question that comes with the product fits into one SMS, and into one breath on the phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import catalogue
from kiosk.definition import from_toml
from kiosk.lint.language import words
from kiosk.survey import Kind, Survey
from kiosk.wording import options

HOUSE = Path(__file__).parents[2]
LOCALES = ("de", "de@easy", "en")
SURVEY_FILES = [*sorted((HOUSE / "kiosk" / "surveys").glob("*.toml")), HOUSE / "kiosk/schemas/survey.example.toml"]
SURVEYS = {
    file.name: from_toml(file.stem.replace(".", "-"), file.read_text(), file.name, LOCALES) for file in SURVEY_FILES
}
CATALOGUES = catalogue.load()

SMS = 160  # septets of one message in the GSM 7-bit alphabet (3GPP TS 23.038)
SPARE = 25  # septets left for "7 Weiß nicht" or "skip"
BRIEF = 120  # septets, so that the consent fits beside it
BREATH = 40  # words in 20 seconds of speech

GSM_ONE = set(
    "@£$¥èéùìò\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWO = set("^{}\\[~]|€\f")


def septets(text: str) -> int:
    foreign = set(text) - GSM_ONE - GSM_TWO
    assert not foreign, f"not in the GSM alphabet: {sorted(foreign)}"
    return sum(2 if sign in GSM_TWO else 1 for sign in text)


def as_sms(survey: Survey, locale: str) -> dict[str, str]:
    """Question -> its message: "2/5 ", the question, its hint, and its choices with their digits."""
    asked = [question for question in survey.questions if question.asks]
    usual = CATALOGUES[locale].messages
    messages = {}
    for position, question in enumerate(asked, start=1):
        hint = question.hint_for("sms", locale) or usual.get(f"hint.{question.kind}", "")
        choices = [f"{place} {choice.label[locale]}" for place, choice in enumerate(question.choices, start=1)]
        parts = [f"{position}/{len(asked)} {question.label_for('sms', locale)}", hint, *choices]
        messages[question.name] = "\n".join(part for part in parts if part)
    return messages


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
def test_every_question_is_one_sms(survey: Survey, locale: str) -> None:
    lengths = {name: septets(text) for name, text in as_sms(survey, locale).items()}
    assert {name: length for name, length in lengths.items() if length > SMS - SPARE} == {}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
def test_the_brief_leaves_room_for_the_consent(survey: Survey, locale: str) -> None:
    assert septets(survey.brief_for("sms", locale)) <= BRIEF


SPOKEN = {"de": "Für {} drücken Sie {}.", "de@easy": "Für {} drücken Sie {}.", "en": "For {} press {}."}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
def test_every_question_is_said_in_20_seconds(survey: Survey, locale: str) -> None:
    too_long = {}
    for question in survey.questions:
        choices = [
            SPOKEN[locale].format(choice.label[locale], place) for place, choice in enumerate(question.choices, start=1)
        ]
        spoken = words(" ".join((question.label_for("phone", locale), *choices)))
        if len(spoken) > BREATH:
            too_long[question.name] = len(spoken)
    assert too_long == {}


@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
def test_menus_are_short_enough_to_remember(survey: Survey) -> None:
    """4 choices a menu, 5 for a scale; and what is offered beside them has digits of its own."""
    most = {Kind.SELECT_ONE: 4, Kind.SELECT_MULTIPLE: 4, Kind.RANGE: 5}
    for question in survey.questions:
        assert len(question.choices) <= most.get(question.kind, 0), question.name
        keys = [option.key for option in options(survey, question, CATALOGUES["de"]) if option.key]
        assert len(set(keys)) == len(keys), question.name
