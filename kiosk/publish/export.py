"""Responses as CSV and JSON Lines, streamed: memory does not grow with their number.

A line of JSON Lines follows schemas/response.v1.json. CSV is for spreadsheets, whose users open it with a double click:
a cell that would start a formula gets an apostrophe in front (OWASP, CSV Injection). Versions of a survey are joined by
question name, and every line names its version.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from kiosk.record import Response
from kiosk.survey import Kind, Survey

HEAD = (
    "id",
    "survey",
    "survey_version",
    "channel",
    "site",
    "locale",
    "disposition",
    "state",
    "trial",
    "assisted",
    "started",
    "duration_seconds",
)
# Where a spreadsheet would begin a cell with a formula: at the start, and behind what German spreadsheets split at.
FORMULA = re.compile(r"^(?=[=+\-@＝＋－＠\t\r\n])|(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])")


def csv_to(out: TextIO, surveys: Sequence[Survey], responses: Iterable[Response]) -> None:
    """A header, then a line for each response. Per question: its values (several joined by a space, as XLSForm does),
    why it is missing, and how it came in. What waits for a person is missing as "pending": a table has no other place
    to say that it does not count."""
    questions = list(_questions(surveys))
    names = [column for name in questions for column in (name, f"{name}.missing", f"{name}.via")]
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow([*HEAD, *names])
    for response in responses:
        data = as_data(response, surveys)
        cells = [data[column] for column in HEAD]
        for name in questions:
            answer = data["answers"].get(name, {})
            value = answer.get("text") if answer.get("text") is not None else " ".join(answer.get("values", ()))
            waits = answer.get("pending")
            cells.extend(("" if waits else value, "pending" if waits else answer.get("missing"), answer.get("via")))
        writer.writerow([safe(cell) for cell in cells])


def jsonl_to(out: TextIO, surveys: Sequence[Survey], responses: Iterable[Response]) -> None:
    """One JSON object a line, by schemas/response.v1.json."""
    for response in responses:
        out.write(json.dumps(as_data(response, surveys), ensure_ascii=False) + "\n")


def as_data(response: Response, surveys: Sequence[Survey]) -> dict[str, Any]:
    """One response as the schema describes it."""
    asked = [question for survey in surveys if survey.version == response.version for question in survey.questions]
    texts = {question.name for question in asked if question.kind is Kind.TEXT}
    answers = {}
    for name, answer in response.answers.items():
        origin = response.provenance.get(name)
        answers[name] = {
            "values": [] if name in texts else list(answer.values),
            "text": answer.values[0] if name in texts and answer.values else None,
            "missing": answer.missing,
            "pending": answer.pending,
            "via": origin.via if origin else None,
            "checked_by": (origin.checked_by or None) if origin else None,
        }
    return {
        "id": response.uid,
        "survey": response.survey,
        "survey_version": response.version,
        "channel": response.mode,
        "site": response.site or None,
        "locale": response.locale or None,
        "disposition": response.disposition,
        "state": response.state,
        "trial": response.trial,
        "assisted": response.assisted,
        "started": _moment(response.started),
        "duration_seconds": _seconds(response.started, response.ended),
        "answers": answers,
    }


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = str(cell)
    return text if re.fullmatch(r"-?[0-9]+", text) else FORMULA.sub("'", text)


def _questions(surveys: Sequence[Survey]) -> Iterator[str]:
    """Names of all questions of all versions, in the order they came up."""
    yield from dict.fromkeys(question.name for survey in surveys for question in survey.questions if question.asks)


def _moment(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(started: int | None, ended: int | None) -> int | None:
    return None if started is None or ended is None else max(0, ended - started) // 1000
