"""What `kiosk --help` costs above a Python that does nothing: everybody pays it at every command."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

from benchmarks.table import Row, at_most

TIMES = 20
MOST = 60.0  # milliseconds of processor time


def run() -> list[Row]:
    ours, nothing = [], []
    for _ in range(TIMES):
        ours.append(_processor("-m", "kiosk", "--help"))
        nothing.append(_processor("-c", "pass"))
    name = "command: kiosk --help"
    return [
        Row("command: python -c pass", median(nothing), "ms"),
        at_most(f"{name}, above that", median(ours) - median(nothing), "ms", MOST),
    ]


def _processor(*arguments: str) -> float:
    """Milliseconds of processor time, of the program and the kernel for it."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return (used.ru_utime + used.ru_stime) * 1000
