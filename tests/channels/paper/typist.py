"""Somebody who types forms in: the real desk and clerk on a real office, without the screen."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from itertools import count

from channels.paper.enter.clerk import Clerk
from channels.paper.enter.desk import Deed, Desk, Leave, LookUp, Step, Tell, found, told
from channels.paper.enter.keys import act, save
from channels.paper.enter.page import page
from kiosk.errors import KioskError
from kiosk.identity import check_digit
from kiosk.office import Office
from kiosk.record import Response
from kiosk.store.reads import Reads

NAMES = {"⏎": "enter", "⌫": "backspace", "⎋": "escape", "↓": "ctrl+j", "⇤": "ctrl+w"}  # keys that write no sign
MINUTE = 60_000  # milliseconds

_serials = count(1_000_000_000, 7_919)


def serial() -> str:
    """A number that no form had yet in this run."""
    digits = str(next(_serials))
    return digits + check_digit(digits)


class Typist:
    """Types signs, and the keys of NAMES; every deed is done before the next key. `clock` goes on by hand."""

    def __init__(self, office: Office, survey: str, *, locale: str = "", seat: str = "a seat") -> None:
        self.office = office
        asked = self.office.survey(survey)
        self.clerk = Clerk(self.office, asked, seat)
        self.desk = Desk(asked, locale or asked.locales[0], self.office.catalogues)
        self.left = False
        self.clock = 0

    def type(self, keys: str) -> Typist:
        for sign in keys:
            self._take(act(self.desk, NAMES.get(sign, sign)))
        return self

    def pauses(self) -> Typist:
        """Long enough for an unfinished text to be stored."""
        self._take(save(self.desk))
        return self

    def begins(self, serial: str = "") -> Typist:
        """A form that its resident filled in alone, as far as its first question."""
        return self.type(f"{serial or '⏎'}⏎")

    def stored(self, survey: str = "") -> list[Response]:
        with closing(Reads(self.office.store_file, self.office.keyring)) as reads:
            return list(reads.responses(survey or self.desk.survey.name))

    def sees(self, columns: int = 80, rows: int = 24) -> str:
        """The screen, without the empty ends of its lines."""
        shown = page(self.desk, columns, rows)
        return "\n".join("".join(text for text, _ in row).rstrip() for row in shown)

    @property
    def asked(self) -> str:
        """The question on the screen, "" where there is none."""
        question = self.desk.form.question if self.desk.form else None
        return question.name if question else ""

    def leaves(self) -> None:
        self.clerk.close()

    def _take(self, step: Step) -> None:
        self.desk = step.desk
        if step.deed:
            self._do(step.deed)

    def _do(self, deed: Deed) -> None:
        match deed:
            case LookUp(number):
                self.desk = found(self.desk, deed, self.clerk.look_up(number))
            case Leave(last):
                if last:
                    self._do(last)
                self.left = True
            case Tell(form):
                try:
                    prompt, answers = self.clerk.hand_in(self.clerk.turns(deed), begins=not form.stored)
                except KioskError as error:
                    self.desk = replace(self.desk, problem=error.sentence)
                else:
                    self.desk = told(self.desk, deed, prompt, answers, self.clock)
