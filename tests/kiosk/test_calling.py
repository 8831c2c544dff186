"""Calls through the real intake: whose interview it is, what keys mean, what becomes of speech, and the ways to an end.

Each story is a call, key by key; what is said stands in the transcripts. The clock goes on five seconds with every
event.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from channels.phone.script import phrases
from kiosk.call import (
    Event,
    HangUp,
    HeardNothing,
    HungUp,
    NotReached,
    Phrase,
    Pressed,
    Rang,
    Record,
    Recorded,
    Silent,
    Transfer,
)
from kiosk.record import Message, Mode, State
from kiosk.store.calls import LOST
from kiosk.survey import Answer, Missing
from tests.kiosk.telephone import ANNA, BERT, SECOND, SPEECH, Clock, Exchange, Telephone, make_clock

GERMAN, VISIT, YES, NO = "1", "1", "1", "2"
INTO_VISIT = (GERMAN, VISIT, YES)  # up to the first question of the survey “counter”
TO_THE_WORDS = (*INTO_VISIT, "1", "1", "1")  # up to its free text


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    return make_clock(tmp_path_factory.mktemp("calls") / "office")


@pytest.fixture
def exchange(office: Clock) -> Iterator[Exchange]:
    made = Exchange(office)
    yield made
    made.clear()


def spoken_to(exchange: Exchange, number: str = ANNA) -> Telephone:
    """A caller who has just spoken, and is asked what shall become of it."""
    call = exchange.call(number)
    call.press(*TO_THE_WORDS, YES)
    call.speak()
    return call


def text(exchange: Exchange, words: str) -> str:
    """A message by SMS from ANNA's telephone; what is answered."""
    exchange.office.at += SECOND
    message = Message(f"SM{exchange.office.at}", Mode("sms"), ANNA, words, exchange.office.at, "twilio", at_once=True)
    return exchange.intake.exchange(message).text


# Whose interview it is


def test_a_whole_call(exchange: Exchange) -> None:
    call = exchange.call()
    assert "Vielen Dank!" in call.press(*TO_THE_WORDS, NO, YES)
    assert exchange.answers("counter") == {
        "satisfied": ("very_satisfied",),
        "waited": ("under_10_minutes",),
        "got_done": ("yes",),
        "lacked": Missing.NOT_ASKED,
        "remarks": Missing.SKIPPED,
    }
    assert call.press("*") == call.said
    call.press("5")
    assert call.over


def test_who_hangs_up_and_calls_again_goes_on_at_the_open_question(exchange: Exchange) -> None:
    first = exchange.call()
    asked = first.press(*INTO_VISIT, "2")
    first.hang_up()
    again = exchange.call()
    assert "Waren Sie das?" in again.press(GERMAN, VISIT)
    assert again.press(YES) == f"Gut, es geht weiter.\n{asked}"
    assert exchange.answers("counter")["satisfied"] == ("satisfied",)


def test_somebody_else_at_the_same_telephone_begins_anew(exchange: Exchange) -> None:
    first = exchange.call()
    first.press(*INTO_VISIT, "2")
    first.hang_up()
    other = exchange.call()
    other.press(GERMAN, VISIT, NO, YES, "3")
    assert [response.answers["satisfied"].values for response in exchange.responses("counter")] == [
        ("satisfied",),
        ("in_between",),
    ]


def test_two_live_calls_of_one_number_are_two_people(exchange: Exchange) -> None:
    first, second = exchange.call(), exchange.call()
    first.press(*INTO_VISIT, "1")
    second.press(*INTO_VISIT, "5")
    first.press("2")
    second.press("3")
    assert [
        (response.answers["satisfied"].values, response.answers["waited"].values)
        for response in exchange.responses("counter")
    ] == [(("very_satisfied",), ("10_to_30_minutes",)), (("very_dissatisfied",), ("over_30_minutes",))]


