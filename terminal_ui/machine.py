"""What the machine under this terminal can do: make letters larger, be heard, print. Chosen once, at the start.

where                    letters                     sound                 paper
a browser's page         the page changes its font   the page plays it     none: the printer is not where it is
xterm, set up by us      xterm changes its font      aplay, a sound card   the queue that the office names
any other terminal       stay as they are            aplay, a sound card   the queue that the office names
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.channel import Value
from terminal_ui.browser import in_browser
from terminal_ui.browser.driver import Driver, PageLetters
from terminal_ui.comfort import Comfort
from terminal_ui.letters import Letters, letters_of
from terminal_ui.palette import PALETTES
from terminal_ui.players import Aplay, Packet, Player, Told
from terminal_ui.receipt import Printer


@dataclass(frozen=True, slots=True)
class Machine:
    letters: Letters
    player: Player
    printer: Printer

    def suit(self, before: Comfort, after: Comfort, write: Callable[[str], None]) -> None:
        """Change the window as the person has it now. `write` puts a sequence on the terminal."""
        if after.large != before.large:
            self.letters.set(write, large=after.large)
        if after.colours is not before.colours:
            self.letters.ground(write, PALETTES[after.colours].ground)


def machine(settings: Mapping[str, Value], driver: Callable[[], object]) -> Machine:
    """`settings` of the office's [terminal]; `driver` gives Textual's, once it runs."""
    if not in_browser():
        return Machine(letters_of(settings), Aplay(), Printer(str(settings["printer"])))

    def tell(packet: Packet) -> None:
        if isinstance(page := driver(), Driver):
            page.tell(packet)

    return Machine(PageLetters(driver), Told(tell), Printer(""))
