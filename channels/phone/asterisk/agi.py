"""FastAGI, the lines that pass between Asterisk and us over a TCP connection, one connection a call.

    Asterisk   name: value, a line each, then an empty one         environment
    we         a command in one line                               command
    Asterisk   200 result=49 endpos=800                            reply
    Asterisk   HANGUP, between two lines, when the caller goes     reply

What is written here is data, so that it can be read without a telephone. The caller's number, and a name that anybody
may set, come in from outside: a line is cut at its end and nowhere else, and nothing that goes out can be more than the
one argument it is meant to be. See https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Gateway-Interface-AGI/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 2000  # bytes of a command; Asterisk reads 2,047 at once (AGI_BUF_LEN in its res_agi.c), the rest as another
MOST = 200  # variables of a call; it sends some 20
_REPLY = re.compile(r"(\d{3})(?: result=(\S*))?(?: \((.*)\))?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ProtocolError(Exception):
    """This is no AGI, or a command that Asterisk does not take. Quotes nothing that came in."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a command: `result` as a number, and `note` from the brackets behind it."""

    result: int
    note: str = ""


def environment(lines: Iterable[str]) -> dict[str, str]:
    """The variables of a call, up to the empty line: "agi_uniqueid" -> "1700000000.1". Raises ProtocolError."""
    variables: dict[str, str] = {}
    for line in lines:
        if not line:
            return variables
        name, colon, value = line.partition(":")
        if not colon or not name.startswith("agi_") or len(variables) >= MOST:
            break
        variables.setdefault(name, value.strip())
    raise ProtocolError("what connected is no Asterisk")


def command(*words: str | int) -> bytes:
    """One line: command("STREAM FILE", "/sounds/a", "123"). The first word is our own, all others are quoted. Raises
    ProtocolError for what cannot be said in one line."""
    first, *arguments = words
    line = " ".join([str(first), *(_quoted(str(argument)) for argument in arguments)]).encode()
    if len(line) >= LONGEST:
        raise ProtocolError("a command is too long")
    return line + b"\n"


def _quoted(argument: str) -> str:
    """Asterisk takes a backslash away and the letter behind it as it is."""
    if _CONTROL.search(argument):
        raise ProtocolError("an argument holds a control character")
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def reply(line: str) -> Reply | None:
    """What a line says; None for HANGUP, since the reply after it says so again. Raises ProtocolError for a refusal."""
    if line == "HANGUP":
        return None
    found = _REPLY.match(line)
    status, result, note = found.groups() if found else ("nothing", "", "")
    if status == "511":  # not permitted on a channel that is gone
        return Reply(-1)
    if status != "200" or not re.fullmatch(r"-?\d{1,9}", result or ""):
        raise ProtocolError(f"Asterisk answered a command with {status}")
    return Reply(int(result), note or "")
