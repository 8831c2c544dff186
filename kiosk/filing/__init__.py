"""What becomes of scanned pages, inside the writer's transaction: `states` has the table, this does it.

The pages of a sheet wait, sealed, until all are here; then they become one turn, so that what was left out is judged on
the route that the answers lead along. A sheet that was typed in takes no turn from its pages: they are REPEATED or in
CONFLICT. A sheet that was copied has one serial for several people: where a person says ANOTHER, its page begins a
copy, an episode of its own with a code of its own. The pages beside it in its file go with it, and whatever has no such
neighbours joins the last copy that lacks it.

What became no response goes after KEPT in the way a person would have decided: a sheet that still waits is taken with
what is here of it, and all else is dismissed. When a response is erased, what waits of its copy and what is undecided
under its serial go as well, for it may be the same person's. Of a sheet of which nothing was taken yet, an empty
response is made to be erased, because its tombstone keeps away what is scanned later.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kiosk import blobs
from kiosk.blobs import Dropped
from kiosk.errors import RemoteError, UsageError
from kiosk.filing import states
from kiosk.filing.states import NOT_READ, ORIGINAL, Place
from kiosk.identity import code_digest
from kiosk.inputs import Consented, Filled, SpokeLocale, Submitted, Together
from kiosk.interview import final_answers
from kiosk.office import Office
from kiosk.record import Address, AddressKind, Mode, Turn, Via
from kiosk.scan import Decision, Form, Page, PageState, Settled
from kiosk.store.sheets import Earlier, Row, Sheets
from kiosk.turns import Turns

# The one mode that the core names: a form could bring its own only with a column that has the same word in every row.
PAPER = Mode("paper")
KEPT = 90 * 86_400_000  # milliseconds
AT_ONCE = 100  # pages in one transaction


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a page, and the blobs that belong to nothing any more."""

    state: PageState
    dropped: Dropped = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a page that was decided, and the blobs that belong to nothing any more."""

    settled: Settled
    dropped: Dropped


@dataclass(frozen=True, slots=True)
class Finished:
    """What there is to erase: whether there is anything, the response, and the blobs that belong to nothing any
    more."""

    found: bool
    response: int | None
    dropped: Dropped


class Filing:
    """Files pages for one office. Use inside the writer's transaction."""

    def __init__(self, office: Office, turns: Turns) -> None:
        self._office = office
        self._turns = turns
        self._sheets = Sheets(office.keyring)

    def keep(self, connection: sqlite3.Connection, form: Form) -> None:
        """Keep a form that was printed. Raises RemoteError("definition.unknown") where its survey was not defined."""
        definition = self._turns.interviews.definition_id(connection, form.survey, form.version)
        if definition is None:
            raise RemoteError(
                "definition.unknown", "This version of the survey is not known here. Define it.", retryable=True
            )
        self._sheets.keep(connection, form, definition, self._office.now())

    def file(self, connection: sqlite3.Connection, page: Page) -> Filed:
        """File one page. The same page of the same file again changes nothing, unless it can be read only now."""
        brought = [page.scan, *(doubt.evidence for doubt in page.doubts)]
        seen = self._sheets.seen(connection, page.file, page.index)
        if seen and (seen.state not in NOT_READ or page.state in NOT_READ):
            return Filed(seen.state, blobs.unknown(connection, filter(None, brought)))
        code = code_digest(self._office.keyring, page.serial) if page.serial else None
        if page.state is not PageState.FILED or code is None:
            row = self._sheets.put(connection, page, page.state, page.reason, code)
            return Filed(page.state, tuple(self._sheets.without_erased(connection, row)))
        form = self._sheets.form(connection, page.form)
        rows, earlier = self._on_record(connection, form, page.serial, code)
        state, reason = states.STATES[states.place(page, form, rows, earlier)]
        dropped = self._sheets.drop(connection, seen) if seen and seen.state is PageState.REFUSED else []
        row = self._sheets.put(connection, page, state, reason, code)
        match state:
            case PageState.WAITING if form:
                self._sheets.become(connection, row, state, copy=ORIGINAL)
                dropped += self._gather(connection, form, row, ORIGINAL, lacking=False)
            case PageState.REPEATED | PageState.CONFLICT:
                self._sheets.become(connection, row, state, reason=reason, response=states.original(earlier))
                dropped += self._sheets.drop(connection, row) if state is PageState.REPEATED else []
            case PageState.DISMISSED:
                self._sheets.become(connection, row, state, reason=reason, response=states.original(earlier))
                dropped += [*self._sheets.forget(connection, row), *self._sheets.without_erased(connection, row)]
        if state is not PageState.CONFLICT:
            dropped += self._superseded(connection, rows, page.number)
        left = self._sheets.seen(connection, page.file, page.index)
        assert left
        return Filed(left.state, tuple(dropped))

    def decide(self, connection: sqlite3.Connection, number: int, decision: Decision, by: str) -> Decided:
        """What a person decides. Raises UsageError when there is no such page, when it does not fit, or when nobody is
        named."""
        row = self._sheets.find(connection, number)
        if row is None:
            raise UsageError("page.unknown", f"There is no page number {number}. See: kiosk paper list")
        if not by.strip():
            raise UsageError("page.nobody", "Every decision has a name under it. Say who decides.")
        if row.state not in states.ALLOWED[decision]:
            raise UsageError("page.misfit", self._misfit(connection, row, decision))
        waiting = row.state is PageState.WAITING
        sheet = self._waiting(connection, row, row.copy) if waiting else [row]
        for one in sheet:
            self._sheets.settle(connection, one, by, self._office.now())
        match decision:
            case Decision.DISMISS:
                dropped = tuple(uid for one in sheet for uid in self._dismiss(connection, one, f"put aside by {by}"))
                return Decided(Settled(PageState.DISMISSED, _numbers(sheet)), dropped)
            case Decision.COMPLETE:
                dropped = self._gather(connection, self._form(connection, row), row, row.copy, lacking=True)
                return Decided(self._settled(connection, number), dropped)
            case Decision.ANOTHER:
                dropped = self._another(connection, row)
                return Decided(self._settled(connection, number), dropped)

    def tidy(self, connection: sqlite3.Connection) -> Dropped:
        """Compare pages that waited with their sheet if that was typed in meanwhile; and decide what nobody decided
        within KEPT, AT_ONCE pages of it."""
        dropped: list[str] = []
        for row in self._sheets.typed(connection):
            if row.state is PageState.WAITING:
                dropped += self._gather(connection, self._form(connection, row), row, row.copy, lacking=False)
            else:
                dropped += self._dismiss(connection, row, "the answers of its sheet are in")
        for row in self._sheets.overdue(connection, self._office.now() - KEPT, AT_ONCE):
            dropped += self._finish(connection, row, "nobody decided within 90 days")
        return tuple(dropped)

    def finish(self, connection: sqlite3.Connection, code: str, copy: int) -> Finished:
        """Take what waits under this code, or of this copy of the sheet with this number, into a response, and put
        aside what nobody has decided: so that whoever erases that response erases all there is."""
        digest = code_digest(self._office.keyring, code)
        rows = self._sheets.undecided(connection, digest, copy)
        dropped = [uid for row in rows for uid in self._finish(connection, row, "erased")]
        response = self._sheets.response(connection, code, copy)
        forms = filter(None, (self._sheets.form(connection, row.form) for row in rows))
        form = next(forms, None)
        if response is None and copy == ORIGINAL and form and not self._had_response(connection, form, code):
            dropped += self._take(connection, form, code, copy, ())
            response = self._sheets.response(connection, code, copy)
        if response is not None:
            self._sheets.assign(connection, rows, response)
        opened = any(row.state not in (PageState.FILED, PageState.DISMISSED) for row in rows)
        return Finished(opened or response is not None, response, tuple(dropped))

    # -- what is on record

    def _on_record(
        self, connection: sqlite3.Connection, form: Form | None, serial: str, code: bytes
    ) -> tuple[list[Row], list[Earlier]]:
        if form is None:
            return [], []
        return self._sheets.of_sheet(connection, form.id, code), self._sheets.earlier(connection, serial, form.survey)

    def _had_response(self, connection: sqlite3.Connection, form: Form, serial: str) -> bool:
        return states.original(self._sheets.earlier(connection, serial, form.survey)) is not None

    def _superseded(self, connection: sqlite3.Connection, rows: Iterable[Row], number: int) -> list[str]:
        """A scan of this page that could not be read is not needed, now that another one is here."""
        poor = [row for row in rows if row.number == number and row.state is PageState.UNREADABLE]
        return [uid for row in poor for uid in self._dismiss(connection, row, "read from another scan")]

    # -- from pages to a response

    def _gather(self, connection: sqlite3.Connection, form: Form, row: Row, copy: int, *, lacking: bool) -> Dropped:
        """Take the sheet or copy that this page is of: when all of it is here, or `lacking` a page. Of one that was
        typed in, see whether that says the same."""
        rows = self._waiting(connection, row, copy)
        earlier = self._sheets.earlier(connection, row.serial, form.survey)
        if here := next((one.id for one in earlier if one.episode == copy), None):
            return tuple(uid for one in rows for uid in self._late(connection, form, one, here, earlier))
        if lacking or {one.number for one in rows}.issuperset(form.asks):
            return self._take(connection, form, row.serial, copy, rows)
        return ()

    def _late(
        self, connection: sqlite3.Connection, form: Form, row: Row, response: int, earlier: Sequence[Earlier]
    ) -> list[str]:
        """A page of a sheet whose answers are in. One that asks nothing only joins them; otherwise they were typed, and
        either say the same or not."""
        if row.number not in form.asks:
            return self._sheets.taken(connection, row, response)
        interviews = self._turns.interviews
        known = (final_answers(interviews.load(connection, one.id).interview) for one in earlier)
        same = any(states.agree(row.answers, typed) for typed in known)
        state, reason = states.STATES[Place.SAME if same else Place.OTHER]
        self._sheets.become(connection, row, state, reason=reason, response=states.original(earlier))
        return self._sheets.drop(connection, row) if state is PageState.REPEATED else []

    def _take(self, connection: sqlite3.Connection, form: Form, serial: str, copy: int, rows: Sequence[Row]) -> Dropped:
        """One turn with all that is on these pages."""
        survey = self._turns.interviews.survey(connection, form.version)
        answers, doubts = states.relevant(survey, *states.merged(rows))
        lost = blobs.unknown(connection, (doubt.evidence for doubt in doubts if doubt.evidence))
        turn = Turn(
            key=states.key(form, copy, rows),
            mode=PAPER,
            address=Address(AddressKind.SERIAL, serial, copy),
            survey=form.survey,
            input=Together((SpokeLocale(form.locale), Consented(True), Filled(answers), Submitted())),
            at=max((row.at for row in rows), default=self._office.now()),
            via=Via.READ_BY_MACHINE,
            version=form.version,
            code=serial if copy == ORIGINAL else "",
            # A page that was a repetition brings no pictures: they went, as it seemed that they were there.
            doubts=tuple(replace(doubt, evidence="", size=0) if doubt.evidence in lost else doubt for doubt in doubts),
        )
        taken = self._turns.take(connection, self._turns.arrived(turn))
        gone = [uid for row in rows for uid in self._sheets.taken(connection, row, taken.standing.id)]
        return (*taken.dropped, *gone)

    def _waiting(self, connection: sqlite3.Connection, row: Row, copy: int) -> list[Row]:
        """The pages of this copy of its sheet that wait."""
        sheet = self._sheets.of_sheet(connection, row.form, row.code or b"")
        return [one for one in sheet if one.state is PageState.WAITING and one.copy == copy]

    # -- what is decided

    def _settled(self, connection: sqlite3.Connection, number: int) -> Settled:
        """How a page of a sheet stands, after a decision."""
        row = self._sheets.find(connection, number)
        assert row, "a page never goes"
        sheet = self._sheets.of_sheet(connection, row.form, row.code or b"")
        pages = _numbers(one for one in sheet if one.copy == row.copy and one.state is row.state)
        missing = set(self._form(connection, row).asks) - set(pages) if row.state is PageState.WAITING else ()
        return Settled(row.state, pages, tuple(sorted(missing)))

    def _another(self, connection: sqlite3.Connection, row: Row) -> Dropped:
        form = self._form(connection, row)
        rows = self._sheets.of_sheet(connection, form.id, row.code or b"")
        together = states.together(row, rows)
        copy = states.lacking(rows, {one.number for one in together}) or self._next_copy(connection, form, row, rows)
        for one in together:
            self._sheets.become(connection, one, PageState.WAITING, copy=copy)
        return self._gather(connection, form, row, copy, lacking=False)

    def _next_copy(self, connection: sqlite3.Connection, form: Form, row: Row, rows: Iterable[Row]) -> int:
        earlier = self._sheets.earlier(connection, row.serial, form.survey)
        return 1 + max([ORIGINAL, *(one.copy for one in rows), *(one.episode for one in earlier)])

    def _dismiss(self, connection: sqlite3.Connection, row: Row, reason: str) -> Dropped:
        self._sheets.become(connection, row, PageState.DISMISSED, reason=reason, response=row.response)
        return tuple(self._sheets.forget(connection, row))

    def _finish(self, connection: sqlite3.Connection, row: Row, reason: str) -> Dropped:
        row = self._sheets.find(connection, row.id) or row  # it may have been taken with another page of its sheet
        if row.state in (PageState.FILED, PageState.DISMISSED):
            return ()
        if row.state is PageState.WAITING:
            return self._gather(connection, self._form(connection, row), row, row.copy, lacking=True)
        return self._dismiss(connection, row, reason)

    def _form(self, connection: sqlite3.Connection, row: Row) -> Form:
        """Of a page that was read."""
        form = self._sheets.form(connection, row.form)
        assert form, "a form never goes"
        return form

    def _misfit(self, connection: sqlite3.Connection, row: Row, decision: Decision) -> str:
        if decided := self._sheets.decided(connection, row.id):
            return f"Page {row.id} was decided by {decided[1]} already. It is {row.state}."
        fits = " or ".join(str(one) for one in Decision if row.state in states.ALLOWED[one])
        what = f"It can be settled as {fits}." if fits else "There is nothing to decide about it."
        return f"Page {row.id} is {row.state}: it cannot be settled as {decision}. {what}"


def _numbers(rows: Iterable[Row]) -> tuple[int, ...]:
    return tuple(sorted({row.number for row in rows}))
