"""One door for every turn: the same turn twice is one turn, with the same reply; a code comes where it can show
something.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from kiosk.errors import UsageError
from kiosk.identity import read_code
from kiosk.inputs import AskedHelp, Began, Chose, Consented, FellSilent, Input, Left, Said
from kiosk.intake import Intake
from kiosk.interview import advance, begin, final_answers, replay
from kiosk.office import Office
from kiosk.prompt import Ask, Close, Disposition
from kiosk.record import Address, AddressKind, Mode, Reply, Turn, Via
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Survey
from tests.kiosk.generated import inputs, sample
from tests.kiosk.running import make_office

COUNTER, VOTE = sample("counter"), sample("vote")
SOME = Chose((COUNTER.questions[0].choices[0].name,), COUNTER.questions[0].name)
VOTED = Chose((VOTE.questions[0].choices[0].name,), VOTE.questions[0].name)
YES, NO = Consented(True), Consented(False)


class House:
    """An office with its intake, and visitors who come one after the other."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(make_office(folder))
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self.visitors = 0

    def turns(self, survey: Survey, given: list[Input | Said]) -> list[Turn]:
        self.visitors += 1
        who = Address(AddressKind.SESSION, f"visitor {self.visitors}")
        return [
            Turn(f"{who.value}:{number}", Mode("sms"), who, survey.name, one, 1_000 + number, Via.KEYED, review=False)
            for number, one in enumerate(given)
        ]

    def replies(self, survey: Survey, *given: Input | Said) -> list[Reply]:
        return [self.intake.receive(turn) for turn in self.turns(survey, list(given))]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("intake") / "office")
    yield house
    house.writer.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_repeated_turn_gets_the_reply_it_got_before(house: House, data: DataObject) -> None:
    survey = data.draw(st.sampled_from([COUNTER, VOTE]))
    words = st.builds(Said, st.sampled_from(["1", "ja", "zurück", "Hilfe", "Stopp", "weiter", "2 und 3"]))
    given: list[Input | Said] = [Began("de"), *data.draw(st.lists(st.one_of(inputs(survey), words), max_size=8))]
    turns = house.turns(survey, given)
    first = []
    for turn in turns:
        first.append(house.intake.receive(turn))
        assert house.intake.receive(turn) == first[-1]
    closed = [reply for reply in first if isinstance(reply.prompt, Close)]
    if not closed:  # where it has ended since, a code may be there that was not there before
        assert [house.intake.receive(turn) for turn in turns] == first


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_store_ends_where_the_pure_machine_ends(house: House, data: DataObject) -> None:
    """What is kept turn by turn, row by row, is what one replay in memory gives."""
    given = data.draw(st.lists(inputs(COUNTER), max_size=12))
    turns = house.turns(COUNTER, [Began("de"), YES, *given])
    last = [house.intake.receive(turn) for turn in turns][-1]
    expected, _ = replay(begin(COUNTER, "de", review=False)[0], [YES, *given])
    assert isinstance(last.prompt, Close) == bool(expected.closed)
    reads = Reads(house.office.store_file, house.office.keyring)
    stored = [*reads.responses("counter")][-1]
    reads.close()
    assert stored.disposition == expected.closed
    assert stored.locale == expected.locale
    if expected.closed is Disposition.REFUSAL:
        assert stored.answers == {}
    elif not expected.closed:
        assert stored.answers == expected.answers
    else:
        final = final_answers(expected, left=walked_away(given))
        assert {name: stored.answers[name] for name in final} == final


def walked_away(given: list[Input]) -> bool:
    """Whether the input that ended it was somebody's leaving."""
    interview, _ = begin(COUNTER, "de", review=False)
    for one in [YES, *given]:
        interview, _ = advance(interview, one)
        if interview.closed:
            return isinstance(one, Left | FellSilent)
    return False


@pytest.mark.parametrize(
    ("survey", "given", "how", "code"),
    [
        pytest.param(VOTE, [YES, VOTED], Disposition.COMPLETE, True, id="complete"),
        pytest.param(COUNTER, [YES, SOME, Left()], Disposition.BREAK_OFF, True, id="broken off and kept"),
        pytest.param(COUNTER, [YES, *[FellSilent()] * 3], Disposition.BREAK_OFF, False, id="silent"),
        pytest.param(VOTE, [YES, Left()], Disposition.BREAK_OFF, False, id="broken off and discarded"),
        pytest.param(COUNTER, [NO], Disposition.REFUSAL, False, id="refused"),
        pytest.param(COUNTER, [Left()], Disposition.BREAK_OFF, False, id="gone before the consent"),
        pytest.param(COUNTER, [YES, SOME, Left(refused=True)], Disposition.REFUSAL, False, id="taken back"),
    ],
)
def test_a_code_is_given_where_it_can_show_something(
    house: House, survey: Survey, given: list[Input | Said], how: Disposition, code: bool
) -> None:
    turns = house.turns(survey, [Began("de"), *given, AskedHelp(), Said("danke")])
    replies = [house.intake.receive(turn) for turn in turns]
    ends = [reply for reply in replies if isinstance(reply.prompt, Close)]
    assert len(ends) == 3, "the end, and what comes after it"
    for reply in ends:
        assert reply.prompt == Close(how)
        assert bool(reply.code) == code
        assert not code or read_code(reply.code)
    assert [house.intake.receive(turn) for turn in turns[-3:]] == ends
    assert not any(reply.code for reply in replies[:-3])


def test_a_survey_that_is_not_there_takes_no_answers(house: House) -> None:
    (turn,) = house.turns(VOTE, [Began("de")])
    with pytest.raises(UsageError, match="is not open"):
        house.intake.receive(Turn("k", turn.mode, turn.address, "nothing", Began("de"), 1, Via.KEYED))


def test_two_visitors_do_not_meet(house: House) -> None:
    one, other = house.turns(VOTE, [Began("de"), YES, VOTED]), house.turns(VOTE, [Began("en"), NO])
    mixed = [one[0], other[0], one[1], other[1], one[2]]
    replies = [house.intake.receive(turn) for turn in mixed]
    assert [reply.locale for reply in replies] == ["de", "en", "de", "en", "de"]
    assert isinstance(replies[2].prompt, Ask)
    assert replies[3].prompt == Close(Disposition.REFUSAL)
    assert replies[4].prompt == Close(Disposition.COMPLETE)
