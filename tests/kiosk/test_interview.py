"""The interview cannot be led astray: whatever comes in, in whatever order, an answer lands on its question or nowhere,
and there is always a next prompt and a way out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from kiosk import catalogue, wire
from kiosk.catalogue import Catalogue
from kiosk.definition import from_json, to_json
from kiosk.hearing import hear
from kiosk.inputs import Chose, Consented, Declined, FellSilent, Filled, Input, Kept, Left, Reopened, Settled, Submitted
from kiosk.interview import Interview, advance, begin, current_question, disposition, final_answers, prompt, replay
from kiosk.prompt import Ask, Close, Consent, Disposition, Problem, Review
from kiosk.survey import Answer, Choice, Kind, Missing, Question, Relevant, Survey
from tests.kiosk.generated import inputs, right_answer, sample, surveys


@cache
def catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load()


def story(data: DataObject) -> tuple[Interview, list[Input]]:
    """A fresh interview in some survey, and what somebody does in it."""
    survey = data.draw(surveys(), "survey")
    start, _ = begin(survey, survey.locales[0], review=data.draw(st.booleans(), "review"))
    consent: list[Input] = data.draw(st.sampled_from([[Consented(True)], []]), "consent")
    return start, consent + data.draw(st.lists(inputs(survey), max_size=25), "inputs")


def states(start: Interview, given: list[Input]) -> list[Interview]:
    found = [start]
    for one in given:
        found.append(advance(found[-1], one)[0])
    return found


def stored(interview: Interview) -> Interview:
    """The state as it comes back from where it was kept: every part as text, and read again."""
    answers = {
        name: wire.answer_from(wire.loads(wire.dumps(wire.answer_to(answer))))
        for name, answer in interview.answers.items()
    }
    return replace(interview, survey=from_json(to_json(interview.survey)), answers=answers)


def sent(given: Input) -> Input:
    """An input as it comes out of a turn that was kept."""
    back = wire.input_from(wire.loads(wire.dumps(wire.input_to(given))))
    assert isinstance(back, Input)
    return back


def changed(before: Interview, after: Interview) -> set[str]:
    """The questions whose answer is another one now."""
    names = before.answers.keys() | after.answers.keys()
    return {name for name in names if before.answers.get(name) != after.answers.get(name)}


# Whatever comes in


@given(st.data())
def test_cut_anywhere_and_replayed_it_is_the_same(data: DataObject) -> None:
    start, given = story(data)
    whole = replay(start, given)
    cut = data.draw(st.integers(0, len(given)), "cut")
    first, _ = replay(start, given[:cut])
    assert replay(stored(first), map(sent, given[cut:])) == replay(first, given[cut:])
    if given[cut:]:
        assert replay(stored(first), map(sent, given[cut:])) == whole


@given(st.data())
def test_the_position_follows_from_what_is_known(data: DataObject) -> None:
    """No cursor: the prompt after any story is the prompt of its last state, but for what went wrong on the way."""
    start, given = story(data)
    interview, shown = replay(start, given)
    if not isinstance(shown, Close):
        shown = replace(shown, problem=None, help=False)
    there = prompt(interview)
    assert shown == (there if isinstance(there, Close) else replace(there, help=False))


@given(st.data())
def test_an_answer_never_lands_on_another_question(data: DataObject) -> None:
    start, given = story(data)
    for before, one, after in zip(states(start, given), given, states(start, given)[1:], strict=False):
        match one:
            case Chose(_, to) | Declined(_, to) | Settled(_, to):
                assert changed(before, after) <= {to}
            case Filled(answers):
                assert changed(before, after) <= set(answers)
            case _:
                assert not changed(before, after)


@given(st.data())
def test_only_what_the_survey_allows_becomes_an_answer(data: DataObject) -> None:
    start, given = story(data)
    interview, _ = replay(start, given)
    for name, answer in interview.answers.items():
        question = start.survey.question(name)
        assert question
        assert question.asks
        unread = answer == Answer(pending=True)
        assert bool(answer.values) != bool(answer.missing) or unread
        if question.choices:
            order = [choice.name for choice in question.choices]
            assert list(answer.values) == [choice for choice in order if choice in answer.values]
            assert len(answer.values) <= 1 or question.kind is Kind.SELECT_MULTIPLE
        if question.kind is Kind.INTEGER and answer.values:
            assert (
                (question.minimum or -(10**9))
                <= int(answer.values[0])
                <= (10**9 if question.maximum is None else question.maximum)
            )


@given(st.data())
def test_what_is_closed_never_changes(data: DataObject) -> None:
    start, given = story(data)
    closed, shown = advance(replay(start, given)[0], Left(refused=data.draw(st.booleans())))
    late = data.draw(st.lists(inputs(start.survey).filter(lambda one: not isinstance(one, Settled))))
    assert replay(closed, late) == (closed, shown)
    assert isinstance(shown, Close)


@given(st.data())
def test_a_person_settles_what_a_machine_could_not_read_and_nothing_else(data: DataObject) -> None:
    start, given = story(data)
    for before, one, after in zip(states(start, given), given, states(start, given)[1:], strict=False):
        if isinstance(one, Settled) and before.closed:
            pending = {name for name, answer in before.answers.items() if answer.pending}
            assert changed(before, after) <= pending & {one.to}
            assert after.closed
            assert (before.closed is Disposition.REFUSAL) == (after.closed is Disposition.REFUSAL)
            assert not any(after.answers[name].pending for name in changed(before, after))


@given(st.data())
def test_going_back_and_walking_away_keeps_the_old_answer(data: DataObject) -> None:
    start, given = story(data)
    interview, _ = replay(start, [one for one in given if not isinstance(one, Left | Submitted)])
    for name, answer in interview.answers.items():
        away, _ = replay(interview, [Reopened(name), Left()])
        assert away.answers[name] == answer
        assert away.closed


@given(st.data())
def test_there_is_always_a_way_out(data: DataObject) -> None:
    """Leaving closes everywhere; so does answering what is asked, one prompt at a time."""
    start, given = story(data)
    for interview in states(start, given):
        assert advance(interview, Left())[0].closed
    interview, shown = replay(start, given)
    steps = 0
    while not isinstance(shown, Close):
        steps += 1
        assert steps <= 2 * len(start.survey.questions) + 2
        match shown:
            case Consent():
                interview, shown = advance(interview, Consented(True))
            case Ask(name):
                question = start.survey.question(name)
                assert question
                assert shown.asked <= shown.of
                interview, shown = advance(interview, right_answer(question))
            case Review():
                interview, shown = advance(interview, Submitted())


@given(st.data())
def test_words_lead_nowhere_else_than_inputs_do(data: DataObject) -> None:
    """Any words in any state are understood as something, and answer the open question or none."""
    start, given = story(data)
    before, _ = replay(start, given)
    labels = [
        label for question in start.survey.questions for choice in question.choices for label in choice.label.values()
    ]
    said = data.draw(
        st.one_of(st.text(max_size=30), st.sampled_from([*labels, "1", "2 und 3", "zurück", "7", "weiter"]))
    )
    after, _ = advance(before, hear(before, said, catalogues()[before.locale].vocabulary))
    asked = current_question(before)
    assert changed(before, after) <= ({asked.name} if asked else set())


@given(st.data())
def test_final_answers_say_why_a_value_is_not_there(data: DataObject) -> None:
    start, given = story(data)
    interview, _ = replay(start, given)
    route = {question.name for question in start.survey.route(interview.answers)}
    final = final_answers(interview)
    assert list(final) == [question.name for question in start.survey.questions if question.asks]
    for name, answer in final.items():
        if name not in route:
            assert answer == Answer(missing=Missing.NOT_ASKED)
        else:
            assert answer == interview.answers.get(name, Answer(missing=Missing.SKIPPED))


# One survey, step by step


def asking(name: str, kind: Kind = Kind.SELECT_ONE, *, required: bool = True, **more: Any) -> Question:
    choices = () if kind is Kind.TEXT else tuple(Choice(f"{name}{at}", {"de": f"{name} {at}"}) for at in (1, 2, 3))
    return Question(name, kind, {"de": name}, required=required, choices=choices, **more)


@pytest.fixture
def survey() -> Survey:
    """What, how well, only for those who say 3: why; and who."""
    why = asking("why", relevant=(Relevant("well", frozenset(["well3"])),))
    asked = (asking("what", Kind.SELECT_MULTIPLE, required=False), asking("well"), why, asking("who"))
    return replace(sample("digital"), locales=("de",), questions=asked)


def test_an_answer_off_the_route_stays_in_the_record_and_is_not_counted(survey: Survey) -> None:
    """Somebody says why, goes back, and says that all is well after all."""
    start, _ = begin(survey, "de")
    told: list[Input] = [
        Consented(True),
        Chose(("what1",), "what"),
        Chose(("well3",), "well"),
        Chose(("why1",), "why"),
        Reopened("well"),
        Chose(("well1",), "well"),
    ]
    interview, shown = replay(start, told)
    assert interview.answers["why"] == Answer(("why1",))
    assert final_answers(interview)["why"] == Answer(missing=Missing.NOT_ASKED)
    assert isinstance(shown, Ask)
    assert (shown.question, shown.asked, shown.of) == ("who", 3, 3)
    again, _ = replay(interview, [Reopened("well"), Chose(("well3",), "well")])
    assert final_answers(again)["why"] == Answer(("why1",)), "and is there again when the way leads past it"


def test_a_condition_on_a_question_that_is_not_asked_does_not_hold(survey: Survey) -> None:
    """Although the answer to that question is still in the record."""
    further = asking("further", relevant=(Relevant("why", frozenset(["why1"])),))
    *before, who = survey.questions
    start, _ = begin(replace(survey, questions=(*before, further, who)), "de")
    there: list[Input] = [
        Consented(True),
        Chose(("what1",), "what"),
        Chose(("well3",), "well"),
        Chose(("why1",), "why"),
    ]
    asked, shown = replay(start, there)
    assert isinstance(shown, Ask)
    assert shown.question == "further"
    changed_mind, shown = replay(asked, [Reopened("well"), Chose(("well1",), "well")])
    assert isinstance(shown, Ask)
    assert shown.question == "who"
    assert changed_mind.answers["why"] == Answer(("why1",))
    assert final_answers(changed_mind)["further"] == Answer(missing=Missing.NOT_ASKED)


def test_a_reopened_question_that_leaves_the_route_is_not_waited_for(survey: Survey) -> None:
    """A late answer to an earlier question takes it off the route; when it is there again, nobody asked to see it."""
    told: list[Input] = [Consented(True), Chose(("what1",), "what"), Chose(("well3",), "well"), Chose(("why1",), "why")]
    late: list[Input] = [Reopened("why"), Chose(("well1",), "well"), Chose(("well3",), "well")]
    _, shown = replay(begin(survey, "de")[0], [*told, *late])
    assert isinstance(shown, Ask)
    assert shown.question == "who"


def test_two_answers_at_once_land_each_on_its_own_question(survey: Survey) -> None:
    """A second tap on the screen before, when the next question is open already."""
    start, _ = begin(survey, "de")
    told: list[Input] = [Consented(True), Chose(("what1",), "what"), Chose(("what3",), "what")]
    interview, shown = replay(start, told)
    assert interview.answers == {"what": Answer(("what3",))}
    assert isinstance(shown, Ask)
    assert shown.question == "well"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(Chose(("nowhere",), "what"), Problem.NOT_A_CHOICE, id="a choice that is not there"),
        pytest.param(Chose((), "what"), Problem.NOTHING_HEARD, id="no choice"),
        pytest.param(Chose(("well1",), "wellness"), Problem.STALE, id="a question that is not there"),
        pytest.param(Chose(("why1",), "why"), Problem.STALE, id="a question off the route"),
        pytest.param(Chose(("well1", "well3"), "well"), Problem.TOO_MANY, id="two of one"),
        pytest.param(Declined(Missing.SKIPPED, "well"), Problem.REQUIRED, id="a required one skipped"),
        pytest.param(Declined(Missing.TIMEOUT, "well"), Problem.NOT_A_CHOICE, id="a reason nobody can give"),
        pytest.param(Kept("well"), Problem.STALE, id="an answer kept that is not there"),
        pytest.param(Reopened("well"), Problem.STALE, id="back to what has no answer"),
    ],
)
def test_what_does_not_fit_changes_nothing_and_says_why(survey: Survey, given: Input, problem: Problem) -> None:
    interview, before = replay(begin(survey, "de")[0], [Consented(True)])
    after, shown = advance(interview, given)
    assert isinstance(before, Ask)
    assert shown == replace(before, problem=problem)
    assert replace(after, attempts=0) == interview


def test_before_the_consent_nothing_is_taken(survey: Survey) -> None:
    start, _ = begin(survey, "de")
    told: list[Input] = [Chose(("well1",), "well"), Filled({"well": Answer(("well1",))}), Submitted()]
    assert replay(start, told) == (start, Consent(Problem.STALE))


def test_silence_ends_politely_with_what_was_answered(survey: Survey) -> None:
    told: list[Input] = [Consented(True), Chose(("what1",), "what"), Chose(("well1",), "well")]
    interview, _ = replay(begin(survey, "de")[0], [*told, FellSilent(), FellSilent()])
    assert interview.closed is None
    closed, shown = advance(interview, FellSilent())
    assert shown == Close(Disposition.PARTIAL)
    assert closed.answers.keys() == {"what", "well"}


def test_twice_misunderstood_offers_help(survey: Survey) -> None:
    interview, _ = replay(begin(survey, "de")[0], [Consented(True)])
    wrong = Chose(("nowhere",), "what")
    once, first = advance(interview, wrong)
    _, second = advance(once, wrong)
    assert isinstance(first, Ask)
    assert isinstance(second, Ask)
    assert (first.help, second.help) == (False, True)


# How it ended, by AAPOR's shares

G, D, R, S, P, N = (
    Answer(("yes",)),
    Answer(missing=Missing.DONT_KNOW),
    Answer(missing=Missing.REFUSED),
    Answer(missing=Missing.SKIPPED),
    Answer(("yes",), pending=True),
    None,
)
COMPLETE, PARTIAL, BREAK_OFF = Disposition.COMPLETE, Disposition.PARTIAL, Disposition.BREAK_OFF


@pytest.mark.parametrize(
    ("answers", "how"),
    [
        ((G, G, G, G, G), COMPLETE),
        ((G, G, G, G, N), COMPLETE),  # 80 %
        ((G, G, G, N, N), PARTIAL),  # 60 %
        ((G, G, N, N, N), BREAK_OFF),  # 40 %
        ((N, N, N, N, N), BREAK_OFF),
        ((G, G, G, N), PARTIAL),  # 75 %
        ((G, G, N, N), PARTIAL),  # 50 %
        ((G, N, N, N), BREAK_OFF),
        ((G, G, N), PARTIAL),  # 67 %
        ((G, N, N), BREAK_OFF),  # 33 %
        ((G, N), PARTIAL),
        ((G,), COMPLETE),
        ((N,), BREAK_OFF),
        ((D, R, D, R, N), COMPLETE),  # said, so answered
        ((D, D, R, N, N), PARTIAL),
        ((G, G, G, P, P), PARTIAL),  # not settled, so not answered
        ((P, P, P, P, P), BREAK_OFF),
        ((G, G, G, S, S), PARTIAL),  # left out is not answered
    ],
)
def test_the_share_of_answered_required_questions_decides(
    answers: tuple[Answer | None, ...], how: Disposition, survey: Survey
) -> None:
    asked = tuple(asking(f"q{at}") for at in range(len(answers)))
    also = asking("wishes", Kind.TEXT, required=False)
    long = replace(survey, questions=(*asked, also))
    given = {f"q{at}": answer for at, answer in enumerate(answers) if answer}
    assert disposition(Interview(long, "de", consent=True, answers=given)) is how
    assert disposition(Interview(long, "de", consent=True, answers={**given, "wishes": G})) is how, (
        "optional ones do not count"
    )
    assert disposition(Interview(long, "de", answers=given)) is BREAK_OFF, "there is no consent yet"
    assert disposition(Interview(long, "de", consent=False, answers=given)) is Disposition.REFUSAL


def test_where_nothing_is_required_every_question_counts(survey: Survey) -> None:
    long = replace(survey, questions=tuple(asking(f"q{at}", required=False) for at in range(4)))
    two = Interview(long, "de", consent=True, answers={"q0": G, "q1": D})
    assert disposition(two) is PARTIAL


def test_taking_the_consent_back_is_a_refusal(survey: Survey) -> None:
    told: list[Input] = [Consented(True), Chose(("what1",), "what"), Left(refused=True)]
    assert replay(begin(survey, "de")[0], told)[1] == Close(Disposition.REFUSAL)
