"""The office's secrets: keys that encrypt what residents said, and the key that hashes what names them.

    sealed = key id (4 bytes) + nonce (12) + AES-256-GCM(plain, bound to a purpose)

The key id makes rotation possible: new things are sealed with the current key, old ones open with the key that they
name. The purpose is authenticated, so what was sealed as one sort of thing does not open as another. Hashes are
HMAC-SHA256, because a phone number or a code of ten digits has too little entropy for a plain hash.

The file lives outside the store (secrets/keyring.json, mode 600). It is made once, with the office, and never again: a
new key beside an old store would make everything in it unreadable without a word.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.errors import ConfigError, StoreError

NONCE = 12  # bytes, NIST SP 800-38D
ID = 4  # bytes
KEY = 32  # bytes: AES-256


class Keyring:
    """Seals, opens and hashes. Safe to use from several threads."""

    def __init__(self, keys: Mapping[int, bytes], current: int, hashing: bytes) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._current = current
        self._prefix = current.to_bytes(ID, "big")
        self._hashing = hashing

    def seal(self, plain: bytes, purpose: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return self._prefix + nonce + self._ciphers[self._current].encrypt(nonce, plain, purpose)

    def unseal(self, sealed: bytes, purpose: bytes) -> bytes:
        """Raises StoreError when the key is not here or the bytes were changed."""
        cipher = self._ciphers.get(int.from_bytes(sealed[:ID], "big"))
        if cipher is None:
            raise StoreError("keyring.unknown_key", "The key this was sealed with is not in secrets/keyring.json.")
        try:
            return cipher.decrypt(sealed[ID : ID + NONCE], sealed[ID + NONCE :], purpose)
        except (InvalidTag, ValueError):
            raise StoreError(
                "keyring.not_ours", "A sealed value does not open: another office's key, or a damaged disk."
            ) from None

    def digest(self, value: str, purpose: str) -> bytes:
        """16 bytes that stand for `value` and cannot be turned back without the key."""
        return hmac.digest(self._hashing, f"{purpose}\0{value}".encode(), sha256)[:16]


def create(file: Path) -> None:
    """Make a new keyring file of mode 600, whole and durable before anything is sealed with it. Raises FileExistsError
    when there is one."""
    keys = {"1": base64.b64encode(secrets.token_bytes(KEY)).decode()}
    content = {"current": 1, "keys": keys, "hashing": base64.b64encode(secrets.token_bytes(KEY)).decode()}
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        out.write(json.dumps(content, indent=1) + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(new, file)  # unlike a rename, this never replaces a keyring
    finally:
        new.unlink()
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)


def load(file: Path) -> Keyring:
    """Raises ConfigError when the file is missing, unreadable or open to others."""
    try:
        if file.stat().st_mode & 0o077:
            raise ConfigError("keyring.open", f"Others can read {file}. Run: chmod 600 {file}")
        content = json.loads(file.read_text())
        keys = {int(number): base64.b64decode(key, validate=True) for number, key in content["keys"].items()}
        keys[int(content["current"])]  # a keyring without its current key is broken: LookupError
        hashing = base64.b64decode(content["hashing"], validate=True)
        if any(len(key) != KEY for key in (*keys.values(), hashing)):
            raise ValueError(KEY)
        return Keyring(keys, int(content["current"]), hashing)
    except FileNotFoundError:
        raise ConfigError(
            "keyring.missing",
            f"The key file {file} is missing. Put it back from your backup: without it nothing encrypted can be read.",
        ) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise ConfigError(
            "keyring.broken", f"The key file {file} cannot be read. Put it back from your backup."
        ) from None
