"""What is taken out of the store is gone, from the counts and from the disk, and does not come back."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from kiosk.definition import to_json
from kiosk.errors import StoreError, UsageError
from kiosk.identity import code_digest, grouped
from kiosk.inputs import Began, Chose, Consented, FellSilent, Input, Left, Reopened, Said, Submitted
from kiosk.intake import ABANDONED, Intake
from kiosk.office import Office
from kiosk.prompt import Ask, Close, Disposition, Review
from kiosk.record import Address, AddressKind, Mode, Reply, Response, State, Turn, Via
from kiosk.store import upkeep
from kiosk.store.interviews import INPUT, Interviews
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Answer, Kind, Survey
from tests.kiosk.generated import inputs, sample, surveys
from tests.kiosk.running import make_office

DIGITAL, VOTE = sample("digital"), sample("vote")
TEXT = "Der Automat im Flur ist zu hoch für meinen Rollstuhl"
DAY = upkeep.DAY
TERMINAL, SMS = Mode("terminal"), Mode("sms")


def choose(survey: Survey, name: str, *numbers: int) -> Chose:
    question = survey.question(name)
    assert question
    return Chose(tuple(question.choices[number - 1].name for number in numbers), name)


SKILLS = choose(DIGITAL, "skills", 4)
ANSWERED: Sequence[Input] = (
    Began("de"),
    Consented(True),
    choose(DIGITAL, "useful_at", 1, 4),
    SKILLS,
    choose(DIGITAL, "support", 1),
    choose(DIGITAL, "involved_by", 2),
    Chose((TEXT,), "wishes"),
)
VOTED = choose(VOTE, "open_longer", 2)


class OfficeOfTomorrow(Office):
    """An office whose clock can be put forward."""

    ahead = 0  # milliseconds

    def now(self) -> int:
        return super().now() + self.ahead


class Store:
    """An intake with a store of its own."""

    def __init__(self, office: OfficeOfTomorrow, file: Path) -> None:
        self.office = office
        self.file = file
        self.writer = Writer(file)
        self.intake = Intake(office, self.writer)
        self._keys = count()

    def close(self) -> None:
        self.writer.close()

    def turn(
        self, who: str, given: Input | Said, survey: Survey, *, mode: Mode = TERMINAL, trial: bool = False
    ) -> Turn:
        address = Address(AddressKind.SESSION if mode is TERMINAL else AddressKind.PARTY, who)
        key = f"{who} {next(self._keys)}"
        return Turn(key, mode, address, survey.name, given, self.office.now(), Via.TOUCH, trial=trial)

    def say(self, who: str, *given: Input | Said, survey: Survey = DIGITAL, mode: Mode = TERMINAL) -> Reply:
        """The reply to the last of these."""
        return [self.intake.receive(self.turn(who, one, survey, mode=mode)) for one in given][-1]

    def erase(self, response: int) -> None:
        self.writer.run(lambda connection: upkeep.erase(connection, response, self.office.now()))

    def responses(self, survey: str = DIGITAL.name) -> list[Response]:
        with closing(Reads(self.file, self.office.keyring)) as reads:
            return list(reads.responses(survey))

    def counts(self, survey: str = DIGITAL.name) -> dict[tuple[str, str, str], int]:
        with closing(Reads(self.file, self.office.keyring)) as reads:
            return reads.counts(survey)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as reader:
            return reader.execute(sql).fetchall()


@pytest.fixture
def store(office: Path) -> Iterator[Store]:
    opened = OfficeOfTomorrow(office)
    with closing(Store(opened, opened.store_file)) as store:
        yield store


def scanned(store: Store, survey: Survey) -> dict[tuple[str, str, str], int]:
    """The counters as somebody counts who starts from nothing."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for response in store.responses(survey.name):
        if response.state is not State.COUNTED or response.trial:
            continue
        counted["", str(response.disposition), response.mode] += 1
        for name, answer in response.answers.items():
            for value in values(survey, name, answer):
                counted[name, value, response.mode] += 1
    return dict(counted)


def values(survey: Survey, name: str, answer: Answer) -> tuple[str, ...]:
    question = survey.question(name)
    if answer.missing:
        return (f"-{answer.missing}",)
    if answer.pending:
        return ()
    return ("given",) if question and question.kind is Kind.TEXT else answer.values


# The counters hold


@dataclass(frozen=True)
class Says:
    who: int
    given: Input


