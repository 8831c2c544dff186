"""The end: the answers for a look before they are handed in, and the code to take home."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kiosk.inputs import Reopened, Submitted
from kiosk.prompt import Close, Disposition
from kiosk.survey import Answer, Question
from kiosk.wording import answer_words, receipt
from terminal_ui.actions import Finish, Give, Print
from terminal_ui.cells import shorten, wrap
from terminal_ui.grid import LARGE, Size, grid_of
from terminal_ui.layout import Builder, Label, content, first_whole, split
from terminal_ui.page import Look, Page, Pixels, Rect, Target, Voice
from terminal_ui.pictures import digits
from terminal_ui.scene import MODE, Scene
from terminal_ui.visit import Paper

MOST_CARD = 5


def review_page(scene: Scene, size: Size) -> Page:
    """One card an answer, to touch and change, and the largest button of all: hand it in."""
    if grid_of(size) is LARGE:
        return first_whole([partial(_review, scene, size, title=title) for title in (True, False)])
    return _review(scene, size, title=True)


def _review(scene: Scene, size: Size, *, title: bool) -> Page:
    page = Builder("review", scene, size, top=0)
    interview = scene.visit.interview
    wording = scene.wording()
    if title:
        page.text(wording.text, Voice.STRONG)
    else:
        page.spoken.append(wording.text)
    if wording.problem:
        page.text(wording.problem, Voice.PROBLEM)
    questions = interview.survey.route(interview.answers) if interview else ()
    columns = 1 if len(questions) <= 2 else 2
    rows = -(-(len(questions) + 1) // columns)
    room = page.room
    height = min(MOST_CARD, (room.height - (rows - 1)) // rows)
    if height < page.grid.height:
        page.faults.append("the answers do not fit on one screen")
        height = max(1, height)
    used = rows * height + rows - 1
    box = Rect(room.x, room.y + max(0, room.height - used) // 2, room.width, used)
    places = split(box, columns, rows, page.grid.gap)
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
        aloud=f"{question.label_for(MODE, scene.visit.locale)} {answer_words(question, answer, scene.catalogue)}",
    )


def done_page(scene: Scene, size: Size) -> Page:
    """Thanks, and the code in large digits, on paper where there is a printer. Who refused has no code: nothing of them
    is kept to look up. A name for each row of buttons: when one comes or goes it is another screen, so that the focus
    begins anew and does not slip to what is beside, and no finger meets what was not there."""
    page = Builder("done", scene, size)
    closed = scene.visit.prompt
    refused = isinstance(closed, Close) and closed.disposition is Disposition.REFUSAL
    thanks = scene.wording().text
    labels = [Label(scene.say("terminal.done.finish"), Finish(), Look.MAIN, "1")]
    if scene.printer and scene.code and scene.visit.may_print:
        labels.append(Label(scene.say("terminal.print.button"), Print(), Look.CHOICE, "2"))
    if scene.code and not refused:
        page.name = _NAMES[scene.visit.paper]
        _code(page, thanks, page.above_foot().bottom)
    else:
        page.text(thanks, Voice.STRONG, centred=True)
    page.focus = len(page.targets)
    page.row(labels, _button(page, len(labels)))
    return page.page()


def _button(page: Builder, count: int) -> Rect:
    """The middle of the foot for one button, all of it for two."""
    area, height = content(page.size), page.grid.height
    foot = Rect(area.x, area.bottom - height, area.width, height)
    return foot if count > 1 else Rect(area.x + area.width // 4, foot.y, area.width // 2, height)


def _code(page: Builder, thanks: str, bottom: int) -> None:
    """Loosely where there is room, else closely; and what is only an aside first goes without."""
    scene = page.scene
    sentence, aside = receipt(scene.code, scene.catalogue), scene.say(_ASIDES[scene.visit.paper])
    rows = digits(scene.code, small=page.large)
    columns = content(page.size).width
    told = scene.visit.paper is not Paper.NOT_ASKED  # then it is no aside: somebody waits for it
    texts = [(thanks, Voice.STRONG), (sentence, Voice.PLAIN)]
    below = aside if told else ""
    if _needed(texts, rows, below, columns) > bottom:
        texts = texts[1:]
        page.spoken.append(thanks)
    spare = bottom - _needed(texts, rows, below, columns)
    air = 1 if spare >= 2 else 0
    page.top = 1 if spare >= 2 * air + 2 else 0
    for text, voice in texts:
        page.text(text, voice, centred=True)
        page.top += air
    page.pixels.append(Pixels((page.size.columns - len(rows[0])) // 2, page.top, rows))
    page.top += len(rows) // 2
    if page.top + len(wrap(aside, columns)) <= bottom:
        page.text(aside, centred=True)
    elif told:
        page.faults.append(f"“{aside}” does not fit below the code")


def _needed(texts: Sequence[tuple[str, Voice]], rows: Sequence[str], below: str, columns: int) -> int:
    """Rows of cells that it takes, packed closely."""
    written = [*(text for text, _ in texts), *([below] if below else [])]
    return sum(len(wrap(text, columns)) for text in written) + len(rows) // 2


_NAMES = {
    Paper.NOT_ASKED: "done.code",
    Paper.ASKED: "done.paper",
    Paper.DONE: "done.paper",
    Paper.FAILED: "done.failed",
}
_ASIDES = {
    Paper.NOT_ASKED: "terminal.done.write",
    Paper.ASKED: "terminal.print.sent",
    Paper.DONE: "terminal.print.sent",
    Paper.FAILED: "terminal.print.failed",
}
