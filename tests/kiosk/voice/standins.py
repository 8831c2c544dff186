"""Programs that stand in for the engines: each writes down how it was called and what it was given, then "speaks"."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.voice import sound
from kiosk.voice.engines import ESPEAK

GERMAN, ENGLISH = "de", "en"

# As piper's documentation has it: --model and --length-scale, a sentence a line on standard input, bare samples on
# standard output with --output-raw, and a --help that names them. No voice for the real one is in this repository.
PIPER = """#!/bin/sh
if [ "$1" = --help ]; then echo "usage: piper [-h] -m MODEL --model MODEL [--output-raw]"; exit 0; fi
echo "$*" >> "{folder}/piper.calls"
cat >> "{folder}/piper.said"
cat "{folder}/piper.raw"
"""

# Debian's package of that name configures mice.
MOUSE_PIPER = """#!/bin/sh
echo "$*" >> "{folder}/mouse.calls"
echo "Usage: piper [OPTION...]  Application Options: --gapplication-service"
"""

ESPEAK_NG = """#!/bin/sh
echo "$*" >> "{folder}/espeak.calls"
cat >> "{folder}/espeak.said"
cat "{folder}/espeak.wav"
"""

BROKEN = "#!/bin/sh\necho tried >> {folder}/broken.calls\ncat > /dev/null\nexit 3\n"


def put(folder: Path, name: str, script: str) -> None:
    """A program in a folder that a test puts on the PATH."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(script.format(folder=folder))
    program.chmod(0o755)


def only(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Nothing else than what is in the folder, and what a shell script needs, is found."""
    folder.mkdir(exist_ok=True)
    for tool in ("sh", "cat", "sleep", "python3"):
        place = folder / tool
        if not place.exists():
            place.symlink_to(shutil.which(tool) or tool)
    monkeypatch.setenv("PATH", str(folder))


def tone(seconds: float, value: int = 1000) -> bytes:
    """Samples that are all alike, so that it is seen whose they are."""
    return value.to_bytes(2, "little", signed=True) * round(sound.RATE * seconds)


def record(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def need_espeak() -> None:
    if shutil.which(ESPEAK) is None:
        pytest.skip(f"{ESPEAK} is not installed")
