"""`kiosk paper read`, `list`, `show` and `settle`: scans into the office, and what no machine could decide about them.

    kiosk paper read FILE|DIR ...     every page is filed; the files stay where they are
    kiosk paper list                  what waits for a person, each with its number and what can be done
    kiosk paper show N -o FILE        write its scan to a new file, to look at it
    kiosk paper settle N --as WHAT    another: a copy of somebody else; complete: without the missing pages; dismiss

A file may be read any number of times: what was filed once is not filed again.
"""

from __future__ import annotations

import getpass
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from channels.paper import MODE, told
from channels.paper.inbox import ignored
from channels.paper.pages import Tray
from channels.paper.workers import Workers
from kiosk.blobs import hand_out
from kiosk.doorkeeper import open_door
from kiosk.errors import UsageError
from kiosk.identity import grouped
from kiosk.office import Office
from kiosk.scan import Candidate, Decision, PageState, Waiting
from kiosk.store.reads import Reads

GOOD = {PageState.FILED, PageState.WAITING, PageState.REPEATED, PageState.BLANK, PageState.DISMISSED}
HOUR = 3_600_000  # milliseconds
PROGRESS = 0.5  # seconds between two words of how far it is
WAYS_OUT: Mapping[PageState, str] = {
    PageState.WAITING: "scan it too; or settle as complete to take what is here, or as dismiss to put it all aside",
    PageState.CONFLICT: "settle as another if it is a copy that somebody else filled in, else as dismiss",
    PageState.UNKNOWN_FORM: "print the same survey once more, then it is read by itself; else settle as dismiss",
    PageState.UNREADABLE: "scan it again or type it in with `kiosk enter`, then settle as dismiss",
    PageState.REFUSED: "scan its pages again, or if it is no scan look where it belongs, then settle as dismiss",
    PageState.FOREIGN: "look where it belongs, then settle as dismiss",
}

# Of what could not be opened, because whatever was opened has one.
NO_SCAN = (
    "It was too large to be sealed, or could not be opened at all, and lies where it was read; or it was erased with a"
    " page beside it."
)
LOST = "Its scan is lost. Put it back from your backup (see kiosk doctor), or scan the paper again."
LOST_FORM = "print the same survey once more and scan the paper again, then settle as dismiss"


def read(folder: Path, options: Mapping[str, Any]) -> int:
    """File all pages of these files. 0 where each was read, 1 where some have to be looked at. Raises UsageError for a
    path that is not there, StoreError when the office cannot store."""
    office, files = Office(folder), list(_files([Path(word) for word in options["words"]]))
    states: Counter[PageState] = Counter()
    waited: Counter[str] = Counter()  # by serial: pages that the last one of their sheet takes along
    progress = _Progress(len(files), shown=sys.stderr.isatty())
    with closing(open_door(office)) as door, closing(Reads(office.store_file, office.keyring)) as reads:
        tray = Tray(office, door, reads)
        with Workers(int(office.settings(MODE)["workers"]), tray.sheet) as workers:
            tray.again(lambda: workers)
            for file in files:
                whole = True
                for page in workers.read(file):
                    filed = tray.file(page, file)
                    whole &= filed.page.state is not PageState.REFUSED
                    states[filed.state] += 1
                    if filed.state is PageState.WAITING:
                        waited[filed.page.serial] += 1
                    elif filed.state is PageState.FILED:
                        taken_along = waited.pop(filed.page.serial, 0)
                        states[PageState.FILED] += taken_along
                        states[PageState.WAITING] -= taken_along
                    progress.page()
                    say = json.dumps(told.plain(file, page, filed)) if options["json"] else told.line(file, page, filed)
                    print(say, flush=True)
                if whole:
                    tray.whole(file)
                progress.file()
    progress.end()
    if not options["json"]:
        print(told.summary(states))
    return 0 if not set(states) - GOOD else 1


def waiting(folder: Path, options: Mapping[str, Any]) -> int:
    """Say what waits for a person, oldest first, and what can be done."""
    office = Office(folder)
    hours = int(office.settings(MODE)["missing_page_hours"])
    waits: list[Waiting] = []
    if office.store_file.exists():
        with closing(Reads(office.store_file, office.keyring)) as reads:
            waits = reads.pages_waiting(office.now() - hours * HOUR)
    if options["json"]:
        print(json.dumps([asdict(one) for one in waits], ensure_ascii=False, indent=2))
        return 0
    shown = (_told(one, lost=bool(one.scan) and not office.blobs.has(one.scan)) for one in waits)
    print("\n\n".join(shown) if waits else "Nothing waits for a person.")
    return 0


