"""`kiosk try`: a conversation in lines of text through the real intake, for a person or for a pipe.

Every line is a reply, as an SMS would be. The response is marked as a trial: it is in the export with that mark and in
no published count. The file is tried as it is on disk now, open or not, because its author tries it before it opens.
The end of the input is somebody who walks away. A channel that talks by messages is tried by messages (see `handset`),
and one of calls by a call (see `receiver`).
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from kiosk import wording
from kiosk.catalogue import Catalogue
from kiosk.commands.handset import Handset
from kiosk.commands.receiver import Receiver
from kiosk.definition import to_json
from kiosk.door import Door
from kiosk.doorkeeper import open_door
from kiosk.errors import UsageError
from kiosk.identity import grouped
from kiosk.inputs import Began, Input, Left, Said
from kiosk.office import Office
from kiosk.prompt import Ask, Close
from kiosk.record import TEXT, Address, AddressKind, Mode, Reply, Turn, Via
from kiosk.survey import Missing, Survey
from kiosk.wording import Option, Wording


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Talk until the interview is closed or the input ends. Raises UsageError for an unknown survey or locale."""
    office = Office(folder)
    survey = office.survey(options["survey"])
    locale = options["locale"] or survey.locales[0]
    if locale not in survey.locales:
        raise UsageError(
            "locale.unknown", f"{survey.name} has no locale “{locale}”. It has: {', '.join(survey.locales)}."
        )
    channel = next((channel for channel in office.channels if channel.mode == options["mode"]), None)
    if channel is None and options["mode"] != TEXT:
        known = ", ".join([TEXT, *(channel.mode for channel in office.channels)])
        raise UsageError("mode.unknown", f"There is no mode “{options['mode']}”. There are: {known}.")
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a stray byte ends no conversation
    if sys.stdin.isatty():  # a person; a pipe knows
        print(office.catalogues[locale].say("text.trial"), end="\n\n", file=sys.stderr)
    door = open_door(office)
    try:
        door.define(to_json(survey))
        if channel and channel.render:
            Handset(office, door, survey, channel).hold(locale, sys.stdin)
        elif channel and channel.speak:
            Receiver(office, door, survey, channel).hold(locale, sys.stdin)
        else:
            mode = Mode(channel.mode) if channel else TEXT
            _Conversation(office, door, survey, mode).hold(locale, sys.stdin)
    finally:
        door.close()
    return 0


@dataclass
class _Conversation:
    """One visitor at standard input."""

    office: Office
    door: Door
    survey: Survey
    mode: Mode
    session: str = field(default_factory=lambda: secrets.token_hex(16))
    turns: int = 0

    def hold(self, locale: str, lines: Iterable[str]) -> None:
        reply = self.send(Began(locale))
        self.show(reply)
        for line in lines:
            if isinstance(reply.prompt, Close):
                return
            reply = self.send(Said(line.strip()))
            self.show(reply)
        if not isinstance(reply.prompt, Close):
            reply = self.send(Left())
            self.show(reply)

    def send(self, given: Input | Said) -> Reply:
        self.turns += 1
        turn = Turn(
            key=f"{self.session}:{self.turns}",
            mode=self.mode,
            address=Address(AddressKind.SESSION, self.session),
            survey=self.survey.name,
            version=self.survey.version,
            input=given,
            at=self.office.now(),
            via=Via.KEYED,
            trial=True,
            review=False,  # in lines of text, every answer was just read
        )
        return self.door.receive(turn)

    def show(self, reply: Reply) -> None:
        catalogue = self.office.catalogues[reply.locale]
        words = wording.word(reply.prompt, self.survey, catalogue, self.mode, self.office.house)
        lines = list(_lines(words, catalogue, numbered=isinstance(reply.prompt, Ask)))
        if reply.code:
            lines.append(wording.receipt(grouped(reply.code), catalogue))
        print("\n".join(lines), end="\n\n", flush=True)


def _lines(words: Wording, catalogue: Catalogue, *, numbered: bool) -> Iterable[str]:
    """One message: what was not understood, where we are, what is asked, how to answer."""
    if words.problem:
        yield words.problem
    if numbered:
        yield words.progress
    yield from (note for note in words.notes if note)
    yield words.text
    if words.hint:
        yield words.hint
    for option in words.options:
        yield _option(option, catalogue)
    if words.help:
        yield words.help


def _option(option: Option, catalogue: Catalogue) -> str:
    if option.key:
        return catalogue.say("text.option", key=option.key, label=option.label)
    message = "words.command.skip" if option.value == Missing.SKIPPED else f"words.missing.{option.value}"
    word = catalogue.messages[message].split("|")[0].strip()
    return catalogue.say("text.word_option", label=option.label, word=word)
