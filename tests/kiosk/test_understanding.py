"""What people write, and what it must become. Where two things could be meant, nothing is guessed: we ask again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.definition import from_toml
from kiosk.hearing import hear
from kiosk.inputs import (
    AskedAgain,
    AskedHelp,
    Chose,
    Consented,
    Declined,
    Input,
    Kept,
    Left,
    Misunderstood,
    Reopened,
    SpokeLocale,
    Submitted,
)
from kiosk.interview import Interview
from kiosk.prompt import Problem
from kiosk.survey import MAX_TEXT, Answer, Missing, Survey
from kiosk.understanding import check, plain
from tests.kiosk.generated import LOCALES

LABELS = {
    "way": [
        ("bus", "Bus", "Mit dem Bus", "Bus"),
        ("bike", "Fahrrad", "Mit dem Fahrrad", "Bicycle"),
        ("walk", "Zu Fuß", "Ich gehe zu Fuß", "On foot"),
        ("private", "Privat", "Privat", "Private"),
    ],
    "offers": [
        ("office", "Ämter", "Im Amt", "Public offices"),
        ("school", "Schulen", "In der Schule", "Schools"),
        ("number", "Eine Nummer ziehen", "Eine Nummer", "A number"),
        ("shops", "Läden", "Im Laden", "Shops"),
    ],
    "was_it": [
        ("yes", "Ja", "Ja", "Yes"),
        ("no", "Nein", "Nein", "No"),
        ("easy", "Leicht", "Leicht", "Easy language"),
    ],
    "near": [
        ("monday", "Montags", "Montags", "Mondays"),
        ("montage", "Montage", "Montage", "Monday"),
        ("under", "< 18 Jahre", "< 18 Jahre", "< 18 years"),
        ("over", "> 18 Jahre", "> 18 Jahre", "> 18 years"),
        ("two", "Drei", "Drei", "Three"),
    ],
}
KINDS = {"way": "select_one", "offers": "select_multiple", "was_it": "select_one", "near": "select_one"}


def words(german: str, easy: str, english: str) -> str:
    return f'{{de = "{german}", "de@easy" = "{easy}", en = "{english}"}}'


def survey_file() -> str:
    parts = [
        'locales = ["de", "de@easy", "en"]\nkeyword = "WAY"\nretention_days = 9\nmissing = ["dont_know", "refused"]'
    ]
    parts += [f"{text} = {words(text, text + ' easy', text)}" for text in ("title", "brief", "notice", "participants")]
    for name, choices in LABELS.items():
        parts.append(f'[[question]]\nname = "{name}"\nkind = "{KINDS[name]}"\nrequired = true')
        parts.append(f"label = {words(name, name, name)}")
        parts += [f'[[question.choice]]\nname = "{choice}"\nlabel = {words(*labels)}' for choice, *labels in choices]
    return "\n".join(parts)


@pytest.fixture(scope="module")
def survey() -> Survey:
    return from_toml("ways", survey_file(), "ways.toml", LOCALES)


@pytest.fixture(scope="module")
def age(survey: Survey) -> Survey:
    text = survey_file().split("[[question]]")[0] + (
        f'[[question]]\nname = "age"\nkind = "integer"\nminimum = 0\nmaximum = 120\nlabel = {words("a", "b", "c")}\n'
        f'[[question]]\nname = "wishes"\nkind = "text"\nlabel = {words("a", "b", "c")}\n'
    )
    return from_toml("age", text, "age.toml", LOCALES)


@pytest.fixture(scope="module")
def catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load()


BUS, BIKE, WALK = (Chose((name,), "way") for name in ("bus", "bike", "walk"))
DONT_KNOW, REFUSED = Declined(Missing.DONT_KNOW, "way"), Declined(Missing.REFUSED, "way")
NOT_A_CHOICE, NOTHING = Misunderstood(Problem.NOT_A_CHOICE), Misunderstood(Problem.NOTHING_HEARD)
TOO_MANY, AMBIGUOUS = Misunderstood(Problem.TOO_MANY), Misunderstood(Problem.AMBIGUOUS)
NOT_A_NUMBER, OUT_OF_RANGE = Misunderstood(Problem.NOT_A_NUMBER), Misunderstood(Problem.OUT_OF_RANGE)
GERMAN, ENGLISH = ("de", "de@easy"), ("en",)


def offers(*names: str) -> Chose:
    return Chose(names, "offers")


def was_it(name: str) -> Chose:
    return Chose((name,), "was_it")


def near(name: str) -> Chose:
    return Chose((name,), "near")


# To one of several choices: (locales, question, what was written, what it is)

EVERYWHERE: list[tuple[str, str, Input]] = [
    ("way", "1", BUS),
    ("way", " 1.", BUS),
    ("way", "1)", BUS),
    ("way", "(1)", BUS),
    ("way", "1 1", BUS),
    ("way", "１", BUS),  # as some keyboards write it
    ("way", "7", DONT_KNOW),
    ("way", "8", REFUSED),
    ("way", "0", NOT_A_CHOICE),
    ("way", "5", NOT_A_CHOICE),
    ("offers", "1–4", AMBIGUOUS),  # the span, or the two
    ("offers", "1...4", AMBIGUOUS),
    ("way", "9", NOT_A_CHOICE),
    ("way", "12", NOT_A_CHOICE),
    ("way", "-1", NOT_A_CHOICE),
    ("way", "1.5", NOT_A_CHOICE),
    ("way", "1 2", TOO_MANY),
    ("way", "1,2", TOO_MANY),
    ("way", "1 7", NOT_A_CHOICE),
    ("way", "7 8", NOT_A_CHOICE),
    ("way", "way", NOT_A_CHOICE),
    ("way", "bike bus", NOT_A_CHOICE),
    ("way", "", NOTHING),
    ("way", "   ", NOTHING),
    ("way", "👍", NOT_A_CHOICE),
    ("way", "...", NOT_A_CHOICE),
    ("way", "<script>alert(1)</script>", NOT_A_CHOICE),
    ("offers", "2,3", offers("school", "number")),
    ("offers", "2 3", offers("school", "number")),
    ("offers", "3;2", offers("school", "number")),
    ("offers", "3 + 2", offers("school", "number")),
    ("offers", "3+2", offers("school", "number")),
    ("offers", "4", offers("shops")),
    ("offers", "1 2 3 4", offers("office", "school", "number", "shops")),
    ("offers", "2 5", NOT_A_CHOICE),
    ("offers", "2 7", NOT_A_CHOICE),
    ("offers", "7", Declined(Missing.DONT_KNOW, "offers")),
    ("offers", "23", NOT_A_CHOICE),
    ("near", "18", NOT_A_CHOICE),
    ("near", "5", near("two")),
    ("near", "3", near("under")),
]

IN_GERMAN: list[tuple[str, str, Input]] = [
    ("way", "eins", BUS),
    ("way", "EINS!", BUS),
    ("way", "Nummer 1 bitte", BUS),
    ("way", "zwo", BIKE),
    ("way", "eins oder zwei", NOT_A_CHOICE),
    ("way", "1 oder 2", NOT_A_CHOICE),
    ("way", "1 und 2", TOO_MANY),
    ("way", "zwölf", NOT_A_CHOICE),
    ("way", "weiß nicht", DONT_KNOW),
    ("way", "WEISS NICHT!!", DONT_KNOW),
    ("way", "keine Ahnung", DONT_KNOW),
    ("way", "keine Angabe", REFUSED),
    ("way", "privat", Chose(("private",), "way")),  # the very label, and not "that is private"
    ("way", "Das ist doch alles Mist", NOT_A_CHOICE),
    ("way", "Ihr Deppen", NOT_A_CHOICE),
    ("offers", "2 und 3", offers("school", "number")),
    ("offers", "zwei und drei", offers("school", "number")),
    ("offers", "Zwei, drei bitte", offers("school", "number")),
    ("was_it", "ja", was_it("yes")),
    ("was_it", "Ja bitte", was_it("yes")),
    ("was_it", "JA!", was_it("yes")),
    ("was_it", "nein danke", was_it("no")),
    ("was_it", "jein", NOT_A_CHOICE),
    ("was_it", "ja nein", Misunderstood(Problem.TOO_MANY)),
    ("was_it", "leicht", was_it("easy")),  # and not the language
    ("near", "montags", near("monday")),
    ("near", "Montage", near("montage")),
    ("near", "Montag", AMBIGUOUS),  # one letter from both
    ("near", "< 18 Jahre", near("under")),
    ("near", "18 Jahre", AMBIGUOUS),
    ("near", "19 Jahre", NOT_A_CHOICE),  # another number is no typo
    ("near", "drei", AMBIGUOUS),  # the label of one, the key of another
    ("way", "STOPP", Left()),
    ("way", "Stop bitte", Left()),
    ("way", "aufhören", Left()),
    ("way", "HILFE", AskedHelp()),
    ("way", "hilfe!!!", AskedHelp()),
    ("way", "NOCHMAL", AskedAgain()),
    ("way", "noch mal bitte", AskedAgain()),
    ("way", "ZURÜCK", Misunderstood(Problem.NO_WAY_BACK)),
    ("offers", "ZURÜCK", Reopened("way")),
    ("offers", "zurueck", Reopened("way")),
    ("offers", "zuru\u0308ck", Reopened("way")),  # the umlaut as two signs
    ("was_it", "zurück", Reopened("offers")),
    ("way", "WEITER", Declined(Missing.SKIPPED, "way")),
    ("way", "English", SpokeLocale("en")),
]

IN_PLAIN_GERMAN: list[tuple[str, str, Input]] = [
    ("way", "Bus", BUS),
    ("way", "bus", BUS),
    ("way", "Bus.", BUS),
    ("way", "Fahrrad", BIKE),
    ("way", "Farrad", BIKE),
    ("way", "Fahrad", BIKE),
    ("way", "Fahrrda", BIKE),
    ("way", "Fahrräd", BIKE),
    ("way", "Rad", NOT_A_CHOICE),
    ("way", "Bux", NOT_A_CHOICE),  # too short for a typo
    ("way", "zu Fuss", WALK),
    ("way", "zu fuß!", WALK),
    ("way", "Bus und Fahrrad", TOO_MANY),
    ("way", "bus oder Fahrrad", NOT_A_CHOICE),
    ("way", "1 Bus", BUS),
    ("way", "2 Bus", AMBIGUOUS),
    ("way", "ich nehme das Fahrrad", BIKE),
    ("offers", "Ämter", offers("office")),
    ("offers", "Aemter", offers("office")),
    ("offers", "A\u0308mter", offers("office")),
    ("offers", "Schule", offers("school")),
    ("offers", "Eine Nummer ziehen", offers("number")),  # "Nummer" means nothing elsewhere, and something here
    ("offers", "eine ziehen", offers("number")),
    ("way", "SPRACHE", SpokeLocale("de@easy")),
]

IN_EASY_GERMAN: list[tuple[str, str, Input]] = [
    ("way", "mit dem bus", BUS),
    ("way", "mit den Bus", BUS),
    ("way", "Bus", BUS),
    ("way", "mit dem", AMBIGUOUS),
    ("way", "SPRACHE", SpokeLocale("en")),
]

IN_ENGLISH: list[tuple[str, str, Input]] = [
    ("way", "one", BUS),
    ("way", "Number one please", BUS),
    ("way", "Bicycle", BIKE),
    ("way", "bycicle", NOT_A_CHOICE),  # two letters wrong
    ("way", "bicicle", BIKE),
    ("way", "on foot", WALK),
    ("way", "private", Chose(("private",), "way")),
    ("way", "one or two", NOT_A_CHOICE),
    ("way", "don't know", DONT_KNOW),
    ("way", "don’t know", DONT_KNOW),
    ("way", "prefer not to say", REFUSED),
    ("way", "go to hell", NOT_A_CHOICE),
    ("offers", "2 and 3", offers("school", "number")),
    ("offers", "A number", offers("number")),
    ("was_it", "yes please", was_it("yes")),
    ("was_it", "easy language", was_it("easy")),
    ("near", "Monday", near("montage")),
    ("near", "Mondayy", AMBIGUOUS),
    ("near", "three", AMBIGUOUS),
    ("way", "STOP", Left()),
    ("way", "Stopp", Left()),
    ("way", "help", AskedHelp()),
    ("way", "again", AskedAgain()),
    ("offers", "back", Reopened("way")),
    ("way", "skip", Declined(Missing.SKIPPED, "way")),
    ("way", "LANGUAGE", SpokeLocale("de")),
    ("way", "Deutsch", SpokeLocale("de")),
]


def rows() -> list[tuple[str, str, str, Input]]:
    tables = [
        (LOCALES, EVERYWHERE),
        (GERMAN, IN_GERMAN),
        (("de",), IN_PLAIN_GERMAN),
        (("de@easy",), IN_EASY_GERMAN),
        (ENGLISH, IN_ENGLISH),
    ]
    return [(locale, *row) for locales, table in tables for locale in locales for row in table]


@pytest.mark.parametrize(("locale", "asked", "said", "meant"), rows())
def test_a_reply_to_a_question(
    locale: str, asked: str, said: str, meant: Input, survey: Survey, catalogues: Mapping[str, Catalogue]
) -> None:
    before = {
        name: Answer((choices[0][0],))
        for name, choices in LABELS.items()
        if list(LABELS).index(name) < list(LABELS).index(asked)
    }
    interview = Interview(survey, locale, consent=True, answers=before)
    assert hear(interview, said, catalogues[locale].vocabulary) == meant


@pytest.mark.parametrize(
    ("locale", "said", "meant"),
    [
        ("de", "1", Consented(True)),
        ("de", " 1.", Consented(True)),
        ("de", "eins", Consented(True)),
        ("de", "ja", Consented(True)),
        ("de", "Ja bitte", Consented(True)),
        ("de", "JA = mitmachen", Consented(True)),
        ("de", "2", Consented(False)),
        ("de", "Nein danke", Consented(False)),
        ("de", "nicht mitmachen", Consented(False)),
        ("de", "vielleicht", NOT_A_CHOICE),
        ("de", "ja nein", NOT_A_CHOICE),
        ("de", "3", NOT_A_CHOICE),
        ("de", "1 2", NOT_A_CHOICE),
        ("de", "👍", Consented(True)),
        ("de", "👍🏽", Consented(True)),
        ("de", "ja 👎", NOT_A_CHOICE),
        ("de", "Jaaa!", Consented(True)),
        ("de", "", NOTHING),
        ("de", "Stopp", Left(refused=True)),
        ("de", "Hilfe", AskedHelp()),
        ("de", "Weiter", AskedAgain()),
        ("de", "zurück", Misunderstood(Problem.NO_WAY_BACK)),
        ("de", "leicht", SpokeLocale("de@easy")),
        ("de@easy", "ja gerne", Consented(True)),
        ("de@easy", "Nein", Consented(False)),
        ("en", "yes", Consented(True)),
        ("en", "Sure", Consented(True)),
        ("en", "no", Consented(False)),
        ("en", "ja", Consented(True)),
    ],
)
def test_a_reply_to_the_notice(
    locale: str, said: str, meant: Input, survey: Survey, catalogues: Mapping[str, Catalogue]
) -> None:
    assert hear(Interview(survey, locale), said, catalogues[locale].vocabulary) == meant


@pytest.mark.parametrize(
    ("locale", "said", "meant"),
    [
        ("de", "38", Chose(("38",), "age")),
        ("de", " 38. ", Chose(("38",), "age")),
        ("de", "38!", Chose(("38",), "age")),
        ("de", "038", Chose(("38",), "age")),
        ("de", "+38", Chose(("38",), "age")),
        ("de", "zwölf", Chose(("12",), "age")),
        ("de", "7", Chose(("7",), "age")),  # a number here, and not "don't know"
        ("de", "8", Chose(("8",), "age")),
        ("de", "0", Chose(("0",), "age")),
        ("de", "120", Chose(("120",), "age")),
        ("de", "121", OUT_OF_RANGE),
        ("de", "-1", OUT_OF_RANGE),
        ("de", "9" * 400, OUT_OF_RANGE),
        ("de", "3,5", NOT_A_NUMBER),
        ("de", "3.5", NOT_A_NUMBER),
        ("de", "30 40", NOT_A_NUMBER),
        ("de", "1.000", NOT_A_NUMBER),
        ("de", "alt", NOT_A_NUMBER),
        ("de", "👵", NOT_A_NUMBER),
        ("de", "", NOTHING),
        ("de", "weiß nicht", Declined(Missing.DONT_KNOW, "age")),
        ("de", "keine Angabe", Declined(Missing.REFUSED, "age")),
        ("de", "weiter", Declined(Missing.SKIPPED, "age")),
        ("en", "twelve", Chose(("12",), "age")),
    ],
)
def test_a_reply_that_should_be_a_number(
    locale: str, said: str, meant: Input, age: Survey, catalogues: Mapping[str, Catalogue]
) -> None:
    assert hear(Interview(age, locale, consent=True), said, catalogues[locale].vocabulary) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("  Mehr Bänke, bitte!  ", Chose(("Mehr Bänke, bitte!",), "wishes")),
        ("7", Chose(("7",), "wishes")),
        ("weiß nicht", Declined(Missing.DONT_KNOW, "wishes")),
        ("weiß nicht, vielleicht Busse", Chose(("weiß nicht, vielleicht Busse",), "wishes")),
        ("Ja", Chose(("Ja",), "wishes")),
        ("👍", Chose(("👍",), "wishes")),
        ("=1+1", Chose(("=1+1",), "wishes")),
        ("Stoppt den Lärm", Chose(("Stoppt den Lärm",), "wishes")),
        ("x" * MAX_TEXT, Chose(("x" * MAX_TEXT,), "wishes")),
        ("x" * (MAX_TEXT + 1), Misunderstood(Problem.TOO_LONG)),
        ("", NOTHING),
        ("weiter", Declined(Missing.SKIPPED, "wishes")),
        ("Stopp", Left()),
        ("Zurück", Reopened("age")),
    ],
)
def test_a_free_text_is_taken_as_it_is(
    said: str, meant: Input, age: Survey, catalogues: Mapping[str, Catalogue]
) -> None:
    interview = Interview(age, "de", consent=True, answers={"age": Answer(("38",))})
    assert hear(interview, said, catalogues["de"].vocabulary) == meant


def test_going_on_from_a_reopened_question_keeps_its_answer(
    survey: Survey, catalogues: Mapping[str, Catalogue]
) -> None:
    interview = Interview(survey, "de", consent=True, answers={"way": Answer(("bus",))}, reopened="way")
    assert hear(interview, "weiter", catalogues["de"].vocabulary) == Kept("way")


@pytest.mark.parametrize(
    ("said", "meant"),
    [("1", Submitted()), ("ja", Submitted()), ("abgeben", Submitted()), ("nein", NOT_A_CHOICE), ("3", NOT_A_CHOICE)],
)
def test_handing_in(said: str, meant: Input, age: Survey, catalogues: Mapping[str, Catalogue]) -> None:
    answers = {"age": Answer(("38",)), "wishes": Answer(missing=Missing.SKIPPED)}
    interview = Interview(age, "de", consent=True, answers=answers)
    assert hear(interview, said, catalogues["de"].vocabulary) == meant


@pytest.mark.parametrize("said", ["1 ", "2 1 ", "aab ", "und ", "Bus "])
def test_a_long_message_takes_no_longer_than_its_length(
    said: str, survey: Survey, catalogues: Mapping[str, Catalogue]
) -> None:
    interview, began = Interview(survey, "de", consent=True), time.perf_counter()
    hear(interview, said * (16_000 // len(said)), catalogues["de"].vocabulary)
    assert time.perf_counter() - began < 3, "one message would hold up the writer, and everybody behind it"


def test_a_language_that_the_survey_lacks_is_no_language_here(age: Survey, catalogues: Mapping[str, Catalogue]) -> None:
    german = replace(age, locales=("de",))
    interview = Interview(german, "de", consent=True, answers={"age": Answer(("38",))})
    assert hear(interview, "English", catalogues["de"].vocabulary) == Chose(("English",), "wishes")


def test_a_reply_that_names_its_question_is_read_against_that_one(
    survey: Survey, catalogues: Mapping[str, Catalogue]
) -> None:
    interview = Interview(survey, "de", consent=True, answers={"way": Answer(("bus",))})
    assert hear(interview, "2", catalogues["de"].vocabulary, to="way") == BIKE


# What is missing is offered in every channel or in none


@pytest.mark.parametrize("said", ["7", "8", "weiß nicht", "keine Angabe"])
def test_what_a_survey_does_not_offer_is_no_answer(
    said: str, survey: Survey, catalogues: Mapping[str, Catalogue]
) -> None:
    strict = Interview(replace(survey, missing=()), "de", consent=True)
    assert hear(strict, said, catalogues["de"].vocabulary) == NOT_A_CHOICE


@pytest.mark.parametrize(
    ("asked", "values", "meant"),
    [
        ("way", ("bus",), Answer(("bus",))),
        ("way", (" bus ",), Answer(("bus",))),
        ("way", ("bus", "bus"), Answer(("bus",))),
        ("way", ("bus", "bike"), Problem.TOO_MANY),
        ("way", ("Bus",), Problem.NOT_A_CHOICE),
        ("way", ("1",), Problem.NOT_A_CHOICE),
        ("way", (), Problem.NOTHING_HEARD),
        ("offers", ("shops", "office"), Answer(("office", "shops"))),
        ("offers", ("shops", ""), Problem.NOT_A_CHOICE),
    ],
)
def test_values_from_a_machine_are_judged_as_well(
    asked: str, values: tuple[str, ...], meant: Answer | Problem, survey: Survey
) -> None:
    question = survey.question(asked)
    assert question
    assert check(question, values) == meant


@pytest.mark.parametrize(
    ("said", "same"),
    [
        (" EINS!", "eins"),
        ("Zurück", "zurueck"),
        ("GROẞ", "gross"),
        ("a_b", "a b"),
        ("don’t", "don t"),
        ("👍🏽👍", "👍"),
        ("...", ""),
        ("C+", "c+"),
    ],
)
def test_marks_and_capitals_do_not_matter(said: str, same: str) -> None:
    assert plain(said) == same
