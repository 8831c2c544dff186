"""One person at the terminal, as a pure state machine around the interview's own.

    attract -> which survey -> [interview: notice -> questions -> review -> done] -> attract

What is on the screen follows from this value alone, as the interview's position follows from its answers. `act` never
raises and never touches a clock, a file or a screen: it returns the next visit and the inputs that have to be on disk
before it is shown. Wiping is therefore one assignment: a new `Visit` holds nothing of the last person, because there
is no other place where anything of a person is kept.

The interview's inputs that were not understood (a number out of range) change what is shown and are not recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk import interview as engine
from kiosk.inputs import Chose, Input, Left, Reopened, SpokeLocale
from kiosk.interview import Interview
from kiosk.prompt import Ask, Close, Disposition, Prompt, Review
from kiosk.survey import MAX_TEXT, Answer, Kind, Survey
from terminal_ui.actions import (
    Action,
    Again,
    Arrange,
    Back,
    Colour,
    Faster,
    Finish,
    Give,
    HandIn,
    Leaf,
    Letters,
    Listen,
    Louder,
    Noted,
    Open,
    Overlay,
    Pick,
    Print,
    Printed,
    Rub,
    Shift,
    Shut,
    Signs,
    Tick,
    Welcome,
    Write,
)
from terminal_ui.comfort import Comfort

DIGITS = "0123456789"
LONGEST_NUMBER = 9  # digits: they fit the display, and `checks` refuses a question that asks for more


class Paper(StrEnum):
    """How far it is with the code on paper."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that is being made and was not handed in yet."""

    question: str = ""
    ticks: frozenset[str] = frozenset()
    text: str = ""
    shifted: bool = False
    signs: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """All there is to know about who stands here. `welcomed`: a language was chosen, so it is no longer the first
    screen. `sheet` counts the pages of a screen that needs several, `leaf` those of an overlay. `under` is what the
    question whether somebody is still there lies over; `drafts` are the answers that were begun and left by going to
    another question."""

    locale: str
    welcomed: bool = False
    interview: Interview | None = None
    prompt: Prompt | None = None
    draft: Draft = field(default_factory=Draft)
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    noted: frozenset[str] = frozenset()
    overlay: Overlay | None = None
    under: Overlay | None = None
    sheet: int = 0
    leaf: int = 0
    comfort: Comfort = field(default_factory=Comfort)
    paper: Paper = Paper.NOT_ASKED

    @property
    def untouched(self) -> bool:
        """Nobody is here: the first screen as every visitor finds it."""
        return self == Visit(self.locale)

    @property
    def may_print(self) -> bool:
        """Whether there is a code to put on paper: nothing of who refused can be looked up. Once, and again where that
        failed."""
        closed = self.interview.closed if self.interview else None
        return closed not in (None, Disposition.REFUSAL) and self.paper in (Paper.NOT_ASKED, Paper.FAILED)


@dataclass(frozen=True, slots=True)
class Step:
    """What an action led to. `inputs` were accepted by the interview, in order."""

    visit: Visit
    inputs: tuple[Input, ...] = ()


def act(visit: Visit, action: Action, surveys: tuple[Survey, ...], home: str) -> Step:
    """The visit after one action. `surveys` are those open now, `home` the language of the first screen."""
    match action:
        case Finish():
            return _finish(visit, home)
        case Letters():  # another grid has other pages
            return Step(replace(visit, comfort=_comfort(visit.comfort, action), sheet=0, leaf=0))
        case Colour() | Arrange() | Listen() | Again() | Faster() | Louder():
            return Step(replace(visit, comfort=_comfort(visit.comfort, action)))
        case Print():
            return Step(replace(visit, paper=Paper.ASKED) if visit.may_print else visit)
        case Printed(done):
            return Step(replace(visit, paper=Paper.DONE if done else Paper.FAILED) if _prints(visit) else visit)
        case Open(overlay):
            return Step(_opened(visit, overlay))
        case Shut():
            return Step(_shut(visit))
        case Leaf(pages):
            return Step(_leafed(visit, pages))
        case Back():
            return _back(visit, surveys, home)
        case Welcome(locale):
            return Step(_welcome(visit, locale, surveys))
        case Pick(name):
            return Step(_pick(visit, name, surveys))
        case Give(given):
            return _give(visit, given)
        case Noted(notes):
            return Step(replace(visit, noted=visit.noted.union(notes), sheet=0))
        case _:
            return _write(visit, action)


