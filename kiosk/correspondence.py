"""One message inside the writer's transaction: whom it is from, which interview it goes on with, and what is answered.

    Message -> known already? -> STOPP or START? -> too many? -> which survey, which episode -> turns -> one answer

    nothing said yet --- one survey open, or its keyword ---> its notice -> ... -> the end
         |                                                                           |
         +-- several open -> which one? --number, title, keyword--> its notice       +-- next text -> somebody else?

For every channel that talks by messages; the phone shares the list of those who said STOPP. A message that came before
gets the answer it got before, byte by byte, and changes nothing. Everything is in one commit: the turns, the answer (in
the outbox, see there) and where the conversation stands.

A reply belongs to the newest question that the carrier had when the reply was sent, so a second answer to it replaces
the first. Answers that came before the consent are kept aside, sealed, and taken with the yes; else they are dropped.
A party that said STOPP gets no word any more until it says START, and is asked nothing by any of our surveys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk import outbox, wording
from kiosk.blobs import Dropped
from kiosk.catalogue import Catalogue
from kiosk.channel import resolve
from kiosk.hearing import NOTICE, answers_in, asks_for_words, keyword_in
from kiosk.identity import grouped
from kiosk.inputs import Began, Input, Left, Said
from kiosk.office import Office
from kiosk.outbox import Letter, Outcome
from kiosk.prompt import Ask, Close, Consent
from kiosk.record import Address, AddressKind, Answered, Message, Turn, Via
from kiosk.store import correspondents
from kiosk.store.correspondents import Correspondent
from kiosk.store.interviews import Standing
from kiosk.survey import MAX_TEXT, Survey
from kiosk.turns import Taken, Turns
from kiosk.understanding import Command, command, forms, plain, said_yes, wants_peace
from kiosk.wording import Wording

HOUR = 3_600_000  # milliseconds
LONGEST = MAX_TEXT + 500  # letters of a message that are looked at: enough to tell that it is too long


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer: its words (None: silence), in which language, what it asks, and about which response. Something
    is `dropped` when who spoke by phone goes on, or stops, by message."""

    words: Wording | None = None
    locale: str = ""
    asks: str = ""
    response: int | None = None
    over: bool = False
    dropped: Dropped = ()


