"""`kiosk paper print SURVEY` and `kiosk paper geometry SURVEY`.

Copies go into files of a thousand (FILE.pdf, FILE-2.pdf ...), those to be filled in on a screen into a file each. Every
file is written whole or not at all, and memory stays what it is however many there are.

A form is kept in the store before the first copy of it leaves: a page whose form is unknown could not be read.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from channels.paper.compose import compose
from channels.paper.draw import Drawing
from channels.paper.placed import Printed
from channels.paper.sheet import CODE_KIND, CODE_MM, TAG_DICTIONARY, TAG_MM, Sheet
from channels.paper.sheet import to_json as sheet_json
from kiosk.definition import to_json
from kiosk.doorkeeper import open_door
from kiosk.errors import StoreError, UsageError
from kiosk.identity import grouped, new_code
from kiosk.office import Office
from kiosk.scan import Form
from kiosk.survey import Survey

COPIES_A_FILE = 1_000
MOST_COPIES = 100_000
# What another program needs to find the tags and the code; where each is, its page says.
KINDS = {"tags": {"dictionary": TAG_DICTIONARY, "side_mm": TAG_MM}, "code": {"kind": CODE_KIND, "side_mm": CODE_MM}}
PROGRESS = 0.2  # seconds between two steps of the bar
BAR = 30  # signs


def print_forms(folder: Path, options: Mapping[str, Any]) -> int:
    """Write the files. Raises UsageError for an unknown survey or locale, SurveyError for one that does not fit,
    ConfigError without the fonts, StoreError when a file cannot be written."""
    office = Office(folder)
    copies = _copies(options["copies"])
    if not options["output"]:
        raise UsageError("paper.output", "Name the PDF to write: kiosk paper print SURVEY -o FILE.pdf")
    survey = _survey(office, options)
    printed = _printed(office, survey, options)
    keep(office, survey, printed.sheet)
    bar = _Bar(copies)
    most = 1 if options["fillable"] else COPIES_A_FILE
    files = []
    for number, start in enumerate(range(0, copies, most), start=1):
        files.append(_numbered(Path(options["output"]), number))
        with _whole(files[-1]) as out:
            _write(Drawing(out, printed, fillable=options["fillable"]), min(most, copies - start), bar)
    bar.end()
    last = f" to {files[-1]}" if len(files) > 1 else ""
    print(f"{files[0]}{last}: copies: {copies}, each of {len(printed.sheet.pages)} pages with a number of its own.")
    if options["fillable"] and copies == 1:
        print(
            "This form is for one person: it has one number. To send it to several people, print with --copies N, which"
            " makes a file for each.",
            file=sys.stderr,
        )
    return 0


def geometry(folder: Path, options: Mapping[str, Any]) -> int:
    """Say where everything on a form is that is read again."""
    office = Office(folder)
    sheet = _printed(office, _survey(office, options), options).sheet
    if options["json"]:
        print(json.dumps({"form": sheet.id, **KINDS, **asdict(sheet)}, ensure_ascii=False, indent=2))
        return 0
    print(f"tags: ArUco, {TAG_DICTIONARY}, {TAG_MM:g} mm; code: {CODE_KIND}, {CODE_MM:g} mm")
    for page in sheet.pages:
        print(f"page {page.number}")
        for tag in page.tags:
            print(f"  {tag.x_mm:6.2f} {tag.y_mm:6.2f} mm  tag {tag.id}")
        print(f"  {page.code.x_mm:6.2f} {page.code.y_mm:6.2f} mm  code")
        for box in page.boxes:
            print(f"  {box.x_mm:6.2f} {box.y_mm:6.2f} mm  {box.shape}  {box.question}: {box.value}")
        for field in page.fields:
            what = f"{field.cells} cells" if field.cells else "lines"
            size = f"{field.width_mm:g} x {field.height_mm:g}"
            print(f"  {field.x_mm:6.2f} {field.y_mm:6.2f} mm  {what}  {field.question}: {size}")
    return 0


def keep(office: Office, survey: Survey, sheet: Sheet) -> None:
    """What a reader has to know of the form, and its survey as it is asked now. The same form may be kept again."""
    door = open_door(office)
    try:
        door.define(to_json(survey))
        body = sheet_json(sheet)
        door.keep_form(Form(sheet.id, sheet.survey, sheet.version, sheet.locale, len(sheet.pages), sheet.asks, body))
    finally:
        door.close()


def _survey(office: Office, options: Mapping[str, Any]) -> Survey:
    if len(options["words"]) != 1:
        raise UsageError("paper.survey", f"Name one survey: kiosk paper {options['action']} SURVEY")
    return office.survey(options["words"][0])


def _printed(office: Office, survey: Survey, options: Mapping[str, Any]) -> Printed:
    locale = options["locale"] or survey.locales[0]
    if locale not in survey.locales:
        raise UsageError(
            "locale.unknown", f"{survey.name} has no locale “{locale}”. It has: {', '.join(survey.locales)}."
        )
    return compose(survey, office.catalogues[locale], office.house)


def _copies(given: str) -> int:
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= MOST_COPIES):
        raise UsageError("paper.copies", f"Give --copies a number from 1 to {MOST_COPIES}.")
    return int(given)


def _numbered(file: Path, number: int) -> Path:
    return file if number == 1 else file.with_stem(f"{file.stem}-{number}")


def _write(drawing: Drawing, copies: int, bar: _Bar) -> None:
    """Where a file has more than one copy, each is listed by its number, and begins on a sheet of its own."""
    for _ in range(copies):
        serial = new_code()
        drawing.copy(serial, grouped(serial) if copies > 1 else "")
        if copies > 1:
            drawing.turn()
        bar.step()
    drawing.save()


@contextmanager
def _whole(file: Path) -> Iterator[BinaryIO]:
    """A file that is there with all its content, or not at all."""
    new = file.with_name(file.name + ".new")
    try:
        with new.open("wb") as out:
            yield out
        new.replace(file)
    except OSError as error:
        raise StoreError("paper.disk", f"{file} cannot be written: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            new.unlink()  # it is still there when something went wrong


class _Bar:
    """How far it is, and how long yet, where somebody looks at a terminal."""

    def __init__(self, total: int) -> None:
        self._total, self._done = total, 0
        self._began = self._told = time.monotonic()
        self._shown = total > 1 and sys.stderr.isatty()

    def step(self) -> None:
        self._done += 1
        now = time.monotonic()
        if self._shown and (now - self._told >= PROGRESS or self._done == self._total):
            self._told = now
            left = (now - self._began) / self._done * (self._total - self._done)
            full = BAR * self._done // self._total
            print(
                f"\r[{'#' * full}{'.' * (BAR - full)}] {self._done} of {self._total} copies, {left:.0f} s to go ",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def end(self) -> None:
        if self._shown:
            print(file=sys.stderr)
