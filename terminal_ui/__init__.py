"""The terminal: a survey asked on a touch screen, with Textual. This module only says what the channel brings."""

from __future__ import annotations

from pathlib import Path

from kiosk.channel import Argument, Channel, Command, Setting

channel = Channel(
    mode="terminal",
    commands=(
        Command(
            "terminal",
            "ask at this screen, by touch and by keys; full screen, at least 49 by 14 characters",
            "terminal_ui.command:run",
            (
                Argument(("--survey",), "only this survey (default: all that are open)", metavar="NAME", default=""),
                Argument(("--site",), "where this screen stands; kept with every response", metavar="NAME", default=""),
                Argument(("--measure",), "only tell how large letters and targets are on this screen", flag=True),
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
        Setting("key_pause", 0, "milliseconds after a key in which the same key does not count; helps trembling hands"),
        Setting(
            "browser_port",
            8081,
            "where `kiosk start` serves the terminal for a browser, such as a tablet's; 0: nowhere",
        ),
        Setting("browser_sessions", 4, "so many browsers at once; each is a process of about 50 MB"),
        Setting(
            "browser_host",
            "127.0.0.1",
            "this machine's address in the closed WLAN of the tablets; else stay on loopback",
        ),
        Setting("browser_url", "", "as tablets see it behind a web server with TLS; several with blanks between"),
        Setting("screen_columns", 1920, "pixels of the screen across, for `kiosk terminal --measure` and the letters"),
        Setting("screen_rows", 1080, "pixels of the screen down"),
        Setting("screen_mm", 344, "millimetres of the screen across; 344 is a screen of 15.6 inches"),
        Setting("printer", "", "the CUPS queue of a receipt printer, which then prints the code for whoever asks"),
    ),
    catalogues=Path(__file__).parent / "locale",
    survey_checks="terminal_ui.checks:check",
    doctor="terminal_ui.checks:findings",
    workers="terminal_ui.browser.place:workers",
    links="terminal_ui.browser.place:links",
)
