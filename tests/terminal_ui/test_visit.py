"""The visitor's state machine: total, forgetful, and never an answer on another question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import interview as engine
from kiosk.inputs import Chose, Consented, Declined, Input, Left, Reopened, SpokeLocale, Submitted
from kiosk.prompt import Disposition
from kiosk.survey import Missing
from terminal_ui.actions import (
    Back,
    Colour,
    Finish,
    Give,
    HandIn,
    Leaf,
    Letters,
    Noted,
    Open,
    Overlay,
    Pick,
    Print,
    Printed,
    Rub,
    Shut,
    Tick,
    Welcome,
    Write,
)
from terminal_ui.comfort import Colours
from terminal_ui.grid import GRIDS, STANDARD, Size
from terminal_ui.keys import meant
from terminal_ui.page import Look
from terminal_ui.pages import page
from terminal_ui.visit import Paper, Visit, act
from tests.terminal_ui.screens import scene, screens
from tests.terminal_ui.test_layout import CATALOGUES, surveys

OFTEN = surveys("often")
HOME = "de"


def after(*actions: object, start: Visit | None = None) -> Visit:
    visit = start or Visit(HOME)
    for action in actions:
        visit = act(visit, action, OFTEN, HOME).visit  # type: ignore[arg-type]
    return visit


BEGUN = after(Welcome("de"), Give(Consented(True)))
DONE = after(
    Give(Declined(Missing.SKIPPED, "six")),
    Give(Chose(("5",), "minutes")),
    Give(Chose(("good",), "three")),
    Give(Submitted()),
    start=BEGUN,
)


def test_one_open_survey_begins_at_once_and_of_several_one_is_picked() -> None:
    assert after(Welcome("en")).interview is not None
    both = (*OFTEN, *surveys("vote"))
    asked = act(Visit(HOME), Welcome("en"), both, HOME).visit
    assert asked.interview is None
    picked = act(asked, Pick("vote"), both, HOME).visit
    assert picked.interview is not None
    assert picked.interview.survey.name == "vote"


def test_ticks_are_handed_in_in_the_order_of_the_questionnaire() -> None:
    ticked = after(Tick("six", "foot"), Tick("six", "bus"), Tick("six", "car"), Tick("six", "car"), start=BEGUN)
    step = act(ticked, HandIn("six"), OFTEN, HOME)
    assert step.inputs == (Chose(("bus", "foot"), "six"),)


def test_nothing_ticked_is_told_and_not_recorded() -> None:
    step = act(BEGUN, HandIn("six"), OFTEN, HOME)
    assert step.inputs == ()
    assert step.visit.interview is not None
    assert step.visit.interview.answers == {}


def test_a_number_takes_digits_only_and_one_out_of_range_stays_to_be_mended() -> None:
    at_number = after(Give(Declined(Missing.SKIPPED, "six")), start=BEGUN)
    written = after(*(Write("minutes", sign) for sign in "9x99"), start=at_number)
    assert written.draft.text == "999"
    refused = act(written, HandIn("minutes"), OFTEN, HOME)
    assert refused.inputs == ()
    assert refused.visit.draft.text == "999"
    mended = act(after(Rub("minutes"), start=refused.visit), HandIn("minutes"), OFTEN, HOME)
    assert mended.inputs == (Chose(("99",), "minutes"),)


def test_who_is_misunderstood_twice_sees_where_help_is() -> None:
    def looks(visit: Visit) -> list[Look]:
        shown = page(scene(visit, CATALOGUES, OFTEN), STANDARD.least)
        return [target.look for target in shown.targets if target.action == Open(Overlay.HELP)]

    read = after(Noted(("before",)), start=BEGUN)
    assert looks(after(HandIn("six"), start=read)) == [Look.TOOL]
    assert looks(after(HandIn("six"), HandIn("six"), start=read)) == [Look.CHOICE]


def test_what_was_meant_for_another_question_goes_nowhere() -> None:
    assert after(Tick("three", "good"), Write("minutes", "5"), HandIn("minutes"), start=BEGUN) == BEGUN


def test_an_old_answer_stands_in_the_draft_and_going_back_keeps_it() -> None:
    answered = after(Tick("six", "bus"), HandIn("six"), start=BEGUN)
    back = act(answered, Back(), OFTEN, HOME)
    assert back.inputs == (Reopened("six"),)
    assert back.visit.draft.ticks == {"bus"}


def test_before_the_first_question_leaving_is_asked_once() -> None:
    asked = act(BEGUN, Back(), OFTEN, HOME)
    assert asked.visit.overlay is Overlay.LEAVE
    assert asked.inputs == ()
    gone = act(asked.visit, Finish(), OFTEN, HOME)
    assert gone.inputs == (Left(),)
    assert gone.visit == Visit(HOME)


def test_another_language_loses_neither_answers_nor_what_is_being_written() -> None:
    written = after(Give(Declined(Missing.SKIPPED, "six")), Write("minutes", "4"), start=BEGUN)
    spoken = after(Open(Overlay.LANGUAGE), Give(SpokeLocale("en")), start=written)
    assert spoken.locale == "en"
    assert spoken.overlay is None
    assert spoken.draft.text == "4"


def test_what_was_begun_stays_while_somebody_looks_back_and_goes_with_them() -> None:
    begun = after(Tick("six", "bus"), HandIn("six"), Write("minutes", "4"), start=BEGUN)
    back = after(Back(), start=begun)
    assert back.draft.ticks == {"bus"}
    ticked = after(Tick("six", "car"), HandIn("six"), start=back)
    assert (ticked.draft.question, ticked.draft.text) == ("minutes", "4")
    over = after(HandIn("minutes"), Back(), start=ticked)
    assert over.draft.text == "4"
    assert after(Finish(), start=ticked) == Visit(HOME)


def test_back_from_the_notice_goes_to_the_choice_between_surveys() -> None:
    both = (*OFTEN, *surveys("vote"))
    asked = act(act(Visit(HOME), Welcome("en"), both, HOME).visit, Colour(Colours.NIGHT), both, HOME).visit
    picked = act(asked, Pick("vote"), both, HOME).visit
    assert act(picked, Back(), both, HOME).visit == asked
    assert after(Welcome("de"), Back()) == Visit(HOME)


def test_the_question_whether_somebody_is_there_gives_back_what_it_lay_over() -> None:
    reading = after(Open(Overlay.NOTICE), Leaf(1), start=BEGUN)
    for answer in (Shut(), Back()):
        assert after(Open(Overlay.STILL_HERE), answer, start=reading) == reading
        assert after(Open(Overlay.STILL_HERE), answer, start=BEGUN) == BEGUN


def test_colours_and_language_fall_back_after_each_person() -> None:
    assert after(Colour(Colours.NIGHT), Give(SpokeLocale("en")), Finish(), start=BEGUN) == Visit(HOME)


def test_a_screen_that_follows_a_longer_one_begins_with_its_first_page() -> None:
    """Else the answers would stand on a page that nobody turned to, and the first way back would lead nowhere."""
    noted = after(Leaf(1), Noted(("before",)), start=BEGUN)
    larger = after(Leaf(1), Letters(True), start=BEGUN)
    english = after(Leaf(1), Give(SpokeLocale("en")), start=BEGUN)
    assert (noted.sheet, larger.sheet, english.sheet) == (0, 0, 0)
    assert after(Open(Overlay.NOTICE), Leaf(3), Letters(True), start=BEGUN).leaf == 0
    assert after(Leaf(1), Give(SpokeLocale("de")), start=BEGUN).sheet == 1, "the same language changes nothing"


@pytest.mark.parametrize("size", [grid.least for grid in GRIDS])
@pytest.mark.parametrize("locale", ["de", "de@easy", "en"])
def test_a_key_that_writes_no_sign_answers_nothing(size: Size, locale: str) -> None:
    """Arrows, Tab and what else a keyboard has: they move the focus or do nothing."""
    for here, shown in screens(CATALOGUES, OFTEN, locale, size):
        for key in ("up", "down", "left", "right", "tab", "insert", "f11", "f12"):
            comfort = here.visit.comfort
            assert meant(shown, key, "", comfort, speech=True, letters=True) is None, shown.name


@pytest.mark.parametrize("size", [grid.least for grid in GRIDS])
@pytest.mark.parametrize("locale", ["de", "de@easy", "en"])
@pytest.mark.parametrize("name", ["counter", "often"])
def test_the_digit_that_reads_on_answers_nothing_that_comes_next(name: str, locale: str, size: Size) -> None:
    """Who reads by pages presses it again and again, and must not have said no, or anything else, at the end."""
    asked = surveys(name)
    consent = act(Visit(HOME), Welcome(locale), asked, HOME).visit
    for here in (consent, act(consent, Give(Consented(True)), asked, HOME).visit):
        keys = page(scene(here, CATALOGUES, asked), size).shortcuts
        for key in [key for key, action in keys.items() if isinstance(action, Leaf | Noted)]:
            visit, action = here, keys.get(key)
            while isinstance(action, Leaf | Noted):
                visit = act(visit, action, asked, HOME).visit
                action = page(scene(visit, CATALOGUES, asked), size).shortcuts.get(key)
            assert action is None or act(visit, action, asked, HOME).inputs == ()


@pytest.mark.parametrize("size", [grid.least for grid in GRIDS])
def test_when_the_button_to_print_has_gone_the_keys_begin_at_the_way_out(size: Size) -> None:
    failed = after(Print(), Printed(False), start=DONE)
    for before in (DONE, failed):
        offered, printed = (
            page(scene(visit, CATALOGUES, OFTEN), size) for visit in (before, after(Print(), start=before))
        )
        assert offered.name != printed.name
        assert printed.targets[printed.focus].action == Finish()


def test_only_a_code_that_there_is_goes_on_paper_and_once() -> None:
    refused = after(Welcome("de"), Give(Consented(False)))
    assert refused.interview is not None
    assert refused.interview.closed is Disposition.REFUSAL
    for visit in (Visit(HOME), after(Welcome("de")), BEGUN, refused):
        assert after(Print(), start=visit) == visit
    asked = after(Print(), start=DONE)
    assert asked.paper is Paper.ASKED
    printed = after(Printed(True), start=asked)
    for visit in (asked, printed):
        assert after(Print(), start=visit) == visit


@pytest.mark.parametrize("size", [grid.least for grid in GRIDS])
def test_when_the_printer_fails_it_may_be_tried_again(size: Size) -> None:
    failed = after(Print(), Printed(False), start=DONE)
    shown = page(scene(failed, CATALOGUES, OFTEN), size)
    assert CATALOGUES[HOME].say("terminal.print.failed") in shown.spoken
    assert Print() in [target.action for target in shown.targets]
    assert after(Print(), Printed(True), start=failed).paper is Paper.DONE


TOUCHES = st.lists(st.integers(min_value=0, max_value=45), max_size=60)


@given(TOUCHES, st.sampled_from([STANDARD.least, Size(100, 30), Size(20, 5)]))
@settings(max_examples=60)
def test_whatever_is_touched_there_is_a_screen_and_a_way_on(touches: Sequence[int], size: Size) -> None:
    """Random touches on what is really shown. The recorded inputs alone, replayed, give the same interview."""
    visit, recorded = Visit(HOME), list[Input]()
    for touch in touches:
        shown = page(scene(visit, CATALOGUES, OFTEN), size)
        if size.holds(STANDARD.least):
            assert shown.targets
            assert not shown.faults
        if not shown.targets:
            return
        step = act(visit, shown.targets[touch % len(shown.targets)].action, OFTEN, HOME)
        if step.visit.interview is None:
            recorded.clear()
        recorded.extend(step.inputs if step.visit.interview else ())
        visit = step.visit
        if visit.interview is not None:
            begun, _ = engine.begin(visit.interview.survey, visit.interview.locale)
            again, _ = engine.replay(begun, recorded)
            assert again.answers == visit.interview.answers
            assert again.closed == visit.interview.closed


def test_the_end_has_no_way_back() -> None:
    answers = (
        Declined(Missing.SKIPPED, "six"),
        Chose(("5",), "minutes"),
        Chose(("good",), "three"),
        Submitted(),
    )
    done = after(*(Give(answer) for answer in answers), start=BEGUN)
    assert done.interview is not None
    assert done.interview.closed
    assert act(done, Back(), OFTEN, HOME).visit == done
