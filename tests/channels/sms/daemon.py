"""A real gammu-smsd in a folder, with the dummy phone of its own library or with a modem that a test plays.

    with Daemon(folder) as daemon:
        daemon.inject("+4915100000001", "Grüße")      # somebody texts
        Gammu(daemon.spool)...
        daemon.sent                                   # what went over the air: (number, text)

The daemon's own log tells what it sent, because the files in sent/ are taken away by whoever tests.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from configparser import ConfigParser
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import pytest

BOXES = ("inbox", "outbox", "sent", "error", "taken", "unreadable")
PATIENCE = 30.0  # seconds; far more than anything here takes
CENTRE = "+4915100000009"
TEXT = "Unicode_No_Compression"
DUMMY = {"model": "dummy", "connection": "none"}
# The clocks of the dummy phone and of this machine are one, and a hook can print every letter.
ENVIRONMENT = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
_TRANSMITTED = re.compile(r"Transmitted (\S+) \(total: \d+\) to ")

DEPLOYED = Path(__file__).parents[3] / "deploy" / "server" / "gammu" / "etc" / "gammu-smsdrc"
# Beside its places, what a test changes of the configuration that is deployed: a log, a hook, and less waiting.
IN_A_HURRY = {"loopsleep": "0", "multiparttimeout": "3", "statusfrequency": "0", "checksecurity": "0"}
# Called by the daemon for each message it sent, with the message in its environment, in the locale it was started in.
ON_SENT = """\
#!/bin/sh
[ "$DECODED_PARTS" = 0 ] && text=$SMS_1_TEXT || text=$DECODED_1_TEXT
printf '%s\036%s\035' "$SMS_1_NUMBER" "$text" >>'{heard}'
"""


class Daemon:
    """Running from the start to the end of the `with` block, unless it is killed in between.

    `device`: the terminal of a modem that a test plays; without one gammu's dummy phone is used. All files are below
    `folder`; `spool` is what office.toml calls gammu_folder.
    """

    def __init__(self, folder: Path, device: str = "") -> None:
        if not shutil.which("gammu-smsd"):
            pytest.skip("gammu-smsd is not installed: deploy/system-packages peers")
        self.spool = folder / "spool"
        self._phone, self._rc, self._log, self._heard = (
            folder / name for name in ("phone", "smsdrc", "smsd.log", "heard")
        )
        for box in BOXES:
            (self.spool / box).mkdir(parents=True)
        (self._phone / "sms" / "1").mkdir(parents=True)
        hook = folder / "on-sent"
        hook.write_text(ON_SENT.format(heard=self._heard))
        hook.chmod(0o700)
        configuration = ConfigParser()
        configuration.read(DEPLOYED)
        configuration["gammu"].update({"port": device} if device else DUMMY | {"port": str(self._phone)})
        configuration["smsd"].update(IN_A_HURRY | {"logfile": str(self._log), "runonsent": str(hook)})
        for setting, box in zip(("inboxpath", "outboxpath", "sentsmspath", "errorsmspath"), BOXES, strict=False):
            configuration["smsd"][setting] = f"{self.spool / box}/"
        with self._rc.open("w") as file:
            configuration.write(file)
        self._process: subprocess.Popen[bytes] | None = None
        self._received = self._reference = 0

    def __enter__(self) -> Daemon:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill(signal.SIGTERM)

    def start(self) -> None:
        """Again after `kill`, too."""
        self._process = subprocess.Popen(
            ["gammu-smsd", "-c", self._rc], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT
        )

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End it, at once by default."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait(PATIENCE)
            self._process = None

    def inject(self, sender: str, text: str, at: datetime | None = None, order: Sequence[int] = ()) -> None:
        """Somebody texts us: `at` that time, now if not told. A text of more than 70 letters comes in several parts;
        `order` tells in which, and leaves out those that it does not name."""
        units = text.encode("utf-16-be")
        parts = [units[start : start + 134] for start in range(0, len(units), 134)] if len(units) > 140 else [units]
        self._reference = (self._reference + 1) % 256
        for number in order or range(len(parts)):
            header = f"050003{self._reference:02X}{len(parts):02X}{number + 1:02X}" if len(parts) > 1 else ""
            self.put(sender, parts[number], header=header, at=at)

    def put(
        self,
        sender: str,
        data: bytes,
        *,
        pdu: str = "Deliver",
        coding: str = TEXT,
        header: str = "",
        at: datetime | None = None,
    ) -> None:
        """One SMS into the dummy phone's memory, as a file of the kind it keeps there."""
        lines = [
            "[SMSBackup000]",
            f'SMSC = "{CENTRE}"',
            f"PDU = {pdu}",
            f"DateTime = {at or datetime.now(UTC):%Y%m%dT%H%M%SZ}",
            "State = UnRead",
            f'Number = "{sender}"',
            f"NumberUnicode = {sender.encode('utf-16-be').hex().upper()}",
            *([f"UDH = {header}"] if header else []),
            *(
                f"Text{start // 100:02} = {data[start : start + 100].hex().upper()}"
                for start in range(0, len(data), 100)
            ),
            f"Coding = {coding}",
            "Folder = 1",
        ]
        self._received += 1
        hidden = self._phone / "arriving"
        hidden.write_text("\n".join(lines) + "\n", encoding="utf-8")
        hidden.rename(self._phone / "sms" / "1" / str(self._received % 9999 + 1))  # it has so many places

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What went over the air, as (number, text): sent twice is here twice."""
        if not self._heard.exists():
            return []
        messages = self._heard.read_text(encoding="utf-8").split("\035")[:-1]
        return [(number, text) for number, _, text in (message.partition("\036") for message in messages)]

    @property
    def transmissions(self) -> list[str]:
        """The names of the files sent, as the daemon logs them between sending a message and moving its file."""
        return _TRANSMITTED.findall(self._log.read_text(encoding="utf-8", errors="replace"))

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {what}"
            time.sleep(0.02)
