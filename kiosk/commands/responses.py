"""`kiosk show` and `kiosk erase`: what a resident may ask for with the code (Art. 15 and 17 GDPR)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.doorkeeper import open_door
from kiosk.errors import UsageError
from kiosk.identity import code_digest, read_code
from kiosk.office import Office
from kiosk.record import Response, State
from kiosk.store.reads import Reads
from kiosk.survey import Survey
from kiosk.wording import answer_words


def show(folder: Path, options: Mapping[str, Any]) -> int:
    """Print one response in the words its respondent saw. Raises UsageError for a code that names nothing."""
    office, code = Office(folder), read_code(" ".join(options["code"]))
    if not office.store_file.exists():
        raise _unknown()
    reads = Reads(office.store_file, office.keyring)
    try:
        found = reads.by_code(code_digest(office.keyring, code))
        if found is None:
            raise _unknown()
        survey = next(v for v in reads.versions(found.survey) if v.version == found.version)
    finally:
        reads.close()
    print(_told(office, found, survey))
    return 0


def erase(folder: Path, options: Mapping[str, Any]) -> int:
    """Erase one response. Raises UsageError for a code that names nothing."""
    office, code = Office(folder), read_code(" ".join(options["code"]))
    if not office.store_file.exists():
        raise _unknown()
    door = open_door(office)
    try:
        if not door.erase(code):
            raise _unknown()
    finally:
        door.close()
    print("The response with this code is erased. Only that there was one is kept.")
    return 0


def _told(office: Office, response: Response, survey: Survey) -> str:
    if response.state is State.WITHDRAWN:
        return f"{survey.name}: the response with this code was erased."
    catalogue = office.catalogues[response.locale or survey.locales[0]]
    lines = [
        f"Survey       {survey.name}, version {response.version}",
        f"Channel      {response.mode}{', trial' if response.trial else ''}",
        f"Site         {response.site or '-'}",
        f"Language     {response.locale}",
        f"Began        {_local(response.started)}",
        f"Ended        {_local(response.ended)}",
        f"State        {response.state}{f', {response.disposition}' if response.disposition else ''}",
        f"Assisted     {response.assisted}",
        "",
    ]
    for question in survey.questions:
        if answer := response.answers.get(question.name):
            lines.append(question.label[catalogue.locale])
            lines.append(f"    {_printable(answer_words(question, answer, catalogue))}")
    return "\n".join(lines)


def _printable(words: str) -> str:
    """A resident's words without signs that would act on the window of whoever reads them."""
    return "".join(letter if letter.isprintable() else " " for letter in words)


def _local(milliseconds: int | None) -> str:
    if milliseconds is None:
        return "-"
    return datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%Y-%m-%d %H:%M")


def _unknown() -> UsageError:
    return UsageError(
        "code.unknown",
        "There is no response with this code in this office."
        " A terminal that could not reach its server may not have delivered it yet.",
    )
