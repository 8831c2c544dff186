"""The office in the pictures: it lasts as long as they take, and no doubt is left that it is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SURVEY = "counter"
HOUSE = {
    "name": "Bürgeramt Musterstadt",
    "phone": "030 23125 000",  # for use in films
    "address": "Musterstraße 1, 00000 Musterstadt",
    "officer": "datenschutz@example.org",
}


def make(folder: Path) -> None:
    """With one sample survey."""
    kiosk("init", str(folder))
    for file in (folder / "surveys").glob("*.toml"):
        if file.stem != SURVEY:
            file.unlink()
    settings = folder / "office.toml"
    lines = settings.read_text().splitlines(keepends=True)
    settings.write_text("".join(map(_filled_in, lines)))


def kiosk(*words: str) -> str:
    """What the command prints."""
    command = [sys.executable, "-m", "kiosk", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _filled_in(line: str) -> str:
    name = line.partition(" = ")[0]
    return f'{name} = "{HOUSE[name]}"\n' if name in HOUSE else line
