"""What `kiosk doctor` says of the telephone's voice: whether anything speaks, and which recordings nobody hears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from channels.numbers import party
from channels.phone.blueprint import transport_of
from channels.phone.script import phrases
from kiosk.channel import Finding, resolve
from kiosk.errors import ConfigError
from kiosk.office import Office
from kiosk.voice import Voice, recording_name
from kiosk.voice.engines import ESPEAK

SHOWN = 10  # files that are named
DOCTORS = {
    "asterisk": "channels.phone.asterisk.doctor:findings",
    "twilio": "channels.phone.twilio.doctor:findings",
}
DIALLED = re.compile(r"\+?[0-9]{2,15}")  # what a line can dial
_DIGEST = re.compile(r"[0-9a-f]{12}\.wav$")


def findings(office: Office) -> Iterator[Finding]:
    """The transport and its numbers, the voice, the operator's files, and recordings that nothing says."""
    yield from _transport(office)
    voice = Voice(office.voices)
    real = office.settings("phone")["transport"] != "simulator"
    yield Finding("telephone: a voice", voice.there, f"Install one: apt install {ESPEAK}", needed=real)
    faults = tuple(voice.faults())
    yield Finding("telephone: recordings and lexicons can be used", not faults, "\n".join(map(str, faults)))
    unheard = tuple(_unheard(office))
    remedy = (
        "Recorded, but the telephone says none of it now: a survey has changed or is gone (a terminal may still say"
        " it), or the file has not the name that `kiosk phone script` lists:\n" + "\n".join(unheard[:SHOWN])
    )
    more = f"\nand {len(unheard) - SHOWN} more" if len(unheard) > SHOWN else ""
    yield Finding("telephone: it says all that is recorded", not unheard, remedy + more)
    if findings_of := DOCTORS.get(str(office.settings("phone")["transport"])):
        yield from resolve(findings_of)(office)


def _transport(office: Office) -> Iterator[Finding]:
    try:
        name = transport_of(office)
    except ConfigError as error:
        yield Finding("telephone", False, error.sentence, needed=True)
        return
    if name == "simulator":
        yield Finding(
            "telephone: only tried out", False, "Set transport in [phone], as deploy/asterisk/README.md says."
        )
        return
    values = office.settings("phone")
    number, other, country = (str(values[setting]) for setting in ("number", "transfer", "country"))
    yield Finding(
        "the number that residents call",
        party(number, country) == number != "",
        "Set number in [phone] with + and country code, as in +493521000000: the front page names it.",
    )
    yield Finding(
        "where key 0 leads",
        other == "" or DIALLED.fullmatch(other) is not None,
        "Write transfer in [phone] in digits without blanks, as in +493521000001; or leave it empty.",
        needed=True,
    )


def _unheard(office: Office) -> Iterator[str]:
    """Each recording that no sentence asks for; and by which name one would, where only its first words are others."""
    said = {phrase for survey in office.surveys().values() for phrase in phrases(office, survey)}
    names = {(phrase.locale, recording_name(phrase.text)) for phrase in said}
    by_digest = {(locale, name[-16:]): name for locale, name in names}
    for file in sorted(office.voices.glob("*/*.wav")):
        if (file.parent.name, file.name) not in names:
            meant = by_digest.get((file.parent.name, file.name[-16:])) if _DIGEST.search(file.name) else None
            yield f"{_short(office, file)}{f' (name it {meant})' if meant else ''}"


def _short(office: Office, file: Path) -> str:
    return str(file.relative_to(office.folder))
