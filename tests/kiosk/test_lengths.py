"""Every question that comes with the product is said in one breath on the phone."""

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

BREATH = 40  # words in 20 seconds of speech

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
