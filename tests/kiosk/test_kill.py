"""Whatever was acknowledged survives the death of the process that wrote it, and nothing is there twice."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks.kill import kill

KILLS = 200


def test_a_writer_that_is_killed_at_any_moment_loses_and_doubles_nothing(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = kill(office, KILLS, Random())
    with capsys.disabled():
        print(f"\n{outcome}")
    assert outcome.faults == []
    assert outcome.kills == KILLS
    assert outcome.turns > KILLS, "a writer without load is no test"
    assert outcome.in_commit > 0, "no kill fell inside a commit"
