"""Somebody at an ordinary telephone: baresip (https://github.com/baresip/baresip), what it heard, and keys to press."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

import pytest

from kiosk.voice.sound import read, wav
from tests.channels.phone.asterisk import PATIENCE
from tests.channels.phone.sipp import CALLER
from tests.kiosk.running import free_port

RATE = 8000  # samples a second
# aubridge is a loudspeaker that needs none; sndfile writes down what would come out of it.
CONFIGURATION = """\
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app ctrl_tcp.so
module_app menu.so
net_interface 127.0.0.1
sip_listen 127.0.0.1:{sip}
ctrl_tcp_listen 127.0.0.1:{control}
audio_source aufile,{folder}/says.wav
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
snd_path {folder}
"""


class Telephone:
    """In a call from the beginning of the `with` block; `heard` is there after its end. `says`: samples, said again and
    again."""

    def __init__(self, folder: Path, port: int, says: bytes = bytes(2 * RATE)) -> None:
        if not shutil.which("baresip"):
            pytest.skip("baresip is not installed: deploy/system-packages peers")
        folder.mkdir()
        self._folder, self._control = folder, free_port()
        settings = CONFIGURATION.format(sip=free_port(), control=self._control, folder=folder)
        (folder / "config").write_text(settings)
        (folder / "accounts").write_text(f"<sip:{CALLER}@127.0.0.1>;regint=0;audio_codecs=PCMA/8000/1\n")
        (folder / "contacts").touch()
        (folder / "says.wav").write_bytes(wav(says * (120 * 2 * RATE // len(says)), RATE))  # two minutes
        self._argv = ["baresip", "-f", str(folder), "-e", f"d sip:kiosk@127.0.0.1:{port}"]

    def __enter__(self) -> Telephone:
        with (self._folder / "log").open("w") as log:
            self._process = subprocess.Popen(self._argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self._wait("Call established", PATIENCE)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def press(self, key: str) -> None:
        """By RFC 4733."""
        command = json.dumps({"command": "sndcode", "params": key})
        with socket.create_connection(("127.0.0.1", self._control)) as control:
            control.sendall(f"{len(command)}:{command},".encode())
            control.recv(1000)

    def wait_for_the_end(self, seconds: float = PATIENCE) -> None:
        """Until the other side hangs up."""
        self._wait("terminated (duration", seconds)

    @property
    def heard(self) -> bytes:
        """Samples, 8,000 a second."""
        (dump,) = self._folder.glob("dump-*-dec.wav")
        return read(dump.read_bytes()).samples

    def _wait(self, words: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while words not in (said := (self._folder / "log").read_text(errors="replace")):
            assert self._process.poll() is None, said
            assert time.monotonic() < until, said
            time.sleep(0.05)


def heard(folder: Path, port: int) -> bytes:
    """Call and listen, until the other side hangs up."""
    with Telephone(folder, port) as telephone:
        telephone.wait_for_the_end()
    return telephone.heard
