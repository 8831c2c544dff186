"""`kiosk enter`: a screen for staff with a pile of forms, by keyboard alone, through the same intake as every channel.

desk     what is known, and what the office's replies change      asking   what a key does at a question
keys     what a key does everywhere else                           page     the screen, as cells
clerk    the store and the door, for one thread                    seat     who sits where
screen   Textual

Paper comes late: a survey that is closed can still be typed in, because its forms were handed in before. One that is
not open yet has no forms.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from channels.paper.enter.desk import Desk, rate
from kiosk.errors import ConfigError, UsageError
from kiosk.office import Office
from kiosk.survey import Survey


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Type forms in until somebody ends it. Raises UsageError for a survey or locale that is not there or not open
    yet, ConfigError where this is no terminal."""
    office = Office(folder)
    survey = office.survey(options["survey"])
    locale = options["locale"] or survey.locales[0]
    if locale not in survey.locales:
        raise UsageError(
            "locale.unknown", f"{survey.name} has no locale “{locale}”. It has: {', '.join(survey.locales)}."
        )
    if survey.opens and office.today() < survey.opens:
        raise UsageError(
            "survey.not_yet", f"{survey.name} opens on {survey.opens}. Until then nobody has a form of it."
        )
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual draws on the last
        raise ConfigError("enter.no_screen", "This is no terminal. Run `kiosk enter` in a terminal window.")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the answers
    return _type_in(office, survey, Desk(survey, locale, office.catalogues))


def _type_in(office: Office, survey: Survey, desk: Desk) -> int:
    # 256 colours miss the contrast that was chosen.
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    from channels.paper.enter.clerk import Clerk
    from channels.paper.enter.screen import Enter
    from channels.paper.enter.seat import Seat

    closed = f"Closed since {survey.closes}" if survey.closes and office.today() > survey.closes else ""
    with closing(Seat(office)) as seat:
        app = Enter(desk, Clerk(office, survey, seat.name), office.now, closed=closed)
        app.run(mouse=False)
    _tell(app.desk, unsaved=app.unsaved)
    if app.return_code:
        print(
            "kiosk: The screen broke. What was typed before is stored: type the form's number to go on.",
            file=sys.stderr,
        )
    return app.return_code or 0


def _tell(desk: Desk, *, unsaved: bool) -> None:
    """What came of it, on the screen that is left."""
    count = len(desk.ends)
    pace = f", {rate(desk.ends):.1f} a minute at last" if rate(desk.ends) else ""
    print(f"{count} form{'' if count == 1 else 's'} handed in{pace}.")
    if unsaved:
        print("What was typed last is not stored. Type the form's number again to go on with it.", file=sys.stderr)