def _comfort(comfort: Comfort, action: Action) -> Comfort:
    match action:
        case Letters(large):
            return replace(comfort, large=large)
        case Colour(colours):
            return replace(comfort, colours=colours)
        case Arrange(order):
            return replace(comfort, order=order)
        case Listen():
            return replace(comfort, listening=not comfort.listening)
        case Again():
            return replace(comfort, listening=True)
        case Faster(steps):
            return comfort.faster(steps)
        case Louder(steps):
            return comfort.louder(steps)
        case _:
            return comfort


def _prints(visit: Visit) -> bool:
    """Whether the printer's word is meant for this visit: that of the last one may come late."""
    return visit.paper is Paper.ASKED


def _leafed(visit: Visit, pages: int) -> Visit:
    if visit.overlay is not None:
        return replace(visit, leaf=max(0, visit.leaf + pages))
    return replace(visit, sheet=max(0, visit.sheet + pages))


def unread(visit: Visit) -> tuple[str, ...]:
    """The notes that come before what is asked now and were not shown yet."""
    notes = visit.prompt.notes if isinstance(visit.prompt, Ask | Review) else ()
    return tuple(note for note in notes if note not in visit.noted)


def in_locale(surveys: Iterable[Survey], locale: str) -> tuple[Survey, ...]:
    """Those that can be asked in this language."""
    return tuple(survey for survey in surveys if locale in survey.locales)


def _finish(visit: Visit, home: str) -> Step:
    running = visit.interview is not None and not visit.interview.closed
    return Step(Visit(home), (Left(),) if running else ())


def _welcome(visit: Visit, locale: str, surveys: tuple[Survey, ...]) -> Visit:
    if visit.interview is not None:
        return visit
    here = replace(visit, locale=locale, welcomed=True, overlay=None, sheet=0)
    offered = in_locale(surveys, locale)
    return _pick(here, offered[0].name, offered) if len(offered) == 1 else here


def _pick(visit: Visit, name: str, surveys: tuple[Survey, ...]) -> Visit:
    survey = next((survey for survey in in_locale(surveys, visit.locale) if survey.name == name), None)
    if survey is None or visit.interview is not None:
        return visit
    interview, prompt = engine.begin(survey, visit.locale, review=True)
    return replace(visit, interview=interview, prompt=prompt, overlay=None, sheet=0)


def _opened(visit: Visit, overlay: Overlay) -> Visit:
    """The question whether somebody is still there interrupts; everything else is opened by somebody who is."""
    if overlay is Overlay.STILL_HERE:
        return replace(visit, overlay=overlay, under=visit.overlay)
    return replace(visit, overlay=overlay, under=None, leaf=0)


def _shut(visit: Visit) -> Visit:
    if visit.overlay is Overlay.STILL_HERE:
        return replace(visit, overlay=visit.under, under=None)
    return replace(visit, overlay=None, leaf=0)


def _back(visit: Visit, surveys: tuple[Survey, ...], home: str) -> Step:
    """The overlay closes; else the page before; else the question before; else the choice between surveys, where there
    is one; else it is asked whether to stop, once something may be lost."""
    if visit.overlay is not None:
        return Step(_shut(visit))
    if visit.sheet > 0:
        return Step(_leafed(visit, -1))
    interview = visit.interview
    if interview is None:
        return _finish(visit, home)
    if interview.consent is None:
        several = len(in_locale(surveys, visit.locale)) > 1
        chooses = Visit(visit.locale, welcomed=True, comfort=visit.comfort)
        return Step(chooses) if several else _finish(visit, home)
    if interview.closed:
        return Step(visit)
    before = engine.question_before(interview)
    return _give(visit, Reopened(before)) if before else Step(_opened(visit, Overlay.LEAVE))


