"""The terminal in a browser, from the line's side: who may come in, what is served, and what is left when it ends."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from kiosk.office import Office
from terminal_ui.browser.gate import SAID, SPAN, STARTS, Gate, Pace, Refusal, address_of
from terminal_ui.browser.place import Place, place
from terminal_ui.journal import FOLDER
from tests.kiosk.running import Started, configure, free_port, make_office, run
from tests.terminal_ui.exported import wait_for
from tests.terminal_ui.serving import Served, alive

PATIENCE = 20.0  # seconds


@pytest.fixture
def served(counter: Path) -> Iterator[Served]:
    """For two pages at once, asking one survey."""
    with Served(counter, browser_sessions="2") as served:
        yield served


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for all who only knock."""
    with Served(make_office(tmp_path_factory.mktemp("standing") / "office")) as served:
        yield served


@asynccontextmanager
async def opened(
    served: Served,
    *,
    origin: str | None = None,
    host: str | None = None,
    tablet: str = "",
    size: str = "68x19",
    address: str = "",
) -> AsyncIterator[ClientWebSocketResponse]:
    """A page's line to its terminal, through the house's web server, from an address of its own."""
    width, _, height = size.partition("x")
    query = {"tablet": tablet or secrets.token_hex(16), "width": width, "height": height}
    headers = {
        "Origin": served.url[:-1] if origin is None else origin,
        "X-Forwarded-For": address or f"192.0.2.1, 2001:db8::{secrets.token_hex(2)}",
        **({"Host": host} if host else {}),
    }
    async with (
        ClientSession() as session,
        session.ws_connect(f"{served.url}ws", params=query, headers=headers, max_msg_size=0) as line,
    ):
        yield line


async def until(line: ClientWebSocketResponse, words: str) -> None:
    """Read what is drawn, until it shows these words."""
    drawn = b""

    async def read() -> None:
        nonlocal drawn
        while words not in re.sub(r"\x1b\[[^@-~]*[@-~]", "", drawn.decode(errors="ignore")):
            message = await line.receive()
            assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), "the line was cut"
            drawn += message.data if message.type is WSMsgType.BINARY else b""

    await asyncio.wait_for(read(), PATIENCE)


async def closed(line: ClientWebSocketResponse) -> None:
    async def drain() -> None:
        async for _ in line:
            pass

    await asyncio.wait_for(drain(), PATIENCE)


async def eventually(holds: Callable[[], bool]) -> None:
    async def look() -> None:
        while not holds():
            await asyncio.sleep(0.02)

    await asyncio.wait_for(look(), PATIENCE)


def status_of(served: Served, **how: Any) -> int:
    """The status with which a page is kept out; 101 when it is let in."""

    async def knock() -> int:
        try:
            async with opened(served, **how):
                return 101
        except WSServerHandshakeError as error:
            return error.status

    return asyncio.run(knock())


# Who may come in


@pytest.mark.parametrize(
    "origin",
    ["", "null", "http://evil.example", "https://127.0.0.1:1", "http://127.0.0.1", "http://127.0.0.1:1.evil.example"],
)
def test_only_our_own_page_may_talk(standing: Served, origin: str) -> None:
    assert status_of(standing, origin=origin) == 403
    assert standing.children() == []


def test_a_name_that_somebody_made_point_here_is_not_answered(standing: Served) -> None:
    for path in ("", "ws", "main.js"):
        assert standing.get(path, Host=f"evil.example:{standing.port}")[0] == 403
    assert status_of(standing, host="evil.example", origin="http://evil.example") == 403
    assert standing.get("", Host=f"localhost:{standing.port}")[0] == 200


def test_on_the_newer_loopback_it_is_reached_by_that_address(counter: Path) -> None:
    with Served(counter, at="[::1]") as served:
        assert status_of(served) == 101
        assert status_of(served, host=f"127.0.0.1:{served.port}") == 403, "nothing of ours is there"


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("127.0.0.1", {"127.0.0.1", "localhost"}),
        ("0.0.0.0", {"127.0.0.1", "localhost"}),
        ("127.0.0.2", {"127.0.0.2"}),
        ("192.0.2.7", {"192.0.2.7"}),
        ("::1", {"[::1]", "localhost"}),
        ("0:0:0:0:0:0:0:1", {"[::1]", "localhost"}),
        ("::", {"[::1]", "localhost"}),
        ("2001:db8::7", {"[2001:db8::7]"}),
    ],
)
def test_its_names_are_those_of_what_it_listens_to(counter: Path, host: str, names: set[str]) -> None:
    configure(counter, browser_port="8081", browser_host=f'"{host}"')
    here = place(Office(counter))
    assert here
    assert here.hosts == {f"{name}:8081" for name in names}


