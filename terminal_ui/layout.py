"""Where things stand: the pieces all screens are made of. Pure; measured in cells.

    row 0        how far it is
    from row 1   what is asked, then a hint or a problem
    the middle   answers
    the last     the bar: back, help, read aloud, colours, language

How high and how far apart targets are is the grid's (see grid). What does not fit is tried in another arrangement
first, on the large grid also without what is only an aside, and then by pages (see `first_whole`). What fits in none is
named in `Page.faults`, shows cut but works, and is an error of the survey before it is ever asked (see checks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from terminal_ui.actions import Action, Back, Listen, Open, Overlay
from terminal_ui.cells import fits, shorten, width, wrap
from terminal_ui.grid import LARGE, MARGIN, ROW_GAP, Grid, Size, grid_of
from terminal_ui.page import Line, Look, Page, Pixels, Rect, Target, Voice
from terminal_ui.paint import indent
from terminal_ui.scene import Scene


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a target before they have a place."""

    text: str
    action: Action
    look: Look = Look.CHOICE
    key: str = ""
    ticked: bool | None = None
    chosen: bool = False
    left: bool = False
    plain: range = range(0)
    face: tuple[str, ...] = ()
    edged: bool = False
    choosable: bool = False
    aloud: str = ""

    @property
    def indent(self) -> int:
        """The tick has its place before it is there: words that stood whole must not break when they are chosen."""
        return indent(self.key, self.face, marked=True) if self.left else self.pad

    @property
    def pad(self) -> int:
        """Columns free at the sides: two where a tick may come; none in the bar, so that large words are whole."""
        return 2 if self.choosable else 0 if self.edged else 1


def content(size: Size) -> Rect:
    """The room above the bar."""
    return Rect(MARGIN, 0, size.columns - 2 * MARGIN, size.rows - grid_of(size).bar - ROW_GAP)


