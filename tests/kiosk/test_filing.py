"""What becomes of scanned pages: the same responses in whatever order they come, nothing lost and nothing double; what
no machine can decide has a way out; what is erased or dismissed leaves no picture behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from kiosk.errors import RemoteError, UsageError
from kiosk.filing.states import Place, agree, place, relevant
from kiosk.scan import Decision, Page, PageState, Settled
from kiosk.store import upkeep
from kiosk.store.sheets import Earlier, Row
from kiosk.survey import Answer, Missing
from tests.kiosk.paper import (
    DAY,
    DIGITAL,
    EMPTY,
    FORM,
    ONE,
    OTHER,
    SKIPPED,
    TWO,
    UNKNOWN,
    Answers,
    House,
    chose,
    serial,
)

FILED, WAITING, REPEATED, CONFLICT = PageState.FILED, PageState.WAITING, PageState.REPEATED, PageState.CONFLICT
DISMISSED = PageState.DISMISSED
NOTICE_FIRST = replace(FORM, id="NNNNNNNN", asks=(2, 3))
NOT_ASKED = Answer(missing=Missing.NOT_ASKED)
ONE_COUNTED = {**ONE, "support": NOT_ASKED}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "office")
    yield house
    house.writer.close()


# What asks nothing


@pytest.mark.parametrize("comes", [None, 0, 2])
def test_the_page_with_the_notice_may_be_kept_by_its_reader(house: House, comes: int | None) -> None:
    """And where it comes, before or after the others, it goes with them."""
    house.intake.keep_form(NOTICE_FIRST)
    notice, *others = (replace(page, form=NOTICE_FIRST.id) for page in house.sheet(ONE))
    pages = others if comes is None else [*others[:comes], replace(notice, answers={}, doubts=()), *others[comes:]]
    states = house.file(*pages)
    assert states[-1] is FILED
    assert len(house.responses()) == 1
    assert not house.waiting()
    assert {f"{page.file}:{page.scan}" for page in pages if page.scan not in house.known_blobs()} == set()


def test_an_empty_back_waits_for_nobody(house: House) -> None:
    assert house.file(house.other(PageState.BLANK, "back")) == [PageState.BLANK]
    assert not house.waiting()
    assert house.known_blobs() == house.blobs() != set()


# The table


def row(number: int = 1, content: str = "x", state: PageState = FILED, copy: int = 1) -> Row:
    return Row(1, FORM.id, b"", "", number, copy, content, state, {}, (), None, 0, 0, b"")


READ = Page("f", 0, "n", FILED, 0, form=FORM.id, serial="1", number=1, content="x")
HERE, GONE = Earlier(1, 1, gone=False), Earlier(1, 1, gone=True)


@pytest.mark.parametrize(
    ("page", "known", "rows", "earlier", "where"),
    [
        (READ, True, [], [], Place.FREE),
        (READ, True, [row(number=2)], [], Place.FREE),
        (READ, True, [row()], [HERE], Place.SAME),
        (READ, True, [row(state=WAITING)], [], Place.SAME),
        (READ, True, [row(content="y"), row(state=CONFLICT, copy=0)], [HERE], Place.SAME),
        (READ, True, [row(content="y"), row(copy=2)], [HERE], Place.SAME),
        (READ, True, [row(content="y")], [HERE], Place.OTHER),
        (READ, True, [row(content="y", state=WAITING)], [], Place.OTHER),
        (READ, True, [row(content="y", copy=2)], [], Place.SHARED),
        (READ, True, [row(number=2, content="y"), row(number=2, state=CONFLICT, copy=0)], [HERE], Place.SHARED),
        (READ, True, [row(state=DISMISSED)], [], Place.FREE),
        (READ, True, [row()], [GONE], Place.GONE),
        (READ, True, [row(content="y")], [HERE, replace(GONE, episode=2)], Place.DOUBTED),
        (READ, True, [row(number=2, state=WAITING, copy=2)], [GONE], Place.DOUBTED),
        (READ, False, [], [], Place.UNKNOWN),
        (replace(READ, number=4), True, [], [], Place.NO_PAGE),
        (replace(READ, number=0), True, [], [], Place.NO_PAGE),
    ],
)
def test_where_a_page_belongs(page: Page, known: bool, rows: list[Row], earlier: list[Earlier], where: Place) -> None:
    assert place(page, FORM if known else None, rows, earlier) is where


@pytest.mark.parametrize(
    ("read", "typed", "same"),
    [
        (chose("good"), chose("good"), True),
        (chose("good"), chose("fair"), False),
        (chose("good"), None, False),
        (SKIPPED, None, True),
        (SKIPPED, chose("good"), False),
        (TWO, chose("good"), True),
        (chose("good"), NOT_ASKED, True),
    ],
)
def test_what_was_read_and_what_was_typed(read: Answer, typed: Answer | None, same: bool) -> None:
    assert agree({"skills": read}, {"skills": typed} if typed else {}) is same


@pytest.mark.parametrize(
    ("skills", "looked_at"),
    [
        (chose("poor"), True),  # asked, and left out
        (chose("good"), False),  # not to be answered
        (TWO, True),  # nobody knows yet
        (EMPTY, True),
        (SKIPPED, False),
    ],
)
def test_what_was_left_out_is_looked_at_where_it_may_have_to_be_answered(skills: Answer, looked_at: bool) -> None:
    answers, _ = relevant(DIGITAL, {"skills": skills, "support": EMPTY}, ())
    assert ("support" in answers) is looked_at


# From pages to a response


def test_the_last_page_makes_a_response_of_a_sheet(house: House) -> None:
    assert house.file(*house.sheet(ONE)) == [WAITING, WAITING, FILED]
    (response,) = house.responses()
    assert response.answers == ONE_COUNTED
    assert (response.locale, response.mode, response.disposition) == ("en", "paper", "complete")
    assert {one.via for name, one in response.provenance.items() if name != "support"} == {"read_by_machine"}
    assert house.waiting() == []
    assert house.doubts() == []
    assert house.blobs() == house.known_blobs()
    assert len(house.blobs()) == 3, "the scans, and not the picture of a question that did not apply"


def test_its_serial_is_the_code_that_erases_it_with_all_its_scans(house: House) -> None:
    house.file(*house.sheet(OTHER))
    assert len(house.blobs()) == 4, "three scans and one handwriting"
    assert house.intake.erase(serial(1))
    assert house.responses() == []
    assert house.blobs() == set()
    assert house.file(*house.sheet(OTHER), house.page(ONE, 1, file="later")) == [DISMISSED] * 4
    assert house.blobs() == set()


def test_a_sheet_that_waits_can_be_erased_and_does_not_come_back(house: House) -> None:
    house.file(house.page(OTHER, 3))
    assert house.intake.erase(serial(1))
    assert house.file(*house.sheet(OTHER, file="again")) == [DISMISSED] * 3
    assert (house.responses(), house.blobs(), house.waiting()) == ([], set(), [])


def test_a_sheet_of_which_nothing_could_be_read_can_be_erased_and_does_not_come_back(house: House) -> None:
    """What was seen of it goes, from the disk as well; and a better scan of it brings nothing."""
    assert not house.intake.erase(serial(1)), "nobody has seen it yet"
    house.file(replace(house.other(PageState.UNREADABLE, "poor"), form=FORM.id, serial=serial(1), number=2))
    assert house.intake.erase(serial(1))
    assert (house.waiting(), house.known_blobs(), house.blobs()) == ([], set(), set())
    assert house.file(*house.sheet(OTHER, file="better")) == [DISMISSED] * 3
    assert (house.responses(), house.waiting(), house.blobs()) == ([], [], set())
    assert house.intake.erase(serial(1)), "and again"


def test_pages_of_a_form_that_is_not_known_are_put_aside(house: House) -> None:
    """Which survey they answer nobody can say, so there is nothing that could keep others away."""
    house.file(*(replace(page, form=UNKNOWN.id) for page in house.sheet(ONE)))
    assert house.intake.erase(serial(1))
    assert (house.waiting(), house.known_blobs(), house.blobs()) == ([], set(), set())


def copied(house: House) -> None:
    """Two people on one sheet, and the first page of a third."""
    third = {**OTHER, "useful_at": chose("school_culture")}
    house.file(*house.sheet(ONE), *house.sheet(OTHER, first=3))
    house.intake.decide_page(house.waiting()[0].id, Decision.ANOTHER, "clerk")
    assert house.file(house.page(third, 1, file="third")) == [CONFLICT]


@pytest.mark.parametrize(("copy", "left"), [(1, [OTHER]), (2, [ONE_COUNTED])])
def test_each_of_those_who_share_a_sheet_can_be_erased(house: House, copy: int, left: list[Answers]) -> None:
    """With what nobody has decided about, for it may be theirs. What comes later may be, too: a person decides."""
    copied(house)
    assert house.intake.erase(serial(1), copy)
    assert (house.answers(), house.waiting()) == (left, [])
    assert house.blobs() == house.known_blobs()
    assert not house.intake.erase(serial(1), 3)
    later = house.file(*house.sheet(OTHER, file="again"))
    assert later == ([DISMISSED] * 3 if copy == 1 else [CONFLICT] * 3)
    assert all("was erased" in one.reason for one in house.waiting())


def test_a_copy_that_waits_can_be_erased_and_so_can_all(house: House) -> None:
    copied(house)
    house.intake.decide_page(house.waiting()[0].id, Decision.ANOTHER, "clerk")
    assert [(one.number, one.response is None) for one in house.copies()] == [(1, False), (2, False), (3, True)]
    assert house.intake.erase(serial(1), 3)
    assert (len(house.responses()), house.waiting()) == (2, [])
    assert all(house.intake.erase(serial(1), copy) for copy in (1, 2, 3))
    assert (house.responses(), house.blobs(), house.known_blobs()) == ([], set(), set())


def test_a_page_that_a_copy_waits_for_is_not_put_aside_with_who_was_erased(house: House) -> None:
    third = {**OTHER, "useful_at": chose("school_culture")}
    copied(house)
    house.intake.erase(serial(1), 2)
    house.file(house.page(third, 1, file="third once more"))
    house.intake.decide_page(house.waiting()[0].id, Decision.ANOTHER, "clerk")
    house.intake.erase(serial(1))
    assert house.file(house.page(third, 1, file="yet again"), house.page(third, 2, file="rest")) == [
        DISMISSED,
        CONFLICT,
    ]


def test_after_the_retention_nothing_leads_from_the_number_to_those_who_shared_it(house: House) -> None:
    """Their answers stay, and nobody can tell whose they were; what comes late is put aside."""
    copied(house)
    later = house.office.now() + 400 * DAY
    while house.writer.run(lambda connection: upkeep.purge(connection, later)):
        pass
    assert house.copies() == []
    assert not house.intake.erase(serial(1))
    assert not house.intake.erase(serial(1), 2)
    assert len(house.responses()) == 2
    assert house.file(*house.sheet(OTHER, file="late")) == [DISMISSED] * 3
    assert house.known_blobs() == set()


def test_erasure_takes_a_file_that_is_kept_for_a_damaged_page_of_it(house: House) -> None:
    """The page still waits, for it may be somebody else's; but the file shows the pages of who is erased."""
    house.file(*house.sheet(ONE), house.other(PageState.REFUSED, "pile", index=3))
    assert house.intake.erase(serial(1))
    assert [(one.state, one.scan) for one in house.waiting()] == [(PageState.REFUSED, "")]
    assert house.blobs() == house.known_blobs() == set()


