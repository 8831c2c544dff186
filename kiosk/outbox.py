"""What has still to go out: it is in the store in the same transaction as the turn that caused it, and sent at least
once.

    waiting --claim--> sending --Sent--> sent --Delivered--> delivered
       ^                  |               |
       +----Retryable-----+---------------+  after 5, then after 10 minutes; after the third try: failed
                          +--Permanent--> failed        STOPP: waiting -> stopped

The core sends nothing: a channel claims what is due, hands it to its provider and reports. A process that dies between
the two leaves `sending` behind, which is due again when its pause is over: so a message may go out twice, and is never
lost. A provider that cannot tell at once says `queued`: the message stays `sending` until its report comes, and when
the pause is over without one it is handed over again, which counts as no try and doubles nothing, for such a provider
knows a uid again. Reports may come in any order and more than once; a message only ever moves forward, and `delivered`
is the last word. The receiver's number stands here, sealed, as long as it is needed to send, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What a provider says of one message."""

    QUEUED = "queued"  # taken by our own gateway; what became of it is reported later
    SENT = "sent"  # handed to the carrier
    DELIVERED = "delivered"
    RETRYABLE = "retryable"
    PERMANENT = "permanent"
    OPTED_OUT = "opted_out"  # the carrier stops everything to this number; counts as STOPP


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` is the provider's own, never its sentence; `reference` the provider's name for the message."""

    fate: Fate
    code: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be sent now. `uid` (16 hexadecimal digits) stays the same when it is tried again."""

    uid: str
    number: str
    text: str
    attempt: int
