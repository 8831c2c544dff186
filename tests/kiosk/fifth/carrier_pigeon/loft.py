"""What the pigeons do."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint

from kiosk import wire
from kiosk.channel import Finding, Link, Worker
from kiosk.door import Door
from kiosk.doorkeeper import open_door
from kiosk.errors import Fault
from kiosk.inputs import Began, Chose, Consented, Input
from kiosk.office import Office
from kiosk.prompt import Ask
from kiosk.record import Address, AddressKind, Mode, Reply, Turn, Via
from kiosk.survey import Survey


def check(survey: Survey, file: str) -> Sequence[Fault]:
    if survey.keyword == "HEAVY":
        return [Fault(file, "no pigeon carries this", "Give it a lighter keyword")]
    return []


def findings(office: Office) -> Iterator[Finding]:
    yield Finding("a pigeon in the loft", (office.folder / "pigeon").exists(), "Put one there.")


def send(folder: Path, options: Mapping[str, Any]) -> int:
    office = Office(folder)
    door = open_door(office)
    try:
        reply = _carried(office, door, options["survey"])
    finally:
        door.close()
    hello = office.catalogues[reply.locale].say("pigeon.hello", loft=office.settings("pigeon")["loft"])
    print(hello, options["weather"], options["express"], reply.code)
    return 0


def blueprint(office: Office, door: Door) -> Blueprint:
    pages = Blueprint("pigeon", __name__)

    @pages.get("/pigeon")
    def loft() -> str:
        return str(office.settings("pigeon")["loft"])

    @pages.post("/pigeon/<survey>")
    def landed(survey: str) -> wire.Data:
        return wire.reply_to(_carried(office, door, survey))

    return pages


def workers(office: Office) -> Sequence[Worker]:
    return [Worker("pigeon-keeper", (sys.executable, "-m", "carrier_pigeon.keeper", str(office.folder / "keeper")))]


def links(office: Office, host: str) -> Sequence[Link]:
    return [Link("pigeon.visit", f"http://{host}/pigeon")]


def _carried(office: Office, door: Door, name: str) -> Reply:
    """A pigeon brings the consent and the first choice of every question."""
    pigeon = Address(AddressKind.SESSION, secrets.token_hex(8))

    def say(number: int, given: Input) -> Reply:
        key, mode = f"{pigeon.value}:{number}", Mode("pigeon")
        return door.receive(Turn(key, mode, pigeon, name, given, office.now(), Via.READ_BY_STAFF, review=False))

    survey = office.survey(name)
    say(1, Began("de"))
    reply, number = say(2, Consented(True)), 3
    while isinstance(reply.prompt, Ask):
        question = survey.question(reply.prompt.question)
        assert question
        reply = say(number, Chose((question.choices[0].name,), question.name))
        number += 1
    return reply
