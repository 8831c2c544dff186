"""The edge to Textual: events in, cells out. Everything that is decided is decided in `visit` and `pages`.

One widget shows the page, made anew from the visit after every action. Textual gives the driver (mouse reports, keys,
sizes) and the writing of changed lines; its own widgets, bindings, focus and command palette are not used, so there
is no way out of the program by a key, and nothing of a person is left in an undo list or a clipboard.

A touch has to begin and end on the same target; sliding off cancels it. The second half of a double tap is not taken
(see shield); keys always are.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import RenderableType
from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen

from kiosk.errors import ConfigError, KioskError
from kiosk.identity import grouped
from kiosk.inputs import Input
from kiosk.office import Office
from kiosk.record import Via
from kiosk.survey import Survey
from kiosk.voice import Voice
from terminal_ui.actions import Action, Finish, Open, Overlay, Rub, Write
from terminal_ui.driver import Driver
from terminal_ui.forget import forget_texts
from terminal_ui.journal import Journal
from terminal_ui.keys import Move, moved
from terminal_ui.layout import SHORTCUTS
from terminal_ui.page import LEAST, Page, Size, Target
from terminal_ui.pages import page as make_page
from terminal_ui.paint import Touch, paint
from terminal_ui.palette import DAY, NIGHT
from terminal_ui.players import Aplay
from terminal_ui.scene import Scene, offered_locales, speaks
from terminal_ui.session import Session
from terminal_ui.shield import Shield
from terminal_ui.speech import Speech
from terminal_ui.surface import Cells
from terminal_ui.visit import Visit, act

BROKEN = 70  # the exit status after a fault (EX_SOFTWARE)
TICK = 0.5  # seconds between looks at the clock


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: until somebody is asked whether they are there, the same where the code is shown, and from then until
    all is wiped."""

    idle: float
    warning: float
    done: float


def now() -> float:
    """Seconds that also pass while the machine sleeps: who closed the lid has been away for all of that time."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Bare(Screen[None], inherit_bindings=False):
    """Textual's screen without its keys for moving the focus, copying and leaving."""


