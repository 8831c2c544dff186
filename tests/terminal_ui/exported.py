"""What the office says of a response, by its own commands."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.kiosk.running import PATIENCE, run

Response = dict[str, Any]


def responses(office: Path, survey: str) -> list[Response]:
    done = run(office, "export", survey, "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def wait_for(office: Path, survey: str, count: int, *, state: str = "") -> list[Response]:
    """The responses (of one state), as soon as there are so many."""
    until = time.monotonic() + PATIENCE
    while True:
        found = [response for response in responses(office, survey) if state in ("", response["state"])]
        if len(found) >= count:
            return found
        assert time.monotonic() < until, f"{len(found)} of {count} responses arrived"
        time.sleep(0.2)


def given(response: Response) -> dict[str, Any]:
    """Question -> values, the text, or why there is none."""
    return {
        name: answer["missing"] or answer["text"] or answer["values"] for name, answer in response["answers"].items()
    }