class Correspondence:
    """Answers messages for one office, inside the writer's transaction."""

    def __init__(self, office: Office, turns: Turns) -> None:
        self._office = office
        self._turns = turns
        self._render: dict[str, Callable[[Wording, Catalogue], str]] = {
            channel.mode: resolve(channel.render) for channel in office.channels if channel.render
        }

    def exchange(self, connection: sqlite3.Connection, message: Message) -> tuple[Answered, Dropped]:
        """Take a message and say what to answer."""
        now, keyring = self._office.now(), self._office.keyring
        message = replace(message, text=message.text[:LONGEST])
        key = keyring.digest(f"{message.transport}\0{message.sender}\0{message.key}", "message")
        if earlier := correspondents.heard(connection, key):
            return outbox.answered(connection, keyring, earlier.message), ()
        self._turns.recent.hold(connection)
        party = keyring.digest(message.sender, AddressKind.PARTY)
        before = correspondents.load(connection, keyring, message.mode, party)
        who, said = self._answer(connection, before, message, now)
        correspondents.save(connection, keyring, before, who)
        # Its time is taken last: who said STOPP gets nothing that is older than that, but gets this.
        row, answered = self._put(connection, who, message, said, self._office.now())
        correspondents.remember(connection, key, row)
        self._turns.recent.still(connection)
        return answered, said.dropped

    def report(
        self, connection: sqlite3.Connection, uid: str, outcome: Outcome, number: str, at: int | None
    ) -> Dropped:
        """Note what became of a message of ours. The carrier's opt-out is a STOPP."""
        now = self._office.now()
        happened = now if at is None else min(at, now)
        self._turns.recent.hold(connection)
        party = outbox.report(connection, self._office.keyring, uid, outcome, happened, number)
        dropped = self._turns.stop(connection, party) if party else ()
        self._turns.recent.still(connection)
        return dropped

    def _put(
        self, connection: sqlite3.Connection, who: Correspondent, message: Message, said: _Said, now: int
    ) -> tuple[int | None, Answered]:
        """The answer in the channel's words, into the outbox."""
        if said.words is None:
            return None, Answered("")
        text = self._render[message.mode](said.words, self._catalogue(said.locale))
        letter = Letter(
            mode=message.mode,
            transport=message.transport,
            party=who.party,
            number=message.sender,
            text=text,
            at_once=message.at_once,
            response=said.response,
            asks=said.asks,
        )
        row, uid = outbox.put(connection, self._office.keyring, letter, now)
        return row, Answered(text, uid, said.over)

    # -- what is answered

    def _answer(
        self, connection: sqlite3.Connection, who: Correspondent, message: Message, now: int
    ) -> tuple[Correspondent, _Said]:
        """Too many messages are answered once, whatever they say; STOPP and START count even then."""
        who = replace(who, messages=who.messages + 1) if now - who.hour < HOUR else replace(who, hour=now, messages=1)
        over = who.messages - int(self._office.settings(message.mode)["messages_per_hour"])
        meant = self._command(connection, who, message)
        if message.stops:
            return _nowhere(who), _Said(dropped=self._turns.stop(connection, who.party))
        if correspondents.stopped(connection, who.party):
            if meant is not Command.START:
                return who, _Said()
            correspondents.start(connection, who.party)
        if meant is Command.STOP and (over > 0 or not self._open(connection, who)):
            who, said = self._stopped(connection, who)
            return who, said if over <= 1 else _Said(dropped=said.dropped)
        if over > 0:
            return who, self._tell("flood", who) if over == 1 else _Said()
        return self._talk(connection, who, message, meant)

    def _talk(
        self, connection: sqlite3.Connection, who: Correspondent, message: Message, meant: Command | None
    ) -> tuple[Correspondent, _Said]:
        surveys = self._turns.answerable(connection, message.survey, message.version)
        named, rest = keyword_in(surveys, message.text, self._catalogue(who.locale).vocabulary)
        if standing := self._open(connection, who):
            words = self._catalogue(standing.interview.locale).vocabulary
            switches = bool(named) and (not rest or answers_in(surveys[named], rest, words))
            if not switches or asks_for_words(standing.interview):
                return self._go_on(connection, who, message, standing, message.text)
            if named == who.survey and rest:
                return self._go_on(connection, who, message, standing, rest)
        if named:
            return self._choose(connection, who, message, surveys[named], rest)
        words = self._catalogue(who.locale).vocabulary
        if plain(message.text) in words.thanks:
            return who, _Said()
        if who.asking == "another" and who.survey in surveys and meant not in (Command.START, Command.HELP):
            return self._another(connection, who, message, surveys[who.survey])
        if meant is Command.HELP:
            return who, self._tell("help", who)
        if not surveys:
            return who, self._tell("which.none", who)
        if len(surveys) == 1:
            (survey,) = surveys.values()
            return self._choose(connection, who, message, survey, message.text)
        return self._which(connection, who, message, list(surveys.values()), meant)

    def _which(
        self,
        connection: sqlite3.Connection,
        who: Correspondent,
        message: Message,
        surveys: list[Survey],
        meant: Command | None,
    ) -> tuple[Correspondent, _Said]:
        """Ask which survey, or take the number or title that was said."""
        words = self._catalogue(who.locale).vocabulary
        said = next((form for form in forms(message.text, words) if words.numbers.get(form, form).isdecimal()), "")
        said = said or plain(message.text)
        names = {str(place): survey for place, survey in enumerate(surveys, start=1)}
        titles = {plain(title): survey for survey in surveys for title in survey.title.values()}
        chosen = names.get(words.numbers.get(said, said)) or titles.get(said)
        if who.asking == "survey" and chosen:
            return self._choose(connection, who, message, chosen, "")
        if who.asking == "survey" and said_yes(message.text, words) is False:
            return replace(who, asking=""), self._tell("another.bye", who)
        if meant is Command.LANGUAGE or said in words.locales:
            locales = list(self._office.catalogues)
            after = locales[(locales.index(who.locale or locales[0]) + 1) % len(locales)]
            who = replace(who, locale=words.locales.get(said, after))
        again = who.asking == "survey" and meant is None and said not in words.locales
        shown = wording.which_survey(surveys, self._catalogue(who.locale), who.mode, self._office.house, again=again)
        return replace(who, asking="survey"), _Said(shown, who.locale)

    def _another(
        self, connection: sqlite3.Connection, who: Correspondent, message: Message, survey: Survey
    ) -> tuple[Correspondent, _Said]:
        """The reply to: does somebody else want to answer?"""
        reply = said_yes(message.text, self._catalogue(who.locale).vocabulary)
        if reply is True:
            # Somebody may have begun the one after this by telephone meanwhile.
            latest = correspondents.latest(connection, who.party, survey.name)
            return self._begin(connection, replace(who, episode=latest + 1), message, who.held)
        if reply is False:
            return replace(who, asking="", survey="", held=""), self._tell("another.bye", who)
        return who, self._ask_another(who, survey, again=True)

    def _choose(
        self, connection: sqlite3.Connection, who: Correspondent, message: Message, survey: Survey, rest: str
    ) -> tuple[Correspondent, _Said]:
        """Begin a survey, show where it stands, or ask whether somebody else wants to answer."""
        held = who.held if who.survey == survey.name else ""
        who = replace(who, survey=survey.name, asking="", held=held)
        who = replace(who, episode=correspondents.latest(connection, who.party, survey.name))
        standing = self._standing(connection, who)
        if standing and standing.interview.closed is None:
            return who, self._reply(who, self._take(connection, who, message, "begin", Began()))
        if standing and standing.interview.consent:
            early = answers_in(survey, rest, self._catalogue(who.locale).vocabulary)
            return replace(who, asking="another", held=rest if early else ""), self._ask_another(who, survey)
        return self._begin(connection, replace(who, episode=who.episode + 1), message, rest)

    def _begin(
        self, connection: sqlite3.Connection, who: Correspondent, message: Message, rest: str
    ) -> tuple[Correspondent, _Said]:
        """The notice; or, for who sends answers at once as a printed notice says, what follows from them."""
        who = replace(who, asking="", held="")
        taken = self._take(connection, who, message, "begin", Began(who.locale))
        if answers_in(taken.standing.interview.survey, rest, self._catalogue(taken.reply.locale).vocabulary):
            return self._go_on(connection, who, message, taken.standing, rest)
        return who, self._reply(who, taken)

    def _go_on(
        self, connection: sqlite3.Connection, who: Correspondent, message: Message, standing: Standing, text: str
    ) -> tuple[Correspondent, _Said]:
        """Hear what was said in an open interview."""
        before = standing.interview
        words = self._catalogue(before.locale).vocabulary
        early = before.consent is None and answers_in(before.survey, text, words)
        if early and who.held:
            text, who = f"{text}\n{who.held}", replace(who, held="")
        bound = correspondents.bound(connection, standing.id, message.at)
        taken = self._take(connection, who, message, "said", Said(text, bound))
        after = taken.standing.interview
        # To take the consent back is no STOPP.
        if isinstance(taken.understood, Left) and taken.understood.refused == (before.consent is None):
            return self._stopped(connection, who, taken)
        if early and after.consent is None:
            who = replace(who, held=text)
        elif who.held and after.consent and not after.closed:
            held = self._take(connection, who, message, "held", Said(who.held))
            taken = replace(held, dropped=taken.dropped + held.dropped)
        if after.consent is not None:
            who = replace(who, held="")
        return replace(who, locale=taken.reply.locale), self._reply(who, taken)

    def _take(
        self, connection: sqlite3.Connection, who: Correspondent, message: Message, part: str, given: Input | Said
    ) -> Taken:
        """One turn of those that a message makes; `part` names it among them."""
        turn = Turn(
            key=f"{message.transport}:{message.key}:{part}",
            mode=message.mode,
            address=Address(AddressKind.PARTY, message.sender, who.episode),
            survey=who.survey,
            input=given,
            at=message.at,
            via=Via.KEYED,
            version=message.version,
            trial=message.trial,
            review=False,  # in messages, every answer was just read
        )
        return self._turns.take(connection, self._turns.arrived(turn))

    def _reply(self, who: Correspondent, taken: Taken) -> _Said:
        reply, survey = taken.reply, taken.standing.interview.survey
        code = grouped(reply.code) if reply.code else ""
        words = wording.word(reply.prompt, survey, self._catalogue(reply.locale), who.mode, self._office.house, code)
        if who.held and isinstance(reply.prompt, Consent):
            kept = self._catalogue(reply.locale).say("consent.held")
            words = replace(words, problem="", notes=(kept, *words.notes))
        asks = reply.prompt.question if isinstance(reply.prompt, Ask) else ""
        asks = NOTICE if isinstance(reply.prompt, Consent) else asks
        over = isinstance(reply.prompt, Close)
        return _Said(words, reply.locale, asks, taken.standing.id, over=over, dropped=taken.dropped)

    # -- STOPP

    def _stopped(
        self, connection: sqlite3.Connection, who: Correspondent, taken: Taken | None = None
    ) -> tuple[Correspondent, _Said]:
        """The last message that somebody gets who said STOPP; with the code, where there are answers."""
        dropped = self._turns.stop(connection, who.party) + (taken.dropped if taken else ())
        said = self._tell("stopped", who)
        if taken and taken.reply.code and said.words:
            end = self._reply(who, taken).words
            said = replace(said, words=replace(said.words, hint=end.hint if end else ""), response=taken.standing.id)
        return _nowhere(who), replace(said, over=True, dropped=dropped)

    # -- what is known

    def _open(self, connection: sqlite3.Connection, who: Correspondent) -> Standing | None:
        """The interview that is talked about, if it has not ended."""
        standing = self._standing(connection, who) if who.survey and not who.asking else None
        return standing if standing and standing.interview.closed is None else None

    def _standing(self, connection: sqlite3.Connection, who: Correspondent) -> Standing | None:
        address = Address(AddressKind.PARTY, "", who.episode)
        return self._turns.standing(connection, address, who.party, who.survey) if who.episode else None

    # -- words

    def _command(self, connection: sqlite3.Connection, who: Correspondent, message: Message) -> Command | None:
        """What was said as a command, in the language spoken or, for STOPP and START, in any. Where no interview is
        open that could be answered, a wish to be left alone need not be a word of its own."""
        words = self._catalogue(who.locale).vocabulary
        meant = command(message.text, words)
        others = (command(message.text, words.vocabulary) for words in self._office.catalogues.values())
        meant = meant or next((one for one in others if one in (Command.STOP, Command.START)), None)
        if meant not in (None, Command.WITHDRAW) or self._open(connection, who):
            return meant
        if meant is Command.WITHDRAW:
            return Command.HELP  # nothing is open that could be taken back: a person can find it by its code
        return Command.STOP if wants_peace(message.text, words) else None

    def _catalogue(self, locale: str) -> Catalogue:
        return self._office.catalogues[locale or "de"]

    def _tell(self, message: str, who: Correspondent) -> _Said:
        words = wording.tell(message, self._catalogue(who.locale), who.mode, self._office.house)
        return _Said(words, who.locale)

    def _ask_another(self, who: Correspondent, survey: Survey, *, again: bool = False) -> _Said:
        words = wording.another(survey, self._catalogue(who.locale), who.mode, self._office.house, again=again)
        return _Said(words, who.locale)


def _nowhere(who: Correspondent) -> Correspondent:
    """In no conversation any more."""
    return replace(who, survey="", episode=0, asking="", held="")
