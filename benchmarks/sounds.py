"""How fast the telephone's sounds are made: every sentence of the sample surveys, in every language, by espeak-ng.

Each is made once, and in the same run looked for once more. What the filter takes of the making is ours, the rest is
the engine's; both are measured for the same sentences.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.table import Row, at_least, at_most, percentile
from channels.phone.level import levelled
from channels.phone.script import phrases
from channels.phone.sounds import RATE, Sounds, pace, seconds
from kiosk.call import Phrase
from kiosk.commands import init
from kiosk.office import Office
from kiosk.voice import Voice
from kiosk.voice.engines import ESPEAK, Halt
from kiosk.voice.resample import resampled

LEAST = 10.0  # seconds of sound made in a second
MOST = 1.0  # milliseconds to find a sound
EVERY = 10  # of the sentences, the time of the filter is taken of one


def run() -> list[Row]:
    """A minute or two."""
    if shutil.which(ESPEAK) is None:
        raise SystemExit(f"benchmarks: {ESPEAK} is not installed; run deploy/system-packages run")
    with tempfile.TemporaryDirectory() as folder:
        init.make(Path(folder) / "office")
        office = Office(Path(folder) / "office")
        wanted = list(dict.fromkeys(one for survey in office.open_surveys() for one in phrases(office, survey)))
        voice = Voice(office.voices, pace)
        return _rows(Sounds(Path(folder) / "sounds", voice), voice, wanted)


def _rows(sounds: Sounds, voice: Voice, wanted: list[Phrase]) -> list[Row]:
    making, length = 0.0, 0.0
    share: list[float] = []
    for number, phrase in enumerate(wanted):
        began = time.perf_counter()
        length += seconds(sounds.file(phrase))
        making += time.perf_counter() - began
        if number % EVERY == 0:
            share.append(_share_of_filter(voice, phrase))
    finding = [_found(sounds, phrase) for phrase in wanted]
    return [
        Row("sounds: sentences of the samples, all languages", len(wanted), ""),
        Row("sounds: made", len(wanted) / making, "/s"),
        at_least("sounds: seconds of sound made in one", length / making, "s", LEAST),
        Row("sounds: of that, filter and loudness", 100 * sum(share) / len(share), "%"),
        Row("sounds: found, once they are made", len(wanted) / sum(finding) * 1000, "/s"),
        at_most("sounds: finding one, p95", percentile(finding, 0.95), "ms", MOST),
    ]


def _share_of_filter(voice: Voice, phrase: Phrase) -> float:
    began = time.perf_counter()
    clip = next(voice.ways(phrase.text, phrase.locale)).make(Halt())
    made = time.perf_counter()
    levelled(resampled(clip, RATE))
    ended = time.perf_counter()
    return (ended - made) / (ended - began)


def _found(sounds: Sounds, phrase: Phrase) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    sounds.file(phrase)
    return (time.perf_counter() - began) * 1000
