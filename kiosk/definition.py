"""Reads a survey from TOML, and refuses what cannot be asked: with all faults at once, each naming file, question,
locale and what to do.

    text --tomllib--> tables --_Reader--> Survey (or SurveyError) --to_json--> canonical JSON --sha256--> version

The version is a hash of the content, not of the file, so a comment or an indent makes no new version. The canonical
JSON has the very structure of the TOML; it is what the store keeps of a survey that was asked, and `from_json` reads it
without judging it again: what was asked once stays readable, whatever later rules say.

Channels add checks of their own (`SurveyCheck`: the length of an SMS, the keys of a phone); the caller hands them in.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from kiosk.errors import Fault, SurveyError
from kiosk.survey import (
    MAX_CHOICES,
    Abandoned,
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
from kiosk.tables import Table, Tables

SurveyCheck = Callable[[Survey, str], Sequence[Fault]]  # survey, file name -> faults

MAX_QUESTIONS = 5
MAX_POINTS = 5  # of a scale, every one labelled
OFFERED = (Missing.DONT_KNOW, Missing.REFUSED)  # what a survey may offer a respondent instead of an answer
SETTINGS = {"locales", "keyword", "identity_mode", "minors", "missing", "abandoned", "retention_days"}
TEXTS = {"title", "participants", "brief", "notice"}
TOP_KEYS = SETTINGS | TEXTS | {"name", "opens", "closes", "reviewed_by", "wording", "question"}
BOUNDS = {"minimum", "maximum"}
QUESTION_KEYS = BOUNDS | {"name", "kind", "required", "appearance", "label", "hint", "choice", "relevant", "wording"}
CHOSEN = (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANGE)
CLAIMS = {"anonym": IdentityMode.ANONYMOUS}  # what a notice must not say in another identity mode


def from_toml(name: str, text: str, file: str, locales: Collection[str], checks: Sequence[SurveyCheck] = ()) -> Survey:
    """The survey in `text`. `locales`: those the product has words for. Raises SurveyError with every fault found."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SurveyError([Fault(file, f"this is not TOML: {error}", "Mend the line it names")]) from None
    reader = _Reader(file, tables)
    survey = reader.survey(name, locales)
    if not reader.faults:
        for check in checks:
            reader.faults.extend(check(survey, file))
    if reader.faults:
        raise SurveyError(reader.faults)
    return survey


def from_json(text: str) -> Survey:
    """A survey that was asked, as the store keeps it. Its version is the hash of this very text, so that it stays what
    it was when a later format writes the same survey differently."""
    tables = json.loads(text)
    reader = _Reader("", tables)
    return replace(reader.survey(tables["name"], tables["locales"]), version=_hash(text))


