"""What `kiosk doctor` finds of the phone by Twilio."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.phone.twilio.doctor import findings
from kiosk.office import Office
from tests.channels.phone.shelf import ACCOUNT
from tests.channels.phone.twilio.house import PUBLIC, make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "office", tmp_path / "sounds")


def missing(folder: Path) -> list[str]:
    """What is not there, with its remedy."""
    return [f"{found.what}: {found.remedy}" for found in findings(Office(folder)) if not found.there]


def test_all_is_well(folder: Path) -> None:
    assert missing(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (ACCOUNT, "", "twilio_account under [phone]"),
        (ACCOUNT, "SK00000000000000000000000000000001", "AC and 32 digits"),
        ('twilio_region = ""  # ie1', 'twilio_region = "de1"  # ie1', '"" or "ie1"'),
        (PUBLIC, "", "public_url under [server]"),
        (PUBLIC, "http://dialog.example.org", "HTTPS address"),
        (PUBLIC, "https://localhost:8080", "HTTPS address"),
    ],
)
def test_what_is_missing_is_told(folder: Path, old: str, new: str, told: str) -> None:
    file = folder / "office.toml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    (found,) = missing(folder)
    assert told in found


def test_a_token_that_is_none_is_told_and_not_shown(folder: Path) -> None:
    secret = folder / "secrets" / "twilio_auth_token"
    secret.write_text("a key of the API")
    (found,) = missing(folder)
    assert "secrets/twilio_auth_token" in found
    assert "a key of the API" not in found
    secret.chmod(0o644)
    assert "chmod 600" in missing(folder)[0]
    secret.unlink()
    assert "Put the secret" in missing(folder)[0]