def test_behind_the_houses_web_server_its_address_counts_as_well(counter: Path) -> None:
    with Served(counter, browser_url='"https://Dialog.example.org/terminal"') as served:
        public = {"host": "dialog.example.org", "origin": "https://dialog.example.org"}
        assert status_of(served, **public) == 101
        assert status_of(served, **public | {"origin": "http://dialog.example.org"}) == 403, "not by the open line"
        assert served.get("", Host="dialog.example.org")[0] == 200


def test_no_more_pages_at_once_than_the_office_allows(served: Served) -> None:
    async def crowd() -> None:
        async with opened(served) as first, opened(served) as second:
            await until(first, "Hier beginnen")
            await until(second, "Hier beginnen")
            with pytest.raises(WSServerHandshakeError, match="503"):
                async with opened(served):
                    pass
            assert (await asyncio.to_thread(served.get, "ws"))[0] == 503
        await eventually(lambda: served.children() == [])
        async with opened(served) as third:
            await until(third, "Hier beginnen")

    asyncio.run(crowd())


def test_a_page_that_comes_back_takes_its_own_place_at_once(served: Served) -> None:
    """Its old line may seem alive for seconds when the WLAN broke."""

    async def back() -> None:
        async with opened(served), opened(served, tablet="a" * 32) as old:
            await until(old, "Hier beginnen")
            async with opened(served, tablet="a" * 32) as new:
                await until(new, "Hier beginnen")
                await closed(old)

    asyncio.run(back())


def test_who_starts_too_often_waits(served: Served) -> None:
    one = {"tablet": "b" * 32, "address": "192.0.2.7"}
    assert [status_of(served, **one) for _ in range(STARTS)] == [101] * STARTS
    assert status_of(served, **one) == 429
    assert served.get("ws?tablet=" + "b" * 32, **{"X-Forwarded-For": "192.0.2.7"})[0] == 429
    assert status_of(served, **one | {"origin": "http://evil.example"}) == 403
    assert status_of(served, **one | {"address": "192.0.2.8"}) == 101, "nobody waits for what another did"
    assert served.get("")[0] == 200, "the page itself is there, to say so"


def test_after_a_minute_there_is_another_start() -> None:
    now = 1_000.0
    gate = Gate(Place("127.0.0.1", 8081, 4, ("http://127.0.0.1:8081/",)), clock=lambda: now)
    for _ in range(STARTS):
        assert gate.has_room(0, "192.0.2.7") is None
        gate.started("192.0.2.7")
        now += 1
    assert gate.has_room(0, "192.0.2.7") is Refusal.OFTEN
    now += SPAN - STARTS
    assert gate.has_room(0, "192.0.2.7") is None


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("192.0.2.9", "192.0.2.7", "192.0.2.9"),
        ("", "192.0.2.7", ""),
    ],
)
def test_only_a_web_server_on_this_machine_may_speak_for_another(peer: str, forwarded: str, address: str) -> None:
    assert address_of(peer, forwarded) == address


@pytest.mark.parametrize("size", ["x", "0x19", "68x-1", "68x9999", "a" * 9000 + "x1"])
def test_a_size_that_is_none_starts_nothing(standing: Served, size: str) -> None:
    assert status_of(standing, size=size) == 400
    assert standing.children() == []


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[",
        "[]",
        '["keys"]',
        '["quit"]',
        '{"type": "quit"}',
        '["size", 1e999, 1]',
        "[" * 4000,
        f'["keys", "{5000 * "a"}"]',
        '["keys", "aa"]',
        '["keys", "\\u001b[48;9999;9999;9999;9999t"]',  # a size, as a terminal tells it
        '["keys", "\\u001b[200~"]',  # what is pasted follows
        '["keys", "\\u001b[<0;999999999999M"]',
    ],
)
def test_a_page_that_says_anything_else_is_none_of_ours(standing: Served, said: str) -> None:
    async def talk() -> None:
        async with opened(standing) as line:
            await line.send_str(said)
            await closed(line)

    asyncio.run(talk())
    standing.wait(lambda: standing.children() == [], "the end of its process")
    assert "a request ended" not in standing.log