def show(folder: Path, options: Mapping[str, Any]) -> int:
    """Write a page's scan to a new file for this user alone. Raises UsageError where there is none."""
    number, output = _number(options["words"]), str(options["output"])
    if not output:
        raise UsageError("paper.output", f"Say where to write it: kiosk paper show {number} -o FILE")
    office, scan = Office(folder), None
    if office.store_file.exists():
        with closing(Reads(office.store_file, office.keyring)) as reads:
            scan = reads.page_scan(number)
    if scan is None:
        raise UsageError("page.unknown", f"There is no page number {number}. See: kiosk paper list")
    if not scan:
        raise UsageError("page.no_scan", f"There is no scan of page {number} here. {NO_SCAN}")
    hand_out(office.blobs.read(scan), Path(output))
    print(f"Written to {output}. Delete it once this is decided: it can be read by whoever gets it.")
    return 0


def settle(folder: Path, options: Mapping[str, Any]) -> int:
    """Raises UsageError for a page that is not there, or a decision that does not fit."""
    number = _number(options["words"])
    if not options["as"]:
        raise UsageError("paper.decision", f"Say what to do: --as {', '.join(Decision)}. See: kiosk paper list")
    with closing(open_door(Office(folder))) as door:
        settled = door.decide_page(number, Decision(options["as"]), str(options["by"] or _login()))
    print(told.outcome(number, settled))
    return 0


def _number(words: Sequence[str]) -> int:
    if len(words) != 1 or not (words[0].isascii() and words[0].isdigit() and len(words[0]) < 16):
        raise UsageError("paper.number", "Say which, by its number in: kiosk paper list")
    return int(words[0])


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """These files, and all that lies in these folders, in the order of their names."""
    if not paths:
        raise UsageError("paper.files", "Name the scans: kiosk paper read FILE or FOLDER ...")
    for path in paths:
        if path.is_dir():
            found = (one for one in path.rglob("*") if not one.is_dir() and not ignored(one.relative_to(path)))
            yield from sorted(found)
        elif path.exists() or path.is_symlink():
            yield path
        else:
            raise UsageError("paper.file", f"There is no file {told.printable(str(path))}.")


class _Progress:
    """How far it is, where somebody looks at a terminal."""

    def __init__(self, files: int, *, shown: bool) -> None:
        self._files, self._shown = files, shown
        self._file = self._pages = 0
        self._began = self._told = time.monotonic()

    def page(self) -> None:
        self._pages += 1
        now = time.monotonic()
        if self._shown and now - self._told >= PROGRESS:
            self._told = now
            speed = self._pages / (now - self._began)
            print(
                f"\r{self._file} of {self._files} files, {self._pages} pages, {speed:.0f} pages/s ",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def file(self) -> None:
        self._file += 1

    def end(self) -> None:
        if self._shown and self._told > self._began:
            print(file=sys.stderr)


def _told(one: Waiting, *, lost: bool) -> str:
    """`lost`: its scan is named, and not on the disk."""
    since = datetime.fromtimestamp(one.at / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
    what = "a file, or a page of it" if one.state is PageState.REFUSED else "a page"
    if one.serial:
        what = f"page {one.number} of {one.survey or 'a form'}, number {grouped(one.serial)}"
    why = one.reason
    if one.missing:
        why = f"{told.listed(one.missing).capitalize()} of this sheet did not come.{_maybe(one.candidates)}"
    look = LOST if lost else f"To look at it: kiosk paper show {one.id} -o FILE" if one.scan else NO_SCAN
    way = LOST_FORM if lost and one.state is PageState.UNKNOWN_FORM else WAYS_OUT[one.state]
    return (
        f"{one.id}  {one.state}: {what}\n"
        f"    from {_from(one)}, since {since}\n"
        f"    {why or told.SENTENCES[one.state]}\n"
        f"    {look}\n"
        f"    What to do: {way}."
    )


def _from(one: Waiting | Candidate) -> str:
    return f"{told.printable(one.name) or '-'}, {one.index + 1}"


def _maybe(candidates: Sequence[Candidate]) -> str:
    return "".join(
        f"\n    Page {one.number} may be number {one.id} (from {_from(one)}), taken for a repetition."
        f" If it belongs here, settle {one.id} as another."
        for one in candidates
    )


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise UsageError("paper.nobody", "This login has no name. Say who decides: --by WHO") from None
