"""`kiosk review`: what no machine could decide, for the person who does: see it, hear it, settle it.

The evidence stays after the decision, until the survey's retention is over or the response is erased: somebody may ask
why, and a recording is what then can be listened to once more.
"""

from __future__ import annotations

import getpass
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.blobs import hand_out
from kiosk.doorkeeper import open_door
from kiosk.errors import ConfigError, UsageError
from kiosk.office import Office
from kiosk.record import Doubt, DoubtKind
from kiosk.review import decided, misfit, unknown
from kiosk.store.reads import Reads
from kiosk.survey import Answer, Kind, Missing, Question

PLAYER = "aplay"  # of Debian's alsa-utils
HEAD = ("N", "SURVEY", "QUESTION", "KIND", "SINCE", "WHY")
EVIDENCE = {DoubtKind.VOICE: "a recording", DoubtKind.TEXT: "a picture", DoubtKind.MARK: "a picture"}


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Raises UsageError for a doubt that is not there, an answer that is none, and what does not go together."""
    office = Office(folder)
    match options["action"]:
        case "list":
            _list(office)
        case "show":
            print(_told(office, *_found(office, _number(options))))
        case "play":
            _play(office, _found(office, _number(options))[0], str(options["output"]))
        case _:
            _settle(office, _number(options), options)
    return 0


# -- see


def _list(office: Office) -> None:
    doubts, number = _waiting(office)
    if not number:
        print("Nothing waits for a person.")
        return
    rows = [HEAD, *map(_row, doubts)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"{number} to settle{f', the oldest {len(doubts)} are shown' if number > len(doubts) else ''}.")


def _waiting(office: Office) -> tuple[list[Doubt], int]:
    if not office.store_file.exists():
        return [], 0
    with closing(Reads(office.store_file, office.keyring)) as reads:
        return reads.doubts()


def _row(doubt: Doubt) -> tuple[str, ...]:
    why = f"{_printable(doubt.reason)}{' (trial)' if doubt.trial else ''}"
    return (str(doubt.id), doubt.survey, doubt.question, doubt.kind, _local(doubt.opened), why)


def _told(office: Office, doubt: Doubt, question: Question) -> str:
    locale = doubt.locale
    lines = [
        f"Number       {doubt.id}{', of a trial' if doubt.trial else ''}",
        f"State        {decided(doubt) if doubt.settled else 'waits for a person'}",
        f"Since        {_local(doubt.opened)}",
        f"Survey       {doubt.survey}, version {doubt.version}",
        f"Language     {locale}",
        f"Question     {question.name} ({question.kind})",
        f"             {question.label[locale]}",
    ]
    for choice in question.choices:
        lines.append(f"             --value {choice.name}: {choice.label[locale]}")
    lines += [
        f"Why          {_printable(doubt.reason)}",
        f"Machine read {_printable(doubt.reading) or '-'}",
        f"Evidence     {_evidence(office, doubt)}",
    ]
    return "\n".join(lines)


def _evidence(office: Office, doubt: Doubt) -> str:
    if not doubt.evidence:
        return "-"
    if not office.blobs.has(doubt.evidence):
        return f"{EVIDENCE[doubt.kind]} that is {'lost: kiosk doctor' if doubt.size else 'not here yet'}"
    return f"{EVIDENCE[doubt.kind]}: kiosk review play {doubt.id}"


# -- hear


def _play(office: Office, doubt: Doubt, output: str) -> None:
    """Decrypt the evidence into the player's ear, never into a file that nobody asked for."""
    if not doubt.evidence:
        raise UsageError(
            "review.nothing", f"There is nothing to play for {doubt.id}. See: kiosk review show {doubt.id}"
        )
    if not doubt.size and not office.blobs.has(doubt.evidence):
        raise UsageError("review.away", "It is not here yet: its provider still has it. Try again in a few minutes.")
    content = office.blobs.read(doubt.evidence)
    if output:
        hand_out(content, Path(output))
        print(f"Written to {output}. Delete it once this is decided: it can be read by whoever gets it.")
        return
    player = shutil.which(PLAYER)
    if doubt.kind is not DoubtKind.VOICE or player is None:
        why = "This is a picture" if doubt.kind is not DoubtKind.VOICE else f"There is no {PLAYER} here (alsa-utils)"
        raise ConfigError("review.player", f"{why}. Write it to a file: kiosk review play {doubt.id} -o FILE")
    done = subprocess.run([player, "-q", "-"], input=content, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise ConfigError(
            "review.player", f"{PLAYER} cannot play it here. Write it to a file: kiosk review play {doubt.id} -o FILE"
        )


# -- settle


def _settle(office: Office, number: int, options: Mapping[str, Any]) -> None:
    by = str(options["by"] or _login())
    doubt, question = _found(office, number)
    answer = _answer(question, options)
    if doubt.settled is None and (fault := misfit(question, answer)):
        raise UsageError("doubt.misfit", fault)
    with closing(open_door(office)) as door:
        door.settle(number, answer, by)
    print(f"{number} is settled.")


def _answer(question: Question, options: Mapping[str, Any]) -> Answer:
    """What the options say, for this kind of question."""
    text, values, missing = (options[name] for name in ("text", "value", "missing"))
    if [text, values, missing].count(None) != 2:
        raise UsageError("review.answer", "Say one thing: --text WORDS, --value NAME or --missing WHY.")
    if missing:
        return Answer(missing=Missing(missing))
    if (question.kind is Kind.TEXT) != (values is None):
        raise UsageError("review.kind", _wanted(question))
    return Answer((_typed() if text == "-" else str(text),) if values is None else tuple(values))


def _wanted(question: Question) -> str:
    if question.kind is Kind.TEXT:
        return f"The question {question.name} takes words: --text WORDS."
    if question.kind is Kind.INTEGER:
        return f"The question {question.name} takes a number: --value NUMBER."
    names = ", ".join(choice.name for choice in question.choices)
    return f"The question {question.name} takes choices: --value, and one of {names}."


def _typed() -> str:
    if sys.stdin.isatty():
        print("Type what was said. End with Ctrl+D on a line of its own.", file=sys.stderr)
    return sys.stdin.read()


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise UsageError("review.nobody", "This login has no name. Say who decides: --by WHO") from None


# -- which


def _number(options: Mapping[str, Any]) -> int:
    typed = str(options["number"] or "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 16):
        raise UsageError("review.number", "Say which, by its number in: kiosk review list")
    return int(typed)


def _found(office: Office, number: int) -> tuple[Doubt, Question]:
    """A doubt and its question. Raises UsageError when there is none with this number."""
    if not office.store_file.exists():
        raise unknown(number)
    with closing(Reads(office.store_file, office.keyring)) as reads:
        doubt = reads.doubt(number)
        versions = reads.versions(doubt.survey) if doubt else ()
    for survey in versions:
        if doubt and survey.version == doubt.version and (question := survey.question(doubt.question)):
            return doubt, question
    raise unknown(number)


def _printable(words: str) -> str:
    """Words without signs that would act on the window of whoever reads them."""
    return "".join(letter if letter.isprintable() else " " for letter in words)


def _local(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
