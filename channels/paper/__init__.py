"""Paper: residents fill in a printed form; staff scan it, or type it in. This module only says what the channel brings.

sheet        the geometry of a form, in millimetres: the one thing that drawing and reading share; code is its QR code
compose      from a survey to a sheet and what is printed on it (extent: how much room that takes); draw writes it as
             PDF, fillable as a form on a screen
files        from any file to pages of grey, within limits (picture, pdf, images); workers read them in processes
locate       finds a form's page by its tags and code; fit finds its outlines again, sample takes out its boxes
marks/       what is in a box, and how sure that is: a rule, and a small trained net
training/    how that net learns: forms printed, marked, worn and read; `make train-marks`
beside       ink where nothing is printed, overwritten: ink on words; both see a page made smaller, as ground has it
cutouts      pieces of a page for a person; read puts all this together, one page at a time
reading      what was read on a page; policy says what of it counts and what a person has to look at
pages        from readings to filed pages; content tells whether two scans show the same
intray       the commands `kiosk paper read`, `list`, `show` and `settle`; inbox is the watched folder
enter/       `kiosk enter`: the screen for typing forms in
"""

from __future__ import annotations

from pathlib import Path

from kiosk.channel import Argument, Channel, Command, Setting

LOCALE = Path(__file__).parent / "locale"
MODE = "paper"

channel = Channel(
    mode=MODE,
    commands=(
        Command(
            "paper",
            "print forms, read scans of them, and say what became of each page",
            "channels.paper.command:run",
            (
                Argument(
                    ("action",),
                    "print SURVEY: write forms as PDF; geometry SURVEY: say where every box is; read FILE ...: read"
                    " scans, of whole folders too; list: say what waits for a person; show N: write its scan to a"
                    " file; settle N: decide it",
                    choices=("print", "geometry", "read", "list", "show", "settle"),
                ),
                Argument(
                    ("words",), "a survey, files and folders, or a number", metavar="WHAT", several=True, optional=True
                ),
                Argument(("--copies",), "print: so many, each with a number of its own", metavar="N", default="1"),
                Argument(
                    ("--locale",),
                    "print, geometry: in this language (default: the survey's first)",
                    metavar="L",
                    default="",
                ),
                Argument(("--fillable",), "print: a form to be filled in on a screen as well", flag=True),
                Argument(("-o", "--output"), "print, show: the new file to write", metavar="FILE", default=""),
                Argument(("--json",), "geometry, read: for programs", flag=True),
                Argument(("--as",), "settle: another, complete or dismiss", choices=("another", "complete", "dismiss")),
                Argument(("--by",), "settle: who decides (default: the name you are logged in with)", metavar="WHO"),
            ),
        ),
        Command(
            "enter",
            "type in forms that residents filled in, by keyboard alone",
            "channels.paper.enter:run",
            (
                Argument(("survey",), "the survey's name, as in surveys/NAME.toml", metavar="SURVEY"),
                Argument(
                    ("--locale",), "the language of the forms (default: the survey's first)", metavar="L", default=""
                ),
            ),
        ),
    ),
    settings=(
        Setting("inbox", "", "the scanner's shared folder; empty: the folder inbox in this office"),
        Setting("missing_page_hours", 72, "after so many hours a sheet that lacks a page is reported"),
        Setting(
            "expires_hours", 720, "a form that was typed in half, and that nobody goes on with, ends after so many"
        ),
        Setting("workers", 2, "so many processes read scans at once"),
    ),
    catalogues=LOCALE,
    services="channels.paper.inbox:services",
    survey_checks="channels.paper.checks:check",
    doctor="channels.paper.doctor:findings",
)
