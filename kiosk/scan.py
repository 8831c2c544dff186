"""What comes in on paper, as plain data: a form that was printed, a page that was scanned, and what became of it.

A form is kept when it is printed, under the id that its pages carry. A page is read by that and by nothing else, so
what was printed before an upgrade still reads right. `body` is the channel's own, and opaque here.

A page arrives with what its channel read on it. What becomes of it is one `PageState`; see `filing` for how one follows
from another. Nothing that arrives is ever without a state, and every state but the first has a way out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.record import Doubtful, Response
from kiosk.survey import Answer


class PageState(StrEnum):
    """Where a page stands."""

    FILED = "filed"  # its answers are in
    WAITING = "waiting"  # another page of its sheet is not here yet
    REPEATED = "repeated"  # the same page with the same content is here already
    CONFLICT = "conflict"  # the same page is here with other content: a person decides
    BLANK = "blank"  # nothing is printed on it, as on the back of a sheet
    FOREIGN = "foreign"  # it is no page of a form of ours
    UNKNOWN_FORM = "unknown_form"  # a form of ours that this office does not know
    UNREADABLE = "unreadable"  # a form of ours, and too poor to say which or what is on it
    REFUSED = "refused"  # a file, or the rest of one, that could not be opened
    DISMISSED = "dismissed"  # a person looked, and put it aside


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was printed. `id` follows from its content. `asks` are the numbers of those of its `pages`, from 1,
    that ask something: a response needs these, for people keep the page with the notice."""

    id: str
    survey: str
    version: str
    locale: str
    pages: int
    asks: tuple[int, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read, on its way to `intake.file_page`.

    `file` is the SHA-256 of the file it is from (hex), `index` its place there from 0, `name` the file's name for
    people. `state` is FILED for a page that was read, whatever else is still missing of its sheet; otherwise it says
    why not, and `reason` says it in a sentence for staff.

    Of a page that was read: `form`, `serial` (digits) and `number` (from 1) are what it carries; `answers` to the
    questions whose boxes are on it, with `doubts` about the pending ones; `content` is the same for two scans of one
    page with the same marks, and another for other marks. `scan` is the id of its blob with `size` bytes, "" if none.
    """

    file: str
    index: int
    name: str
    state: PageState
    at: int
    reason: str = ""
    form: str = ""
    serial: str = ""
    number: int = 0
    content: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    doubts: tuple[Doubtful, ...] = ()
    scan: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page on record that looked like one that was here, and so may be the page of this `number` that a copy of the
    sheet waits for. `id`, `name` and `index` are as in `Waiting`."""

    id: int
    number: int
    name: str
    index: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page that waits for a person, as whoever decides sees it. `id` is its number on record; `name`, `index`,
    `serial` and `number` are as in `Page`. `missing`: of a sheet that waits, the pages that are not here. `scan` is its
    blob, "" if there is none. `candidates`: what may be one of the missing pages."""

    id: int
    state: PageState
    reason: str
    name: str
    index: int
    survey: str
    serial: str
    number: int
    missing: tuple[int, ...]
    scan: str
    at: int
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """What one person filled in on a sheet that was photocopied for several. `number` counts from 1, the sheet itself.
    `response` is None while some of its pages are not here; `waiting`: so many that are wait for them."""

    number: int
    response: Response | None
    waiting: int = 0


class Decision(StrEnum):
    """What a person decides about a page that waits for one."""

    ANOTHER = "another"  # somebody else's, on a copy of the same sheet: a response of its own
    DISMISS = "dismiss"  # it counts for nothing; of a sheet that waits, all of its pages
    COMPLETE = "complete"  # the missing pages will not come: take what is here


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a page that a person decided about. `pages`: the numbers of all pages of its sheet or copy that
    are where it is now; `missing`: of one that still waits, those that are not here."""

    state: PageState
    pages: tuple[int, ...]
    missing: tuple[int, ...] = ()