@pytest.mark.parametrize("damaged", [0, 3])
def test_a_file_that_is_scanned_after_an_erasure_is_not_kept_for_a_damaged_page(house: House, damaged: int) -> None:
    house.file(*house.sheet(ONE))
    assert house.intake.erase(serial(1))
    pages = house.sheet(ONE, file="later", first=1 - bool(damaged))
    pages.insert(damaged, house.other(PageState.REFUSED, "later", index=damaged))
    assert sorted(house.file(*pages)) == [DISMISSED] * 3 + [PageState.REFUSED]
    assert house.blobs() == house.known_blobs() == set()


def test_what_is_left_out_is_judged_on_the_route(house: House) -> None:
    house.file(*house.sheet({**ONE, "skills": chose("poor")}))
    assert [doubt.question for doubt in house.doubts()] == ["support"]
    (response,) = house.responses()
    assert response.disposition == "partial", "two of three that are required"


def test_a_form_is_only_kept_with_its_survey(house: House) -> None:
    house.intake.keep_form(FORM)
    with pytest.raises(RemoteError, match="not known here"):
        house.intake.keep_form(replace(FORM, version="other"))


def test_a_form_counts_though_its_survey_is_over(house: House) -> None:
    """Paper comes late; and a form that was printed says which version it is of."""
    (house.office.folder / "surveys" / "digital.toml").unlink()
    assert house.file(*house.sheet(ONE))[-1] is FILED


