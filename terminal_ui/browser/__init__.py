"""The terminal in a browser: the same program, on a page for a tablet at the market stand.

    tablet's page  <-- websocket -->  server (textual-serve)  <-- pipe -->  kiosk terminal, one process a tablet

Every open page has a process of its own, with its own journal, so two tablets cannot see each other, and a process
that is killed loses no more than any terminal does. textual-serve brings the websocket, the process and the packets
between them; everything that decides who may come in, what is served and what happens when something dies is ours
(`gate`, `server`, `child`), and so is the page.

The page paints the few escape sequences that Textual writes on a canvas. textual-serve's own page cannot change the
size of its letters, brings up the tablet's keyboard at every touch, puts styles into the document that a strict
content security policy forbids, and can write to the clipboard and open links. On a canvas nothing can be selected,
and no browser sends the words away to have them translated.
"""

from __future__ import annotations

import os

DRIVER = "terminal_ui.browser.driver:Driver"


def in_browser() -> bool:
    """Whether this process draws on a page instead of a screen: its server has said so to Textual."""
    return os.environ.get("TEXTUAL_DRIVER") == DRIVER
