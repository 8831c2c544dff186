"""The front page in a real browser: readable without a script, and nothing is asked of any other host."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.commands import init

pytestmark = pytest.mark.peers

BROWSER = shutil.which("chromium")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Iterator[str]:
    """The address of a running office."""
    office = tmp_path / "office"
    init.make(office)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = office / "office.toml"
    settings.write_text(settings.read_text().replace("port = 8080", f"port = {port}").replace("= 8081", "= 0"))
    server = subprocess.Popen([sys.executable, "-m", "kiosk", "--office", str(office), "start"])
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def seen(address: str, profile: Path) -> str:
    """The document as the browser holds it."""
    if BROWSER is None:
        pytest.skip("chromium is not installed")
    command = [BROWSER, *QUIET, f"--user-data-dir={profile}", "--dump-dom", address]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize("locale", ["de", "de@easy", "en"])
def test_the_front_page_leads_to_every_open_survey(page: str, locale: str, tmp_path: Path) -> None:
    document = seen(f"{page}?lang={locale}", tmp_path / "profile")
    assert re.findall(r'href="/survey/(\w+)', document) == ["counter", "digital", "vote"]
    assert set(re.findall(r'(?:src|href)="(?:https?:)?//([^/"]+)', document)) == set(), "another host"
    assert "<script" not in document
