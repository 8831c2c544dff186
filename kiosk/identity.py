"""Whose interview a turn belongs to, and the codes that name one without naming a person.

Receipt code, participation code and sheet serial share one grammar: ten random digits and a check digit after Damm
(H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004), which finds every single wrong digit and every swap of
neighbours: the two mistakes people make when they copy a number. Shown in groups of 4, 4 and 3. Stored only as a keyed
hash, and sealed for as long as it may have to be said again.

An address names an interview within one survey. A party (a phone number) can have several one after another, its
episodes: two people share a landline. A code joins the interview it was given for, from anywhere.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections import deque

from kiosk.errors import UsageError
from kiosk.keyring import Keyring
from kiosk.record import Address, AddressKind, Turn
from kiosk.store.interviews import Interviews

DIGITS = 10  # random ones
GUESSES = 30  # codes that name nothing, in an hour and channel
HOUR = 3_600_000  # milliseconds
# A totally anti-symmetric quasigroup of order 10 with a zero diagonal, from Damm's thesis, page 98.
DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class Guesses:
    """How many codes that name nothing came in by one channel: so many an hour, and then none is taken."""

    def __init__(self) -> None:
        self._times: deque[int] = deque(maxlen=GUESSES)

    def note(self, now: int) -> None:
        self._times.append(now)

    def allowed(self, now: int) -> bool:
        """`now` in epoch milliseconds."""
        return len(self._times) < GUESSES or now - self._times[0] >= HOUR


def check_digit(digits: str) -> str:
    """Damm's check digit of some digits. Of digits with their right check digit it is "0"."""
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return str(interim)


def new_code() -> str:
    """Ten random digits and their check digit."""
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    return digits + check_digit(digits)


def grouped(code: str) -> str:
    """A code as it is shown: 1234 5678 901."""
    return f"{code[:4]} {code[4:8]} {code[8:]}"


def read_code(typed: str) -> str:
    """The digits of a code as somebody typed it, with any spaces, dots or dashes. Raises UsageError when mistyped."""
    code = "".join(letter for letter in typed if not letter.isspace() and letter not in ".-–/")
    if len(code) != DIGITS + 1 or not (code.isascii() and code.isdigit()):
        raise UsageError("code.form", f"A code has {DIGITS + 1} digits, as in 1234 5678 901. Please look again.")
    if check_digit(code) != "0":
        raise UsageError("code.mistyped", "A digit of this code is wrong, or two are swapped. Please look again.")
    return code


def code_digest(keyring: Keyring, code: str) -> bytes:
    return keyring.digest(code, "code")


def address_digest(keyring: Keyring, address: Address) -> bytes:
    if address.kind is AddressKind.CODE:
        return code_digest(keyring, read_code(address.value))
    return keyring.digest(address.value, address.kind)


def turn_digest(keyring: Keyring, turn: Turn) -> bytes:
    """What makes a turn the same turn: its key among those of its address. Two modems both count from 1."""
    address = turn.address
    return keyring.digest(f"{turn.mode}\0{address.kind}\0{address.value}\0{turn.key}", "turn")


def resolve(
    connection: sqlite3.Connection, interviews: Interviews, address: Address, digest: bytes, survey: str
) -> int | None:
    """The response a turn belongs to; None when it is the first of its address. Raises UsageError for a code that
    names nothing, or another survey's interview."""
    if address.kind is AddressKind.CODE:
        row = connection.execute(
            "SELECT r.id, d.survey FROM response r JOIN definition d ON d.id = r.definition WHERE r.code_digest = ?",
            (digest,),
        ).fetchone()
        if row is None:
            raise UsageError("code.unknown", "There is no answer with this code here.")
        if row[1] != survey:
            raise UsageError("code.other_survey", "This code belongs to another survey.")
        return int(row[0])
    return interviews.find(connection, address, digest, survey)