# What comes twice


def test_a_file_that_is_read_again_changes_nothing(house: House) -> None:
    pages = house.sheet(OTHER)
    house.file(*pages)
    blobs = house.blobs()
    assert house.file(*house.sheet(OTHER)) == [FILED] * 3
    assert (len(house.responses()), house.blobs()) == (1, blobs)


def test_a_sheet_that_is_scanned_twice_is_one_response(house: House) -> None:
    house.file(*house.sheet(ONE))
    blobs = house.blobs()
    assert house.file(*house.sheet(ONE, file="second pile")) == [REPEATED] * 3
    assert (len(house.responses()), house.blobs(), house.waiting()) == (1, blobs, [])


def test_a_sheet_that_was_typed_in_is_not_counted_again(house: House) -> None:
    house.type_in(ONE)
    assert house.file(*house.sheet(ONE)) == [REPEATED] * 3
    assert len(house.responses()) == 1
    assert house.blobs() == set()


def test_a_sheet_that_was_typed_in_with_other_answers_goes_to_a_person(house: House) -> None:
    house.type_in(ONE)
    assert house.file(*house.sheet(OTHER)) == [CONFLICT] * 3
    assert [one.number for one in house.waiting()] == [1, 2, 3]
    assert house.answers() == [ONE_COUNTED]


