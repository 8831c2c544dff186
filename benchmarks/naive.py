"""Intakes to compare ours with: one that keeps everything in memory, and one as it would first be written with
sqlite-utils. Both answer as ours does, by the same understanding, interview and wording.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path

from sqlite_utils import Database

from channels.sms.render import render
from kiosk import interview as machine
from kiosk import wording
from kiosk.call import HangUp, Happened, Step
from kiosk.hearing import hear
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.record import Answered, Message
from kiosk.survey import Answer, Missing

SURVEY = "digital"


class _Talk:
    """What is answered to a message where an interview stands, and nothing of where that is kept."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._survey = office.survey(SURVEY)

    def after(self, before: Interview | None, message: Message) -> tuple[Interview, str]:
        if before is None:
            interview, prompt = machine.begin(self._survey, "", review=False)
        else:
            words = self._office.catalogues[before.locale].vocabulary
            interview, prompt = machine.advance(before, hear(before, message.text, words))
        catalogue = self._office.catalogues[interview.locale]
        worded = wording.word(prompt, self._survey, catalogue, message.mode, self._office.house)
        return interview, render(worded, catalogue)

    def interview(self, locale: str, consent: bool | None, answers: Mapping[str, Answer]) -> Interview:
        return Interview(self._survey, locale, review=False, consent=consent, answers=answers)


class Memory:
    """An intake without a store."""

    def __init__(self, office: Office) -> None:
        self._talk = _Talk(office)
        self._interviews: dict[str, Interview] = {}

    def exchange(self, message: Message) -> Answered:
        interview, text = self._talk.after(self._interviews.get(message.sender), message)
        self._interviews[message.sender] = interview
        return Answered(text, secrets.token_hex(8), over=interview.closed is not None)

    def call(self, mode: str, happened: Happened) -> Step:
        """Nobody calls here."""
        return Step(0, (), HangUp())


class Naive:
    """The same conversation in tables, as a first version would have it: a connection for each message, because one is
    only for the thread that made it, with the settings that SQLite has by itself; a call of sqlite-utils for each row,
    each in a commit of its own. A lock, because without one they find the database locked. Nothing is sealed, hashed
    or counted."""

    def __init__(self, office: Office, file: Path) -> None:
        self._talk = _Talk(office)
        self._file = file
        self._lock = threading.Lock()
        db = Database(file)
        text, number = str, int
        db.table("heard").create({"key": text, "answer": text}, pk="key")
        db.table("response").create({"phone": text, "locale": text, "consent": number, "at": number}, pk="phone")
        db.table("answer").create(
            {"phone": text, "question": text, "chosen": text, "missing": text}, pk=("phone", "question")
        )
        db.table("message").create({"id": number, "phone": text, "said": text, "at": number}, pk="id")
        db.table("outbox").create({"uid": text, "phone": text, "text": text, "state": text}, pk="uid")
        db.close()

    def exchange(self, message: Message) -> Answered:
        with self._lock:
            db = Database(self._file)
            try:
                return self._exchange(db, message)
            finally:
                db.close()

    def _exchange(self, db: Database, message: Message) -> Answered:
        for earlier in db.table("heard").rows_where("key = ?", [message.key]):
            return Answered(earlier["answer"])
        phone, before = {"phone": message.sender}, self._load(db, message.sender)
        interview, text = self._talk.after(before, message)
        answered = Answered(text, secrets.token_hex(8), over=interview.closed is not None)
        db.table("message").insert(phone | {"said": message.text, "at": message.at})
        state = {"locale": interview.locale, "consent": interview.consent, "at": message.at}
        db.table("response").upsert(phone | state, pk="phone")
        for question, answer in interview.answers.items():
            if before and before.answers.get(question) != answer:
                given = {"question": question, "chosen": answer.values, "missing": answer.missing}
                db.table("answer").upsert(phone | given, pk=("phone", "question"))
        db.table("outbox").insert(phone | {"uid": answered.uid, "text": text, "state": "sent"})
        db.table("heard").insert({"key": message.key, "answer": text})
        return answered

    def _load(self, db: Database, phone: str) -> Interview | None:
        answers = {
            row["question"]: Answer(tuple(json.loads(row["chosen"])), row["missing"] and Missing(row["missing"]))
            for row in db.table("answer").rows_where("phone = ?", [phone])
        }
        for row in db.table("response").rows_where("phone = ?", [phone]):
            consent = None if row["consent"] is None else bool(row["consent"])
            return self._talk.interview(row["locale"], consent, answers)
        return None