def split(rect: Rect, columns: int, rows: int = 1, gap: int = 2) -> tuple[Rect, ...]:
    """The room in equal parts, `gap` columns and a row between; what cannot be shared equally goes to the first."""
    spare = rect.width - (columns - 1) * gap
    widths = [spare // columns + (number < spare % columns) for number in range(columns)]
    height = (rect.height - (rows - 1) * ROW_GAP) // rows
    parts = []
    for row in range(rows):
        x = rect.x
        for wide in widths:
            parts.append(Rect(x, rect.y + row * (height + ROW_GAP), wide, height))
            x += wide + gap
    return tuple(parts)


def whole(label: Label, rect: Rect) -> bool:
    """Whether the words stand in this target with no word broken and none left out."""
    return fits(label.text, rect.width - label.indent - label.pad, rect.height)


def target(label: Label, rect: Rect) -> Target:
    lines = shorten(label.text, rect.width - label.indent - label.pad, rect.height)
    return Target(
        rect,
        label.action,
        lines,
        label.look,
        key=label.key,
        ticked=label.ticked,
        chosen=label.chosen,
        face=label.face,
        left=label.left,
        plain=label.plain,
        aloud=label.aloud or label.text,
    )


@dataclass(slots=True)
class Builder:
    """Collects a page from top to bottom. `top` is the first free row."""

    name: str
    scene: Scene
    size: Size
    top: int = 1
    targets: list[Target] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    pixels: list[Pixels] = field(default_factory=list)
    fields: list[Rect] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    shortcuts: dict[str, Action] = field(default_factory=dict)
    bar: tuple[int, int] = (0, 0)
    focus: int = 0
    written: str = ""

    @property
    def grid(self) -> Grid:
        return grid_of(self.size)

    @property
    def large(self) -> bool:
        return self.grid is LARGE

    @property
    def room(self) -> Rect:
        """What is free between the text above and the bar below."""
        area = content(self.size)
        return Rect(area.x, self.top, area.width, area.bottom - self.top)

    def text(
        self,
        words: str,
        voice: Voice = Voice.PLAIN,
        *,
        most: int = 99,
        centred: bool = False,
        speak: bool = True,
        within: Rect | None = None,
    ) -> None:
        """A paragraph from the first free row on, at most so many lines; `within` bounds its columns and its end."""
        area = within or content(self.size)
        pad = 1 if voice is Voice.PROBLEM else 0
        columns = area.width - 2 * pad
        lines = wrap(words, columns)
        if self.top + len(lines) > area.bottom or not fits(words, columns, most):
            self.faults.append(f"“{words}” does not fit")
            lines = shorten(words, columns, max(1, min(most, area.bottom - self.top)))
        for line in lines:
            shown = f" {line}".ljust(area.width) if pad else line
            x = area.x + (area.width - width(line)) // 2 if centred else area.x
            self.lines.append(Line(x, self.top, shown, voice))
            self.top += 1
        if speak:
            self.spoken.append(words)

    def progress(self, words: str, asked: int, of: int, *, seen: bool = True) -> None:
        self.spoken.append(words)
        if seen:
            self.lines.append(Line(MARGIN, 0, words, Voice.FAINT))
            self.bar = (asked, of)

    def add(self, label: Label, rect: Rect, *, speak: bool = True) -> None:
        if not whole(label, rect):
            self.faults.append(f"“{label.text}” does not fit its button")
        if label.key:
            self.shortcuts[label.key] = label.action
        if speak:
            self.speak_choice(label.key, label.text, chosen=label.chosen)
        self.targets.append(target(label, rect))

    def speak_choice(self, key: str, words: str, *, chosen: bool) -> None:
        """What is seen by a tick has to be heard, too."""
        choice = f"{key}: {words}" if key else words
        self.spoken.append(self.scene.say("terminal.aloud.chosen", choice=choice) if chosen else choice)

    def speak_written(self) -> None:
        """What stands there is said when the screen comes; what is added is said by whoever adds it (see aloud)."""
        if text := self.scene.visit.draft.text:
            self.written = self.scene.say("terminal.aloud.written", text=text)

    def row(self, labels: Sequence[Label], rect: Rect) -> None:
        """Targets side by side: equally wide where each then takes one line; else as wide as their lines need; else
        equally wide with more lines; else as wide as their longest words need."""
        if not labels:
            return
        gap = self.grid.gap
        equal = split(rect, len(labels), gap=gap)
        ways = (equal, _by_need(labels, rect, 1, gap), equal, _by_need(labels, rect, rect.height, gap))
        rows = (1, 1, rect.height, rect.height)
        parts = next((way for way, most in zip(ways, rows, strict=True) if _stand(labels, way, most)), ways[-1])
        for label, part in zip(labels, parts, strict=True):
            self.add(label, part)

    def spread(self, labels: Sequence[Label], room: Rect, columns: Sequence[int]) -> None:
        """Targets in the first of these arrangements that holds them."""
        for label, place in zip(labels, self.places(labels, room, columns), strict=True):
            self.add(label, place)

    def places(self, labels: Sequence[Label], room: Rect, columns: Sequence[int]) -> tuple[Rect, ...]:
        """A place for each target, whatever happens; where none of the arrangements holds them, that is a fault."""
        places = self.arrange(labels, room, columns)
        if places is None:
            self.faults.append("the buttons do not fit on one screen")
            rows = -(-len(labels) // columns[-1])
            high = max(2 * rows - 1, room.height)
            places = split(Rect(room.x, room.y, room.width, high), columns[-1], rows, self.grid.gap)
        return places[: len(labels)]

    def arrange(self, labels: Sequence[Label], room: Rect, columns: Sequence[int]) -> tuple[Rect, ...] | None:
        """The first arrangement in so many columns in which all words stand whole; None when none does."""
        grid = self.grid
        for count in columns:
            rows = -(-len(labels) // count)
            height = min(grid.most, (room.height - (rows - 1) * ROW_GAP) // rows)
            if height < grid.height:
                continue
            used = rows * height + (rows - 1) * ROW_GAP
            box = Rect(room.x, room.y + (room.height - used + self.large) // 2, room.width, used)
            parts = split(box, count, rows, grid.gap)[: len(labels)]
            if all(whole(label, part) for label, part in zip(labels, parts, strict=True)):
                return parts
        return None

    def foot(self, labels: Sequence[Label]) -> None:
        """A row of targets just above the bar."""
        room, height = self.room, self.grid.height
        self.row(labels, Rect(room.x, room.bottom - height, room.width, height))

    def above_foot(self, there: object = True) -> Rect:
        """What is free above a foot, if there is to be one."""
        room = self.room
        return replace(room, height=max(0, room.height - (self.grid.height + ROW_GAP if there else 0)))

    def page(self, *, typing: str = "", digits: bool = False) -> Page:
        """The page with its bar. The answers come first in the order of the keys, the bar last."""
        focus = self.focus
        _toolbar(self)
        self.faults.extend(_covered(self))
        return Page(
            self.name,
            tuple(self.targets),
            tuple(self.lines),
            tuple(self.pixels),
            self.bar,
            tuple(self.fields),
            tuple(self.spoken),
            self.written,
            focus,
            typing,
            digits,
            dict(self.shortcuts),
            tuple(self.faults),
        )


def first_whole(ways: Iterable[Callable[[], Page]]) -> Page:
    """Of several ways to lay out a screen the first in which everything stands whole; else the last, with its
    faults."""
    page = None
    for way in ways:
        page = way()
        if not page.faults:
            break
    if page is None:
        raise LookupError("no way to lay it out")
    return page


def _covered(page: Builder) -> Iterator[str]:
    """What a target would be painted over."""
    rects = [target.rect for target in page.targets]
    for line in page.lines:
        if any(Rect(line.x, line.y, width(line.text.rstrip()), 1).meets(rect) for rect in rects):
            yield f"“{line.text.strip()}” is covered by a button"
    for picture in page.pixels:
        if any(Rect(picture.x, picture.y, len(picture.rows[0]), len(picture.rows) // 2).meets(rect) for rect in rects):
            yield "a picture is covered by a button"


def _stand(labels: Sequence[Label], parts: Sequence[Rect], lines: int) -> bool:
    """Whether all words stand whole in these places, in at most so many lines."""
    return all(
        fits(label.text, part.width - label.indent - label.pad, min(lines, part.height))
        for label, part in zip(labels, parts, strict=True)
    )


def _by_need(labels: Sequence[Label], rect: Rect, lines: int, gap: int) -> tuple[Rect, ...]:
    """Widths by what each needs for its whole text in one line, or for its longest word; the rest is shared out."""
    texts = (width(label.text) if lines == 1 else _longest_word(label) for label in labels)
    needs = [text + label.indent + label.pad for text, label in zip(texts, labels, strict=True)]
    spare = rect.width - (len(labels) - 1) * gap - sum(needs)
    parts, x = [], rect.x
    for number, need in enumerate(needs):
        wide = max(1, need + spare // len(needs) + (number < spare % len(needs)))
        parts.append(Rect(x, rect.y, wide, rect.height))
        x += wide + gap
    return tuple(parts)


def _longest_word(label: Label) -> int:
    words = label.text.replace("-", "- ").split()
    return max((width(word) for word in words), default=1)


def _toolbar(page: Builder) -> None:
    """Five places that never change, so that a hand finds them again; what is of no use here leaves its place empty."""
    scene, visit = page.scene, page.scene.visit
    offered = getattr(visit.prompt, "help", False)  # after misunderstandings the way to a person stands out
    tools: tuple[tuple[bool, str, Action], ...] = (
        (_has_way_back(scene), "back", Back()),
        (visit.overlay is not Overlay.HELP, "help", Open(Overlay.HELP)),
        (scene.speech, "silent" if visit.comfort.listening else "listen", Listen()),
        (visit.overlay is not Overlay.VIEW, "view", Open(Overlay.VIEW)),
        (_has_languages(scene), "language", Open(Overlay.LANGUAGE)),
    )
    grid = page.grid
    area = Rect(MARGIN, page.size.rows - grid.bar, page.size.columns - 2 * MARGIN, grid.bar)
    for (shown, name, action), place in zip(tools, split(area, len(tools), gap=grid.gap), strict=True):
        if shown:
            look = Look.CHOICE if name == "help" and offered else Look.TOOL
            label = Label(scene.say(f"terminal.bar.{name}"), action, look, edged=page.large)
            page.add(label, place, speak=False)


def _has_languages(scene: Scene) -> bool:
    visit = scene.visit
    return visit.welcomed and visit.overlay is not Overlay.LANGUAGE and len(scene.locales()) > 1


def _has_way_back(scene: Scene) -> bool:
    """Not on the first screen, and not once it is handed in."""
    visit = scene.visit
    closed = visit.interview is not None and visit.interview.closed is not None
    return visit.overlay is not None or (visit.welcomed and not closed)
