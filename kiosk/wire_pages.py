"""Forms, scanned pages and what is decided about them as JSON; see `wire`. Malformed text raises `WireError`."""

from __future__ import annotations

import re

from kiosk import wire
from kiosk.scan import Decision, Form, Page, PageState, Settled
from kiosk.wire import LATEST, Data, WireError

HASH = re.compile(r"[0-9a-f]{64}")
SERIAL = re.compile(r"[0-9]{11}|")
MOST_PAGES = 100_000  # of a form, and of a file


def form_to(form: Form) -> Data:
    return {name: getattr(form, name) for name in form.__slots__}


def form_from(data: Data) -> Form:
    """Raises WireError."""
    try:
        return Form(
            id=str(data["id"]),
            survey=str(data["survey"]),
            version=str(data["version"]),
            locale=str(data["locale"]),
            pages=_number(data["pages"], 1, MOST_PAGES),
            asks=tuple(_number(page, 1, MOST_PAGES) for page in data["asks"]),
            body=str(data["body"]),
        )
    except (LookupError, TypeError, ValueError, OverflowError):
        raise WireError from None


def page_to(page: Page) -> Data:
    fields = {name: getattr(page, name) for name in page.__slots__}
    return fields | {"answers": wire.answers_to(page.answers), "doubts": wire.doubts_to(page.doubts)}


def page_from(data: Data) -> Page:
    """Raises WireError."""
    try:
        file, serial, scan = str(data["file"]), str(data["serial"]), str(data["scan"])
        if not (HASH.fullmatch(file) and SERIAL.fullmatch(serial) and wire.BLOB.fullmatch(scan)):
            raise WireError
        return Page(
            file=file,
            index=_number(data["index"], 0, MOST_PAGES),
            name=str(data["name"]),
            state=PageState(data["state"]),
            at=_number(data["at"], 0, LATEST),
            reason=str(data["reason"]),
            form=str(data["form"]),
            serial=serial,
            number=_number(data["number"], 0, MOST_PAGES),
            content=str(data["content"]),
            answers=wire.answers_from(data["answers"]),
            doubts=wire.doubts_from(data["doubts"]),
            scan=scan,
            size=_number(data["size"], 0, LATEST),
        )
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise WireError from None


def state_from(data: Data) -> PageState:
    """What became of a page. Raises WireError."""
    try:
        return PageState(data["state"])
    except (LookupError, ValueError):
        raise WireError from None


def decision_to(number: int, decision: Decision, by: str) -> Data:
    return {"number": number, "decision": decision, "by": by}


def decision_from(data: Data) -> tuple[int, Decision, str]:
    """Raises WireError."""
    try:
        return _number(data["number"], 0, LATEST), Decision(data["decision"]), str(data["by"])
    except (LookupError, TypeError, ValueError, OverflowError):
        raise WireError from None


def settled_to(settled: Settled) -> Data:
    return {"state": settled.state, "pages": settled.pages, "missing": settled.missing}


def settled_from(data: Data) -> Settled:
    """Raises WireError."""
    try:
        pages, missing = (tuple(_number(page, 0, MOST_PAGES) for page in data[name]) for name in ("pages", "missing"))
        return Settled(PageState(data["state"]), pages, missing)
    except (LookupError, TypeError, ValueError):
        raise WireError from None


def erasure_to(code: str, copy: int) -> Data:
    return {"code": code, "copy": copy}


def erasure_from(data: Data) -> tuple[str, int]:
    """Raises WireError."""
    try:
        return str(data["code"]), _number(data["copy"], 1, LATEST)
    except LookupError:
        raise WireError from None


def _number(value: object, lowest: int, highest: int) -> int:
    if type(value) is not int or not lowest <= value <= highest:
        raise WireError
    return value