def _give(visit: Visit, given: Input) -> Step:
    """Hand one input to the interview. A language counts for the screens before it, too."""
    if isinstance(given, SpokeLocale) and visit.interview is None:
        return Step(replace(visit, locale=given.locale, overlay=None, sheet=0))
    if visit.interview is None or visit.interview.closed:
        return Step(visit)
    interview, prompt = engine.advance(visit.interview, given)
    drafts = {} if isinstance(prompt, Close) else _kept(visit, given)
    keeps_overlay = visit.overlay is Overlay.HELP  # who says how they are helped sees the tick they made
    moved = replace(
        visit,
        locale=interview.locale,
        interview=interview,
        prompt=prompt,
        draft=_draft(visit.draft, drafts, interview, prompt),
        drafts=drafts,
        overlay=visit.overlay if keeps_overlay else None,
        under=None,
        leaf=visit.leaf if keeps_overlay else 0,
        sheet=visit.sheet if _same_screen(visit, interview, prompt) else 0,
    )
    misunderstood = not isinstance(prompt, Close) and prompt.problem is not None
    return Step(moved, () if misunderstood else (given,))


def _same_screen(visit: Visit, interview: Interview, prompt: Prompt) -> bool:
    """Whether the page stays that was turned to: where nothing new is asked, nothing was misunderstood, and the words
    are the same, for in another language they fill other pages."""
    return visit.prompt == prompt and visit.locale == interview.locale


def _kept(visit: Visit, given: Input) -> dict[str, Draft]:
    """The drafts that stay: this one too, but none of a question that is answered now."""
    drafts = {**visit.drafts, visit.draft.question: visit.draft} if visit.draft.question else dict(visit.drafts)
    drafts.pop(getattr(given, "to", ""), None)
    return drafts


def _draft(draft: Draft, drafts: Mapping[str, Draft], interview: Interview, prompt: Prompt) -> Draft:
    """The same draft while the same question is asked; for another the one that was begun, or the answer it had, or an
    empty one."""
    if not isinstance(prompt, Ask):
        return Draft()
    if prompt.question == draft.question:
        return draft
    if prompt.question in drafts:
        return drafts[prompt.question]
    old = interview.answers.get(prompt.question, Answer())
    question = interview.survey.question(prompt.question)
    written = question is not None and question.kind in (Kind.TEXT, Kind.INTEGER)
    text = " ".join(old.values) if written else ""
    return Draft(prompt.question, frozenset() if written else frozenset(old.values), text, shifted=not text)


def _write(visit: Visit, action: Action) -> Step:
    """Ticks, letters and digits go into the draft of the question they were meant for, or nowhere."""
    draft = visit.draft
    if not isinstance(visit.prompt, Ask) or visit.overlay or visit.interview is None:
        return Step(visit)
    if getattr(action, "question", None) != draft.question or not draft.question:
        return Step(visit)
    match action:
        case Tick(_, value):
            draft = replace(draft, ticks=draft.ticks ^ {value})
        case Write(name, sign):
            draft = _written(draft, sign, visit.interview.survey, name)
        case Rub():
            draft = replace(draft, text=draft.text[:-1], shifted=len(draft.text) <= 1)
        case Shift():
            draft = replace(draft, shifted=not draft.shifted)
        case Signs():
            draft = replace(draft, signs=not draft.signs)
        case HandIn(name):
            return _give(visit, Chose(_values(visit.interview.survey, name, draft), name))
        case _:
            pass
    return Step(replace(visit, draft=draft))


def _written(draft: Draft, sign: str, survey: Survey, name: str) -> Draft:
    question = survey.question(name)
    number = question is not None and question.kind is Kind.INTEGER
    if number and sign not in DIGITS:
        return draft
    text = draft.text + sign
    if len(text) > (LONGEST_NUMBER if number else MAX_TEXT):
        return draft
    return replace(draft, text=text, shifted=text.rstrip(" ").endswith((".", "!", "?")) and text.endswith(" "))


def _values(survey: Survey, name: str, draft: Draft) -> tuple[str, ...]:
    question = survey.question(name)
    if question is not None and question.choices:
        return tuple(choice.name for choice in question.choices if choice.name in draft.ticks)
    return (draft.text,)
