"""What residents say: every word means one thing, in every locale, and what stands on the screen can be typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import catalogue, understanding
from kiosk.definition import from_toml
from kiosk.prompt import Problem
from kiosk.survey import Answer, Missing, Survey
from kiosk.understanding import Command, Vocabulary, plain

HOUSE = Path(__file__).parents[2]
LOCALES = ("de", "de@easy", "en")
SURVEY_FILES = [*sorted((HOUSE / "kiosk" / "surveys").glob("*.toml")), HOUSE / "kiosk/schemas/survey.example.toml"]
SURVEYS = {
    file.name: from_toml(file.stem.replace(".", "-"), file.read_text(), file.name, LOCALES) for file in SURVEY_FILES
}
CATALOGUES = catalogue.load()
VOCABULARY = {locale: words.vocabulary for locale, words in CATALOGUES.items()}


AROUND = tuple(
    f"words.{name}"
    for name in ("around", "stop_within", "greetings", "closings", "thanks", "units", "negations", "number.compound")
)


def meanings(locale: str) -> Iterator[tuple[str, str]]:
    """(normalised word, message id) of all `words.*` that mean something by themselves. What may only stand around an
    answer, and what ends everything wherever it stands, is looked for where nothing else was understood."""
    for message, text in CATALOGUES[locale].messages.items():
        if message.startswith("words.") and message not in AROUND:
            yield from ((plain(word), message) for word in text.split("|"))


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_means_two_things(locale: str) -> None:
    by_word: dict[str, list[str]] = {}
    for word, message in meanings(locale):
        by_word.setdefault(word, []).append(message)
    assert {word: ids for word, ids in by_word.items() if len(ids) > 1} == {}
    assert "" not in by_word


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_hides_behind_a_filler(locale: str) -> None:
    """Fillers are taken away before a reply is compared; a command is compared before that as well."""
    fillers = VOCABULARY[locale].fillers
    hidden = [
        word
        for word, message in meanings(locale)
        if not message.startswith(("words.fillers", "words.command", "words.locale"))
        and not fillers.isdisjoint(word.split())
    ]
    assert hidden == []


def test_easy_language_understands_all_that_plain_language_does() -> None:
    plainly, easily = (dict(meanings(locale)) for locale in ("de", "de@easy"))
    assert {word: message for word, message in plainly.items() if easily.get(word) != message} == {}


COMMANDS = [
    ("stop", Command.STOP),
    ("STOPP!", Command.STOP),
    ("stoppen", Command.STOP),
    ("Aufhören", Command.STOP),
    ("abmelden", Command.STOP),
    ("Ende.", Command.STOP),
    ("unsubscribe", Command.STOP),
    ("HILFE", Command.HELP),
    ("help", Command.HELP),
    ("Zurück", Command.BACK),
    ("back", Command.BACK),
    ("WEITER", Command.SKIP),
    ("skip", Command.SKIP),
    ("Nochmal", Command.AGAIN),
    ("again", Command.AGAIN),
    ("Sprache", Command.LANGUAGE),
    ("language", Command.LANGUAGE),
    ("START", Command.START),
    ("anmelden", Command.START),
]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("said", "meant"), COMMANDS)
def test_commands_work_in_every_locale(locale: str, said: str, meant: Command) -> None:
    assert understanding.command(said, VOCABULARY[locale]) is meant


@pytest.mark.parametrize(
    ("locale", "said"), [("de", "Stop bitte"), ("de@easy", "bitte stoppen"), ("en", "Stop, please")]
)
def test_a_command_may_be_polite(locale: str, said: str) -> None:
    assert understanding.command(said, VOCABULARY[locale]) is Command.STOP


@pytest.mark.parametrize(
    ("locale", "said", "meant"),
    [
        ("de", "Ja", True),
        ("de", "ja bitte", True),
        ("de", " JA!! ", True),
        ("de", "Ja, mitmachen", True),
        ("de", "eins", True),
        ("de", "yes", True),
        ("de", "Nein danke", False),
        ("de", "nö", False),
        ("de", "zwei", False),
        ("de@easy", "Ja, ich mache mit", True),
        ("de@easy", "Nein, ich mache nicht mit", False),
        ("en", "Yes please", True),
        ("en", "OK", True),
        ("en", "No thanks", False),
        ("en", "ja", True),
    ],
)
def test_consent_is_understood(locale: str, said: str, meant: bool) -> None:
    assert understanding.said_yes(said, VOCABULARY[locale]) is meant


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("message", "meant"), [("consent.yes", True), ("consent.no", False)])
def test_the_words_on_a_button_are_understood(locale: str, message: str, meant: bool) -> None:
    assert understanding.said_yes(CATALOGUES[locale].messages[message], VOCABULARY[locale]) is meant


@pytest.mark.parametrize("locale", LOCALES)
def test_handing_in_is_understood_and_is_no_consent(locale: str) -> None:
    said = CATALOGUES[locale].messages["review.submit"]
    assert understanding.said_submit(said, VOCABULARY[locale])
    assert understanding.said_yes(said, VOCABULARY[locale]) is Problem.NOT_A_CHOICE


@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_of_options_without_a_key_are_understood(locale: str) -> None:
    messages, vocabulary = CATALOGUES[locale].messages, VOCABULARY[locale]
    assert understanding.command(messages["option.skip"], vocabulary) is Command.SKIP
    assert vocabulary.missing[plain(messages["missing.dont_know"])] is Missing.DONT_KNOW
    assert vocabulary.missing[plain(messages["missing.refused"])] is Missing.REFUSED
    assert vocabulary.locales[plain(messages["locale.name"])] == locale


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
def test_every_choice_can_be_texted(survey: Survey, locale: str) -> None:
    """By its label, its digit, and the digit in words: no label is a command, a language or a filler."""
    vocabulary = VOCABULARY[locale]
    numbers = {digit: word for word, digit in vocabulary.numbers.items()}
    unheard = []
    for question in survey.questions:
        for position, choice in enumerate(question.choices, start=1):
            for said in (choice.label[locale], f" {position}.", numbers[str(position)].upper()):
                answer = understanding.answer(survey, question, locale, said, vocabulary)
                taken = understanding.command(said, vocabulary) or plain(said) in vocabulary.locales
                if taken or not isinstance(answer, Answer) or answer.values != (choice.name,):
                    unheard.append(f"{question.name}: {said}")
    assert unheard == []


def test_keywords_are_no_commands_and_differ() -> None:
    keywords = [survey.keyword for survey in SURVEYS.values()]
    assert len(set(keywords)) == len(keywords)
    assert [word for word in keywords for words in VOCABULARY.values() if not is_free(word, words)] == []


def is_free(word: str, vocabulary: Vocabulary) -> bool:
    return understanding.command(word, vocabulary) is None and plain(word) not in vocabulary.yes | vocabulary.no
