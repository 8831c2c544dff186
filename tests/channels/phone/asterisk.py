"""A real Asterisk in a folder, as an ordinary process, with the configuration that is deployed.

    with Asterisk(folder, fastagi=port) as asterisk:
        ... call sip:127.0.0.1:asterisk.sip ...

What is changed of the configuration are places and ports, and how long a call may be without sound. `pbx` is the port
of the telephone system that it registers at and passes calls to.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pytest

from tests.kiosk.running import free_port

DEPLOYED = Path(__file__).parents[3] / "deploy" / "asterisk" / "etc" / "asterisk"
PROGRAM = "/usr/sbin/asterisk"
PATIENCE = 30.0  # seconds; far more than anything here takes
# Files that Debian's package has in /etc/asterisk and the kiosk needs nothing of.
EMPTY = ("acl.conf", "ccss.conf", "features.conf", "pjproject.conf", "stasis.conf", "udptl.conf")
PLACES = {"varlib": "lib", "db": "lib", "key": "lib", "spool": "spool", "run": "run", "log": "log"}


class Asterisk:
    """Running until the end of the `with` block. `modules`: what it loads besides; `instead`: files of configuration
    that are others than those deployed, {sip} being its port."""

    def __init__(
        self,
        folder: Path,
        *,
        pbx: int = 0,
        rtp_timeout: int = 30,
        modules: Sequence[str] = (),
        instead: Mapping[str, str] | None = None,
    ) -> None:
        if not Path(PROGRAM).exists():
            pytest.skip("asterisk is not installed: deploy/system-packages peers")
        self.sip, self.fastagi, self.pbx = free_port(), free_port(), pbx or free_port()
        self.sounds, self.recordings, self._log = folder / "sounds", folder / "recordings", folder / "log"
        self._configuration = folder / "etc" / "asterisk.conf"
        for place in (self.sounds, self.recordings, self._log, *(folder / name for name in ("lib", "run", "spool"))):
            place.mkdir(parents=True, exist_ok=True)
        shutil.copytree(DEPLOYED, folder / "etc")
        for name in EMPTY:
            (folder / "etc" / name).touch()
        rtp = random.randrange(20_000, 30_000, 400)
        with self._configuration.open("a") as file:
            file.write(f"\n[directories]\nastetcdir = {folder}/etc\n")
            file.writelines(f"ast{name}dir = {folder}/{place}\n" for name, place in PLACES.items())
        self._change("pjsip.conf", "0.0.0.0:5060", f"127.0.0.1:{self.sip}")
        self._change("pjsip.conf", "match = pbx.example.org", "match = 127.0.0.1")
        self._change("pjsip.conf", "pbx.example.org", f"127.0.0.1:{self.pbx}")
        self._change("pjsip.conf", "rtp_timeout = 30", f"rtp_timeout = {rtp_timeout}")
        self._change("rtp.conf", "10000", rtp)
        self._change("rtp.conf", "10299", rtp + 299)
        self._change("extensions.conf", "127.0.0.1:4573", f"127.0.0.1:{self.fastagi}")
        self._change("extensions.conf", "/var/spool/kiosk-phone", self.sounds)
        with (folder / "etc" / "modules.conf").open("a") as file:
            file.writelines(f"load = {module}.so\n" for module in modules)
        for name, text in (instead or {}).items():
            (folder / "etc" / name).write_text(text.replace("{sip}", str(self.sip)))

    def _change(self, name: str, old: str, new: object) -> None:
        file = self._configuration.with_name(name)
        text = file.read_text()
        assert old in text, (name, old)
        file.write_text(text.replace(old, str(new)))

    def __enter__(self) -> Asterisk:
        self._process = subprocess.Popen(
            [PROGRAM, "-f", "-C", self._configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.wait(lambda: "fully booted" in self.command("core waitfullybooted"), "Asterisk to start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()

    def command(self, words: str) -> str:
        """What its console says to these words."""
        argv = [PROGRAM, "-C", str(self._configuration), "-rx", words]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE)
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    @property
    def log(self) -> str:
        return (self._log / "messages").read_text()

    @property
    def calls(self) -> int:
        """How many channels there are now."""
        found = re.search(r"(\d+) active channel", self.command("core show channels"))
        assert found
        return int(found[1])

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            assert self._process.poll() is None, f"ended while waiting for {what}:\n{self.log}"
            assert time.monotonic() < until, f"waited in vain for {what}:\n{self.log}"
            time.sleep(0.05)
