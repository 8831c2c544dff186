"""Every screen, on both grids, in every language, by day and night: whole, large enough, apart, unbroken, readable."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from kiosk import catalogue
from kiosk.definition import from_toml
from kiosk.errors import SurveyError
from kiosk.interview import begin
from kiosk.office import Office
from kiosk.prompt import Close, Disposition
from kiosk.survey import Survey
from terminal_ui import channel
from terminal_ui.actions import Leaf, Pick
from terminal_ui.app import Terminal, Timing
from terminal_ui.cells import ELLIPSIS, width
from terminal_ui.checks import check
from terminal_ui.grid import GRIDS, LARGE, STANDARD, Size, grid_of
from terminal_ui.journal import FOLDER, Journal
from terminal_ui.measure import LEAST_GAP, LEAST_TARGET, Screen, steps
from terminal_ui.page import Look, Page, Rect
from terminal_ui.pages import page
from terminal_ui.paint import Row, Touch, paint
from terminal_ui.palette import DAY, NIGHT, STRONG, Palette, contrast
from terminal_ui.pictures import digits
from terminal_ui.scene import Scene
from terminal_ui.visit import Paper, Visit, act
from tests.terminal_ui.screens import CODE, scene, screens

SIZES = (STANDARD.least, LARGE.least, Size(100, 30))
LOCALES = ("de", "de@easy", "en")
WALL = Screen(1920, 1080, 344)  # 15.6 inches; the screen that an office has unless it says otherwise
CELLS = {step.grid: step.cell for step in steps(WALL)}  # millimetres
SAMPLES = Path(__file__).parents[2] / "kiosk" / "surveys"
OFTEN = """
locales = ["de", "de@easy", "en"]
keyword = "WEGE"
missing = ["dont_know", "refused"]
retention_days = 30
title = {de = "Alles auf einmal", "de@easy" = "Alles zusammen", en = "Everything at once"}
participants = {de = "alle", "de@easy" = "alle Leute", en = "everyone"}
brief = {de = "Fünf Fragen.", "de@easy" = "Wir stellen 5 Fragen.", en = "Five questions."}
notice = {de = "Wer? Wir.", "de@easy" = "Das sind wir.", en = "Us."}

[[question]]
name = "before"
kind = "note"
[question.label]
de = "Zuerst etwas zum Lesen: Es geht um die Wege in unserem Landkreis."
"de@easy" = "Lesen Sie das zuerst."
en = "Something to read first: this is about the roads in our county."
[question.wording.sms]
reason = "A question is one SMS, with what is read before it."
label = {de = "Es geht um Wege.", "de@easy" = "Lesen Sie das.", en = "This is about roads."}

[[question]]
name = "six"
kind = "select_multiple"
[question.label]
de = "Was nutzen Sie auf Ihren täglichen Wegen?"
"de@easy" = "Wie fahren Sie?"
en = "What do you use on your daily ways?"
[question.wording.sms]
reason = "A question is one SMS."
label = {de = "Was nutzen Sie täglich?", "de@easy" = "Wie fahren Sie?", en = "What do you use daily?"}
[[question.choice]]
name = "bus"
label = {de = "Bus", "de@easy" = "den Bus", en = "Bus"}
[[question.choice]]
name = "train"
label = {de = "Bahn", "de@easy" = "die Bahn", en = "Train"}
[[question.choice]]
name = "bicycle"
label = {de = "Fahrrad", "de@easy" = "das Rad", en = "Bicycle"}
[[question.choice]]
name = "car"
label = {de = "Auto", "de@easy" = "das Auto", en = "Car"}
[[question.choice]]
name = "foot"
label = {de = "Zu Fuß", "de@easy" = "die Füße", en = "On foot"}
[[question.choice]]
name = "other"
label = {de = "Etwas anderes", "de@easy" = "etwas Neues", en = "Something else"}

[[question]]
name = "minutes"
kind = "integer"
required = true
minimum = 0
maximum = 240
[question.label]
de = "Wie viele Minuten sind Sie am Tag unterwegs?"
"de@easy" = "Wie viele Minuten?"
en = "For how many minutes a day?"

