"""The edge to Textual: keys in, cells out. What a key does is decided in `keys`, what is seen in `page`.

Keys are taken one after the other, each with what it leads to in the office, by one task; what is typed in the meantime
waits its turn. So nothing is lost while a server is away, and the screen still answers. No mouse, no bell.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeVar

from textual import events

from channels.paper.enter.clerk import Clerk, may_work_later
from channels.paper.enter.desk import Desk, Leave, LookUp, Tell, found, told
from channels.paper.enter.keys import CTRL_C, act, save
from channels.paper.enter.page import page
from channels.window import Keyboard, Program
from kiosk.errors import KioskError

TICK = 1.0  # seconds between two looks at an unfinished text
RESTING = 5.0  # seconds without a key until the office is let go
SLOW = 1.0  # seconds until it is told that an answer takes long
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 3.0  # seconds between tries while there is no server
LAST_WORDS = 2.0  # seconds at the end for the clerk
TICKED = "<tick>"  # no key
PAD = {"divide": "/", "multiply": "*", "subtract": "-", "add": "+"}  # as some terminals name the number pad's keys

Result = TypeVar("Result")


class Back(threading.Thread):
    """Where the clerk works, so that the screen need not wait. Ends with the program, whatever it waits for."""

    def __init__(self, clerk: Clerk) -> None:
        super().__init__(name="clerk", daemon=True)
        self.clerk = clerk
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()

    def run(self) -> None:
        while job := self._jobs.get():
            future, work = job
            try:
                future.set_result(work())
            except Exception as error:
                future.set_exception(error)  # raised again where it is waited for
        self.clerk.close()

    async def do(self, work: Callable[[], Result]) -> Result:
        future: Future[Result] = Future()
        self._jobs.put((future, work))
        return await asyncio.wrap_future(future)

    def end(self) -> None:
        self._jobs.put(None)
        self.join(LAST_WORDS)


class Enter(Program):
    """The program on the screen. `unsaved`: something that was typed could not be stored."""

    def __init__(self, desk: Desk, clerk: Clerk, now: Callable[[], int], *, closed: str = "") -> None:
        super().__init__(Keyboard)
        self.desk = desk
        self.unsaved = False
        self._back = Back(clerk)
        self._now = now
        self._notice = closed
        self._waiting = ""
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._typed_at = time.monotonic()

    # -- Textual's side

    def on_mount(self) -> None:
        self._back.start()
        self.heed_signals(self._leave)
        self._worker = asyncio.create_task(self._work())
        self._worker.add_done_callback(self._ended)
        self.set_interval(TICK, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        self.show()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        sign = event.character if event.character and event.character.isprintable() else event.key
        self._take(PAD.get(sign, sign))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()  # what stands on paper is in no clipboard

    def on_unmount(self) -> None:
        self._worker.cancel()
        self._back.end()

    # -- one key after the other

    def _take(self, key: str) -> None:
        self._typed_at = time.monotonic()
        if key == CTRL_C and self._waiting:
            self.unsaved = True
            self.exit(0)
        else:
            self._keys.put_nowait(key)

    def _tick(self) -> None:
        if self._keys.empty() and not self._waiting:
            self._keys.put_nowait(TICKED)

    async def _work(self) -> None:
        while True:
            key = await self._keys.get()
            step = save(self.desk) if key == TICKED else act(self.desk, key)
            self.desk = step.desk
            if isinstance(step.deed, Leave):
                if step.deed.last:
                    await self._do(step.deed.last)
                self.exit(0)
                return
            if step.deed:
                await self._do(step.deed)
            elif key == TICKED and time.monotonic() - self._typed_at > RESTING:
                await self._back.do(self._back.clerk.rest)
            self.show()

    async def _do(self, deed: LookUp | Tell) -> None:
        clerk = self._back.clerk
        try:
            if isinstance(deed, LookUp):
                there = await self._surely(lambda: clerk.look_up(deed.serial))
                self.desk = found(self.desk, deed, there)
            else:
                turns = clerk.turns(deed)
                prompt, answers = await self._surely(lambda: clerk.hand_in(turns, begins=not deed.form.stored))
                self.desk = told(self.desk, deed, prompt, answers, self._now())
        except KioskError as error:
            self.desk = replace(self.desk, problem=error.sentence)
        finally:
            self._waiting = ""

    async def _surely(self, work: Callable[[], Result]) -> Result:
        """Do it, as soon as it can be done. Raises KioskError where later is no better."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._patiently(self._back.do(work))
            except KioskError as error:
                if not may_work_later(error):
                    raise
                self._waiting = error.sentence
                self.show()
                await self._back.do(self._back.clerk.close)  # what is at the other side then may be another
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _patiently(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Wait for it, and say so where that takes long."""
        doing = asyncio.ensure_future(work)
        if not (await asyncio.wait({doing}, timeout=SLOW))[0] and not self._waiting:
            self._waiting = "The kiosk server is slow to answer."
            self.show()
        return await doing

    def show(self) -> None:
        size = self.size
        self.cells.show(page(self.desk, size.width, size.height, self._waiting, closed=self._notice))

    # -- the end, orderly or not

    def _leave(self) -> None:
        """The window is closed, or the operator ends it: nobody will press the key again while a server is away."""
        self._take(CTRL_C)
        self.set_timer(LAST_WORDS, lambda: self._take(CTRL_C))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            self.fail()
