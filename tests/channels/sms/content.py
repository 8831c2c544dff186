"""What is in a store, row by row, so that two stores of different offices can be compared.

Rows are named by what they are about (a phone, its survey and episode, the SMS that was answered) instead of by number;
what is sealed is opened, and hashes are turned back into what they stand for. A column that nobody here knows how to
read is a fault, so that a new one is not passed over.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any

from kiosk.identity import code_digest, read_code, turn_digest
from kiosk.inputs import Began
from kiosk.office import Office
from kiosk.outbox import NUMBER, TEXT
from kiosk.record import Address, AddressKind, Mode, Turn, Via
from kiosk.store.correspondents import HELD
from kiosk.store.interviews import ANSWER, CODE, INPUT, SAID
from tests.channels.sms.script import Phone
from tests.kiosk.running import CODE as SHOWN_CODE

Content = Mapping[str, list[str]]

LEFT_OUT = {
    ("definition", "first_asked"): "of the turn that happened to come first, among all phones",
    ("response", "uid"): "random",
    ("message", "uid"): "random",
    ("turn", "id"): "counts the turns of all phones as they came; their order within a response is compared",
}
TABLES_LEFT_OUT = {
    "_sqlite_migrations": "when the store was made",
    "canary": "a sealed word of the keyring's own",
}
SEALED = {
    ("turn", "input"): INPUT,
    ("turn", "said"): SAID,
    ("answer", "sealed"): ANSWER,
    ("correspondent", "held"): HELD,
    ("message", "number"): NUMBER,
    ("message", "text"): TEXT,
}
PARTS = ("begin", "said", "held")  # the turns that one SMS may make


class _Names:
    """What numbers and hashes in the store stand for."""

    def __init__(self, office: Office, phones: Iterable[Phone], replies: Mapping[str, str]) -> None:
        self._keyring = keyring = office.keyring
        self.hashes: dict[bytes, str] = {}
        for phone in phones:
            self.hashes[keyring.digest(phone.number, AddressKind.PARTY)] = phone.number
            address = Address(AddressKind.PARTY, phone.number)
            for sms in phone.texts:
                self.hashes[keyring.digest(f"twilio\0{phone.number}\0{sms.id}", "message")] = sms.id
                for part in PARTS:
                    turn = Turn(f"twilio:{sms.id}:{part}", Mode("sms"), address, "", Began(), 0, Via.KEYED)
                    self.hashes[turn_digest(keyring, turn)] = f"{sms.id} {part}"
        self._replies = replies
        self.rows: dict[tuple[str, int], str] = {}
        self.codes: dict[bytes, str] = {}

    def number_rows(self, connection: sqlite3.Connection) -> None:
        for row, survey in connection.execute("SELECT id, survey FROM definition"):
            self.rows["definition", row] = survey
        for row, digest, survey, episode in connection.execute("SELECT response, digest, survey, episode FROM address"):
            self.rows["response", row] = f"{self.hashes[digest]} {survey} {episode}"
        for row, digest in connection.execute("SELECT id, code_digest FROM response"):
            self.codes[digest] = f"<code of {self.rows['response', row]}>"
        for row, uid in connection.execute("SELECT id, uid FROM message"):
            self.rows["message", row] = f"reply to {self._replies[uid]}"

    def read(self, table: str, column: str, value: Any) -> object:
        """A value as it means the same in every store."""
        of = table if column == "id" else column
        if value is not None and (of, value) in self.rows:
            return self.rows[of, value]
        if not isinstance(value, bytes):
            return value
        if column in ("key_digest", "digest", "party"):
            return self.hashes[value]
        if column == "code_digest":
            return self.codes[value]
        if column == "sealed_code":
            return self.codes[code_digest(self._keyring, self._keyring.unseal(value, CODE).decode())]
        opened = self._keyring.unseal(value, SEALED[table, column]).decode()
        return SHOWN_CODE.sub(lambda shown: self.codes[code_digest(self._keyring, read_code(shown[0]))], opened)


def content(office: Office, phones: Iterable[Phone], replies: Mapping[str, str]) -> Content:
    """Table -> its rows, sorted. `replies`: the uid of each of our messages -> the SMS it answers."""
    names = _Names(office, phones, replies)
    with closing(sqlite3.connect(office.store_file)) as connection:
        names.number_rows(connection)
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: sorted(_rows(connection, table, names)) for table in tables if table not in TABLES_LEFT_OUT}


def _rows(connection: sqlite3.Connection, table: str, names: _Names) -> Iterator[str]:
    order = "rowid" if table == "turn" else 1
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY {order}")
    columns = [column[0] for column in cursor.description]
    places = Counter[object]()
    for values in cursor:
        row = dict(zip(columns, values, strict=True))
        read = {name: names.read(table, name, row[name]) for name in columns if (table, name) not in LEFT_OUT}
        if table == "turn":
            places[row["response"]] += 1
            read["place"] = places[row["response"]]
        yield " ".join(f"{name}={value!r}" for name, value in sorted(read.items()))


def forgotten(office: Office, replies: Mapping[str, str]) -> set[str]:
    """The SMS whose answers have no words any more: after a no, and where STOPP took them out of the outbox."""
    with closing(sqlite3.connect(office.store_file)) as connection:
        return {replies[uid] for (uid,) in connection.execute("SELECT uid FROM message WHERE text IS NULL")}


def ends(office: Office, phones: Iterable[Phone]) -> dict[str, tuple[str, ...]]:
    """Number -> what the store has of it in the end, in the words of day.txt: all answers with an interview."""
    with closing(sqlite3.connect(office.store_file)) as connection:
        return {phone.number: tuple(_ends(connection, office, phone)) for phone in phones}


def _ends(connection: sqlite3.Connection, office: Office, phone: Phone) -> Iterator[str]:
    party = office.keyring.digest(phone.number, AddressKind.PARTY)
    interviews = connection.execute(
        "SELECT a.survey, r.id, coalesce(r.disposition, 'open') FROM address a JOIN response r ON r.id = a.response"
        " WHERE a.digest = ? ORDER BY a.survey, a.episode",
        (party,),
    )
    for survey, response, disposition in interviews:
        answers = connection.execute(
            "SELECT question || '=' || coalesce('-' || missing, replace(nullif(chosen, ''), ' ', ','), '…') FROM answer"
            " WHERE response = ? AND missing IS NOT 'not_asked'",
            (response,),
        )
        yield " ".join([survey, disposition, *sorted(answer for (answer,) in answers)])
    if connection.execute("SELECT 1 FROM stop WHERE party = ?", (party,)).fetchone():
        yield "stopped"
