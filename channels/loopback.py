"""Pages for a browser on this very machine: the handset and the telephone of the simulators.

They are tools for the staff and no way to take part, so they answer nobody else, and are for all others pages that do
not exist.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Request

CARRIED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")  # set by a web server in front


def asked_here(asked: Request) -> bool:
    """Whether a browser on this machine asks, for a page of ours: no web server in front handed it on, no name of
    somebody else's leads here (DNS rebinding), and no page of somebody else's sent it."""
    own = urlsplit(asked.host_url)
    return (
        is_loopback(asked.remote_addr or "")
        and is_loopback(own.hostname or "")
        and not any(header in asked.headers for header in CARRIED)
        and asked.headers.get("Origin", own.geturl()).rstrip("/") == own.geturl().rstrip("/")
    )


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