def test_a_page_that_waited_while_its_sheet_was_typed_in(house: House) -> None:
    poor = replace(house.other(PageState.UNREADABLE, "poor"), form=FORM.id, serial=serial(1), number=2)
    house.file(house.page(OTHER, 1), poor, house.page(ONE, 3, index=2))
    house.type_in(ONE)
    house.intake.purge()
    assert [(one.state, one.number) for one in house.waiting()] == [(CONFLICT, 1)]
    assert house.answers() == [ONE_COUNTED]


def test_a_page_that_waits_is_never_put_into_what_was_typed(house: House) -> None:
    house.file(house.page(OTHER, 1))
    house.type_in(ONE)
    (waiting,) = house.waiting()
    assert house.intake.decide_page(waiting.id, Decision.COMPLETE, "clerk").state is CONFLICT
    assert [one.state for one in house.waiting()] == [CONFLICT]
    assert house.answers() == [ONE_COUNTED]


def test_a_poor_scan_is_settled_by_a_better_one(house: House) -> None:
    poor = replace(house.other(PageState.UNREADABLE, "poor"), form=FORM.id, serial=serial(1), number=2)
    house.file(poor, *house.sheet(ONE))
    assert house.waiting() == []
    assert house.blobs() == house.known_blobs()


# The ways out


def test_a_copied_sheet_is_a_response_of_its_own(house: House) -> None:
    house.file(*house.sheet(ONE))
    assert house.file(*house.sheet(OTHER, first=3)) == [CONFLICT] * 3
    first, *_ = house.waiting()
    house.intake.decide_page(first.id, Decision.ANOTHER, "clerk")
    assert house.waiting() == [], "its other pages lay beside it"
    assert house.answers() == [ONE_COUNTED, OTHER]
    assert house.intake.erase(serial(1))
    assert house.answers() == [OTHER], "the copy has a code of its own"
    assert house.blobs() == house.known_blobs()


def test_a_page_of_a_copy_that_looks_like_the_first_one_is_not_lost(house: House) -> None:
    copy = {**ONE, "skills": chose("very_good")}
    house.file(*house.sheet(ONE))
    assert house.file(*house.sheet(copy, first=3)) == [REPEATED, CONFLICT, REPEATED]
    house.intake.decide_page(house.waiting()[0].id, Decision.ANOTHER, "clerk")
    assert house.answers() == [ONE_COUNTED, {**copy, "support": NOT_ASKED}]


