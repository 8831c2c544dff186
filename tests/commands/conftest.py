"""An office for a test, made as `kiosk init` makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.running import make_office


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return make_office(tmp_path / "office")
