"""Where the terminal in the browser is, and by which addresses it may be reached: from [terminal] in office.toml. And
what follows for the rest of the office: a worker, a link on the front page, what `kiosk doctor` says.

By default it is on loopback, for this machine's own browser. For a tablet there are two ways:

- behind the house's web server with TLS: `browser_url` names the address the tablets use;
- at a market stand, in a closed WLAN that encrypts by itself: `browser_host` is this machine's address in that WLAN.

A page may only talk to the server from one of these addresses, and the server only answers to one of them; so no other
site can use it through a visitor's browser, not even under a name that it made point here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from kiosk.channel import Finding, Link, Worker
from kiosk.errors import ConfigError
from kiosk.office import Office

FONTS = Path("/usr/share/fonts/truetype/dejavu")
FONT, BOLD = "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"
LOCAL = {4: "127.0.0.1", 6: "::1"}
LOCALHOST = "localhost"
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """`urls`: every address at which a page of ours may be open, the most public one first."""

    host: str
    port: int
    sessions: int
    urls: tuple[str, ...]

    @property
    def origins(self) -> frozenset[str]:
        """As a browser names where a page comes from."""
        return frozenset(f"{parts.scheme}://{_network(parts)}" for parts in map(urlsplit, self.urls))

    @property
    def hosts(self) -> frozenset[str]:
        """As a browser names whom it wants to reach."""
        return frozenset(_network(urlsplit(url)) for url in self.urls)


def place(office: Office) -> Place | None:
    """None: the office does not want it. Raises ConfigError for what makes no sense."""
    values = office.settings("terminal")
    port, sessions = int(values["browser_port"]), int(values["browser_sessions"])
    if port == 0:
        return None
    if not 1 <= port <= 65_535:
        raise _wrong("browser_port has to be a number from 1 to 65535, or 0 for none")
    if sessions < 1:
        raise _wrong("browser_sessions has to be at least 1")
    host = str(values["browser_host"])
    try:
        listens = ip_address(host)
    except ValueError:
        raise _wrong("browser_host has to be an address of this machine, such as 127.0.0.1") from None
    named = tuple(_url(url) for url in str(values["browser_url"]).split())
    own = (f"http://{_bracketed(name)}:{port}/" for name in _names(listens))
    return Place(host, port, sessions, (*named, *own))


def workers(office: Office) -> Sequence[Worker]:
    """The server's process, unless the office wants none."""
    if place(office) is None:
        return ()
    return (Worker("browser", (sys.executable, "-u", "-m", "terminal_ui.browser", str(office.folder))),)


def links(office: Office, host: str) -> Sequence[Link]:
    """For whoever reads the front page under this host name: the address under the same name, else the public one. A
    reader who is elsewhere gets no link that only works on this machine."""
    here = place(office)
    if here is None:
        return ()
    same = (url for url in here.urls if urlsplit(url).hostname == host)
    public = (url for url in here.urls if not _is_local(url))
    url = next(same, None) or next(public, None)
    return (Link("terminal.browser.link", url),) if url else ()


def findings(office: Office) -> Iterator[Finding]:
    """What `kiosk doctor` says about it."""
    try:
        here = place(office)
    except ConfigError as error:
        yield Finding("terminal in the browser", False, error.sentence)
        return
    if here is None:
        return
    there = all((FONTS / name).is_file() for name in (FONT, BOLD))
    yield Finding("letters of the terminal in the browser", there, "Install them: apt install fonts-dejavu-core")
    public = not all(map(_is_local, here.urls))
    if ip_address(here.host).is_unspecified and not public:
        yield Finding(
            "address of the terminal in the browser",
            False,
            "It listens to every network but knows none of its own names there: set browser_url under [terminal] in "
            "office.toml to the address that the tablets use.",
        )


def _names(listens: IPv4Address | IPv6Address) -> tuple[str, ...]:
    """How a browser names what listens there; of everything, how this machine's own does."""
    own = LOCAL[listens.version] if listens.is_unspecified else str(listens)
    return (own, LOCALHOST) if own in LOCAL.values() else (own,)


def _is_local(url: str) -> bool:
    """Whether only this machine is reached by it."""
    name = urlsplit(url).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == LOCALHOST


def _url(text: str) -> str:
    if not _is_address(text):
        raise _wrong(f"browser_url: {text} is no address such as https://dialog.example.org/terminal/")
    return text if text.endswith("/") else f"{text}/"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # half a bracket, or no such port
        return False
    more = parts.query or parts.fragment or parts.username
    return parts.scheme in PORTS and bool(parts.hostname) and port != 0 and not more


def _network(parts: SplitResult) -> str:
    """Host and port as browsers write them: in small letters, without the port that goes without saying."""
    name = _bracketed(parts.hostname or "")
    return name if parts.port in (None, PORTS[parts.scheme]) else f"{name}:{parts.port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _wrong(what: str) -> ConfigError:
    return ConfigError("browser.setting", f"Under [terminal] in office.toml, {what}.")
