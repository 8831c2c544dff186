"""The end: the answers for a look before they are handed in, and the code to take home."""

from __future__ import annotations

from kiosk.inputs import Reopened, Submitted
from kiosk.prompt import Close, Disposition
from kiosk.survey import Answer, Question
from kiosk.wording import answer_words, receipt
from terminal_ui.actions import Finish, Give
from terminal_ui.cells import shorten, wrap
from terminal_ui.layout import LEAST_HEIGHT, ROW_GAP, Builder, Label, content, split
from terminal_ui.page import Look, Page, Pixels, Rect, Size, Target, Voice
from terminal_ui.pictures import digits
from terminal_ui.scene import MODE, Scene

MOST_CARD = 5


def review_page(scene: Scene, size: Size) -> Page:
    """One card an answer, to touch and change, and the largest button of all: hand it in."""
    page = Builder("review", scene, size, top=0)
    interview = scene.visit.interview
    wording = scene.wording()
    page.text(wording.text, Voice.STRONG)
    if wording.problem:
        page.text(wording.problem, Voice.PROBLEM)
    questions = interview.survey.route(interview.answers) if interview else ()
    columns = 1 if len(questions) <= 2 else 2
    rows = -(-(len(questions) + 1) // columns)
    room = page.room
    height = min(MOST_CARD, (room.height - (rows - 1)) // rows)
    used = rows * height + rows - 1
    places = split(Rect(room.x, room.y + (room.height - used) // 2, room.width, used), columns, rows)
    for number, (question, place) in enumerate(zip(questions, places, strict=False), start=1):
        answer = interview.answers.get(question.name, Answer()) if interview else Answer()
        page.targets.append(_card(scene, question, answer, place, str(number)))
        page.spoken.append(f"{number}: {question.label_for(MODE, scene.visit.locale)}")
        page.spoken.append(answer_words(question, answer, scene.catalogue))
        page.shortcuts[str(number)] = Give(Reopened(question.name))
    last = places[len(questions)]
    submit = Label(wording.options[0].label, Give(Submitted()), Look.MAIN, "0")
    page.focus = len(page.targets)
    page.add(submit, Rect(last.x, last.y, room.x + room.width - last.x, last.height))
    return page.page()


def _card(scene: Scene, question: Question, answer: Answer, place: Rect, key: str) -> Target:
    inner = place.width - 4
    asked = shorten(question.label_for(MODE, scene.visit.locale), inner, max(1, place.height - 1))
    given = shorten(answer_words(question, answer, scene.catalogue), inner, max(1, place.height - len(asked)))
    return Target(
        place,
        Give(Reopened(question.name)),
        (*asked, *given),
        Look.CARD,
        key=key,
        left=True,
        plain=range(len(asked)),
    )


def done_page(scene: Scene, size: Size) -> Page:
    """Thanks, and the code in large digits. Who refused has no code: nothing of them is kept to look up."""
    page = Builder("done", scene, size)
    area = content(size)
    button = Rect(area.x + area.width // 4, area.bottom - LEAST_HEIGHT, area.width // 2, LEAST_HEIGHT)
    closed = scene.visit.prompt
    refused = isinstance(closed, Close) and closed.disposition is Disposition.REFUSAL
    thanks = scene.wording().text
    if scene.code and not refused:
        page.name = "done.code"
        _code(page, thanks, button.y - ROW_GAP)
    else:
        page.text(thanks, Voice.STRONG, centred=True)
    page.focus = len(page.targets)
    page.add(Label(scene.say("terminal.done.finish"), Finish(), Look.MAIN, "1"), button)
    return page.page()


def _code(page: Builder, thanks: str, bottom: int) -> None:
    """Loosely where there is room, else closely; and what is only an aside first goes without."""
    sentence, aside = receipt(page.scene.code, page.scene.catalogue), page.scene.say("terminal.done.write")
    rows = digits(page.scene.code)
    columns = content(page.size).width
    needed = len(wrap(thanks, columns)) + len(wrap(sentence, columns)) + len(rows) // 2
    spare = bottom - needed
    air = 1 if spare >= 2 else 0
    page.top = 1 if spare >= 2 * air + 2 else 0
    page.text(thanks, Voice.STRONG, centred=True)
    page.top += air
    page.text(sentence, centred=True)
    page.top += air
    page.pixels.append(Pixels((page.size.columns - len(rows[0])) // 2, page.top, rows))
    page.top += len(rows) // 2
    if page.top + len(wrap(aside, columns)) <= bottom:
        page.text(aside, centred=True)
