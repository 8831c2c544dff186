"""Conversations by messages through the real intake: which survey, whose interview, which question, and what goes out.

The phones here text to an office whose clock stands still unless a test moves it. `say` hands a message in and gives
the words that go back; `reply` is a message whose answer travels at once, as TwiML does, and `queued` one whose answer
waits in the outbox.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.outbox import PAUSES, UNCONFIRMED, Fate, Outcome
from kiosk.record import Answered, Message, Mode, Response, State
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Missing
from tests.kiosk.running import make_office

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
NOON = 1_767_268_800_000  # 2026-01-01, 12:00 UTC
ANNA, BERT = "+4915100000001", "+4915100000002"  # phones


class Clock(Office):
    """An office whose time is told."""

    at = NOON

    def now(self) -> int:
        return self.at


class House:
    """An office with its intake, and the phones that text to it."""

    def __init__(self, folder: Path) -> None:
        self.office = Clock(make_office(folder))
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self.count = 0

    def message(self, text: str, sender: str = ANNA, **more: Any) -> Message:
        self.count += 1
        at, key = self.office.at, f"SM{self.count}"
        return replace(Message(key, Mode("sms"), sender, text, at, "twilio", at_once=True), **more)

    def say(self, *texts: str, sender: str = ANNA, **more: Any) -> str:
        """Text one after the other, a minute between them; the last answer."""
        answer = ""
        for text in texts:
            answer = self.reply(text, sender, **more).text
        return answer

    def reply(self, text: str, sender: str = ANNA, **more: Any) -> Answered:
        self.office.at += MINUTE
        return self.intake.exchange(self.message(text, sender, **more))

    def queued(self, text: str, sender: str = ANNA, **more: Any) -> Answered:
        return self.reply(text, sender, at_once=False, transport="gammu", **more)

    def send_all(self) -> None:
        """All that waits goes out, a second later."""
        self.office.at += SECOND
        for message in self.intake.claim("gammu", 99):
            self.intake.report(message.uid, Outcome(Fate.SENT))

    def responses(self, survey: str) -> list[Response]:
        with closing(Reads(self.office.store_file, self.office.keyring)) as reads:
            return list(reads.responses(survey))

    def answers(self, survey: str) -> Mapping[str, tuple[str, ...] | Missing | None]:
        """Question -> values, or why there are none, of the newest response."""
        (*_, response) = self.responses(survey)
        return {name: answer.values or answer.missing for name, answer in response.answers.items()}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.office.store_file)) as connection:
            return connection.execute(sql).fetchall()

    def only(self, survey: str) -> None:
        """Leave one survey open."""
        for file in (self.office.folder / "surveys").iterdir():
            if file.stem != survey:
                file.unlink()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "office")
    yield house
    house.writer.close()


# -- Which survey


def test_any_first_text_begins_the_only_survey(house: House) -> None:
    house.only("vote")
    assert house.say("Hallo").endswith("JA = mitmachen")


def test_a_keyword_begins_its_survey(house: House) -> None:
    assert "Abstimmung" in house.say(" zeiten! ")
    assert house.say("ja").startswith("1/1 ")


def test_a_greeting_may_stand_before_a_keyword(house: House) -> None:
    assert "Abstimmung" in house.say("Guten Morgen, Zeiten\nMit freundlichen Grüßen")


@pytest.mark.parametrize("picked", ["3", "drei", "ZEITEN", "Abstimmung: Öffnungszeiten"])
def test_of_several_surveys_one_is_picked(house: House, picked: str) -> None:
    assert house.say("Guten Tag").splitlines()[-1] == "3 Abstimmung: Öffnungszeiten"
    assert house.say(picked).startswith("Abstimmung")


def test_what_picks_none_is_asked_again(house: House) -> None:
    house.say("Guten Tag")
    assert house.say("5").startswith("Bitte mit einer Zahl antworten.")
    assert house.say("nein") == "In Ordnung. Danke für Ihre Zeit."
    house.say("Guten Tag")
    assert house.say("2").startswith("Digitale Angebote")


def test_no_survey_is_open(house: House) -> None:
    house.only("none")
    assert house.say("Hallo").startswith("Zurzeit ist keine Umfrage offen.")


def test_another_keyword_in_the_middle_goes_to_that_survey_and_back(house: House) -> None:
    house.say("DIGITAL", "JA", "1")
    assert house.say("ZEITEN").startswith("Abstimmung")
    assert house.say("JA", "1").startswith("Vielen Dank")
    assert house.say("DIGITAL").startswith("2/5 "), "it goes on where it was"


def test_a_keyword_in_a_free_text_is_part_of_it(house: House) -> None:
    house.say("DIGITAL JA 1A 2A 4A")
    assert house.say("Zeiten von Bus und Bahn").startswith("Vielen Dank")
    assert house.answers("digital")["wishes"] == ("Zeiten von Bus und Bahn",)


# -- Several answers in one message


def test_a_printed_notice_works_with_one_message(house: House) -> None:
    answer = house.reply("DIGITAL JA 1AC 2D 3B 4G 5: Mehr Bänke, bitte.")
    assert answer.text.startswith("Vielen Dank!")
    assert answer.over
    assert house.answers("digital") == {
        "useful_at": ("offices", "transport_travel"),
        "skills": ("poor",),
        "support": ("at_the_office",),
        "involved_by": Missing.DONT_KNOW,
        "wishes": ("Mehr Bänke, bitte.",),
    }


def test_answers_before_the_yes_wait_for_it(house: House) -> None:
    assert house.say("DIGITAL 1A 2A").startswith("Ihre Antworten zählen erst mit Ihrem Ja.")
    assert house.rows("SELECT count(*) FROM answer") == [(0,)]
    assert house.say("Ja gern").startswith("4/5 "), "question 3 does not apply"
    assert house.answers("digital") == {"useful_at": ("offices",), "skills": ("very_good",)}


def test_answers_before_a_no_are_dropped(house: House) -> None:
    house.say("DIGITAL 1A 2A", "Nein")
    assert house.rows("SELECT held FROM correspondent") == [(None,)]
    assert house.rows("SELECT said FROM turn WHERE said IS NOT NULL") == []
    assert house.responses("digital")[0].answers == {}


def test_several_messages_before_the_yes_all_wait_for_it(house: House) -> None:
    house.say("DIGITAL", "1A", "2A", "JA 4B")
    assert house.answers("digital") == {
        "useful_at": ("offices",),
        "skills": ("very_good",),
        "involved_by": ("meetings",),
    }


def test_a_free_text_is_no_list_of_answers(house: House) -> None:
    house.say("DIGITAL JA 1A 2A 4A", "4G und 5G überall")
    assert house.answers("digital")["wishes"] == ("4G und 5G überall",)
    assert house.answers("digital")["involved_by"] == ("surveys",)


def test_what_is_unclear_among_several_is_asked_again(house: House) -> None:
    answer = house.say("DIGITAL JA 1A 2Z 4B")
    assert answer.startswith("Bitte mit einer Zahl antworten.\n2/5 ")
    assert house.answers("digital") == {"useful_at": ("offices",), "involved_by": ("meetings",)}


# -- Late, repeated and doubled


def test_the_same_message_gets_the_same_answer_and_counts_once(house: House) -> None:
    house.say("DIGITAL", "JA")
    message = house.message("2 und 3")
    first = house.intake.exchange(message)
    before = house.rows("SELECT * FROM answer, turn, message")
    assert house.intake.exchange(message) == first
    assert house.rows("SELECT * FROM answer, turn, message") == before
    assert house.say("1").startswith("4/5 ")
    assert house.intake.exchange(message) == first, "also later"


def test_a_second_answer_before_the_next_question_is_out_replaces_the_first(house: House) -> None:
    house.queued("DIGITAL")
    house.send_all()
    house.queued("JA")
    house.send_all()
    house.queued("1")  # its answer, question 2, is not out yet
    house.queued("2")
    assert house.answers("digital") == {"useful_at": ("school_culture",)}


def test_a_late_answer_belongs_to_the_question_its_sender_saw(house: House) -> None:
    house.say("DIGITAL", "JA")
    seen = house.office.at + 10 * SECOND
    assert house.say("1").startswith("2/5 ")
    assert house.say("4", at=seen).startswith("2/5 "), "it came late, and was to question 1"
    assert house.answers("digital") == {"useful_at": ("shops_firms",)}


def test_two_yeses_are_one(house: House) -> None:
    house.queued("DIGITAL")
    house.send_all()
    house.queued("JA")
    assert house.queued("ja").text.startswith("1/5 ")
    assert house.responses("digital")[0].answers == {}


def test_a_no_after_a_yes_that_passed_the_question_takes_it_back(house: House) -> None:
    house.queued("DIGITAL")
    house.send_all()
    house.queued("JA")
    assert house.queued("nein, doch nicht").text.startswith("In Ordnung")
    assert house.responses("digital")[0].state is State.EXCLUDED


def test_a_no_to_a_question_that_may_be_out_takes_nothing_back(house: House) -> None:
    house.queued("BESUCH")
    house.send_all()
    house.queued("JA 1A 2A")
    assert house.intake.claim("gammu", 9), "the gateway has question 3 and has not told yet that it went out"
    assert house.queued("Nein").text.startswith("3/5 ")
    assert house.answers("counter") == {"satisfied": ("very_satisfied",), "waited": ("under_10_minutes",)}


def test_a_digit_takes_no_consent_back(house: House) -> None:
    house.queued("BESUCH")
    house.send_all()
    house.queued("JA")
    assert house.intake.claim("gammu", 9), "question 1 may be out: then 2 is an answer, and no no"
    assert house.queued("2").text.startswith("1/5 ")


# -- Episodes


def test_after_the_end_somebody_else_may_answer(house: House) -> None:
    house.only("vote")
    house.say("ZEITEN", "JA", "1")
    assert house.say("Danke!") == "", "thanks want no answer"
    assert "Will noch jemand antworten?" in house.say("Hallo?")
    answer = house.say("hm")
    assert answer.startswith("Bitte JA oder NEIN schreiben.")
    assert "Will noch jemand antworten?" in answer
    assert house.say("JA").endswith("JA = mitmachen"), "who answers now consents for themselves"
    assert house.say("JA", "2").startswith("Vielen Dank")
    assert len(house.responses("vote")) == 2
    assert "Will noch jemand" in house.say("Hallo?")
    assert house.say("Nein danke") == "In Ordnung. Danke für Ihre Zeit."


def test_the_second_person_need_not_send_the_answers_of_a_printed_notice_twice(house: House) -> None:
    house.say("ZEITEN JA 1A")
    assert "Will noch jemand antworten?" in house.say("ZEITEN JA 1B")
    assert house.say("Ja").startswith("Vielen Dank")
    first, second = house.responses("vote")
    assert first.answers != second.answers


def test_who_said_no_may_think_again(house: House) -> None:
    house.say("ZEITEN", "NEIN")
    assert house.say("ZEITEN").endswith("JA = mitmachen")


def test_two_phones_are_two_interviews(house: House) -> None:
    house.say("ZEITEN", "JA")
    house.say("ZEITEN", "JA", sender=BERT)
    house.say("1")
    house.say("2", sender=BERT)
    first, second = house.responses("vote")
    assert first.answers != second.answers


def test_what_nobody_goes_on_with_ends(house: House) -> None:
    house.say("DIGITAL", "JA", "1", "2")
    house.office.at += 72 * HOUR + 2 * HOUR
    assert house.intake.expire() == 1
    (response,) = house.responses("digital")
    assert (response.state, response.disposition) == (State.COUNTED, "partial")
    assert "Will noch jemand antworten?" in house.say("DIGITAL")


# -- STOPP and START


@pytest.mark.parametrize("stop", ["STOPP", "Stop bitte", "unsubscribe", "Lassen Sie mich in Ruhe!"])
def test_stop_ends_everything_until_start(house: House, stop: str) -> None:
    house.say("ZEITEN")
    house.say("DIGITAL", "JA", "1")
    assert house.say(stop).startswith("Sie bekommen keine SMS mehr von uns.")
    assert {response.state for name in ("vote", "digital") for response in house.responses(name)} == {State.EXCLUDED}
    assert house.say("DIGITAL", "JA", "Hilfe", "STOPP") == ""
    assert "Umfrage" in house.say("Start")
    assert house.say("ZEITEN").endswith("JA = mitmachen")


def test_stop_takes_what_waits_out_of_the_outbox(house: House) -> None:
    house.queued("DIGITAL")
    house.queued("STOPP")
    assert house.rows("SELECT state, number IS NULL, text IS NULL FROM message ORDER BY id") == [
        ("stopped", 1, 1),
        ("waiting", 0, 0),
    ]


def test_the_carriers_stop_counts_and_is_answered_by_the_carrier(house: House) -> None:
    house.say("ZEITEN", "JA")
    assert house.reply("END", stops=True).text == ""
    assert house.say("ZEITEN") == ""
    assert house.say("START").startswith("Zu welcher Umfrage")


def test_an_opt_out_found_when_sending_counts_as_stop(house: House) -> None:
    answer = house.queued("ZEITEN")
    (message,) = house.intake.claim("gammu", 9)
    assert message.uid == answer.uid
    house.intake.report(message.uid, Outcome(Fate.OPTED_OUT, "21610"))
    assert house.queued("ZEITEN").text == ""
    assert house.rows("SELECT state, code, number FROM message") == [("failed", "21610", None)]


def test_a_phone_that_says_stop_at_once_is_answered_once(house: House) -> None:
    assert house.say("STOPP").startswith("Sie bekommen keine SMS mehr")
    assert house.say("STOPP") == ""


@pytest.mark.parametrize(("stop", "by_carrier"), [("STOPP", False), ("END", True)])
def test_what_stop_ended_stays_ended_after_start(house: House, stop: str, by_carrier: bool) -> None:
    house.say("DIGITAL")
    house.say("ZEITEN")
    house.say(stop, stops=by_carrier)
    house.say("START", "DIGITAL", "JA")
    assert [response.state for response in house.responses("digital")] == [State.EXCLUDED, State.DRAFT]


@pytest.mark.parametrize("wish", ["Stopp jetzt", "ich will keine SMS mehr", "Hört auf", "Bitte nicht mehr schreiben!"])
def test_a_wish_to_be_left_alone_begins_no_survey(house: House, wish: str) -> None:
    house.only("vote")
    assert house.say(wish).startswith("Sie bekommen keine SMS mehr")
    assert house.say("ZEITEN") == ""


@pytest.mark.parametrize("words", ["Widerruf", "Ich widerrufe meine Einwilligung!"])
def test_to_take_the_consent_back_deletes_the_answers_and_is_no_stop(house: House, words: str) -> None:
    house.say("DIGITAL", "JA", "1", "2")
    assert house.say(words).startswith("In Ordnung, Sie machen nicht mit.")
    (response,) = house.responses("digital")
    assert (response.answers, response.disposition) == ({}, "refusal")
    assert house.say("ZEITEN").endswith("JA = mitmachen")


# -- Too many


def test_a_flood_gets_one_polite_answer(house: House) -> None:
    most = int(house.office.settings("sms")["messages_per_hour"])
    answers = []
    for _ in range(most + 5):
        answers.append(house.intake.exchange(house.message("automatische Antwort")).text)
    assert all(answers[:most])
    assert answers[most].startswith("Das waren sehr viele Nachrichten.")
    assert answers[most + 1 :] == [""] * 4
    assert house.intake.exchange(house.message("Stopp")).text == "", "it counts, and costs nothing more"
    house.office.at += HOUR
    assert house.say("Hallo") == ""
    house.office.at += HOUR
    assert house.say("START")


def test_start_and_stop_in_turn_are_a_flood_as_well(house: House) -> None:
    answers = [house.intake.exchange(house.message(text)).text for _ in range(100) for text in ("START", "STOPP")]
    assert len([answer for answer in answers if answer]) <= int(house.office.settings("sms")["messages_per_hour"]) + 1


def test_a_message_without_end_is_looked_at_as_far_as_it_matters(house: House) -> None:
    house.say("DIGITAL JA 1A 2A 4A")
    assert house.say("sehr " * 20_000).startswith("Der Text ist zu lang.")


# -- The outbox


def test_the_outbox_tries_three_times_and_gives_up_with_the_code(house: House) -> None:
    house.queued("ZEITEN")
    for pause in (*PAUSES, 0):
        (message,) = house.intake.claim("gammu", 9)
        assert house.intake.claim("gammu", 9) == []
        house.intake.report(message.uid, Outcome(Fate.RETRYABLE, "busy"))
        house.office.at += max(0, pause - 1)
        assert house.intake.claim("gammu", 9) == []
        house.office.at += 1
    assert house.rows("SELECT state, attempts, code, number FROM message") == [("failed", 3, "busy", None)]


def test_a_message_of_a_process_that_died_is_due_again(house: House) -> None:
    house.queued("ZEITEN")
    sent = []
    for pause in (*PAUSES, PAUSES[-1]):
        sent += house.intake.claim("gammu", 9)
        house.office.at += pause
    assert [message.attempt for message in sent] == [1, 2, 3]
    assert len({message.uid for message in sent}) == 1
    assert house.intake.claim("gammu", 9) == []
    assert house.rows("SELECT state, code FROM message") == [("failed", UNCONFIRMED)]
    house.intake.report(sent[0].uid, Outcome(Fate.SENT))
    assert house.rows("SELECT state FROM message") == [("sent",)]


def test_what_a_dead_sender_had_in_its_hands_is_due_at_once_and_was_no_try(house: House) -> None:
    house.queued("ZEITEN")
    for _ in range(5):
        (message,) = house.intake.claim("gammu", 9)
        assert message.attempt == 1
        assert house.intake.claim("gammu", 9) == []
        house.intake.release("gammu")
        house.intake.release("gammu")  # by one that died before it began


def test_what_a_gateway_has_queued_is_handed_over_again_and_that_is_no_try(house: House) -> None:
    uid = house.queued("ZEITEN").uid
    for _ in range(9):
        (message,) = house.intake.claim("gammu", 9)
        assert (message.uid, message.attempt) == (uid, 1)
        house.intake.report(message.uid, Outcome(Fate.QUEUED))
        assert house.intake.claim("gammu", 9) == []
        house.office.at += PAUSES[0]
    house.intake.report(uid, Outcome(Fate.RETRYABLE, "modem"))
    house.office.at += PAUSES[0]
    assert [again.attempt for again in house.intake.claim("gammu", 9)] == [2]


FATES = [Outcome(Fate.SENT, reference="r"), Outcome(Fate.DELIVERED, reference="r"), Outcome(Fate.PERMANENT, "30005")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0, 1), (1, 1, 0, 0)])
def test_reports_may_come_in_any_order(house: House, order: tuple[int, ...]) -> None:
    house.queued("ZEITEN")
    (message,) = house.intake.claim("gammu", 9)
    for place in order:
        house.intake.report(message.uid, FATES[place])
    assert house.rows("SELECT state, number, reference FROM message") == [("delivered", None, "r")]


@pytest.mark.parametrize("order", [(0, 2), (2, 0), (2, 2, 0)])
def test_a_failure_stays_one(house: House, order: tuple[int, ...]) -> None:
    house.queued("ZEITEN")
    (message,) = house.intake.claim("gammu", 9)
    for place in order:
        house.intake.report(message.uid, FATES[place])
    assert house.rows("SELECT state, number FROM message") == [("failed", None)]


def test_an_answer_that_travelled_at_once_is_sent_again_when_the_phone_was_off(house: House) -> None:
    answer = house.reply("ZEITEN")
    assert house.rows("SELECT state, number FROM message") == [("sent", None)]
    for _ in range(2):
        house.intake.report(answer.uid, Outcome(Fate.RETRYABLE, "30003"), ANNA)
    assert house.intake.claim("twilio", 9) == []
    house.office.at += PAUSES[0]
    (message,) = house.intake.claim("twilio", 9)
    assert (message.number, message.text, message.attempt) == (ANNA, answer.text, 2)


FIRST_OFF, FIRST_SENT = Outcome(Fate.RETRYABLE, "30003", "SM1"), Outcome(Fate.SENT, "", "SM1")
SECOND_OFF, SECOND_SENT = Outcome(Fate.RETRYABLE, "30003", "SM2"), Outcome(Fate.SENT, "", "SM2")


def test_a_failure_is_not_undone_by_an_older_report_of_the_same_try(house: House) -> None:
    """Twilio may tell “sent” after “undelivered”."""
    answer = house.reply("ZEITEN")
    for outcome in (FIRST_OFF, FIRST_SENT):
        house.intake.report(answer.uid, outcome, ANNA)
    house.office.at += PAUSES[0]
    assert [message.attempt for message in house.intake.claim("twilio", 9)] == [2]
    for outcome in (SECOND_OFF, SECOND_SENT):  # its own report, overtaken by the status
        house.intake.report(answer.uid, outcome, ANNA)
    house.office.at += PAUSES[1]
    assert [message.attempt for message in house.intake.claim("twilio", 9)] == [3]


@pytest.mark.parametrize("told", [(SECOND_SENT, FIRST_OFF), (FIRST_OFF, SECOND_SENT)], ids=["after", "before"])
def test_a_failure_that_is_told_twice_makes_one_more_try(house: House, told: tuple[Outcome, Outcome]) -> None:
    answer = house.reply("ZEITEN")
    house.intake.report(answer.uid, FIRST_OFF, ANNA)
    house.office.at += PAUSES[0]
    house.intake.claim("twilio", 9)
    for outcome in told:
        house.intake.report(answer.uid, outcome, ANNA)
    assert house.rows("SELECT state, attempts, number, reference FROM message") == [("sent", 2, None, "SM1 SM2")]


def test_who_said_stop_gets_nothing_that_failed_before(house: House) -> None:
    house.say("DIGITAL", "JA")
    answer, bye = house.reply("1"), house.reply("STOPP")
    for uid in (answer.uid, bye.uid):
        house.intake.report(uid, FIRST_OFF, ANNA)
    house.office.at += PAUSES[0]
    assert [message.uid for message in house.intake.claim("twilio", 9)] == [bye.uid]


def test_a_question_that_failed_is_not_asked_again_when_a_newer_one_is_there(house: House) -> None:
    old = house.reply("DIGITAL")
    house.reply("JA")
    house.intake.report(old.uid, FIRST_OFF, ANNA)
    house.office.at += PAUSES[0]
    assert house.intake.claim("twilio", 9) == []


def test_an_opt_out_that_is_told_twice_does_not_undo_start(house: House) -> None:
    house.say("DIGITAL")
    answer = house.reply("JA")
    house.intake.report(answer.uid, Outcome(Fate.OPTED_OUT, "21610", "SM1"), ANNA)
    assert house.say("START")
    house.intake.report(answer.uid, Outcome(Fate.OPTED_OUT, "21610", "SM1"), ANNA)
    assert house.say("ZEITEN").endswith("JA = mitmachen")


def test_a_question_that_waits_is_not_asked_any_more_when_a_newer_one_is_there(house: House) -> None:
    house.queued("DIGITAL")
    house.send_all()
    house.queued("JA")
    newer = house.queued("NOCHMAL")
    house.office.at += SECOND
    assert [message.uid for message in house.intake.claim("gammu", 9)] == [newer.uid]


def test_a_code_that_waits_goes_out_whatever_is_written_after_it(house: House) -> None:
    house.only("vote")
    code = house.queued("ZEITEN JA 1A")
    house.queued("Hallo")
    assert code.uid in [message.uid for message in house.intake.claim("gammu", 9)]


def test_a_failure_that_is_told_late_sends_no_old_question(house: House) -> None:
    house.only("vote")
    notice, question, end = (house.reply(text).uid for text in ("ZEITEN", "JA", "1"))
    for uid in (notice, question, end):
        house.intake.report(uid, Outcome(Fate.RETRYABLE, "30003"), ANNA)
    house.office.at += PAUSES[0]
    assert [message.uid for message in house.intake.claim("twilio", 9)] == [end]


def test_a_failure_that_is_told_late_sends_nothing_after_stop(house: House) -> None:
    house.only("vote")
    uids = [house.reply(text).uid for text in ("ZEITEN", "JA", "1", "STOPP")]
    for uid in uids:
        house.intake.report(uid, Outcome(Fate.RETRYABLE, "30003"), ANNA)
    house.office.at += PAUSES[0]
    assert [message.uid for message in house.intake.claim("twilio", 9)] == uids[-1:], "but that we heard it"


# -- What is kept


def test_numbers_and_words_stand_nowhere_in_the_clear(house: House) -> None:
    house.queued("DIGITAL JA 1A")
    house.queued("BÜRGERBUS", sender=BERT)
    house.writer.close()
    for file in (house.office.folder / "store").iterdir():
        content = file.read_bytes()
        assert ANNA.encode() not in content
        assert ANNA[3:].encode() not in content
        assert "BÜRGERBUS".encode() not in content


def test_the_number_goes_with_the_sending(house: House) -> None:
    house.queued("ZEITEN")
    house.send_all()
    assert house.rows("SELECT number FROM message") == [(None,)]


def test_erasing_takes_out_what_was_written_and_keeps_the_repetition_harmless(house: House) -> None:
    house.say("ZEITEN", "JA")
    last = house.message("1")
    code = house.intake.exchange(last).text.split("Ihr Code: ")[1][:13].replace(" ", "")
    assert house.intake.erase(code)
    assert house.rows(
        "SELECT count(*) FROM message WHERE response IS NOT NULL AND coalesce(text, party) IS NOT NULL"
    ) == [(0,)]
    assert house.intake.exchange(last).text == ""
    assert [response.state for response in house.responses("vote")] == [State.WITHDRAWN]


def test_what_belongs_to_nobody_any_more_is_forgotten(house: House) -> None:
    house.say("Hallo")
    house.say("ZEITEN", "JA", sender=BERT)
    house.office.at += 8 * DAY
    house.intake.purge()
    assert house.rows("SELECT survey FROM correspondent") == [("vote",)], "the one that is open"
    assert house.rows("SELECT count(*) FROM message WHERE response IS NULL AND party IS NOT NULL") == [(0,)]
