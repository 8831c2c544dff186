"""Surveys and inputs: the samples of the product, and for hypothesis, whatever a survey file may hold and whatever
anybody may do in an interview."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from kiosk.commands import init
from kiosk.definition import MAX_POINTS, OFFERED, from_toml, to_json, version_of
from kiosk.inputs import (
    AskedAgain,
    AskedHelp,
    Assisted,
    Began,
    Chose,
    Consented,
    Declined,
    FellSilent,
    Filled,
    Helped,
    Input,
    Kept,
    Left,
    Misunderstood,
    Reopened,
    Settled,
    SpokeLocale,
    Submitted,
)
from kiosk.prompt import Problem
from kiosk.survey import (
    MAX_CHOICES,
    Abandoned,
    Answer,
    Choice,
    IdentityMode,
    Kind,
    Minors,
    Missing,
    ModeWording,
    Question,
    Relevant,
    Survey,
)

LOCALES = ("de", "de@easy", "en")
CHOSEN = (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANGE)
BOUND = 10**9

words = st.text("abcXYZäöüß 19{}%„“…=+-@;,\n😀", min_size=1, max_size=20).map(str.strip).filter(bool)


@st.composite
def texts(draw: DrawFn, locales: tuple[str, ...]) -> Mapping[str, str]:
    """The same text in every locale of a survey."""
    return {locale: draw(words) for locale in locales}


@st.composite
def choices(draw: DrawFn, locales: tuple[str, ...], most: int) -> tuple[Choice, ...]:
    labels = words.filter(lambda label: not label.isdecimal())
    number = draw(st.integers(2, most))
    columns = {locale: draw(st.lists(labels, min_size=number, max_size=number, unique=True)) for locale in locales}
    return tuple(Choice(f"c{at}", {locale: columns[locale][at] for locale in locales}) for at in range(number))


@st.composite
def conditions(draw: DrawFn, earlier: list[Question]) -> tuple[Relevant, ...]:
    about = [question for question in earlier if question.choices]
    if not about:
        return ()
    chosen = draw(st.lists(st.sampled_from(about), max_size=2))
    return tuple(
        Relevant(question.name, draw(st.frozensets(st.sampled_from([c.name for c in question.choices]), min_size=1)))
        for question in chosen
    )


@st.composite
def questions(draw: DrawFn, kind: Kind, locales: tuple[str, ...], earlier: list[Question]) -> Question:
    bounds = draw(st.lists(st.integers(-BOUND, BOUND), min_size=2, max_size=2).map(sorted))
    bounded = kind is Kind.INTEGER
    special = ModeWording("it is shorter", draw(texts(locales)), draw(st.one_of(st.just({}), texts(locales))))
    return Question(
        name=f"q{len(earlier)}",
        kind=kind,
        label=draw(texts(locales)),
        hint=draw(st.one_of(st.just({}), texts(locales))),
        required=kind is not Kind.TEXT and draw(st.booleans()),
        choices=draw(choices(locales, MAX_POINTS if kind is Kind.RANGE else MAX_CHOICES)) if kind in CHOSEN else (),
        relevant=draw(conditions(earlier)),
        minimum=bounds[0] if bounded and draw(st.booleans()) else None,
        maximum=bounds[1] if bounded and draw(st.booleans()) else None,
        appearance="faces" if kind is Kind.RANGE and draw(st.booleans()) else "",
        wording={"sms": special} if draw(st.booleans()) else {},
    )


@st.composite
def surveys(draw: DrawFn) -> Survey:
    """Any survey that may be asked."""
    locales = tuple(draw(st.lists(st.sampled_from(LOCALES), min_size=1, unique=True)))
    kinds: list[Kind] = draw(st.lists(st.sampled_from([kind for kind in Kind if kind is not Kind.TEXT]), max_size=5))
    if not [kind for kind in kinds if kind is not Kind.NOTE] or (len(kinds) < 5 and draw(st.booleans())):
        kinds.append(Kind.TEXT)
    asked: list[Question] = []
    for kind in kinds:
        asked.append(draw(questions(kind, locales, asked)))
    days = draw(st.lists(st.dates(date(2020, 1, 1), date(2040, 1, 1)), min_size=2, max_size=2).map(sorted))
    survey = Survey(
        name="generated",
        version="",
        locales=locales,
        title=draw(texts(locales)),
        brief=draw(texts(locales)),
        notice=draw(texts(locales)),
        participants=draw(texts(locales)),
        questions=tuple(asked),
        keyword="GENERATED",
        identity_mode=draw(st.sampled_from(IdentityMode)),
        minors=draw(st.sampled_from(Minors)),
        missing=tuple(missing for missing in OFFERED if draw(st.booleans())),
        abandoned=draw(st.sampled_from(Abandoned)),
        retention_days=draw(st.integers(1, 3650)),
        opens=days[0] if draw(st.booleans()) else None,
        closes=days[1] if draw(st.booleans()) else None,
        brief_wording={"phone": ModeWording("it is heard", draw(texts(locales)), {})} if draw(st.booleans()) else {},
    )
    return replace(survey, version=version_of(survey))


SAMPLES = tuple(file.stem for file in sorted(init.SAMPLES.glob("*.toml")))


def sample(name: str) -> Survey:
    """A survey that comes with the product."""
    file = init.SAMPLES / f"{name}.toml"
    return from_toml(name, file.read_text(), file.name, LOCALES)


def toml_of(survey: Survey) -> str:
    """A survey file of this survey: its canonical JSON has the structure of the TOML."""
    return "\n".join(f"{key} = {toml(value)}" for key, value in json.loads(to_json(survey)).items())


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def inputs(survey: Survey) -> SearchStrategy[Input]:
    """Anything at all: the right answer to the right question, and nonsense to one that does not exist."""
    names = st.sampled_from([*(question.name for question in survey.questions), "", "elsewhere"])
    known = [choice.name for question in survey.questions for choice in question.choices]
    values = st.one_of(
        st.sampled_from([*known, "7", "", " "]), st.integers(-BOUND, BOUND).map(str), st.text(max_size=9)
    )
    chosen = st.lists(values, max_size=3).map(tuple)
    missing = st.sampled_from(Missing)
    answers = st.one_of(
        st.builds(Answer, chosen, pending=st.booleans()), st.builds(Answer, missing=missing, pending=st.booleans())
    )
    return st.one_of(
        st.builds(Began, st.sampled_from([*LOCALES, "", "xx"])),
        st.builds(Chose, chosen, names),
        st.builds(Chose, chosen, names),
        st.builds(Declined, missing, names),
        st.builds(Kept, names),
        st.builds(Filled, st.dictionaries(names, answers, max_size=4)),
        st.builds(Settled, answers, names),
        st.builds(Consented, st.booleans()),
        st.just(Consented(True)),
        st.builds(SpokeLocale, st.sampled_from([*LOCALES, "xx"])),
        st.builds(Reopened, names),
        st.builds(Misunderstood, st.sampled_from(Problem)),
        st.builds(Helped, st.sampled_from(Assisted)),
        st.builds(Left, st.booleans()),
        st.sampled_from([AskedAgain(), AskedHelp(), FellSilent(), Submitted()]),
    )


def right_answer(question: Question) -> Chose:
    """An answer that this question takes."""
    if question.choices:
        return Chose((question.choices[-1].name,), question.name)
    lowest = question.minimum if question.minimum is not None else question.maximum
    return Chose((str(lowest or 0) if question.kind is Kind.INTEGER else "words",), question.name)
