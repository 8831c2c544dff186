"""Questions that are answered by touching one of a few things: one of several, several of several, a scale in faces.

One touch answers a question with one answer and goes on; the way back and the review forgive a slip. Several answers
are ticked first and handed in with "on". A question that is asked again shows its old answer chosen, and a way on
with it.

On the large grid the answers may need more than one page. Then all answers stand on the first if they can (a scale is
never parted), what is no answer comes after them, and the last place of each page turns it over. Every answer's digit
counts on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from kiosk.inputs import Chose, Declined, Kept
from kiosk.prompt import Ask
from kiosk.survey import Kind, Missing, Question
from kiosk.wording import Does, Option, Wording
from terminal_ui.actions import Action, Give, HandIn, Leaf, Tick
from terminal_ui.cells import wrap
from terminal_ui.grid import LARGE, Size, grid_of
from terminal_ui.layout import Builder, Label, first_whole, split, whole
from terminal_ui.page import Look, Page, Rect, Target, Voice
from terminal_ui.pictures import FACE_ROWS, FACES, SMALL_FACES
from terminal_ui.scene import Scene

FACES_WISH = "faces"
__all__ = ["FACES", "FACES_WISH", "asked", "choices_page", "declining", "faces_page"]


def asked(
    scene: Scene, size: Size, question: Question, *, most: int = 4, progress: bool = True
) -> tuple[Builder, Wording]:
    """The top of every question: how far it is, what is asked, and a problem or else a hint."""
    page = Builder(f"question.{question.name}", scene, size, top=1 if progress else 0)
    wording = scene.wording()
    if isinstance(scene.visit.prompt, Ask):
        page.progress(wording.progress, scene.visit.prompt.asked, scene.visit.prompt.of, seen=progress)
    page.text(wording.text, Voice.STRONG, most=most)
    if wording.problem:
        page.text(wording.problem, Voice.PROBLEM)
    elif wording.hint:
        page.text(wording.hint, Voice.FAINT)
    if wording.help:
        page.spoken.append(wording.help)  # to be seen it is behind the bar's help, which stands out now
    return page, wording


def declining(scene: Scene, question: Question, wording: Wording) -> list[Label]:
    """What is no answer: don't know, no answer, skip; and the way on where an answer stands already."""
    labels = [
        Label(
            option.label,
            Give(Declined(Missing(option.value), question.name)),
            Look.QUIET,
            option.key,
            chosen=_missing(scene, question) == option.value,
            choosable=True,
        )
        for option in wording.options
        if option.does is Does.DECLINE
    ]
    if question.kind is Kind.SELECT_MULTIPLE:
        labels.append(Label(scene.say("terminal.go.on"), HandIn(question.name), Look.MAIN, "0"))
    elif _answered(scene, question) and question.choices:
        labels.append(Label(scene.say("terminal.go.on"), Give(Kept(question.name)), Look.MAIN, "0"))
    return labels


def choices_page(scene: Scene, size: Size, question: Question) -> Page:
    ways: list[Callable[[], Page]] = [partial(_one_page, scene, size, question)]
    if grid_of(size) is LARGE:
        ways.append(partial(_one_page, scene, size, question, progress=False))
        ways += [partial(_by_pages, scene, size, question, progress=progress) for progress in (True, False)]
    return first_whole(ways)


def _one_page(scene: Scene, size: Size, question: Question, *, progress: bool = True) -> Page:
    page, wording = asked(scene, size, question, progress=progress)
    labels = _choices(page, question, wording)
    footer = declining(scene, question, wording)
    columns = _columns(labels)
    room = page.above_foot(footer)
    airy = replace(room, y=room.y + 1, height=room.height - 1)
    page.spread(labels, airy if page.arrange(labels, airy, columns) else room, columns)
    page.foot(footer)
    return page.page()