def to_json(survey: Survey) -> str:
    """The canonical form: the structure of the TOML, keys sorted, without the version."""
    return json.dumps(_tables(survey), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def version_of(survey: Survey) -> str:
    """16 hexadecimal digits of the content's SHA-256."""
    return _hash(to_json(survey))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Reader(Tables):
    """Turns tables into a survey and collects faults on the way; `survey` is only good when there are none."""

    def survey(self, name: str, known_locales: Collection[str]) -> Survey:
        top = self.tables
        self.unknown_keys(top, TOP_KEYS)
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name):
            self.fault(f"“{name}” is no name for a survey", "Name the file with small letters, digits, - and _")
        self.locales = self.read_locales(known_locales)
        survey = Survey(
            name=name,
            version="",
            locales=self.locales,
            title=self.text(top, "title"),
            brief=self.text(top, "brief"),
            notice=self.text(top, "notice", "Write the privacy notice; no survey is asked without one"),
            participants=self.text(top, "participants"),
            questions=self.read_questions(),
            keyword=self.read_keyword(),
            identity_mode=self.one_of(top, "identity_mode", IdentityMode, IdentityMode.ANONYMOUS),
            minors=self.one_of(top, "minors", Minors, Minors.EXCLUDED),
            missing=self.read_missing(),
            abandoned=self.one_of(top, "abandoned", Abandoned, Abandoned.KEEP),
            retention_days=self.number(top, "retention_days", 1, 3650) or 1,
            opens=self.day(top, "opens"),
            closes=self.day(top, "closes"),
            brief_wording=self.wording(top, "brief"),
            reviewed_by=str(top.get("reviewed_by", "")),
        )
        self.check_whole(survey)
        return replace(survey, version=version_of(survey))

    def check_whole(self, survey: Survey) -> None:
        if survey.opens and survey.closes and survey.closes < survey.opens:
            self.fault("it closes before it opens", "Put `closes` on or after `opens`")
        for claim, mode in CLAIMS.items():
            for locale in survey.locales:
                words = " ".join((survey.brief.get(locale, ""), survey.notice.get(locale, ""))).casefold()
                if claim in words and survey.identity_mode is not mode:
                    what = f"the notice says “{claim}…” but identity_mode is {survey.identity_mode}"
                    self.fault(what, "Make both say the same", locale)

    # -- parts

    def read_locales(self, known: Collection[str]) -> tuple[str, ...]:
        given = self.strings(self.tables, "locales")
        if not given:
            self.fault("no locales", 'Name them first, for example locales = ["de", "de@easy", "en"]')
        for locale in given:
            if locale not in known:
                self.fault("there is no catalogue of this locale", f"Use one of {', '.join(sorted(known))}", locale)
        return tuple(dict.fromkeys(given))

    def read_keyword(self) -> str:
        keyword = str(self.tables.get("keyword", ""))
        if not re.fullmatch(r"[A-Z][A-Z0-9]{2,11}", keyword):
            self.fault(f"the keyword “{keyword}” cannot be texted", "Give 3 to 12 capital letters A-Z or digits")
        return keyword

    def read_missing(self) -> tuple[Missing, ...]:
        given = self.strings(self.tables, "missing")
        allowed = [str(missing) for missing in OFFERED]
        for name in given:
            if name not in allowed:
                self.fault(f"“{name}” cannot be offered", f"`missing` takes {' and '.join(allowed)}")
        return tuple(missing for missing in OFFERED if missing in given)

    def read_questions(self) -> tuple[Question, ...]:
        questions: list[Question] = []
        for table in self.list_of_tables(self.tables, "question"):
            questions.append(self.read_question(table, questions))
            self.question = ""
        asked = [question for question in questions if question.asks]
        texts = [question for question in asked if question.kind is Kind.TEXT]
        if not asked:
            self.fault("there is no question", "Add a [[question]] that wants an answer")
        if len(asked) > MAX_QUESTIONS:
            self.fault(f"{len(asked)} questions", f"Ask at most {MAX_QUESTIONS}; notes do not count")
        if len(texts) > 1:
            self.fault(f"{len(texts)} free texts", "Ask for at most one")
        if texts and texts[-1] is not asked[-1]:
            self.fault("a free text is not the last question", f"Move {texts[-1].name} to the end")
        return tuple(questions)

    def read_question(self, table: Table, earlier: Sequence[Question]) -> Question:
        name = str(table.get("name", ""))
        self.question = name or f"number {len(earlier) + 1}"
        self.unknown_keys(table, QUESTION_KEYS)
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            self.fault(f"“{name}” is no name for a question", "Use small letters, digits and _")
        if any(question.name == name for question in earlier):
            self.fault("the name is used twice", "Give every question a name of its own")
        kind = self.one_of(table, "kind", Kind, None)
        if table.get("kind") not in [str(kind) for kind in Kind]:
            kind = Kind.SELECT_ONE if "choice" in table else Kind.INTEGER  # so that one fault does not look like five
        required = table.get("required", False)
        if not isinstance(required, bool):
            self.fault("`required` is neither true nor false", "Write true or false without quotes")
        if kind is Kind.TEXT and required:
            self.fault("the free text is required", "Leave `required` out: nobody has to write")
        return Question(
            name=name,
            kind=kind,
            label=self.text(table, "label"),
            hint=self.text(table, "hint") if "hint" in table else {},
            required=bool(required),
            choices=self.read_choices(table, kind),
            relevant=self.read_relevant(table, earlier),
            minimum=self.bound(table, "minimum", kind),
            maximum=self.bound(table, "maximum", kind),
            appearance=self.read_appearance(table, kind),
            wording=self.wording(table, "label", "hint"),
        )

    def read_choices(self, table: Table, kind: Kind) -> tuple[Choice, ...]:
        tables = self.list_of_tables(table, "choice")
        choices = tuple(self.read_choice(table, number) for number, table in enumerate(tables, start=1))
        names = [choice.name for choice in choices]
        if kind not in CHOSEN:
            if choices:
                self.fault(f"a {kind} has no choices", "Remove them, or make it a select_one")
            return ()
        if not 2 <= len(choices) <= (MAX_POINTS if kind is Kind.RANGE else MAX_CHOICES):
            most = MAX_POINTS if kind is Kind.RANGE else MAX_CHOICES
            self.fault(f"{len(choices)} choices", f"Offer 2 to {most}")
        if len(set(names)) < len(names):
            self.fault("two choices have one name", "Give every choice a name of its own")
        for name in names:
            if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,39}", name):
                self.fault(f"“{name}” is no name for a choice", "Use small letters, digits and _")
        for locale in self.locales:
            labels = [label for choice in choices if (label := choice.label.get(locale, ""))]
            if len(set(labels)) < len(labels):
                self.fault("two choices have the same label", "Word them differently", locale)
            for position, label in enumerate(labels, start=1):
                if label.isdecimal() and label != str(position):
                    what = f"the choice with key {position} is called “{label}”"
                    self.fault(what, "Write its unit as well, or ask for an integer", locale)
        for choice in tables:
            self.unknown_keys(choice, {"name", "label"})
        return choices

    def read_choice(self, table: Table, number: int) -> Choice:
        name = str(table.get("name", ""))
        return Choice(name, self.text(table, "label", of=f" of choice {name or number}"))

    def read_relevant(self, table: Table, earlier: Sequence[Question]) -> tuple[Relevant, ...]:
        conditions = []
        for condition in self.list_of_tables(table, "relevant"):
            self.unknown_keys(condition, {"question", "among"})
            about = next((question for question in earlier if question.name == condition.get("question")), None)
            among = frozenset(self.strings(condition, "among"))
            if about is None or about.kind not in CHOSEN:
                what = f"its condition names “{condition.get('question', '')}”"
                self.fault(what, "Name an earlier question that has choices")
            elif not among or not among <= {choice.name for choice in about.choices}:
                self.fault(f"its condition names choices that {about.name} lacks", "Name some of its choices")
            conditions.append(Relevant(str(condition.get("question", "")), among))
        return tuple(conditions)

    def read_appearance(self, table: Table, kind: Kind) -> str:
        appearance = str(table.get("appearance", ""))
        if appearance and (appearance != "faces" or kind is not Kind.RANGE):
            self.fault(f"appearance “{appearance}”", 'The one there is is "faces", for a range')
        return appearance

    def bound(self, table: Table, key: str, kind: Kind) -> int | None:
        if key not in table:
            return None
        if kind is not Kind.INTEGER:
            self.fault(f"a {kind} has no `{key}`", "Remove it, or make it an integer")
            return None
        value = self.number(table, key, -(10**9), 10**9)
        other = table.get("minimum")
        if key == "maximum" and isinstance(value, int) and isinstance(other, int) and value < other:
            self.fault("`maximum` is below `minimum`", "Swap them")
        return value

    def wording(self, table: Table, *keys: str) -> dict[str, ModeWording]:
        words = {}
        for mode, special in self.table(table, "wording").items():
            if not isinstance(special, dict):
                self.fault(
                    f"wording.{mode} is no table", f"Write [{'question.' if self.question else ''}wording.{mode}]"
                )
                continue
            self.unknown_keys(special, {"reason", *keys})
            reason = str(special.get("reason", "")).strip()
            if not reason:
                self.fault(f"wording.{mode} gives no reason", "Say in `reason` why this channel needs other words")
            texts = {key: self.text(special, key) for key in keys if key in special}
            words[mode] = ModeWording(reason, texts.get(keys[0], {}), texts.get("hint", {}))
        return words


