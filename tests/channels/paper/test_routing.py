"""Conditions on paper: whoever follows the printed words answers just what is asked in every other channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.paper.routing import END, goto, steps
from kiosk.survey import Answer, Choice, Kind, Missing, Question, Relevant, Survey
from tests.kiosk.generated import LOCALES, sample, surveys


def words(text: str) -> Mapping[str, str]:
    return dict.fromkeys(LOCALES, text)


YES_NO = (Choice("yes", words("Ja")), Choice("no", words("Nein")))
SEVERAL = (Choice("bus", words("Bus")), Choice("car", words("Auto")))


def one(name: str, *relevant: tuple[str, str], kind: Kind = Kind.SELECT_ONE) -> Question:
    """A question about yes or no; each condition is an earlier question and one of its answers."""
    conditions = tuple(Relevant(about, frozenset({answer})) for about, answer in relevant)
    return Question(name, kind, words(name), choices=YES_NO if kind is Kind.SELECT_ONE else (), relevant=conditions)


def note(name: str, *relevant: tuple[str, str]) -> Question:
    return one(name, *relevant, kind=Kind.NOTE)


def survey_of(*questions: Question) -> Survey:
    return replace(sample("vote"), questions=questions)


A = one("a")
SEVERAL_A = replace(A, kind=Kind.SELECT_MULTIPLE, choices=SEVERAL)
NO_CONDITION = survey_of(A, one("b"))


@pytest.mark.parametrize(
    ("survey", "yes", "no"),
    [
        pytest.param(NO_CONDITION, None, None, id="for everybody"),
        pytest.param(survey_of(A, one("b", ("a", "yes")), one("c")), None, 3, id="one is passed over"),
        pytest.param(survey_of(A, one("b", ("a", "yes"))), None, END, id="the last one is passed over"),
        pytest.param(survey_of(A, one("b", ("a", "yes")), one("c", ("a", "yes")), one("d")), None, 4, id="two are"),
        pytest.param(survey_of(A, one("b", ("a", "yes")), one("c", ("a", "no")), one("d")), None, 3, id="either or"),
        pytest.param(
            survey_of(A, one("b", ("a", "yes")), one("c", ("b", "yes")), one("d")), None, 4, id="what hangs on it, too"
        ),
        pytest.param(
            survey_of(one("z"), A, one("b", ("a", "yes"), ("z", "yes")), one("c")), None, 4, id="one of two fails"
        ),
        pytest.param(
            survey_of(one("z"), A, one("b", ("z", "yes")), one("c", ("a", "yes")), one("d")),
            None,
            None,
            id="what hangs on something else is not passed over",
        ),
        pytest.param(
            survey_of(A, note("n"), one("b", ("a", "yes")), one("c")), None, None, id="a note for everybody is read"
        ),
        pytest.param(
            survey_of(A, note("n", ("a", "yes")), one("b", ("a", "yes")), one("c")),
            None,
            3,
            id="a note for some is not",
        ),
        pytest.param(survey_of(A, note("n", ("a", "yes"))), None, None, id="the end follows anyway"),
    ],
)
def test_where_an_answer_leads(survey: Survey, yes: int | None, no: int | None) -> None:
    question = survey.question("a")
    assert question
    assert goto(survey, question, Answer(("yes",))) == yes
    assert goto(survey, question, Answer(("no",))) == no
    assert goto(survey, question, Answer(missing=Missing.REFUSED)) == leads_without(survey, question)


def leads_without(survey: Survey, question: Question) -> int | None:
    """Where no answer leads: like one that nothing hangs on."""
    return goto(survey, question, Answer(("neither",)))


def test_where_several_answers_count_none_leads_anywhere() -> None:
    survey = survey_of(SEVERAL_A, Question("b", Kind.TEXT, words("b"), relevant=(Relevant("a", frozenset({"bus"})),)))
    assert goto(survey, SEVERAL_A, Answer(("car",))) is None


def filled_in(survey: Survey, wanted: Mapping[str, Answer], *, obeys: bool) -> tuple[dict[str, Answer], list[str]]:
    """What somebody writes, and which notes they read, who goes down the form with the printed words. `obeys`: follows
    the go-tos; else reads every line."""
    written: dict[str, Answer] = {}
    read: list[str] = []
    way = steps(survey)
    at = 0
    while at < len(way):
        step = way[at]
        read += [note.name for note in step.notes if meant(note, written)]
        at += 1
        question = step.question
        if question and meant(question, written):
            written[question.name] = wanted[question.name]
            number = goto(survey, question, wanted[question.name])
            if obeys and number is not None:
                assert number == END or number > step.number + 1
                at = (len(way) if number == END else number) - 1
    return written, read


def meant(part: Question, written: Mapping[str, Answer]) -> bool:
    """What the lines above it say: only if you marked that."""
    return all(condition.holds(written) for condition in part.relevant)


@given(surveys(), st.data())
def test_the_printed_words_lead_along_the_route(survey: Survey, data: st.DataObject) -> None:
    wanted = {question.name: data.draw(answers(question)) for question in survey.questions if question.asks}
    for obeys in (True, False):
        written, read = filled_in(survey, wanted, obeys=obeys)
        assert list(written) == [question.name for question in survey.route(wanted)]
        assert read == [part.name for part in survey.applicable(wanted) if not part.asks]


def answers(question: Question) -> st.SearchStrategy[Answer]:
    """Whatever somebody may mark, nothing included."""
    nothing = st.builds(Answer, missing=st.sampled_from([Missing.SKIPPED, Missing.REFUSED, Missing.DONT_KNOW]))
    if not question.choices:
        return nothing
    names = st.sampled_from([choice.name for choice in question.choices])
    most = len(question.choices) if question.kind is Kind.SELECT_MULTIPLE else 1
    marked = st.lists(names, min_size=1, max_size=most, unique=True).map(lambda values: Answer(tuple(values)))
    return st.one_of(marked, nothing)
