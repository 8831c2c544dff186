"""The house is as the README says, and the lock is fit for anybody's machine.

What README.md must look like to be compared:

- Under "## The tree" a fenced block draws one entry a line: `name  what it is`, two blanks or more between the two, and
  two blanks of indentation a level. A folder's name ends in "/". All of the top level is drawn and all of kiosk/'s
  modules and folders, but for the dunder modules. What else is drawn has to exist.
- Under "## Commands" each command begins with a heading or a table row that starts with `kiosk COMMAND`, in backticks;
  its options stand, in backticks, between there and the next such line. An option that all commands have may stand
  once, before the first of them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
OURS = {"channels", "kiosk", "terminal_ui"}

OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
DOCUMENTED_COMMAND = re.compile(r"^(?:\| *|#+ +)`kiosk ([a-z-]+)")


def run(*command: str) -> str:
    return subprocess.run(command, cwd=HOUSE, check=True, capture_output=True, text=True).stdout


def kiosk_help(*command: str) -> str:
    return run(sys.executable, "-m", "kiosk", *command, "--help")


def section(title: str) -> str:
    """The README's text between this heading of the second level and the next one."""
    _, found, rest = (HOUSE / "README.md").read_text().partition(f"\n## {title}\n")
    assert found, f"README.md has no section '## {title}'"
    return re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]


# The tree


def drawn_paths() -> Iterator[str]:
    block = re.search(r"^```\w*\n(.*?)^```", section("The tree"), re.DOTALL | re.MULTILINE)
    assert block, "README.md draws no tree under '## The tree'"
    folders: list[str] = []
    for line in block[1].splitlines():
        if name := line.strip().split("  ")[0]:
            depth = (len(line) - len(line.lstrip())) // 2
            folders[depth:] = [name]
            yield "".join(folders)


def tracked_paths() -> set[str]:
    """The top level and kiosk/'s first one, of all that git tracks or would track; folders end in "/"."""
    found = set()
    for file in run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        top, *below = file.split("/")
        found.add(f"{top}/" if below else top)
        if top == "kiosk" and (len(below) > 1 or re.fullmatch(r"(?!__).+\.py", below[0])):
            found.add(f"kiosk/{below[0]}" + "/" * (len(below) > 1))
    return found


def test_the_tree_draws_the_house_and_nothing_else() -> None:
    drawn = list(drawn_paths())
    assert len(drawn) == len(set(drawn)), "drawn twice"
    assert [path for path in drawn if not (HOUSE / path).exists()] == [], "drawn, but not there"
    assert sorted(tracked_paths() - set(drawn)) == [], "there, but not drawn"


# The commands


def options_in_help(text: str) -> set[str]:
    """Those that lines of help begin with: `  -o FILE, --output FILE  where to`."""
    heads = re.findall(r"^ +(-.*?)(?:  |$)", text, re.MULTILINE)
    return {option for head in heads for option in OPTION.findall(head)} - {"-h", "--help"}


def commands_in_help() -> dict[str, set[str]]:
    """What `kiosk --help` lists, a command a line: `    export    write the answers to a file`."""
    names = re.findall(r"^ {2,4}([a-z][a-z-]*)(?:  |$)", kiosk_help(), re.MULTILINE)
    return {name: options_in_help(kiosk_help(name)) for name in names}


def commands_in_readme() -> dict[str, set[str]]:
    common: set[str] = set()
    found: dict[str, set[str]] = {}
    options = common
    for line in section("Commands").splitlines():
        if start := DOCUMENTED_COMMAND.match(line):
            options = found.setdefault(start[1], set())
        options.update(option for code in re.findall(r"`([^`]+)`", line) for option in OPTION.findall(code))
    return {command: options | common for command, options in found.items()}


def test_the_readme_documents_every_command_and_option() -> None:
    def flat(commands: dict[str, set[str]]) -> set[str]:
        return {f"kiosk {name} {option}".rstrip() for name, options in commands.items() for option in ("", *options)}

    listed, documented = flat(commands_in_help()), flat(commands_in_readme())
    assert listed, "kiosk --help lists no command"
    assert sorted(listed - documented) == [], "not in the README"
    assert sorted(documented - listed) == [], "only in the README"


def test_help_loads_the_standard_library_only() -> None:
    """Every command waits for this; it must not wait for a web framework as well."""

    def loaded(*arguments: str) -> set[str]:
        command = [sys.executable, "-X", "importtime", *arguments]
        timing = subprocess.run(command, cwd=HOUSE, check=True, capture_output=True, text=True).stderr
        return {line.rpartition("|")[2].strip().partition(".")[0] for line in timing.splitlines()}

    # What a bare interpreter loads is this installation's own affair.
    foreign = loaded("-m", "kiosk", "--help") - loaded("-c", "pass") - sys.stdlib_module_names - OURS
    assert sorted(foreign) == []


# The lock


@pytest.fixture(scope="module")
def lock() -> str:
    return (HOUSE / "requirements.lock").read_text()


def test_the_lock_names_no_host_and_no_path(lock: str) -> None:
    """It installs from whatever index a machine is set up for, and tells nothing about the machine that made it."""
    assert re.findall(r"^.*(?:://|file:/|--(?!hash=)|^-|@ ).*$", lock, re.MULTILINE) == []


def test_the_lock_holds_every_dependency_with_its_hash(lock: str) -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    wanted = {re.split(r"[^\w.-]", requirement)[0] for requirement in declared}
    locked = set(re.findall(r"^([\w.-]+)==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE))
    assert sorted(wanted - locked) == []