def _tables(survey: Survey) -> dict[str, Any]:
    tables: dict[str, Any] = {
        "name": survey.name,
        "locales": list(survey.locales),
        "keyword": survey.keyword,
        "identity_mode": survey.identity_mode,
        "minors": survey.minors,
        "missing": list(survey.missing),
        "abandoned": survey.abandoned,
        "retention_days": survey.retention_days,
        "reviewed_by": survey.reviewed_by,
        "title": survey.title,
        "participants": survey.participants,
        "brief": survey.brief,
        "notice": survey.notice,
        "question": [_question_table(question) for question in survey.questions],
        "wording": {mode: {"reason": w.reason, "brief": w.label} for mode, w in survey.brief_wording.items()},
    }
    if survey.opens:
        tables["opens"] = survey.opens.isoformat()
    if survey.closes:
        tables["closes"] = survey.closes.isoformat()
    return tables


def _question_table(question: Question) -> dict[str, Any]:
    table: dict[str, Any] = {
        "name": question.name,
        "kind": question.kind,
        "required": question.required,
        "appearance": question.appearance,
        "label": question.label,
        "choice": [{"name": choice.name, "label": choice.label} for choice in question.choices],
        "relevant": [{"question": c.question, "among": sorted(c.among)} for c in question.relevant],
        "wording": {
            mode: {"reason": w.reason} | ({"label": w.label} if w.label else {}) | ({"hint": w.hint} if w.hint else {})
            for mode, w in question.wording.items()
        },
    }
    bounds = {"hint": question.hint or None, "minimum": question.minimum, "maximum": question.maximum}
    return table | {key: value for key, value in bounds.items() if value is not None}
