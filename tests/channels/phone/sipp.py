"""Callers by SIP, played by SIPp (https://sipp.readthedocs.io): what they do is said as a list of acts.

    call(folder, port, [Play([Quiet(1), Key("1")]), Info("2"), HangUp()])

SIPp reports a call as failed when anything comes that the acts do not expect.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.channels.phone.asterisk import PATIENCE
from tests.channels.phone.rtp import ALAW, EVENT, Doing, pcap, seconds
from tests.kiosk.running import free_port

CALLER = "+4915100000001"
OPEN = f"<sip:{CALLER}@127.0.0.1>"  # who lets the number be seen


@dataclass(frozen=True)
class Play:
    """Sound and keys in the sound's stream."""

    doings: Sequence[Doing]


@dataclass(frozen=True)
class Info:
    """A key by SIP INFO."""

    key: str


@dataclass(frozen=True)
class Wait:
    """Neither sound nor anything else, for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True)
class BeHungUp:
    """Wait until the other side ends the call."""


Act = Play | Info | Wait | HangUp | BeHungUp

_HEAD = """\
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: {sender};tag=[call_number]
To: <sip:kiosk@[remote_ip]:[remote_port]>{peer}
Call-ID: [call_id]
CSeq: {count} {method}
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
"""
_OFFER = f"""\
v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP {ALAW} {{events}}
a=rtpmap:{ALAW} PCMA/8000
a=ptime:20
"""
_EVENTS = f"a=rtpmap:{EVENT} telephone-event/8000\na=fmtp:{EVENT} 0-16\n"


def call(
    folder: Path,
    port: int,
    acts: Sequence[Act],
    *,
    calls: int = 1,
    sender: str = OPEN,
    headers: str = "",
) -> None:
    """So many calls at once, to the end of all; every one has to go as the acts say."""
    if not shutil.which("sipp"):
        pytest.skip("sipp is not installed: deploy/system-packages peers")
    if any(isinstance(act, Play) for act in acts) and not _may_send_packets():
        pytest.skip("SIPp plays sound only for who may send raw packets (root, or the capability CAP_NET_RAW)")
    scenario, errors = folder / "scenario.xml", folder / "errors"
    scenario.write_text(_scenario(folder, acts, sender, headers))
    errors.unlink(missing_ok=True)
    argv = ["sipp", f"127.0.0.1:{port}", "-sf", scenario, "-i", "127.0.0.1", "-p", free_port(), "-nostdin"]
    argv += ["-mp", 2 * (free_port() // 2), "-m", calls, "-l", calls, "-r", calls, "-timeout", "60", "-timeout_error"]
    argv += ["-trace_err", "-error_file", errors, "-recv_timeout", 20_000]
    done = subprocess.run(
        [str(word) for word in argv], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60 + PATIENCE
    )
    said = errors.read_text(errors="replace") if errors.exists() else ""
    assert done.returncode == 0, f"SIPp ended with {done.returncode}\n{done.stderr.decode(errors='replace')}\n{said}"


def _scenario(folder: Path, acts: Sequence[Act], sender: str, headers: str) -> str:
    by_rtp = not any(isinstance(act, Info) for act in acts)
    offer = _OFFER.format(events=EVENT if by_rtp else "") + (_EVENTS if by_rtp else "")
    parts = [
        _send("INVITE", 1, sender, "", headers, "application/sdp", offer),
        '<recv response="100" optional="true"/><recv response="180" optional="true"/>',
        '<recv response="200" rrs="true"/>',
        _send("ACK", 1, sender),
    ]
    for number, act in enumerate(acts, 2):
        match act:
            case Play(doings):
                pcap(file := folder / f"{number}.pcap", doings)
                parts.append(f'<nop><action><exec play_pcap_audio="{file}"/></action></nop>')
                parts.append(f'<pause milliseconds="{seconds(doings) * 1000:.0f}"/>')
            case Wait(length):
                parts.append(f'<pause milliseconds="{length * 1000:.0f}"/>')
            case Info(key):
                body = f"Signal={key}\nDuration=160\n"
                parts.append(_send("INFO", number, sender, content="application/dtmf-relay", body=body))
                parts.append('<recv response="200"/>')
            case HangUp():
                parts += [_send("BYE", number, sender), '<recv response="200"/>']
            case BeHungUp():
                parts += ['<recv request="BYE"/>', _ok()]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="caller">\n{"".join(parts)}\n</scenario>\n'


def _send(
    method: str,
    count: int,
    sender: str,
    peer: str = "[peer_tag_param]",
    headers: str = "",
    content: str = "",
    body: str = "",
) -> str:
    head = _HEAD.format(method=method, count=count, sender=sender, peer=peer)
    target = "sip:kiosk@[remote_ip]:[remote_port]" if method == "INVITE" else "[next_url]"
    kind = f"Content-Type: {content}\n" if content else ""
    text = f"{method} {target} SIP/2.0\n{head}{headers}{kind}Content-Length: [len]\n\n{body}"
    again = "" if method == "ACK" else ' retrans="500"'
    return f"<send{again}><![CDATA[\n{text}\n]]></send>"


def _ok() -> str:
    lines = "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n"
    return f"<send><![CDATA[\n{lines}\n]]></send>"


def _may_send_packets() -> bool:
    """CAP_NET_RAW."""
    (effective,) = re.findall(r"(?m)^CapEff:\s*(\w+)", Path("/proc/self/status").read_text())
    return bool(int(effective, 16) >> 13 & 1)
