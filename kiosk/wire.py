"""Turns, inputs, prompts and replies as JSON: for the socket, the terminal's journal, and the turns in the store.

One table names every class that travels and how its fields are read back; what is not in the table does not travel.
Malformed text raises `WireError`, never anything else, because it comes from other processes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from kiosk.errors import RemoteError
from kiosk.inputs import (
    AskedAgain,
    AskedHelp,
    Assisted,
    Began,
    Chose,
    Consented,
    Declined,
    FellSilent,
    Filled,
    Helped,
    Input,
    Kept,
    Left,
    Misunderstood,
    Reopened,
    Said,
    Settled,
    SpokeLocale,
    Submitted,
    Together,
)
from kiosk.prompt import Ask, Close, Consent, Disposition, Problem, Prompt, Review
from kiosk.record import Address, AddressKind, Answered, Doubtful, DoubtKind, Message, Mode, Reply, Turn, Via
from kiosk.survey import Answer, Missing

Data = dict[str, Any]
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)  # json.dumps makes its own
LATEST = 1 << 53  # milliseconds; every JSON reader and SQLite can hold it
BLOB = re.compile(r"[0-9a-f]{32}|")  # the name of a file, so nothing else may come for it


class WireError(RemoteError):
    """Text that is none of ours. Not retryable: the same text will be wrong again."""

    exit_status = 65
    http_status = 400

    def __init__(self) -> None:
        sentence = "This is not a message of the kiosk. Use the same version on both sides."
        super().__init__("wire.malformed", sentence, retryable=False)


def _flag(value: object) -> bool:
    """The text "false" would be true, and must not become somebody's consent."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(str, value))


def _problem(data: Data) -> Problem | None:
    return Problem(data["problem"]) if data.get("problem") else None


def answer_to(answer: Answer) -> Data:
    return {"values": list(answer.values), "missing": answer.missing, "pending": answer.pending}


def answer_from(data: Data) -> Answer:
    missing = Missing(data["missing"]) if data["missing"] else None
    return Answer(_names(data["values"]), missing, _flag(data["pending"]))


def answers_to(answers: Mapping[str, Answer]) -> Data:
    return {name: answer_to(answer) for name, answer in answers.items()}


def answers_from(data: Data) -> dict[str, Answer]:
    return {str(name): answer_from(answer) for name, answer in data.items()}


_READ: Mapping[str, Callable[[Data], Input | Said]] = {
    "Began": lambda d: Began(str(d["locale"])),
    "Said": lambda d: Said(str(d["text"]), str(d["to"])),
    "Chose": lambda d: Chose(_names(d["values"]), str(d["to"])),
    "Declined": lambda d: Declined(Missing(d["missing"]), str(d["to"])),
    "Kept": lambda d: Kept(str(d["to"])),
    "Filled": lambda d: Filled(answers_from(d["answers"])),
    "Settled": lambda d: Settled(answer_from(d["answer"]), str(d["to"])),
    "Together": lambda d: Together(tuple(_understood(one) for one in d["inputs"])),
    "Consented": lambda d: Consented(_flag(d["yes"])),
    "SpokeLocale": lambda d: SpokeLocale(str(d["locale"])),
    "Reopened": lambda d: Reopened(str(d["question"])),
    "AskedAgain": lambda d: AskedAgain(),
    "AskedHelp": lambda d: AskedHelp(),
    "Misunderstood": lambda d: Misunderstood(Problem(d["problem"])),
    "FellSilent": lambda d: FellSilent(),
    "Helped": lambda d: Helped(Assisted(d["how"])),
    "Submitted": lambda d: Submitted(),
    "Left": lambda d: Left(_flag(d["refused"])),
}

_PROMPTS: Mapping[str, Callable[[Data], Prompt]] = {
    "Consent": lambda d: Consent(_problem(d), _flag(d["help"])),
    "Ask": lambda d: Ask(
        str(d["question"]), int(d["asked"]), int(d["of"]), _names(d["notes"]), _problem(d), _flag(d["help"])
    ),
    "Review": lambda d: Review(_names(d["notes"]), _problem(d), _flag(d["help"])),
    "Close": lambda d: Close(Disposition(d["disposition"])),
}


def input_to(given: Input | Said) -> Data:
    """{"do": class, fields ...}"""
    if isinstance(given, Filled):
        return {"do": "Filled", "answers": answers_to(given.answers)}
    if isinstance(given, Settled):
        return {"do": "Settled", "answer": answer_to(given.answer), "to": given.to}
    if isinstance(given, Together):
        return {"do": "Together", "inputs": [input_to(one) for one in given.inputs]}
    return {"do": type(given).__name__} | {name: getattr(given, name) for name in given.__slots__}


def input_from(data: Data) -> Input | Said:
    return _READ[data["do"]](data)


