"""The slip with the code: what stands on it, and its way through a real CUPS to whatever listens as its printer."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from kiosk import catalogue
from kiosk.catalogue import Catalogue
from kiosk.wording import House
from terminal_ui import channel
from terminal_ui.receipt import MARGIN, MM, ROLL, TEXT, Printer, receipt_pdf
from tests.kiosk.running import configure, run

CODE = "1234 5678 901"
DAY = date(2026, 3, 1)
HOUSE = House("Bürgerbüro der Stadt Musterhausen", "03521 000 000")
LOCALES = ("de", "de@easy", "en")
PATIENCE = 30.0  # seconds
STUCK = 3  # seconds after which a job that hangs is given up; CUPS looks every ten


@pytest.fixture(scope="module")
def catalogues() -> Mapping[str, Catalogue]:
    return catalogue.load([channel.catalogues] if channel.catalogues else [])


def read(pdf: bytes, folder: Path, *options: str) -> str:
    """What pdftotext reads on it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")
    (folder / "slip.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", *options, str(folder / "slip.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout


# What stands on it


@pytest.mark.peers
@pytest.mark.parametrize("locale", LOCALES)
def test_the_slip_says_whose_it_is_thanks_the_code_what_for_and_whom_to_call(
    catalogues: Mapping[str, Catalogue], tmp_path: Path, locale: str
) -> None:
    words = " ".join(read(receipt_pdf(CODE, catalogues[locale], HOUSE, DAY), tmp_path).replace("\xa0", " ").split())
    for message in ("thanks", "code", "purpose"):
        assert " ".join(catalogues[locale].say(f"terminal.print.{message}").split()) in words
    for sought in (HOUSE.name, CODE, HOUSE.phone, "2026"):
        assert sought in words


@pytest.mark.peers
@pytest.mark.parametrize("locale", LOCALES)
def test_every_letter_is_large_and_on_the_part_of_the_roll_that_is_printed(
    catalogues: Mapping[str, Catalogue], tmp_path: Path, locale: str
) -> None:
    boxes = read(receipt_pdf(CODE, catalogues[locale], HOUSE, DAY), tmp_path, "-bbox")
    words = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)', boxes)
    assert words
    for left, top, right, bottom, word in words:
        assert MARGIN - 0.1 <= float(left) <= float(right) <= ROLL - MARGIN + 0.1, word
        assert float(bottom) - float(top) >= TEXT, word
    heights = {word: float(bottom) - float(top) for _, top, _, bottom, word in words}
    assert all(heights[group] >= 20 * MM for group in CODE.split()), heights


def test_the_file_itself_tells_no_time_and_the_font_is_in_it(catalogues: Mapping[str, Catalogue]) -> None:
    slip = receipt_pdf(CODE, catalogues["de"], HOUSE, DAY)
    assert slip == receipt_pdf(CODE, catalogues["de"], HOUSE, DAY)
    assert b"D:20000101000000" in slip
    assert b"FontFile2" in slip


def test_a_house_name_wider_than_the_roll_is_set_smaller_and_stays_whole(
    catalogues: Mapping[str, Catalogue], tmp_path: Path
) -> None:
    house = House("Verbandsgemeindeverwaltungsaußenstelle", "")
    if shutil.which("pdftotext"):
        assert house.name in read(receipt_pdf(CODE, catalogues["de"], house, DAY), tmp_path)
    assert receipt_pdf(CODE, catalogues["de"], house, DAY).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["", "  ", "Amt\n\nim  Rathaus"])
def test_a_house_whose_name_is_empty_or_loose_has_slips_too(catalogues: Mapping[str, Catalogue], name: str) -> None:
    """Nobody may lose the code on the screen because it cannot be printed."""
    assert receipt_pdf(CODE, catalogues["de"], House(name, ""), DAY).startswith(b"%PDF")


# A printer


