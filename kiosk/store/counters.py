"""Live counts, kept in the transaction that changes what they count; a scan of a million answers takes seconds.

Counted are answers of responses in state `counted` that are no trial: per survey, question, value and mode. Missing
categories count under their own names with a leading "-" ("-dont_know"), free texts only as "given", and the number of
responses under the question "" by disposition. Pending answers count once a person settled them.
"""

from __future__ import annotations

import sqlite3


def count(connection: sqlite3.Connection, response: int, sign: int) -> None:
    """Add (`sign` 1) or take away (-1) one response with all its answers, if it counts."""
    head = connection.execute(
        "SELECT d.survey, r.mode, r.disposition FROM response r JOIN definition d ON d.id = r.definition"
        " WHERE r.id = ? AND r.state = 'counted' AND r.trial = 0",
        (response,),
    ).fetchone()
    if head is None:
        return
    survey, mode, disposition = head
    rows = [(survey, "", disposition, mode, sign)]
    for question, state, missing, chosen, off_route in connection.execute(
        "SELECT question, state, missing, chosen, off_route FROM answer WHERE response = ?", (response,)
    ):
        if off_route:
            rows.append((survey, question, "-not_asked", mode, sign))
        elif state == "missing":
            rows.append((survey, question, f"-{missing}", mode, sign))
        elif state == "given":
            rows.extend((survey, question, value, mode, sign) for value in chosen.split() or ("given",))
    connection.executemany(
        "INSERT INTO counter (survey, question, value, mode, n) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET n = n + excluded.n",
        rows,
    )
