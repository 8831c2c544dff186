"""`kiosk start`: the one process that writes. It holds the lock and the store, serves the door and the front page,
keeps the channels' workers alive, notices changed survey files, and takes out the words whose retention is over.
"""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from waitress.server import create_server

from kiosk.channel import resolve
from kiosk.commands import init
from kiosk.doorkeeper import DoorServer
from kiosk.errors import ConfigError, KioskError, SurveyError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.store.lock import WriteLock
from kiosk.store.writer import Writer
from kiosk.supervisor import ProcessPart, Supervisor, ThreadPart
from kiosk.web import LARGEST, create_app

log = logging.getLogger("kiosk")

NOT_READ = "the file is not used; the version before, if there was one, is still asked:"
NAP = 0.1  # seconds; so long a signal may wait
LOOK = 1.0  # seconds between two looks at parts and survey files
PURGE = 3_600.0  # seconds between two purges
WEB_THREADS = 32  # as many as may wait for the same commit


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Run until SIGINT or SIGTERM. Raises ConfigError, StoreError or SurveyError when it cannot start."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("waitress").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request that waits
    if not folder.exists():
        init.make(folder)
        log.info("made a new office in %s", folder)
    office = Office(folder)
    _refuse_faults(office)
    lock = WriteLock(office.lock_file)
    try:
        writer = Writer(office.store_file)
        try:
            return _serve(office, Intake(office, writer))
        finally:
            writer.close()
    finally:
        lock.release()


def _refuse_faults(office: Office) -> None:
    """A faulty survey file stops the start, with every fault of every file."""
    faults = [fault for error in office.faults.values() for fault in error.faults]
    if faults:
        raise SurveyError(faults)
    office.keyring  # noqa: B018  a missing key file is told now, not at the first answer


class _Stop:
    """Whether somebody asked us to stop. A plain flag: a second signal may arrive while the first one's handler runs,
    and an Event would then wait for a lock that this very thread holds."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _serve(office: Office, intake: Intake) -> int:
    stop = _Stop()
    workers = [worker for c in office.channels if c.workers for worker in resolve(c.workers)(office)]
    services = [service for c in office.channels if c.services for service in resolve(c.services)(office, intake)]
    supervisor = Supervisor(
        [
            ThreadPart("door", lambda: _door(office, intake)),
            ThreadPart("web", lambda: _web(office, intake, supervisor.health)),
            *(ThreadPart(service.name, service.make) for service in services),
            *(ProcessPart(worker) for worker in workers),
        ]
    )
    try:
        supervisor.start()
        server = office.settings("server")
        log.info("open at http://%s:%s, with the office in %s", server["host"], server["port"], office.folder)
        return _watch(office, intake, supervisor, stop)
    finally:
        supervisor.stop()


def _watch(office: Office, intake: Intake, supervisor: Supervisor, stop: _Stop) -> int:
    told, purged_at, looked_at = _seen(office), 0.0, 0.0
    while not stop.asked:
        if (now := time.monotonic()) - looked_at >= LOOK:
            looked_at = now
            supervisor.watch()
            told = _news(told, _seen(office))
        if not purged_at or now - purged_at >= PURGE:
            purged_at = now
            _tidy(intake)
        time.sleep(NAP)
    log.info("stopping")
    return 0


def _tidy(intake: Intake) -> None:
    """Retention and what was broken off. A disk that is full now must not stop the office; an hour later it may do."""
    try:
        if ended := intake.expire():
            log.info("%d interviews that nobody went on with are ended", ended)
        if purged := intake.purge():
            log.info("retention is over for %d responses: their words are taken out", purged)
    except (KioskError, OSError) as error:
        log.warning("not tidied up: %s", error)


def _seen(office: Office) -> dict[str, str]:
    """Survey -> its version, or what is wrong with its file."""
    try:
        good = {name: f"version {survey.version}" for name, survey in office.surveys().items()}
        return good | {name: f"{NOT_READ}\n{error}" for name, error in office.faults.items()}
    except KioskError as error:
        return {"surveys": str(error)}


def _news(told: dict[str, str], seen: dict[str, str]) -> dict[str, str]:
    """Log what changed on disk."""
    for name in seen.keys() - told.keys() | {name for name in seen if told.get(name) != seen[name]}:
        level = logging.WARNING if seen[name].startswith(NOT_READ) else logging.INFO
        log.log(level, "survey %s: %s", name, seen[name])
    for name in told.keys() - seen.keys():
        log.info("survey %s: its file is gone; it is not asked any more", name)
    return seen


def _door(office: Office, intake: Intake) -> tuple[Callable[[], None], Callable[[], None]]:
    server = DoorServer(office, intake)

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return lambda: server.serve_forever(poll_interval=0.2), stop


def _web(
    office: Office, intake: Intake, health: Callable[[], Mapping[str, bool]]
) -> tuple[Callable[[], None], Callable[[], None]]:
    values = office.settings("server")
    try:
        if not 1 <= int(values["port"]) <= 65_535:
            raise ValueError("a port is a number from 1 to 65535")
        server = create_server(
            create_app(office, intake, health),
            host=values["host"],
            port=values["port"],
            threads=WEB_THREADS,
            ident="",
            url_prefix=urlsplit(str(values["public_url"])).path.rstrip("/"),  # so that links lead back through a proxy
            trusted_proxy="127.0.0.1",  # the web server in front; else everybody would seem to sit at this machine
            trusted_proxy_headers="x-forwarded-for x-forwarded-proto",
            clear_untrusted_proxy_headers=True,
            max_request_body_size=LARGEST,  # waitress would take 1 GiB, to the disk, before anybody looked at it
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            "server.port",
            f"http://{values['host']}:{values['port']} cannot be served: {why}."
            " Set another host or port under [server] in office.toml, or stop the program that uses it.",
        ) from None
    return server.run, server.close