def test_pages_of_two_copies_in_any_order_are_put_together_by_a_person(house: House) -> None:
    third: Answers = {**OTHER, "useful_at": chose("offices", "school_culture"), "involved_by": chose("surveys")}
    house.file(*house.sheet(ONE))
    pages = [
        house.page(answers, number, file=f"{name}{number}")
        for number in (1, 2, 3)
        for name, answers in (("b", OTHER), ("c", third))
    ]
    assert house.file(*pages) == [CONFLICT, CONFLICT, CONFLICT, REPEATED, CONFLICT, CONFLICT]
    by_name = {one.name: one.id for one in house.waiting()} | {"c2.pdf": 7}
    for name in ("b1", "b2", "b3", "c1", "c2", "c3"):
        house.intake.decide_page(by_name[f"{name}.pdf"], Decision.ANOTHER, "clerk")
    assert house.answers() == [ONE_COUNTED, OTHER, third]


def test_a_page_of_a_copy_that_was_taken_for_a_repetition_is_named_where_it_is_missed(house: House) -> None:
    """Its pages came in files of their own, so nothing but a person can tell that it is no second scan."""
    copy = {**ONE, "skills": chose("very_good")}
    house.file(*house.sheet(ONE))
    pages = [house.page(copy, number, file=f"copy {number}") for number in (1, 2, 3)]
    assert house.file(*pages) == [REPEATED, CONFLICT, REPEATED]
    first = house.intake.decide_page(house.waiting()[0].id, Decision.ANOTHER, "clerk")
    assert first == Settled(WAITING, (2,), (1, 3))
    (waiting,) = house.waiting()
    assert [(one.number, one.name) for one in waiting.candidates] == [(1, "copy 1.pdf"), (3, "copy 3.pdf")]
    told = [house.intake.decide_page(one.id, Decision.ANOTHER, "clerk") for one in waiting.candidates]
    assert told == [Settled(WAITING, (1, 2), (3,)), Settled(FILED, (1, 2, 3))]
    assert house.answers() == [ONE_COUNTED, {**copy, "support": NOT_ASKED}]


def test_a_page_that_the_sheet_and_a_copy_of_it_lack_is_given_to_neither(house: House) -> None:
    """Beside a page of the copy it goes with that one, and alone to the copy first."""
    house.file(house.page(ONE, 1))
    assert house.file(*house.sheet(OTHER, file="copy")) == [CONFLICT] * 3
    assert house.intake.decide_page(house.waiting()[1].id, Decision.ANOTHER, "clerk") == Settled(FILED, (1, 2, 3))
    assert house.answers() == [OTHER]
    house.file(house.page({**OTHER, "useful_at": chose("school_culture")}, 1, file="third"))
    house.intake.decide_page(house.waiting()[1].id, Decision.ANOTHER, "clerk")
    assert house.file(house.page(ONE, 2, file="late")) == [CONFLICT]
    house.intake.decide_page(house.waiting()[1].id, Decision.COMPLETE, "clerk")
    assert house.intake.decide_page(house.waiting()[1].id, Decision.ANOTHER, "clerk") == Settled(WAITING, (1, 2), (3,))
    assert house.file(house.page(ONE, 3, file="last")) == [CONFLICT], "whose it is no machine can tell"
    assert house.intake.decide_page(house.waiting()[1].id, Decision.ANOTHER, "clerk") == Settled(FILED, (1, 2, 3))
    assert house.answers()[2] == ONE_COUNTED


def test_a_page_of_a_copy_never_fills_what_the_sheet_lacks(house: House) -> None:
    """Whether each page has a file of its own, as photos have, or empty backs lie between, or two pages are swapped."""
    house.file(house.page(ONE, 1), house.page(ONE, 2, index=1))
    for at, name in ((1, "photo"), (2, "duplex")):
        pages = [house.page(OTHER, number, index=at * number, file=f"{name} {number // at}") for number in (2, 3)]
        assert set(house.file(*pages)) <= {CONFLICT, REPEATED}
    assert house.answers() == []


def test_two_copies_in_one_file_with_empty_backs_stay_apart(house: House) -> None:
    house.file(*house.sheet(ONE))
    third = {**OTHER, "useful_at": chose("school_culture")}
    pages = [house.page(OTHER, number, index=2 * number, file="copies") for number in (1, 2, 3)]
    pages += [house.page(third, number, index=6 + 2 * number, file="copies") for number in (1, 2, 3)]
    house.file(*pages)
    while conflicts := [one for one in house.waiting() if one.state is CONFLICT]:
        assert house.intake.decide_page(conflicts[-1].id, Decision.ANOTHER, "clerk").state is FILED
    assert house.answers()[1:] in ([OTHER, third], [third, OTHER])


