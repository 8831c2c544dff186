"""Whatever anybody does, and in whatever order: what lies on the disk is what somebody may still have to look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from kiosk.definition import to_json
from kiosk.identity import new_code
from kiosk.inputs import Consented, Filled, Input, Left, Reopened, Submitted
from kiosk.intake import Intake
from kiosk.record import Address, AddressKind, Doubtful, DoubtKind, Mode, Turn, Via
from kiosk.store.reads import Reads
from kiosk.store.upkeep import DAY
from kiosk.store.writer import Writer
from kiosk.survey import Abandoned, Answer, Missing, Survey
from tests.kiosk.generated import inputs
from tests.kiosk.running import make_office
from tests.kiosk.test_review import DISCARDS, KEEPS, OFFICES
from tests.kiosk.test_upkeep import OfficeOfTomorrow

NAMES = st.sampled_from(["wishes", "wishes", "useful_at", "elsewhere"])


@dataclass(frozen=True)
class Says:
    who: int
    given: Input


@dataclass(frozen=True)
class Brings:
    """A turn with pending answers and their evidence, a file of its own for each or one for all."""

    who: int
    about: tuple[str, ...]
    shared: bool


@dataclass(frozen=True)
class Repeats:
    which: int


@dataclass(frozen=True)
class Settles:
    which: int
    how: Answer


@dataclass(frozen=True)
class IsErased:
    who: int


@dataclass(frozen=True)
class Passes:
    """So many days, and the upkeep of them."""

    days: int


def events(survey: Survey) -> st.SearchStrategy[object]:
    who = st.integers(0, 1)
    decisions = st.sampled_from([Answer(("offices",)), Answer(missing=Missing.UNREADABLE)])
    likely = st.sampled_from(
        [OFFICES, Reopened("wishes"), Reopened("useful_at"), Submitted(), Left(), Left(refused=True)]
    )
    return st.one_of(
        st.builds(Brings, who, st.lists(NAMES, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(Brings, who, st.just(("wishes",)), st.just(False)),
        st.builds(Says, who, st.one_of(inputs(survey), likely)),
        st.builds(Repeats, st.integers(0, 99)),
        st.builds(Settles, st.integers(0, 99), decisions),
        st.builds(IsErased, who),
        st.builds(Passes, st.sampled_from([1, 8, 200])),
    )


class House:
    """An office with a store of its own, and two residents."""

    def __init__(self, office: OfficeOfTomorrow, file: Path, survey: Survey) -> None:
        self.office, self.survey = office, survey
        self.writer = Writer(file)
        self.intake = Intake(office, self.writer)
        self.intake.define(to_json(survey))
        self.codes = [new_code(), new_code()]
        self.turns: list[Turn] = []
        self._file = file
        self._keys = count()
        for left in (office.folder / "blobs").glob("??/*"):
            left.unlink()

    def say(self, who: int, given: Input, *doubts: Doubtful) -> None:
        turn = Turn(
            key=f"{next(self._keys)}",
            mode=Mode("phone"),
            address=Address(AddressKind.PARTY, f"+491510000000{who}"),
            survey=self.survey.name,
            input=given,
            at=self.office.now(),
            via=Via.SPOKEN,
            version=self.survey.version,
            code=self.codes[who],
            doubts=doubts,
        )
        self.turns.append(turn)
        self.intake.receive(turn)

    def bring(self, who: int, about: tuple[str, ...], shared: bool) -> None:
        write, common = self.office.blobs.write, self.office.blobs.write(b"a sheet") if shared else ""
        doubts = [Doubtful(name, DoubtKind.VOICE, "", evidence=common or write(b"a voice")) for name in about]
        unread = {"wishes": Answer(pending=True), "useful_at": Answer(("offices",), pending=True)}
        self.say(who, Filled({name: unread[name] for name in about if name in unread}), *doubts)

    def do(self, event: object) -> None:
        match event:
            case Says(who, done):
                self.say(who, done)
            case Brings(who, about, shared):
                self.bring(who, about, shared)
            case Repeats(which) if self.turns:
                self.intake.receive(self.turns[which % len(self.turns)])
            case Settles(which, how) if waiting := self.waiting():
                number, name = waiting[which % len(waiting)]
                words = Answer(("Bus",)) if name == "wishes" and not how.missing else how
                self.intake.settle(number, words, "clerk")
            case IsErased(who):
                self.intake.erase(self.codes[who])
            case Passes(days):
                self.office.ahead += days * DAY
                self.intake.expire()
                self.intake.purge()

    def waiting(self) -> list[tuple[int, str]]:
        with closing(Reads(self._file, self.office.keyring)) as reads:
            return [(doubt.id, doubt.question) for doubt in reads.doubts()[0]]

    def rows(self, sql: str) -> list[tuple[str, ...]]:
        return self.writer.run(lambda connection: connection.execute(sql).fetchall())

    def check(self) -> None:
        files = {file.name for file in (self.office.folder / "blobs").glob("??/*")}
        assert files == {uid for (uid,) in self.rows("SELECT uid FROM blob")}
        assert files == {uid for (uid,) in self.rows("SELECT b.uid FROM doubt d JOIN blob b ON b.id = d.evidence")}
        waiting = self.rows("SELECT response, question FROM doubt WHERE settled IS NULL")
        assert len(waiting) == len(set(waiting)), "one doubt for one answer"
        assert set(waiting) <= set(self.rows("SELECT response, question FROM answer WHERE state = 'pending'"))
        refused = self.rows(
            "SELECT 1 FROM blob b JOIN response r ON r.id = b.response WHERE r.disposition = 'refusal' OR r.purged = 1"
        )
        assert refused == [], "no recording outlives a refusal"


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> OfficeOfTomorrow:
    return OfficeOfTomorrow(make_office(tmp_path_factory.mktemp("shared") / "office"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("stores")
    return (folder / f"{number}.db" for number in count())


@pytest.mark.parametrize("survey", [KEEPS, DISCARDS], ids=[Abandoned.KEEP, Abandoned.DISCARD])
@settings(max_examples=40)
@given(data=st.data())
def test_what_lies_on_the_disk_is_what_somebody_may_have_to_look_at(
    shared_office: OfficeOfTomorrow, files: Iterator[Path], survey: Survey, data: DataObject
) -> None:
    house = House(shared_office, next(files), survey)
    with closing(house.writer):
        for who in (0, 1):
            house.say(who, Consented(True))
        for event in data.draw(st.lists(events(survey), max_size=15)):
            house.do(event)
            house.check()
