"""What `kiosk doctor` says of Asterisk: whether it can reach us, and we what we share with it."""

from __future__ import annotations

import grp
import ipaddress
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from channels.phone.asterisk.line import MANUAL
from channels.phone.asterisk.server import APOLOGY
from channels.phone.sounds import folder_of
from kiosk.channel import Finding
from kiosk.office import Office

USER = "asterisk"  # whom Debian's package runs it as


def findings(office: Office) -> Iterator[Finding]:
    """The port of FastAGI, and the two folders."""
    values = office.settings("phone")
    host, port = str(values["fastagi_host"]), int(values["fastagi_port"])
    yield Finding(
        f"phone by Asterisk: calls are taken at {host}:{port}",
        _answers(host, port),
        f"`kiosk start` has to run, with transport, fastagi_host and fastagi_port as in {MANUAL}",
    )
    yield Finding(
        "phone by Asterisk: only this machine can hand calls over",
        _loopback(host),
        'FastAGI asks for no password: set fastagi_host = "127.0.0.1" in [phone] of office.toml, or let a firewall'
        " keep everybody but Asterisk away from its port",
    )
    recordings, sounds = Path(str(values["recordings"])), folder_of(office)
    yield _folder("recordings", recordings, os.R_OK | os.W_OK | os.X_OK, stat.S_IRWXG)
    yield _folder("sounds", sounds, os.R_OK | os.W_OK | os.X_OK, stat.S_IRGRP | stat.S_IXGRP)
    yield Finding(
        "phone by Asterisk: the apology for when the kiosk is down",
        (sounds / APOLOGY).exists(),
        f"`kiosk start` makes {sounds / APOLOGY}; it needs a voice",
    )


def _folder(name: str, folder: Path, ours: int, groups: int) -> Finding:
    """Whether we may use it, and Asterisk by its group; files in it get that group only from the folder (setgid)."""
    what = f"phone by Asterisk: the folder for {name}, {folder}"
    if not os.access(folder, ours):
        return Finding(what, False, f"it cannot be used by the kiosk. See {MANUAL}")
    status = folder.stat()
    shared = status.st_mode & groups == groups and status.st_mode & stat.S_ISGID
    if not shared:
        return Finding(what, False, f"its group may not use it as Asterisk has to. See {MANUAL}")
    return Finding(what, _asterisks(status.st_gid), f"its group is not the one of the user {USER}. See {MANUAL}")


def _asterisks(group: int) -> bool:
    """Whether Asterisk's user is in this group, as far as this machine's own lists of users tell."""
    try:
        entry = grp.getgrgid(group)
    except KeyError:
        return False
    return entry.gr_name == USER or USER in entry.gr_mem


def _answers(host: str, port: int) -> bool:
    try:
        with closing(socket.create_connection((host, port), timeout=2.0)):
            return True
    except (OSError, OverflowError):
        return False


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
