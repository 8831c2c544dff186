"""How many forms a practised typist gets done: the real screen in a pty, with a server, five keys a second."""

from __future__ import annotations

import os
import select
import statistics
import time
from pathlib import Path

import pytest

from tests.channels.paper.at_desk import ENTER, AtDesk
from tests.channels.paper.typist import serial
from tests.kiosk.running import Started
from tests.kiosk.window import PIECE

KEYS_A_SECOND = 5
LEAST_A_MINUTE = 4
LONGEST_MS = 50  # until a key is answered
TEXTS = ("", "Bitte mehr Bänke in der Wartehalle aufstellen.", "", "Alles gut, danke.", "Die Schilder sind zu klein.")
ANSWERS = ("211", "1231", "321", "111", "5332")  # of five people, two of whom were asked the fourth question


def pile() -> list[str]:
    """What is typed for each form: number, filled in alone, boxes, the text, and Enter behind the summary."""
    return [f"{serial()}{ENTER}{boxes}{text}{ENTER}{ENTER}" for boxes, text in zip(ANSWERS, TEXTS, strict=True)]


class Hand:
    """Presses a key every so often, and looks how long the screen takes to answer."""

    def __init__(self, desk: AtDesk) -> None:
        self.handle = desk.process.child_fd
        self.took_ms: list[float] = []

    def press(self, key: str, at: float) -> None:
        while (left := at - time.perf_counter()) > 0:
            if select.select([self.handle], [], [], left)[0]:
                os.read(self.handle, PIECE)
        began = time.perf_counter()
        os.write(self.handle, key.encode())
        if select.select([self.handle], [], [], 1)[0]:
            self.took_ms.append((time.perf_counter() - began) * 1000)


@pytest.mark.peers
def test_four_forms_a_minute_and_every_key_answered_at_once(office: Path) -> None:
    forms = pile()
    keys = "".join(forms)
    with Started(office), AtDesk(office, "counter") as desk:
        hand, began = Hand(desk), time.perf_counter()
        for place, key in enumerate(keys):
            hand.press(key, began + place / KEYS_A_SECOND)
        desk.resize(81, 24)  # the emulator has not seen what went by
        desk.sees(f"{len(forms)} forms")
        minutes = (time.perf_counter() - began) / 60
    assert len(forms) / minutes >= LEAST_A_MINUTE
    assert statistics.median(hand.took_ms) < LONGEST_MS
    print(
        f"{len(forms)} forms, {len(keys)} keys: {len(forms) / minutes:.1f} a minute; a key is answered after"
        f" {statistics.median(hand.took_ms):.0f} ms (95 of 100: {statistics.quantiles(hand.took_ms, n=20)[-1]:.0f} ms)"
    )
