"""When an SMS was sent, by our clock: the network's stamp, corrected by how far the two clocks are apart.

A reply belongs to the newest question that was out when it was sent. Were our clock a minute fast and the network's
not, every reply would seem to be older than its question.
"""

from __future__ import annotations

from collections import deque

SECOND = 1_000  # milliseconds


class NetworkClock:
    """When a message was sent, by our clock, from the stamp of one SMS centre, whose clock may differ from ours.

    The smallest (arrival - stamp) of the last 50 messages is how far the two clocks are apart, and how long a message
    takes at least. A stamp is cut to whole seconds, so the end of its second is taken; and no message was sent after
    it arrived.
    """

    def __init__(self) -> None:
        self._delays: deque[int] = deque(maxlen=50)

    def sent_at(self, stamp: int | None, arrival: int) -> int:
        """All three are UTC epoch milliseconds. To be called once for each message. Without a stamp, its arrival."""
        if stamp is None:
            return arrival
        self._delays.append(arrival - stamp)
        return min(arrival, stamp + SECOND - 1 + min(self._delays))
