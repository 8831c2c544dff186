"""`kiosk init`: makes an office folder that works as it is; nothing has to be configured before the first answer.

office.toml is written last, so a folder that has one is whole. Keys are made once: a keyring that is already there
stays, because a new one would make everything sealed with it unreadable.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kiosk import keyring
from kiosk.channel import Setting, Value, installed
from kiosk.errors import ConfigError
from kiosk.office import SECTIONS

SAMPLES = Path(__file__).parent.parent / "surveys"
FOLDERS = ("surveys", "store", "blobs", "journal", "secrets")


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """`kiosk init DIR`. Raises ConfigError when there is an office already or the disk refuses."""
    target = Path(options["folder"])
    make(target)
    print(f"The office is in {target}. Next: put the house's name and phone into {target}/office.toml,")
    print(f"then run: kiosk --office {target} start")
    return 0


def make(folder: Path) -> None:
    """Make the office in `folder`, which may exist as long as no office is in it."""
    settings = folder / "office.toml"
    if settings.exists():
        raise ConfigError("init.exists", f"{folder} is an office already. Nothing was changed.")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            keyring.create(folder / "secrets" / "keyring.json")
        keyring.load(folder / "secrets" / "keyring.json")
        for sample in sorted(SAMPLES.glob("*.toml")):
            if not (folder / "surveys" / sample.name).exists():
                shutil.copyfile(sample, folder / "surveys" / sample.name)
        new = folder / "office.toml.new"
        new.write_text(_settings(), encoding="utf-8")
        new.rename(settings)
    except OSError as error:
        raise ConfigError("init.disk", f"{folder} cannot be made: {error.strerror}. Choose another place.") from None


def _settings() -> str:
    """office.toml with every setting, its default and what it is for."""
    channels = {str(channel.mode): channel.settings for channel in installed()}
    parts = ["# The settings of this office. Lines that are left out mean the value that stands here now.\n"]
    parts.extend(_section(name, settings) for name, settings in {**SECTIONS, **channels}.items())
    return "\n".join(parts)


def _section(name: str, settings: Sequence[Setting]) -> str:
    lines = [f"{setting.name} = {_toml(setting.default)}  # {setting.comment}" for setting in settings]
    return "\n".join([f"[{name}]", *lines, ""])


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'
