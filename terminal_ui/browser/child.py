"""One `kiosk terminal` for one page: started when the page comes, ended when it goes, and neither outlives the other.

The process learns that nobody is there from the end of its input, however that came about: an orderly close, a tablet
whose battery is empty, a server that was killed (see `driver`). One that does not end then is killed; its journal
holds what was confirmed, and the next terminal that starts delivers it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from terminal_ui.browser import DRIVER

log = logging.getLogger("kiosk")

PATIENCE = 4.0  # seconds for its last words; `kiosk start` gives the server five
PASSED_ON = ("letters", "sound", "hush")


class Child(AppService):
    """Packets from the page go to the process and back. The page hears of its end by the end of the socket."""

    def __init__(self, argv: Sequence[str], page: web.WebSocketResponse) -> None:
        super().__init__(
            argv[0],
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=page.close,  # type: ignore[arg-type]  # it returns whether it was open
            download_manager=DownloadManager(),
        )
        self._argv = tuple(argv)

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return super()._build_environment(width, height) | {"TEXTUAL_DRIVER": DRIVER}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Without a shell: nothing has to be quoted, and the process that is killed is the program itself."""
        process = self._process = await asyncio.create_subprocess_exec(
            *self._argv, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=self._build_environment(width, height)
        )
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def on_data(self, payload: bytes) -> None:
        """A page that is gone is no reason to stop reading: the process has to get rid of its last words."""
        with suppress(ConnectionError):
            await super().on_data(payload)

    async def on_meta(self, data: bytes) -> None:
        """Only what our own page knows; nothing opens a link or hands over a file."""
        packet = json.loads(data)
        if packet.get("type") in PASSED_ON:
            with suppress(ConnectionError):
                await self.remote_write_str(json.dumps(packet))

    async def on_packed(self, payload: bytes) -> None:
        """Files for the page: there are none."""

    async def stop(self) -> None:
        """Nobody is there any more. Returns when the process is gone."""
        task, self._task = self._task, None
        if task is None or self._process is None:
            return
        self.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await task
        if self._process.returncode:
            log.warning("the terminal of a page ended with status %d", self._process.returncode)
