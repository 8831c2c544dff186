"""One installation: a folder with settings, surveys, keys, store, blobs and journals; and the clock.

    office.toml   [house], [server], a section per channel     surveys/   NAME.toml
    secrets/      keyring.json (mode 600)                      store/     kiosk.db, lock
    blobs/        encrypted scans and recordings               journal/   what terminals have not delivered yet
    voices/       what the operator adds to the voice that reads aloud

Everything the core needs of the world around it comes from here, so that the rest can be pure. What the installed
channels bring (catalogues, settings, survey checks) is taken through their contract; the office knows none by name.

Survey files are read again when they change on disk. A file that became faulty does not take a running survey away: the
last good version goes on, and the faults are in `faults`.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from kiosk import catalogue, keyring
from kiosk.blobs import Blobs
from kiosk.catalogue import Catalogue
from kiosk.channel import Channel, Setting, Value, installed, resolve
from kiosk.definition import SurveyCheck, from_toml
from kiosk.errors import ConfigError, Fault, SurveyError, UsageError
from kiosk.keyring import Keyring
from kiosk.survey import Survey
from kiosk.understanding import plain
from kiosk.wording import House

SECTIONS: Mapping[str, tuple[Setting, ...]] = {
    "house": (
        Setting("name", "Bürgeramt", "how the house calls itself in every channel"),
        Setting("phone", "", "the number where a person answers; shown wherever somebody needs help"),
        Setting("address", "", "where letters and visitors go"),
        Setting("officer", "", "how to reach the data protection officer; stands in every privacy notice"),
    ),
    "server": (
        Setting("host", "127.0.0.1", "stay on loopback; put a web server with TLS in front for the outside"),
        Setting("port", 8080, "where the front page is"),
        Setting("public_url", "", "as the outside sees this server, for example https://dialog.example.org/kiosk"),
    ),
}


@dataclass(frozen=True, slots=True)
class _Read:
    """One survey file as last seen: its time and size, and the last good survey or None."""

    stamp: tuple[int, int]
    survey: Survey | None
    error: SurveyError | None


class Office:
    """Reads the folder; takes no lock and opens no store."""

    def __init__(self, folder: Path, channels: Sequence[Channel] | None = None) -> None:
        """`channels`: default all installed ones. Raises ConfigError when there is no usable office.toml."""
        self.folder = folder
        self.channels = tuple(installed() if channels is None else channels)
        self._sections = {**SECTIONS, **{str(channel.mode): channel.settings for channel in self.channels}}
        self._values = _read_settings(folder / "office.toml", self._sections)
        self._files: dict[str, _Read] = {}

    # -- places

    @property
    def store_file(self) -> Path:
        return self.folder / "store" / "kiosk.db"

    @property
    def lock_file(self) -> Path:
        return self.folder / "store" / "lock"

    @property
    def keyring_file(self) -> Path:
        return self.folder / "secrets" / "keyring.json"

    @property
    def voices(self) -> Path:
        """Need not be there."""
        return self.folder / "voices"

    # -- parts

    @cached_property
    def keyring(self) -> Keyring:
        """Raises ConfigError when the key file is missing or broken."""
        return keyring.load(self.keyring_file)

    @cached_property
    def blobs(self) -> Blobs:
        """The encrypted files."""
        return Blobs(self.folder / "blobs", self.keyring)

    @cached_property
    def catalogues(self) -> Mapping[str, Catalogue]:
        """Locale -> catalogue, the core's words and those of every channel."""
        return catalogue.load(channel.catalogues for channel in self.channels if channel.catalogues)

    @cached_property
    def house(self) -> House:
        values = self.settings("house")
        return House(*(str(values[name]) for name in ("name", "phone", "address", "officer")))

    def settings(self, section: str) -> Mapping[str, Value]:
        """The values of one section of office.toml, with defaults for what it leaves out."""
        return self._values[section]

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def today(self) -> date:
        """The day by the machine's local time, which is what opening and closing days mean."""
        return datetime.now().astimezone().date()

    def secret(self, name: str) -> str:
        """What the operator put into secrets/NAME: a password or token for a channel. Raises ConfigError when it is not
        there, or open to others."""
        file = self.folder / "secrets" / name
        try:
            if file.stat().st_mode & 0o077:
                raise ConfigError("secret.open", f"Others can read {file}. Run: chmod 600 {file}")
            if secret := file.read_text(encoding="utf-8").strip():
                return secret
            raise ConfigError("secret.empty", f"{file} is empty. Put the secret into it.")
        except (OSError, UnicodeDecodeError):
            raise ConfigError("secret.missing", f"Put the secret into {file}, and run: chmod 600 {file}") from None

    # -- surveys

    @cached_property
    def survey_checks(self) -> tuple[SurveyCheck, ...]:
        """What the installed channels refuse to ask."""
        return tuple(resolve(channel.survey_checks) for channel in self.channels if channel.survey_checks)

    def surveys(self) -> dict[str, Survey]:
        """Name -> survey: the last good version of every file in surveys/, read again if it changed."""
        self._refresh()
        return {name: read.survey for name, read in self._files.items() if read.survey}

    @property
    def faults(self) -> dict[str, SurveyError]:
        """Name -> what is wrong with a survey file as it is on disk now."""
        self._refresh()
        faults = {name: read.error for name, read in self._files.items() if read.error}
        keywords: dict[str, str] = {}
        for name, read in self._files.items():
            if read.survey and (first := keywords.setdefault(read.survey.keyword, name)) != name:
                what = f"its keyword {read.survey.keyword} is that of {first}"
                faults.setdefault(name, SurveyError([Fault(f"{name}.toml", what, "Give each survey its own")]))
            if read.survey and (why := self._means_something(read.survey)):
                what = f"its keyword {read.survey.keyword} {why}, and would not reach it"
                faults.setdefault(name, SurveyError([Fault(f"{name}.toml", what, "Choose a word of its own")]))
        return faults

    def _means_something(self, survey: Survey) -> str:
        """Why a keyword cannot be one: people text it in the middle of an interview, too."""
        word = plain(survey.keyword)
        if any(word in words.vocabulary.taken for words in self.catalogues.values()):
            return "is a word that always means something"
        read = (file.survey for file in self._files.values() if file.survey)
        labels = (
            label for one in read for question in one.questions for c in question.choices for label in c.label.values()
        )
        return "is an answer" if any(plain(label) == word for label in labels) else ""

    def survey(self, name: str) -> Survey:
        """The survey of that name. Raises SurveyError when its file is faulty, UsageError when there is none."""
        surveys = self.surveys()
        if name in self.faults:
            raise self.faults[name]
        if name not in surveys:
            known = ", ".join(sorted(surveys)) or "none"
            raise UsageError("survey.unknown", f"There is no survey “{name}” in {self.folder}/surveys. There: {known}.")
        return surveys[name]

    def open_surveys(self) -> tuple[Survey, ...]:
        """The surveys that can be answered today, by name."""
        today = self.today()
        return tuple(survey for _, survey in sorted(self.surveys().items()) if survey.open_on(today))

    def _refresh(self) -> None:
        seen: dict[str, _Read] = {}
        for file in self._survey_files():
            try:
                status = file.stat()
            except OSError:
                continue  # removed between listing and looking, or a link to nowhere
            stamp, before = (status.st_mtime_ns, status.st_size), self._files.get(file.stem)
            seen[file.stem] = before if before and before.stamp == stamp else self._read(file, stamp, before)
        self._files = seen

    def _survey_files(self) -> list[Path]:
        """Hidden files are what editors leave; they are no surveys."""
        folder = self.folder / "surveys"
        try:
            return sorted(file for file in folder.iterdir() if file.suffix == ".toml" and file.name[0] != ".")
        except OSError as error:
            raise ConfigError("surveys.unreadable", f"{folder} cannot be read: {error.strerror}.") from None

    def _read(self, file: Path, stamp: tuple[int, int], before: _Read | None) -> _Read:
        try:
            text = file.read_text(encoding="utf-8")
            survey = from_toml(file.stem, text, file.name, self.catalogues.keys(), self.survey_checks)
        except SurveyError as error:
            return _Read(stamp, before.survey if before else None, error)
        except (OSError, UnicodeDecodeError) as error:
            fault = Fault(file.name, f"this cannot be read: {error}", "Save it as UTF-8 text")
            return _Read(stamp, before.survey if before else None, SurveyError([fault]))
        return _Read(stamp, survey, None)


