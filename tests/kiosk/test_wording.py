"""Every prompt has words in every language, whole sentences without a gap, and they say what the survey does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.inputs import Consented
from kiosk.interview import begin, replay
from kiosk.prompt import Ask, Close, Consent, Disposition, Problem, Prompt, Review
from kiosk.survey import Abandoned, Answer, IdentityMode, Kind, Minors, Missing, ModeWording, Survey
from kiosk.wording import Does, House, Wording, answer_words, full_notice, options, receipt, word
from tests.kiosk.generated import LOCALES, SAMPLES, inputs, sample, surveys

HOUSE = House("Bürgeramt", "03521 000 000", "Markt 1")
NO_PHONE = House("Bürgeramt", "")
MODES = ("text", "terminal", "sms", "phone", "paper")


@cache
def catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load()


def prompts(survey: Survey) -> Iterator[Prompt]:
    """Every prompt there can be, with every problem and with help."""
    for problem, help in product((None, *Problem), (False, True)):
        yield Consent(problem, help)
        yield Review((), problem, help)
        for question in survey.questions:
            if question.asks:
                yield Ask(question.name, 1, 5, (), problem, help)
    yield from map(Close, Disposition)


def said(words: Wording) -> list[str]:
    """Everything in it that is read to somebody."""
    labels = [option.label for option in words.options]
    return [
        part
        for part in (words.problem, words.progress, *words.notes, words.text, words.hint, words.help, *labels)
        if part
    ]


# Every prompt


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_prompt_has_words_without_a_gap(name: str, locale: str) -> None:
    survey = sample(name)
    for prompt, mode, house in product(prompts(survey), MODES, (HOUSE, NO_PHONE)):
        words = word(prompt, survey, catalogues()[locale], mode, house)
        assert words.text
        for part in said(words):
            assert not re.search(r"[{}]|  | $|^ |None", part), part
            assert "Telefon ." not in part
        if not isinstance(prompt, Close):
            assert bool(words.problem) == bool(prompt.problem)
            assert bool(words.help) == prompt.help


@given(st.data())
def test_whatever_is_asked_can_be_said(data: DataObject) -> None:
    """Texts with braces and signs of all kinds come through as they stand."""
    survey = data.draw(surveys())
    start, _ = begin(survey, survey.locales[0])
    interview, shown = replay(start, [Consented(True), *data.draw(st.lists(inputs(survey), max_size=9))])
    words = word(shown, survey, catalogues()[interview.locale], data.draw(st.sampled_from(MODES)), HOUSE)
    assert all(said(words))
    assert full_notice(survey, catalogues()[interview.locale], HOUSE)
    if isinstance(shown, Ask):
        question = survey.question(shown.question)
        assert question
        assert words.text in {
            question.label[interview.locale],
            *(w.label[interview.locale] for w in question.wording.values()),
        }


def test_a_prompt_is_said_in_its_own_language() -> None:
    survey = sample("counter")
    for prompt in prompts(survey):
        texts = {word(prompt, survey, catalogues()[locale], "text", HOUSE).text for locale in LOCALES}
        assert len(texts) == len(LOCALES), "three languages, three texts"


# Keys: the same sign in every channel


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SAMPLES)
def test_choices_count_from_1_and_missing_has_7_and_8(name: str, locale: str) -> None:
    survey = replace(sample(name), missing=(Missing.DONT_KNOW, Missing.REFUSED))
    for question in survey.questions:
        if question.choices:
            keys = {option.value: option.key for option in options(survey, question, catalogues()[locale])}
            assert [keys[choice.name] for choice in question.choices] == [
                str(at + 1) for at in range(len(question.choices))
            ]
            assert keys[Missing.DONT_KNOW] == "7"
            assert keys[Missing.REFUSED] == "8"
            assert (Missing.SKIPPED in keys) is not question.required


@pytest.mark.parametrize(
    "missing", [(), (Missing.DONT_KNOW,), (Missing.REFUSED,), (Missing.DONT_KNOW, Missing.REFUSED)]
)
def test_missing_is_offered_as_the_survey_says(missing: tuple[Missing, ...]) -> None:
    survey = replace(sample("counter"), missing=missing)
    for question in survey.questions:
        offered = [
            option.value for option in options(survey, question, catalogues()["de"]) if option.does is Does.DECLINE
        ]
        skipping = [] if question.required else [Missing.SKIPPED]
        assert offered == ([] if question.kind is Kind.TEXT else list(missing)) + skipping


def test_the_digits_of_a_number_are_no_keys() -> None:
    survey = sample("counter")
    age = replace(survey.questions[0], kind=Kind.INTEGER, choices=())
    assert {option.key for option in options(survey, age, catalogues()["de"])} == {""}


def test_consent_is_1_and_2() -> None:
    survey = sample("vote")
    words = word(Consent(), survey, catalogues()["de"], "text", HOUSE)
    assert [(option.key, option.value, option.does) for option in words.options] == [
        ("1", "yes", Does.CONSENT),
        ("2", "no", Does.CONSENT),
    ]
    assert words.notes == (survey.title["de"], survey.brief["de"])
    assert HOUSE.phone in words.hint


# The notice says what the store does


@pytest.mark.parametrize("locale", LOCALES)
def test_each_setting_has_a_sentence_of_its_own(locale: str) -> None:
    survey, words = sample("digital"), catalogues()[locale]
    settings: Mapping[str, Mapping[str, Survey]] = {
        "identity": {mode: replace(survey, identity_mode=mode) for mode in IdentityMode},
        "minors": {minors: replace(survey, minors=minors) for minors in Minors},
        "abandoned": {abandoned: replace(survey, abandoned=abandoned) for abandoned in Abandoned},
    }
    for setting, variants in settings.items():
        for value, variant in variants.items():
            notice = full_notice(variant, words, HOUSE)
            told = [other for other in variants if words.say(f"notice.{setting}.{other}") in notice]
            assert told == [value]


@pytest.mark.parametrize(
    ("mode", "locale", "says"),
    [
        (IdentityMode.ANONYMOUS, "de", "anonym"),
        (IdentityMode.ANONYMOUS, "de@easy", "anonym"),
        (IdentityMode.ANONYMOUS, "en", "anonymous"),
        (IdentityMode.CODE, "de", "Teilnahme-Code"),
        (IdentityMode.CODE, "de@easy", "Teilnahme-Code"),
        (IdentityMode.CODE, "en", "participation code"),
        (IdentityMode.NAMED, "de", "Namen"),
        (IdentityMode.NAMED, "de@easy", "Namen"),
        (IdentityMode.NAMED, "en", "name"),
    ],
)
def test_the_notice_says_the_identity_mode(mode: IdentityMode, locale: str, says: str) -> None:
    survey = replace(sample("digital"), identity_mode=mode, notice=dict.fromkeys(LOCALES, "-"))
    notice = full_notice(survey, catalogues()[locale], HOUSE)
    assert says in " ".join(notice[1:])
    if mode is not IdentityMode.ANONYMOUS:
        assert "anonym" not in " ".join(notice).casefold()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_notice_says_who_and_how_long(locale: str) -> None:
    survey = replace(sample("digital"), retention_days=77)
    notice = " ".join(full_notice(survey, catalogues()[locale], HOUSE))
    assert "77" in notice
    assert survey.participants[locale] in notice
    assert survey.notice[locale].split("\n\n")[0] in notice


# Other words for one mode


def test_a_mode_has_words_of_its_own_where_the_survey_gives_them() -> None:
    survey = sample("digital")
    first = survey.questions[0]
    shorter = ModeWording("160 letters", {"de": "Kurz?"}, {"de": "Kurzer Tipp."})
    hinted = ModeWording("heard, not seen", {}, {"de": "Hören Sie zu."})
    special = replace(
        survey,
        questions=(
            replace(first, hint={"de": "Tipp."}, wording={"sms": shorter, "phone": hinted}),
            *survey.questions[1:],
        ),
        brief_wording={"sms": ModeWording("160 letters", {"de": "Kurz gesagt."}, {})},
    )

    def asked(mode: str) -> Wording:
        return word(Ask(first.name, 1, 5), special, catalogues()["de"], mode, HOUSE)

    assert (asked("sms").text, asked("sms").hint) == ("Kurz?", "Kurzer Tipp.")
    assert (asked("phone").text, asked("phone").hint) == (first.label["de"], "Hören Sie zu.")
    assert (asked("text").text, asked("text").hint) == (first.label["de"], "Tipp.")
    assert word(Consent(), special, catalogues()["de"], "sms", HOUSE).notes[1] == "Kurz gesagt."
    assert word(Consent(), special, catalogues()["de"], "text", HOUSE).notes[1] == survey.brief["de"]
    for mode in ("sms", "phone", "text"):
        assert asked(mode).options == asked("paper").options, "the choices are the same everywhere"


# Answers and numbers


@pytest.mark.parametrize(
    ("minimum", "maximum", "hint", "problem"),
    [
        (0, 31, "Eine Zahl von 0 bis 31.", "von 0 bis 31"),
        (18, None, "", "mindestens 18"),
        (None, 5, "", "höchstens 5"),
        (None, None, "", "ganzen Zahl"),
    ],
)
def test_a_number_is_told_its_bounds(minimum: int | None, maximum: int | None, hint: str, problem: str) -> None:
    survey = sample("digital")
    age = replace(survey.questions[0], kind=Kind.INTEGER, choices=(), hint={}, minimum=minimum, maximum=maximum)
    asked = Ask(age.name, 1, 1, problem=Problem.OUT_OF_RANGE)
    words = word(asked, replace(survey, questions=(age,)), catalogues()["de"], "text", HOUSE)
    assert words.hint == hint
    assert problem in words.problem


def test_an_answer_is_shown_as_its_respondent_saw_it() -> None:
    survey, german = sample("digital"), catalogues()["de"]
    several = next(question for question in survey.questions if question.kind is Kind.SELECT_MULTIPLE)
    first, second = several.choices[:2]
    both = answer_words(several, Answer((first.name, second.name)), german)
    assert both == f"{first.label['de']}, {second.label['de']}"
    assert answer_words(several, Answer(missing=Missing.DONT_KNOW), german) == "Weiß nicht"
    assert answer_words(survey.questions[-1], Answer(("{wie} es ist",)), german) == "{wie} es ist"
    for locale, missing in product(LOCALES, Missing):
        assert answer_words(several, Answer(missing=missing), catalogues()[locale])


@pytest.mark.parametrize("answer", [Answer(), Answer(("Bus",)), Answer(missing=Missing.UNREADABLE)], ids=str)
def test_what_waits_for_a_person_is_said_to_wait(answer: Answer) -> None:
    words = answer_words(sample("digital").questions[-1], replace(answer, pending=True), catalogues()["de"])
    assert words == "Unser Personal prüft diese Antwort noch"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_receipt_shows_the_code(locale: str) -> None:
    assert "1234 5678 901" in receipt("1234 5678 901", catalogues()[locale])
