"""Questions that are answered by touching one of a few things: one of several, several of several, a scale in faces.

One touch answers a question with one answer and goes on; the way back and the review forgive a slip. Several answers
are ticked first and handed in with "on". A question that is asked again shows its old answer chosen, and a way on
with it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.inputs import Chose, Declined, Kept
from kiosk.prompt import Ask
from kiosk.survey import Kind, Missing, Question
from kiosk.wording import Does, Option, Wording
from terminal_ui.actions import Action, Give, HandIn, Tick
from terminal_ui.cells import wrap
from terminal_ui.layout import Builder, Label, arrange, split, whole
from terminal_ui.page import Look, Page, Rect, Size, Target, Voice
from terminal_ui.pictures import FACE_ROWS, FACES
from terminal_ui.scene import Scene

FACES_WISH = "faces"
__all__ = ["FACES", "FACES_WISH", "asked", "choices_page", "declining", "faces_page"]


def asked(scene: Scene, size: Size, question: Question, *, most: int = 4) -> tuple[Builder, Wording]:
    """The top of every question: how far it is, what is asked, and a problem or else a hint."""
    page = Builder(f"question.{question.name}", scene, size)
    wording = scene.wording()
    if isinstance(scene.visit.prompt, Ask):
        page.progress(wording.progress, scene.visit.prompt.asked, scene.visit.prompt.of)
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
    page, wording = asked(scene, size, question)
    several = question.kind is Kind.SELECT_MULTIPLE
    labels = [
        Label(
            option.label,
            _action(question, option),
            Look.CHOICE,
            option.key,
            ticked=option.value in scene.visit.draft.ticks if several else None,
            chosen=option.value in scene.visit.draft.ticks,
            left=True,
        )
        for option in wording.options
        if option.does is Does.CHOOSE
    ]
    footer = declining(scene, question, wording)
    columns = (1, 3, 2, 4) if len(labels) <= 3 else (2, 3, 1, 4)
    room = page.above_foot(footer)
    airy = replace(room, y=room.y + 1, height=room.height - 1)
    page.spread(labels, airy if arrange(labels, airy, columns) else room, columns)
    page.foot(footer)
    return page.page()


def faces_page(scene: Scene, size: Size, question: Question) -> Page:
    """A face and a word for each point. The first point of the scale is the glad end."""
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
    page.targets.append(Target(rect, words.action, lines, Look.CARD, key=option.key, chosen=chosen, face=face))


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