def test_a_page_that_says_more_than_a_hand_can_is_none_of_ours(standing: Served) -> None:
    """All of it would wait in its process, and take the machine's memory."""

    async def talk() -> None:
        async with opened(standing) as line:
            with suppress(ConnectionError):
                for _ in range(2 * SAID):
                    await line.send_json(["keys", "x"])
            await closed(line)

    asyncio.run(talk())
    standing.wait(lambda: standing.children() == [], "the end of its process")


def test_a_hand_may_go_on_for_ever() -> None:
    now = 1_000.0
    pace = Pace(clock=lambda: now)
    for _ in range(10 * SAID):
        now += 2 / SAID
        assert pace.holds()
    assert not all(pace.holds() for _ in range(SAID + 1))


# What is served


def test_nothing_is_there_but_what_the_page_needs(standing: Served) -> None:
    for path in (
        "static/",
        "static",
        "static/js/textual.js",
        "page/",
        "index.html",
        "server.py",
        "../place.py",
        "download/1",
    ):
        assert standing.get(path)[0] == 404, path
    page = standing.get("")[1]
    scripts = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', page)
    modules = re.findall(r'from "\./([^"]+)"', standing.get("main.js")[1])
    fonts = re.findall(r'url\("([^"]+)"\)', standing.get("page.css")[1])
    assert len(fonts) == 2
    assert modules
    for name in (*scripts, *modules, *fonts):
        assert standing.get(name)[0] == 200, name


def test_nothing_that_is_served_names_another_host(standing: Served) -> None:
    for path in ("", "page.css", "main.js", "grid.js", "screen.js", "link.js", "hand.js", "sound.js"):
        status, text, _ = standing.get(path)
        assert status == 200
        assert re.findall(r"(?:https?|wss?):?//[\w.]+|[\"'(]//\w", text) == [], path


@pytest.mark.parametrize("path", ["", "main.js", "DejaVuSansMono.ttf", "ws", "static/"])
def test_every_reply_keeps_the_browser_at_home(standing: Served, path: str) -> None:
    headers = standing.get(path)[2]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|\*|https?:", policy)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers
    assert headers["Server"] == "kiosk"