[[question]]
name = "three"
kind = "range"
appearance = "faces"
[question.label]
de = "Wie war das?"
"de@easy" = "War es gut?"
en = "How was that?"
[[question.choice]]
name = "good"
label = {de = "Gut", "de@easy" = "Es war gut", en = "Good"}
[[question.choice]]
name = "so_so"
label = {de = "Mittel", "de@easy" = "So mittel", en = "So-so"}
[[question.choice]]
name = "bad"
label = {de = "Schlecht", "de@easy" = "Es war schlecht", en = "Bad"}
"""


def surveys(name: str) -> tuple[Survey, ...]:
    """The samples, and one with every kind of question at its fullest."""
    texts = {file.stem: file.read_text() for file in SAMPLES.glob("*.toml")} | {"often": OFTEN}
    if name == "many":
        (vote,) = surveys("vote")
        return tuple(replace(vote, name=f"vote{n}", title=MappingProxyType(_numbered(vote, n))) for n in range(9))
    names = sorted(texts) if name == "all" else [name]
    return tuple(from_toml(stem, texts[stem], f"{stem}.toml", LOCALES, [check]) for stem in names)


def _numbered(survey: Survey, number: int) -> dict[str, str]:
    return {locale: f"{number} {title} {title}" for locale, title in survey.title.items()}


CATALOGUES = catalogue.load([channel.catalogues] if channel.catalogues else [])


@pytest.fixture(params=["all", "many", "counter"])
def asked(request: pytest.FixtureRequest) -> tuple[Survey, ...]:
    return surveys(request.param)


DONE = ("done.code", "done.paper", "done.failed")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.columns}x{size.rows}")
def test_every_screen(asked: tuple[Survey, ...], size: Size, locale: str) -> None:
    found = list(screens(CATALOGUES, asked, locale, size))
    assert {"attract", "consent", "review", "done", *DONE, "help", "notice", "still_here"} <= {
        shown.name.partition("#")[0] for _, shown in found
    }
    for here, shown in found:
        _fits(shown, size)
        for palette in (DAY, NIGHT, STRONG):
            rows = paint(shown, size, palette, Touch(focus=range(1)))
            _stands_as_told(shown, rows, size)
            _readable(rows, palette, shown)
            _readable(paint(shown, size, palette, Touch(pressed=0)), palette, shown)
        assert any(shown.spoken), f"{shown.name} says nothing"
        assert here.catalogue.locale == locale


def _fits(shown: Page, size: Size) -> None:
    assert not shown.faults, (shown.name, shown.faults)
    grid = grid_of(size)
    column, row = CELLS[grid]
    assert min(column, row) >= LEAST_GAP  # there is a free cell between any two targets
    for number, target in enumerate(shown.targets):
        rect = target.rect
        where = f"{shown.name}: {target.lines}"
        assert rect.x >= 0, where
        assert rect.y >= 0, where
        assert rect.right <= size.columns, where
        assert rect.bottom <= size.rows, where
        assert rect.height >= grid.height, where
        assert rect.width >= grid.key, where
        assert rect.width * column >= LEAST_TARGET, where
        assert rect.height * row >= LEAST_TARGET, where
        for other in shown.targets[number + 1 :]:
            assert not _touches(rect, other.rect), f"{where} and {other.lines}"
        assert all(width(line) <= rect.width for line in target.lines), where
        above = 0 if target.left else len(target.face) // 2  # a small face stands beside the words
        assert len(target.lines) + above <= rect.height, where
        if target.look is not Look.CARD:  # a card of the review may shorten what is whole elsewhere
            assert not any(ELLIPSIS in line for line in target.lines), where
    for line in shown.lines:
        assert line.x >= 0, line
        assert line.x + width(line.text) <= size.columns, line
        assert 0 <= line.y < size.rows, line
        words = Rect(line.x, line.y, width(line.text.rstrip()), 1)
        assert not any(words.meets(target.rect) for target in shown.targets), f"{shown.name}: {line} is covered"
    for picture in shown.pixels:
        drawn = Rect(picture.x, picture.y, len(picture.rows[0]), len(picture.rows) // 2)
        assert not any(drawn.meets(target.rect) for target in shown.targets), f"{shown.name}: the digits are covered"
        assert not any(drawn.covers(line.x, line.y) for line in shown.lines), shown.name


def _touches(one: Rect, other: Rect) -> bool:
    """Whether there is no free row or column between two targets (5 mm at least)."""
    wider = Rect(one.x - 1, one.y - 1, one.width + 2, one.height + 2)
    return wider.x < other.right and other.x < wider.right and wider.y < other.bottom and other.y < wider.bottom


def _stands_as_told(shown: Page, rows: tuple[Row, ...], size: Size) -> None:
    """Every line of a target is on the screen, within the target; every row has as many cells as the screen."""
    texts = ["".join(text for text, _ in row) for row in rows]
    assert all(width(text) == size.columns for text in texts)
    for target in shown.targets:
        rect = target.rect
        within = [texts[y][rect.x : rect.right] for y in range(rect.y, rect.bottom)]
        for words in target.lines:
            assert any(words in text for text in within), (shown.name, words, within)
        if target.chosen:
            assert any("✓" in text or "☑" in text for text in within), (shown.name, within)
    for line in shown.lines:
        assert line.text.rstrip() in texts[line.y], (shown.name, line)


def _readable(rows: tuple[Row, ...], palette: Palette, shown: Page) -> None:
    """Letters have 7:1, in the strong colours 20:1; borders and pictures 3:1. A target that hardly differs from the
    ground has a line around it."""
    letters = 20.0 if palette is STRONG else 7.0
    for row in rows:
        for text, ink in row:
            signs = set(text) - {" "}
            if not signs:
                continue
            least = 3.0 if signs <= set("▀▄█▌▐━╌▏▁▔▕") else letters
            assert contrast(ink.fore, ink.back) >= least, (shown.name, text, ink)
    for target in shown.targets:
        if not target.chosen and contrast(palette.looks[target.look].back, palette.ground) < 3:
            _outlined(rows, target.rect, palette)
    assert contrast(palette.edge, palette.ground) >= 3
    assert contrast(palette.ring, palette.ground) >= 3


def _outlined(rows: tuple[Row, ...], rect: Rect, palette: Palette) -> None:
    """A line (or the frame of the focus) at the left and at the right, where it is no edge of the screen."""
    for x in (rect.x - 1, rect.right):
        drawn = [_ink_at(rows[y], x) for y in range(rect.y, rect.bottom) if x >= 0]
        assert all(ink in (palette.edge, palette.ring, "") for ink in drawn), (rect, drawn)


def _ink_at(row: Row, x: int) -> str:
    """The colour of the sign at a column; "" beyond the screen."""
    column = 0
    for text, ink in row:
        for sign in text:
            if column == x:
                return ink.fore if sign != " " else "blank"
            column += width(sign)
    return ""


@pytest.mark.peers
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.columns}x{size.rows}")
def test_the_program_shows_just_these_screens(counter: Path, size: Size) -> None:
    """The real program, told to be where a visitor would be, has the page's cells on its screen."""
    office = Office(counter)
    journal = Journal.create(counter / FOLDER, office.keyring)

    async def look() -> None:
        terminal = Terminal(office, journal, Timing(90, 30, 60))
        async with terminal.run_test(size=(size.columns, size.rows)) as pilot:
            for locale in LOCALES:
                for here, _ in screens(office.catalogues, office.open_surveys(), locale, size):
                    terminal.visit = here.visit
                    terminal.show()
                    await pilot.pause()
                    _on_screen(terminal, here, size)

    asyncio.run(look())
    journal.close()


