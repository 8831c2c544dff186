"""The edge to Textual: events in, cells out. Everything that is decided is decided in `visit` and `pages`.

One widget shows the page, made anew from the visit after every action. Textual gives the driver (mouse reports, keys,
sizes) and the writing of changed lines; its own widgets, bindings, focus and command palette are not used, so there
is no way out of the program by a key, and nothing of a person is left in an undo list or a clipboard.

A touch has to begin and end on the same target; sliding off cancels it. The second half of a double tap is not taken
(see shield); keys always are.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from textual import events

from channels.window import BROKEN
from kiosk.errors import KioskError
from kiosk.identity import grouped
from kiosk.inputs import Input
from kiosk.office import Office
from kiosk.record import Via
from kiosk.voice import Voice
from terminal_ui.actions import (
    Action,
    Finish,
    Listen,
    Open,
    Overlay,
    Print,
    Printed,
)
from terminal_ui.aloud import Aloud
from terminal_ui.forget import forget_texts
from terminal_ui.grid import STANDARD, Size
from terminal_ui.journal import Journal
from terminal_ui.keys import Focus, Move, meant, moved, row_of
from terminal_ui.machine import machine
from terminal_ui.offer import Offer
from terminal_ui.page import Page
from terminal_ui.pages import page as make_page
from terminal_ui.paint import Touch, paint
from terminal_ui.palette import PALETTES
from terminal_ui.receipt import receipt_pdf
from terminal_ui.scene import Scene
from terminal_ui.session import Session
from terminal_ui.shell import Shell
from terminal_ui.shield import Shield
from terminal_ui.speech import Speech
from terminal_ui.visit import Visit, act

TICK = 0.5  # seconds between looks at the clock


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: until somebody is asked whether they are there, from then until all is wiped, the first where the code
    is shown, and after a key until the same key counts again."""

    idle: float
    warning: float
    done: float
    pause: float = 0.0


