"""What the programs on a terminal's window share."""

from __future__ import annotations

import inspect
import re

from textual.app import App

from channels.paper.enter.screen import Enter
from channels.window import Program
from terminal_ui.app import Terminal
from terminal_ui.shell import Shell


def test_no_name_of_ours_replaces_one_of_textual() -> None:
    """It would do so without a word."""
    meant = {"get_default_screen", "compose", "panic", "_fatal_error", "_handle_exception", "_print_error_renderables"}
    meant |= {"__init__", "_return_code", "ENABLE_COMMAND_PALETTE", "ALLOW_SELECT", "CSS"}
    textual = App[int]()
    for ours in (Program, Shell, Terminal, Enter):
        methods = {name for name, value in vars(ours).items() if inspect.isfunction(value)}
        values = set(re.findall(r"self\.(\w+)(?:: [^=\n]+)? = ", inspect.getsource(ours)))
        assert {name for name in methods | values if hasattr(textual, name)} <= meant