def test_a_page_of_a_copy_that_could_not_be_read_stays_on_the_list(house: House) -> None:
    house.file(*house.sheet(ONE))
    poor = replace(house.other(PageState.UNREADABLE, "poor"), form=FORM.id, serial=serial(1), number=2)
    house.file(poor, house.page(OTHER, 1, file="copy"))
    house.intake.purge()
    assert [one.state for one in house.waiting()] == [PageState.UNREADABLE, CONFLICT]


def test_an_erasure_takes_the_empty_backs_of_its_file_on_which_a_pen_may_shine_through(house: House) -> None:
    house.file(*house.sheet(ONE, file="duplex"), house.other(PageState.BLANK, "duplex", index=7))
    assert house.intake.erase(serial(1))
    assert (house.known_blobs(), house.blobs()) == (set(), set())


def test_a_sheet_without_its_last_page_is_taken_when_a_person_says_so(house: House) -> None:
    house.file(house.page(OTHER, 1), house.page(OTHER, 2, index=1))
    (waiting,) = house.waiting()
    assert (waiting.state, waiting.missing, waiting.serial) == (WAITING, (3,), serial(1))
    assert house.waiting(missing_since=1) == [], "not yet"
    assert house.intake.decide_page(waiting.id, Decision.COMPLETE, "clerk") == Settled(FILED, (1, 2))
    assert house.answers() == [{**OTHER, "involved_by": SKIPPED, "wishes": SKIPPED}]
    assert house.file(house.page(OTHER, 3, file="late")) == [CONFLICT]


@pytest.mark.parametrize(
    "state",
    [PageState.FOREIGN, PageState.UNKNOWN_FORM, PageState.UNREADABLE, PageState.REFUSED],
)
def test_what_cannot_be_read_is_kept_until_a_person_looked(house: House, state: PageState) -> None:
    assert house.file(house.other(state, "letter")) == [state]
    (waiting,) = house.waiting()
    assert (waiting.state, waiting.name, waiting.reason) == (state, "letter", "Why it is so.")
    assert house.office.blobs.read(waiting.scan) == b"blob"
    house.intake.decide_page(waiting.id, Decision.DISMISS, "clerk")
    assert (house.waiting(), house.blobs()) == ([], set())
    assert house.file(house.other(state, "letter")) == [DISMISSED]
    assert house.blobs() == set()


def test_pages_that_could_not_be_opened_have_their_file_until_the_last_of_them_is_decided(house: House) -> None:
    house.file(*(house.other(PageState.REFUSED, "pile", index=index) for index in (0, 3)))
    first, second = house.waiting()
    assert first.scan == second.scan != ""
    house.intake.decide_page(first.id, Decision.DISMISS, "clerk")
    assert [one.scan for one in house.waiting()] == [first.scan]
    assert house.office.blobs.read(first.scan) == b"blob"
    house.intake.decide_page(second.id, Decision.DISMISS, "clerk")
    assert house.blobs() == house.known_blobs() == set()


def test_a_page_that_can_be_opened_the_next_time_lets_its_file_go(house: House) -> None:
    """As where a worker took too long for it."""
    house.file(house.other(PageState.REFUSED, "pile", index=2), *house.sheet(ONE)[:2])
    assert house.file(house.page(ONE, 3, index=2)) == [FILED]
    assert house.blobs() == house.known_blobs()
    assert len(house.blobs()) == 3, "the scans"


def test_a_form_that_becomes_known_is_read_again(house: House) -> None:
    pages = house.sheet(ONE)
    unknown = [replace(page, form=UNKNOWN.id) for page in pages]
    assert house.file(*unknown) == [PageState.UNKNOWN_FORM] * 3
    house.intake.keep_form(UNKNOWN)
    assert house.file(*unknown) == [WAITING, WAITING, FILED]
    assert house.answers() == [ONE_COUNTED]
    assert house.blobs() == house.known_blobs()


