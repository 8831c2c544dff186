"""What became of pages, as it is told: a line a page for people, an object a page for programs, and a summary."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from channels.paper.pages import Handed, named
from channels.paper.reading import Seen, Warning
from kiosk.identity import grouped
from kiosk.scan import PageState, Settled

SENTENCES: Mapping[PageState, str] = {
    PageState.FILED: "its sheet is whole, and the answers are in",
    PageState.WAITING: "read; the rest of its sheet is not here yet",
    PageState.REPEATED: "the same page with the same marks was here already",
    PageState.CONFLICT: "this page of this sheet was here with other marks or notes: a person decides",
    PageState.BLANK: "nothing is printed on it",
    PageState.FOREIGN: "it is no page of a form of ours",
    PageState.UNKNOWN_FORM: "its form was not printed by this office, or is not on record any more",
    PageState.UNREADABLE: "it is too poor to be read",
    PageState.REFUSED: "it could not be opened",
    PageState.DISMISSED: "it was put aside, or its sheet was erased",
}
SEALED = " The file is sealed, and waits for a person: kiosk paper list."
CARE: Mapping[Warning, str] = {
    Warning.FEW_TAGS: "it is cut off or covered at its corners, so it was read with care",
    Warning.LOW_CONTRAST: "it is pale, so it was read with care",
    Warning.ONE_BIT: "it is in black and white, where pencil is lost: set the scanner to grey",
    Warning.POOR_FIT: "it is bent or crooked, so it was read with care",
}


def plain(file: Path, seen: Seen, filed: Handed) -> dict[str, Any]:
    """One page for programs. `file` is its path, for two folders may each have a scan.pdf; `page` is null where no code
    was read; `beside` names the questions with ink outside their boxes."""
    reading, page = seen.reading, filed.page
    return {
        "file": os.fsencode(file).decode(errors="replace"),
        "index": seen.index,
        "serial": page.serial or None,
        "page": page.number or None,
        "state": filed.state,
        "reason": reading.reason or SENTENCES[filed.state],
        "form": page.form or None,
        "warnings": list(reading.warnings),
        "beside": sorted(reading.beside),
        "boxes": [
            {
                "question": read.box.question,
                "value": read.box.value,
                "page": read.box.page,
                "state": read.state,
                "confidence": round(read.confidence, 4),
            }
            for read in reading.boxes
        ],
        "fields": [
            {"question": read.field.question, "page": read.field.page, "written": read.written, "text": read.text}
            for read in reading.fields
        ],
    }


def line(file: Path, seen: Seen, filed: Handed) -> str:
    """One page for people."""
    page, doubts = filed.page, sum(one.reason is not None for one in filed.judged.values())
    sheet = f", {grouped(page.serial)} page {page.number}" if page.serial else ""
    look = f"; {doubts} to look at" if doubts and filed.state in (PageState.FILED, PageState.WAITING) else ""
    why = seen.reading.reason or SENTENCES[filed.state]
    sealed = SEALED if filed.state is PageState.REFUSED and page.scan else ""
    care = "".join(f"; {CARE[warning]}" for warning in seen.reading.warnings)
    return f"{printable(named(file))}, {seen.index + 1}{sheet}: {filed.state}: {why}{look}{sealed}{care}"


def summary(states: Counter[PageState]) -> str:
    total = sum(states.values())
    counted = ", ".join(f"{states[state]} {state}" for state in PageState if states[state])
    return f"{total} page{'' if total == 1 else 's'}: {counted}." if total else "No pages were found."


def outcome(number: int, settled: Settled) -> str:
    """What a decision led to, in a line."""
    pages = listed(settled.pages)
    match settled.state:
        case PageState.FILED:
            what = f"its sheet is taken, with {pages}, and the answers are in"
        case PageState.WAITING:
            what = f"of its copy there is {pages}, and {listed(settled.missing)} did not come yet"
        case PageState.DISMISSED if len(settled.pages) > 1:
            what = f"{pages} of its sheet are put aside; scanned again, they are read again"
        case PageState.DISMISSED:
            what = "it is put aside"
        case PageState.CONFLICT:
            what = "its sheet was typed in, with other answers, so it has to be looked at once more"
        case state:
            what = SENTENCES[state]
    return f"{number} is settled: {what}."


def listed(pages: Sequence[int]) -> str:
    *first, last = map(str, pages)
    return f"pages {', '.join(first)} and {last}" if first else f"page {last}"


def printable(words: str) -> str:
    """Words without signs that would act on the window of whoever reads them, as a file's name may have."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)