def test_an_address_in_the_query_is_not_fetched(standing: Served) -> None:
    """textual-serve's own page would fetch it."""
    asked: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with HTTPServer(("127.0.0.1", 0), Trap) as trap:
        threading.Thread(target=trap.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{trap.server_port}/"
        assert address not in standing.get(f"?ping={address}")[1]
        trap.shutdown()
    assert asked == []


# What is left when it ends


def test_a_page_that_goes_leaves_its_answers_and_no_process(served: Served) -> None:
    async def visit() -> None:
        async with opened(served) as line:
            await until(line, "Hier beginnen")
            await line.send_json(["keys", "1"])
            await until(line, "Ja, mitmachen")
            await line.send_json(["keys", "\r"])
            await until(line, "Frage 1 von")
            await line.send_json(["keys", "1"])
            await until(line, "Frage 2 von")

    with Started(served.office):
        asyncio.run(visit())
        served.wait(lambda: served.children() == [], "the end of its process")
        response = wait_for(served.office, "counter", 1)[0]
    assert response["disposition"] == "break_off"
    assert not list((served.office / FOLDER).iterdir()), "all of it is delivered"


def test_a_server_that_is_killed_leaves_no_process(served: Served) -> None:
    async def orphaned() -> None:
        async with opened(served) as first, opened(served) as second:
            await until(first, "Hier beginnen")
            await until(second, "Hier beginnen")
            children = served.children()
            assert len(children) == 2
            served.stop(signal.SIGKILL)
            await eventually(lambda: not any(alive(child) for child in children))

    asyncio.run(orphaned())


def test_a_server_that_is_stopped_ends_its_processes_first(served: Served) -> None:
    async def stopped() -> None:
        async with opened(served) as line:
            await until(line, "Hier beginnen")
            (child,) = served.children()
            ending = asyncio.create_task(asyncio.to_thread(served.stop))
            await closed(line)
            assert await ending == 0
            assert not alive(child)

    asyncio.run(stopped())
    assert "Traceback" not in served.log


def test_a_process_that_is_killed_ends_the_line_and_its_journal_waits_for_the_next(served: Served) -> None:
    async def killed() -> None:
        async with opened(served) as line:
            await until(line, "Hier beginnen")
            await line.send_json(["keys", "1"])
            await until(line, "Ja, mitmachen")
            await line.send_json(["keys", "\r"])
            await until(line, "Frage 1 von")
            (child,) = served.children()
            os.kill(child, signal.SIGKILL)
            await closed(line)
        await eventually(lambda: "the terminal of a page ended with status -9" in served.log)
        async with opened(served) as line:
            await until(line, "Hier beginnen")
            with Started(served.office):
                response = (await asyncio.to_thread(wait_for, served.office, "counter", 1))[0]
                assert response["disposition"] == "break_off"

    asyncio.run(killed())


def test_noise_does_not_end_the_process(standing: Served) -> None:
    async def noisy() -> None:
        async with opened(standing) as line:
            await until(line, "Hier beginnen")
            for noise in ("\x1b[<0;999;999M", "\ud800", "\ufeff", "\x1b", "\x1b", "\x1b[99~"):
                await line.send_json(["keys", noise])
            await line.send_json(["keys", "1"])
            await until(line, "Ihr Besuch im Amt")

    asyncio.run(noisy())


# Under `kiosk start`


def test_the_office_keeps_it_running_and_links_to_it(counter: Path) -> None:
    port = free_port()
    configure(counter, browser_port=str(port))
    with Started(counter) as started:
        started.wait_for(f"opening the terminal in the browser at http://127.0.0.1:{port}/")
        assert '"browser":true' in re.sub(r"\s", "", started.get("/healthz")[1])
        assert f'href="http://127.0.0.1:{port}/"' in started.get("/")[1]
        assert "Take part here in the browser" in started.get("/?lang=en")[1]
        assert str(port) not in started.get("/", Host="dialog.example.org")[1], "that reader's own machine is not ours"
        worker = int(
            re.findall(r"\d+", Path(f"/proc/{started.process.pid}/task/{started.process.pid}/children").read_text())[0]
        )
        assert started.stop(signal.SIGKILL) == -signal.SIGKILL
    asyncio.run(eventually(lambda: not alive(worker)))


def test_a_port_in_use_is_named(counter: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        configure(counter, browser_port=str(taken.getsockname()[1]))
        command = [sys.executable, "-m", "terminal_ui.browser", str(counter)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 78
    assert "cannot be served: Address already in use. Set another browser_port" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_front_page_links_to_the_public_address(counter: Path) -> None:
    configure(counter, browser_port=str(free_port()), browser_url='"https://dialog.example.org/terminal"')
    with Started(counter) as started:
        assert 'href="https://dialog.example.org/terminal/"' in started.get("/", Host="kiosk.example.org")[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("browser_host", '"stand"'),
        ("browser_sessions", "0"),
        ("browser_url", '"dialog.example.org"'),
        ("browser_url", '"https://dialog.example.org:99999/"'),
        ("browser_url", '"https://[dialog/"'),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_start(counter: Path, name: str, value: str) -> None:
    configure(counter, **{"browser_port": str(free_port()), name: value})
    done = run(counter, "start")
    assert done.returncode == 78
    assert name in done.stderr
    assert name in run(counter, "doctor").stdout


def test_the_doctor_says_what_is_missing(counter: Path) -> None:
    configure(counter, browser_port=str(free_port()), browser_host='"0.0.0.0"')
    said = run(counter, "doctor").stdout
    assert re.search(r"to do +address of the terminal in the browser\n +It listens .*set browser_url", said)
    assert re.search(r"ok +letters of the terminal in the browser", said)