def test_what_was_dismissed_comes_back_by_another_scan(house: House) -> None:
    """A sheet that waits is one line for a person, and is put aside as a whole."""
    house.file(*house.sheet(ONE)[:2])
    (waiting,) = house.waiting()
    assert house.intake.decide_page(waiting.id, Decision.DISMISS, "clerk") == Settled(DISMISSED, (1, 2))
    assert (house.waiting(), house.known_blobs()) == ([], set())
    with pytest.raises(UsageError, match="decided by clerk already"):
        house.intake.decide_page(waiting.id + 1, Decision.DISMISS, "clerk")
    assert house.file(*house.sheet(ONE, file="new")) == [WAITING, WAITING, FILED]


def test_a_decision_needs_a_page_a_fitting_one_and_a_name(house: House) -> None:
    house.file(house.other(PageState.BLANK, "back"), *house.sheet(ONE))
    refused = [
        (99, Decision.DISMISS, "clerk", "page.unknown"),
        (1, Decision.DISMISS, " ", "page.nobody"),
        (1, Decision.COMPLETE, "clerk", "page.misfit"),
        (2, Decision.DISMISS, "clerk", "page.misfit"),
    ]
    for number, decision, by, code in refused:
        with pytest.raises(UsageError) as told:
            house.intake.decide_page(number, decision, by)
        assert told.value.code == code
    house.intake.decide_page(1, Decision.DISMISS, "clerk")
    with pytest.raises(UsageError, match="decided by clerk already"):
        house.intake.decide_page(1, Decision.DISMISS, "clerk")


# What time does


def test_what_nobody_decided_is_decided_after_90_days(house: House) -> None:
    long_ago = house.office.now() - 91 * DAY
    house.file(
        house.page(ONE, 1, at=long_ago),
        house.other(PageState.FOREIGN, "letter", at=long_ago),
        house.page(OTHER, 1, file="copy", at=long_ago),
        house.page(ONE, 1, sheet=2, file="young"),
    )
    house.intake.purge()
    assert [(one.name, one.missing) for one in house.waiting()] == [("young.pdf", (2, 3))]
    assert house.responses()[0].answers["useful_at"] == ONE["useful_at"], "what was here counts"
    assert house.blobs() == house.known_blobs()
    assert len(house.blobs()) == 2


# Any order


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("filing") / "office")
    yield house
    house.writer.close()
    assert house.blobs() == house.known_blobs(), "no pictures of nothing, and nothing without its picture"


@settings(max_examples=25)
@given(data=st.data())
def test_in_any_order_and_any_number_of_times_it_is_the_same(busy: House, data: DataObject) -> None:
    """Pages of several people, shuffled, scanned twice, and read again after the office was stopped in between."""
    house, before = busy, len(busy.responses())
    people = data.draw(st.lists(sheets, min_size=1, max_size=3))
    order = data.draw(st.permutations(range(6 * len(people))))
    again, stop = data.draw(st.lists(st.sampled_from(order), max_size=4)), data.draw(st.integers(0, len(order)))
    pages = [
        page
        for sheet, answers in enumerate(people, start=before)
        for file in ("pile", "second")
        for page in house.sheet(answers, sheet, file=f"{file} {sheet}")
    ]
    house.file(*(pages[at] for at in order[:stop]))
    house.writer.close()
    house.open()
    assert set(house.file(*(pages[at] for at in [*order, *again]))) <= {WAITING, REPEATED, FILED}
    assert set(house.file(*pages)) == {REPEATED, FILED}
    here = len(house.responses())
    for sheet, answers in enumerate(people, start=here):
        house.file(*house.sheet(answers, sheet, file=f"in order {sheet}"))
    responses = house.answers()[before:]
    assert here - before == len(people)
    assert sorted(map(repr, responses[: len(people)])) == sorted(map(repr, responses[len(people) :]))
    assert house.waiting() == []


picked = [st.just(TWO), st.just(EMPTY)]
sheets: st.SearchStrategy[Answers] = st.fixed_dictionaries(
    {
        "useful_at": st.sampled_from([SKIPPED, chose("offices"), chose("offices", "shops_firms")]),
        "skills": st.one_of(*picked, st.sampled_from(["good", "poor"]).map(chose)),
        "support": st.one_of(*picked, st.sampled_from(["courses", "at_home"]).map(chose)),
        "involved_by": st.one_of(*picked, st.sampled_from(["surveys", "online"]).map(chose)),
        "wishes": st.sampled_from([SKIPPED, Answer(pending=True)]),
    }
)
