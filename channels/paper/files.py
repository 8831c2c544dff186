"""From any file to its pages: which kind of file it is, by its first bytes and never by its name, and a copy to read.

A file is copied once, into memory and not onto a disk, and only the copy is read: what somebody does to the file in
the meantime changes nothing, and the hash is that of what was read. A file that changed while it was copied is not
taken; it is whole the next time. What is no plain file, is too large or is none of the four kinds is refused in a
sentence, and so is a page that cannot be opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from channels.paper.images import Picture, Tiff
from channels.paper.pdf import Pdf
from channels.paper.picture import MOST_BYTES, MOST_PAGES, Pages, Refusal, RefusedError, Scan

CHUNK_BYTES = 2**20
HEAD_BYTES = 1_024  # a PDF may begin anywhere in these
MOST_SEALED_BYTES = 64 * 2**20  # sealing takes three times as much memory, in the process that writes the store
TOO_MANY = (
    f"This file has more than {MOST_PAGES} pages: from here on nothing was read. Scan the rest into another file."
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A file as it was. `path` can be opened by any process of ours, as long as the copy is kept."""

    path: Path
    sha256: str  # in hex


@contextmanager
def copied(file: Path) -> Iterator[Copy]:
    """Raises RefusedError."""
    with os.fdopen(os.memfd_create("scan"), "w+b") as copy:
        try:
            yield Copy(Path(f"/proc/{os.getpid()}/fd/{copy.fileno()}"), _copy(file, copy))
        finally:
            copy.truncate(0)  # whoever else has it open still, does not keep the memory


def _copy(file: Path, copy: BinaryIO) -> str:
    """The hash of what was copied."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as source:
            before = os.fstat(source.fileno())
            _check(before)
            digest = sha256()
            while copy.tell() <= before.st_size and (chunk := source.read(CHUNK_BYTES)):
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            after = os.fstat(source.fileno())
    except OSError as error:
        raise RefusedError(f"This file cannot be opened: {error.strerror}.") from None
    if copy.tell() != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
        raise RefusedError("This file changed while it was read. Wait until it is written, then read it again.")
    return digest.hexdigest()


def original(file: Path, digest: str) -> bytes:
    """The whole of a file with this hash, for sealing; b"" where it is too large for that, is none of the plain files,
    cannot be opened, or is not any more what was read."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as source:
            found = os.fstat(source.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_SEALED_BYTES:
                return b""
            content = source.read(MOST_SEALED_BYTES)
    except OSError:
        return b""
    return content if sha256(content).hexdigest() == digest else b""


def beginnings(file: Path, sizes: Iterable[int]) -> Iterator[str]:
    """The hashes of the first so many bytes of a file, for each of these rising sizes that is less than the whole."""
    digest, told = sha256(), 0
    with file.open("rb") as source:
        whole = os.fstat(source.fileno()).st_size
        for size in sizes:
            if size < whole:
                digest.update(source.read(size - told))
                told = size
                yield digest.hexdigest()


def _check(found: os.stat_result) -> None:
    """Before anything is read."""
    if not stat.S_ISREG(found.st_mode):
        raise RefusedError("This is a device or a pipe, and no file.")
    if not found.st_size:
        raise RefusedError("This file is empty. Scan the pages again.")
    if found.st_size > MOST_BYTES:
        raise RefusedError(
            f"This file has {found.st_size // 2**20:,} MB, and {MOST_BYTES // 2**20} are the most. Scan fewer pages"
            " into one file, in grey and with 200 to 300 dots per inch."
        )


def opened(file: BinaryIO) -> Pages:
    """Raises RefusedError."""
    head = file.read(HEAD_BYTES)
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return Tiff(file)
    if head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return Picture(file)
    if b"%PDF-" in head:
        return Pdf(file)
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif"):
        raise RefusedError("This is a HEIC photo. Save it as JPEG, or set the telephone to take JPEG photos.")
    raise RefusedError("This is no scan: scans are PDF, TIFF, PNG or JPEG files.")


def pages(file: Path) -> Iterator[Scan | Refusal]:
    """Every page of a file, in this process. For files that nobody vouches for there is `workers.Workers`."""
    try:
        with copied(file) as copy, copy.path.open("rb") as source:
            document = opened(source)
            for index in range(min(document.count, MOST_PAGES)):
                yield page(document, index)
            if document.count > MOST_PAGES:
                yield Refusal(MOST_PAGES, TOO_MANY)
    except RefusedError as refused:
        yield Refusal(0, str(refused))


def page(document: Pages, index: int) -> Scan | Refusal:
    """One page of an open file."""
    try:
        return document.page(index)
    except RefusedError as refused:
        return Refusal(index, str(refused))
