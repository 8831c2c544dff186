"""`kiosk show` and `kiosk erase`: what a resident may ask for with the code (Art. 15 and 17 GDPR).

The number of a sheet of paper is the code of who filled it in. Where the sheet was photocopied it is that of several
people, and only they know which of them is which: then staff say by `--copy` whose response they mean.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.doorkeeper import open_door
from kiosk.errors import UsageError
from kiosk.identity import code_digest, read_code
from kiosk.office import Office
from kiosk.record import Response, State
from kiosk.scan import Copy
from kiosk.store.reads import Reads
from kiosk.survey import Survey
from kiosk.wording import answer_words

ALL = "all"
KEPT = "Only that there was something is kept, without a word of it."
OUTSIDE = "Not touched are the paper itself, and what left this office: scans elsewhere, exports and backups."


def show(folder: Path, options: Mapping[str, Any]) -> int:
    """Print a response in the words its respondent saw. Raises UsageError for a code that names nothing."""
    office, code = Office(folder), read_code(" ".join(options["code"]))
    copies = _named(office, code, options.get("copy"))
    with closing(Reads(office.store_file, office.keyring)) as reads:
        names = {one.response.survey for one in copies if one.response}
        surveys = {survey.version: survey for name in names for survey in reads.versions(name)}
        beside = reads.pages_beside(code)
    for at, one in enumerate(copies):
        if at:
            print()
        if len(copies) > 1 or one.number > 1:
            print(f"Copy         {one.number}")
        print(_told(office, one.response, surveys[one.response.version]) if one.response else f"{_stands(one)}.")
    if beside:
        print(f"\n{_pages(beside)} with this number may be of somebody else. Decide first: kiosk paper list")
    return 0


def erase(folder: Path, options: Mapping[str, Any]) -> int:
    """Erase a response, and say what went; at a terminal ask first. 1 where the answer is no. Raises UsageError for a
    code that names nothing."""
    office, code = Office(folder), read_code(" ".join(options["code"]))
    copies = _named(office, code, options.get("copy"), needed=False)
    with closing(Reads(office.store_file, office.keyring)) as reads:
        beside = reads.pages_beside(code)
    what = "".join(f"    {line}\n" for line in _goes(copies, beside))
    if what and sys.stdin.isatty() and not _agreed(what, beside):
        print("Nothing is erased.")
        return 1
    with closing(open_door(office)) as door:
        erased = [door.erase(code, one.number) for one in copies]
    if not any(erased):
        raise _unknown()
    print(f"Erased for good:\n{what}{KEPT}" if what else f"Nothing of it was left. {KEPT}")
    if beside:
        print("Type in what was somebody else's: kiosk enter SURVEY, without a number.")
    return 0


def _goes(copies: Sequence[Copy], beside: int) -> Iterator[str]:
    """What there is to erase, a line each."""
    for one in copies:
        whose = f"copy {one.number}: " if len(copies) > 1 or one.number > 1 else ""
        if (there := one.response) and there.state is not State.WITHDRAWN:
            yield f"{whose}the response to {there.survey} by {there.mode}, begun {_local(there.started)}"
        if one.waiting:
            yield f"{whose}{_pages(one.waiting)} of a sheet that is not whole yet"
    if beside:
        yield f"{_pages(beside)} with this number that nobody has decided about"


def _agreed(what: str, beside: int) -> bool:
    print(f"This goes for good, with its scans, pictures and recordings:\n{what}{KEPT}\n{OUTSIDE}")
    if beside:
        print("What nobody has decided about may be somebody else's. To decide first: kiosk paper list")
    print("Erase it? Type yes: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def _named(office: Office, code: str, wanted: str | None, *, needed: bool = True) -> Sequence[Copy]:
    """What a code names: one response, by whatever channel; or those of a photocopied sheet that are wanted. `needed`:
    pages without a response are not enough. Raises UsageError."""
    if not office.store_file.exists():
        raise _unknown()
    with closing(Reads(office.store_file, office.keyring)) as reads:
        copies = reads.copies(code)
        if all(one.number == 1 for one in copies):
            known = bool(copies) or reads.pages_beside(code) > 0
            waiting = sum(one.waiting for one in copies)
            copies = [Copy(1, reads.by_code(code_digest(office.keyring, code)), waiting)]
            if needed and copies[0].response is None:
                raise _waits() if known else _unknown()
        elif wanted is None:
            told = ", ".join(f"{one.number} ({_stands(one)})" for one in copies)
            raise UsageError(
                "code.several",
                f"This is the number of a sheet that was photocopied, and of all who filled in a copy: {told}. Say"
                f" which: --copy N, or --copy {ALL}.",
            )
    chosen = [one for one in copies if wanted in (None, ALL, str(one.number))]
    if not chosen:
        raise UsageError("code.copy", "There is no such copy of this sheet. Leave --copy out to see which there are.")
    return chosen


def _pages(count: int) -> str:
    return f"{count} page{'' if count == 1 else 's'}"


def _stands(copy: Copy) -> str:
    """Where one of several stands, without a word of it."""
    if copy.response is None:
        return "waits for pages"
    if copy.response.state is State.WITHDRAWN:
        return "erased"
    return f"{copy.response.state}, {_local(copy.response.ended)}"


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


def _waits() -> UsageError:
    return UsageError(
        "code.waits",
        "A sheet with this number is here, and is no response yet: it waits for pages or for a decision."
        " See: kiosk paper list",
    )


def _unknown() -> UsageError:
    return UsageError(
        "code.unknown",
        "There is no response with this code in this office."
        " A terminal that could not reach its server may not have delivered it yet.",
    )
