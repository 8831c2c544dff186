"""A worker: notes its number, and waits."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    with Path(sys.argv[1]).open("a") as diary:
        diary.write(f"{os.getpid()}\n")
    while True:
        time.sleep(60)
