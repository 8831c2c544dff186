"""`kiosk try` as a channel that talks by messages: every line is one message, and what comes back is one message.

It is a telephone with a number that nobody has. First it texts the survey's keyword, and for another language than the
survey's first the word for it, as a resident would: no message says in which language it wants its answer. What it
texts by itself stands behind "»".

The answers alone go to standard output, each with an empty line behind it; how long each is goes to standard error.
A telephone does not end with an interview: what comes after the code, after STOPP or from a second person is tried by
writing on. The end of the input is a telephone that is put away: an interview that is open then stays open, until it
expires as every other does.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kiosk.channel import Channel, resolve
from kiosk.door import Door
from kiosk.office import Office
from kiosk.record import Message, Mode
from kiosk.survey import Survey

TRANSPORT = "simulator"  # carries nothing: every answer comes back in the very call


@dataclass
class Handset:
    """One telephone at standard input."""

    office: Office
    door: Door
    survey: Survey
    channel: Channel
    number: str = field(default_factory=lambda: f"sim:{secrets.token_hex(8)}")
    sent: int = 0

    def hold(self, locale: str, lines: Iterable[str]) -> None:
        for text in self._first_words(locale):
            print(f"» {text}", end="\n\n", file=sys.stderr, flush=True)
            self._text(text, locale)
        for line in lines:
            self._text(line.strip(), locale)

    def _first_words(self, locale: str) -> Iterator[str]:
        yield self.survey.keyword
        if locale != self.survey.locales[0]:
            yield self.office.catalogues[self.survey.locales[0]].messages[f"words.locale.{locale}"].split("|")[0]

    def _text(self, text: str, locale: str) -> None:
        """One message and its answer; an empty line where there is none."""
        self.sent += 1
        message = Message(
            key=f"{self.number}:{self.sent}",
            mode=Mode(self.channel.mode),
            sender=self.number,
            text=text,
            at=self.office.now(),
            transport=TRANSPORT,
            at_once=True,
            trial=True,
            survey=self.survey.name,
            version=self.survey.version,
        )
        answer = self.door.exchange(message).text
        print(answer, flush=True)
        if self.channel.measure:
            measured = resolve(self.channel.measure)(answer, self.office.catalogues[locale])
            print(f"[{measured}]", file=sys.stderr, flush=True)
        print(flush=True)
