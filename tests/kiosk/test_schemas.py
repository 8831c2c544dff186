"""The schemas say what the product does: surveys for editors, responses for whoever reads an export."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from kiosk.definition import QUESTION_KEYS, TOP_KEYS, from_toml
from kiosk.inputs import Assisted
from kiosk.prompt import Disposition
from kiosk.record import State, Via
from kiosk.survey import Abandoned, IdentityMode, Kind, Minors, Missing

HOUSE = Path(__file__).parents[2] / "kiosk"
EXAMPLE = HOUSE / "schemas" / "survey.example.toml"
SURVEYS = [*sorted((HOUSE / "surveys").glob("*.toml")), EXAMPLE]
LOCALES = ("de", "de@easy", "en")


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HOUSE / "schemas" / name).read_text())
    return found


SURVEY, RESPONSE = schema("survey.v1.json"), schema("response.v1.json")
JUDGE_SURVEY = Draft202012Validator(SURVEY, format_checker=FormatChecker())
JUDGE_RESPONSE = Draft202012Validator(RESPONSE, format_checker=FormatChecker())


def as_json(file: Path) -> dict[str, Any]:
    """A TOML file as an editor's checker sees it: a date is text."""
    data: dict[str, Any] = json.loads(json.dumps(tomllib.loads(file.read_text()), default=str))
    return data


