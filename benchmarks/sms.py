"""What an SMS costs: signed webhooks at a real `kiosk start`, against the same server without a store, and against the
same work in plain sqlite-utils; and what a real gammu-smsd carries.

Without a store means: the same application in a process of its own, with an intake that answers from memory. Plain
sqlite-utils is compared at the intake, by as many threads on both sides, because in front of it both would have the
same web server. What these two keep, and how, is in `naive`.

Every ratio is taken within one round, because a disk has its moods, and the median of all rounds counts.
"""

from __future__ import annotations

import logging
import multiprocessing
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from waitress.server import create_server

from benchmarks import texters
from benchmarks.crowd import Waits
from benchmarks.naive import Memory, Naive
from benchmarks.served import served
from benchmarks.table import Row, at_least, at_most, percentile
from channels.sms.incoming import Incoming
from channels.sms.service import Sender, collect
from channels.sms.transports.gammu import Gammu
from kiosk.commands import init
from kiosk.commands.start import WEB_THREADS
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Answered, Message, Mode
from kiosk.store.writer import Writer
from kiosk.web import create_app

FORK = multiprocessing.get_context("fork")
ROUNDS = 5
CALLERS = 32
EACH = 6  # interviews of each caller in a round
NAIVE_EACH = 1
WARM = 2
SURVEY = "digital"
SMS = Mode("sms")
AIR = 100  # messages each way through gammu-smsd
PATIENCE = 30.0  # seconds
LONGEST_WAIT = 250.0  # milliseconds


def run() -> list[Row]:
    """Measure everything; takes less than a minute."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*_served(folder), *_naive(folder), *_gammu(folder)]


def _office(folder: Path, **settings: str) -> Path:
    """An office with these values in [sms] and [server]."""
    init.make(folder)
    file = folder / "office.toml"
    lines = file.read_text().splitlines()
    start = lines.index("[sms]")
    for name, value in settings.items():
        here = [at for at, line in enumerate(lines) if line.startswith(f"{name} = ")]
        place = next((at for at in here if at > start), here[0])
        lines[place] = f"{name} = {value}"
    file.write_text("\n".join(lines))
    return folder


def _at_twilio(folder: Path) -> Path:
    office = _office(
        folder,
        transport='"twilio"',
        number=f'"{texters.OURS}"',
        twilio_account='"AC1"',
        public_url=f'"{texters.PUBLIC}"',
    )
    secret = office / "secrets" / "twilio_auth_token"
    secret.write_text(texters.TOKEN)
    secret.chmod(0o600)
    return office


# -- at the webhook


def _served(folder: Path) -> Iterator[Row]:
    office = _at_twilio(folder / "office")
    stored, unstored = list[Waits](), list[Waits]()
    with served(office), _without_store(_at_twilio(folder / "memory")) as other:
        port = int(Office(office).settings("server")["port"])
        _until_open(port)
        first = 0
        for rounds, each in ((1, WARM), (ROUNDS, EACH)):
            stored, unstored = list[Waits](), list[Waits]()
            for _ in range(rounds):
                unstored.append(texters.call(other, first, CALLERS, each))
                stored.append(texters.call(port, first, CALLERS, each))
                first += CALLERS * each
    seconds = [second for waits in stored for second in waits.seconds]
    errors = [error for waits in (*stored, *unstored) for error in waits.errors]
    for error in set(errors):
        print(f"sms: {error}", file=sys.stderr)
    many = f"sms: webhooks, {CALLERS} at once"
    yield Row(many, median(waits.rate for waits in stored), "/s")
    yield Row(f"{many}, without a store", median(waits.rate for waits in unstored), "/s")
    yield at_least(f"{many}, against without a store", _ratio(stored, unstored), "x", 0.45)
    yield at_most(f"{many}, 99 of 100 wait less than", percentile(seconds, 0.99) * 1000, "ms", LONGEST_WAIT)
    yield at_most("sms: webhooks without an SMS in the answer", len(errors), "", 0)


def _ratio(values: list[Waits], others: list[Waits]) -> float:
    return median(value.rate / other.rate for value, other in zip(values, others, strict=True))


@contextmanager
def _without_store(folder: Path) -> Iterator[int]:
    """The port of a server in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    process = FORK.Process(target=_serve, args=(folder, port), daemon=True)
    process.start()
    try:
        _until_open(port)
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(folder: Path, port: int) -> None:
    logging.getLogger("waitress").setLevel(logging.ERROR)  # it tells of everybody who waits
    office = Office(folder)
    app = create_app(office, Memory(office), lambda: {})  # type: ignore[arg-type]  # of an intake, SMS needs no more
    create_server(app, host="127.0.0.1", port=port, threads=WEB_THREADS, ident="").run()


