"""One interview's way to the journal: its keys, its code, its times.

Nothing is written before somebody said yes or no to the notice: who only looks leaves no trace. Then everything since
the beginning is written in order, and each further input when it is accepted.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from kiosk.definition import to_json
from kiosk.identity import new_code
from kiosk.inputs import Began, Consented, Input
from kiosk.record import Address, AddressKind, Turn, Via
from kiosk.survey import Survey
from terminal_ui.journal import Journal, Kind, Record
from terminal_ui.scene import MODE


class Session:
    """`code` is what the respondent takes home. `recorded`: there is something on disk that it names."""

    def __init__(self, journal: Journal, survey: Survey, locale: str, site: str, now: Callable[[], int]) -> None:
        self.code = new_code()
        self.recorded = False
        self._journal = journal
        self._survey = survey
        self._site = site
        self._now = now
        self._id = secrets.token_urlsafe(16)
        self._number = 0
        self._waiting = [self._turn(Began(locale), Via.TOUCH)]

    def take(self, given: Input, via: Via) -> None:
        """Keep an input that the interview accepted. On disk when this returns, once there was an answer to the notice.
        Raises StoreError."""
        self._waiting.append(self._turn(given, via))
        if isinstance(given, Consented) and not self.recorded:
            self.recorded = True
            self._journal.append(Record(Kind.DEFINITION, to_json(self._survey)))
        if self.recorded:
            for turn in self._waiting:
                self._journal.append(Record.of(turn))
            self._waiting.clear()

    def _turn(self, given: Input, via: Via) -> Turn:
        turn = Turn(
            key=f"{self._id}:{self._number}",
            mode=MODE,
            address=Address(AddressKind.SESSION, self._id),
            survey=self._survey.name,
            version=self._survey.version,
            input=given,
            at=self._now(),
            via=via,
            site=self._site,
            code=self.code,
            review=True,
        )
        self._number += 1
        return turn
