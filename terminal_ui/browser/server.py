"""The server between the pages and their processes: textual-serve's, with the doors shut that it leaves open.

Only the files in `SERVED` are there, only under names of ours, with a policy that lets a page load and reach nothing
else. No request is logged: it would be a list of who was there when. `GET ws` without a socket answers what a socket
would get (426: it would be let in), so that a page which is kept out can say why.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from kiosk.catalogue import Catalogue
from terminal_ui.browser.child import Child
from terminal_ui.browser.gate import Gate, Pace, Refusal, address_of
from terminal_ui.browser.place import BOLD, FONT, FONTS, Place
from terminal_ui.grid import GRIDS, Size

log = logging.getLogger("kiosk")

PAGE = Path(__file__).parent / "page"
SERVED: Mapping[str, tuple[Path, str]] = {
    "page.css": (PAGE, "text/css"),
    **dict.fromkeys(("main.js", "grid.js", "screen.js", "link.js", "hand.js", "sound.js"), (PAGE, "text/javascript")),
    FONT: (FONTS, "font/ttf"),
    BOLD: (FONTS, "font/ttf"),
}
MOST = 400  # columns or rows: larger than any screen with letters that can be read
LONGEST = 1 << 12  # bytes of a message from a page
# One key or one touch, as hand.js says it. Whoever says more could also tell the program another size, or paste without
# an end.
ONE_KEY = re.compile(r"\x1b\[<0;\d{1,3};\d{1,3}[Mm]|\x1b(\[[A-DZ]|O[P-S]|\[\d{1,2}~)?|[\r\t\x7f]|[^\x00-\x1f\x7f-\x9f]")
HEARTBEAT = 5.0  # seconds
TABLET = re.compile(r"[0-9a-f]{32}")
WATCH = 1.0  # seconds between looks whether `kiosk start` still lives
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
        "img-src data:; media-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Server": "kiosk",
}


class PageServer(Server):
    """`argv` starts the program for one page."""

    def __init__(self, argv: Sequence[str], place: Place, catalogues: Mapping[str, Catalogue]) -> None:
        super().__init__(argv[0], host=place.host, port=place.port, templates_path=PAGE)
        self._argv = tuple(argv)
        self._place = place
        self._words = [words for words in catalogues.values() if "terminal.browser.wait" in words.messages]
        self._gate = Gate(place)
        self._pages: dict[str, web.WebSocketResponse] = {}  # by tablet
        self._watch: asyncio.Task[None] | None = None

    def initialize_logging(self) -> None:
        logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        for name in ("aiohttp.access", "aiohttp.server"):  # they write addresses, and what was sent to us
            logging.getLogger(name).disabled = True

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._only_ours])
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(PAGE), autoescape=True, trim_blocks=True)
        app.add_routes(
            [
                web.get("/", self.handle_index),
                web.get("/ws", self.handle_websocket),
                *(web.get(f"/{name}", self._file) for name in SERVED),
            ]
        )
        app.on_response_prepare.append(_harden)
        app.on_startup.append(self.on_startup)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def on_startup(self, app: web.Application) -> None:
        self._watch = asyncio.create_task(_end_with(os.getppid()))
        log.info("opening the terminal in the browser at %s", self._place.urls[0])

    async def on_shutdown(self, app: web.Application) -> None:
        if self._watch is not None:
            self._watch.cancel()
        await asyncio.gather(*(page.close(code=WSCloseCode.GOING_AWAY) for page in self._pages.values()))

    @web.middleware
    async def _only_ours(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if refusal := self._gate.knows(request.host):
            return _refused(refusal)
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as error:
            log.error("a request ended in %s", type(error).__name__)  # its text might quote what was typed
            raise

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.path[1:]
        folder, kind = SERVED[name]
        if not (folder / name).is_file():
            raise web.HTTPNotFound(text=f"{name} is missing here. Install it: apt install fonts-dejavu-core")
        return web.FileResponse(folder / name, headers={"Content-Type": kind})

    @aiohttp_jinja2.template("index.html")
    async def handle_index(self, request: web.Request) -> dict[str, Any]:
        return {"catalogues": self._words, "grids": {grid.name: grid.least for grid in GRIDS}}

    async def handle_websocket(self, request: web.Request) -> web.StreamResponse:  # type: ignore[override]
        """One session, from the page's first word to the end of its process."""
        tablet, address = request.query.get("tablet", ""), _address(request)
        others = len(self._pages.keys() - {tablet})
        wants_in = request.headers.get("Upgrade", "").lower() == "websocket"
        refusal = self._gate.trusts(request.headers.get("Origin", "")) if wants_in else None
        if refusal := refusal or self._gate.has_room(others, address):
            return _refused(refusal)
        size = _size(request.query.get("width", ""), request.query.get("height", ""))
        if not wants_in:
            raise web.HTTPUpgradeRequired
        if size is None or not TABLET.fullmatch(tablet):
            raise web.HTTPBadRequest
        self._gate.started(address)
        page = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LONGEST)
        before, self._pages[tablet] = self._pages.get(tablet), page
        try:
            await page.prepare(request)
            if before is not None:
                await before.close()  # the same page came back before its old line was known to be dead
            await self._session(page, size)
        finally:
            if self._pages.get(tablet) is page:
                del self._pages[tablet]
        return page

    async def _session(self, page: web.WebSocketResponse, size: Size) -> None:
        child = Child(self._argv, page)
        await child.start(size.columns, size.rows)
        try:
            await self._process_messages(page, child)
        finally:
            await child.stop()

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        """What the page says, until it goes. A page that says anything else is none of ours."""
        pace = Pace()
        async for message in websocket:
            match _read(message.data) if message.type is WSMsgType.TEXT and pace.holds() else None:
                case ["keys", str(keys)] if ONE_KEY.fullmatch(keys):
                    await app_service.send_bytes(keys.encode(errors="ignore"))
                case ["size", int(columns), int(rows)] if size := _size(str(columns), str(rows)):
                    await app_service.set_terminal_size(size.columns, size.rows)
                case ["ping", int(number)]:
                    await websocket.send_json({"type": "pong", "number": number})
                case _:
                    await websocket.close(code=WSCloseCode.POLICY_VIOLATION)


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _size(columns: str, rows: str) -> Size | None:
    if not (columns.isdecimal() and rows.isdecimal()):
        return None
    size = Size(int(columns[:4]), int(rows[:4]))
    return size if 1 <= size.columns <= MOST and 1 <= size.rows <= MOST else None


def _address(request: web.Request) -> str:
    return address_of(request.remote or "", request.headers.get("X-Forwarded-For", ""))


def _refused(refusal: Refusal) -> web.Response:
    return web.Response(status=refusal.status, text=refusal.sentence)


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


async def _end_with(parent: int) -> None:
    """`kiosk start` that was killed could not stop us; the next one wants our port."""
    while os.getppid() == parent:
        await asyncio.sleep(WATCH)
    signal.raise_signal(signal.SIGTERM)