def _read_settings(file: Path, sections: Mapping[str, Sequence[Setting]]) -> dict[str, dict[str, Value]]:
    try:
        given: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        folder = file.parent
        raise ConfigError("office.none", f"{folder} is no office folder. Make one: kiosk init {folder}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError("office.unreadable", f"{file} cannot be read: {error}.") from None
    for section in given:
        if section not in sections:
            raise ConfigError("office.section", f"{file}: [{section}] means nothing. Known: {', '.join(sections)}.")
    return {name: _read_section(file, name, settings, given.get(name, {})) for name, settings in sections.items()}


def _read_section(file: Path, section: str, settings: Sequence[Setting], given: Any) -> dict[str, Value]:
    known = {setting.name: setting.default for setting in settings}
    if not isinstance(given, dict):
        raise ConfigError("office.section", f"{file}: write [{section}] as a section.")
    for name, value in given.items():
        if name not in known:
            raise ConfigError(
                "office.setting", f"{file}: {name} means nothing in [{section}]. Known: {', '.join(known)}."
            )
        if type(value) is not type(known[name]):
            kind = {int: "a whole number", str: "a text in quotes", bool: "true or false"}[type(known[name])]
            raise ConfigError("office.setting", f"{file}: {name} in [{section}] has to be {kind}.")
    return {**known, **given}
