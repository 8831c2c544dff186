"""Makes the sounds of all open surveys ahead, so that no caller waits for a voice.

A loop in the server only looks: which surveys are open, in which version, and what lies in voices/. When that changes,
and once a day, it starts this module as a process of its own, which makes what is not there, removes what nobody used
for 30 days, and ends. By itself, because its filter is plain Python, which would take turns with the calls that the
server leads just then; and at the lowest priority.

Only where residents can call: whoever tries the telephone out in a browser hears each sound made when it is its turn.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from channels.phone.script import phrases
from channels.phone.sounds import DAY, Sounds, make, seconds
from kiosk.call import Phrase
from kiosk.channel import Service
from kiosk.errors import ConfigError, KioskError
from kiosk.office import Office
from kiosk.voice import origin

log = logging.getLogger("kiosk")

LOOK = 2.0  # seconds between two looks
NAP = 0.2  # seconds; so long a stop may wait
PROGRESS = 10.0  # seconds between two lines in the log
RESPITE = 600.0  # seconds until it is tried again after a failure, such as a full disk
LOWEST = 19  # priority
TRIES = 5  # sentences that may fail in one language before it is given up

Seen = tuple[object, ...]


def services(office: Office) -> Sequence[Service]:
    """The loop, for `kiosk start`."""
    if office.settings("phone")["transport"] == "simulator":
        return ()
    return (Service("phone sounds", lambda: _loop(office)),)


def _loop(office: Office) -> tuple[Callable[[], None], Callable[[], None]]:
    stopping = threading.Event()

    def serve() -> None:
        made: Seen | None = None
        due = 0.0
        while not stopping.is_set():
            seen, now = _seen(office), time.monotonic()
            if seen != made or now >= due:
                well = _made(office.folder, stopping)
                made, due = seen, now + (DAY if well else RESPITE)
            stopping.wait(LOOK)

    return serve, stopping.set


def _seen(office: Office) -> Seen:
    """What the sounds depend on, as far as it may change while the server runs."""
    try:
        surveys = [(survey.name, survey.version) for survey in office.open_surveys()]
    except ConfigError:  # the folder is away; the server says so
        return ()
    return (surveys, [(file, origin.stamp(file)) for file in sorted(office.voices.glob("*/*"))])


def _made(folder: Path, stopping: threading.Event) -> bool:
    """Let the process do its work; whether it could."""
    # In a session of its own, so that Ctrl-C reaches the server alone, which ends it here.
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder)], stdin=subprocess.DEVNULL, start_new_session=True
    )
    with process:
        while process.poll() is None:
            if stopping.wait(NAP):
                process.kill()
    return process.returncode == 0


# -- the process


def make_all(sounds: Callable[[], Sounds], wanted: Iterable[Phrase]) -> None:
    """Make what is lacking. Raises StoreError when the disk refuses."""
    maker = sounds()
    lacking = [phrase for phrase in dict.fromkeys(wanted) if not maker.there(phrase)]
    if not lacking:
        return
    log.info("phone: making %d sounds", len(lacking))
    began = told = time.monotonic()
    length = made = 0.0
    failed: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in lacking:
        if len(failed[phrase.locale]) >= TRIES:
            continue
        try:
            length += seconds(maker.file(phrase))
            made += 1
        except ConfigError:
            failed[phrase.locale].append(phrase)
            maker = sounds()  # a new one tries again at once what failed here
        if time.monotonic() - told >= PROGRESS:
            told = time.monotonic()
            log.info("phone: %d of %d sounds are made", made, len(lacking))
    for locale, bad in failed.items():
        if bad:
            more = "at least " if len(bad) == TRIES else ""
            log.warning("phone: %s%d sentences in %s have no sound, such as: %s", more, len(bad), locale, bad[0].text)
    log.info("phone: %d sounds are made, %.0f seconds long, in %.0f seconds", made, length, time.monotonic() - began)


def main(folder: Path) -> int:
    """For one office, to the end."""
    os.umask(0o077)
    os.nice(LOWEST)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        office = Office(folder)
        make_all(
            lambda: make(office), (phrase for survey in office.open_surveys() for phrase in phrases(office, survey))
        )
        if removed := make(office).tidy():
            log.info("phone: %d sounds that nobody used for 30 days are removed", removed)
    except KioskError as error:
        log.warning("phone: the sounds are not all made: %s", error)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