@dataclass(frozen=True)
class Repeats:
    """Hands in a turn again, of all that were handed in."""

    which: int


@dataclass(frozen=True)
class IsErased:
    who: int


@st.composite
def events(draw: DrawFn, survey: Survey) -> list[Says | Repeats | IsErased]:
    """A day with three respondents, the third of them a trial: what they do, what comes twice, who wants to be
    forgotten. Two consent at once, so that there is something to count."""
    who = st.integers(0, 2)
    says = st.builds(Says, who, inputs(survey))
    other = st.one_of(st.builds(Repeats, st.integers(0, 99)), st.builds(IsErased, who), st.builds(Says, who, ends))
    consents: list[Says | Repeats | IsErased] = [Says(one, Consented(True)) for one in (0, 1)]
    return consents + draw(st.lists(st.one_of(says, says, says, other), max_size=40))


ends = st.sampled_from([Submitted(), Submitted(), Left(), Left(refused=True)])


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> OfficeOfTomorrow:
    return OfficeOfTomorrow(make_office(tmp_path_factory.mktemp("shared") / "office"))


@given(st.data())
def test_the_counters_are_always_what_a_fresh_scan_counts(shared_office: OfficeOfTomorrow, data: DataObject) -> None:
    survey = data.draw(surveys())
    with tempfile.TemporaryDirectory() as folder, closing(Store(shared_office, Path(folder) / "kiosk.db")) as store:
        store.intake.define(to_json(survey))
        said: list[Turn] = []
        for event in data.draw(events(survey)):
            match event:
                case Says(who, done):
                    turn = store.turn(f"visitor {who}", done, survey, trial=who == 2)
                    said.append(replace(turn, version=survey.version))
                    store.intake.receive(said[-1])
                case Repeats(which) if said:
                    store.intake.receive(said[which % len(said)])
                case IsErased(who):
                    store.erase(who + 1)  # whoever came that far; nobody, at times
            assert store.counts(survey.name) == scanned(store, survey)
        for response in range(1, 4):
            store.erase(response)
        assert store.counts(survey.name) == {}
        assert {response.state for response in store.responses(survey.name)} <= {State.WITHDRAWN}
        assert all(not response.answers for response in store.responses(survey.name))


# Erasure

STATES: dict[str, Sequence[Input]] = {
    "before the consent": ANSWERED[:1],
    "in the middle": ANSWERED[:4],
    "back at a question": (*ANSWERED[:4], Reopened("useful_at")),
    "complete": (*ANSWERED, Submitted()),
    "partial": (*ANSWERED[:5], Left()),
    "broken off": (*ANSWERED[:3], Left()),
    "refused": (Began("de"), Consented(False)),
    "consent taken back": (*ANSWERED, Left(refused=True)),
}


@pytest.mark.parametrize("done", STATES.values(), ids=STATES.keys())
def test_what_is_erased_leaves_a_tombstone_without_content(store: Store, done: Sequence[Input]) -> None:
    store.say("somebody else", *ANSWERED, Submitted())
    alone = store.counts()
    store.say("visitor", *done)
    for _ in range(2):
        store.erase(2)
        stone = store.responses()[1]
        assert (stone.state, stone.mode, stone.survey) == (State.WITHDRAWN, TERMINAL, "digital")
        assert (stone.answers, stone.site, stone.locale, stone.started, stone.ended) == ({}, "", "", None, None)
        assert (stone.assisted, stone.disposition) == (None, None)
        assert store.rows("SELECT input, said FROM turn WHERE response = 2") == [(None, None)] * len(done)
        assert store.counts() == alone


@pytest.mark.parametrize("done", STATES.values(), ids=STATES.keys())
def test_what_comes_late_for_an_erased_response_changes_nothing(store: Store, done: Sequence[Input]) -> None:
    turns = [store.turn("visitor", given, DIGITAL) for given in done]
    for turn in turns:
        store.intake.receive(turn)
    store.erase(1)
    stone = store.responses()
    for turn in turns:
        assert store.intake.receive(turn).code == ""
    for late in (*ANSWERED, Said(TEXT), Said("1"), Submitted()):
        assert store.say("visitor", late).prompt == Close(Disposition.REFUSAL)
    assert store.responses() == stone
    assert store.counts() == {}
    assert set(store.rows("SELECT input, said FROM turn")) == {(None, None)}


