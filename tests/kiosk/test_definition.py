"""A survey file is read whole or refused whole: with every fault at once, where it is, and what to do about it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.definition import from_json, from_toml, to_json
from kiosk.errors import Fault, SurveyError
from kiosk.survey import Kind, Survey
from tests.kiosk.generated import LOCALES, SAMPLES, sample, surveys, toml, toml_of

HOUSE = Path(__file__).parents[2]
SCHEMAS = HOUSE / "kiosk" / "schemas"
FILES = [*sorted((HOUSE / "kiosk" / "surveys").glob("*.toml")), SCHEMAS / "survey.example.toml"]
SCHEMA = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "survey.v1.json").read_text()))

GOOD = """
locales = ["de", "en"]
keyword = "WAYS"
identity_mode = "code"
missing = ["dont_know"]
retention_days = 90
opens = 2026-01-01
closes = 2026-12-31
title = {de = "Wege", en = "Ways"}
participants = {de = "alle", en = "everyone"}
brief = {de = "Kurz gefragt.", en = "A short one."}
notice = {de = "Wir sind das Amt.", en = "We are the office."}

[[question]]
name = "way"
kind = "select_one"
label = {de = "Wie kommen Sie?", en = "How do you come?"}
[[question.choice]]
name = "bus"
label = {de = "Bus", en = "Bus"}
[[question.choice]]
name = "bike"
label = {de = "Rad", en = "Bicycle"}

[[question]]
name = "often"
kind = "integer"
minimum = 0
maximum = 31
label = {de = "Wie oft?", en = "How often?"}
relevant = [{question = "way", among = ["bus"]}]

