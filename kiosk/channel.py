"""The channel contract: what a way of asking brings, and how the installed ones are found.

A channel is a module with a `Channel` object, named in the entry-point group `kiosk.channels` of a package's
pyproject.toml. The object is data; everything that costs an import is named as "module:function" and loaded when it is
needed, so that `kiosk --help` can list every channel's commands without loading one.

    commands       subcommands of `kiosk`; run(folder, options) -> exit status
    settings       its section of office.toml, with defaults
    catalogues     its folder of .po files, for the words that only it says
    review         whether it shows the answers once more before they are handed in
    survey_checks  check(survey, file) -> faults: what the channel cannot ask
    doctor         findings(office) -> what is missing on this machine, and how to get it
    blueprint      blueprint(office, door) -> flask.Blueprint
    workers        workers(office) -> processes that `kiosk start` keeps running

A channel translates. It never decides which question is next and never judges an answer.

This module is light on purpose: `kiosk --help` reads it, and nothing heavier.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NewType

from kiosk.errors import ConfigError

GROUP = "kiosk.channels"
Mode = NewType("Mode", str)  # a channel brings its own name; the core lists none
TEXT = Mode("text")  # the one built-in mode: a conversation in lines of text
Value = int | str | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a section of office.toml: its name, default (which also gives its type) and what it is for."""

    name: str
    default: Value
    comment: str


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command: ("--site",) is an option, ("survey",) a position. `flag`: takes no value."""

    flags: tuple[str, ...]
    help: str
    metavar: str = ""
    default: str | None = None
    choices: tuple[str, ...] = ()
    flag: bool = False
    required: bool = False  # of an option; a position always is


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand. `run` names a function (folder: Path, options: Mapping[str, Any]) -> exit status."""

    name: str
    help: str
    run: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What `kiosk doctor` found: a thing, whether it is there, and what to do if not. `needed`: nothing works
    without."""

    what: str
    there: bool
    remedy: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that `kiosk start` keeps running: a name for the log, and its command line."""

    name: str
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """See the module's opening lines; empty fields mean that the channel brings none."""

    mode: Mode
    commands: tuple[Command, ...] = ()
    settings: tuple[Setting, ...] = ()
    catalogues: Path | None = None
    review: bool = True
    survey_checks: str = ""
    doctor: str = ""
    blueprint: str = ""
    workers: str = ""


@cache
def installed() -> tuple[Channel, ...]:
    """Every installed channel, by mode. Raises ConfigError for one that cannot be loaded."""
    channels = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            channel = point.load()
        except (ImportError, AttributeError) as error:
            raise ConfigError(
                "channel.broken", f"The channel {point.name} cannot be loaded: {error}. Install it again."
            ) from None
        if not isinstance(channel, Channel):
            raise ConfigError("channel.broken", f"{point.value} is no Channel.")
        channels.append(channel)
    return tuple(channels)


def resolve(name: str) -> Any:
    """The function that "module:function" names."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)
