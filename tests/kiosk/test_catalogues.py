"""The catalogues: the same messages with the same fields in every locale, and all that the code says is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from kiosk import catalogue
from kiosk.catalogue import fields
from kiosk.prompt import Disposition, Problem
from kiosk.survey import Abandoned, IdentityMode, Minors, Missing
from kiosk.understanding import Command

HOUSE = Path(__file__).parents[2]
LOCALES = ("de", "de@easy", "en")
PACKAGES = [HOUSE / name for name in ("kiosk", "terminal_ui", "channels")]
FOLDERS = [
    folder
    for folder in (HOUSE / "kiosk/locale", HOUSE / "terminal_ui/locale", *sorted(HOUSE.glob("channels/*/locale")))
    if folder.is_dir()
]


def messages_of(folder: Path) -> dict[str, dict[str, str]]:
    """Locale -> message id -> words, of one folder of catalogues."""
    found: dict[str, dict[str, str]] = {locale: {} for locale in LOCALES}
    for file in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        found.setdefault(file.parent.parent.name, {}).update(catalogue.read(file))
    return found


MESSAGES = {folder.parent.name: messages_of(folder) for folder in FOLDERS}
ALL_MESSAGES = {message: text for by_locale in MESSAGES.values() for message, text in by_locale["de"].items()}


@pytest.mark.parametrize("house", MESSAGES)
def test_catalogues_have_the_same_messages_with_the_same_fields(house: str) -> None:
    by_locale = MESSAGES[house]
    assert set(by_locale) == set(LOCALES)
    signatures = {
        locale: {message: sorted(fields(text)) for message, text in messages.items()}
        for locale, messages in by_locale.items()
    }
    assert signatures["de@easy"] == signatures["de"]
    assert signatures["en"] == signatures["de"]


def test_no_message_stands_in_two_catalogues() -> None:
    everywhere = [message for by_locale in MESSAGES.values() for message in by_locale["de"]]
    assert sorted({message for message in everywhere if everywhere.count(message) > 1}) == []


def said_in_code() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """(place, message id, names of the values) of every say(...) with a message id; in an id that is put together,
    "*" stands for what is filled in. The names are None where they are not written out."""
    for file in sorted(file for package in PACKAGES for file in package.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "say"
                and call.args
            ):
                names = [keyword.arg for keyword in call.keywords]
                values = frozenset(name for name in names if name)
                for message in message_ids(call.args[0]):
                    place = f"{file.relative_to(HOUSE)}:{call.lineno}"
                    yield place, message, None if None in names else values
    for file in sorted(file for package in PACKAGES for file in package.rglob("*.html")):
        for message, values in re.findall(r"\bsay\('([\w.@]+)'([^)]*)\)", file.read_text()):
            yield str(file.relative_to(HOUSE)), message, frozenset(re.findall(r"(\w+)=", values))


def message_ids(argument: ast.expr) -> Iterator[str]:
    """The ids an expression can stand for; none where it is a variable."""
    match argument:
        case ast.Constant(str(message)):
            yield message
        case ast.JoinedStr(parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.IfExp():
            yield from message_ids(argument.body)
            yield from message_ids(argument.orelse)


SAID = list(said_in_code())


def test_every_message_the_code_says_exists_and_gets_its_fields() -> None:
    assert SAID, "no say(...) was found"
    faults = []
    for place, message, values in SAID:
        pattern = re.compile(re.escape(message).replace(r"\*", r"[\w.@]+"))
        if not any(pattern.fullmatch(known) for known in ALL_MESSAGES):
            faults.append(f"{place}: there is no message {message}")
        elif values is not None and (lacking := fields(ALL_MESSAGES.get(message, "")) - values):
            faults.append(f"{place}: {message} needs {sorted(lacking)}")
    assert faults == []


@pytest.mark.parametrize(
    ("prefix", "members"),
    [
        ("missing", Missing),
        ("problem", Problem),
        ("close", Disposition),
        ("notice.minors", Minors),
        ("notice.identity", IdentityMode),
        ("notice.abandoned", Abandoned),
        ("words.command", Command),
        ("words.locale", LOCALES),
    ],
)
def test_there_are_words_for_every_member(prefix: str, members: Iterable[str]) -> None:
    assert [f"{prefix}.{member}" for member in members if f"{prefix}.{member}" not in ALL_MESSAGES] == []
