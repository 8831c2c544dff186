"""The server of FastAGI without an Asterisk: who connects, how many, its port, its end; and what the doctor says."""

from __future__ import annotations

import grp
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from channels.phone.asterisk import doctor
from channels.phone.asterisk.connection import Connection
from channels.phone.asterisk.server import Server, leave_apology
from channels.phone.sounds import make
from kiosk.errors import ConfigError, StoreError
from kiosk.office import Office
from tests.kiosk.running import configure, free_port, make_office

CALL = b"agi_uniqueid: 1.1\nagi_callerid: +4915100000001\n\n"


@contextmanager
def serving(server: Server) -> Iterator[None]:
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join()


def ended(connection: socket.socket) -> bool:
    """Whether the other side closes it, which makes Asterisk play the apology."""
    connection.settimeout(10)
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


def wait(connection: Connection) -> None:
    """A call that goes on until it is ended."""
    connection.environment()
    connection.ask("NOOP")


def full_disk(connection: Connection) -> None:
    connection.environment()
    raise StoreError("store.full", "The disk is full.")


def test_what_is_no_asterisk_is_sent_away_and_calls_go_on(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    with serving(Server("127.0.0.1", port, wait)):
        for sent in (b"GET / HTTP/1.1\r\n\r\n", b"agi_callerid +4915100000001\n\n", b"\xff" * 20_000 + b"\n"):
            with socket.create_connection(("127.0.0.1", port)) as other:
                other.sendall(sent)
                assert ended(other)
        with socket.create_connection(("127.0.0.1", port)) as asterisk:
            asterisk.sendall(CALL)
            assert asterisk.recv(100) == b"NOOP\n"
    assert "4915100000001" not in caplog.text


def test_one_call_too_many_is_ended_and_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    with serving(Server("127.0.0.1", port, wait, most=1)), socket.create_connection(("127.0.0.1", port)) as first:
        first.sendall(CALL)
        assert first.recv(100) == b"NOOP\n"
        with socket.create_connection(("127.0.0.1", port)) as second:
            assert ended(second)
        first.sendall(b"200 result=0\n")
        assert ended(first)
        with socket.create_connection(("127.0.0.1", port)) as third:
            third.sendall(CALL)
            assert third.recv(100) == b"NOOP\n"
    assert "as many as there can be" in caplog.text


def test_a_full_disk_ends_the_call_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    with serving(Server("127.0.0.1", port, full_disk)), socket.create_connection(("127.0.0.1", port)) as asterisk:
        asterisk.sendall(CALL)
        assert ended(asterisk)
    assert "The disk is full. [store.full]" in caplog.text


def test_a_fault_of_ours_ends_one_call_and_quotes_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def fail(connection: Connection) -> None:
        raise ValueError(connection.environment()["agi_callerid"])

    port = free_port()
    with serving(Server("127.0.0.1", port, fail)), socket.create_connection(("127.0.0.1", port)) as asterisk:
        asterisk.sendall(CALL)
        assert ended(asterisk)
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        "phone: a call ended with ValueError"
    ]
    assert "4915100000001" not in caplog.text


def test_a_stop_ends_the_calls(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    server = Server("127.0.0.1", port, wait)
    with serving(server), socket.create_connection(("127.0.0.1", port)) as asterisk:
        asterisk.sendall(CALL)
        assert asterisk.recv(100) == b"NOOP\n"
        server.stop()
        assert ended(asterisk)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_is_none(port: int) -> None:
    with pytest.raises(ConfigError, match="fastagi_port"):
        Server("127.0.0.1", port, wait)


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match="in use"):
        Server("127.0.0.1", taken.getsockname()[1], wait)


# The doctor


@pytest.fixture
def office(tmp_path: Path) -> Office:
    folder = make_office(tmp_path / "office")
    for name in ("recordings", "sounds"):
        (tmp_path / name).mkdir()
        configure(folder, **{name: f'"{tmp_path / name}"'})
    configure(folder, fastagi_port=str(free_port()))
    return Office(folder)


def missing(office: Office) -> list[str]:
    return [f"{finding.what} {finding.remedy}" for finding in doctor.findings(office) if not finding.there]


def test_the_doctor_names_what_is_not_shared(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    values = office.settings("phone")
    recordings, sounds = Path(str(values["recordings"])), Path(str(values["sounds"]))
    assert len(missing(office)) == 4
    recordings.chmod(0o2770)
    sounds.chmod(0o2750)
    monkeypatch.setattr(doctor, "USER", group_name(recordings))
    leave_apology(office, make(office))
    with serving(Server("127.0.0.1", int(values["fastagi_port"]), wait)):
        assert missing(office) == []
        recordings.rmdir()
        assert [what for what in missing(office) if "cannot be used" in what]


def test_the_doctor_warns_where_others_could_hand_calls_over(office: Office) -> None:
    configure(office.folder, fastagi_host='"0.0.0.0"')
    assert [what for what in missing(Office(office.folder)) if "no password" in what]


def group_name(folder: Path) -> str:
    return grp.getgrgid(folder.stat().st_gid).gr_name
