"""From what was read on a page to a filed page: judged by policy, its pictures encrypted, handed to the office.

The pictures are written first, under ids that follow from the file and the place of the page in it: whatever dies in
between, the same page read again writes the same files and is filed once. Of a page that could not be opened the whole
file is kept, once for all such pages of it, unless that is too large to be sealed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from channels.paper import content, policy
from channels.paper.files import beginnings, original
from channels.paper.policy import Judged
from channels.paper.reading import Seen
from channels.paper.routing import numbers
from channels.paper.sheet import Sheet, from_json
from channels.paper.workers import Workers
from kiosk.blobs import Blobs
from kiosk.keyring import Keyring
from kiosk.office import Office
from kiosk.record import Doubtful
from kiosk.scan import Decision, Form, Page, PageState, Settled
from kiosk.store.reads import Reads

AGAIN = "kiosk, which reads it again"  # who decides about a page whose form is known now
WHOLE = "kiosk, which got its file whole"  # and about one that could not be opened until then


@dataclass(frozen=True, slots=True)
class Handed:
    """A page and what became of it. `judged`: question -> what counts of it."""

    page: Page
    state: PageState
    judged: Mapping[str, Judged]


class Desk(Protocol):
    """Where pages are handed in: a door, or the intake itself."""

    def file_page(self, page: Page) -> PageState: ...

    def decide_page(self, number: int, decision: Decision, by: str) -> Settled: ...


class Tray:
    """Files pages for one office. For one thread, as `reads` is."""

    def __init__(self, office: Office, desk: Desk, reads: Reads) -> None:
        self._office = office
        self._desk = desk
        self._reads = reads

    def sheet(self, form: str) -> Sheet | None:
        """A form that was printed, for whoever reads its pages."""
        return from_json(known.body) if (known := self._reads.form(form)) else None

    def file(self, seen: Seen, file: Path, name: str = "") -> Handed:
        """`name`: what the file is called for people, where that is not its own name. Raises StoreError when it cannot
        be stored now; then nothing was, and it can be tried again."""
        page, judged = self._page(seen, file, name or named(file))
        return Handed(page, self._desk.file_page(page), judged)

    def again(self, workers: Callable[[], Workers]) -> None:
        """Read the scans of pages whose form became known since they came, as from a backup or another printing. What
        comes of one is a page of its own, and the one before is put aside. One whose scan is lost stays as it is."""
        for number, name, scan in self._reads.pages_readable():
            if not self._office.blobs.has(scan):
                continue
            with os.fdopen(os.memfd_create("scan"), "wb") as copy:
                copy.write(self._office.blobs.read(scan))
                copy.flush()
                file = Path(f"/proc/{os.getpid()}/fd/{copy.fileno()}")
                for seen in workers().read(file):
                    self.file(seen, file, name)
            self._desk.decide_page(number, Decision.DISMISS, AGAIN)

    def whole(self, file: Path) -> None:
        """Of this file every page could be opened and is filed. What is on record as a file that could not, and was the
        beginning of this one, as when a copy of it broke off, needs nobody any more."""
        for beginning in beginnings(file, self._reads.sizes_refused()):
            for number in self._reads.pages_refused(beginning):
                self._desk.decide_page(number, Decision.DISMISS, WHOLE)

    def _page(self, seen: Seen, file: Path, name: str) -> tuple[Page, dict[str, Judged]]:
        reading, mark = seen.reading, seen.reading.mark
        form = self._reads.form(mark.form) if mark and reading.state is PageState.FILED else None
        survey = self._reads.definition(form.version) if form else None
        judged = policy.judge(survey, reading) if survey else {}
        printed = numbers(survey) if survey else {}
        pictures = _Pictures(self._office.blobs, self._office.keyring, seen)
        refused = reading.state is PageState.REFUSED
        scan, size = pictures.whole(file) if refused else (pictures.keep("", seen.picture), len(seen.picture))
        number = mark.page if mark else 0
        page = Page(
            file=seen.file,
            index=seen.index,
            name=name,
            state=reading.state,
            at=self._office.now(),
            reason=reading.reason,
            form=mark.form if mark else "",
            serial=mark.serial if mark else "",
            number=number,
            content=self._content(seen, form) if form else "",
            answers={name: one.answer for name, one in judged.items()},
            doubts=tuple(
                _doubt(name, one, f"Page {number}, question {printed[name]}", pictures, scan)
                for name, one in judged.items()
                if one.reason
            ),
            scan=scan,
            size=size,
        )
        return page, judged

    def _content(self, seen: Seen, form: Form) -> str:
        """Another scan of the same page takes over what is on record of it."""
        mark = seen.reading.mark
        mine = content.content(seen.reading, seen.file)
        return content.known(mine, self._reads.contents(form.id, mark.serial, mark.page)) if mark else mine


class _Pictures:
    """The blobs of one page."""

    def __init__(self, blobs: Blobs, keyring: Keyring, seen: Seen) -> None:
        self._blobs = blobs
        self._keyring = keyring
        self._seen = seen

    def keep(self, question: str, picture: bytes) -> str:
        """The id of a cut-out of this question, of the whole page for ""; "" where there is no picture."""
        if not picture:
            return ""
        return self._blobs.write(picture, self._uid(f"{self._seen.file}\0{self._seen.index}\0{question}"))

    def whole(self, file: Path) -> tuple[str, int]:
        """The id and size of the file that the page is from; "" and 0 where it cannot be sealed."""
        uid = self._uid(self._seen.file)
        if self._blobs.has(uid):  # another page of it could not be opened, either
            return uid, file.stat().st_size
        content = original(file, self._seen.file)
        return (self._blobs.write(content, uid), len(content)) if content else ("", 0)

    def cutout(self, question: str) -> bytes:
        reading = self._seen.reading
        fields = {read.field.question: read.cutout for read in reading.fields}
        return fields.get(question) or reading.cutouts.get(question, b"")

    @property
    def size(self) -> int:
        return len(self._seen.picture)

    def _uid(self, what: str) -> str:
        return self._keyring.digest(what, "picture").hex()


def named(file: Path) -> str:
    """A file's name as text: names may be any bytes."""
    return file.name.encode(errors="replace").decode()


def _doubt(question: str, judged: Judged, place: str, pictures: _Pictures, scan: str) -> Doubtful:
    """With a cut-out of the question; where there is none, with the whole page. `place`: where it is on the paper."""
    cutout = pictures.cutout(question)
    evidence, size = (pictures.keep(question, cutout), len(cutout)) if cutout else (scan, pictures.size)
    reason = f"{place}: {judged.reason}"
    return Doubtful(question, judged.kind, reason, judged.reading, evidence, size if evidence else 0)
