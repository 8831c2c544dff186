"""What is sealed opens with its key, for its purpose, unchanged; or not at all."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from kiosk import keyring
from kiosk.errors import ConfigError, StoreError
from kiosk.keyring import ID, KEY, NONCE, Keyring

PLAIN = "Mehr Bänke am Markt".encode()
OLD, NEW, HASHING = b"o" * KEY, b"n" * KEY, b"h" * KEY


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "keyring.json"
    keyring.create(file)
    return file


def test_what_is_sealed_opens_and_says_nothing_meanwhile(file: Path) -> None:
    keys = keyring.load(file)
    sealed = keys.seal(PLAIN, b"answer")
    assert PLAIN not in sealed
    assert keys.unseal(sealed, b"answer") == PLAIN
    assert keyring.load(file).unseal(sealed, b"answer") == PLAIN, "after a new start as well"
    assert keys.seal(PLAIN, b"answer") != sealed, "the same words do not look the same twice"


@pytest.mark.parametrize("at", [ID, ID + NONCE - 1, ID + NONCE, ID + NONCE + 3, -1])
def test_one_changed_bit_is_found(file: Path, at: int) -> None:
    keys = keyring.load(file)
    sealed = bytearray(keys.seal(PLAIN, b"answer"))
    sealed[at] ^= 1
    with pytest.raises(StoreError, match="does not open"):
        keys.unseal(bytes(sealed), b"answer")


@pytest.mark.parametrize("length", [0, 3, ID, ID + NONCE, ID + NONCE + 15, -1])
def test_what_is_cut_off_is_found(file: Path, length: int) -> None:
    keys = keyring.load(file)
    with pytest.raises(StoreError):
        keys.unseal(keys.seal(PLAIN, b"answer")[:length], b"answer")


def test_a_sealed_text_cannot_be_moved_to_another_place(file: Path) -> None:
    keys = keyring.load(file)
    with pytest.raises(StoreError, match="does not open"):
        keys.unseal(keys.seal(PLAIN, b"answer"), b"turn.said")


def test_another_offices_key_does_not_open_it(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    keyring.create(other)
    with pytest.raises(StoreError):
        keyring.load(other).unseal(keyring.load(file).seal(PLAIN, b"answer"), b"answer")


def test_after_a_rotation_old_and_new_both_open() -> None:
    before = Keyring({1: OLD}, 1, HASHING)
    after = Keyring({1: OLD, 2: NEW}, 2, HASHING)
    old, new = before.seal(PLAIN, b"answer"), after.seal(PLAIN, b"answer")
    assert after.unseal(old, b"answer") == after.unseal(new, b"answer") == PLAIN
    with pytest.raises(StoreError, match=r"not in secrets/keyring\.json"):
        before.unseal(new, b"answer")
    with pytest.raises(StoreError, match=r"not in secrets/keyring\.json"):
        Keyring({2: NEW}, 2, HASHING).unseal(old, b"answer")
    assert before.digest("03521", "party") == after.digest("03521", "party"), "a known number stays known"


def test_a_digest_depends_on_value_purpose_and_key(file: Path) -> None:
    keys = Keyring({1: OLD}, 1, HASHING)
    digests = {
        keys.digest("03521", "party"),
        keys.digest("03522", "party"),
        keys.digest("03521", "code"),
        keyring.load(file).digest("03521", "party"),
    }
    assert len(digests) == 4
    assert all(len(digest) == 16 for digest in digests)


def test_only_its_owner_can_read_the_file(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_keys_are_never_made_twice(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        keyring.create(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        keyring.load(file)


def test_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is missing\. Put it back from your backup"):
        keyring.load(tmp_path / "keyring.json")
    assert not (tmp_path / "keyring.json").exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"current": 2}, id="the current key is not there"),
        pytest.param({"keys": {"1": "c2hvcnQ="}}, id="a key is too short"),
        pytest.param({"keys": {"1": "???"}}, id="a key is not base64"),
        pytest.param({"keys": []}, id="keys are no table"),
        pytest.param({"hashing": None}, id="no hashing key"),
        pytest.param({"hashing": ""}, id="an empty hashing key"),
        pytest.param({"keys": {"-1": "bm4="}, "current": -1}, id="a number that no key has"),
    ],
)
def test_a_broken_file_is_refused(file: Path, change: dict[str, object]) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(ConfigError, match=r"cannot be read\. Put it back from your backup"):
        keyring.load(file)


def test_a_file_that_is_no_json_is_refused(file: Path) -> None:
    file.write_text("{")
    with pytest.raises(ConfigError, match="cannot be read"):
        keyring.load(file)