def test_two_who_want_to_answer_as_well_are_two_people(exchange: Exchange) -> None:
    exchange.call().press(*TO_THE_WORDS, NO, YES)
    first, second = exchange.call(), exchange.call()
    first.press(GERMAN, VISIT)
    second.press(GERMAN, VISIT)
    first.press(YES, YES, "1")
    assert "Mitmachen" in second.press(YES)
    second.press(YES, "5")
    satisfied = [response.answers["satisfied"].values for response in exchange.responses("counter")]
    assert satisfied[1:] == [("very_satisfied",), ("very_dissatisfied",)]


def test_who_begins_anew_joins_nobody_who_began_meanwhile(exchange: Exchange) -> None:
    gone = exchange.call()
    gone.press(*INTO_VISIT, "2")
    gone.hang_up()
    first, second = exchange.call(), exchange.call()
    first.press(GERMAN, VISIT)
    second.press(*INTO_VISIT, "5")
    assert "Mitmachen" in first.press(NO)
    assert len(exchange.responses("counter")) == 3


def test_a_call_that_nobody_told_the_end_of_holds_nobody_back(exchange: Exchange) -> None:
    exchange.call().press(*INTO_VISIT, "2")
    exchange.office.at += LOST + SECOND
    assert "Waren Sie das?" in exchange.call().press(GERMAN, VISIT)


def test_after_the_server_went_down_who_calls_again_at_once_goes_on(exchange: Exchange) -> None:
    spoken_to(exchange)
    exchange.intake.cut("phone", "twilio")
    assert "remarks" not in exchange.answers("counter"), "a call of another line is still led"
    exchange.intake.cut("phone", "asterisk")
    assert exchange.answers("counter")["remarks"] == "pending"
    assert "Waren Sie das?" in exchange.call().press(GERMAN, VISIT)


def test_after_the_end_somebody_else_may_answer(exchange: Exchange) -> None:
    exchange.call().press(*TO_THE_WORDS, NO, YES)
    call = exchange.call()
    assert "Will noch jemand mitmachen?" in call.press(GERMAN, VISIT)
    call.press(YES, YES, "5")
    assert len(exchange.responses("counter")) == 2
    nobody = exchange.call()
    nobody.press(GERMAN, VISIT)
    assert "Auf Wiederhören!" in exchange.call(BERT).press("9")


def test_after_a_refusal_the_next_call_begins_without_a_word_of_it(exchange: Exchange) -> None:
    exchange.call().press(GERMAN, VISIT, NO)
    assert "Mitmachen" in exchange.call().press(GERMAN, VISIT)
    assert exchange.responses("counter")[0].answers == {}


def test_an_interview_by_sms_goes_on_by_phone(exchange: Exchange) -> None:
    for count, text in enumerate(("BESUCH", "JA", "2")):
        message = Message(f"SM{count}", Mode("sms"), ANNA, text, exchange.office.at, "twilio", at_once=True)
        exchange.intake.exchange(message)
    call = exchange.call()
    call.press(GERMAN, VISIT)
    assert "Wie lange haben Sie gewartet?" in call.press(YES)


def test_somebody_else_by_sms_is_not_who_is_on_the_line(exchange: Exchange) -> None:
    exchange.call().press(*TO_THE_WORDS, NO, YES)
    text(exchange, "BESUCH")
    call = exchange.call()
    call.press(GERMAN, VISIT, YES, YES, "5")
    assert text(exchange, "JA").startswith("Ihr Besuch im Amt")
    assert len(exchange.responses("counter")) == 3


def test_another_language_on_the_way_back(exchange: Exchange) -> None:
    first = exchange.call()
    first.press(*INTO_VISIT, "2")
    first.hang_up()
    assert "How long did you wait?" in exchange.call().press("3", VISIT, YES)


def test_a_withheld_number_comes_back_by_its_code_alone(exchange: Exchange) -> None:
    call = exchange.call(number="")
    call.press(GERMAN, VISIT, NO, YES, "2")
    code = call.press("0", "2").split("\n")[1].replace(" ", "")
    call.hang_up()
    again = exchange.call(number="")
    assert "[several keys, then #]" in again.press(GERMAN, VISIT, YES)
    assert "Wie lange haben Sie gewartet?" in again.press(code)
    again.press("1")
    assert len(exchange.responses("counter")) == 1
    stranger = exchange.call(number="")
    stranger.press(GERMAN, VISIT, NO, YES)
    assert len(exchange.responses("counter")) == 2