def test_a_code_erases_once_and_then_names_nothing_more(store: Store) -> None:
    code = store.say("visitor", *ANSWERED, Submitted()).code
    assert store.intake.erase(code)
    assert not store.responses()[0].answers
    assert not store.intake.erase("12345678901")


# Retention


def test_after_the_retention_the_words_are_gone_and_the_chosen_answers_stay(store: Store) -> None:
    store.say("visitor of long ago", *ANSWERED, Submitted())
    old = store.say("+49 3521 99", *ANSWERED[:6], Said(TEXT), Submitted(), mode=SMS).code
    store.office.ahead += (DIGITAL.retention_days + 1) * DAY
    store.say("visitor", *ANSWERED, Submitted())
    before, counts = store.responses(), store.counts()
    assert store.intake.purge() == 2
    assert store.intake.purge() == 0
    after = store.responses()
    for purged, whole in zip(after[:2], before[:2], strict=True):
        assert whole.answers["wishes"] == Answer((TEXT,))
        assert purged.answers == {**whole.answers, "wishes": Answer(("",))}
    assert after[2] == before[2]
    assert store.counts() == counts
    assert store.rows("SELECT DISTINCT input, said FROM turn WHERE response < 3") == [(None, None)]
    assert store.rows("SELECT kind, response FROM address ORDER BY response") == [("session", 1), ("session", 3)]
    with closing(Reads(store.file, store.office.keyring)) as reads:
        assert reads.by_code(code_digest(store.office.keyring, old)) is None


def test_more_than_one_transaction_of_purging(store: Store) -> None:
    for number in range(upkeep.AT_ONCE + 1):
        store.say(f"visitor {number}", Began("de"), Consented(False))
    store.office.ahead += (DIGITAL.retention_days + 1) * DAY
    assert store.intake.purge() == upkeep.AT_ONCE + 1


def test_an_interview_that_nobody_goes_on_with_is_ended(store: Store) -> None:
    store.say("went home", *ANSWERED[:4])
    store.say("went home without a vote", Began("de"), Consented(True), VOTED, survey=VOTE)
    store.office.ahead += ABANDONED - DAY
    store.say("comes back", *ANSWERED[:4])
    assert store.intake.expire() == 0
    store.office.ahead += 2 * DAY
    assert store.intake.expire() == 2
    assert [response.state for response in store.responses()] == [State.EXCLUDED, State.DRAFT]
    assert answers_of_all(store)[0]["skills"] == Answer(SKILLS.values), "the survey keeps them"
    assert answers_of_all(store)[2] == {}, "and this one does not"
    assert store.say("comes back", *ANSWERED[4:], Submitted()).prompt == Close(Disposition.COMPLETE)


# What is not to be kept


def answers_of_all(store: Store) -> list[dict[str, Answer]]:
    return [dict(response.answers) for name in ("digital", "vote") for response in store.responses(name)]


def kept_inputs(store: Store) -> list[bytes]:
    return [store.office.keyring.unseal(row[0], INPUT) for row in store.rows("SELECT input FROM turn") if row[0]]


def test_a_survey_that_discards_keeps_nothing_of_who_walks_away(store: Store) -> None:
    voted = (Began("de"), Consented(True), VOTED)
    store.say("walks away", *voted, Left(), survey=VOTE)
    store.say("says nothing more", *voted, *[FellSilent()] * 3, survey=VOTE)
    store.say("walks away", VOTED, survey=VOTE)
    assert answers_of_all(store) == [{}, {}]
    assert {response.state for response in store.responses("vote")} == {State.EXCLUDED}
    assert not [given for given in kept_inputs(store) if b"Chose" in given]
    assert store.counts("vote") == {}
    store.say("hands it in", *voted, Submitted(), survey=VOTE)
    assert store.counts("vote")["open_longer", VOTED.values[0], TERMINAL] == 1


def test_a_survey_that_keeps_has_what_was_answered_before_somebody_walked_away(store: Store) -> None:
    store.say("walks away", *ANSWERED[:4], Left())
    assert answers_of_all(store)[0]["skills"] == Answer(SKILLS.values)


