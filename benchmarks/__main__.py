"""python -m benchmarks [NAME ...]: all benchmarks, or those named, in one table; exit status 1 when a bar is missed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from benchmarks.table import table

ALL = (
    "command",
    "store",
    "kill",
    "sms",
    "calls",
    "sounds",
    "terminal",
    "speech",
    "forms",
    "scans",
    "marks",
    "added",
)  # modules of this folder with a function `run`


def main(names: Sequence[str]) -> int:
    if unknown := set(names) - set(ALL):
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(ALL)}", file=sys.stderr)
        return 2
    rows = []
    for name in names or ALL:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"benchmarks.{name}").run()
    print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