def _understood(data: Data) -> Input:
    given = input_from(data)
    if isinstance(given, Said):
        raise TypeError
    return given


def prompt_to(prompt: Prompt) -> Data:
    """{"show": class, fields ...}"""
    return {"show": type(prompt).__name__} | {name: getattr(prompt, name) for name in prompt.__slots__}


def prompt_from(data: Data) -> Prompt:
    return _PROMPTS[data["show"]](data)


def dumps(data: object) -> str:
    return ENCODER.encode(data)


def loads(text: str | bytes) -> Data:
    """One JSON object. Raises WireError."""
    try:
        words = text if isinstance(text, str) else text.decode()
        data = json.loads(words)
        if "\\u" in words or not words.isascii():
            dumps(data).encode()  # half a surrogate pair passes as JSON, and could never be stored
    except (ValueError, RecursionError):
        raise WireError from None
    if not isinstance(data, dict):
        raise WireError
    return cast(Data, data)


def turn_to_json(turn: Turn) -> str:
    return dumps(
        {
            "key": turn.key,
            "mode": turn.mode,
            "address": [turn.address.kind, turn.address.value, turn.address.episode],
            "survey": turn.survey,
            "input": input_to(turn.input),
            "at": turn.at,
            "via": turn.via,
            "version": turn.version,
            "site": turn.site,
            "code": turn.code,
            "trial": turn.trial,
            "review": turn.review,
            "doubts": doubts_to(turn.doubts),
        }
    )


def turn_from_json(text: str | bytes) -> Turn:
    return turn_from(loads(text))


def turn_from(data: Data) -> Turn:
    """Raises WireError."""
    try:
        kind, value, *episode = data["address"]  # a terminal's journal from before there were episodes has none
        at = int(data["at"])
        if not 0 <= at <= LATEST:
            raise WireError
        return Turn(
            key=str(data["key"]),
            mode=Mode(str(data["mode"])),
            address=Address(AddressKind(kind), str(value), *map(int, episode)),
            survey=str(data["survey"]),
            input=input_from(data["input"]),
            at=at,
            via=Via(data["via"]),
            version=str(data["version"]),
            site=str(data["site"]),
            code=str(data["code"]),
            trial=_flag(data["trial"]),
            review=_flag(data["review"]),
            doubts=doubts_from(data.get("doubts", [])),  # older journals have none
        )
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise WireError from None


def doubts_to(doubts: Iterable[Doubtful]) -> list[Data]:
    return [_plain(doubt) for doubt in doubts]


def doubts_from(data: Iterable[Data]) -> tuple[Doubtful, ...]:
    return tuple(map(_doubtful, data))


def _doubtful(data: Data) -> Doubtful:
    size, evidence = int(data["size"]), str(data["evidence"])
    if not 0 <= size <= LATEST or not BLOB.fullmatch(evidence):
        raise WireError
    return Doubtful(
        question=str(data["question"]),
        kind=DoubtKind(data["kind"]),
        reason=str(data["reason"]),
        reading=str(data["reading"]),
        evidence=evidence,
        size=size,
    )


def _plain(record: Message | Doubtful) -> Data:
    """A record all of whose fields JSON has."""
    return {name: getattr(record, name) for name in record.__slots__}


def message_to(message: Message) -> Data:
    return _plain(message)


def message_from(data: Data) -> Message:
    """Raises WireError."""
    try:
        at = int(data["at"])
        if not 0 <= at <= LATEST:
            raise WireError
        return Message(
            key=str(data["key"]),
            mode=Mode(str(data["mode"])),
            sender=str(data["sender"]),
            text=str(data["text"]),
            at=at,
            transport=str(data["transport"]),
            at_once=_flag(data["at_once"]),
            trial=_flag(data["trial"]),
            survey=str(data["survey"]),
            version=str(data["version"]),
            stops=_flag(data["stops"]),
        )
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise WireError from None


def decision_from(data: Data) -> tuple[int, Answer, str]:
    """The number of a doubt, what was decided, and by whom. Raises WireError."""
    try:
        number = int(data["doubt"])
        if not 0 <= number <= LATEST:
            raise WireError
        return number, answer_from(data["answer"]), str(data["by"])
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise WireError from None


def answered_to(answered: Answered) -> Data:
    return {"text": answered.text, "uid": answered.uid, "over": answered.over}


def answered_from(data: Data) -> Answered:
    """Raises WireError."""
    try:
        return Answered(str(data["text"]), str(data["uid"]), _flag(data["over"]))
    except (LookupError, TypeError):
        raise WireError from None


def reply_to(reply: Reply) -> Data:
    return {"prompt": prompt_to(reply.prompt), "locale": reply.locale, "code": reply.code}


def reply_from(data: Data) -> Reply:
    """Raises WireError."""
    try:
        return Reply(prompt_from(data["prompt"]), str(data["locale"]), str(data["code"]))
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise WireError from None