[[question]]
name = "wishes"
kind = "text"
label = {de = "Was noch?", en = "What else?"}
"""
GONE = object()
NAMES = {"de": "Wort", "en": "word"}
TWO = [{"name": "a", "label": {"de": "A", "en": "A"}}, {"name": "b", "label": {"de": "B", "en": "B"}}]
SEVEN = [{"name": f"c{at}", "label": {"de": f"C{at}", "en": f"C{at}"}} for at in range(7)]
WAY, OFTEN, WISHES = "question.0.", "question.1.", "question.2."


def question(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "kind": kind, "label": NAMES}


# (what, which keys are changed to what, what the fault says, whether the schema sees it as well)
BROKEN: list[tuple[str, dict[str, Any], list[str], bool]] = [
    ("no locales", {"locales": GONE}, ["no locales", "Name them first"], True),
    ("locales as a word", {"locales": "de"}, ["`locales` is no list of words"], True),
    ("an unknown locale", {"locales": ["de", "fr"]}, ["locale fr: there is no catalogue", "de, de@easy, en"], False),
    ("a missing text", {"title.en": GONE}, ["locale en: `title` is missing", "every locale"], False),
    ("an empty text", {"title.en": "  "}, ["locale en: `title` is missing"], True),
    ("a number for a text", {"title.en": 1}, ["locale en: `title` is missing"], True),
    ("a text without locales", {"title": "Wege"}, ["`title` is no table", "[title]"], True),
    (
        "a locale too many",
        {"title.de@easy": "Weg"},
        ["locale de@easy", "not name", "Add it to `locales` or remove"],
        False,
    ),
    ("no title", {"title": GONE}, ["locale de: `title` is missing", "locale en: `title` is missing"], True),
    ("no notice", {"notice": GONE}, ["`notice` is missing", "no survey is asked without one"], True),
    ("no brief", {"brief": GONE}, ["`brief` is missing"], True),
    ("no participants", {"participants": GONE}, ["`participants` is missing"], True),
    ("no keyword", {"keyword": GONE}, ["the keyword “” cannot be texted", "3 to 12 capital letters"], True),
    ("a keyword with umlauts", {"keyword": "ÄMTER"}, ["the keyword “ÄMTER” cannot be texted"], True),
    ("a short keyword", {"keyword": "WA"}, ["the keyword “WA” cannot be texted"], True),
    ("a key that means nothing", {"expires": 1}, ["`expires` means nothing here", "Known are", "closes"], True),
    ("an unknown identity", {"identity_mode": "x"}, ["`identity_mode` is “x”", "anonymous, code, named"], True),
    ("an identity in a list", {"identity_mode": ["code"]}, ["`identity_mode` is", "anonymous, code, named"], True),
    (
        "a notice that says another identity",
        {"notice.de": "Alles ist anonym."},
        ["locale de", "the notice says “anonym…” but identity_mode is code", "Make both say the same"],
        False,
    ),
    ("unknown minors", {"minors": "maybe"}, ["`minors` is “maybe”", "excluded, parental_consent, allowed"], True),
    ("unknown abandoned", {"abandoned": "ask"}, ["`abandoned` is “ask”", "keep, discard"], True),
    ("an unknown missing", {"missing": ["skipped"]}, ["“skipped” cannot be offered", "dont_know and refused"], True),
    ("no retention", {"retention_days": GONE}, ["`retention_days` is no whole number from 1 to 3650", "= 180"], True),
    ("a retention without end", {"retention_days": 36_500}, ["`retention_days`"], True),
    ("a retention in words", {"retention_days": "90"}, ["`retention_days`"], True),
    ("a retention that is true", {"retention_days": True}, ["`retention_days`"], True),
    (
        "an end before the start",
        {"closes": date(2025, 1, 1)},
        ["closes before it opens", "Put `closes` on or after"],
        False,
    ),
    ("a day that is none", {"closes": "soon"}, ["`closes` is no day", "closes = 2026-12-31"], False),
    ("a number for a day", {"closes": 2026}, ["`closes` is no day"], True),
    ("no question", {"question": GONE}, ["there is no question", "Add a [[question]]"], True),
    ("notes only", {"question": [question("n", "note")]}, ["there is no question"], True),
    (
        "six questions",
        {"question": [question(f"q{n}", "integer") for n in range(6)]},
        ["6 questions", "at most 5"],
        True,
    ),
    ("single brackets", {"question": question("q", "integer")}, ["`question` is no list", "double brackets"], True),
    ("no name", {WAY + "name": GONE}, ["question number 1: “” is no name for a question"], True),
    ("a name in capitals", {WAY + "name": "Way"}, ["question Way", "is no name for a question", "small letters"], True),
    ("a name used twice", {WISHES + "name": "often"}, ["question often: the name is used twice"], False),
    ("no kind", {WAY + "kind": GONE}, ["question way: `kind` is “”", "select_one"], True),
    ("an unknown kind", {WAY + "kind": "slider"}, ["question way: `kind` is “slider”"], True),
    ("a key of nothing", {WAY + "optional": True}, ["question way: `optional` means nothing here"], True),
    ("required in words", {WAY + "required": "yes"}, ["question way: `required` is neither true nor false"], True),
    ("no label in one locale", {WAY + "label.en": GONE}, ["question way, locale en: `label` is missing"], False),
    ("a hint in one locale", {WAY + "hint": {"de": "Bitte."}}, ["question way, locale en: `hint` is missing"], False),
    ("two free texts", {"question": [question(n, "text") for n in "ab"]}, ["2 free texts", "at most one"], True),
    (
        "a free text that is not last",
        {"question": [question("a", "text"), question("b", "integer")]},
        ["a free text is not the last question", "Move a to the end"],
        False,
    ),
    (
        "a required text",
        {WISHES + "required": True},
        ["question wishes: the free text is required", "nobody has"],
        True,
    ),
    ("one choice", {WAY + "choice": TWO[:1]}, ["question way: 1 choices", "Offer 2 to 6"], True),
    ("seven choices", {WAY + "choice": SEVEN}, ["question way: 7 choices", "Offer 2 to 6"], True),
    ("no choices", {WAY + "choice": GONE}, ["question way: 0 choices"], True),
    (
        "a scale of six points",
        {WAY + "kind": "range", WAY + "choice": SEVEN[:6]},
        ["question way: 6 choices", "Offer 2 to 5"],
        True,
    ),
    ("two choices with one name", {WAY + "choice.1.name": "bus"}, ["question way: two choices have one name"], False),
    (
        "two choices with one label",
        {WAY + "choice.1.label.en": "Bus"},
        ["question way, locale en: two choices have the same label"],
        False,
    ),
    (
        "a choice called by another's number",
        {WAY + "choice.1.label.de": "1"},
        ["question way, locale de: the choice with key 2 is called “1”", "ask for an integer"],
        False,
    ),
    ("a choice's name", {WAY + "choice.1.name": "my bike"}, ["question way: “my bike” is no name for a choice"], True),
    ("a choice's key", {WAY + "choice.1.value": 2}, ["question way: `value` means nothing here"], True),
    ("choices of an integer", {OFTEN + "choice": TWO}, ["question often: a integer has no choices"], True),
    ("choices of a text", {WISHES + "choice": TWO}, ["question wishes: a text has no choices", "select_one"], True),
    ("choices as words", {WAY + "choice": ["bus"]}, ["question way: `choice` is no list of tables"], True),
    ("bounds of a choice", {WAY + "minimum": 1}, ["question way: a select_one has no `minimum`"], True),
    ("bounds swapped", {OFTEN + "maximum": -1}, ["question often: `maximum` is below `minimum`", "Swap them"], False),
    ("a bound in words", {OFTEN + "maximum": "31"}, ["question often: `maximum` is no whole number"], True),
    (
        "a condition on a later question",
        {OFTEN + "relevant.0.question": "wishes"},
        ["question often: its condition names “wishes”", "an earlier question that has choices"],
        False,
    ),
    ("a condition on nothing", {OFTEN + "relevant.0.question": GONE}, ["its condition names “”"], True),
    ("a condition on no choice", {OFTEN + "relevant.0.among": []}, ["names choices that way lacks"], True),
    ("a condition on another's choice", {OFTEN + "relevant.0.among": ["car"]}, ["choices that way lacks"], False),
    ("a condition as an expression", {OFTEN + "relevant": "way = bus"}, ["`relevant` is no list of tables"], True),
    ("an appearance", {WAY + "appearance": "x"}, ["question way: appearance “x”", '"faces", for a range'], True),
    (
        "a wording without a reason",
        {WAY + "wording": {"sms": {"label": NAMES}}},
        ["question way: wording.sms gives no reason", "why this channel needs other words"],
        True,
    ),
    (
        "a wording in one locale",
        {WAY + "wording": {"sms": {"reason": "short", "label": {"de": "Wie?"}}}},
        ["question way, locale en: `label` is missing"],
        False,
    ),
    (
        "a wording that is no table",
        {WAY + "wording": {"sms": "Wie?"}},
        ["question way: wording.sms is no table", "[question.wording.sms]"],
        True,
    ),
    (
        "a wording of something else",
        {WAY + "wording": {"sms": {"reason": "short", "label": NAMES, "choice": 1}}},
        ["question way: `choice` means nothing here"],
        True,
    ),
    (
        "a brief for one channel without a reason",
        {"wording": {"sms": {"brief": NAMES}}},
        ["ways.toml: wording.sms gives no reason"],
        True,
    ),
]


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The good survey's tables with some keys set or taken out."""
    top: Any = tomllib.loads(GOOD)
    for path, value in changes.items():
        *way, last = path.split(".")
        at = top
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is GONE:
            del at[last]
        else:
            at[last] = deepcopy(value)
    return dict(top)


