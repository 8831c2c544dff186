"""Everything that can go wrong for somebody who runs or extends the kiosk, as four typed errors.

Who has to act decides the class: the author of a survey (`SurveyError`), a peer over a network (`RemoteError`),
we ourselves and our disk (`StoreError`), or the operator (`ConfigError`). Each carries a stable code for programs and
a sentence that says what to do for people. A reply that was not understood is no error: see `prompt.Problem`.

Neither a code nor a sentence may ever quote a respondent: errors end up in logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple


class KioskError(Exception):
    """The base of the four. `code` is stable, `sentence` says what to do."""

    exit_status: ClassVar[int] = 70
    http_status: ClassVar[int] = 500

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.sentence} [{self.code}]"


class Fault(NamedTuple):
    """One thing wrong with a survey file: where it is, what it is, and what to do about it."""

    file: str
    what: str
    remedy: str
    question: str = ""
    locale: str = ""

    def __str__(self) -> str:
        where = [self.file]
        if self.question:
            where.append(f"question {self.question}")
        if self.locale:
            where.append(f"locale {self.locale}")
        return f"{', '.join(where)}: {self.what}. {self.remedy}"


class SurveyError(KioskError):
    """A survey cannot be asked. Carries every fault at once, so that its author mends them in one go."""

    exit_status = 65  # EX_DATAERR of sysexits.h
    http_status = 422

    def __init__(self, faults: Sequence[Fault], code: str = "survey.faults") -> None:
        self.faults = tuple(faults)
        super().__init__(code, "\n".join(str(fault) for fault in self.faults))

    def __str__(self) -> str:
        return self.sentence


class RemoteError(KioskError):
    """A peer did not do its part. `retryable` tells whether the same request may go through later."""

    exit_status = 69  # EX_UNAVAILABLE
    http_status = 502

    def __init__(self, code: str, sentence: str, *, retryable: bool) -> None:
        super().__init__(code, sentence)
        self.retryable = retryable


class StoreError(KioskError):
    """The store could not do what it is there for. Nothing that was acknowledged is lost by it."""

    exit_status = 74  # EX_IOERR
    http_status = 503


class ConfigError(KioskError):
    """Something in the office folder, on the command line or on the machine has to be put right by the operator."""

    exit_status = 78  # EX_CONFIG
    http_status = 500


class UsageError(ConfigError):
    """The command line names something that is not there: a survey, a locale, a code."""

    exit_status = 64  # EX_USAGE
    http_status = 404
