"""The socket: what other processes hand in is stored once and replied to alike, whatever happens in between."""

from __future__ import annotations

import json
import multiprocessing
import signal
import socket
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from benchmarks.load import visit
from kiosk import wire, wire_calls
from kiosk.call import Caller, Happened, Rang
from kiosk.definition import to_json, version_of
from kiosk.door import LONGEST_LINE, SOCKET, SocketDoor, connect
from kiosk.doorkeeper import DoorServer, LocalDoor, open_door
from kiosk.errors import RemoteError, StoreError, UsageError
from kiosk.identity import read_code
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.prompt import Close
from kiosk.record import Turn
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Answer
from tests.kiosk.generated import sample
from tests.kiosk.running import Started, make_office

SURVEY = sample("digital")
RANG = Happened(Caller("simulator", "a call", trial=True), 0, Rang(), 1_000)


class Served:
    """An office whose door is open, until the end of the `with` block."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder)
        self._writer = Writer(self.office.store_file)
        self._server = DoorServer(self.office, Intake(self.office, self._writer))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._writer.close()


@pytest.fixture
def served(office: Path) -> Iterator[Path]:
    with Served(office):
        yield office


def turns(name: str) -> list[Turn]:
    return list(visit(SURVEY, name, at=1_000))


def said(office: Path, *lines: bytes) -> list[bytes]:
    """What the door replies to these lines, byte for byte."""
    with closing(socket.socket(socket.AF_UNIX)) as caller:
        caller.connect(str(office / SOCKET))
        with caller.makefile("rwb") as stream:
            replies = []
            for line in lines:
                stream.write(line + b"\n")
                stream.flush()
                replies.append(stream.readline())
            return replies


def receive(turn: Turn) -> bytes:
    return b'{"do":"receive","turn":' + wire.turn_to_json(turn).encode() + b"}"


def error(reply: bytes) -> dict[str, object]:
    told: dict[str, object] = json.loads(reply)["error"]
    return told


def stored(office: Path) -> list[int]:
    """How many turns each response has."""
    with closing(sqlite3.connect(Office(office).store_file)) as reader:
        rows = reader.execute("SELECT count(*) FROM turn GROUP BY response ORDER BY response")
        return [row[0] for row in rows]


@pytest.mark.parametrize(
    "decision",
    [
        {"doubt": "one"},
        {"doubt": 10**30},
        {"answer": {"values": [], "missing": "perhaps", "pending": False}},
        {"answer": None},
        {"answer": {"values": "ja", "missing": None, "pending": False}},
    ],
    ids=str,
)
def test_a_decision_that_is_not_ours_is_refused_and_shuts_no_door(served: Path, decision: dict[str, object]) -> None:
    whole = {"do": "settle", "doubt": 1, "answer": wire.answer_to(Answer(("good",))), "by": "clerk"}
    (reply,) = said(served, json.dumps({**whole, **decision}).encode())
    assert error(reply)["code"] == "wire.malformed"
    with closing(connect(served)) as door, pytest.raises(UsageError, match="no doubt number 1"):
        door.settle(1, Answer(("good",)), "clerk")


# What is handed in


def test_a_visit_ends_with_a_code_that_names_its_answers(served: Path) -> None:
    with closing(connect(served)) as door:
        *_, last = [door.receive(turn) for turn in turns("visitor")]
    assert isinstance(last.prompt, Close)
    office = Office(served)
    with closing(Reads(office.store_file, office.keyring)) as reads:
        response = reads.by_code(office.keyring.digest(read_code(last.code), "code"))
    assert response is not None
    assert response.answers


def test_a_repeated_turn_gets_the_same_reply_byte_for_byte(served: Path) -> None:
    lines = [receive(turn) for turn in turns("visitor")]
    once = said(served, *lines)
    assert json.loads(once[-1])["code"], "the last one closes"
    assert said(served, *lines) == once
    assert said(served, *[line for line in lines for _ in range(2)]) == [reply for reply in once for _ in range(2)]
    assert stored(served) == [len(lines)]


def test_the_reply_is_the_same_from_another_server_and_from_the_office_itself(office: Path) -> None:
    lines = [receive(turn) for turn in turns("visitor")]
    with Served(office):
        once = said(office, *lines)
    with Served(office):
        assert said(office, *lines) == once
    with closing(LocalDoor(Office(office))) as door:
        assert [wire.dumps(wire.reply_to(door.receive(turn))).encode() + b"\n" for turn in turns("visitor")] == once
    assert stored(office) == [len(lines)]


def test_a_version_is_asked_once_it_was_defined(served: Path) -> None:
    later = replace(SURVEY, keyword="LATER")
    first = replace(turns("visitor")[0], version=version_of(later))
    with closing(connect(served)) as door:
        with pytest.raises(RemoteError) as told:
            door.receive(first)
        assert told.value.code == "definition.unknown"
        assert told.value.retryable
        door.define(to_json(later))
        door.define(to_json(later))
        assert door.receive(first) == door.receive(first)


def test_what_is_erased_over_the_socket_is_gone(served: Path) -> None:
    with closing(connect(served)) as door:
        *_, last = [door.receive(turn) for turn in turns("visitor")]
        assert door.erase(last.code)
        assert not door.erase("00000000000")


# What it cannot read or take


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"GET / HTTP/1.1",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b"{}",
        b'{"do":"open"}',
        b'{"do":"receive"}',
        b'{"do":"receive","turn":[]}',
        b'{"do":"receive","turn":{"key":"k"}}',
        b'{"do":"define","definition":"{}"}',
        b'{"do":"define"}',
        b'{"do":"erase"}',
        b'{"do":"erase","code":"1","copy":"all"}',
        b'{"do":"keep_form"}',
        b'{"do":"file_page","page":{}}',
        b'{"do":"decide_page","number":1,"decision":"burn","by":"clerk"}',
        b'{"do":"call","mode":"phone"}',
        b'{"do":"call","mode":"fax","happened":' + wire.dumps(wire_calls.happened_to(RANG)).encode() + b"}",
        b"[" * 100_000,
        b'{"do":"receive","turn":{"at":' + b"9" * 5_000 + b"}}",
    ],
    ids=lambda line: line[:40].decode(errors="replace"),
)
def test_a_line_that_means_nothing_is_told_so_and_the_next_one_is_served(served: Path, line: bytes) -> None:
    first = turns("visitor")[0]
    told, served_next = said(served, line, receive(first))
    assert error(told)["code"] == "wire.malformed"
    assert error(told)["retryable"] is False
    assert "prompt" in json.loads(served_next)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("input", {"do": "Shouted"}),
        ("input", {"do": "Chose", "values": 7, "to": "skills"}),
        ("via", "smoke signals"),
        ("address", ["planet", "Mars"]),
        ("at", "yesterday"),
        ("at", 10**30),
        ("at", -(10**30)),
        ("key", None),
        ("input", {"do": "Said", "text": "\ud800", "to": ""}),
    ],
)
def test_a_turn_with_a_wrong_field_stores_nothing(served: Path, field: str, value: object) -> None:
    turn = json.loads(wire.turn_to_json(turns("visitor")[0]))
    line = json.dumps({"do": "receive", "turn": turn | {field: value}}).encode()
    told, served_next = said(served, line, receive(turns("another")[0]))
    if field != "key":
        assert error(told)["code"] == "wire.malformed"
        assert stored(served) == [1]
    assert "prompt" in json.loads(served_next)


def test_a_line_longer_than_any_turn_ends_the_call(served: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as caller:
        caller.connect(str(served / SOCKET))
        caller.sendall(b'"' + b"x" * LONGEST_LINE + b'"\n')
        assert b"wire.malformed" in caller.recv(4096)


def test_a_code_that_names_nothing_and_a_survey_that_is_not_there(served: Path) -> None:
    with closing(connect(served)) as door:
        with pytest.raises(UsageError, match="not open today"):
            door.receive(replace(turns("visitor")[0], survey="nowhere"))
        assert not door.erase("no code")


# Who may come in, and from where


def test_only_the_owner_may_use_the_socket(served: Path) -> None:
    assert stat.S_IMODE((served / SOCKET).stat().st_mode) == 0o600


def test_an_office_may_lie_deeper_than_a_socket_path_may_be_long(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.parent.mkdir()
    office = make_office(deep)
    assert len(str(office / SOCKET)) > 107
    with Served(office), closing(connect(office)) as door:
        replies = [door.receive(turn) for turn in turns("visitor")]
    assert replies[-1].code


def test_without_a_server_a_command_takes_the_office_itself(office: Path) -> None:
    with pytest.raises(RemoteError) as told:
        connect(office)
    assert told.value.retryable
    with closing(open_door(Office(office))) as door:
        assert isinstance(door, LocalDoor)
        once = [door.receive(turn) for turn in turns("visitor")]
    with Served(office), closing(open_door(Office(office))) as door:
        assert isinstance(door, SocketDoor)
        assert [door.receive(turn) for turn in turns("visitor")] == once


# When the server goes away


def test_a_server_that_stops_leaves_its_callers_with_a_sentence(office: Path) -> None:
    first, second, *_ = turns("visitor")
    with Served(office):
        door = connect(office)
        door.receive(first)
    with pytest.raises((RemoteError, StoreError)) as told:
        door.receive(second)
    door.close()
    assert told.value.code in ("door.away", "store.closed")
    assert not (office / SOCKET).exists()


def test_a_server_that_is_killed_in_the_middle(office: Path) -> None:
    """Its callers are told to try again; they do, and nothing is lost or there twice."""
    caught: list[RemoteError] = []
    half_way, server_is_back = threading.Event(), threading.Event()
    names = [f"visitor {number}" for number in range(8)]

    def receive_at_last(door: SocketDoor, turn: Turn) -> SocketDoor:
        """The door that the turn went through in the end."""
        while True:
            try:
                door.receive(turn)
                return door
            except RemoteError as error:
                caught.append(error)
                door.close()
                server_is_back.wait()
                door = SocketDoor(office)

    def caller(name: str) -> None:
        door = SocketDoor(office)
        for number, turn in enumerate(turns(name)):
            door = receive_at_last(door, turn)
            if number == 3:
                half_way.set()
        door.close()

    callers = [threading.Thread(target=caller, args=(name,)) for name in names]
    with Started(office) as server:
        for thread in callers:
            thread.start()
        half_way.wait()
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    with Started(office):
        server_is_back.set()
        for thread in callers:
            thread.join()
    assert caught
    assert {(error.code, error.retryable) for error in caught} == {("door.away", True)}
    assert sorted(stored(office)) == sorted(len(turns(name)) for name in names)


# Many at once


def crowd(office: Path, process: int, callers: int, pipe: Connection) -> None:
    """Some callers in a process of their own; sends back what went wrong."""
    faults: list[str] = []

    def call(number: int) -> None:
        try:
            with closing(connect(office)) as door:
                for round_ in range(3):
                    for turn in turns(f"{process} {number} {round_}"):
                        reply = door.receive(turn)
                        if round_ == 1 and door.receive(turn) != reply:
                            faults.append(f"{turn.key} was replied to differently")
        except Exception as error:
            faults.append(repr(error))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send(faults)


def test_four_processes_with_sixteen_callers_each(office: Path) -> None:
    fork = multiprocessing.get_context("fork")
    with Started(office):
        pipes = []
        for process in range(4):
            ours, theirs = fork.Pipe()
            fork.Process(target=crowd, args=(office, process, 16, theirs), daemon=True).start()
            pipes.append(ours)
        assert [fault for pipe in pipes for fault in pipe.recv()] == []
    names = [f"{process} {number} {round_}" for process in range(4) for number in range(16) for round_ in range(3)]
    assert sorted(stored(office)) == sorted(len(turns(name)) for name in names)
