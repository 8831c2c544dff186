"""`kiosk outbox`: what has still to go out, and what could not; without a number and without a text."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.office import Office
from kiosk.store.reads import Reads, Unsent

STATES = ("waiting", "sending", "sent", "delivered", "failed", "stopped")


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Print how many messages there are in each state, then a line for each that did not go out. Raises StoreError."""
    office = Office(folder)
    with closing(Reads(office.store_file, office.keyring)) as reads:
        counts, unsent = reads.messages(), reads.unsent()
    print(", ".join(f"{counts[state]} {state}" for state in STATES if state in counts) or "no messages yet")
    for message in unsent:
        print(_line(message))
    return 0


def _line(message: Unsent) -> str:
    words = [_time(message.created), message.transport, message.state, f"try {message.attempts} of 3"]
    if message.state == "failed":
        words.append(f"given up: {message.code}")
    elif message.code:
        words.append(f"last answer: {message.code}")
    if message.due and message.state != "failed":
        words.append(f"next try {_time(message.due)}")
    return "  ".join(words)


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