def _by_pages(scene: Scene, size: Size, question: Question, *, progress: bool) -> Page:
    """Some answers, perhaps the way on, and in the last place what turns to the next page, or from the last one
    back."""
    page, wording = asked(scene, size, question, progress=progress)
    footer = declining(scene, question, wording)
    several = question.kind is Kind.SELECT_MULTIPLE  # then what was ticked has to be handed in from any page
    on = [label for label in footer if several and label.look is Look.MAIN]
    others = [label for label in footer if label not in on]
    choices = _choices(page, question, wording)
    more = Label(scene.say("terminal.go.more"), Leaf(1), Look.QUIET)
    columns = (2, 3, 1)
    sheets = next(
        (
            sheets
            for sheets in _parted(choices, others)
            if all(page.arrange([*sheet, *on, more], page.room, columns) for sheet in sheets)
        ),
        [choices, others],
    )
    sheet = min(scene.visit.sheet, len(sheets) - 1)
    page.name = f"question.{question.name}#{sheet}"
    before = replace(more, text=scene.say("terminal.leaf.before"), action=Leaf(-1))
    turn = more if sheet + 1 < len(sheets) else before
    page.spread([*sheets[sheet], *on, turn], page.room, columns)
    page.shortcuts.update({label.key: label.action for label in (*choices, *others) if label.key})
    return page.page()


def _parted(choices: Sequence[Label], others: Sequence[Label]) -> Iterator[list[Sequence[Label]]]:
    """The pages to try: all answers on one, then on two of the same length, and so on."""
    for count in range(1, len(choices) + 1):
        most = -(-len(choices) // count)
        sheets = [choices[first : first + most] for first in range(0, len(choices), most)]
        yield [*sheets, others] if others else sheets


def _choices(page: Builder, question: Question, wording: Wording) -> list[Label]:
    several = question.kind is Kind.SELECT_MULTIPLE
    ticks = page.scene.visit.draft.ticks
    options = [option for option in wording.options if option.does is Does.CHOOSE]
    faces = SMALL_FACES[len(options)] if _in_faces(question) and page.large else [()] * len(options)
    return [
        Label(
            option.label,
            _action(question, option),
            Look.CARD if face else Look.CHOICE,
            option.key,
            ticked=option.value in ticks if several else None,
            chosen=option.value in ticks,
            left=True,
            face=face,
        )
        for option, face in zip(options, faces, strict=True)
    ]


def _columns(labels: Sequence[Label]) -> tuple[int, ...]:
    if any(label.face for label in labels):
        return (2, 1)
    return (1, 3, 2, 4) if len(labels) <= 3 else (2, 3, 1, 4)


def _in_faces(question: Question) -> bool:
    return question.kind is Kind.RANGE and question.appearance == FACES_WISH and len(question.choices) in FACES


def faces_page(scene: Scene, size: Size, question: Question) -> Page:
    """A face and a word for each point. The first point of the scale is the glad end. On the large grid the faces are
    small and stand beside their words."""
    if grid_of(size) is LARGE:
        return choices_page(scene, size, question)
    page, wording = asked(scene, size, question)
    footer = declining(scene, question, wording)
    bottom = page.above_foot(footer).bottom
    options = [option for option in wording.options if option.does is Does.CHOOSE]
    height = min(FACE_ROWS + 3, bottom - page.top)
    top = page.top + max(0, bottom - page.top - height + 1) // 2
    parts = split(Rect(0, top, size.columns, height), len(options))
    for option, part, face in zip(options, parts, FACES[len(options)], strict=True):
        _face(page, question, option, part, face)
    page.foot(footer)
    return page.page()


def _face(page: Builder, question: Question, option: Option, rect: Rect, face: tuple[str, ...]) -> None:
    words = Label(option.label, _action(question, option), Look.CARD, option.key)
    room = Rect(rect.x, rect.y + FACE_ROWS, rect.width + 2, rect.height - FACE_ROWS)
    if not whole(words, room):
        page.faults.append(f"“{option.label}” does not fit below its face")
    page.shortcuts[option.key] = words.action
    chosen = option.value in page.scene.visit.draft.ticks
    page.speak_choice(option.key, option.label, chosen=chosen)
    lines = wrap(option.label, rect.width)[: room.height]
    page.targets.append(
        Target(rect, words.action, lines, Look.CARD, key=option.key, chosen=chosen, face=face, aloud=option.label)
    )


def _action(question: Question, option: Option) -> Action:
    if question.kind is Kind.SELECT_MULTIPLE:
        return Tick(question.name, option.value)
    return Give(Chose((option.value,), question.name))


def _answered(scene: Scene, question: Question) -> bool:
    interview = scene.visit.interview
    return interview is not None and question.name in interview.answers


def _missing(scene: Scene, question: Question) -> str:
    """Why there was no answer, where this question is asked again."""
    interview = scene.visit.interview
    answer = interview.answers.get(question.name) if interview else None
    return answer.missing or "" if answer else ""