class Terminal(App[int], inherit_bindings=False):
    """The program on the screen. `exit` status 0 is an orderly end; after a fault it is not 0 (see `_fatal_error`)."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    CSS = "Screen { overflow: hidden; } #cells { width: 100%; height: 100%; }"

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
        super().__init__(driver_class=Driver)
        self._office = office
        self._journal = journal
        self._timing = timing
        self._only = survey
        self._site = site
        self._tell_ready = ready
        self._tell_kept = kept
        self._speech = Speech(Voice(office.voices), Aplay())
        self._surveys = self._open_surveys()
        self.visit = Visit(self._home())
        self._session: Session | None = None
        self._cells = Cells()
        self._room = LEAST
        self.page: Page | None = None
        self._focus = 0
        self._by_keys = False
        self._pressed: int | None = None
        self._shield = Shield()
        self._touched_at = now()
        self._warned_at = 0.0
        self._events_loop: asyncio.AbstractEventLoop | None = None
        self.fault: KioskError | None = None

    # -- Textual's side

    def get_default_screen(self) -> Bare:
        return Bare(id="_default")

    def compose(self) -> ComposeResult:
        self._cells.id = "cells"
        yield self._cells

    def on_mount(self) -> None:
        self._events_loop = loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, self.leave)
        self.set_interval(TICK, self._look_at_clock)
        self.call_after_refresh(self._tell_ready)

    def on_resize(self, event: events.Resize) -> None:
        self._room = Size(event.size.width, event.size.height)
        self.show()

    def on_unmount(self) -> None:
        self._speech.silence()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1 or self.page is None:
            return
        self._touched(by_keys=False)
        number = self.page.at(event.screen_x, event.screen_y)
        if number is not None and not self._shield.refuses(self.page.targets[number], now()):
            self._pressed = number
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
        action = self._meant(page, event)
        if self._shield.ends_in_haste(event.key, action, now()):
            return
        if action is not None:
            self.do(action, Via.KEYED)
        elif (move := Move.of(event.key)) and page.targets:
            self._focus = moved(page.targets, self._focus, move)
            self.show()
            self._speak_focus(page.targets[self._focus])
        else:
            self.show()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()  # a clipboard is somebody else's

    # -- what is done and shown

    def do(self, action: Action, via: Via) -> None:
        """Carry out one action: on disk first, then on the screen."""
        before = self.visit
        if before.untouched:
            self._refresh_surveys()
            before = self.visit
        step = act(before, action, self._surveys, self._home())
        interview = step.visit.interview
        if self._session is None and interview is not None:
            self._session = Session(self._journal, interview.survey, interview.locale, self._site, self._office.now)
        for given in step.inputs:
            self._keep(given, via)
        if interview is None:
            self._session = None
        self.visit = step.visit
        self.show()
        if isinstance(action, Finish):
            forget_texts()

    def show(self) -> None:
        """Make the page of this moment and put it on the screen."""
        before = self.page
        size = self._room
        scene = self._scene()
        page = make_page(scene, size)
        if before is None or before.name != page.name:
            self._focus = page.focus
            self._pressed = None
            self._shield.appeared(now())
        self._focus = min(self._focus, max(0, len(page.targets) - 1))
        self.page = page
        palette = NIGHT if self.visit.night else DAY
        self._cells.show(paint(page, size, palette, Touch(self._focus if self._by_keys else None, self._pressed)))
        self._speak(page)

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
            self._surveys,
            self._speech.there,
            grouped(session.code) if session and session.recorded else "",
            max(0, round(self._timing.warning - (now() - self._warned_at))),
        )

    def _speak(self, page: Page) -> None:
        if self.visit.listening:
            self._speech.read(page.name, page.spoken, self.visit.locale)
        else:
            self._speech.silence()

    def _speak_focus(self, target: Target) -> None:
        if self.visit.listening:
            self._speech.say((" ".join(target.lines),), self.visit.locale)

    # -- keys

    def _meant(self, page: Page, event: events.Key) -> Action | None:
        """The action of a key on this page, or None: it moves the focus or means nothing."""
        sign = event.character or ""
        if page.typing and len(sign) == 1 and (sign.isdecimal() if page.digits else sign.isprintable()):
            return Write(page.typing, sign)
        if page.typing and event.key == "backspace":
            return Rub(page.typing)
        if event.key in ("enter", "space"):
            return page.targets[self._focus].action if page.targets else None
        if sign in page.shortcuts:
            return page.shortcuts[sign]
        action = SHORTCUTS.get(event.key)
        offered = [target.action for target in page.targets]
        return action if action in offered else None

    # -- time

    def _touched(self, *, by_keys: bool) -> None:
        self._touched_at = now()
        self._by_keys = by_keys

    def _look_at_clock(self) -> None:
        """Warn, wipe, and notice surveys that opened or closed."""
        if self._speech.speaking:
            self._touched_at = now()  # somebody listens
        visit, quiet = self.visit, now() - self._touched_at
        closed = visit.interview is not None and visit.interview.closed
        if visit.untouched:
            self._refresh_surveys()
        elif visit.overlay is Overlay.STILL_HERE:
            if now() - self._warned_at >= self._timing.warning:
                self.do(Finish(), Via.TOUCH)
            else:
                self.show()
        elif quiet < (self._timing.done if closed else self._timing.idle):
            return
        elif visit.welcomed:
            self._warned_at = now()
            self._by_keys = True  # the focus is seen: it lies on "I am still here"
            self.do(Open(Overlay.STILL_HERE), Via.TOUCH)
        else:
            self.do(Finish(), Via.TOUCH)

    def _refresh_surveys(self) -> None:
        try:
            surveys = self._open_surveys()
        except ConfigError:
            return  # somebody is copying a file into place; what was open stays open
        if surveys != self._surveys:
            self._surveys = surveys
            self.visit = Visit(self._home())
            self.show()

    def _open_surveys(self) -> tuple[Survey, ...]:
        open_now = self._office.open_surveys()
        return tuple(survey for survey in open_now if self._only in ("", survey.name))

    def _home(self) -> str:
        """The language of the first screen: the first that the open surveys name."""
        spoken = (locale for locale in offered_locales(self._surveys) if speaks(self._office.catalogues, locale))
        return next(spoken, next(iter(sorted(self._office.catalogues))))

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

    def fail(self) -> None:
        """Something that runs beside the screen broke: end with a status that tells whatever started the program."""
        self.exit(return_code=BROKEN)

    def fail_from_thread(self) -> None:
        if self._events_loop is not None:
            self._events_loop.call_soon_threadsafe(self.fail)

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, KioskError):
            self.fault = error
        super()._handle_exception(error)
        self._return_code = BROKEN

    def _fatal_error(self) -> None:
        """Textual would print a traceback with the values of all variables, answers among them, on a public screen."""
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        self._return_code = BROKEN
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()