def now() -> float:
    """Seconds that also pass while the machine sleeps: who closed the lid has been away for all of that time."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Terminal(Shell):
    """The program on the screen."""

    def __init__(
        self,
        office: Office,
        journal: Journal,
        timing: Timing,
        *,
        survey: str = "",
        site: str = "",
        ready: Callable[[], None] = lambda: None,
        kept: Callable[[], None] = lambda: None,
    ) -> None:
        """`survey` "" means: all that are open. `ready` is called after the first paint, `kept` after every input that
        went to the journal."""
        super().__init__()
        self._office = office
        self._journal = journal
        self._timing = timing
        self._site = site
        self._tell_ready = ready
        self._tell_kept = kept
        self._machine = machine(office.settings("terminal"), lambda: self._driver)
        self._aloud = Aloud(Speech(Voice(office.voices), self._machine.player))
        self._prints = self._machine.printer.there  # asked once: CUPS takes its time
        self._offer = Offer(office, survey)
        self.visit = Visit(self._offer.home)
        self._session: Session | None = None
        self._room = STANDARD.least
        self.page: Page | None = None
        self._focus = Focus()
        self._by_keys = False
        self._pressed: int | None = None
        self._shield = Shield(timing.pause)
        self._touched_at = now()
        self._warned_at = 0.0

    # -- Textual's side

    def on_mount(self) -> None:
        self.heed_signals(self.leave)
        self.set_interval(TICK, self._look_at_clock)
        self.call_after_refresh(self._tell_ready)

    def on_resize(self, event: events.Resize) -> None:
        self._room = Size(event.size.width, event.size.height)
        self.show()

    def on_unmount(self) -> None:
        self._aloud.silence()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1 or self.page is None:
            return
        self._touched(by_keys=False)
        number = self.page.at(event.screen_x, event.screen_y)
        refused = number is None or self._shield.refuses(self.page.targets[number], now())
        self._pressed = None if refused else number  # an older press whose end was lost is over
        self.show()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or self.page is None:
            return
        self._touched(by_keys=False)
        if self.page.at(event.screen_x, event.screen_y) == pressed:
            target = self.page.targets[pressed]
            self._shield.took(target, now())
            self.do(target.action, Via.TOUCH)
        else:
            self.show()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        page = self.page
        if page is None:
            return
        self._touched(by_keys=True)
        if self._shield.struck_twice(event.key, now()):
            return
        if event.key in ("enter", "space") and not (page.typing and event.key == "space" and not page.digits):
            action = self._entered(page)
        else:
            scene = self._scene()
            action = meant(
                page,
                event.key,
                event.character or "",
                scene.visit.comfort,
                speech=scene.speech,
                letters=scene.letters,
            )
        if self._shield.ends_in_haste(event.key, action, now()):
            return
        if action is not None:
            self.do(action, Via.KEYED)
        elif (move := Move.of(event.key)) and page.targets:
            self._move(page, move)
        else:
            self.show()

    def _entered(self, page: Page) -> Action | None:
        """The action of the target with the focus; into a whole row it is a step."""
        if not page.targets:
            return None
        if self._focus.row:
            self._focus = Focus(self._focus.number)
            self._aloud.focused(page, self._scene(), self._focus)
            return None
        return page.targets[self._focus.number].action

    def _move(self, page: Page, move: Move) -> None:
        if self.visit.untouched and self._aloud.there:  # who begins by moving the focus may not see it
            self._by_keys = True
            self.do(Listen(), Via.KEYED)
            self._aloud.begun(page, self._scene(), self._focus)
            return
        self._focus = moved(page.targets, self._focus, move)
        self.show()
        self._aloud.focused(page, self._scene(), self._focus)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()  # a clipboard is somebody else's

    # -- what is done and shown

    def do(self, action: Action, via: Via) -> None:
        """Carry out one action: on disk first, then on the screen."""
        if self.visit.interview is None:
            self._look_at_surveys()
        before = self._scene()
        step = act(before.visit, action, self._offer.surveys, self._offer.home)
        interview = step.visit.interview
        if self._session is None and interview is not None:
            self._session = Session(self._journal, interview.survey, interview.locale, self._site, self._office.now)
        for given in step.inputs:
            self._keep(given, via)
        if interview is None:
            self._session = None
        self.visit = step.visit
        self._by_keys = self._by_keys and not self.visit.untouched  # the next person may go by touch
        self._machine.suit(before.visit.comfort, self.visit.comfort, self.write_out)
        self.show()
        if self.page is not None:
            focus = self._focus if self._by_keys else None
            self._aloud.after(action, before, self._scene(), self.page, focus, understood=bool(step.inputs))
        if isinstance(action, Print) and before.visit.may_print:
            self._print_code(self._scene())
        elif isinstance(action, Finish):
            forget_texts()

    def _print_code(self, scene: Scene) -> None:
        """The code on paper, and a word on the screen when the printer has it or not; if that visit still lasts."""
        session = self._session

        def tell(done: bool) -> None:
            if self._session is session:
                self.do(Printed(done), Via.TOUCH)

        slip = receipt_pdf(scene.code, scene.catalogue, scene.house, self._office.today())
        self._machine.printer.send(slip, lambda done: self.from_thread(lambda: tell(done)))

    def show(self, *, aloud: bool = True) -> None:
        """Make the page of this moment and put it on the screen, and say what is new on it."""
        before = self.page
        scene = self._scene()
        page = make_page(scene, self._room)
        if before is None or before.name != page.name:
            self._focus = Focus(page.focus)
            self._pressed = None
            self._shield.appeared(now())
        if self._focus.number >= len(page.targets):
            self._focus = Focus(max(0, len(page.targets) - 1))
        self.page = page
        palette = PALETTES[self.visit.comfort.colours]
        self.cells.show(paint(page, self._room, palette, Touch(self._marked(page), self._pressed)))
        if aloud:
            self._aloud.shown(page, scene, self._focus if self._by_keys else None)

    def _marked(self, page: Page) -> range:
        """The targets in the frame: none for whoever touches."""
        if not self._by_keys or not page.targets:
            return range(0)
        number = self._focus.number
        return row_of(page.targets, number) if self._focus.row else range(number, number + 1)

    def _keep(self, given: Input, via: Via) -> None:
        if self._session is None:
            return
        self._session.take(given, via)
        if self._session.recorded:
            self._tell_kept()

    def _scene(self) -> Scene:
        session = self._session
        return Scene(
            self.visit,
            self._office.catalogues,
            self._office.house,
            self._offer.surveys,
            self._aloud.there,
            self._machine.letters.there,
            self._prints,
            grouped(session.code) if session and session.recorded else "",
            max(0, round(self._timing.warning - (now() - self._warned_at))),
        )

    # -- time

    def _touched(self, *, by_keys: bool) -> None:
        self._touched_at = now()
        self._by_keys = by_keys
        self._aloud.hush()

    def _look_at_clock(self) -> None:
        """Warn, wipe, and notice surveys that opened or closed."""
        visit, quiet = self.visit, now() - self._touched_at
        closed = visit.interview is not None and visit.interview.closed
        patience = self._timing.done if closed else self._timing.idle
        if self._aloud.speaking:
            self._touched_at = now()  # somebody listens
        if visit.interview is None:
            self._look_at_surveys()
        if self.visit.untouched:
            if self._by_keys and quiet >= patience:
                self._forget_focus()
            return
        if visit.overlay is Overlay.STILL_HERE:
            if now() - self._warned_at >= self._timing.warning:
                self.do(Finish(), Via.TOUCH)
            else:
                self.show(aloud=not self._aloud.speaking)  # the seconds that pass cut nothing off
        elif quiet >= patience + self._timing.warning:
            self.do(Finish(), Via.TOUCH)  # the machine slept: who comes now is somebody else
        elif quiet < patience or self._aloud.speaking:
            return
        elif visit.welcomed:
            self._warned_at = now()
            self._by_keys = True  # the focus is seen: it lies on "I am still here"
            self.do(Open(Overlay.STILL_HERE), Via.TOUCH)
        else:
            self.do(Finish(), Via.TOUCH)

    def _forget_focus(self) -> None:
        """Somebody moved it on the first screen and went."""
        self._by_keys = False
        if self.page is not None:
            self._focus = Focus(self.page.focus)
        self.show()

    def _look_at_surveys(self) -> None:
        """Before an interview the screen follows what is open; one that runs goes on as it was begun."""
        if self._offer.look():
            if self.visit.untouched:
                self.visit = Visit(self._offer.home)
            self.show()

    # -- the end, orderly or not

    def leave(self) -> None:
        """The operator ends the program: whoever stands here has left, and what they confirmed is kept. It ends also
        where the disk does not take that any more, and says so."""
        status = BROKEN
        try:
            self.do(Finish(), Via.TOUCH)
            status = 0
        except KioskError as error:
            self.fault = error
        finally:
            self.exit(return_code=status)