@pytest.mark.parametrize("refusal", [Left(refused=True), Consented(False)], ids=str)
def test_nothing_is_kept_of_a_refusal(store: Store, refusal: Input) -> None:
    before = ANSWERED if refusal == Left(refused=True) else ANSWERED[:1]
    store.say("visitor", *before, refusal, *ANSWERED)
    (response,) = store.responses()
    assert (response.state, response.disposition, response.answers) == (State.EXCLUDED, Disposition.REFUSAL, {})
    assert store.counts() == {}
    assert not [given for given in kept_inputs(store) if b"Chose" in given]


# The raw files


def nobody(store: Store) -> None:
    """Nothing is taken out."""


def everybody(store: Store) -> None:
    for response in (1, 2, 3, 4):
        store.erase(response)


def the_old(store: Store) -> None:
    store.office.ahead += (DIGITAL.retention_days + 1) * DAY
    assert store.intake.purge() == 3


@pytest.mark.parametrize("taken_out", [nobody, everybody, the_old])
def test_the_raw_files_show_none_of_what_was_said(
    store: Store, office: Path, taken_out: Callable[[Store], None]
) -> None:
    secrets = [
        "visitor-in-the-hall",
        "another-visitor",
        "+4935211234567",
        TEXT,
        "Rollstuhl",
        "Fahrplan",
        "Heute regnet es",
    ]
    codes = [
        store.say("visitor-in-the-hall", *ANSWERED, Submitted()).code,
        store.say("+4935211234567", *ANSWERED[:6], Said("Fahrplan am Bahnhof"), Submitted(), mode=SMS).code,
        store.say("another-visitor", *ANSWERED, Submitted()).code,
        store.say("+49352100000", Said("ja"), Said("Heute regnet es"), mode=SMS).code,
    ]
    assert [bool(code) for code in codes] == [True, True, True, False]
    for code in filter(None, codes):
        secrets += [code, grouped(code), code[:10]]
    taken_out(store)
    assert found(office, secrets) == [], "while the store is open"
    store.close()
    assert found(office, secrets) == [], "and closed"
    assert found(office, ["involved_by"]), "what is no secret is there to be found"


def found(folder: Path, secrets: Sequence[str]) -> list[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert any(file.name == "kiosk.db" for file in files)
    return [
        f"{file.name}: {secret}"
        for file in files
        for secret in secrets
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
        if secret.encode(encoding).lower() in file.read_bytes().lower()
    ]


def test_the_interviews_of_others_are_untouched_by_an_erasure(store: Store) -> None:
    store.say("visitor", *ANSWERED[:4])
    store.say("somebody else", *ANSWERED[:4])
    store.erase(1)
    reads = Interviews(store.office.keyring)
    standing = store.writer.run(lambda connection: reads.load(connection, 2))
    assert standing.interview.answers["skills"] == Answer(SKILLS.values)
    assert store.say("somebody else", *ANSWERED[4:], Submitted()).prompt == Close(Disposition.COMPLETE)


# What is undone


def test_a_turn_that_a_full_disk_undid_is_as_if_it_had_never_been(store: Store) -> None:
    store.say("visitor", *ANSWERED[:3])
    store.writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchone())
    with pytest.raises(StoreError, match="full"):
        store.say("visitor", Chose((TEXT * 30,), "wishes"))
    store.writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 1000000").fetchone())
    assert store.say("visitor", SKILLS).prompt == Ask("support", 3, 5)
    assert set(answers_of_all(store)[0]) == {"useful_at", "skills"}
    assert store.say("visitor", *ANSWERED[4:], Submitted()).prompt == Close(Disposition.COMPLETE)
    assert answers_of_all(store)[0]["wishes"] == Answer((TEXT,))


def test_a_turn_that_is_refused_undoes_none_of_those_that_share_its_commit(store: Store) -> None:
    store.say("visitor", *ANSWERED[:3])
    good, bad = store.turn("visitor", SKILLS, DIGITAL), store.turn("lost", Began("de"), DIGITAL)
    jobs = [store.intake.submit(turn) for turn in (good, replace(bad, survey="nowhere"))]
    jobs += [store.intake.submit(store.turn("visitor", given, DIGITAL)) for given in (*ANSWERED[4:], Submitted())]
    with pytest.raises(UsageError, match="not open"):
        jobs.pop(1).wait()
    assert [type(job.wait().prompt) for job in jobs] == [Ask, Ask, Ask, Review, Close]
    assert answers_of_all(store)[0]["skills"] == Answer(SKILLS.values)
    assert store.rows("SELECT count(*) FROM turn") == [(len(ANSWERED) + 1,)]
