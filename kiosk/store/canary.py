"""Whether these are the keys that the store was made with.

Another office's key file looks as good as the right one: new answers would be sealed with it, and nobody would find out
before an export. So the store holds one sealed word, and whoever opens the store opens that first.
"""

from __future__ import annotations

import sqlite3

from kiosk.errors import ConfigError, StoreError
from kiosk.keyring import Keyring

PURPOSE, WORD = b"canary", b"canary"


def check(connection: sqlite3.Connection, keyring: Keyring) -> bool:
    """True when the keys fit, False for a store that knows none yet. Raises ConfigError when they do not."""
    row = connection.execute("SELECT sealed FROM canary").fetchone()
    if row is None:
        return False
    try:
        return keyring.unseal(row[0], PURPOSE) == WORD
    except StoreError:
        raise ConfigError(
            "keyring.other_office",
            "secrets/keyring.json is not the key file this store was made with."
            " Put the right one back from your backup.",
        ) from None


def remember(connection: sqlite3.Connection, keyring: Keyring) -> None:
    """Check the keys, and in a new store note which they are."""
    if not check(connection, keyring):
        connection.execute("INSERT INTO canary (sealed) VALUES (?)", (keyring.seal(WORD, PURPOSE),))
