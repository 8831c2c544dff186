"""What stands in gammu-smsd's files, as values: reading a received message, naming and writing one to be sent.

Received messages are read in gammu's `detail` format, the only one of its three that says all we need. `unicode` and
`standard` hold the text alone: the sender would have to come from the file's name, where a * is an X, and a delivery
report would look like a message. `standard` besides is written in the daemon's locale, and both put each part of a long
message into a file of its own. In `detail` everything that matters stands in hexadecimal UTF-16, so that no locale and
no line break in a text can spoil it; the lines with ";" repeat the text and are not looked at.

Nothing here touches a file or looks at a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_SECOND = 1000
_SENT_NAME = re.compile(r"OUT\w*_(?P<number>\+?\d+)_(?P<uid>[0-9a-f]{16})\.txt", re.ASCII)
_NUMBER = re.compile(r"\+?\d+", re.ASCII)
_TEXT_LINE = re.compile(r"Text\d+")


class UnreadableError(Exception):
    """A file that is no whole message: the daemon was stopped, or the disk was full, while it was written."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One received SMS, all its parts put together. `stamp` (UTC epoch milliseconds, whole seconds) is what the SMS
    centre `centre` wrote on its first part, None if that was no time."""

    sender: str
    text: str
    stamp: int | None
    centre: str


def read(data: bytes) -> Letter | None:
    """The message in one file of the inbox; None for what no resident wrote: delivery reports, pictures, settings. Of a
    long one whose parts did not all come in time, what there is. Raises UnreadableError."""
    parts = _sections(data)
    if not parts or any("MessageReference" not in part for part in parts):  # the last line of each
        raise UnreadableError
    first = parts[0]
    if first.get("PDU") == "Status_Report" or first.get("Coding") == "8bit":
        return None
    try:
        text = "".join(value for part in parts for name, value in part.items() if _TEXT_LINE.fullmatch(name))
        # Put together before decoding, because an emoji may begin in one part and end in the next.
        return Letter(
            sender=_from_hex(first["NumberUnicode"]),
            text=_from_hex(text),
            stamp=_epoch(first["DateTime"]) if "DateTime" in first else None,
            centre=first.get("SMSCUnicode", ""),
        )
    except (KeyError, ValueError, OverflowError):
        raise UnreadableError from None


def _sections(data: bytes) -> list[dict[str, str]]:
    sections: list[dict[str, str]] = []
    for line in data.decode("ascii", "replace").split("\n"):  # never splitlines: a comment may hold other line ends
        if line.startswith("[SMSBackup"):
            sections.append({})
        elif sections and not line.startswith(";"):
            name, found, value = line.partition("=")
            if found:
                sections[-1][name.strip()] = value.strip()
    return sections


def _from_hex(value: str) -> str:
    return bytes.fromhex(value).decode("utf-16-be", "replace")


def _epoch(value: str) -> int:
    """Gammu writes the SMS centre's local time, and of its zone only whether it is UTC ("Z"). Otherwise the zone of
    this machine is taken, which is in the same country."""
    stamp = datetime.strptime(value[:15] + "Z", "%Y%m%dT%H%M%S%z")
    if not value.endswith("Z"):
        stamp = stamp.replace(tzinfo=None).astimezone()
    return int(stamp.timestamp()) * _SECOND


def outgoing_name(uid: str, number: str, now: datetime) -> str | None:
    """The name under which the daemon sends a file of its outbox; it goes by the names' order. None if `number` is
    none, since it would be part of a path."""
    if not _NUMBER.fullmatch(number):
        return None
    return f"OUTC{now.astimezone(UTC):%Y%m%d_%H%M%S_%f}_{number}_{uid}.txt"


def outgoing_data(text: str) -> bytes:
    """UTF-16 with its mark: anything else the daemon reads in the locale it was started in, up to the first umlaut."""
    return ("\ufeff" + text).encode("utf-16-le")


def uid_and_number(name: str) -> tuple[str, str] | None:
    """Of a file that has such a name; None for what somebody else put there."""
    match = _SENT_NAME.fullmatch(name)
    return (match["uid"], match["number"]) if match else None
