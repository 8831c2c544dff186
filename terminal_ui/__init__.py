"""The terminal: a survey asked on a touch screen, with Textual. This module only says what the channel brings."""

from __future__ import annotations

from pathlib import Path

from kiosk.channel import Argument, Channel, Command, Setting

channel = Channel(
    mode="terminal",
    commands=(
        Command(
            "terminal",
            "ask at this screen, by touch and by keys; full screen, at least 68 by 19 characters",
            "terminal_ui.command:run",
            (
                Argument(("--survey",), "only this survey (default: all that are open)", metavar="NAME", default=""),
                Argument(("--site",), "where this screen stands; kept with every response", metavar="NAME", default=""),
            ),
        ),
    ),
    settings=(
        Setting(
            "idle_seconds",
            90,
            "without a touch for so long, the screen asks whether somebody is still there; at least 5",
        ),
        Setting("warning_seconds", 30, "and then waits so long before it is wiped; at least 20"),
        Setting("done_seconds", 60, "the same, where the code is shown; at least 5"),
        Setting("printer", "", "the CUPS queue of a receipt printer, which then prints the code for whoever asks"),
    ),
    catalogues=Path(__file__).parent / "locale",
    survey_checks="terminal_ui.checks:check",
    doctor="terminal_ui.checks:findings",
)
