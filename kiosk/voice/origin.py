"""What a sound is made of, as a word that changes whenever the sound would: for whoever keeps sounds.

A file (a recording, a voice for piper) is known by a hash of what is in it, which is taken again only when its time or
size changes. A program is known by the time and size of its file: every version brings others, and asking a program for
its version would start it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from kiosk.errors import ConfigError

Stamp = tuple[int, ...]
NOWHERE: Stamp = ()


def stamp(file: Path) -> Stamp:
    """What tells whether a file is still the one that was read. NOWHERE for one that is not there."""
    try:
        status = file.stat()
    except OSError:
        return NOWHERE
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def of_file(file: Path) -> str:
    """Raises ConfigError where it cannot be read."""
    return _digest(file, stamp(file))


@lru_cache(maxsize=4096)
def _digest(file: Path, seen: Stamp) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise ConfigError("voice.sound", f"{file} cannot be read: {error.strerror}.") from None


def of_program(program: str) -> str:
    _, size, changed, _ = stamp(Path(program)) or (0, 0, 0, 0)
    return f"{Path(program).name} {size} {changed}"
