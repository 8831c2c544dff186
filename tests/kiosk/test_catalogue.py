"""Words come from the catalogue of one language, whole, or it is said which are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import catalogue
from kiosk.catalogue import Catalogue, fields
from kiosk.errors import ConfigError
from kiosk.survey import Missing
from kiosk.understanding import Command
from tests.kiosk.generated import LOCALES

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def folder_of(tmp_path: Path, *messages: tuple[str, str], locale: str = "de") -> Path:
    file = tmp_path / locale / "LC_MESSAGES" / "pigeon.po"
    file.parent.mkdir(parents=True)
    file.write_text(HEAD + "\n".join(f'msgid "{name}"\nmsgstr "{text}"\n' for name, text in messages))
    return tmp_path


def german(*folders: Path) -> Catalogue:
    return catalogue.load(folders)["de"]


def test_the_product_speaks_its_languages() -> None:
    assert tuple(catalogue.load()) == LOCALES


def test_easy_language_does_not_fall_back_on_plain_language(tmp_path: Path) -> None:
    found = catalogue.load([folder_of(tmp_path, ("pigeon.hello", "Gurr"))])
    assert found["de"].say("pigeon.hello") == "Gurr"
    with pytest.raises(ConfigError, match=r"The catalogue de@easy lacks “pigeon\.hello”"):
        found["de@easy"].say("pigeon.hello")


def test_fields_are_filled(tmp_path: Path) -> None:
    words = german(folder_of(tmp_path, ("pigeon.hello", "Gurr, {name}: {name}!")))
    assert words.say("pigeon.hello", name="{you}") == "Gurr, {you}: {you}!", "and what fills them is not read again"


def test_a_field_that_nobody_fills_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        german(folder_of(tmp_path, ("pigeon.hello", "Gurr, {name}"))).say("pigeon.hello")


def test_the_fields_of_a_message() -> None:
    assert fields("Rufen Sie an: {phone}, {house}, {phone}") == {"phone", "house"}


def test_a_channel_brings_words_of_its_own_and_a_language_of_its_own(tmp_path: Path) -> None:
    found = catalogue.load([folder_of(tmp_path, ("words.yes", "Gurr|GURR gurr!"), locale="xx")])
    assert found["xx"].vocabulary.yes == {"gurr", "gurr gurr"}


@pytest.mark.parametrize("text", ["msgid", "\x00", "Guten Tag"])
def test_a_broken_catalogue_is_named(tmp_path: Path, text: str) -> None:
    folder = folder_of(tmp_path)
    file = next(folder.rglob("*.po"))
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"pigeon\.po is not a readable catalogue"):
        catalogue.load([folder])


def test_a_catalogue_in_another_encoding_is_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    next(folder.rglob("*.po")).write_bytes((HEAD + 'msgid "a"\nmsgstr "ä"\n').encode("latin-1"))
    with pytest.raises(ConfigError, match=r"pigeon\.po"):
        catalogue.load([folder])


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_that_must_always_work_is_there(locale: str) -> None:
    words = catalogue.load()[locale].vocabulary
    assert set(words.commands.values()) == set(Command)
    assert set(words.missing.values()) == {Missing.DONT_KNOW, Missing.REFUSED}
    assert set(words.numbers.values()) == {str(number) for number in range(100)}
    assert set(words.locales.values()) == set(LOCALES)
    assert words.yes
    assert words.no
    assert words.yes.isdisjoint(words.no)
