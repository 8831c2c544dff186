"""Somebody at an ordinary telephone who only listens: baresip (https://github.com/baresip/baresip)."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from kiosk.voice.sound import read, wav
from tests.channels.phone.asterisk import PATIENCE
from tests.channels.phone.sipp import CALLER
from tests.kiosk.running import free_port

# aubridge is a loudspeaker that needs none; sndfile writes down what would come out of it.
CONFIGURATION = """\
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
net_interface 127.0.0.1
sip_listen 127.0.0.1:{port}
audio_source aufile,{folder}/says.wav
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
snd_path {folder}
"""


def heard(folder: Path, port: int) -> bytes:
    """Call, and listen until the other side hangs up: samples, 8,000 a second."""
    if not shutil.which("baresip"):
        pytest.skip("baresip is not installed: deploy/system-packages peers")
    folder.mkdir()
    (folder / "config").write_text(CONFIGURATION.format(port=free_port(), folder=folder))
    (folder / "accounts").write_text(f"<sip:{CALLER}@127.0.0.1>;regint=0;audio_codecs=PCMA/8000/1\n")
    (folder / "contacts").touch()
    (folder / "says.wav").write_bytes(wav(bytes(2 * 8000 * 60), 8000))
    argv = ["baresip", "-f", str(folder), "-e", f"d sip:kiosk@127.0.0.1:{port}"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + PATIENCE
        while "terminated (duration" not in (said := (folder / "log").read_text(errors="replace")):
            assert process.poll() is None, said
            assert time.monotonic() < until, said
            time.sleep(0.05)
    finally:
        process.terminate()
        process.wait(PATIENCE)
    (dump,) = folder.glob("dump-*-dec.wav")
    return read(dump.read_bytes()).samples
