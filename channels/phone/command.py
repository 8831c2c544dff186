"""`kiosk phone script SURVEY`: what the office may record in its own voice, sentence by sentence.

For whoever reads it aloud, in the order of a call. Each sentence is one file, whose name belongs to these very words:
when they change, the file is no longer used, and the script lists the new one. Where none is recorded the voice of the
machine speaks, so an office may record as much of it as it likes.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.phone.script import phrases
from channels.phone.sounds import Sounds, make, seconds
from kiosk.call import Phrase
from kiosk.errors import ConfigError, StoreError
from kiosk.office import Office
from kiosk.publish.export import safe
from kiosk.voice import recording_name

PROGRESS = 3.0  # seconds between two words of how far it is
HEAD = ("locale", "sentence", "record_as", "seconds", "recorded")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the script. `seconds`: as it is heard now; None where nothing can say it."""

    phrase: Phrase
    file: Path
    seconds: float | None
    recorded: bool


def script(folder: Path, options: Mapping[str, Any]) -> int:
    """Print the script, or write it as CSV. Raises UsageError for a survey that is not there."""
    office = Office(folder)
    sounds, survey = make(office), office.survey(options["survey"])
    said = phrases(office, survey)
    lines = _with_progress((_line(office, sounds, phrase) for phrase in said), len(said))
    if options["csv"]:
        _write(Path(options["csv"]), lines)
    else:
        _print(list(lines))
    return 0


def _with_progress(lines: Iterable[Line], total: int) -> Iterator[Line]:
    """In a new office every sound is made first, which takes up to a minute."""
    told = time.monotonic()
    for made, line in enumerate(lines, start=1):
        yield line
        if time.monotonic() - told >= PROGRESS:
            told = time.monotonic()
            print(f"{made} of {total} sounds are made", file=sys.stderr, flush=True)


def _line(office: Office, sounds: Sounds, phrase: Phrase) -> Line:
    file = office.voices / phrase.locale / recording_name(phrase.text)
    length = None
    with suppress(ConfigError):
        length = seconds(sounds.file(phrase))
    return Line(phrase, file, length, file.is_file())


def _print(lines: Sequence[Line]) -> None:
    locales = dict.fromkeys(line.phrase.locale for line in lines)
    print("\n\n".join(_table(locale, [one for one in lines if one.phrase.locale == locale]) for locale in locales))


def _table(locale: str, lines: Sequence[Line]) -> str:
    """For the eyes: how long, whether it is recorded, the words, and the file below them."""
    minutes = sum(line.seconds or 0.0 for line in lines) / 60
    recorded = sum(line.recorded for line in lines)
    head = f"{locale}: {len(lines)} sentences, {minutes:.1f} minutes, {recorded} of them recorded"
    return "\n".join((f"{head}; the folder is {lines[0].file.parent}", *_rows(lines)))


def _rows(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        length = "   -  " if line.seconds is None else f"{line.seconds:4.1f} s"
        yield f"\n{length}  {'recorded' if line.recorded else '        '}  {line.phrase.text}"
        yield f"{'':18}{line.file.name}"


def _write(file: Path, lines: Iterable[Line]) -> None:
    """Whole or not at all; where it cannot be written nobody waits for the sounds."""
    new = file.with_name(file.name + ".new")
    try:
        with new.open("w", encoding="utf-8-sig", newline="") as out:  # the mark tells a spreadsheet that it is UTF-8
            writer = csv.writer(out, lineterminator="\r\n")
            writer.writerow(HEAD)
            for line in lines:
                length = "" if line.seconds is None else f"{line.seconds:.1f}"
                cells = (line.phrase.locale, line.phrase.text, line.file, length, "yes" if line.recorded else "")
                writer.writerow([safe(cell) for cell in cells])
        new.replace(file)
    except OSError as error:
        raise StoreError("phone.script", f"{file} cannot be written: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            new.unlink()  # it is still there when something went wrong
