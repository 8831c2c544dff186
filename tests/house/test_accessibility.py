"""terminal_ui/ACCESSIBILITY.md says what the program does: its tests exist, its keys and figures are the program's."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import terminal_ui.keys
from kiosk.voice.engines import EASY_WORDS, WORDS
from terminal_ui import channel
from terminal_ui.comfort import GAINS, RATES, Colours
from terminal_ui.command import LEAST_WARNING, LONGEST_PAUSE
from terminal_ui.measure import Screen, report
from terminal_ui.page import Look
from terminal_ui.palette import PALETTES, Palette, contrast

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "terminal_ui" / "ACCESSIBILITY.md").read_text()
EN = """5.1.1 5.1.2.1 5.1.2.2 5.1.3.1 5.1.3.2 5.1.3.3 5.1.3.4 5.1.3.5 5.1.3.6 5.1.3.7 5.1.3.8 5.1.3.9 5.1.3.10 5.1.3.11
5.1.3.12 5.1.3.13 5.1.3.14 5.1.3.15 5.1.3.16 5.1.4 5.1.5 5.1.6.1 5.1.6.2 5.1.7 5.2 5.3 5.4 5.5.1 5.5.2 5.6.1 5.6.2 5.7
5.8 5.9""".split()
VVSG = "7.1-A 7.1-B 7.1-C 7.1-D 7.1-G 7.1-K 7.1-L 7.2-H 7.2-I 7.2-M".split()
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
VERDICTS = ("Not met: ", "Hardware: ", "Does not apply: ", "Not judged: ")
SETTINGS = {setting.name: setting.default for setting in channel.settings}


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    _, found, rest = PAGE.partition(f"\n## {title}")
    assert found, f"no heading {title}"
    lines = rest.split("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]


# The points


@pytest.mark.parametrize(("title", "points"), [("EN 301 549", EN), ("VVSG", VVSG)])
def test_every_point_is_there_once_and_says_how_it_is_known(title: str, points: list[str]) -> None:
    rows = table(title)
    assert [row[0] for row in rows] == points
    for point, *_, known in rows:
        assert TEST.search(known) or any(verdict in known for verdict in VERDICTS), point


@pytest.mark.parametrize(("file", "name"), sorted(set(TEST.findall(PAGE))))
def test_every_test_that_it_names_exists(file: str, name: str) -> None:
    module = ast.parse((HOUSE / file).read_text())
    assert name in [node.name for node in module.body if isinstance(node, ast.FunctionDef)]


# How it is used


def test_its_keys_are_those_of_the_key_map() -> None:
    told = (terminal_ui.keys.__doc__ or "").split("\n\n")[1]
    cells = [re.split(r" {2,}", line.strip()) for line in told.splitlines()]
    keys = {pair[number]: pair[number + 1] for pair in cells for number in range(0, len(pair), 2)}
    assert {"arrows", "Escape", "F10"} <= keys.keys()
    assert dict(table("Without touch")) == keys


def test_every_setting_that_it_names_exists() -> None:
    named = set(re.findall(r"`([a-z]+_[a-z]+)`", PAGE))
    assert {"key_pause", "warning_seconds", "screen_mm"} <= named
    assert named <= SETTINGS.keys()
    assert f"for at least {LEAST_WARNING}\nseconds (`warning_seconds`, {SETTINGS['warning_seconds']})" in PAGE
    assert f"(0 to {LONGEST_PAUSE}; 500 is a good beginning)" in PAGE


# The figures


def test_the_sizes_are_those_of_the_program() -> None:
    columns, rows, wide = (int(SETTINGS[name]) for name in ("screen_columns", "screen_rows", "screen_mm"))
    assert f"```text\n{report(Screen(columns, rows, wide))}\n```" in PAGE


def test_the_contrasts_are_those_of_the_palettes() -> None:
    rows = {row[0].split(" ")[0]: row[1:] for row in table("Colours")}
    assert rows == {str(colours): figures(PALETTES[colours]) for colours in Colours}
    assert float(rows["day"][0]) >= 10
    assert float(rows["strong"][0]) >= 20


def figures(palette: Palette) -> list[str]:
    """The lowest contrast of letters, and of what is drawn besides."""
    voices = (palette.problem, palette.field, palette.pressed)
    inks = [*voices, *palette.looks.values(), *palette.chosen.values()]
    letters = [contrast(ink.fore, ink.back) for ink in inks]
    letters += [contrast(fore, palette.ground) for fore in (palette.letters, palette.faint)]
    drawn = [contrast(fore, palette.ground) for fore in (palette.edge, palette.ring)]
    assert set(palette.looks) == set(palette.chosen) == set(Look)
    return [f"{min(letters):.1f}", f"{min(drawn):.1f}"]


def test_the_voice_is_as_the_page_says() -> None:
    assert f"in per cent of the usual: {', '.join(map(str, RATES))}." in PAGE
    assert f"in decibels above the usual: {', '.join(map(str, GAINS))}." in PAGE
    assert f"The usual speed is {WORDS} words a minute, for easy German {EASY_WORDS}." in PAGE
    assert (RATES[0], RATES[-1]) == (50, 200)
    assert 6 <= len(RATES) <= 8
    assert max(GAINS) - min(GAINS) == 24