def test_codes_that_name_nothing_are_counted(exchange: Exchange) -> None:
    call = exchange.call(number="")
    call.press(GERMAN, VISIT)
    assert "Tippfehler" in call.press(YES, "12345")
    for _ in range(3):
        assert "Diesen Code gibt es hier nicht" in call.press(YES, "00000000000")
    assert call.press(YES).startswith("Mit einem Code geht es heute nicht mehr.")


# Keys


def test_star_says_it_again_and_two_stars_go_back(exchange: Exchange) -> None:
    call = exchange.call()
    asked = call.press(*INTO_VISIT, "2")
    assert call.press("*") == asked
    assert "Wie zufrieden" not in call.press("*"), "five seconds later it is one * again"
    call.happen_now(Pressed("*"))
    assert "Wie zufrieden" in call.said
    assert exchange.answers("counter")["satisfied"] == ("satisfied",), "until there is another answer"
    call.press("1")
    assert exchange.answers("counter")["satisfied"] == ("very_satisfied",)
    assert "Davor kommt keine Frage." in exchange_first(exchange)


def exchange_first(exchange: Exchange) -> str:
    call = exchange.call(BERT)
    call.press(*INTO_VISIT, "*")
    return call.happen_now(Pressed("*"))


def test_a_key_that_means_nothing_is_told_and_help_is_offered(exchange: Exchange) -> None:
    call = exchange.call()
    assert call.press(*INTO_VISIT, "6").startswith("Diese Taste passt hier nicht.")
    assert "Hilfe bekommen Sie mit der 0." in call.press("6")


def test_nine_ends_the_call_and_keeps_what_was_answered(exchange: Exchange) -> None:
    call = exchange.call()
    assert "Rufen Sie gern wieder an" in call.press(*INTO_VISIT, "2", "9")
    assert call.over
    assert exchange.responses("counter")[0].state is State.DRAFT
    assert "Waren Sie das?" in exchange.call().press(GERMAN, VISIT)


