"""What somebody on the telephone does, as the packets that SIPp plays: speech in G.711 A-law, keys by RFC 4733."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FRAME = 160  # samples in a packet: 20 ms
STEP = 0.02  # seconds
ALAW, EVENT = 8, 101  # payload types, as the scenario offers them
LOOPBACK = 0x7F000001
EVENTS = "0123456789*#"


@dataclass(frozen=True)
class Key:
    """A key, held for 100 ms."""

    key: str


@dataclass(frozen=True)
class Quiet:
    """Nothing said, for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Spoken:
    """These samples, 8,000 a second."""

    samples: array[int]


Doing = Key | Quiet | Spoken


def seconds(doings: Sequence[Doing]) -> float:
    return sum(1 for _ in _payloads(doings)) * STEP


def pcap(file: Path, doings: Sequence[Doing]) -> None:
    """A capture file as SIPp plays it: it puts addresses and ports of its own in."""
    with file.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, (kind, marked, begun, payload) in enumerate(_payloads(doings)):
            rtp = struct.pack(">BBHII", 0x80, marked << 7 | kind, number + 1, begun, 0x1234) + payload
            udp = struct.pack(">HHHH", 10000, 10000, len(rtp) + 8, 0) + rtp
            ip = struct.pack(
                ">BBHHHBBH4s4s", 0x45, 0, len(udp) + 20, number, 0, 64, 17, 0, b"\x7f\0\0\1", b"\x7f\0\0\1"
            )
            packet = bytes(12) + b"\x08\x00" + ip + udp
            at = number * 20_000
            out.write(struct.pack("<IIII", at // 1_000_000, at % 1_000_000, len(packet), len(packet)) + packet)


def _payloads(doings: Sequence[Doing]) -> Iterator[tuple[int, bool, int, bytes]]:
    """Kind, marker, time stamp and content of a packet every 20 ms."""
    now = 0
    for doing in doings:
        match doing:
            case Key(key):
                for place in range(7):  # five that say how long it lasts, and the last of them twice more
                    lasts, ended = min(place + 1, 5) * FRAME, place >= 4
                    event = struct.pack(">BBH", EVENTS.index(key), ended << 7 | 10, lasts)
                    yield EVENT, place == 0, now, event
                now += 7 * FRAME
            case Quiet(length):
                for _ in range(round(length / STEP)):
                    yield ALAW, False, now, b"\xd5" * FRAME
                    now += FRAME
            case Spoken(samples):
                for start in range(0, len(samples), FRAME):
                    yield ALAW, False, now, bytes(map(_alaw, samples[start : start + FRAME])).ljust(FRAME, b"\xd5")
                    now += FRAME


def _alaw(sample: int) -> int:
    """One sample by the table of ITU-T G.711: sign, segment, and the four bits behind the first of its size."""
    sign, size = (0x80, sample >> 3) if sample >= 0 else (0, ~sample >> 3)
    segment = max(0, size.bit_length() - 5)
    return (sign | segment << 4 | size >> max(1, segment) & 0x0F) ^ 0x55
