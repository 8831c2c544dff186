"""Where CI=true nothing that a test with peers needs may be missing: there a skip in the peers run is a failure.

Otherwise a daemon that can no longer be installed would turn its tests off without anybody hearing of it.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    in_ci = os.environ.get("CI") == "true" and config.getoption("markexpr") == "peers"
    if in_ci and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} may not be skipped where CI=true. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _forbid_skip(report, item.config)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole module can be skipped, too: pytest.importorskip at its top."""
    report = yield
    _forbid_skip(report, collector.config)
    return report