def file_of(tables: dict[str, Any]) -> str:
    return "\n".join(f"{toml(key)} = {toml(value)}" for key, value in tables.items())


def seen_by_editors(tables: dict[str, Any]) -> dict[str, Any]:
    """What a schema for JSON sees of a TOML file: days are text."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in tables.items()}


def read(text: str) -> Survey:
    return from_toml("ways", text, "ways.toml", LOCALES)


def refused(text: str) -> SurveyError:
    with pytest.raises(SurveyError) as error:
        read(text)
    return error.value


# What is refused


def test_the_survey_that_the_table_breaks_is_good() -> None:
    assert [question.name for question in read(GOOD).questions] == ["way", "often", "wishes"]
    assert read(file_of(tomllib.loads(GOOD))) == read(GOOD)
    SCHEMA.validate(seen_by_editors(tomllib.loads(GOOD)))


@pytest.mark.parametrize(("changes", "says"), [pytest.param(row[1], row[2], id=row[0]) for row in BROKEN])
def test_a_fault_is_told_with_its_place_and_its_remedy(changes: dict[str, Any], says: list[str]) -> None:
    error = refused(file_of(changed(changes)))
    assert error.exit_status == 65
    for part in says:
        assert part in str(error)
    for fault in error.faults:
        assert str(fault).startswith("ways.toml")
        assert fault.remedy


@pytest.mark.parametrize(("changes", "seen"), [pytest.param(row[1], row[3], id=row[0]) for row in BROKEN])
def test_an_editor_sees_what_a_schema_can_see(changes: dict[str, Any], seen: bool) -> None:
    assert SCHEMA.is_valid(seen_by_editors(changed(changes))) is not seen


def test_what_is_no_toml_names_its_line() -> None:
    (fault,) = refused(GOOD.replace("keyword =", "keyword")).faults
    assert str(fault).startswith("ways.toml: this is not TOML")
    assert "line 3" in fault.what


@pytest.mark.parametrize("day", ["2026-12-31T10:00:00", "2026-12-31 10:00:00Z", "10:00:00"])
def test_a_day_has_no_time(day: str) -> None:
    assert "`closes` is no day" in str(refused(GOOD.replace("2026-12-31", day)))


def test_all_faults_are_told_at_once() -> None:
    rows = {
        "keyword": "no",
        "title.en": GONE,
        "closes": date(2020, 1, 1),
        WAY + "choice.0.name": "BUS",
        OFTEN + "maximum": -1,
        WISHES + "required": True,
    }
    said = str(refused(file_of(changed(rows))))
    for part in ("keyword", "`title`", "closes before", "“BUS”", "below `minimum`", "free text is required"):
        assert part in said
    assert len(said.splitlines()) >= len(rows), "a line each"


@pytest.mark.parametrize("name", ["Ways", "my ways", "", "9ways", "w" * 41, "../ways", "ämter"])
def test_a_survey_is_named_by_its_file(name: str) -> None:
    with pytest.raises(SurveyError, match="is no name for a survey"):
        from_toml(name, GOOD, f"{name}.toml", LOCALES)


def test_a_channel_refuses_what_it_cannot_ask() -> None:
    def check(survey: Survey, file: str) -> list[Fault]:
        return [
            Fault(file, "a pigeon carries no choices", "Ask in words", question.name)
            for question in survey.questions
            if question.choices
        ]

    with pytest.raises(SurveyError, match=r"ways\.toml, question way: a pigeon carries no choices\. Ask in words"):
        from_toml("ways", GOOD, "ways.toml", LOCALES, [check])


def test_channels_are_not_asked_about_what_is_broken_anyway() -> None:
    def check(survey: Survey, file: str) -> list[Fault]:
        raise AssertionError("this survey is not whole")

    with pytest.raises(SurveyError, match="keyword"):
        from_toml("ways", GOOD.replace("WAYS", "?"), "ways.toml", LOCALES, [check])


anything = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-99, 99),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text("aZ9 {ä", max_size=3),
    ),
    lambda below: st.one_of(
        st.lists(below, max_size=2), st.dictionaries(st.text("ade", min_size=1, max_size=2), below, max_size=2)
    ),
    max_leaves=4,
)


def paths(value: Any, at: str = "") -> Iterator[str]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        if isinstance(value, dict):
            yield f"{at}{key}"
        yield from paths(item, f"{at}{key}.")


@settings(max_examples=300)
@given(st.sampled_from([*paths(tomllib.loads(GOOD))]), anything)
def test_whatever_stands_in_a_file_it_is_read_or_refused(path: str, value: object) -> None:
    """No mistake of an author ends in anything but a fault."""
    with suppress(SurveyError):
        read(file_of(changed({path: value})))


# What is read


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_samples_and_the_documented_example_are_good(file: Path) -> None:
    survey = from_toml(file.stem.replace(".", "-"), file.read_text(), file.name, LOCALES)
    assert survey.locales == LOCALES
    assert from_json(to_json(survey)) == survey
    SCHEMA.validate(seen_by_editors(tomllib.loads(file.read_text())))


def test_the_documented_example_shows_every_key() -> None:
    text = FILES[-1].read_text()
    assert {question["kind"] for question in tomllib.loads(text)["question"]} == {str(kind) for kind in Kind}
    keys = {*SCHEMA.schema["properties"], *SCHEMA.schema["$defs"]["question"]["properties"]}
    shown = {path.split(".")[-1] for path in paths(tomllib.loads(text))}
    assert keys <= shown


@given(surveys())
def test_a_survey_that_was_asked_is_read_from_the_store_as_it_was(survey: Survey) -> None:
    assert from_json(to_json(survey)) == survey


@given(surveys())
def test_the_canonical_form_has_the_structure_of_the_file(survey: Survey) -> None:
    assert from_toml("generated", toml_of(survey), "generated.toml", LOCALES) == survey


# The version


def test_comments_blanks_and_order_make_no_new_version() -> None:
    other = GOOD.replace("\n\n", "\n\n  # a remark\n\n").replace(" = ", "   =   ").replace('"Wege"', '"  Wege "')
    assert other != GOOD
    assert read(other) == read(GOOD)
    top, questions = GOOD.split("\n\n", 1)
    turned = "\n".join(reversed(top.splitlines()))
    assert read(f"{turned}\n\n{questions}").version == read(GOOD).version


@pytest.mark.parametrize("name", SAMPLES)
def test_any_changed_word_makes_a_new_version(name: str) -> None:
    survey = sample(name)
    canonical = json.loads(to_json(survey))
    seen = {survey.version}
    for path in paths(canonical):
        *way, last = path.split(".")
        top = deepcopy(canonical)
        at = top
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if isinstance(at[last], str) and last in LOCALES:
            at[last] += "!"
            seen.add(from_json(json.dumps(top)).version)
    assert len(seen) == 1 + sum(path.split(".")[-1] in LOCALES for path in paths(canonical))


def test_the_version_is_16_hexadecimal_digits() -> None:
    assert len(read(GOOD).version) == 16
    assert int(read(GOOD).version, 16)