class Result:
    """What `Printer.send` told in the end."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self.worked = False

    def __call__(self, worked: bool) -> None:
        self.worked = worked
        self._told.set()

    def wait(self) -> bool:
        assert self._told.wait(PATIENCE), "the printer told nothing"
        return self.worked


def test_without_a_queue_there_is_no_printer() -> None:
    assert not Printer("").there
    result = Result()
    Printer("").send(b"%PDF", result)
    assert result.wait() is False


def test_a_program_that_is_not_installed_is_told_and_not_raised(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    printer, result = Printer("receipt"), Result()
    assert not printer.there
    printer.send(b"%PDF", result)
    assert result.wait() is False


class Cups:
    """A print server of the test's own: its folders, its socket, and one queue, whose printer is a listener here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printer = socket.create_server(("127.0.0.1", 0))
        self.printer.settimeout(PATIENCE)
        self.socket = folder / "cups.sock"
        for name in ("root", "spool", "spool/tmp", "cache", "state", "logs"):
            (folder / name).mkdir(parents=True)
        (folder / "cups-files.conf").write_text(
            f"ServerRoot {folder}/root\nRequestRoot {folder}/spool\nTempDir {folder}/spool/tmp\n"
            f"CacheDir {folder}/cache\nStateDir {folder}/state\nErrorLog {folder}/logs/error\n"
            f"AccessLog {folder}/logs/access\nPageLog {folder}/logs/page\nUser nobody\nGroup nogroup\n"
            "Sandboxing relaxed\nLogFilePerm 0600\n"
        )
        (folder / "cupsd.conf").write_text(
            f"Listen {self.socket}\nBrowsing No\nDefaultAuthType None\nPreserveJobHistory No\nPreserveJobFiles No\n"
            f"MaxJobTime {STUCK}\n"
            "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
            "<Policy default>\n<Limit All>\nOrder allow,deny\nAllow all\n</Limit>\n</Policy>\n"
        )
        self.process = subprocess.Popen(
            ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as caller:
                    caller.connect(str(self.socket))
                    return
            except OSError:
                assert self.process.poll() is None, (self.folder / "logs" / "error").read_text()
                assert time.monotonic() < until, "cupsd does not listen"
                time.sleep(0.1)

    @property
    def device(self) -> str:
        return f"socket://127.0.0.1:{self.printer.getsockname()[1]}"

    def printed(self) -> bytes:
        """What came out of the printer, to the end of a job."""
        connection, _ = self.printer.accept()
        with connection, connection.makefile("rb") as paper:
            return paper.read()

    def add(self, device: str) -> None:
        """The queue, as deploy/terminal/README.md makes it, or its printer from now on."""
        options = ("-o", "printer-error-policy=abort-job", "-o", "printer-is-shared=false")
        subprocess.run(["lpadmin", "-p", "receipt", "-E", "-v", device, *options], check=True, capture_output=True)

    def forgets(self) -> None:
        """Wait until there is no job, and no file of one."""
        until = time.monotonic() + PATIENCE
        while spooled := [*(self.folder / "spool").glob("[cd]*[0-9]"), *self.jobs("not-completed")]:
            assert time.monotonic() < until, spooled
            time.sleep(0.1)
        assert self.jobs("completed") == []

    def jobs(self, which: str) -> list[str]:
        return subprocess.run(["lpstat", "-W", which, "-o"], capture_output=True, text=True).stdout.splitlines()

    def stop(self) -> None:
        self.printer.close()
        self.process.terminate()
        self.process.wait(PATIENCE)


@pytest.fixture
def cups(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cups]:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin")
    if any(shutil.which(program) is None for program in ("cupsd", "lpadmin", "lp", "lpstat")):
        pytest.skip("cups is not installed")
    folder = Path(tempfile.mkdtemp(prefix="cups-"))
    folder.chmod(0o755)  # its filters run as nobody
    server = Cups(folder)
    try:
        server.wait()
        monkeypatch.setenv("CUPS_SERVER", str(server.socket))
        server.add(server.device)
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.mark.peers
def test_the_code_comes_out_of_the_printer_and_stays_nowhere_in_cups(
    cups: Cups, catalogues: Mapping[str, Catalogue]
) -> None:
    slip = receipt_pdf(CODE, catalogues["de"], HOUSE, DAY)
    printer, result = Printer("receipt"), Result()
    assert printer.there
    asked = time.monotonic()
    printer.send(slip, result)
    assert time.monotonic() - asked < 0.5, "the screen had to wait"
    assert result.wait() is True
    assert cups.printed() == slip
    cups.forgets()
    logs = "".join(file.read_text() for file in (cups.folder / "logs").iterdir())
    assert "5678" not in logs


@pytest.mark.peers
@pytest.mark.parametrize("trouble", ["it is off", "it takes nothing more"])
def test_a_slip_that_does_not_come_out_is_given_up_and_never_comes_out_later(
    cups: Cups, catalogues: Mapping[str, Catalogue], trouble: str
) -> None:
    """Else it would come out in front of whoever stands there when the printer works again."""
    if trouble == "it is off":
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            port = nobody.getsockname()[1]
        cups.add(f"socket://127.0.0.1:{port}")
    result = Result()
    Printer("receipt").send(receipt_pdf(CODE, catalogues["de"], HOUSE, DAY), result)
    assert result.wait() is True, "CUPS has taken it"
    assert len(cups.jobs("not-completed")) == 1
    cups.forgets()
    cups.add(cups.device)
    later = b"the slip of somebody else"
    Printer("receipt").send(later, Result())
    if trouble == "it takes nothing more":
        cups.printed()  # what had reached the printer before
    assert cups.printed() == later


@pytest.mark.peers
def test_a_queue_that_is_not_there_is_told(cups: Cups) -> None:
    printer, result = Printer("gone"), Result()
    assert not printer.there
    printer.send(b"%PDF", result)
    assert result.wait() is False


# The doctor


def test_the_doctor_says_what_a_configured_printer_lacks(office: Path) -> None:
    assert "printer" not in run(office, "doctor").stdout
    configure(office, printer='"receipt-that-nobody-made"')
    said = run(office, "doctor").stdout
    assert "to do    receipt printer at the terminal" in said
    assert "receipt-that-nobody-made: make it" in said
