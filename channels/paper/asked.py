"""One numbered question as a block of a form: its notes, its conditions, the question, and its boxes or field.

    Frage 3
    Nur wenn Sie bei Frage 2 das angekreuzt haben: „Schlecht“ (4).
    Was hilft am meisten?
    Bitte nur ein Kreuz.
    ( )  1  Kurse
    ( )  2  Hilfe im Amt     → weiter mit Frage 5

The sign beside a box is the choice's key, which is the same in every channel. A box's label begins 4 mm right of it,
and boxes are 4.5 mm apart, so that no mark of one is taken for one of the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from babel.lists import format_list

from channels.paper import MODE
from channels.paper.layout import ASKED, BOLD, LEFT_MM, QUESTION, RIGHT_MM, ROOM_MM, TEXT, Block
from channels.paper.letters import broken, width_mm
from channels.paper.placed import Text
from channels.paper.routing import END, Step, goto, steps
from channels.paper.sheet import BOX_MM, Box, Field, Shape
from kiosk.catalogue import Catalogue
from kiosk.prompt import Ask
from kiosk.survey import Answer, Kind, Missing, Question, Relevant, Survey
from kiosk.wording import Does, House, Option, word

PITCH_MM = 11.5  # from box to box, top to top
KEY_MM = LEFT_MM + BOX_MM + 4  # where an option's key stands
LABEL_MM = KEY_MM + 7  # and its label
GOTO_GAP_MM = 8.0
CELL_MM, CELL_HEIGHT_MM = 9.0, 12.0  # of a comb for digits
MOST_DIGITS = 10  # of a number without bounds
LINE_MM, LINES = 10.0, 4  # for a free text
BELOW_LINES_MM = 8.0  # so that the line which parts it from the next is not written on
GAP_MM = 3.0  # between the words and what is to be filled in


def asked(step: Step, survey: Survey, catalogue: Catalogue, house: House) -> Block:
    """All of one question."""
    question = step.question
    if question is None:
        raise LookupError(survey.name)
    numbers = len(steps(survey)) - 1
    words = word(Ask(question.name, step.number, numbers), survey, catalogue, MODE, house)
    title = catalogue.say("paper.question", number=step.number)
    block = Block(question=question.name)
    block.rule()
    block.entry(f"{title}: {' '.join(words.text.split())}")
    block.text(title, QUESTION)
    notes(block, step, survey, catalogue)
    for condition in question.relevant:
        block.text(only_if(condition, survey, catalogue), TEXT)
    block.text(words.text, ASKED)
    optional = "" if question.required else catalogue.say("paper.optional")
    one = catalogue.say("paper.one") if question.kind in (Kind.SELECT_ONE, Kind.RANGE) else ""
    if hints := [hint for hint in (words.hint, one, optional) if hint]:
        block.text(("\n" if catalogue.locale.endswith("@easy") else " ").join(hints), TEXT)
    block.height_mm += GAP_MM
    _field(block, question)
    _boxes(block, question, tuple(_printed(words.options)), survey, catalogue)
    block.height_mm -= PITCH_MM - BOX_MM  # what follows keeps its own distance
    return block


def notes(block: Block, step: Step, survey: Survey, catalogue: Catalogue) -> None:
    """What is read before the question, or before the end."""
    for note in step.notes:
        for condition in note.relevant:
            block.text(only_if(condition, survey, catalogue), TEXT)
        block.text(note.label_for(MODE, catalogue.locale), TEXT)


def only_if(condition: Relevant, survey: Survey, catalogue: Catalogue) -> str:
    """The condition in words: the question's number and its choices, as they are printed."""
    step = next(step for step in steps(survey) if step.question and step.question.name == condition.question)
    choices = step.question.choices if step.question else ()
    answers = [
        catalogue.say("paper.answer", key=key, label=" ".join(choice.label[catalogue.locale].split()))
        for key, choice in enumerate(choices, start=1)
        if choice.name in condition.among
    ]
    language = catalogue.locale.partition("@")[0]
    listed = format_list(answers, style="or", locale=language)
    return catalogue.say("paper.only_if", number=step.number, answers=listed)