def test_one_of_several_choices_after_the_other(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(GERMAN, "2", YES)
    assert call.press(YES) == call.press("*")
    call.press(NO)
    call.happen_now(Pressed("*"))
    call.happen_now(Pressed("*"))
    call.press(YES, NO, NO)
    assert exchange.answers("digital")["useful_at"] == ("offices", "school_culture")


def test_none_of_several_is_left_out(exchange: Exchange) -> None:
    exchange.call().press(GERMAN, "2", YES, NO, NO, NO, NO)
    assert exchange.answers("digital")["useful_at"] is Missing.SKIPPED
    exchange.call(BERT).press(GERMAN, "2", YES, YES, "7")
    assert exchange.answers("digital")["useful_at"] is Missing.DONT_KNOW


def test_the_answers_are_read_back_and_changed(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*TO_THE_WORDS, NO)
    assert "Ihre Antwort ist:\nSehr zufrieden" in call.press("2")
    call.press("1", "2", "3")
    assert "Das war die letzte Frage." in call.said
    call.press("1")
    assert exchange.answers("counter")["waited"] == ("over_30_minutes",)


# Silence


def test_silence_asks_twice_more_and_then_ends_politely(exchange: Exchange) -> None:
    call = exchange.call()
    asked = call.press(*INTO_VISIT, "2")
    assert call.wait() == f"Wir haben keine Taste gehört.\n{asked}"
    assert call.wait() == f"Wir haben keine Taste gehört.\n{asked}"
    assert "Wir hören nichts mehr von Ihnen." in call.wait()
    assert exchange.responses("counter")[0].answers["satisfied"].values == ("satisfied",)


def test_silence_before_anything_was_chosen(exchange: Exchange) -> None:
    call = exchange.call()
    call.wait(2)
    assert not call.over
    call.wait()
    assert call.over
    assert exchange.responses("counter") == []


def test_an_answer_in_time_counts_the_silences_anew(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*INTO_VISIT)
    call.wait(2)
    call.press("2")
    call.wait(2)
    assert not call.over


# Speech


def test_nothing_is_recorded_before_the_key(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*TO_THE_WORDS)
    assert not isinstance(call.step.then, Record)
    call.press("6", "*", "3")
    assert not isinstance(call.step.then, Record)
    call.press(YES)
    assert isinstance(call.step.then, Record)


def test_what_was_said_waits_for_a_person(exchange: Exchange) -> None:
    call = spoken_to(exchange)
    assert "[what was recorded]" in call.press("2")
    call.press("1", "1")
    assert exchange.answers("counter")["remarks"] == "pending"
    assert exchange.files() == 1
    (doubt,) = exchange.doubts()
    assert exchange.office.blobs.read(doubt.evidence) == SPEECH


@pytest.mark.parametrize("keys", [("4",), ("3",), ("4", "*")])
def test_what_was_discarded_leaves_no_file(exchange: Exchange, keys: tuple[str, ...]) -> None:
    spoken_to(exchange).press(*keys)
    assert exchange.files() == 0
    assert exchange.doubts() == []


def test_to_refuse_leaves_no_file(exchange: Exchange) -> None:
    exchange.call().press(*TO_THE_WORDS, NO)
    assert exchange.answers("counter")["remarks"] is Missing.SKIPPED
    assert exchange.files() == 0


@pytest.mark.parametrize("end", ["hang up", "9", "silence", "0 1", "lost"])
def test_who_spoke_and_went_is_heard(exchange: Exchange, end: str) -> None:
    call = spoken_to(exchange)
    match end:
        case "hang up":
            call.hang_up()
        case "silence":
            call.wait()
        case "lost":
            exchange.office.at += LOST + SECOND
            exchange.intake.expire()
        case _:
            call.press(*end.split())
            call.hang_up()
    assert exchange.answers("counter")["remarks"] == "pending"
    assert exchange.files() == 1


def test_nothing_heard_asks_again(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*TO_THE_WORDS, YES)
    assert call.say_nothing().startswith("Wir haben nichts gehört.")
    call.press(YES)
    call.speak()
    call.press("1")
    assert exchange.answers("counter")["remarks"] == "pending"


def test_a_recording_replaced_by_another_is_gone(exchange: Exchange) -> None:
    call = spoken_to(exchange)
    call.press("1")
    call.happen_now(Pressed("*"))
    call.happen_now(Pressed("*"))
    call.press(YES)
    call.speak()
    call.press("1", "1")
    assert exchange.files() == 1
    assert len(exchange.doubts()) == 1


def test_a_recording_that_is_still_abroad_is_known_and_wanted(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*TO_THE_WORDS, YES)
    call.happen(Recorded("f" * 32, 0, abroad="RE1"))
    call.press("1")
    (doubt,) = exchange.doubts()
    assert doubt.evidence == "f" * 32


# What a message, or an erasure, does to a call that is led just now


def test_who_takes_the_consent_back_by_sms_while_speaking_leaves_no_file(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*TO_THE_WORDS, YES)
    text(exchange, "BESUCH")
    text(exchange, "Widerruf")
    call.speak()
    assert call.said.startswith("In Ordnung, Sie machen nicht mit. Wir behalten keine Antworten.")
    assert exchange.files() == 0


def test_what_nobody_wants_any_more_is_deleted_at_its_provider(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*TO_THE_WORDS, YES)
    text(exchange, "BESUCH")
    text(exchange, "Widerruf")
    call.happen(Recorded("f" * 32, 0, abroad="RE1"))
    (abroad,) = exchange.intake.abroad_due(call.caller.transport, 10)
    assert (abroad.reference, abroad.wanted) == ("RE1", False)


def test_who_takes_the_consent_back_by_sms_is_offered_no_recording_any_more(exchange: Exchange) -> None:
    call = spoken_to(exchange)
    text(exchange, "BESUCH")
    text(exchange, "Widerruf")
    assert exchange.files() == 0
    assert "Wir behalten keine Antworten." in call.press("2")


def test_nobody_is_asked_to_speak_who_said_stopp_by_sms(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*TO_THE_WORDS)
    text(exchange, "STOPP")
    call.press(YES)
    assert not isinstance(call.step.then, Record)


@pytest.mark.parametrize("end", ["1", "hang up"])
@pytest.mark.parametrize("spoken", [True, False])
def test_no_recording_stays_that_came_too_late_to_be_an_answer(exchange: Exchange, *, spoken: bool, end: str) -> None:
    """Nobody could settle it."""
    call = exchange.call()
    call.press(*TO_THE_WORDS, YES)
    if spoken:
        call.speak()
    text(exchange, "STOPP")
    if not spoken:
        call.speak()
    if end == "hang up":
        call.hang_up()
    else:
        call.press(end)
    assert "Ihre Aufnahme ist gespeichert." not in call.said
    assert exchange.files() == len(exchange.doubts()) == 0


@pytest.mark.parametrize("stage", [INTO_VISIT, TO_THE_WORDS, (*TO_THE_WORDS, YES), (*TO_THE_WORDS, NO, "2")])
def test_who_is_erased_is_not_asked_anew(exchange: Exchange, stage: tuple[str, ...]) -> None:
    call = exchange.call()
    call.press(*stage)
    exchange.erase_all()
    if isinstance(call.step.then, Record):
        call.speak()
    else:
        call.press("*")
    assert call.said == "Auf Wiederhören!\n[hangs up]"
    assert len(exchange.responses("counter")) == 1
    assert exchange.files() == 0


def test_there_is_nothing_to_go_on_with_that_was_erased_while_we_asked(exchange: Exchange) -> None:
    first = exchange.call()
    first.press(*INTO_VISIT, "2")
    first.hang_up()
    again = exchange.call()
    assert "Waren Sie das?" in again.press(GERMAN, VISIT)
    exchange.erase_all()
    assert again.press(YES).startswith("Ihr Besuch im Amt")


def test_who_is_erased_takes_the_recording_with_them(exchange: Exchange) -> None:
    call = spoken_to(exchange)
    exchange.erase_all()
    assert call.press("2") == "Auf Wiederhören!\n[hangs up]"


def test_an_answer_by_sms_changes_what_can_be_read_back(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*INTO_VISIT, "1", "1", "2", "1", NO, "2", "1", "1", "1", "1")
    text(exchange, "BESUCH")
    text(exchange, "3A")
    call.happen(Pressed("1"), after=0)
    assert "Das war die letzte Frage." in call.press("2")


def test_what_staff_decide_meanwhile_is_read_back_in_sentences_of_the_script(exchange: Exchange) -> None:
    call = spoken_to(exchange)
    call.press("1")
    (doubt,) = exchange.doubts()
    exchange.intake.settle(doubt.id, Answer(missing=Missing.UNREADABLE), "clerk")
    call.press("2", "1", "1", "1")
    script = phrases(exchange.office, exchange.office.survey("counter"))
    assert {one for one in call.step.say if isinstance(one, Phrase)} <= set(script)


# Help, a person, and STOPP


def test_help_and_back_to_the_question(exchange: Exchange) -> None:
    call = exchange.call()
    asked = call.press(*INTO_VISIT, "2")
    assert call.press("0", "3") == asked


def test_a_person_is_named_where_nobody_is_to_be_connected(exchange: Exchange) -> None:
    call = exchange.call()
    asked = call.press(*INTO_VISIT)
    assert call.press("0", "1").endswith(asked.split("\n", 1)[1])


def test_a_person_is_connected(tmp_path: Path) -> None:
    with closing(Exchange(make_clock(tmp_path, transfer='"+493521000001"'))) as exchange:
        call = exchange.call()
        call.press(*INTO_VISIT, "2", "0", "1")
        assert call.step.then == Transfer("+493521000001")
        assert call.nobody_answers().startswith("Dort geht gerade niemand ans Telefon.\nWie lange")


def test_nicht_mehr_anrufen_is_stopp_for_sms_as_well(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*INTO_VISIT, "2", "0", "2")
    assert call.press(YES).startswith("Gut. Wir rufen Sie nicht mehr an")
    message = Message("SM1", Mode("sms"), ANNA, "BESUCH", exchange.office.at, "twilio", at_once=True)
    assert exchange.intake.exchange(message).text == ""
    assert exchange.responses("counter")[0].answers["satisfied"].values == ("satisfied",)


def test_who_said_stopp_is_served_who_calls(exchange: Exchange) -> None:
    message = Message("SM1", Mode("sms"), ANNA, "STOPP", exchange.office.at, "twilio", at_once=True)
    exchange.intake.exchange(message)
    exchange.call().press(*TO_THE_WORDS, NO, YES)
    assert exchange.responses("counter")[0].state is State.COUNTED


def test_a_withheld_number_is_not_offered_what_cannot_be(exchange: Exchange) -> None:
    call = exchange.call(number="")
    call.press(GERMAN, VISIT, NO, YES)
    assert "Nicht mehr anrufen" not in call.press("0")


# The same event again


def test_a_repeated_event_is_answered_the_same_and_changes_nothing(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*INTO_VISIT)
    before = call.step
    after = call.press("2")
    call.happen(Pressed("2"), after=before.number)
    assert call.said == after
    call.happen(Pressed("5"), after=before.number)
    assert call.said == after
    assert exchange.answers("counter")["satisfied"] == ("satisfied",)


@pytest.mark.parametrize("over", [False, True])
def test_a_recording_that_is_handed_in_once_more_leaves_no_file(exchange: Exchange, *, over: bool) -> None:
    call = exchange.call()
    call.press(*TO_THE_WORDS, YES)
    before = call.step
    call.speak()
    if over:
        call.hang_up()
    again = exchange.office.blobs.write(SPEECH)
    call.happen(Recorded(again, len(SPEECH)), after=before.number)
    assert exchange.files() == 1
    assert not exchange.office.blobs.has(again)


@pytest.mark.parametrize("number", ["", BERT])
def test_a_call_belongs_to_the_number_that_it_rang_with(exchange: Exchange, number: str) -> None:
    call = exchange.call()
    call.press(*INTO_VISIT)
    other = Telephone(exchange, replace(call.caller, number=number))
    other.happen(Pressed("2"), after=call.step.number)
    (response,) = exchange.responses("counter")
    assert response.answers["satisfied"].values == ("satisfied",)


def test_what_comes_after_the_end_is_answered_by_hanging_up(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(*INTO_VISIT)
    call.hang_up()
    assert call.happen(Pressed("2")) == "[hangs up]"
    assert call.happen(HungUp()) == "[hangs up]"
    assert call.happen(Rang(), after=0) == "[hangs up]"
    unknown = Telephone(exchange, replace(call.caller, call="never-heard-of"))
    assert unknown.happen(Silent(), after=7) == "[hangs up]"
    assert isinstance(unknown.step.then, HangUp)


@pytest.mark.parametrize("heard", [(), (GERMAN,), ("0", "3")])
def test_the_last_survey_closes_while_somebody_calls(tmp_path: Path, heard: tuple[str, ...]) -> None:
    with closing(Exchange(make_clock(tmp_path))) as exchange:
        call = exchange.call()
        for file in (exchange.office.folder / "surveys").iterdir():
            file.unlink()
        call.press(*heard, "1")
        assert "Zurzeit ist keine Umfrage offen." in call.said
        assert call.over


@pytest.mark.parametrize("event", [NotReached(), HeardNothing(), Recorded("f" * 32, 1)], ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("stage", [(), (GERMAN,), INTO_VISIT, (*TO_THE_WORDS, YES)])
def test_what_no_line_would_tell_here_changes_nothing(exchange: Exchange, stage: tuple[str, ...], event: Event) -> None:
    call = exchange.call()
    call.press(*stage)
    if isinstance(call.step.then, Record):
        call.speak()
    asked, files = call.said.split("\n"), exchange.files()
    assert call.happen(event).split("\n")[-2:] == asked[-2:]
    assert exchange.files() == files


def test_keys_without_end_are_no_survey(exchange: Exchange) -> None:
    call = exchange.call()
    assert "Diese Taste passt hier nicht." in call.press(GERMAN, "9" * 5_000)


def test_no_survey_is_open(tmp_path: Path) -> None:
    with closing(Exchange(make_clock(tmp_path))) as exchange:
        for file in (exchange.office.folder / "surveys").iterdir():
            file.unlink()
        call = exchange.call()
        assert "Zurzeit ist keine Umfrage offen." in call.said
        assert call.over


def test_the_notice_is_heard_to_its_end_and_the_whole_of_it_on_request(exchange: Exchange) -> None:
    call = exchange.call()
    call.press(GERMAN, VISIT)
    must = [one.text for one in call.step.say[: call.step.must_hear] if isinstance(one, Phrase)]
    assert must[0] == "Ihr Besuch im Amt"
    assert must[-1].endswith("Wir dürfen Ihre Antworten speichern und auswerten.")
    assert "Artikel 6" in call.press("3")
    assert call.step.must_hear == 0
    assert "Wie zufrieden" in call.press(YES)


# Numbers

VISITS = """[[question]]
name = "visits"
kind = "integer"
required = true
minimum = 0
maximum = 500
[question.label]
de = "Wie oft waren Sie bei uns?"
"de@easy" = "Wie oft waren Sie hier?"
en = "How often did you visit us?"

"""


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    """An office that asks for a number as its second question."""
    office = make_clock(tmp_path_factory.mktemp("numbers") / "office")
    file = office.folder / "surveys" / "counter.toml"
    first, _, rest = file.read_text().partition('[[question]]\nname = "waited"')
    file.write_text(f"{first}{VISITS}[[question]]{rest.partition('[[question]]')[2]}")
    return office


@pytest.fixture
def numbers(counting: Clock) -> Iterator[Exchange]:
    made = Exchange(counting)
    yield made
    made.clear()


@pytest.mark.parametrize(
    ("entered", "answer"), [("42", ("42",)), ("0", ("0",)), ("007", ("7",)), ("9", ("9",)), ("500", ("500",))]
)
def test_a_number_is_entered_key_by_key(numbers: Exchange, entered: str, answer: tuple[str]) -> None:
    call = numbers.call()
    assert "Eine Zahl von 0 bis 500." in call.press(*INTO_VISIT, "1")
    assert "Konnten Sie alles erledigen?" in call.press(entered)
    assert numbers.answers("counter")["visits"] == answer


@pytest.mark.parametrize(
    ("entered", "told"), [("501", "Bitte nehmen Sie eine Zahl von 0 bis 500."), ("4*2", "Das war keine Zahl.")]
)
def test_what_is_no_such_number_is_told(numbers: Exchange, entered: str, told: str) -> None:
    call = numbers.call()
    call.press(*INTO_VISIT, "1")
    assert call.press(entered).startswith(told)
    assert "visits" not in numbers.answers("counter")


@pytest.mark.parametrize(("key", "missing"), [("7", Missing.DONT_KNOW), ("8", Missing.REFUSED)])
@pytest.mark.parametrize("nothing", ["#", "silence"])
def test_no_number_at_all(numbers: Exchange, nothing: str, key: str, missing: Missing) -> None:
    """Not every line tells # alone from silence."""
    call = numbers.call()
    call.press(*INTO_VISIT, "1")
    said = call.wait() if nothing == "silence" else call.press("")
    assert said.startswith("Sie haben keine Zahl getippt.")
    call.press(key)
    assert numbers.answers("counter")["visits"] is missing


def test_a_number_is_read_back_digit_by_digit(numbers: Exchange) -> None:
    """So no sound that is kept is what somebody entered."""
    call = numbers.call()
    call.press(*INTO_VISIT, "1", "42", "1", NO, "2")
    assert "Ihre Antwort ist:\n4 2\n" in call.press("1")