def _until_open(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise TimeoutError("the server did not start")


# -- at the intake, against plain sqlite-utils


def _naive(folder: Path) -> Iterator[Row]:
    office = Office(_at_twilio(folder / "intake"))
    writer = Writer(office.store_file)
    intake, naive = Intake(office, writer), Naive(office, folder / "naive.db")
    ours, naives, first = [], [], 0
    with ThreadPoolExecutor(CALLERS) as pool:
        for measured in range(-1, ROUNDS):  # the first round warms up
            rates = (
                _rate(pool, intake.exchange, office, first, EACH),
                _rate(pool, naive.exchange, office, first, NAIVE_EACH),
            )
            first += CALLERS * EACH
            if measured >= 0:
                ours.append(rates[0])
                naives.append(rates[1])
    writer.close()
    yield Row(f"sms: intake, {CALLERS} at once", median(ours), "/s")
    yield Row("sms: plain sqlite-utils, the same work", median(naives), "/s")
    ratio = median(one / other for one, other in zip(ours, naives, strict=True))
    yield at_least("sms: intake, against plain sqlite-utils", ratio, "x", 8)


def _rate(
    pool: ThreadPoolExecutor, exchange: Callable[[Message], Answered], office: Office, first: int, each: int
) -> float:
    """Messages a second, when every thread has one interview after the other."""

    def interviews(caller: int) -> None:
        for phone in range(first + caller * each, first + (caller + 1) * each):
            for place, text in enumerate(texters.INTERVIEW):
                key, sender = f"SM{phone}-{place}", texters.number(phone)
                exchange(Message(key, SMS, sender, text, office.now(), "twilio", at_once=True))

    began = time.perf_counter()
    list(pool.map(interviews, range(CALLERS)))
    return CALLERS * each * len(texters.INTERVIEW) / (time.perf_counter() - began)


# -- through a modem


def _gammu(folder: Path) -> Iterator[Row]:
    if not shutil.which("gammu-smsd"):
        print("sms: gammu-smsd is not installed, so it is not measured: deploy/system-packages peers", file=sys.stderr)
        return
    from tests.channels.sms.daemon import Daemon

    (folder / "modem").mkdir()
    with Daemon(folder / "modem") as daemon:
        settings = {"transport": '"gammu"', "gammu_folder": f'"{daemon.spool}"', "per_minute": "1000000"}
        office = Office(_office(folder / "gammu", **settings))
        writer = Writer(office.store_file)
        intake, gateway = Intake(office, writer), Gammu(daemon.spool)
        incoming = Incoming(office, intake, gateway, at_once=False)

        def waiting() -> int:
            collect(gateway, incoming)
            return sum(writer.run(lambda c: c.execute("SELECT count(*) FROM message WHERE due > 0").fetchone()))

        began = time.perf_counter()
        for phone in range(AIR):
            daemon.inject(texters.number(phone), "DIGITAL")
        daemon.wait(lambda: waiting() == AIR, "all to come in")
        yield Row(f"sms: gammu-smsd, {AIR} in, each with its answer stored", AIR / (time.perf_counter() - began), "/s")
        sender, began = Sender(office, intake, gateway), time.perf_counter()
        sender.step()
        daemon.wait(lambda: waiting() == 0, "all to go out")
        yield Row(f"sms: gammu-smsd, {AIR} out, each reported", AIR / (time.perf_counter() - began), "/s")
        writer.close()