@pytest.mark.parametrize("document", [SURVEY, RESPONSE], ids=["survey", "response"])
def test_the_schemas_are_schemas_and_describe_everything(document: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(document)
    assert [name for name, part in parts(document) if not ("description" in part or "$ref" in part)] == []


def parts(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Properties and definitions, but not those that only narrow another down."""
    for where in ("properties", "$defs"):
        for name, part in document.get(where, {}).items():
            yield name, part
            yield from parts(part)


@pytest.mark.parametrize("file", SURVEYS, ids=lambda file: file.name)
def test_surveys_keep_their_schema_and_load(file: Path) -> None:
    assert [error.message for error in JUDGE_SURVEY.iter_errors(as_json(file))] == []
    from_toml(file.stem.replace(".", "-"), file.read_text(), file.name, LOCALES)


def test_the_example_shows_every_key_and_every_kind() -> None:
    example = as_json(EXAMPLE)
    questions = example["question"]
    special = [wording for question in questions for wording in question.get("wording", {}).values()]
    assert set(example) == set(SURVEY["properties"])
    assert {key for question in questions for key in question} == set(SURVEY["$defs"]["question"]["properties"])
    assert {question["kind"] for question in questions} == set(Kind)
    assert {key for wording in special for key in wording} == {"reason", "label", "hint"}
    assert {key for wording in example["wording"].values() for key in wording} == {"reason", "brief"}


def test_the_schema_has_the_keys_that_are_read() -> None:
    assert set(SURVEY["properties"]) == TOP_KEYS - {"name"}  # the name is the file's
    assert set(SURVEY["$defs"]["question"]["properties"]) == set(QUESTION_KEYS)


@pytest.mark.parametrize(
    ("listed", "members"),
    [
        (SURVEY["$defs"]["question"]["properties"]["kind"]["enum"], Kind),
        (SURVEY["properties"]["identity_mode"]["enum"], IdentityMode),
        (SURVEY["properties"]["minors"]["enum"], Minors),
        (SURVEY["properties"]["abandoned"]["enum"], Abandoned),
        (RESPONSE["properties"]["state"]["enum"], State),
        (RESPONSE["properties"]["disposition"]["enum"], Disposition),
        (RESPONSE["properties"]["assisted"]["enum"], Assisted),
        (RESPONSE["$defs"]["answer"]["properties"]["missing"]["enum"], Missing),
        (RESPONSE["$defs"]["answer"]["properties"]["via"]["enum"], Via),
    ],
)
def test_enumerations_are_those_of_the_code(listed: list[str | None], members: type[StrEnum]) -> None:
    assert {value for value in listed if value is not None} == set(members)


def question(survey: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(question for question in survey["question"] if question["name"] == name)
    return found


Change = Callable[[dict[str, Any]], Any]

FAULTY_SURVEYS: dict[str, Change] = {
    "no notice": lambda survey: survey.pop("notice"),
    "an unknown key": lambda survey: survey.update(colour="red"),
    "an unknown key of a question": lambda survey: survey["question"][0].update(colour="red"),
    "a keyword in small letters": lambda survey: survey.update(keyword="markt"),
    "a keyword of 2 letters": lambda survey: survey.update(keyword="MA"),
    "a missing category nobody can say": lambda survey: survey.update(missing=["timeout"]),
    "no day": lambda survey: survey.update(opens="2026-13-01"),
    "an empty text": lambda survey: survey["title"].update(en=" "),
    "a wording without a reason": lambda survey: survey["wording"]["phone"].pop("reason"),
    "six questions": lambda survey: survey["question"].append({**question(survey, "visits"), "name": "again"}),
    "two free texts": lambda survey: survey["question"].insert(0, {**question(survey, "wishes"), "name": "first"}),
    "a required free text": lambda survey: question(survey, "wishes").update(required=True),
    "choices of an integer": lambda survey: question(survey, "visits").update(choice=question(survey, "day")["choice"]),
    "no choices to select from": lambda survey: question(survey, "day").pop("choice"),
    "faces of a select_one": lambda survey: question(survey, "day").update(appearance="faces"),
    "bounds of a range": lambda survey: question(survey, "content").update(minimum=1),
}


@pytest.mark.parametrize("change", FAULTY_SURVEYS.values(), ids=FAULTY_SURVEYS)
def test_faulty_surveys_are_marked(change: Change) -> None:
    survey = as_json(EXAMPLE)
    change(survey)
    assert not JUDGE_SURVEY.is_valid(survey)


ANSWER = {"values": ["good"], "text": None, "missing": None, "pending": False, "via": "touch", "checked_by": None}
COUNTED = {
    "id": "5f0c2a9be1d34477",
    "survey": "digital",
    "survey_version": "0123456789abcdef",
    "channel": "terminal",
    "site": "Rathaus",
    "locale": "de@easy",
    "disposition": "complete",
    "state": "counted",
    "trial": False,
    "assisted": "no",
    "started": "2026-05-04T09:30:00Z",
    "duration_seconds": 75,
    "answers": {"skills": ANSWER},
}
DRAFT = COUNTED | {"state": "draft", "disposition": None, "duration_seconds": None}
NOTHING = dict.fromkeys(("site", "locale", "disposition", "assisted", "started", "duration_seconds"))
ERASED = COUNTED | NOTHING | {"state": "withdrawn", "answers": {}}


@pytest.mark.parametrize(
    ("response", "valid"),
    [
        (COUNTED, True),
        (COUNTED | {"site": None}, True),
        (COUNTED | {"answers": {}}, True),
        (COUNTED | {"answers": {"wishes": ANSWER | {"values": [], "text": "Mehr Bänke"}}}, True),
        (COUNTED | {"answers": {"skills": ANSWER | {"values": [], "missing": "not_asked", "via": None}}}, True),
        (COUNTED | {"answers": {"skills": ANSWER | {"missing": "refused"}}}, False),
        (COUNTED | {"answers": {"skills": ANSWER | {"missing": "gone"}}}, False),
        (COUNTED | {"answers": {"skills": ANSWER | {"via": "telepathy"}}}, False),
        (COUNTED | {"answers": {"skills": {"values": ["good"]}}}, False),
        (COUNTED | {"disposition": None}, False),
        (COUNTED | {"duration_seconds": 1.5}, False),
        (COUNTED | {"started": "2026-05-04T11:30:00+02:00"}, False),
        (COUNTED | {"started": None}, False),
        (COUNTED | {"phone": "01234"}, False),
        (DRAFT, True),
        (DRAFT | {"disposition": "partial"}, False),
        (ERASED, True),
        (ERASED | {"answers": {"skills": ANSWER}}, False),
        (ERASED | {"site": "Rathaus"}, False),
        (ERASED | {"started": "2026-05-04T09:30:00Z"}, False),
    ],
)
def test_responses(response: dict[str, Any], valid: bool) -> None:
    assert JUDGE_RESPONSE.is_valid(copy.deepcopy(response)) is valid
