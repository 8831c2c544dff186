"""The lines of FastAGI: what Asterisk says, what anybody else might say, and that a command is never more than one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.phone.asterisk.agi import LONGEST, MOST, ProtocolError, Reply, command, environment, reply
from channels.phone.asterisk.connection import LONGEST_LINE, Connection
from channels.phone.asterisk.server import caller_of
from channels.phone.line import GoneError

# As Asterisk 16.28 says it.
CALL = """\
agi_network: yes
agi_request: agi://127.0.0.1:4573
agi_channel: PJSIP/pbx-00000000
agi_language: en
agi_type: PJSIP
agi_uniqueid: 1795381477.1
agi_version: 16.28.0~dfsg-0+deb11u4
agi_callerid: +4915100000001
agi_calleridname: Name: mit Doppelpunkt
agi_callingpres: 0
agi_accountcode:
""".splitlines()


# -- what comes in


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("200 result=0", Reply(0)),
        ("200 result=49 endpos=800", Reply(49)),
        ("200 result=35 (dtmf) endpos=0", Reply(35, "dtmf")),
        ("200 result=0 (timeout) endpos=16000", Reply(0, "timeout")),
        ("200 result=-1 (hangup) endpos=8000", Reply(-1, "hangup")),
        ("200 result=-1 (writefile)", Reply(-1, "writefile")),
        ("200 result=1 (ANSWER)", Reply(1, "ANSWER")),
        ("200 result=1 (PJSIP/(1) x)", Reply(1, "PJSIP/(1) x")),
        ("511 Command Not Permitted on a dead channel or intercept routine", Reply(-1)),
        ("HANGUP", None),
    ],
)
def test_what_asterisk_answers(line: str, meaning: Reply | None) -> None:
    assert reply(line) == meaning


@pytest.mark.parametrize(
    "line",
    [
        "",
        "510 Invalid or unknown command",
        "520-Invalid command syntax.  Proper usage follows:",
        "520 End of proper usage.",
        "200",
        "200 result=",
        "200 result=one",
        "200 result=" + "9" * 5000,
        "GET / HTTP/1.1",
        "\x00\x00",
    ],
)
def test_a_refusal_ends_the_call_and_is_not_quoted(line: str) -> None:
    with pytest.raises(ProtocolError) as error:
        reply(line)
    assert len(str(error.value)) < 60


def test_the_variables_of_a_call() -> None:
    variables = environment([*CALL, "", "not ours"])
    assert variables["agi_callerid"] == "+4915100000001"
    assert variables["agi_calleridname"] == "Name: mit Doppelpunkt"
    assert variables["agi_accountcode"] == ""


@pytest.mark.parametrize(
    "lines",
    [
        ["GET / HTTP/1.1", "Host: 127.0.0.1", ""],
        ["agi_network", ""],
        [f"agi_{number}: 1" for number in range(MOST + 1)],
        CALL,  # no end
    ],
    ids=["a browser", "no value", "too many", "no end"],
)
def test_what_is_no_call(lines: list[str]) -> None:
    with pytest.raises(ProtocolError):
        environment(lines)


def test_a_name_that_looks_like_a_variable_changes_none() -> None:
    """Whoever calls chooses the name that is shown; a line break in it would begin a line."""
    variables = environment([*CALL, "agi_callerid: +4915100000009", ""])
    assert variables["agi_callerid"] == "+4915100000001"


# -- what goes out


def parsed(line: bytes) -> list[str]:
    """As res_agi.c takes a line apart (parse_args): quotes hold words together, a backslash takes the next sign."""
    words, word, quoted, begun = list[str](), "", False, False
    signs = iter(line.decode().removesuffix("\n"))
    for sign in signs:
        if sign == '"':
            quoted, begun = not quoted, True
        elif sign in " \t" and not quoted:
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + (next(signs, "") if sign == "\\" else sign), True
    return [*words, word] if begun else words


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60), max_size=5))
def test_every_argument_arrives_as_it_is(arguments: list[str]) -> None:
    line = command("NOOP", *arguments)
    assert parsed(line) == ["NOOP", *arguments]
    assert line.count(b"\n") == 1


@given(st.text(max_size=20), st.sampled_from("\n\r\0\x1b\x7f"), st.text(max_size=20))
def test_nothing_can_begin_a_second_command(before: str, control: str, after: str) -> None:
    with pytest.raises(ProtocolError):
        command("NOOP", before + control + after)


def test_a_command_that_is_too_long_is_none() -> None:
    with pytest.raises(ProtocolError):
        command("STREAM FILE", "a" * LONGEST, "")


# -- who calls


@pytest.mark.parametrize(
    ("shown", "presentation", "number"),
    [
        ("+4915100000001", "0", "+4915100000001"),
        ("004915100000001", "0", "+4915100000001"),
        ("4915100000001", "3", "+4915100000001"),
        ("015100000001", "0", "+4915100000001"),
        ("+4912", "0", ""),
        ("+4915100000001", "32", ""),  # restricted
        ("+4915100000001", "67", ""),  # not available
        ("+4915100000001", "", ""),
        ("unknown", "0", ""),
        ("anonymous", "0", ""),
        ("Restricted", "0", ""),
        ("+266696687", "0", ""),  # "anonymous" on a keypad
        ("266696687", "0", ""),
        ("7378742883", "0", ""),  # "restricted"
        ("110", "0", ""),
        ("200", "0", ""),  # a telephone in the house
        ("", "0", ""),
        ("9" * 5000, "0", ""),
    ],
)
def test_who_calls(shown: str, presentation: str, number: str) -> None:
    caller = caller_of({"agi_uniqueid": "1.1", "agi_callerid": shown, "agi_callingpres": presentation}, "DE")
    assert (caller.transport, caller.number, caller.trial) == ("asterisk", number, False)


def test_no_two_calls_are_the_same() -> None:
    """Asterisk counts anew after a restart."""
    assert caller_of({"agi_uniqueid": "1.1"}, "DE").call != caller_of({"agi_uniqueid": "1.1"}, "DE").call


# -- the connection


@pytest.fixture
def ends() -> Iterator[tuple[Connection, socket.socket]]:
    """Ours and Asterisk's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        asterisk = socket.create_connection(server.getsockname())
        with asterisk, closing(Connection(server.accept()[0])) as connection:
            yield connection, asterisk


def test_a_hang_up_between_two_lines_is_told_by_the_next(ends: tuple[Connection, socket.socket]) -> None:
    connection, asterisk = ends
    asterisk.sendall(b"HANGUP\n200 result=-1\n")
    assert connection.ask("WAIT FOR DIGIT", 1000) == Reply(-1)
    assert asterisk.recv(100) == b'WAIT FOR DIGIT "1000"\n'


def test_a_connection_that_ends_is_a_call_that_ended(ends: tuple[Connection, socket.socket]) -> None:
    connection, asterisk = ends
    asterisk.close()
    with pytest.raises(GoneError):
        connection.ask("NOOP")


@pytest.mark.parametrize("sent", [b"x" * (LONGEST_LINE + 1) + b"\n", b"200 result"], ids=["too long", "cut off"])
def test_a_line_without_an_end(ends: tuple[Connection, socket.socket], sent: bytes) -> None:
    connection, asterisk = ends
    asterisk.sendall(sent)
    asterisk.shutdown(socket.SHUT_WR)
    with pytest.raises(ProtocolError):
        connection.ask("NOOP")
