"""Offices for tests of paper, made as `kiosk init` makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.running import make_office

KINDS = Path(__file__).parent / "kinds.toml"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return make_office(tmp_path / "office")


@pytest.fixture(scope="module")
def kinds_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a survey “kinds” that has a question of every kind. For a whole module: every form has a number of its
    own."""
    folder = make_office(tmp_path_factory.mktemp("enter") / "office")
    head, _, _ = (folder / "surveys/counter.toml").read_text().partition("[[question]]")
    text = head.replace('keyword = "BESUCH"', 'keyword = "ARTEN"') + KINDS.read_text()
    (folder / "surveys/kinds.toml").write_text(text)
    return folder
