"""What dies is started again after a pause that grows, and is named in the log; by a clock that the tests turn."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.channel import Worker
from kiosk.errors import ConfigError
from kiosk.supervisor import FIRST_PAUSE, LONGEST_PAUSE, STEADY, ProcessPart, Supervisor, ThreadPart


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Fragile:
    """A part that runs until the test ends it."""

    name = "fragile"

    def __init__(self) -> None:
        self.starts = 0
        self.alive = False
        self.refuses = False

    def start(self) -> None:
        self.starts += 1
        if self.refuses:
            raise OSError("no")
        self.alive = True

    def running(self) -> bool:
        return self.alive

    def ended(self) -> str:
        return "with a bang"

    def stop(self) -> None:
        self.alive = False


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def part() -> Fragile:
    return Fragile()


@pytest.fixture
def supervisor(part: Fragile, clock: Clock) -> Supervisor:
    supervisor = Supervisor([part], clock)
    supervisor.start()
    return supervisor


def pause(supervisor: Supervisor, part: Fragile, clock: Clock) -> float:
    """End the part, and turn the clock until it is started again."""
    part.alive = False
    before, began = part.starts, clock.now
    supervisor.watch()
    while part.starts == before:
        clock.now += FIRST_PAUSE
        supervisor.watch()
    return clock.now - began


def test_what_runs_is_left_alone(supervisor: Supervisor, part: Fragile, clock: Clock) -> None:
    for _ in range(100):
        clock.now += 1
        supervisor.watch()
    assert part.starts == 1
    assert supervisor.health() == {"fragile": True}


def test_the_pause_doubles_while_it_keeps_dying(supervisor: Supervisor, part: Fragile, clock: Clock) -> None:
    pauses = [pause(supervisor, part, clock) for _ in range(9)]
    assert pauses[:6] == [FIRST_PAUSE * 2**time for time in range(6)]
    assert pauses[-2:] == [LONGEST_PAUSE, LONGEST_PAUSE]


def test_what_lived_for_a_while_is_started_again_soon(supervisor: Supervisor, part: Fragile, clock: Clock) -> None:
    for _ in range(5):
        pause(supervisor, part, clock)
    clock.now += STEADY
    assert pause(supervisor, part, clock) == FIRST_PAUSE


def test_the_log_names_what_died_and_how(
    supervisor: Supervisor, part: Fragile, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        pause(supervisor, part, clock)
    assert caplog.messages == ["fragile ended with a bang; starting it again in 0.5 s", "fragile runs again"]


def test_what_cannot_be_started_is_tried_again(
    supervisor: Supervisor, part: Fragile, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    part.refuses = True
    for _ in range(3):
        pause(supervisor, part, clock)
    assert "fragile could not be started: OSError" in caplog.messages
    assert supervisor.health() == {"fragile": False}
    part.refuses = False
    pause(supervisor, part, clock)
    assert supervisor.health() == {"fragile": True}


def test_what_cannot_be_started_at_first_is_the_operators_to_mend(part: Fragile) -> None:
    def make() -> None:
        raise ConfigError("server.port", "The port is taken.")

    part.start = make  # type: ignore[method-assign]
    with pytest.raises(ConfigError):
        Supervisor([part]).start()


def test_a_thread_that_dies_tells_its_error_but_not_its_words(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    def serve() -> None:
        raise ValueError("what a resident wrote")

    part = ThreadPart("web", lambda: (serve, lambda: None))
    supervisor = Supervisor([part], clock)
    supervisor.start()
    part.stop()
    supervisor.watch()
    assert caplog.messages == ["web ended ValueError; starting it again in 0.5 s"]


def test_threads_are_stopped_in_reverse() -> None:
    stopped: list[str] = []

    def part(name: str) -> ThreadPart:
        over = threading.Event()

        def stop() -> None:
            stopped.append(name)
            over.set()

        def serve() -> None:
            over.wait()

        return ThreadPart(name, lambda: (serve, stop))

    supervisor = Supervisor([part("door"), part("web")])
    supervisor.start()
    assert supervisor.health() == {"door": True, "web": True}
    supervisor.stop()
    assert stopped == ["web", "door"]
    assert supervisor.health() == {"door": False, "web": False}


# Real children


def child(tmp_path: Path, name: str, program: str) -> ProcessPart:
    """A process that writes its number into a file, and then does as `program` says."""
    begin = f"import os, signal, sys, time; open({str(tmp_path / name)!r}, 'a').write(f'{{os.getpid()}}\\n');"
    return ProcessPart(Worker(name, (sys.executable, "-c", f"{begin} print('up', flush=True); {program}")))


def numbers(tmp_path: Path, name: str, count: int) -> list[int]:
    """The numbers of the first `count` processes, once they run."""
    file = tmp_path / name
    while len(found := file.read_text().split() if file.exists() else []) < count:
        time.sleep(0.01)
    return [int(number) for number in found]


def test_a_killed_process_is_started_again(tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    part = child(tmp_path, "reader", "time.sleep(600)")
    supervisor = Supervisor([part], clock)
    supervisor.start()
    (first,) = numbers(tmp_path, "reader", 1)
    os.kill(first, signal.SIGKILL)
    while part.running():
        time.sleep(0.01)
    supervisor.watch()
    clock.now += FIRST_PAUSE
    supervisor.watch()
    _, second = numbers(tmp_path, "reader", 2)
    assert second != first
    assert caplog.messages == ["reader ended with status -9; starting it again in 0.5 s"]
    supervisor.stop()
    assert supervisor.health() == {"reader": False}


def test_a_process_that_will_not_go_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.supervisor.PATIENCE", 0.2)
    part = child(tmp_path, "stubborn", "time.sleep(600)")
    part._argv = (*part._argv[:2], "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + part._argv[2])
    part.start()
    (number,) = numbers(tmp_path, "stubborn", 1)
    part.stop()
    assert not part.running()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_program_that_is_not_there_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FileNotFoundError):
        Supervisor([ProcessPart(Worker("printer", ("/no/such/program",)))]).start()
