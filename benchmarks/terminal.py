"""The terminal as somebody at it feels it: how soon it is there, how soon it answers, and whether it stays small.

The real `kiosk terminal` in a pty, with a real server to deliver to. Time counts from the bytes of a touch or key to
the bytes of what it led to. Beside it, in the same run, a Textual app that does nothing but answer a key: what is above
its figures is ours.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect

from benchmarks.served import served
from benchmarks.table import Row, at_most, percentile

STARTS = 15
TOUCHES = 60
KEYS = 80
RESPONDENTS = 500
SETTLED = 50  # respondents after which memory has to stay as it is
SHIELD = 0.32  # seconds after a new screen in which touches are not taken
PATIENCE = 20.0  # seconds
COLUMNS, ROWS = 68, 19

NOTHING = """
from textual.app import App
from textual.widgets import Static

class Nothing(App):
    def compose(self):
        yield Static("screen-0", markup=False)

    def on_key(self, event):
        self.query_one(Static).update("screen-" + event.key)

Nothing().run()
"""


class Process:
    """A program in a pty; knows nothing of screens, only of bytes that come."""

    def __init__(self, *command: str) -> None:
        self.began = time.perf_counter()
        self._process = pexpect.spawn(
            command[0],
            list(command[1:]),
            dimensions=(ROWS, COLUMNS),
            env={**os.environ, "TERM": "xterm-256color"},
        )
        self._seen = b""

    def send(self, typed: str) -> float:
        """Send it; returns when that was."""
        self._seen = b""
        now = time.perf_counter()
        os.write(self._process.child_fd, typed.encode())
        return now

    def until(self, words: str, since: float) -> float:
        """Milliseconds from `since` until the words were written to the screen."""
        sought, end = words.encode(), time.perf_counter() + PATIENCE
        while sought not in self._seen:
            if time.perf_counter() > end:
                raise TimeoutError(f"“{words}” did not come")
            if select.select([self._process.child_fd], [], [], 0.05)[0]:
                self._seen += os.read(self._process.child_fd, 1 << 16)
        return (time.perf_counter() - since) * 1000

    def rest(self, seconds: float = 0.03) -> None:
        """Take in what still comes."""
        while select.select([self._process.child_fd], [], [], seconds)[0]:
            self._seen += os.read(self._process.child_fd, 1 << 16)

    def touch(self, x: int, y: int) -> float:
        self.send(f"\x1b[<0;{x + 1};{y + 1}M")
        return self.send(f"\x1b[<0;{x + 1};{y + 1}m")

    def memory(self) -> float:
        """Resident megabytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def processor(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self._process.close(force=True)


def run() -> list[Row]:
    """Measure everything; takes about three minutes."""
    with tempfile.TemporaryDirectory() as folder:
        office = Path(folder) / "office"
        _make(office)
        ours = (sys.executable, "-m", "kiosk", "--office", str(office), "terminal")
        nothing = (sys.executable, "-c", NOTHING)
        with served(office):
            rows = [*_starts(ours, nothing), *_answers(ours, nothing), *_memory(ours)]
    return rows


def _starts(ours: tuple[str, ...], nothing: tuple[str, ...]) -> Iterator[Row]:
    times: dict[str, list[float]] = {"ours": [], "nothing": []}
    for _ in range(STARTS):
        for name, command, words in (("ours", ours, "Hier beginnen"), ("nothing", nothing, "screen-0")):
            process = Process(*command)
            times[name].append(process.until(words, process.began))
            process.close()
    yield at_most("terminal: cold start, p95", percentile(times["ours"], 0.95), "ms", 1000)
    yield Row("terminal: the same of an app that does nothing", percentile(times["nothing"], 0.95), "ms")


def _answers(ours: tuple[str, ...], nothing: tuple[str, ...]) -> Iterator[Row]:
    process = Process(*ours)
    process.until("Hier beginnen", process.began)
    screens = _touch_screens(process)
    keys = _touch_keys(process)
    began, used = time.perf_counter(), process.processor()
    time.sleep(5)
    idle = (process.processor() - used) / (time.perf_counter() - began) * 100
    process.close()
    empty = Process(*nothing)
    empty.until("screen-0", empty.began)
    times = []
    for number in range(KEYS):
        sign = "ab"[number % 2]
        times.append(empty.until(f"screen-{sign}", empty.send(sign)))
    empty.close()
    yield at_most("terminal: touch to the next screen, p95 (aim 150)", percentile(screens, 0.95), "ms", 300)
    yield at_most("terminal: touch on the keyboard to its letter, p95 (aim 80)", percentile(keys, 0.95), "ms", 120)
    yield Row("terminal: key to its letter in an app that does nothing", percentile(times, 0.95), "ms")
    yield at_most("terminal: processor while nobody is there", idle, "%", 1)


def _touch_screens(process: Process) -> list[float]:
    """From the first screen through the questions and back; every answer is on disk before its screen comes."""
    times = []

    def touch(x: int, y: int, words: str) -> None:
        process.rest()
        time.sleep(SHIELD)
        times.append(process.until(words, process.touch(x, y)))

    while len(times) < TOUCHES:
        touch(10, 10, "mitmachen")
        touch(6, 13, "Frage 1 von")
        touch(20, 6, "Frage 2 von")
        touch(10, 5, "Frage 3 von")
        touch(5, 17, "Frage 2 von")  # back
        touch(5, 17, "Frage 1 von")
        touch(5, 17, "aufhören")
        touch(50, 9, "Hier beginnen")
    return times


def _touch_keys(process: Process) -> list[float]:
    """Letters on the keyboard, as quickly as they are shown."""
    for key in "11111":
        process.rest(0.2)
        process.send(key)
    process.rest(0.3)
    time.sleep(SHIELD)
    times, written = [], ""
    for _ in range(KEYS):
        if len(written) == 30:
            for _ in range(30):
                process.send("\x7f")
                process.rest(0.01)
            written = ""
            process.rest(0.1)
        written += "Q" if not written else "q"
        times.append(process.until(written + "▏", process.touch(4, 6)))
        process.rest(0.01)
    process.rest(0.2)
    for key in ("\r", "\r", "\r"):
        process.send(key)
        process.rest(0.3)
    return times


def _memory(ours: tuple[str, ...]) -> Iterator[Row]:
    process = Process(*ours)
    process.until("Hier beginnen", process.began)
    settled = 0.0
    for number in range(1, RESPONDENTS + 1):
        for key, words in (
            ("1", "mitmachen"),
            ("1", "Frage 1 von"),
            ("2", "Frage 2 von"),
            ("1", "Frage 3 von"),
            ("1", "▏"),
            (f"Nummer {number}", f"Nummer {number}▏"),
            ("\r", "abgeben"),
            ("\r", "Code"),
            ("1", "Hier beginnen"),
        ):
            process.until(words, process.send(key))
        if number == SETTLED:
            process.rest(0.5)
            settled = process.memory()
    process.rest(0.5)
    memory = process.memory()
    process.close()
    yield at_most(f"terminal: memory after {RESPONDENTS} people", memory, "MB", 90)
    yield at_most(f"terminal: its growth since the {SETTLED}th", memory - settled, "MB", 2)


def _make(office: Path) -> None:
    subprocess.run([sys.executable, "-m", "kiosk", "init", str(office)], check=True, stdout=subprocess.DEVNULL)
    for file in (office / "surveys").glob("*.toml"):
        if file.stem != "counter":
            file.unlink()


if __name__ == "__main__":
    from benchmarks.table import table

    print(table(run()), f"\non {os.cpu_count()} cores, {shutil.disk_usage('/').total >> 30} GiB disk")
