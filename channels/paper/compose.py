"""From a survey to a printed form: what stands on it, and in which order.

    first       who asks, what about, how to fill in, what the number is for, the whole privacy notice, and what handing
                the form in means: the consent (recital 32 GDPR: a clear affirmative act)
    questions   numbered as in every channel, each with its conditions, its hint and its boxes (see asked, routing)
    last        where to hand it in, and thanks

The words are those of the paper mode. What is measured here is measured with the very letters that are drawn, and the
same survey always gives the same sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from babel.dates import format_date

from channels.paper import MODE
from channels.paper.asked import asked, notes
from channels.paper.layout import (
    BOLD,
    BOTTOM_MM,
    BRIEF,
    CODE,
    HEADING,
    LEFT_MM,
    MARK,
    NUMBER,
    QUESTION,
    ROOM_MM,
    TEXT,
    TITLE,
    TOP_MM,
    Block,
    Pages,
)
from channels.paper.letters import FIRM, broken, lacking, width_mm
from channels.paper.placed import Example, Printed, Text, Thing
from channels.paper.reading import MarkState
from channels.paper.routing import steps
from channels.paper.sheet import BOX_MM, HEIGHT_MM, MOST_PAGES, TAG_INSET_MM, TAG_MM, WIDTH_MM, Shape, Sheet
from kiosk.catalogue import Catalogue
from kiosk.errors import ConfigError, Fault, SurveyError
from kiosk.survey import Kind, Survey
from kiosk.wording import House, full_notice, tell

CLEAR_MM = 4.0  # white beside tags and code
HEAD_MM = TAG_INSET_MM + TAG_MM + CLEAR_MM  # from the paper's edge to the words between the tags
BESIDE_CODE_MM = CODE.x_mm - CLEAR_MM - HEAD_MM  # the room for them at either side of the code
HEAD_LINES = 3  # beside the code
LINES_TOGETHER = 12  # of a paragraph that is no question; a longer one may go on overleaf
EXAMPLES = (  # of filling in, each with the message beside it
    (Shape.CIRCLE, MarkState.EMPTY, MarkState.MARKED, "paper.fill.circle"),
    (Shape.SQUARE, MarkState.MARKED, MarkState.MARKED, "paper.fill.square"),
    (Shape.CIRCLE, MarkState.CANCELLED, MarkState.MARKED, "paper.fill.mistake"),
)
EXAMPLE_PITCH_MM = 12.0
EXAMPLES_GAP_MM = 4.0  # above them


def compose(survey: Survey, catalogue: Catalogue, house: House) -> Printed:
    """The whole form. Raises SurveyError for a survey that does not fit on paper, ConfigError without the fonts, or for
    a phone that does not fit."""
    house = replace(house, phone=_dialled(house.phone))
    pages = Pages()
    for block in _blocks(survey, catalogue, house):
        if block.height_mm > BOTTOM_MM - TOP_MM:
            raise _unfit(survey, catalogue, "it is longer than a page", "Say it shorter", block.question)
        pages.put(block)
    if len(pages.pages) > MOST_PAGES:
        raise _unfit(survey, catalogue, f"it has {len(pages.pages)} pages", f"Say it shorter: {MOST_PAGES} at most")
    for number in range(1, len(pages.pages) + 1):
        pages.surround(number, _around(number, len(pages.pages), survey, catalogue, house))
    things = pages.things()
    if signs := lacking("".join(thing.text for page in things for thing in page if isinstance(thing, Text))):
        raise _unfit(survey, catalogue, f"the letters have no {signs}", "Write the survey and the house's name without")
    return Printed(
        Sheet(survey.name, survey.version, catalogue.locale, pages.sheet_pages()),
        title=survey.title[catalogue.locale],
        house=house.name,
        language=_language(catalogue),
        labels={question.name: question.label_for(MODE, catalogue.locale) for question in survey.questions},
        things=things,
        entries=pages.entries(),
    )


def _unfit(survey: Survey, catalogue: Catalogue, what: str, remedy: str, question: str = "") -> SurveyError:
    return SurveyError([Fault(f"{survey.name}.toml", f"on paper {what}", remedy, question, catalogue.locale)])


def _blocks(survey: Survey, catalogue: Catalogue, house: House) -> Iterator[Block]:
    yield _head(survey, catalogue, house)
    yield from _how(survey, catalogue, house)
    yield from _privacy(survey, catalogue, house)
    for step in steps(survey)[:-1]:
        yield asked(step, survey, catalogue, house)
    yield _end(survey, catalogue, house)


# -- Before the questions


def _head(survey: Survey, catalogue: Catalogue, house: House) -> Block:
    block = Block()
    for line, look in ((house.name, BOLD), (house.address, TEXT)):
        if line:
            block.text(line, look)
    block.entry(survey.title[catalogue.locale])
    block.text(survey.title[catalogue.locale], TITLE)
    block.text(survey.brief_for(MODE, catalogue.locale), BRIEF)
    return block


def _how(survey: Survey, catalogue: Catalogue, house: House) -> Iterator[Block]:
    squares = any(question.kind is Kind.SELECT_MULTIPLE for question in survey.questions)
    fill = _section(catalogue.say("paper.fill"), catalogue.say("paper.fill.pen"))
    fill.height_mm += EXAMPLES_GAP_MM
    for shape, first, second, message in EXAMPLES:
        if squares or shape is not Shape.SQUARE:
            _examples(fill, shape, (first, second), catalogue.say(message))
    yield fill
    number = _section(catalogue.say("paper.number"))
    number.slot(NUMBER)
    number.text(catalogue.say("paper.number.use"), TEXT)
    yield number
    yield _section(catalogue.say("paper.reach"), tell("help", catalogue, MODE, house).text)


def _examples(block: Block, shape: Shape, states: tuple[MarkState, ...], text: str) -> None:
    """Boxes as somebody filled them in, and what that means beside them."""
    for place, state in enumerate(states):
        block.pieces.append(Example(LEFT_MM + place * EXAMPLE_PITCH_MM, block.height_mm, shape, state))
    x_mm = LEFT_MM + len(states) * EXAMPLE_PITCH_MM + 2
    base_mm = block.height_mm + BOX_MM / 2 + TEXT.cap_mm / 2
    lines = broken(text, TEXT.face, TEXT.size, WIDTH_MM - LEFT_MM - x_mm)
    for place, line in enumerate(lines):
        block.pieces.append(Text(x_mm, base_mm + place * TEXT.line_mm, line, TEXT.face, TEXT.size))
    block.height_mm += max(EXAMPLE_PITCH_MM, len(lines) * TEXT.line_mm + 3)


def _privacy(survey: Survey, catalogue: Catalogue, house: House) -> Iterator[Block]:
    first, *others = full_notice(survey, catalogue, house, MODE)
    yield _section(catalogue.say("web.survey.notice"), first)
    for paragraph in others:
        yield from _prose(paragraph)
    consent = _section(catalogue.say("paper.consent"))
    consent.text(catalogue.say("paper.consent.given"), BOLD)
    yield consent


# -- After them


def _end(survey: Survey, catalogue: Catalogue, house: House) -> Block:
    block = Block()
    block.rule()
    block.entry(catalogue.say("paper.end"))
    block.text(catalogue.say("paper.end"), QUESTION)
    notes(block, steps(survey)[-1], survey, catalogue)
    block.text(catalogue.say("paper.end.number"), TEXT)
    block.slot(BOLD)
    block.text(catalogue.say("paper.end.hand_in"), TEXT)
    block.text("\n".join(filter(None, (house.name, house.address))), BOLD)
    if survey.closes:
        block.text(catalogue.say("paper.end.until", day=_day(survey.closes, catalogue)), TEXT)
    block.text(catalogue.say("paper.end.thanks"), BOLD)
    return block


# -- Around every page


def _around(number: int, of: int, survey: Survey, catalogue: Catalogue, house: House) -> Iterator[Thing]:
    """Between the tags: the page and how to get help at the left, the copy's number at the right of the code."""
    right_mm = CODE.x_mm + CODE.side_mm + CLEAR_MM
    help = tuple(_lines(tell("paper.phone", catalogue, "", house).text, HEAD_MM))
    if len(help) > HEAD_LINES:
        raise ConfigError("paper.phone", "The phone is too long for the top of a form. Shorten phone in [house].")
    yield from help
    yield from _lines(catalogue.say("paper.number"), right_mm)
    yield Text(right_mm, TAG_INSET_MM + TEXT.rise_mm + TEXT.line_mm, "", BOLD.face, BOLD.size, digits=True)
    foot_mm = HEIGHT_MM - TAG_INSET_MM - TAG_MM / 2 + TEXT.cap_mm / 2
    page = catalogue.say("paper.page", page=number, of=of)
    yield Text(HEAD_MM, foot_mm, page, TEXT.face, TEXT.size)
    mark = f"{survey.name} {survey.version}"
    yield Text(WIDTH_MM - HEAD_MM - width_mm(mark, MARK.face, MARK.size), foot_mm, mark, MARK.face, MARK.size)


