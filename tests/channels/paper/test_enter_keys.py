"""What every key does where forms are typed in, as tables: the keys as they are typed, and what came of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from channels.paper.enter.desk import Stage, rate
from channels.paper.enter.keys import act
from kiosk.commands.responses import erase, show
from kiosk.inputs import Assisted
from kiosk.office import Office
from kiosk.record import Provenance, State, Via
from kiosk.survey import MAX_TEXT, Answer, Missing
from kiosk.understanding import check
from tests.channels.paper.typist import MINUTE, Typist, serial
from tests.kiosk.running import Started

SKIPPED, UNCLEAR = Answer(missing=Missing.SKIPPED), Answer(missing=Missing.UNREADABLE)
DONT_KNOW, REFUSED = Answer(missing=Missing.DONT_KNOW), Answer(missing=Missing.REFUSED)
Seats = Callable[..., Typist]


@pytest.fixture(scope="module")
def office(kinds_office: Path) -> Office:
    """Read once: a form has a number of its own, so that tests do not meet."""
    return Office(kinds_office)


@pytest.fixture
def seats(office: Office) -> Iterator[Seats]:
    """Typists who sit down one after the other."""
    sitting: list[Typist] = []

    def sit_down(survey: str = "counter", **options: str) -> Typist:
        for typist in sitting:
            typist.leaves()
        sitting.append(Typist(office, survey, **options))
        return sitting[-1]

    yield sit_down
    sitting[-1].leaves()


@pytest.fixture
def typist(seats: Seats) -> Typist:
    return seats()


# -- the number


def test_the_eleventh_digit_leads_on_by_itself(typist: Typist) -> None:
    number = serial()
    assert typist.type(number[:-1]).desk.stage is Stage.NUMBER
    assert typist.type(number[-1]).desk.stage is Stage.HELPED
    assert typist.desk.form
    assert typist.desk.form.serial == number


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("{swapped}", "A digit of this number is wrong, or two are swapped."),
        ("{wrong}", "A digit of this number is wrong, or two are swapped."),
        ("1234⏎", "A form's number has 11 digits; 4 were typed."),
        ("x", "A form's number has digits only."),
        ("/", "No form with a number was typed here before this one."),
    ],
)
def test_what_is_no_number_is_told_at_once(typist: Typist, keys: str, told: str) -> None:
    number = serial()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    place = next(place for place in range(10) if number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    typist.type(keys.format(swapped=swapped, wrong=wrong))
    assert typist.desk.problem.startswith(told)
    assert typist.desk.stage is Stage.NUMBER
    assert typist.type("-").type(number).desk.stage is Stage.HELPED


def test_a_number_can_be_corrected_and_cleared(typist: Typist) -> None:
    assert typist.type("123⌫4").desk.entry == "124"
    assert typist.type("-").desk.entry == ""
    assert typist.type("12⎋").desk.entry == ""
    assert not typist.left
    assert typist.type("⎋").left


def test_the_language_of_the_forms_goes_round(typist: Typist) -> None:
    seen = [typist.type("*").desk.locale for _ in range(3)]
    assert seen == ["de@easy", "en", "de"]
    typist.type("**").begins(serial())
    assert "How satisfied are you with your visit?" in typist.sees()
    assert typist.stored()[-1].locale == "en"


@pytest.mark.parametrize(("key", "how"), [("⏎", Assisted.NO), ("/", Assisted.READ_ALOUD), ("*", Assisted.TYPED)])
def test_who_filled_it_in_is_one_key(typist: Typist, key: str, how: Assisted) -> None:
    typist.type(serial() + key)
    assert typist.asked == "satisfied"
    assert typist.stored()[-1].assisted is how


def test_nothing_is_begun_before_that_key(typist: Typist) -> None:
    typist.begins(serial())
    before = len(typist.stored())
    typist.type("⎋" + serial() + "-")
    assert typist.desk.stage is Stage.NUMBER
    assert len(typist.stored()) == before


# -- the questions


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("1", Answer(("very_satisfied",))),
        ("5", Answer(("very_dissatisfied",))),
        ("7", DONT_KNOW),
        ("8", REFUSED),
        ("0", SKIPPED),
        ("+", UNCLEAR),
    ],
)
def test_one_key_answers_a_choice(typist: Typist, keys: str, answer: Answer) -> None:
    typist.begins(serial()).type(keys)
    assert typist.asked == "waited"
    response = typist.stored()[-1]
    assert response.answers["satisfied"] == answer
    assert response.provenance["satisfied"] == Provenance(Via.READ_BY_STAFF)


@pytest.mark.parametrize(
    ("keys", "name", "answer"),
    [
        ("35⏎", "age", Answer(("35",))),
        ("3⌫40⏎", "age", Answer(("40",))),
        ("99-7⏎", "age", Answer(("7",))),
        ("0⏎", "age", Answer(("0",))),
        ("⏎", "age", SKIPPED),
        ("/", "age", DONT_KNOW),
        ("*", "age", REFUSED),
        ("+", "age", UNCLEAR),
        ("⏎13⏎", "means", Answer(("foot", "car"))),
        ("⏎31⏎", "means", Answer(("foot", "car"))),
        ("⏎1232⏎", "means", Answer(("foot", "car"))),
        ("⏎12⌫⏎", "means", Answer(("foot",))),
        ("⏎0", "means", SKIPPED),
        ("⏎7", "means", DONT_KNOW),
        ("⏎+", "means", UNCLEAR),
        ("⏎012⏎", "minutes", Answer(("12",))),
        ("⏎0⏎", "minutes", SKIPPED),
        ("⏎0⏎Mehr Bäume⏎", "words", Answer(("Mehr Bäume",))),
        ("⏎0⏎Mehr↓Bäume⏎", "words", Answer(("Mehr\nBäume",))),
        ("⏎0⏎Mehr Bü⌫äume 7+8-9/*⏎", "words", Answer(("Mehr Bäume 7+8-9/*",))),
        ("⏎0⏎Mehr Steine⇤ Bäume⏎", "words", Answer(("Mehr Bäume",))),
        ("⏎0⏎⏎", "words", SKIPPED),
        ("⏎0⏎ ⏎", "words", SKIPPED),
        ("⏎0⏎+⏎", "words", UNCLEAR),
    ],
)
def test_every_kind_of_question_by_number_pad(seats: Seats, keys: str, name: str, answer: Answer) -> None:
    typist = seats("kinds").begins(serial()).type(keys)
    assert not typist.desk.problem
    assert typist.asked != name
    assert typist.stored()[-1].answers[name] == answer


@pytest.mark.parametrize(
    ("survey", "keys", "told"),
    [
        ("counter", "6", "6 is no box of this question."),
        ("counter", "9", "9 is no box of this question."),
        ("counter", "⏎", "Choose first."),
        ("counter", "a", "a is no box of this question."),
        ("kinds", "130⏎", "This number is not among those that the question allows."),
        ("kinds", "a", "This question takes a number."),
        ("kinds", "3/", "This question takes a number."),
        ("kinds", "⏎⏎", "Choose first."),
        ("kinds", "⏎4", "4 is no box of this question."),
        ("kinds", "⏎17", "Boxes are chosen already."),
        ("kinds", "⏎10", "Boxes are chosen already."),
        ("kinds", f"⏎0⏎{'a' * (MAX_TEXT + 1)}⏎", "This text is too long."),
    ],
)
def test_after_a_wrong_key_nothing_is_taken_until_somebody_looked_up(
    seats: Seats, survey: str, keys: str, told: str
) -> None:
    """Whoever types from paper types on: the next digits were meant for the next questions."""
    typist = seats(survey).begins(serial()).type(keys)
    assert typist.desk.problem.startswith(told)
    asked, before = typist.asked, typist.stored()[-1]
    typist.type("1⏎2⏎3⏎")
    assert typist.desk.problem.startswith(told)
    assert (typist.asked, typist.stored()[-1]) == (asked, before)
    assert not typist.type("-").desk.problem
    assert typist.asked == asked


def test_a_text_that_is_too_long_is_still_there_to_be_shortened(seats: Seats) -> None:
    typist = seats("kinds").begins(serial()).type(f"⏎0⏎{'a' * (MAX_TEXT + 1)}⏎-")
    assert typist.type("⌫⏎").desk.stage is Stage.SUMMARY


@pytest.mark.parametrize("key", ["left", "f1", "tab", "delete", "ctrl+q", "shift+tab"])
def test_a_key_that_means_nothing_does_nothing(typist: Typist, key: str) -> None:
    for keys in ("", serial(), "⏎", "113⏎"):
        typist.type(keys)
        assert act(typist.desk, key).desk == typist.desk


# -- the route, and back


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        ("111", "remarks"),  # all was done: the form says go on with question 5
        ("112", "lacked"),
        ("110", "remarks"),
        ("112-", "got_done"),
        ("112-1", "remarks"),  # the answer changed, and with it the way
        ("112--", "waited"),
        ("112-⏎", "lacked"),  # Enter keeps what was there
        ("11⎋", ""),
        ("11-", "waited"),
    ],
)
def test_the_intake_decides_which_question_is_next(typist: Typist, keys: str, asked: str) -> None:
    assert typist.begins(serial()).type(keys).asked == asked


def test_back_from_the_first_question_leaves_the_form_for_later(typist: Typist) -> None:
    number = serial()
    assert typist.begins(number).type("2--").desk.stage is Stage.NUMBER
    assert "half typed" in typist.desk.news
    assert typist.type(number).desk.stage is Stage.IN_PART
    assert "Zufrieden" in typist.sees()


def test_what_is_stored_is_shown_and_typed_over(seats: Seats) -> None:
    typist = seats("kinds").begins(serial()).type("35⏎13⏎5⏎Mehr Bäume⏎")
    assert typist.desk.stage is Stage.SUMMARY
    assert typist.type("-").desk.entry == "Mehr Bäume"
    assert typist.type("!⎋").desk.entry == "5"
    assert typist.type("-").asked == "means"
    assert typist.type("⎋").desk.stage is Stage.NUMBER


@pytest.mark.parametrize(
    ("keys", "name", "answer"),
    [
        ("1⏎", "age", Answer(("35",))),  # kept
        ("140⏎", "age", Answer(("40",))),  # typed over, not added to
        ("1⌫⏎", "age", Answer(("3",))),
        ("2⏎", "means", Answer(("foot", "car"))),
        ("21⏎", "means", Answer(("car",))),
        ("20", "means", SKIPPED),
        ("37⏎", "minutes", Answer(("7",))),
        ("4!⏎", "words", Answer(("Mehr Bäume!",))),
        ("4⌫⌫⌫⌫⌫⌫⌫⌫⌫⌫⏎", "words", SKIPPED),
    ],
)
def test_from_the_summary_any_question_is_one_digit_away(seats: Seats, keys: str, name: str, answer: Answer) -> None:
    typist = seats("kinds").begins(serial()).type("35⏎13⏎5⏎Mehr Bäume⏎").type(keys)
    assert typist.desk.stage is Stage.SUMMARY
    assert typist.stored()[-1].answers[name] == answer


def test_a_question_off_the_route_is_not_to_be_changed(typist: Typist) -> None:
    typist.begins(serial()).type("111⏎4")
    assert typist.desk.problem == "There is no question 4 to change. Enter hands the form in."


# -- handing in


@pytest.mark.parametrize(
    ("keys", "news", "state"),
    [
        ("111⏎⏎", "The form is in.", State.COUNTED),
        ("100⏎⏎", "The form is in. It does not count: too few of its questions are answered.", State.EXCLUDED),
        ("110⏎⏎", "The form is in, as one answered in part.", State.COUNTED),
    ],
)
def test_enter_hands_it_in_and_asks_for_the_next_number(typist: Typist, keys: str, news: str, state: State) -> None:
    typist.begins(serial()).type(keys)
    assert (typist.desk.stage, typist.desk.news) == (Stage.NUMBER, news)
    assert typist.stored()[-1].state is state
    assert typist.stored()[-1].mode == "paper"


def test_forms_and_how_many_a_minute_are_counted() -> None:
    assert rate(()) == rate((5,)) == 0
    assert rate((0, MINUTE // 4, MINUTE // 2)) == 4
    assert rate((0, *range(100 * MINUTE, 110 * MINUTE, MINUTE))) == 1  # a break was long ago


def test_the_count_stands_in_the_corner(typist: Typist) -> None:
    for _ in range(3):
        typist.clock += MINUTE // 4
        typist.begins(serial()).type("111⏎⏎")
    assert "3 forms, 4.0 a minute" in typist.sees().splitlines()[0]


def test_the_receipt_code_is_the_number_on_the_form(typist: Typist) -> None:
    number = serial()
    typist.begins(number).type("111⏎⏎").leaves()
    assert show(typist.office.folder, {"code": [number]}) == 0


# -- the same number again


def test_a_form_that_is_in_is_told_with_its_answers_and_two_ways_on(typist: Typist) -> None:
    number = serial()
    typist.begins(number).type("111⏎⏎").type(number)
    assert typist.desk.stage is Stage.IS_IN
    assert "This form is in already" in typist.sees()
    assert "Sehr zufrieden" in typist.sees()
    assert typist.type("1234⏎5+").desk.stage is Stage.IS_IN  # who does not look up changes nothing
    before = len(typist.stored())
    assert typist.type("-").desk.stage is Stage.NUMBER
    assert len(typist.stored()) == before


def test_another_person_on_a_copy_of_the_sheet_is_a_response_of_its_own(typist: Typist) -> None:
    number = serial()
    typist.begins(number).type("111⏎⏎").type(f"{number}/⏎222").type("1⏎⏎")
    one, other = typist.stored()[-2:]
    assert one.answers["satisfied"].values == ("very_satisfied",)
    assert other.answers["satisfied"].values == ("satisfied",)


def test_a_pile_of_copies_takes_one_key_each(typist: Typist) -> None:
    number = serial()
    typist.begins(number).type("111⏎⏎")
    before = len(typist.stored())
    for _ in range(3):
        typist.type("/⏎111⏎⏎")
    assert len(typist.stored()) == before + 3
    assert all(response.state is State.COUNTED for response in typist.stored()[-3:])


def test_a_half_typed_form_goes_on_where_it_stopped(seats: Seats) -> None:
    number = serial()
    seats().begins(number).type("21")
    typist = seats().type(number)
    assert typist.desk.stage is Stage.IN_PART
    assert typist.type("12⏎3").desk.stage is Stage.IN_PART
    assert typist.type("+").asked == "got_done"
    typist.type("1⏎⏎")
    response = typist.stored()[-1]
    assert response.state is State.COUNTED
    assert response.answers["satisfied"].values == ("satisfied",)


def test_a_half_typed_text_is_there_as_far_as_it_was_typed(seats: Seats) -> None:
    number = serial()
    seats().begins(number).type("111Mehr Bän").pauses()
    typist = seats().type(number)
    assert "Mehr Bän" in typist.sees()
    typist.type("+")
    assert typist.desk.stage is Stage.SUMMARY
    typist.type("-ke⏎⏎")
    assert typist.stored()[-1].answers["remarks"] == Answer(("Mehr Bänke",))


def test_a_form_without_a_number_is_found_again_at_its_seat_alone(seats: Seats) -> None:
    seats(seat="window").begins().type("21")
    assert seats(seat="door").type("⏎").desk.stage is Stage.HELPED
    typist = seats(seat="window").type("⏎")
    assert typist.desk.stage is Stage.IN_PART
    assert "Is it this one?" in typist.sees()
    typist.type("+1⏎⏎")
    assert typist.desk.news == "The form is in."
    assert typist.type("⏎").desk.stage is Stage.HELPED  # the next one is another


def test_an_erased_form_is_not_typed_again_by_mistake(seats: Seats) -> None:
    number, typist = serial(), seats()
    typist.begins(number).type("111⏎⏎").leaves()
    erase(typist.office.folder, {"code": [number]})
    typist = seats().type(number)
    assert typist.desk.stage is Stage.IS_IN
    assert "were erased" in typist.sees()


@pytest.mark.peers
def test_two_who_begin_the_same_number_at_once_do_not_share_one_response(office: Office) -> None:
    """Two sheets may have one number: somebody copied an empty form."""
    number = serial()
    with Started(office.folder):
        one, other = Typist(office, "counter", seat="one"), Typist(office, "counter", seat="other")
        one.type(number)
        other.type(number)
        one.type("⏎1")
        other.type("⏎")
        assert other.desk.problem.startswith("Somebody else began a form of this number")
        assert other.type("--").type(number).desk.stage is Stage.IN_PART
        other.type("/⏎2")
        assert one.asked == other.asked == "waited"
        mine, theirs = one.stored()[-2:]
        assert (mine.answers["satisfied"].values, theirs.answers["satisfied"].values) == (
            ("very_satisfied",),
            ("satisfied",),
        )
        one.leaves()
        other.leaves()


KEYS = (*"0123456789" * 3, *"+-*/", *"aÄ .", *"⏎" * 8, *"⌫⎋↓⇤", *"11⏎⏎")  # as often as somebody presses them
SITTINGS = 12
PRESSED = 120  # keys a sitting


@pytest.mark.parametrize("seed", range(SITTINGS))
def test_whatever_is_pressed_the_screen_stands_and_what_is_stored_is_sound(seats: Seats, seed: int) -> None:
    chance = random.Random(seed)
    typist = seats(chance.choice(("kinds", "digital")), seat=f"any {seed}")
    numbers = [serial() for _ in range(3)]
    for _ in range(PRESSED):
        at_number = typist.desk.stage is Stage.NUMBER and not typist.desk.problem and chance.random() < 0.7
        typist.type(chance.choice((*numbers, "⏎")) if at_number else chance.choice(KEYS))
        if chance.random() < 0.1:
            typist.pauses()
        assert len(typist.sees().splitlines()) == 24
    for response in typist.stored():
        survey = typist.desk.survey
        for name, answer in response.answers.items():
            question = survey.question(name)
            assert question
            assert answer.missing or check(question, answer.values) == answer
