"""`kiosk paper ACTION`: one command for all that is done with forms; each action is a function of its own module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.channel import resolve

ACTIONS = {
    "print": "channels.paper.printing:print_forms",
    "geometry": "channels.paper.printing:geometry",
    "read": "channels.paper.intray:read",
    "show": "channels.paper.intray:show",
    "list": "channels.paper.intray:waiting",
    "settle": "channels.paper.intray:settle",
}


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Raises UsageError for words that make no sense after the action."""
    status: int = resolve(ACTIONS[options["action"]])(folder, options)
    return status
