"""Typed reading of TOML tables that collects faults instead of raising: each method returns a value of the promised
type, and where the file has something else, notes a `Fault` that says what to write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from kiosk.errors import Fault
from kiosk.survey import Text

Table = Mapping[str, Any]
Enum = TypeVar("Enum", bound=StrEnum)


class Tables:
    """One file being read. `question` is the one being read now, so that every fault can name it."""

    def __init__(self, file: str, tables: Table) -> None:
        self.file = file
        self.tables = tables
        self.faults: list[Fault] = []
        self.question = ""
        self.locales: tuple[str, ...] = ()

    def fault(self, what: str, remedy: str, locale: str = "") -> None:
        self.faults.append(Fault(self.file, what, remedy, self.question, locale))

    def text(
        self, table: Table, key: str, remedy: str = "Write it in every locale the survey names", *, of: str = ""
    ) -> Text:
        words = self.table(table, key)
        for locale in self.locales:
            if not isinstance(words.get(locale), str) or not words[locale].strip():
                self.fault(f"`{key}`{of} is missing", remedy, locale)
        for locale in words:
            if locale not in self.locales:
                self.fault(f"`{key}` has a locale the survey does not name", "Add it to `locales` or remove it", locale)
        return {locale: str(words.get(locale, "")).strip() for locale in self.locales}

    def one_of(self, table: Table, key: str, enum: type[Enum], default: Enum | None) -> Enum:
        value = table.get(key, default)
        names = [str(member) for member in enum]
        if value not in names:
            self.fault(f"`{key}` is “{value if value is not None else ''}”", f"Use one of {', '.join(names)}")
            return next(iter(enum))
        return enum(value)

    def number(self, table: Table, key: str, lowest: int, highest: int) -> int | None:
        value = table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            self.fault(
                f"`{key}` is no whole number from {lowest} to {highest}", f"Write one, as in {key} = {max(lowest, 180)}"
            )
            return None
        return value

    def day(self, table: Table, key: str) -> date | None:
        value = table.get(key)
        try:
            # TOML brings dates, the canonical JSON brings them as text; a date with a time of day is neither.
            if value is None or type(value) is date:
                return value
            return date.fromisoformat(value) if isinstance(value, str) else date.fromisoformat("")
        except ValueError:
            self.fault(f"`{key}` is no day", f"Write it as in {key} = 2026-12-31, without quotes or a time")
            return None

    def strings(self, table: Table, key: str) -> list[str]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        self.fault(f"`{key}` is no list of words", f'Write it as in {key} = ["one", "two"]')
        return []

    def table(self, table: Table, key: str) -> dict[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self.fault(f"`{key}` is no table", f"Write [{key}] and a line for each locale below it")
        return {}

    def list_of_tables(self, table: Table, key: str) -> list[Table]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self.fault(f"`{key}` is no list of tables", f"Write [[{key}]] with double brackets")
        return []

    def unknown_keys(self, table: Table, known: Collection[str]) -> None:
        for key in table:
            if key not in known:
                self.fault(f"`{key}` means nothing here", f"Known are {', '.join(sorted(known))}")
