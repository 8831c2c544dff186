"""A provider's API on loopback: it notes what it is asked and answers as the test says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    authorization: str
    content: str


Answers = Callable[[Asked], tuple[int, str | bytes, dict[str, str]]]


class Provider:
    """From the start of a `with` block to its end. `answers` and `delay` (seconds) may be changed at any time."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.delay = 0.0
        self.asked: list[Asked] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                content = self.rfile.read(length).decode()
                asked = Asked(self.command, self.path, self.headers.get("Authorization", ""), content)
                provider.asked.append(asked)
                status, said, headers = provider.answers(asked)
                answer = said.encode() if isinstance(said, str) else said
                time.sleep(provider.delay)
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(answer))} | headers).items():
                    self.send_header(name, value)
                with suppress(ConnectionError):  # whoever asked may have given up
                    self.end_headers()
                    self.wfile.write(answer)

            do_POST = do_DELETE = do_GET  # noqa: N815  the names that the standard library calls

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