def _lines(text: str, x_mm: float) -> Iterator[Text]:
    """Beside the code, from the top on."""
    for place, line in enumerate(broken(text, TEXT.face, TEXT.size, BESIDE_CODE_MM)):
        yield Text(x_mm, TAG_INSET_MM + TEXT.rise_mm + place * TEXT.line_mm, line, TEXT.face, TEXT.size)


# -- Small things


def _section(title: str, text: str = "") -> Block:
    block = Block()
    block.entry(title)
    block.text(title, HEADING)
    if text:
        block.text(text, TEXT)
    return block


def _prose(text: str) -> Iterator[Block]:
    """A paragraph, in one piece unless it is a long one."""
    lines = broken(text, TEXT.face, TEXT.size, ROOM_MM)
    for start in range(0, len(lines), LINES_TOGETHER):
        block = Block()
        block.text("\n".join(lines[start : start + LINES_TOGETHER]), replace(TEXT, before_mm=0.0) if start else TEXT)
        yield block


def _dialled(phone: str) -> str:
    """In one piece where there is room for it at the top of a page: nobody should have to find half a number."""
    firm = phone.replace(" ", FIRM)
    return firm if width_mm(firm, TEXT.face, TEXT.size) <= BESIDE_CODE_MM else phone


def _day(day: date, catalogue: Catalogue) -> str:
    return format_date(day, "full", locale=_language(catalogue))


def _language(catalogue: Catalogue) -> str:
    """Babel's formats and a PDF's readers know no easy German."""
    return catalogue.locale.partition("@")[0]
