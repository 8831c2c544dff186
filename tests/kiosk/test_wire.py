"""What travels between processes comes out as it went in; what is not ours is refused, and breaks nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import wire, wire_calls, wire_pages
from kiosk.call import (
    Caller,
    Event,
    Happened,
    HeardNothing,
    HungUp,
    NotReached,
    Pressed,
    Rang,
    Recorded,
    Silent,
)
from kiosk.inputs import Input, Said
from kiosk.prompt import Ask, Close, Consent, Disposition, Problem, Prompt, Review
from kiosk.record import Address, AddressKind, Answered, Doubtful, DoubtKind, Message, Mode, Reply, Turn, Via
from kiosk.scan import Decision, Form, Page, PageState, Settled
from kiosk.survey import Answer, Missing
from kiosk.wire import WireError
from tests.kiosk.generated import inputs, sample

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
given_inputs = st.one_of(inputs(sample("digital")), st.builds(Said, texts, texts))
problems = st.one_of(st.none(), st.sampled_from(Problem))
notes = st.lists(texts, max_size=2).map(tuple)
prompts: st.SearchStrategy[Prompt] = st.one_of(
    st.builds(Consent, problems, st.booleans()),
    st.builds(Ask, texts, st.integers(1, 5), st.integers(1, 5), notes, problems, st.booleans()),
    st.builds(Review, notes, problems, st.booleans()),
    st.builds(Close, st.sampled_from(Disposition)),
)
blobs = st.one_of(st.just(""), st.binary(min_size=16, max_size=16).map(bytes.hex))
doubts = st.builds(Doubtful, texts, st.sampled_from(DoubtKind), texts, texts, blobs, st.integers(0, wire.LATEST))
turns = st.builds(
    Turn,
    key=texts,
    mode=texts.map(Mode),
    address=st.builds(Address, st.sampled_from(AddressKind), texts, st.integers(0, 9)),
    survey=texts,
    input=given_inputs,
    at=st.integers(0, wire.LATEST),
    via=st.sampled_from(Via),
    version=texts,
    site=texts,
    code=texts,
    trial=st.booleans(),
    review=st.booleans(),
    doubts=st.lists(doubts, max_size=2).map(tuple),
)
callers = st.builds(Caller, texts, texts, texts, st.booleans(), texts, texts)
events: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from([Rang(), Silent(), HeardNothing(), NotReached(), HungUp()]),
    st.builds(Pressed, st.text("0123456789*#", max_size=15)),
    st.builds(Recorded, st.binary(min_size=16, max_size=16).map(bytes.hex), st.integers(0, wire.LATEST), texts),
)
happened = st.builds(Happened, callers, st.integers(0, 1_000), events, st.integers(0, wire.LATEST))
answers = st.dictionaries(
    texts,
    st.one_of(
        st.builds(Answer, st.lists(texts, max_size=2).map(tuple), pending=st.booleans()),
        st.builds(Answer, missing=st.sampled_from(Missing), pending=st.booleans()),
    ),
    max_size=3,
)
pages = st.builds(
    Page,
    file=st.binary(min_size=32, max_size=32).map(bytes.hex),
    index=st.integers(0, 500),
    name=texts,
    state=st.sampled_from(PageState),
    at=st.integers(0, wire.LATEST),
    reason=texts,
    form=texts,
    serial=st.text("0123456789", min_size=11, max_size=11),
    number=st.integers(0, 12),
    content=texts,
    answers=answers,
    doubts=st.lists(doubts, max_size=2).map(tuple),
    scan=blobs,
    size=st.integers(0, wire.LATEST),
)
PAGE = wire_pages.page_to(Page("0f" * 32, 0, "pile.pdf", PageState.FILED, 1, serial="12345678901"))
RECORDED: dict[str, Any] = {"is": "Recorded", "recording": "0123456789abcdef" * 2, "size": 1, "abroad": ""}
DOUBT: dict[str, Any] = {
    "question": "wishes",
    "kind": "voice",
    "reason": "recorded",
    "reading": "",
    "evidence": "0123456789abcdef" * 2,
    "size": 480_044,
}
TURN: dict[str, Any] = {
    "key": "one visitor:1",
    "mode": "terminal",
    "address": ["session", "one visitor"],
    "survey": "vote",
    "input": {"do": "Chose", "values": ["as_now"], "to": "open_longer"},
    "at": 1_700_000_000_000,
    "via": "touch",
    "version": "",
    "site": "hall",
    "code": "",
    "trial": False,
    "review": True,
    "doubts": [DOUBT],
}


@given(given_inputs)
def test_every_input_comes_back(one: Input | Said) -> None:
    assert wire.input_from(wire.loads(wire.dumps(wire.input_to(one)))) == one


@given(prompts)
def test_every_prompt_comes_back(prompt: Prompt) -> None:
    assert wire.prompt_from(wire.loads(wire.dumps(wire.prompt_to(prompt)))) == prompt


@given(turns)
def test_every_turn_comes_back(turn: Turn) -> None:
    assert wire.turn_from_json(wire.turn_to_json(turn).encode()) == turn


@given(st.builds(Message, texts, texts.map(Mode), at=st.integers(0, wire.LATEST), stops=st.booleans()))
def test_every_message_comes_back(message: Message) -> None:
    assert wire.message_from(wire.loads(wire.dumps(wire.message_to(message)))) == message


@given(st.builds(Answered, texts, texts, st.booleans()))
def test_every_reply_to_a_message_comes_back(answered: Answered) -> None:
    assert wire.answered_from(wire.loads(wire.dumps(wire.answered_to(answered)))) == answered


@given(pages)
def test_every_page_comes_back(page: Page) -> None:
    assert wire_pages.page_from(wire.loads(wire.dumps(wire_pages.page_to(page)))) == page


@given(st.builds(Form, texts, texts, texts, texts, st.integers(1, 12), st.lists(st.integers(1, 12)).map(tuple), texts))
def test_every_form_comes_back(form: Form) -> None:
    assert wire_pages.form_from(wire.loads(wire.dumps(wire_pages.form_to(form)))) == form


@given(st.integers(0, wire.LATEST), st.sampled_from(Decision), texts)
def test_every_decision_about_a_page_comes_back(number: int, decision: Decision, by: str) -> None:
    data = wire.loads(wire.dumps(wire_pages.decision_to(number, decision, by)))
    assert wire_pages.decision_from(data) == (number, decision, by)


NUMBERS = st.lists(st.integers(0, 12)).map(tuple)


@given(st.builds(Settled, st.sampled_from(PageState), NUMBERS, NUMBERS))
def test_what_became_of_a_page_comes_back(settled: Settled) -> None:
    assert wire_pages.settled_from(wire.loads(wire.dumps(wire_pages.settled_to(settled)))) == settled


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": "../../etc"},
        {"index": -1},
        {"index": True},
        {"index": "1"},
        {"state": "burnt"},
        {"serial": "1234"},
        {"number": None},
        {"answers": []},
        {"doubts": 1},
        {"scan": "0f"},
        {"size": 1 << 60},
    ],
)
def test_a_page_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        wire_pages.page_from(PAGE | wrong)


@given(prompts, texts, texts)
def test_every_reply_comes_back(prompt: Prompt, locale: str, code: str) -> None:
    reply = Reply(prompt, locale, code)
    assert wire.reply_from(wire.loads(wire.dumps(wire.reply_to(reply)))) == reply


@given(st.builds(Answer, st.lists(texts).map(tuple), st.one_of(st.none(), st.sampled_from(Missing)), st.booleans()))
def test_every_answer_comes_back(answer: Answer) -> None:
    assert wire.answer_from(wire.loads(wire.dumps(wire.answer_to(answer)))) == answer


def test_a_message_is_one_line() -> None:
    """The door reads lines."""
    turn = wire.turn_from({**TURN, "input": {"do": "Said", "text": "two\nlines\r\nand\u2028more", "to": ""}})
    assert "\n" not in wire.turn_to_json(turn)


@given(happened)
def test_every_event_of_a_call_comes_back(event: Happened) -> None:
    assert wire_calls.happened_from(wire.loads(wire.dumps(wire_calls.happened_to(event)))) == event


# What is not ours


@given(st.one_of(st.binary(), st.text()))
def test_any_bytes_are_read_or_refused(text: bytes | str) -> None:
    with pytest.raises(WireError):
        wire.turn_from_json(text)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(st.text(max_size=5), below, max_size=3)),
    max_leaves=5,
)


@given(st.sampled_from(sorted(TURN)), json_values)
def test_any_value_in_any_field_is_read_or_refused(field: str, value: object) -> None:
    try:
        turn = wire.turn_from_json(json.dumps({**TURN, field: value}))
    except WireError:
        return
    assert wire.turn_from_json(wire.turn_to_json(turn)) == turn, "what was read can be passed on"


@given(
    st.sampled_from(sorted(wire._READ)),
    st.dictionaries(st.sampled_from("values to missing answers yes locale text".split()), json_values),
)
def test_any_fields_in_any_input_are_read_or_refused(name: str, fields: dict[str, object]) -> None:
    try:
        turn = wire.turn_from_json(json.dumps({**TURN, "input": {**fields, "do": name}}))
    except WireError:
        return
    assert wire.turn_from_json(wire.turn_to_json(turn)) == turn


@given(st.sampled_from(sorted(DOUBT)), json_values)
def test_any_value_in_any_field_of_a_doubt_is_read_or_refused(field: str, value: object) -> None:
    try:
        turn = wire.turn_from_json(json.dumps({**TURN, "doubts": [{**DOUBT, field: value}]}))
    except WireError:
        return
    assert wire.turn_from_json(wire.turn_to_json(turn)) == turn


def test_a_journal_from_before_there_were_doubts_is_read() -> None:
    assert wire.turn_from({key: TURN[key] for key in TURN if key != "doubts"}).doubts == ()


@given(
    st.dictionaries(st.sampled_from("show question asked of notes problem help disposition".split()), json_values),
    json_values,
)
def test_any_reply_is_read_or_refused(prompt: dict[str, object], code: object) -> None:
    try:
        wire.reply_from({"prompt": prompt, "locale": "de", "code": code})
    except WireError:
        return


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"key": ', id="cut off"),
        pytest.param(b"\xff\xfe{}", id="another encoding"),
        pytest.param(b"[" * 100_000, id="deeper than anybody reads"),
        pytest.param(b"9" * 10_000, id="a number of 10,000 digits"),
        pytest.param(json.dumps({**TURN, "key": "\ud800"}).encode(), id="half a surrogate pair"),
        pytest.param(json.dumps({**TURN, "at": 1e999}).encode(), id="a time without end"),
        pytest.param(json.dumps({**TURN, "at": 10**30}).encode(), id="a time the store cannot hold"),
        pytest.param(json.dumps({**TURN, "at": -1}).encode(), id="a time before time"),
        pytest.param(json.dumps({**TURN, "input": {"do": "Exec"}}).encode(), id="an input nobody knows"),
        pytest.param(json.dumps({**TURN, "input": {"do": ["Chose"]}}).encode(), id="an input that is none"),
        pytest.param(json.dumps({**TURN, "address": ["host", "x"]}).encode(), id="an address nobody knows"),
        pytest.param(json.dumps({**TURN, "doubts": [{**DOUBT, "evidence": "../" * 10 + "aa"}]}).encode(), id="a path"),
        pytest.param(json.dumps({**TURN, "doubts": [{**DOUBT, "size": -1}]}).encode(), id="less than no bytes"),
        pytest.param(json.dumps({key: TURN[key] for key in TURN if key != "via"}).encode(), id="a field is missing"),
    ],
)
def test_what_is_not_ours_is_refused_in_one_way(text: bytes) -> None:
    with pytest.raises(WireError) as refused:
        wire.turn_from_json(text)
    assert not refused.value.retryable
    assert refused.value.code == "wire.malformed"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"is": "Exec"},
        {"is": ["Rang"]},
        {"is": "Pressed", "keys": 1},
        {"is": "Pressed", "keys": "A"},
        {"is": "Pressed", "keys": "9" * 5_000},
        {**RECORDED, "recording": "../" * 10 + "aa"},
        {**RECORDED, "recording": ""},
        {**RECORDED, "size": -1},
        {**RECORDED, "size": 10**30},
    ],
    ids=lambda event: str(event)[-40:],
)
def test_what_is_no_event_of_a_call_is_refused(event: object) -> None:
    ring = wire_calls.happened_to(Happened(Caller("simulator", "a call"), 0, Rang(), 1_000))
    with pytest.raises(WireError):
        wire_calls.happened_from({**ring, "event": event})
