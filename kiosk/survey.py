"""What is asked: a survey, its questions, and the answers they can have. Plain frozen data without any input or output.

Words follow XLSForm (kinds, `relevant`, `appearance`) and AAPOR (missing categories) so that data managers find what
they know. Conditions are a list of "that question was answered with one of these", all of which must hold; there is
no expression language, because each channel, paper included, must be able to say the condition in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Text = Mapping[str, str]  # locale -> words
MISSING_KEYS: Mapping[str, str] = {"dont_know": "7", "refused": "8"}  # the same sign in every channel
MAX_CHOICES = 6  # so that no choice's key collides with 7, 8 or 9 (9 is never an answer)
MAX_TEXT = 2_000  # letters of one free text


class Kind(StrEnum):
    """What sort of thing a question is, in XLSForm's words."""

    NOTE = "note"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    INTEGER = "integer"
    RANGE = "range"
    TEXT = "text"


class Missing(StrEnum):
    """Why there is no value. Kept apart because they mean different things to whoever counts."""

    REFUSED = "refused"
    DONT_KNOW = "dont_know"
    SKIPPED = "skipped"
    NOT_ASKED = "not_asked"
    TIMEOUT = "timeout"
    UNREADABLE = "unreadable"
    INVALID = "invalid"


class IdentityMode(StrEnum):
    """What the office learns about who answered; the notice says the same (see wording)."""

    ANONYMOUS = "anonymous"
    CODE = "code"
    NAMED = "named"


class Minors(StrEnum):
    """What the survey does about people under 18."""

    EXCLUDED = "excluded"
    PARENTAL_CONSENT = "parental_consent"
    ALLOWED = "allowed"


class Abandoned(StrEnum):
    """What becomes of an interview that its respondent walked away from."""

    KEEP = "keep"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Answer:
    """Values as names, never labels; or the reason why there are none. `pending` was read by a machine and waits for
    a person (see review): it is on record and does not count yet."""

    values: tuple[str, ...] = ()
    missing: Missing | None = None
    pending: bool = False

    @property
    def state(self) -> str:
        """The answer's state in the store: given, pending or missing."""
        return "pending" if self.pending else "missing" if self.missing else "given"


@dataclass(frozen=True, slots=True)
class Relevant:
    """Holds when `question` was answered with at least one of `among`."""

    question: str
    among: frozenset[str]

    def holds(self, answers: Mapping[str, Answer]) -> bool:
        answer = answers.get(self.question)
        return answer is not None and not self.among.isdisjoint(answer.values)


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class ModeWording:
    """Other words for one mode, with the reason why that mode needs them. The meaning stays the same."""

    reason: str
    label: Text
    hint: Text


@dataclass(frozen=True, slots=True)
class Question:
    """`minimum` and `maximum` bound an integer; `appearance` is a wish a channel may follow ("faces")."""

    name: str
    kind: Kind
    label: Text
    hint: Text = field(default_factory=dict)
    required: bool = False
    choices: tuple[Choice, ...] = ()
    relevant: tuple[Relevant, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    appearance: str = ""
    wording: Mapping[str, ModeWording] = field(default_factory=dict)

    def label_for(self, mode: str, locale: str) -> str:
        special = self.wording.get(mode)
        return special.label[locale] if special and special.label else self.label[locale]

    def hint_for(self, mode: str, locale: str) -> str:
        special = self.wording.get(mode)
        return special.hint[locale] if special and special.hint else self.hint.get(locale, "")

    @property
    def asks(self) -> bool:
        """False for a note, which is read and not answered."""
        return self.kind is not Kind.NOTE


@dataclass(frozen=True, slots=True)
class Survey:
    """One version of one survey. `version` is the hash of its content (see definition)."""

    name: str
    version: str
    locales: tuple[str, ...]
    title: Text
    brief: Text
    notice: Text
    participants: Text
    questions: tuple[Question, ...]
    keyword: str
    identity_mode: IdentityMode
    minors: Minors
    missing: tuple[Missing, ...]
    abandoned: Abandoned
    retention_days: int
    opens: date | None = None
    closes: date | None = None
    brief_wording: Mapping[str, ModeWording] = field(default_factory=dict)
    reviewed_by: str = ""

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.name == name), None)

    def applicable(self, answers: Mapping[str, Answer]) -> Iterator[Question]:
        """Questions and notes whose conditions hold, in order. A condition on a question that is itself not
        applicable does not hold, even if an old answer to it is still in the record."""
        on_route: dict[str, Answer] = {}
        for question in self.questions:
            if not question.relevant or all(condition.holds(on_route) for condition in question.relevant):
                if question.name in answers:
                    on_route[question.name] = answers[question.name]
                yield question

    def route(self, answers: Mapping[str, Answer]) -> tuple[Question, ...]:
        """The applicable questions that want an answer, in order."""
        return tuple(question for question in self.applicable(answers) if question.asks)

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Everything a respondent reads of it, with the name of its question ("" for the survey's own)."""
        yield from (("", text) for text in (self.title, self.brief, self.notice, self.participants))
        for question in self.questions:
            yield question.name, question.label
            yield from ((question.name, text) for text in (question.hint,) if text)
            yield from ((question.name, choice.label) for choice in question.choices)

    def open_on(self, day: date) -> bool:
        """Both the first and the last day belong to the survey."""
        return (self.opens is None or self.opens <= day) and (self.closes is None or day <= self.closes)

    def brief_for(self, mode: str, locale: str) -> str:
        special = self.brief_wording.get(mode)
        return special.label[locale] if special and special.label else self.brief[locale]
