"""The command line: finds the command and hands over. Nothing heavy is imported before a command is chosen.

The core's commands and those of the channels are described by the same data (`channel.Command`), so that `kiosk --help`
lists both alike. Errors end as one sentence on standard error and the exit status of their class; never as a traceback.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.channel import Argument, Command, installed, resolve
from kiosk.errors import KioskError, StoreError

OFFICE = "./office"
SURVEY = Argument(("survey",), "the survey's name, as in surveys/NAME.toml", metavar="SURVEY")
CODE = (
    Argument(("code",), "the code its respondent got, with or without spaces", metavar="CODE", several=True),
    Argument(("--copy",), "of a sheet that was photocopied: whose response, by its number, or all", metavar="N"),
)

COMMANDS = (
    Command(
        "init",
        "make an office: a folder with settings, sample surveys and keys",
        "kiosk.commands.init:run",
        (Argument(("folder",), "where to make it", metavar="DIR"),),
    ),
    Command("start", "run the office: front page, store, workers of the channels", "kiosk.commands.start:run"),
    Command(
        "try",
        "answer a survey here in lines of text; the answer is marked as a trial",
        "kiosk.commands.conversation:run",
        (
            SURVEY,
            Argument(("--mode",), "talk as this channel would (default: text)", metavar="MODE", default="text"),
            Argument(("--locale",), "in this language (default: the survey's first)", metavar="L", default=""),
        ),
    ),
    Command(
        "export",
        "write all responses to a survey",
        "kiosk.commands.export:run",
        (
            SURVEY,
            Argument(
                ("--format",), "csv for a spreadsheet, jsonl for programs", choices=("csv", "jsonl"), required=True
            ),
            Argument(("-o", "--output"), "a file (default: standard output)", metavar="FILE", default=""),
        ),
    ),
    Command("show", "show the response with this code", "kiosk.commands.responses:show", CODE),
    Command("erase", "erase the response with this code, for good", "kiosk.commands.responses:erase", CODE),
    Command(
        "review",
        "decide what no machine could: spoken answers, doubtful marks, handwriting",
        "kiosk.commands.review:run",
        (
            Argument(("action",), "list, show, play or settle", choices=("list", "show", "play", "settle")),
            Argument(("number",), "which one, by its number in the list", metavar="N", optional=True),
            Argument(("--text",), "settle: these words; - reads them from standard input", metavar="WORDS"),
            Argument(("--value",), "settle: these choices by name, or a number", metavar="NAME", several=True),
            Argument(
                ("--missing",),
                "settle: there is no answer, and why",
                choices=("unreadable", "skipped", "refused", "dont_know", "invalid"),
            ),
            Argument(("--by",), "settle: who decides (default: the name you are logged in with)", metavar="WHO"),
            Argument(("-o", "--output"), "play: write it to this new file instead", metavar="FILE", default=""),
        ),
    ),
    Command("outbox", "say what has still to go out, and what could not be sent", "kiosk.commands.outbox:run"),
    Command("doctor", "say what is missing here, and how to get it", "kiosk.commands.doctor:run"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the return value is the exit status (sysexits.h)."""
    os.umask(0o077)  # whatever is written here is for this user alone
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter the window cannot show must not end a conversation
    try:
        run, options = _understood(argv)
        folder = Path(options.pop("office", None) or os.environ.get("KIOSK_OFFICE") or OFFICE)
        status: int = resolve(run)(folder, options)
        sys.stdout.flush()
        return status
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has enough; the interpreter must not stumble over it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"kiosk: {error.filename or 'a file'} cannot be used: {error.strerror}. [disk.refused]", file=sys.stderr)
        return StoreError.exit_status


def _understood(argv: Sequence[str] | None) -> tuple[str, dict[str, Any]]:
    """The function that runs the command, and its options. A list of words ends for argparse at the first option, so of
    `read --json FILE` it leaves FILE over, although nothing else can be meant."""
    parser, commands = _parser()
    parsed, over = parser.parse_known_args(argv)
    options = vars(parsed)
    command = commands[options.pop("command")]
    words = next((argument.flags[0] for argument in command.arguments if argument.optional), None)
    if over and words and not options[words] and not any(word.startswith("-") for word in over):
        several = isinstance(options[words], list)
        options[words], over = (over, []) if several else (over[0], over[1:])
    if over:
        parser.error(f"unrecognized arguments: {' '.join(over)}")
    return command.run, options


def _parser() -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    """The parser, and the commands by their names."""
    office = argparse.ArgumentParser(add_help=False)
    office.add_argument(
        "--office",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help=f"the office folder (default: $KIOSK_OFFICE, else {OFFICE})",
    )
    parser = argparse.ArgumentParser(
        prog="kiosk", description="One survey, asked in plain language through every channel.", parents=[office]
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    known: dict[str, Command] = {}
    for command in (*COMMANDS, *(command for channel in installed() for command in channel.commands)):
        known[command.name] = command
        sub = commands.add_parser(command.name, help=command.help, description=command.help, parents=[office])
        for argument in command.arguments:
            sub.add_argument(*argument.flags, **_argparse(argument))
    return parser, known


def _argparse(argument: Argument) -> dict[str, Any]:
    """Our description of an argument in argparse's words."""
    words: dict[str, Any] = {"help": argument.help}
    if argument.flag:
        return words | {"action": "store_true"}
    if argument.metavar:
        words["metavar"] = argument.metavar
    if argument.several:
        words["nargs"] = "*" if argument.optional else "+"
    elif argument.optional:
        words["nargs"] = "?"
    if argument.choices:
        words["choices"] = argument.choices
    if argument.flags[0].startswith("-"):
        words |= {"default": argument.default, "required": argument.required}
    return words
