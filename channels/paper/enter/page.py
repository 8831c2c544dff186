"""The screen as cells, made anew from the desk after every key. Pure.

    what is typed, and how many forms            the survey, its version and the forms' language
    what is asked, with all that can be said to it
    what is wrong, or that the server is waited for
    the keys that work now, always in the last line

At 80 by 24 all of it is to be seen; where a text is longer than there is room, its end is, because that is where
somebody types.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum

from rich.cells import cell_len, set_cell_size

from channels.paper import MODE
from channels.paper.enter import asking
from channels.paper.enter.desk import Desk, Form, Stage, rate
from channels.paper.enter.keys import SERIAL
from kiosk.identity import grouped
from kiosk.record import State
from kiosk.survey import Kind, Missing, Question
from kiosk.wording import answer_words

LEAST_COLUMNS, LEAST_ROWS = 80, 24
MARGIN = 4  # columns at least, at either side
WIDEST = 92  # columns of text: no eye finds the next line of a longer one
FEWEST_LINES = 2  # of a text in a summary
CURSOR = "▏"
WAITS = "What was typed is kept on this screen and goes in by itself. Leave the window open."


class Ink(Enum):
    """Letters on a ground, both "#rrggbb". Every pair has a contrast of 7:1 or more."""

    def __init__(self, fore: str, back: str, bold: bool) -> None:
        self.fore, self.back, self.bold = fore, back, bold

    PLAIN = ("#141a21", "#f4f1e8", False)
    STRONG = ("#000000", "#f4f1e8", True)
    FAINT = ("#3c434b", "#f4f1e8", False)
    FIELD = ("#000000", "#ffffff", True)
    CHOSEN = ("#ffffff", "#14416b", True)
    BAR = ("#ffffff", "#22303c", False)
    KEYS = ("#ffffff", "#22303c", True)
    NEWS = ("#ffffff", "#0e4724", True)
    PROBLEM = ("#ffffff", "#8a1512", True)


Row = tuple[tuple[str, Ink], ...]
EMPTY: Row = ()


def page(desk: Desk, columns: int, rows: int, waiting: str = "", *, closed: str = "") -> tuple[Row, ...]:
    """`waiting` says why nothing goes on; `closed` since when the survey is. Every cell of the window."""
    if columns < LEAST_COLUMNS or rows < LEAST_ROWS:
        small = f"This window is too small. Make it {LEAST_COLUMNS} columns by {LEAST_ROWS} rows or more."
        lines = _filled([_row(line) for line in wrapped(small, max(1, columns))][:rows], rows)
    else:
        lines = _lines(desk, columns, rows, waiting, closed)
    return tuple(_padded(line, columns) for line in lines)


def _lines(desk: Desk, columns: int, rows: int, waiting: str, closed: str) -> list[Row]:
    head = list(_head(desk, columns, closed))
    foot = [*_told(desk, columns, waiting), _row(_fit(" " + _keys(desk), columns), Ink.KEYS)]
    room = rows - len(head) - len(foot)
    width = min(WIDEST, columns - 2 * MARGIN)
    left = " " * ((columns - width) // 2)
    body = [((left, Ink.PLAIN), *row) for row in _body(desk, width, room)]
    return [*head, *_filled(_squeezed(body, room), room), *foot]


# -- around


def _head(desk: Desk, columns: int, closed: str) -> Iterator[Row]:
    survey = desk.form.survey if desk.form else desk.survey
    count = len(desk.ends)
    pace = f", {rate(desk.ends):.1f} a minute" if rate(desk.ends) else ""
    counted = f"{count} form{'' if count == 1 else 's'}{pace} "
    title = _fit(f" {survey.title[desk.words.locale]}", columns - cell_len(counted) - 1)
    yield _row(title + " " * (columns - cell_len(title) - cell_len(counted)) + counted, Ink.BAR)
    language = desk.words.say("locale.name")
    told = f" Version {survey.version}   {language}{f'   {closed}' if closed else ''}"
    yield _row(_fit(told, columns), Ink.FAINT)
    yield EMPTY


def _told(desk: Desk, columns: int, waiting: str) -> list[Row]:
    """What is wrong, or new: the one thing beside the question that has to be seen."""
    if waiting:
        said, ink = f"{waiting} {WAITS}", Ink.PROBLEM
    elif desk.problem:
        said, ink = desk.problem, Ink.PROBLEM
    elif desk.news:
        said, ink = desk.news, Ink.NEWS
    else:
        return [EMPTY]
    return [_row(_fit(f" {line}", columns), ink) for line in wrapped(said, columns - 2)]


def _keys(desk: Desk) -> str:
    """The keys that work now."""
    if desk.problem:
        return "- go on. Nothing that was typed since then was taken."
    form = desk.form
    if form is None and desk.entry:
        return "0-9 number   - clear   Backspace one digit"
    if form is None:
        another = "   / copy of the form before" if desk.before else ""
        return f"0-9 number   Enter no number{another}   * language   Esc end"
    match desk.stage:
        case Stage.IS_IN:
            return "- put it aside   / another person's, on a copy of the same sheet"
        case Stage.IN_PART:
            return "+ go on with it   - put it aside   / another person's"
        case Stage.HELPED:
            return "Enter alone   / read aloud   * written for them   - back"
        case Stage.QUESTION if form.question:
            return _question_keys(desk, form, form.question)
        case _:
            return "Enter hand in   - back   1 2 3 ... change that question   Esc put aside"


def _question_keys(desk: Desk, form: Form, question: Question) -> str:
    if question.kind is Kind.TEXT:
        return "Enter go on   Ctrl+J new line   + Enter not clear   Esc back"
    signs = " ".join(offer.key for offer in asking.offers(desk, form, question) if offer.key != asking.ENTER)
    goes_on = question.kind in (Kind.INTEGER, Kind.SELECT_MULTIPLE) or question.name in form.answers
    number = "0-9 number   " if question.kind is Kind.INTEGER else ""
    if question.kind is Kind.INTEGER and _is_typed(desk):
        return f"{number}Enter go on   - clear   Esc put aside"
    return f"{number}{signs} choose{'   Enter go on' if goes_on else ''}   - back   Esc put aside"


# -- what is asked


def _body(desk: Desk, width: int, room: int) -> list[Row]:
    form = desk.form
    if form is None:
        return list(_number(desk))
    match desk.stage:
        case Stage.HELPED:
            return [_form(form), EMPTY, *_helped()]
        case Stage.QUESTION if form.question:
            return [_form(form), EMPTY, *_question(desk, form, form.question, width, room)]
        case _:
            return [_form(form), EMPTY, *_met(desk, form, width), *_answers(desk, form, width, room)]


def _number(desk: Desk) -> Iterator[Row]:
    shown = grouped(desk.entry + "·" * (SERIAL - len(desk.entry)))
    yield _row("The number of the next form", Ink.STRONG)
    yield EMPTY
    yield _row(f" {shown} ", Ink.FIELD)
    yield EMPTY
    yield _row("It stands on every page, beside the square code.", Ink.FAINT)
    yield _row("Enter alone begins a form without a number.", Ink.FAINT)


def _form(form: Form) -> Row:
    if not form.serial:
        return _row("A form without a number", Ink.FAINT)
    copy = f", copy {form.episode}" if form.episode > 1 else ""
    return _row(f"Form {grouped(form.serial)}{copy}", Ink.FAINT)


def _helped() -> Iterator[Row]:
    yield _row("Who filled it in?", Ink.STRONG)
    yield EMPTY
    yield _offered("Enter", "  The resident, alone")
    yield _offered("/", "  The resident; somebody read it aloud")
    yield _offered("*", "  Somebody wrote for them")


def _question(desk: Desk, form: Form, question: Question, width: int, room: int) -> Iterator[Row]:
    number = [one.name for one in form.survey.questions if one.asks].index(question.name) + 1
    label = wrapped(question.label_for(MODE, desk.words.locale), width - 4)
    for place, text in enumerate(label):
        yield _row(f"{number if place == 0 else '':<4}{text}", Ink.STRONG)
    yield EMPTY
    offers = asking.offers(desk, form, question)
    if question.kind in asking.TYPED:
        left = room - len(label) - len(offers) - 5
        yield from _typed(desk, width, max(FEWEST_LINES, left))
        yield EMPTY
        offers = tuple(offer for offer in offers if not _is_said(desk, form, question, offer))
    for offer in offers:
        if offer.answer.missing is Missing.SKIPPED and question.kind not in asking.TYPED:
            yield EMPTY  # from here on it is not the form's own
        key = "Enter" if offer.key == asking.ENTER else offer.key
        ink = Ink.CHOSEN if _is_chosen(desk, form, question, offer) else Ink.PLAIN
        for place, text in enumerate(wrapped(offer.label, width - 12)):
            mark = "X " if ink is Ink.CHOSEN and place == 0 else "  "  # colour is never the only sign
            yield _offered(key if place == 0 else "", mark + text, ink)


def _offered(key: str, label: str, ink: Ink = Ink.PLAIN) -> Row:
    """A key as a key looks, and what it says."""
    sign = f" {key} " if key else ""
    return (" " * (7 - len(sign)), Ink.PLAIN), (sign, Ink.KEYS), (" ", Ink.PLAIN), (f" {label} ", ink)


def _is_typed(desk: Desk) -> bool:
    """Whether there is something that Enter takes, and nothing else is to be said instead."""
    return bool(desk.entry) and not desk.fresh


def _is_said(desk: Desk, form: Form, question: Question, offer: asking.Offer) -> bool:
    """Whether an offer beside an entry is void: because of what is typed, or Enter keeps what is stored."""
    keeps = desk.fresh and question.name in form.answers
    return _is_typed(desk) or (keeps and offer.key == asking.ENTER)


def _is_chosen(desk: Desk, form: Form, question: Question, offer: asking.Offer) -> bool:
    """By what is typed now; before that, by what is stored."""
    if question.kind is Kind.SELECT_MULTIPLE and (desk.entry or not desk.fresh):
        return offer.key in desk.entry
    return desk.fresh and form.answers.get(question.name) == offer.answer


def _typed(desk: Desk, width: int, room: int) -> Iterator[Row]:
    """What is typed by now; of a long text its end."""
    lines = wrapped(desk.entry + CURSOR, width - 2)
    for text in lines[-room:]:
        yield _row(f" {_fit(text, width - 2)}", Ink.FIELD)


def _met(desk: Desk, form: Form, width: int) -> Iterator[Row]:
    for text in wrapped(_why_met(desk, form), width):
        yield _row(text, Ink.STRONG)
    yield EMPTY


def _why_met(desk: Desk, form: Form) -> str:
    found = desk.found
    if desk.stage is Stage.SUMMARY or found is None:
        return "Are these the answers on the form?"
    if found.response.state is State.WITHDRAWN:
        return "The answers of this form were erased because somebody asked for it. Do not type them again."
    if desk.stage is Stage.IS_IN:
        return f"This form is in already{_since(found.response.ended)}. These are its answers."
    if form.serial:
        return "This form is half typed. These answers are here."
    return "A form without a number is half typed here. Is it this one?"


def _since(at: int | None) -> str:
    return f", since {datetime.fromtimestamp(at / 1000).astimezone():%Y-%m-%d %H:%M}" if at else ""


def _answers(desk: Desk, form: Form, width: int, room: int) -> list[Row]:
    """The answers by question; long texts as far as there is room."""
    numbered = [one for one in form.survey.questions if one.asks]
    route = form.survey.route(form.answers)
    lines: list[Row] = []
    texts = max(FEWEST_LINES, room - 4 - 3 * len(route))
    for number, question in enumerate(numbered, start=1):
        answer = form.answers.get(question.name)
        if question not in route or answer is None or answer.missing is Missing.NOT_ASKED:
            continue
        label = _fit(question.label_for(MODE, desk.words.locale), width - 4).rstrip()
        lines.append(((f"{number:<4}", Ink.STRONG), (label, Ink.FAINT)))
        words = wrapped(answer_words(question, answer, desk.words), width - 4)
        if len(words) > texts:
            words = [*words[: texts - 1], f"{words[texts - 1][: width - 6]} …"]
        lines += [_row(f"    {text}", Ink.STRONG) for text in words]
        lines.append(EMPTY)
    return lines


# -- rows


def _row(text: str, ink: Ink = Ink.PLAIN) -> Row:
    return ((text, ink),)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken at blanks where there are any. At least one line."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _printable(paragraph).split(" "):
            while cell_len(word) > width:
                lines += [line] if line else []
                head = set_cell_size(word, width).rstrip()
                lines.append(head)
                word, line = word[len(head) :], ""
            joined = f"{line} {word}" if line else word
            if cell_len(joined) <= width:
                line = joined
            else:
                lines.append(line)
                line = word
        lines.append(line)
    return lines


def _fit(text: str, width: int) -> str:
    """As much of a line as there is room for, filled up with blanks."""
    return set_cell_size(_printable(text), max(0, width))


def _printable(text: str) -> str:
    """Without signs that would act on the window."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _padded(row: Row, columns: int) -> Row:
    return (*row, (" " * (columns - sum(cell_len(text) for text, _ in row)), Ink.PLAIN))


def _squeezed(lines: list[Row], room: int) -> list[Row]:
    """Without as many empty lines as it takes, from the end; then without what is still too much."""
    lines = list(lines)
    for place in reversed(range(len(lines))):
        if len(lines) > room and not "".join(text for text, _ in lines[place]).strip():
            del lines[place]
    return lines[:room]


def _filled(lines: list[Row], rows: int) -> list[Row]:
    return [*lines, *[EMPTY] * (rows - len(lines))]