def _printed(options: tuple[Option, ...]) -> Iterator[Option]:
    """A question is left out by leaving it empty: there is no box for that."""
    return (option for option in options if option.value != Missing.SKIPPED)


def _field(block: Block, question: Question) -> None:
    if question.kind is Kind.TEXT:
        block.pieces.append(Field(question.name, 0, LEFT_MM, block.height_mm, ROOM_MM, LINE_MM * LINES))
        block.height_mm += LINE_MM * LINES + BELOW_LINES_MM + PITCH_MM - BOX_MM
    elif question.kind is Kind.INTEGER:
        cells = digits(question)
        block.pieces.append(Field(question.name, 0, LEFT_MM, block.height_mm, CELL_MM * cells, CELL_HEIGHT_MM, cells))
        block.height_mm += CELL_HEIGHT_MM + PITCH_MM - BOX_MM


def digits(question: Question) -> int:
    """How many cells a number needs: one more where it can be below zero."""
    if question.minimum is None or question.maximum is None:
        return MOST_DIGITS
    return max(len(str(question.minimum)), len(str(question.maximum)))


def _boxes(block: Block, question: Question, options: tuple[Option, ...], survey: Survey, catalogue: Catalogue) -> None:
    shape = Shape.SQUARE if question.kind is Kind.SELECT_MULTIPLE else Shape.CIRCLE
    leads = [_lead(option, question, survey, catalogue) for option in options]
    after_mm = _after_labels(options, leads)
    for option, lead in zip(options, leads, strict=True):
        declines = option.does is Does.DECLINE
        block.pieces.append(Box(question.name, option.value, 0, LEFT_MM, block.height_mm, BOX_MM, shape, declines))
        base_mm = block.height_mm + BOX_MM / 2 + TEXT.cap_mm / 2
        label_mm = LABEL_MM if option.key else KEY_MM
        lines = broken(option.label, TEXT.face, TEXT.size, RIGHT_MM - label_mm)
        if option.key:
            block.pieces.append(Text(KEY_MM, base_mm, option.key, BOLD.face, BOLD.size))
        if lead and not after_mm:
            lines = (*lines, *broken(lead, TEXT.face, TEXT.size, RIGHT_MM - label_mm))
        for place, line in enumerate(lines):
            block.pieces.append(Text(label_mm, base_mm + place * TEXT.line_mm, line, TEXT.face, TEXT.size))
        if lead and after_mm:
            block.pieces.append(Text(after_mm, base_mm, lead, TEXT.face, TEXT.size))
        block.height_mm += max(PITCH_MM, len(lines) * TEXT.line_mm + PITCH_MM - BOX_MM)


def _lead(option: Option, question: Question, survey: Survey, catalogue: Catalogue) -> str:
    """Where to go on after this answer."""
    answer = Answer(missing=Missing(option.value)) if option.does is Does.DECLINE else Answer((option.value,))
    number = goto(survey, question, answer)
    if number is None:
        return ""
    words = catalogue.say("paper.goto.end") if number == END else catalogue.say("paper.goto", number=number)
    return f"→ {words}"


def _after_labels(options: tuple[Option, ...], leads: list[str]) -> float:
    """Where all go-tos of a question begin, right of the longest label; 0 where one would not fit there."""
    labels = (width_mm(option.label, TEXT.face, TEXT.size) for option in options)
    widest = max((width_mm(lead, TEXT.face, TEXT.size) for lead in leads), default=0.0)
    after_mm = LABEL_MM + max(labels, default=0.0) + GOTO_GAP_MM
    return round(after_mm, 2) if after_mm + widest <= RIGHT_MM else 0.0
