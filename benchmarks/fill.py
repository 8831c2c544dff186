"""A store as it is after years: closed responses by the hundred thousand, in the real tables with all their indices.

Sealed columns get random bytes of the right length; nothing reads those of a closed response, and sealing a million
values would take longer than the benchmark.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from random import Random
from typing import Any

from kiosk.definition import to_json
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.survey import Kind, Survey

AT_ONCE = 2_000  # responses in one transaction
SEALED = 32 + 60  # bytes: key id, nonce and tag, and what was said


def fill(office: Office, intake: Intake, survey: Survey, answers: int) -> None:
    """Store so many answers, of as many responses as that takes."""
    intake.define(to_json(survey))
    with closing(sqlite3.connect(office.store_file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        definition = connection.execute("SELECT id FROM definition").fetchone()[0]
        chance, asked = Random(answers), [question for question in survey.questions if question.asks]
        responses = -(-answers // len(asked))
        for first in range(1, responses + 1, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, responses + 1))
            connection.execute("BEGIN")
            _insert(connection, "response", (_response(number, definition) for number in numbers))
            _insert(connection, "address", (_address(number, survey) for number in numbers))
            _insert(connection, "answer", (row for number in numbers for row in _answers(number, survey, chance)))
            _insert(connection, "turn", (row for number in numbers for row in _turns(number, len(asked) + 3)))
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    names = ", ".join(first)
    sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in first)})"
    connection.execute(sql, first)
    connection.executemany(sql, rows)


def _response(number: int, definition: int) -> dict[str, Any]:
    at = 1_700_000_000_000 + number * 60_000
    return {
        "id": number,
        "uid": os.urandom(8).hex(),
        "definition": definition,
        "mode": "terminal",
        "site": "",
        "locale": "de",
        "state": "counted",
        "disposition": "complete",
        "trial": 0,
        "review": 1,
        "consent": 1,
        "assisted": "no",
        "started": at,
        "ended": at,
        "created": at,
        "touched": at,
        "code_digest": os.urandom(16),
        "sealed_code": os.urandom(32 + 11),
        "purged": 0,
    }


def _address(number: int, survey: Survey) -> dict[str, Any]:
    return {"kind": "session", "digest": os.urandom(16), "survey": survey.name, "episode": 1, "response": number}


def _answers(number: int, survey: Survey, chance: Random) -> Iterator[dict[str, Any]]:
    for question in survey.questions:
        if question.asks:
            text = question.kind is Kind.TEXT
            yield {
                "response": number,
                "question": question.name,
                "state": "given",
                "chosen": "" if text else chance.choice(question.choices).name,
                "sealed": os.urandom(SEALED) if text else None,
                "via": "touch",
            }


def _turns(number: int, turns: int) -> Iterator[dict[str, Any]]:
    reply = (
        '{"prompt":{"show":"Ask","question":"involved_by","asked":4,"of":5,"notes":[],"problem":null},"locale":"de"}'
    )
    for _, at in zip(range(turns), count(1_700_000_000_000 + number * 60_000)):
        yield {
            "key_digest": os.urandom(16),
            "response": number,
            "mode": "terminal",
            "via": "touch",
            "at": at,
            "received": at,
            "input": os.urandom(SEALED),
            "reply": reply,
        }
