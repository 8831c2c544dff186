"""The channel contract: what a way of asking brings, and how the installed ones are found.

A channel is a module with a `Channel` object, named in the entry-point group `kiosk.channels` of a package's
pyproject.toml. The object is data; everything that costs an import is named as "module:function" and loaded when it is
needed, so that `kiosk --help` can list every channel's commands without loading one.

    commands       subcommands of `kiosk`; run(folder, options) -> exit status
    settings       its section of office.toml, with defaults
    catalogues     its folder of .po files, for the words that only it says
    survey_checks  check(survey, file) -> faults: what the channel cannot ask
    doctor         findings(office) -> what is missing on this machine, and how to get it
    blueprint      blueprint(office, intake) -> flask.Blueprint
    workers        workers(office) -> processes that `kiosk start` keeps running
    services       services(office, intake) -> loops that run inside `kiosk start`, beside the door and the web
    render         render(wording, catalogue) -> one message, for a channel that talks by messages (see correspondence)
    speak          speak(wording, catalogue) -> sentences, a line and a sound each, for a channel of calls (see calling)
    measure        measure(text, catalogue) -> how much a message or what is said is, for whoever tries a survey out
    links          links(office, host) -> what else the front page leads to, for a reader who came by this host name

Two settings mean the same in every channel that has them, and are read by the core: `expires_hours`, after which an
interview that nobody goes on with ends, and `messages_per_hour`, which one number may send.

A channel translates. It never decides which question is next and never judges an answer.

This module is light on purpose, because `kiosk --help` reads it: named tuples, since `dataclasses` alone would cost a
fifth of the time there is.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.errors import ConfigError

GROUP = "kiosk.channels"
Value = int | str | bool


class Setting(NamedTuple):
    """One line of a section of office.toml: its name, default (which also gives its type) and what it is for."""

    name: str
    default: Value
    comment: str


class Argument(NamedTuple):
    """One argument of a command: ("--site",) is an option, ("survey",) a position. `flag`: takes no value."""

    flags: tuple[str, ...]
    help: str
    metavar: str = ""
    default: str | None = None
    choices: tuple[str, ...] = ()
    flag: bool = False
    required: bool = False  # of an option; a position is, unless it is optional
    optional: bool = False  # of a position
    several: bool = False  # takes all words that follow, as a list


class Command(NamedTuple):
    """A subcommand. `run` names a function (folder: Path, options: Mapping[str, Any]) -> exit status."""

    name: str
    help: str
    run: str
    arguments: tuple[Argument, ...] = ()


class Finding(NamedTuple):
    """What `kiosk doctor` found: a thing, whether it is there, and what to do if not. `needed`: nothing works
    without."""

    what: str
    there: bool
    remedy: str = ""
    needed: bool = False


class Worker(NamedTuple):
    """A process that `kiosk start` keeps running: a name for the log, and its command line."""

    name: str
    argv: tuple[str, ...]


class Service(NamedTuple):
    """A loop in a thread of the server: a name for the log, and what makes (serve, stop) anew for each start. `serve`
    runs until `stop` was called; what it raises ends it, and it is started again after a pause."""

    name: str
    make: Callable[[], tuple[Callable[[], None], Callable[[], None]]]


class Link(NamedTuple):
    """One line of the front page: the id of its words in the channel's catalogue, and an address: a whole one, or a
    path at this server, which then is told the reader's language."""

    message: str
    url: str
    values: tuple[tuple[str, str], ...] = ()  # the named fields of the words


class Channel(NamedTuple):
    """See the module's opening lines; empty fields mean that the channel brings none."""

    mode: str
    commands: tuple[Command, ...] = ()
    settings: tuple[Setting, ...] = ()
    catalogues: Path | None = None
    survey_checks: str = ""
    doctor: str = ""
    blueprint: str = ""
    workers: str = ""
    links: str = ""
    services: str = ""
    render: str = ""
    speak: str = ""
    measure: str = ""


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
