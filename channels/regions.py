"""Where Twilio's API is, for SMS and phone alike.

A region is named by host name only. Without the edge beside it, a request reaches the region through the USA.
https://www.twilio.com/docs/global-infrastructure/using-the-twilio-rest-api-in-a-non-us-region
"""

from __future__ import annotations

from collections.abc import Mapping

EDGES: Mapping[str, str | None] = {"": None, "ie1": "dublin"}  # the region of office.toml -> its edge; "": the USA


def api(region: str) -> str:
    """The address of the API in this region, one of EDGES."""
    return f"https://api.{EDGES[region]}.{region}.twilio.com" if region else "https://api.twilio.com"
