"""Takes the calls that Asterisk hands over: a TCP server with a thread for each call, inside `kiosk start`.

Asterisk plays an apology after every AGI that ends before we hung up, so there is one thing to do with a call that
cannot be served, for whatever reason: to close its connection. That is what happens to one too many, when the disk is
full, and to all of them when the office stops. What the callers answered before is stored.

Nothing that a caller is or does is logged: neither number nor keys, only what is wrong with us.
"""

from __future__ import annotations

import logging
import secrets
import socket
import threading
import time
import wave
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from phonenumbers import country_code_for_region

from channels.numbers import party
from channels.phone import apology
from channels.phone.asterisk import agi
from channels.phone.asterisk.connection import Connection
from channels.phone.asterisk.line import MARK, AsteriskLine
from channels.phone.line import GoneError, conduct
from channels.phone.recorded import RATE
from channels.phone.sounds import Sounds
from kiosk.call import Caller
from kiosk.channel import Service
from kiosk.errors import ConfigError, KioskError
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.voice.sound import wav

log = logging.getLogger("kiosk")

MOST = 40  # calls at once; a thread each
LOOK = 0.5  # seconds between two looks at whether to stop
ENDING = 3.0  # seconds in which all calls are over that were closed; `kiosk start` waits 5
TRANSPORT = "asterisk"
APOLOGY = "apology.wav"  # the dialplan names it
# What some networks put in place of a number: "anonymous", "restricted", "blocked", "unknown", on a telephone's keys.
WITHHELD = ("266696687", "7378742883", "2562533", "8656696")
RESTRICTED = 0x60  # these bits of a number's presentation say whether it may be shown (Q.951); 0 is yes


def service(office: Office, intake: Intake, sounds: Sounds) -> Service:
    """The loop for `kiosk start`, where office.toml says that calls come by Asterisk."""

    def make() -> tuple[Callable[[], None], Callable[[], None]]:
        values = office.settings("phone")
        recordings, dial = Path(str(values["recordings"])), str(values["dial"])

        def lead(connection: Connection) -> None:
            caller = caller_of(connection.environment(), str(values["country"]))
            line = AsteriskLine(connection, sounds, office.blobs, recordings, dial)
            conduct(line, caller, partial(intake.call, "phone"), office.now)

        server = Server(str(values["fastagi_host"]), int(values["fastagi_port"]), lead)

        def serve() -> None:
            try:
                remove_leftovers(recordings)
                leave_apology(office, sounds)
                intake.cut("phone", TRANSPORT)
            except KioskError as error:
                log.warning("phone: %s", error)
            server.serve()

        return serve, server.stop

    return Service("phone by Asterisk", make)


def caller_of(environment: Mapping[str, str], country: str) -> Caller:
    """Who calls. Asterisk's own id of a call is a time and a count that begins anew with each of its starts."""
    call = f"{environment.get('agi_uniqueid', '')}-{secrets.token_hex(8)}"
    shown, number = environment.get("agi_callingpres", "0"), environment.get("agi_callerid", "")
    if not shown.isdecimal() or int(shown) & RESTRICTED or number.removeprefix("+") in WITHHELD:
        return Caller(TRANSPORT, call)
    # Lines leave the plus away as often as not; a national number has a zero in front, or no country code.
    whole = party(f"+{number}", country) if number.startswith(str(country_code_for_region(country))) else ""
    return Caller(TRANSPORT, call, whole or party(number, country))


def remove_leftovers(recordings: Path) -> None:
    """Remove what was recorded when the office was killed: its calls are over, and nobody waits for it."""
    for file in recordings.glob(f"{MARK}*"):
        with suppress(OSError):
            file.unlink()


def leave_apology(office: Office, sounds: Sounds) -> None:
    """Put the apology where the dialplan finds it when we are not there."""
    files = [sounds.file(phrase) for phrase in apology.phrases(office)]
    frames = bytearray()
    for file in files:
        with wave.open(str(file)) as sound:
            frames += sound.readframes(sound.getnframes())
    whole = files[0].with_name(APOLOGY)
    new = whole.with_suffix(".new")
    try:
        new.write_bytes(wav(bytes(frames), RATE))
        new.chmod(0o640)  # for Asterisk, by the folder's group
        new.rename(whole)
    except OSError as error:
        raise ConfigError("asterisk.apology", f"{whole} cannot be written: {error.strerror}.") from None


class Server:
    """Listens from the start, so that a port that is taken is told at once. `lead` leads one call to its end."""

    def __init__(self, host: str, port: int, lead: Callable[[Connection], None], most: int = MOST) -> None:
        self._lead = lead
        self._most = most
        self._calls: dict[threading.Thread, Connection] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        try:
            if not 1 <= port <= 65_535:
                raise OSError(0, "a port is a number from 1 to 65535")
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._listener = socket.create_server((host, port), family=family, backlog=most)
        except OSError as error:
            raise ConfigError(
                "asterisk.port",
                f"Asterisk cannot hand calls over at {host}:{port}: {error.strerror}."
                " Set another fastagi_host or fastagi_port under [phone] in office.toml, and in Asterisk's dialplan.",
            ) from None
        self._listener.settimeout(LOOK)

    def serve(self) -> None:
        """Take calls until `stop`."""
        while not self._stopping.is_set():
            try:
                accepted, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                if not self._stopping.is_set():
                    raise
                return
            self._take(accepted)

    def stop(self) -> None:
        """End all calls, and come back when they are over."""
        self._stopping.set()
        self._listener.close()
        with self._lock:
            calls = dict(self._calls)
        for connection in calls.values():
            connection.cut()
        until = time.monotonic() + ENDING
        for thread in calls:
            thread.join(max(0.0, until - time.monotonic()))

    def _take(self, accepted: socket.socket) -> None:
        connection = Connection(accepted)
        thread = threading.Thread(target=self._serve_call, args=(connection,), name="call", daemon=True)
        with self._lock:
            full = len(self._calls) >= self._most or self._stopping.is_set()
            if not full:
                self._calls[thread] = connection
                thread.start()
        if full:
            log.warning("phone: %d calls at once are as many as there can be; one more hears the apology", self._most)
            connection.close()

    def _serve_call(self, connection: Connection) -> None:
        """One call; whatever ends it ends no other."""
        try:
            self._lead(connection)
        except GoneError:
            pass  # before it began
        except (KioskError, agi.ProtocolError) as error:
            log.warning("phone: a call could not be served: %s", error)
        except Exception as error:
            log.error("phone: a call ended with %s", type(error).__name__)  # its text might quote a caller
        finally:
            with self._lock:
                del self._calls[threading.current_thread()]
            connection.close()
