"""`kiosk doctor`: what is there, what is missing, and how to get it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from kiosk.channel import Finding, resolve
from kiosk.door import connect
from kiosk.errors import ConfigError, KioskError, RemoteError
from kiosk.lint.language import Severity, check
from kiosk.office import Office
from kiosk.store.reads import Reads
from kiosk.survey import Survey


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Print a line for each thing. The exit status is that of ConfigError when something needed is missing."""
    missing = False
    for finding in findings(folder):
        mark = "ok     " if finding.there else "MISSING" if finding.needed else "to do  "
        print(f"{mark}  {finding.what}")
        if not finding.there:
            print("\n".join(f"         {line}" for line in finding.remedy.splitlines()))
        missing = missing or (finding.needed and not finding.there)
    return ConfigError.exit_status if missing else 0


def findings(folder: Path) -> Iterator[Finding]:
    """Everything the core needs, then what each channel's own doctor says."""
    try:
        office = Office(folder)
    except KioskError as error:
        yield Finding(f"office {folder}", False, error.sentence, needed=True)
        return
    yield Finding(f"office {folder}", True)
    yield from _parts(office)
    for channel in office.channels:
        if channel.doctor:
            yield from resolve(channel.doctor)(office)


def _parts(office: Office) -> Iterator[Finding]:
    yield _key(office)
    yield _store(office)
    yield from _sealed(office)
    yield from _doubts(office)
    for name in sorted({**office.surveys(), **office.faults}):
        fault = office.faults.get(name)
        yield Finding(f"survey {name}", fault is None, str(fault or ""), needed=True)
    for survey in office.surveys().values():
        hard = list(_hard_to_read(survey))
        yield Finding(f"plain words in {survey.name}", not hard, "\n".join(hard))
    if not office.open_surveys():
        yield Finding("open survey: none today", False, "Look at `opens` and `closes` in surveys/*.toml.")
    phone = office.house.phone
    yield Finding(
        "phone of the house",
        bool(phone),
        "Set phone under [house] in office.toml: help and privacy notice name it (Art. 13 GDPR).",
    )
    try:
        connect(office.folder).close()
        yield Finding("server", True)
    except RemoteError:
        yield Finding("server: not running", False, "Start it: kiosk start. Terminals keep their answers until then.")


def _hard_to_read(survey: Survey) -> Iterator[str]:
    """What a survey's author should say in shorter sentences or words."""
    for question, text in survey.texts():
        for locale, words in text.items():
            for found in check(words, easy=locale.endswith("@easy")):
                if found.severity is Severity.ERROR:
                    yield f"{question or 'survey'}, {locale}: {found}"


def _key(office: Office) -> Finding:
    try:
        return Finding("key file", bool(office.keyring), needed=True)
    except KioskError as error:
        return Finding("key file", False, error.sentence, needed=True)


def _doubts(office: Office) -> Iterator[Finding]:
    """What waits for a person. Where the store cannot be read, that is told already."""
    with suppress(KioskError), closing(Reads(office.store_file, office.keyring)) as reads:
        _, number = reads.doubts()
        if number:
            yield Finding(f"review: {number} to settle", False, "See them: kiosk review list")


def _sealed(office: Office) -> Iterator[Finding]:
    """Whether all scans, pictures and recordings are on the disk that the store names. What came meanwhile is looked at
    once more."""
    with suppress(KioskError), closing(Reads(office.store_file, office.keyring)) as reads:
        there = office.blobs.there()
        lost = [uid for uid in reads.blobs() - there if not office.blobs.has(uid)]
        yield Finding(
            f"sealed files: {len(lost)} lost" if lost else "sealed files",
            not lost,
            "Scans, pictures or recordings are gone from the disk: put the folder blobs back from your backup.",
            needed=True,
        )


def _store(office: Office) -> Finding:
    if not office.store_file.exists():
        return Finding("store", False, "It is made by the first `kiosk start` or answer.")
    try:
        with closing(Reads(office.store_file, office.keyring)):
            pass
        with closing(sqlite3.connect(f"file:{office.store_file}?mode=ro", uri=True)) as connection:
            well = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except KioskError as error:
        return Finding("store", False, error.sentence, needed=True)
    except sqlite3.Error:
        well = False
    return Finding("store", well, "The store is damaged. Put it back from your backup.", needed=True)
