"""Several answers in one message: what a printed notice teaches, and what only looks like it."""

from __future__ import annotations

import pytest

from kiosk import catalogue
from kiosk.inputs import Chose, Declined, Input, Misunderstood
from kiosk.prompt import Problem
from kiosk.several import in_order, labelled
from kiosk.survey import Missing
from tests.kiosk.generated import sample

DIGITAL, COUNTER, VOTE = sample("digital"), sample("counter"), sample("vote")
WORDS = catalogue.load()["de"].vocabulary

USEFUL = Chose(("offices",), "useful_at")
BOTH = Chose(("offices", "transport_travel"), "useful_at")
FAIR = Chose(("fair",), "skills")
HELP = Chose(("at_the_office",), "support")
NOT_A_CHOICE, TOO_MANY = Misunderstood(Problem.NOT_A_CHOICE), Misunderstood(Problem.TOO_MANY)


@pytest.mark.parametrize(
    ("said", "inputs"),
    [
        ("1A 2C 3B", (USEFUL, FAIR, HELP)),
        ("3B 1A 2C", (USEFUL, FAIR, HELP)),
        ("1a2c3b", (USEFUL, FAIR, HELP)),
        ("1 a, 2 c; 3 b.", (USEFUL, FAIR, HELP)),
        ("1: A\n2: C\n3: B", (USEFUL, FAIR, HELP)),
        ("1) A 2) C", (USEFUL, FAIR)),
        ("1=A/2=C", ()),
        ("1AC 2C", (BOTH, FAIR)),
        ("1A,C 2C", (BOTH, FAIR)),
        ("1 A und C, 2 C", (BOTH, FAIR)),
        ("1A 1C 2C", (BOTH, FAIR)),
        ("1A 2G 3H", (USEFUL, Declined(Missing.DONT_KNOW, "skills"), Declined(Missing.REFUSED, "support"))),
        ("1A 5: Mehr Busse, 2x am Tag", (USEFUL, Chose(("Mehr Busse, 2x am Tag",), "wishes"))),
        ("1A 5: nur 2 h offen", (USEFUL, Chose(("nur 2 h offen",), "wishes"))),
        ("1A 5 Mehr Busse", (USEFUL, Chose(("Mehr Busse",), "wishes"))),
        ("1A 2Z 3B", (USEFUL, HELP, NOT_A_CHOICE)),
        ("1A 2BC", (USEFUL, TOO_MANY)),
        ("1A 2B 2C", (USEFUL, TOO_MANY)),
        ("2C", (FAIR,)),
        ("2c", (FAIR,)),
        ("2 C", (FAIR,)),
        ("2 c", ()),  # a small letter apart from its digit may be anything
        ("2 h", ()),
        ("3 h", ()),
        ("1 bad", ()),
        ("2 Gut", ()),
        ("5G", ()),
        ("9A", ()),
        ("1Z", ()),
        ("1A aber nicht 2C", ()),
        ("Mehr Busse", ()),
        ("1", ()),
        ("", ()),
    ],
)
def test_numbered_answers(said: str, inputs: tuple[Input, ...]) -> None:
    assert labelled(DIGITAL, said, WORDS) == inputs


@pytest.mark.parametrize(("said", "there"), [("A", False), ("1 2", False), ("1A", False)])
def test_one_question_is_no_order(said: str, there: bool) -> None:
    assert bool(in_order(VOTE, said)) is there


@pytest.mark.parametrize("said", ["1 2 1 3", "A C B A", "1\n2\n1\n3"])
def test_answers_in_order_are_not_taken_where_one_could_shift_the_others(said: str) -> None:
    assert any(question.relevant for question in DIGITAL.questions)
    assert in_order(DIGITAL, said) == ()
