"""What was accepted is on disk: cut anywhere, what is before the cut stands; nobody reads it; orphans find a home."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import keyring
from kiosk.errors import StoreError
from kiosk.inputs import Began, Chose, Consented, Input, Left, Submitted
from kiosk.keyring import Keyring
from kiosk.record import Address, AddressKind, Turn, Via
from terminal_ui.journal import Journal, Kind, Record, ends, orphans, waiting
from terminal_ui.scene import MODE


def turn(number: int, given_input: Input, session: str = "s") -> Turn:
    address = Address(AddressKind.SESSION, session)
    return Turn(f"{session}:{number}", MODE, address, "counter", given_input, 1_000 + number, Via.TOUCH, "v")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    file = tmp_path_factory.mktemp("keys") / "keyring.json"
    keyring.create(file)
    return keyring.load(file)


@pytest.fixture
def journal(tmp_path: Path, keys: Keyring) -> Iterator[Journal]:
    made = Journal.create(tmp_path, keys)
    yield made
    made.close()


@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=8), data=st.data())
def test_cut_anywhere_the_records_before_the_cut_stand(
    texts: Sequence[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, keys: Keyring
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    whole = Journal.create(folder, keys)
    records = [Record(Kind.DEFINITION, text) for text in texts]
    places = [0]
    for record in records:
        whole.append(record)
        places.append(whole.size)
    file = whole.file
    whole.close()
    cut = data.draw(st.integers(min_value=0, max_value=places[-1]))
    os.truncate(file, cut)
    left = Journal.adopt(file, keys)
    assert left is not None
    found = [record for record, _ in left.read()]
    assert found == records[: len(found)]
    assert len(found) == sum(place <= cut for place in places[1:])
    left.close_interview()
    left.append(Record(Kind.DEFINITION, "after"))
    assert [record.text for record, _ in left.read()][-1] == "after"
    left.close()


def test_torn_into_noise_at_the_end_the_rest_stands(journal: Journal) -> None:
    journal.append(Record(Kind.DEFINITION, "one"))
    end = journal.size
    journal.append(Record(Kind.DEFINITION, "two"))
    with journal.file.open("r+b") as file:
        file.seek(end + 20)
        file.write(b"\0\0\0")
    assert [record.text for record, _ in journal.read()] == ["one"]


def test_damage_in_the_middle_is_told_not_skipped(journal: Journal) -> None:
    for text in ("one", "two"):
        journal.append(Record(Kind.DEFINITION, text))
    with journal.file.open("r+b") as file:
        file.seek(25)
        file.write(b"\0")
    with pytest.raises(StoreError):
        list(journal.read())


def test_nobody_else_can_read_it(journal: Journal) -> None:
    journal.append(Record.of(turn(0, Chose(("Hinterhofgarage",), "remarks"))))
    assert b"Hinterhofgarage" not in journal.file.read_bytes()
    assert b"counter" not in journal.file.read_bytes()
    assert stat.S_IMODE(journal.file.stat().st_mode) == 0o600


def test_a_journal_in_use_is_nobodys_orphan(journal: Journal, keys: Keyring) -> None:
    journal.append(Record.of(turn(0, Began("de"))))
    assert Journal.adopt(journal.file, keys) is None
    assert list(orphans(journal.file.parent, keys)) == []
    assert waiting(journal.file.parent) == 0


def test_an_orphan_is_closed_once(tmp_path: Path, keys: Keyring) -> None:
    dead = Journal.create(tmp_path, keys)
    said: tuple[Input, ...] = (Began("de"), Consented(True), Chose(("yes",), "got_done"))
    for number, given_input in enumerate(said):
        dead.append(Record.of(turn(number, given_input)))
    dead.close()
    assert waiting(tmp_path) == 1
    turns: list[Turn | None] = []
    for _ in range(2):  # whoever adopts it may be killed as well
        (orphan,) = orphans(tmp_path, keys)
        orphan.close_interview()
        turns = [record.turn() for record, _ in orphan.read()]
        orphan.close()
    last = turns[-1]
    assert last is not None
    assert (last.key, last.input, last.at) == ("s:3", Left(), 1_002)
    assert len(turns) == 4


@pytest.mark.parametrize("last", [Submitted(), Left(), Consented(False)])
def test_an_interview_that_ended_is_not_closed_again(tmp_path: Path, keys: Keyring, last: Input) -> None:
    dead = Journal.create(tmp_path, keys)
    dead.append(Record.of(turn(0, last)))
    dead.close()
    (orphan,) = orphans(tmp_path, keys)
    orphan.close_interview()
    assert [record.turn() for record, _ in orphan.read()] == [turn(0, last)]
    orphan.remove()
    assert list(tmp_path.iterdir()) == []


def test_it_is_emptied_only_when_delivered_and_between_two_people(journal: Journal) -> None:
    journal.append(Record.of(turn(0, Consented(True))))
    assert not journal.empty(journal.size)  # somebody is answering
    delivered = journal.size
    journal.append(Record.of(turn(1, Submitted())))
    assert not journal.empty(delivered)  # there is more
    assert journal.empty(journal.size)
    assert journal.file.stat().st_size == 0
    journal.append(Record.of(turn(0, Began("de"), "t")))
    assert [record.turn() for record, _ in journal.read()] == [turn(0, Began("de"), "t")]


def test_a_folder_that_cannot_be_is_told(tmp_path: Path, keys: Keyring) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="Make room"):
        Journal.create(tmp_path / "file" / "journal", keys)


def test_what_ends_an_interview() -> None:
    assert ends(Submitted())
    assert ends(Left())
    assert ends(Consented(False))
    assert not ends(Consented(True))
    assert not ends(Chose(("1",), "q"))
