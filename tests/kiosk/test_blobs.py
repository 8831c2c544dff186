"""Scans and recordings lie encrypted beside the store, whole or not at all, and go when nothing refers to them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kiosk import keyring
from kiosk.blobs import GRACE, Blobs
from kiosk.errors import StoreError

SCAN = b"a sheet of paper, scanned " * 99


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keyring.create(tmp_path / "keyring.json")
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> Blobs:
    return Blobs(folder, keyring.load(folder.parent / "keyring.json"))


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def test_what_is_written_is_read_and_cannot_be_read_from_the_disk(blobs: Blobs, folder: Path) -> None:
    uid = blobs.write(SCAN)
    assert blobs.read(uid) == SCAN
    (file,) = files(folder)
    assert b"scanned" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_same_content_twice_is_two_files(blobs: Blobs) -> None:
    assert blobs.write(SCAN) != blobs.write(SCAN)


def test_a_file_under_another_id_does_not_open(blobs: Blobs, folder: Path) -> None:
    """Nobody can lay one person's scan under another's answers."""
    one, other = blobs.write(SCAN), blobs.write(b"other")
    (folder / one[:2] / one).write_bytes((folder / other[:2] / other).read_bytes())
    with pytest.raises(StoreError, match="does not open"):
        blobs.read(one)


def test_what_is_removed_is_gone_and_may_be_removed_again(blobs: Blobs, folder: Path) -> None:
    uid, kept = blobs.write(SCAN), blobs.write(SCAN)
    blobs.remove([uid, uid])
    with pytest.raises(StoreError, match="cannot be read"):
        blobs.read(uid)
    assert [file.name for file in files(folder)] == [kept]


def test_a_sweep_takes_only_old_files_that_nothing_knows(blobs: Blobs, folder: Path) -> None:
    known, new, old = blobs.write(SCAN), blobs.write(SCAN), blobs.write(SCAN)
    half = folder / old[:2] / "half-written.new"
    half.write_bytes(b"")
    now = (folder / new[:2] / new).stat().st_mtime + GRACE / 2
    for file in (folder / known[:2] / known, folder / old[:2] / old, half):
        os.utime(file, (now - GRACE - 1, now - GRACE - 1))
    assert blobs.sweep(frozenset([known]), now) == 2
    assert {file.name for file in files(folder)} == {known, new}


def test_a_disk_that_refuses_leaves_nothing_behind(blobs: Blobs, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        blobs.write(SCAN)
