"""`kiosk export`: writes responses to standard output or to a file, which appears whole or not at all."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from kiosk.errors import StoreError
from kiosk.office import Office
from kiosk.publish import export
from kiosk.record import Response
from kiosk.store.reads import Reads
from kiosk.survey import Survey

EVERY = 1_000  # responses between two words about progress


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Raises UsageError for a survey that neither the store nor the office knows."""
    office = Office(folder)
    name, output = str(options["survey"]), str(options["output"])
    reads = Reads(office.store_file, office.keyring) if office.store_file.exists() else None
    try:
        versions = reads.versions(name) if reads else ()
        surveys: tuple[Survey, ...] = (*versions, *([office.survey(name)] if not versions else []))
        responses = reads.responses(name) if reads else iter(())
        if not output:
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8", newline="")  # by the formats, not by the window
            _write(options["format"], sys.stdout, surveys, responses)
            return 0
        _write_file(Path(output), options["format"], surveys, _with_progress(responses))
    finally:
        if reads:
            reads.close()
    return 0


def _write(form: str, out: TextIO, surveys: tuple[Survey, ...], responses: Iterator[Response]) -> None:
    if form == "csv":
        export.csv_to(out, surveys, responses)
    else:
        export.jsonl_to(out, surveys, responses)


def _write_file(file: Path, form: str, surveys: tuple[Survey, ...], responses: Iterator[Response]) -> None:
    new = file.with_name(file.name + ".new")
    try:
        with new.open("w", encoding="utf-8", newline="") as out:
            _write(form, out, surveys, responses)
        new.replace(file)
    except OSError as error:
        raise StoreError("export.disk", f"{file} cannot be written: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            new.unlink()  # it is still there when something went wrong


def _with_progress(responses: Iterator[Response]) -> Iterator[Response]:
    """Count on standard error, when somebody watches."""
    watched, number = sys.stderr.isatty(), 0
    for number, response in enumerate(responses, start=1):
        yield response
        if watched and number % EVERY == 0:
            print(f"\r{number} responses", end="", file=sys.stderr, flush=True)
    if watched:
        print(f"\r{number} responses written", file=sys.stderr)
