"""An office for a test, made as `kiosk init` makes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.kiosk.running import make_office

# Time is no test here: a busy machine makes no failure. Generated surveys are big on purpose.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("house")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return make_office(tmp_path / "office")
