"""The county's own modem and SIM: gammu-smsd's FILES backend, a folder of files that two processes share.

    inbox/    the daemon puts received messages here; we move each into taken/ under a random name before we look at it
    taken/    ours: messages that are not committed yet. The name is the event's id, so a crash brings it back unchanged
    unreadable/  ours: files that are no whole message, for the operator to look at
    outbox/   we put messages to be sent here; the daemon takes the first by name
    sent/     the daemon moves there what the network took; we report it, then remove it, for its name holds a number
    error/    likewise what it gave up, or we

The daemon polls, so neither side can hold the other up; its hook for received messages is not used, because it blocks
sending and is not tried again. It names files by number and second, and so gives a name again once we took the file
away: hence our own names. All folders are on one file system, so that moving a file is one step; what modes they need
stands in deploy/server/gammu/etc/tmpfiles.d/kiosk-sms.conf.

Three things the daemon does that are made good here. Killed between writing a message and deleting it on the SIM, it
writes it again: the copy is dropped. Refused by the network, it tries the same message again and again for ever, and
none that waits behind it is sent: so the first in the line has a minute. And it tells nobody whether it is well:
`findings` has it move a file that nothing is sent for.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from channels.sms.clock import NetworkClock
from channels.sms.gateway import Collected, Received, Reported
from channels.sms.transports import spool
from kiosk.channel import Finding
from kiosk.errors import ConfigError
from kiosk.office import Office
from kiosk.outbox import Fate, Outcome, Outgoing

MANUAL = "deploy/server/gammu/README.md"
RIPE = 1.0  # seconds; a younger file may still be written, for the daemon writes under the final name
HALF = 60.0  # seconds after which a file that is no whole message will not become one
PATIENCE = 60.0  # seconds for the first in the line; a modem takes a few, and gammu waits 30 for its answer
PROBE = "OUTA_kiosk_doctor_.txt"  # first in the line, without a number: the daemon moves it to error/, sending nothing
ANSWER = 10.0  # seconds in which a daemon that is well moves it

_log = logging.getLogger(__name__)


class Gammu:
    """A `Polled` gateway; see channels.sms.gateway. `patience`: seconds for the first in the line."""

    name = "gammu"

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self._folder = folder
        self._inbox, self._outbox, self._sent, self._error, self._taken, self._unreadable = (
            folder / name for name in ("inbox", "outbox", "sent", "error", "taken", "unreadable")
        )
        self._patience = patience
        self._first, self._since = "", 0.0
        self._open: dict[str, Collected] = {}  # read, not yet committed
        self._copies: deque[int] = deque(maxlen=200)  # hashes of what was read last, no message itself
        self._clocks: defaultdict[str, NetworkClock] = defaultdict(NetworkClock)

    # -- out

    def send(self, message: Outgoing) -> Outcome:
        """QUEUED once the file lies in the outbox; what became of it is collected later."""
        name = spool.outgoing_name(message.uid, message.number, datetime.now(UTC))
        if name is None:
            return Outcome(Fate.PERMANENT, "number")
        try:
            if not self._known(message.uid):
                _write(self._outbox, name, spool.outgoing_data(message.text))
        except OSError:
            return Outcome(Fate.RETRYABLE, "spool")
        return Outcome(Fate.QUEUED)

    def _known(self, uid: str) -> bool:
        boxes = (self._outbox, self._sent, self._error)
        return any(file.match(f"*_{uid}.txt") for box in boxes for file in box.iterdir())

    # -- in

    def collect(self) -> Iterator[Collected]:
        """What became of our messages, then those that came, in the order of their arrival: a reply comes after the
        question it is to."""
        try:
            self._give_back()
            self._take()
            taken, ended = self._in_hand(), list(self._ended())
        except OSError as error:
            raise ConfigError(
                "sms.spool", f"The SMS folder {self._folder} cannot be used: {error.strerror}. See {MANUAL}."
            ) from None
        yield from ended
        yield from taken

    def _take(self) -> None:
        """Move what lies in the inbox into our own folder; names there are in the order of arrival."""
        with os.scandir(self._inbox) as entries:
            found = sorted((entry.stat().st_mtime_ns, entry.name) for entry in entries if entry.name.startswith("IN"))
        ripe = [(arrival, name) for arrival, name in found if not 0 <= time.time() - arrival / 1e9 < RIPE]
        for position, (arrival, name) in enumerate(ripe):
            ours = f"{arrival:020d}-{position:04d}-{secrets.token_hex(8)}"
            (self._inbox / name).rename(self._taken / ours)
        if ripe:
            _settle(self._taken)  # or a power cut brings a message back that was committed, under another name

    def _in_hand(self) -> list[Collected]:
        for file in sorted(self._taken.iterdir()):
            if file.name not in self._open:
                self._read(file)
        return list(self._open.values())

    def _read(self, file: Path) -> None:
        arrival = file.stat().st_mtime
        try:
            letter = spool.read(file.read_bytes())
        except spool.UnreadableError:
            if time.time() - arrival > HALF:
                file.rename(self._unreadable / file.name)
                _log.warning("A received SMS is no whole message. It was put aside: %s", self._unreadable / file.name)
            return
        if letter is None or hash(letter) in self._copies:
            file.unlink()
            return
        self._copies.append(hash(letter))
        at = self._clocks[letter.centre].sent_at(letter.stamp, int(arrival * 1000))
        event = Received(file.name, letter.sender, letter.text, at)
        self._open[file.name] = Collected(event, partial(self._done, file))

    def _done(self, file: Path) -> None:
        file.unlink(missing_ok=True)
        self._open.pop(file.name, None)

    # -- what became of ours

    def _ended(self) -> Iterator[Collected]:
        for box, outcome in (
            (self._sent, Outcome(Fate.SENT)),
            (self._error, Outcome(Fate.RETRYABLE, "modem")),  # gammu does not tell a wrong number from a dead network
        ):
            for file in sorted(box.iterdir()):
                if ours := spool.uid_and_number(file.name):
                    uid, number = ours
                    moved = int(file.stat().st_ctime * 1000)
                    yield Collected(Reported(uid, outcome, number, moved), partial(file.unlink, missing_ok=True))

    def _give_back(self) -> None:
        """Give up what has been the first in the line for too long. The daemon may just be sending it: then it goes
        out once more when it is tried again."""
        first = min((file.name for file in self._outbox.iterdir() if file.name.startswith("OUT")), default="")
        if first != self._first:
            self._first, self._since = first, time.monotonic()
        elif first and time.monotonic() - self._since > self._patience:
            with contextlib.suppress(FileNotFoundError):  # sent at the last moment
                (self._outbox / first).rename(self._error / first)

    # -- doctor

    def findings(self) -> Iterator[Finding]:
        """Whether the folders can be used, a daemon works on them, and what was put aside."""
        boxes = (self._inbox, self._outbox, self._sent, self._error, self._taken, self._unreadable)
        broken = [box.name for box in boxes if not os.access(box, os.R_OK | os.W_OK | os.X_OK)]
        yield Finding(
            f"the SMS folder {self._folder}", not broken, f"cannot be used: {', '.join(broken)}. See {MANUAL}"
        )
        if broken:
            return
        yield Finding(
            "gammu-smsd, with a modem that answers",
            self._answers(),
            f"systemctl status gammu-smsd; is the modem plugged in, its SIM unlocked? See {MANUAL}",
        )
        aside = len(list(self._unreadable.iterdir()))
        yield Finding(
            "only whole messages received", not aside, f"look at the {aside} in {self._unreadable}, then remove them"
        )

    def _answers(self) -> bool:
        """Whether the daemon goes through its outbox, which it does only while its modem answers."""
        waiting, moved = self._outbox / PROBE, self._error / PROBE
        try:
            _write(self._outbox, PROBE, b"")
            until = time.monotonic() + ANSWER
            while waiting.exists() and time.monotonic() < until:
                time.sleep(0.1)
            return moved.exists()
        except OSError:
            return False  # a full disk
        finally:
            waiting.unlink(missing_ok=True)
            moved.unlink(missing_ok=True)


def make(office: Office) -> Gammu:
    """The gateway that office.toml describes."""
    return Gammu(Path(str(office.settings("sms")["gammu_folder"])))


def findings(office: Office) -> Iterator[Finding]:
    """For `kiosk doctor`."""
    return make(office).findings()


def _write(folder: Path, name: str, data: bytes) -> None:
    """A file that is there whole or not at all, also after a power cut; the group may read it, since the daemon is
    another user of it. The daemon does not look at names that begin with a dot."""
    hidden = folder / f".{name}"
    with hidden.open("wb") as file:
        os.fchmod(file.fileno(), 0o640)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    hidden.rename(folder / name)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