def _on_screen(terminal: Terminal, here: Scene, size: Size) -> None:
    shown = terminal.page
    assert shown is not None
    _fits(shown, size)
    lines = [strip.text for strip in terminal.screen._compositor.render_strips()]
    for line in shown.lines:
        assert line.text.rstrip() in lines[line.y]
    for target in shown.targets:
        for words in target.lines:
            assert any(words in line for line in lines[target.rect.y : target.rect.bottom]), here


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("ended", [Disposition.COMPLETE, Disposition.PARTIAL, Disposition.BREAK_OFF])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.columns}x{size.rows}")
def test_the_code_stands_free_whatever_is_said_with_it(
    size: Size, ended: Disposition, paper: Paper, locale: str
) -> None:
    (vote,) = surveys("vote")
    over = replace(begin(vote, locale)[0], closed=ended)
    visit = Visit(locale, welcomed=True, interview=over, prompt=Close(ended), paper=paper)
    shown = page(scene(visit, CATALOGUES, (vote,)), size)
    _fits(shown, size)
    assert [picture.rows for picture in shown.pixels] == [digits(CODE, small=size == LARGE.least)]


def test_what_cannot_fit_is_a_fault_of_the_survey() -> None:
    text = OFTEN.replace('de = "Bus"', 'de = "Omnibusverkehrsgesellschaftsbetrieb"')
    with pytest.raises(
        Exception, match=r"often.toml, question six, locale de: on the terminal's standard screen .*fit"
    ):
        from_toml("often", text, "often.toml", LOCALES, [check])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.columns}x{size.rows}")
def test_of_many_surveys_every_one_is_offered(size: Size) -> None:
    many = surveys("many")
    visit, offered = Visit("de", welcomed=True), []
    while True:
        shown = page(scene(visit, CATALOGUES, many), size)
        assert not shown.faults
        offered += [target.action.survey for target in shown.targets if isinstance(target.action, Pick)]
        if Leaf(1) not in [target.action for target in shown.targets]:
            break
        visit = act(visit, Leaf(1), many, "de").visit
    assert offered == [survey.name for survey in many]
    assert visit.sheet > 0


@pytest.mark.peers
@pytest.mark.parametrize("words", [1, 2, 3, 4, 6, 8, 11])
@pytest.mark.parametrize("part", ["Bus", "Was nutzen Sie auf Ihren täglichen Wegen?", "Gut", "Alles auf einmal"])
def test_what_is_admitted_is_never_cut(part: str, words: int) -> None:
    """Whatever is touched, chosen, misunderstood or looked back at."""
    text = OFTEN.replace(f'de = "{part}"', f'de = "{" ".join([part] * words)}"')
    try:
        admitted = from_toml("often", text, "often.toml", LOCALES, [check])
    except SurveyError:
        return
    for grid in GRIDS:
        for _, shown in screens(CATALOGUES, (admitted,), "de", grid.least):
            assert not shown.faults, shown.name


@pytest.mark.parametrize(("bound", "what"), [("minimum = -5", "minus sign"), ("maximum = 1000000000", "9 digits")])
def test_a_number_that_cannot_be_entered_is_not_asked(bound: str, what: str) -> None:
    text = OFTEN.replace("minimum = 0" if "minimum" in bound else "maximum = 240", bound)
    with pytest.raises(SurveyError, match=f"often.toml, question minutes: .*{what}"):
        from_toml("often", text, "often.toml", LOCALES, [check])
