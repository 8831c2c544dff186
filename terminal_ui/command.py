"""`kiosk terminal`: looks whether this screen will do, adopts what an earlier process left, runs the program, and
says what happened in one sentence. Textual is imported only here and below.
"""

from __future__ import annotations

import os
import resource
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import ConfigError, KioskError, UsageError
from kiosk.keyring import Keyring
from kiosk.office import Office
from terminal_ui.browser import in_browser
from terminal_ui.delivery import Delivery
from terminal_ui.grid import LEAST, STANDARD, Size
from terminal_ui.journal import DISK, FOLDER, Journal, orphans
from terminal_ui.letters import letters_of, screen
from terminal_ui.measure import report
from terminal_ui.palette import DAY

if TYPE_CHECKING:
    from kiosk.door import Door

LEAST_WARNING = 20  # seconds (EN 301 549 and VVSG 2.0: time enough to say that one is still there)
LEAST_QUIET = 5  # seconds before that; with less the question would never leave the screen
LONGEST_PAUSE = 2000  # milliseconds; with more, nobody could go through a screen by one key
CLEARED = "\x1b[2J\x1b[3J\x1b[H"  # the screen, what has scrolled out of it, and back to the first cell
RESIZED = 1.5  # seconds that a terminal may take to change its letters
LAST_WORDS = 3.0  # seconds at the end to deliver what is left


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """The command. Raises ConfigError where this screen or office cannot do."""
    if options.get("measure"):
        print(report(screen(Office(folder).settings("terminal"))))
        return 0
    if not in_browser():  # the page gives its process the room it needs
        _clear_screen()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the answers
    office = Office(folder)
    if not in_browser():
        _check_room(office)
    survey = str(options.get("survey") or "")
    if survey:
        office.survey(survey)
    site = str(options.get("site") or "")
    if len(site) > 60 or not site.isprintable():
        raise UsageError("terminal.site", "Give a site of at most 60 letters.")
    keyring, journals = office.keyring, folder / FOLDER
    adopted = _adopted(journals, keyring)  # first, so that a full disk is told before there is one more empty file
    return _run(office, Journal.create(journals, keyring), adopted, survey, site)


def _adopted(folder: Path, keyring: Keyring) -> list[Journal]:
    """What earlier processes left, each with its last interview closed. One that does not open blocks none of the
    others and not the start either; it waits for a person (see `checks.findings`)."""
    adopted = []
    for orphan in orphans(folder, keyring):
        try:
            orphan.close_interview()
            adopted.append(orphan)
        except KioskError as error:  # damage, a key that is gone, the words of another version
            if error.code == DISK:
                raise
            orphan.set_aside()
    return adopted


def _run(office: Office, journal: Journal, adopted: Sequence[Journal], survey: str, site: str) -> int:
    # xterm's 256 colours miss the contrast that was chosen; COLORTERM alone does not help.
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    from channels.window import BROKEN
    from terminal_ui.app import Terminal, Timing

    values = office.settings("terminal")
    timing = Timing(
        idle=max(LEAST_QUIET, int(values["idle_seconds"])),
        warning=max(LEAST_WARNING, int(values["warning_seconds"])),
        done=max(LEAST_QUIET, int(values["done_seconds"])),
        pause=min(max(0, int(values["key_pause"])), LONGEST_PAUSE) / 1000,
    )

    def connect() -> Door:
        from kiosk.door import connect as door

        return door(office.folder)

    app = Terminal(
        office, journal, timing, survey=survey, site=site, ready=lambda: delivery.start(), kept=lambda: delivery.nudge()
    )
    delivery = Delivery(journal, adopted, office.keyring, connect, lambda: app.from_thread(app.fail))
    sentence = office.catalogues[app.visit.locale].say("terminal.crash")
    threading.excepthook = lambda _: None  # a traceback of a thread would show on the public screen
    broken: KioskError | None = None
    if not in_browser():  # whoever typed at a dead screen has answered nothing
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    try:
        app.run()
        status, broken = app.return_code or 0, app.fault
    except Exception:  # the program on the screen must never end in a traceback: it may hold answers
        status = BROKEN
    if delivery.is_alive():
        delivery.stop(LAST_WORDS)
    _tidy(journal)
    if status:
        print(sentence, file=sys.stderr)
    if broken is not None:
        print(f"kiosk: {broken}", file=sys.stderr)
        return broken.exit_status
    return status


def _tidy(journal: Journal) -> None:
    """An empty journal is removed; one with something in it stays for the next start."""
    if journal.size == 0:
        journal.remove()


def _clear_screen() -> None:
    """First of all: a program that was killed left its last screen here."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):  # Textual draws on the last
        raise ConfigError("terminal.no_screen", "This is no terminal. Run `kiosk terminal` in a terminal window.")
    sys.stdout.write(CLEARED)
    sys.stdout.flush()


def _check_room(office: Office) -> None:
    """Put letters and colours as they usually are, whatever was left of the last start, and look whether there is
    room."""
    letters = letters_of(office.settings("terminal"))
    letters.set(_write, large=False)
    letters.ground(_write, DAY.ground)
    until = time.monotonic() + (RESIZED if letters.there else 0)
    while not _size().holds(STANDARD.least) and time.monotonic() < until:
        time.sleep(0.02)
    size = _size()
    if not size.holds(LEAST):
        raise ConfigError(
            "terminal.too_small",
            f"This terminal has {size.columns} columns and {size.rows} rows. It needs at least {LEAST.columns} columns"
            f" and {LEAST.rows} rows: make the window larger or the letters smaller.",
        )


def _write(sequence: str) -> None:
    sys.stdout.write(sequence)
    sys.stdout.flush()


def _size() -> Size:
    return Size(*os.get_terminal_size(sys.stdout.fileno()))
