"""What a machine could not read: pending until a person decides, then counted. A scanned sheet with a doubtful mark,
and a recorded voice, which is on the disk for exactly as long as somebody may have to listen to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from kiosk import review
from kiosk.commands import init
from kiosk.definition import to_json, version_of
from kiosk.errors import UsageError
from kiosk.inputs import (
    Began,
    Chose,
    Consented,
    Declined,
    FellSilent,
    Filled,
    Input,
    Left,
    Reopened,
    Said,
    Submitted,
    Together,
)
from kiosk.intake import ABANDONED, Intake
from kiosk.office import Office
from kiosk.prompt import Disposition
from kiosk.record import (
    Address,
    AddressKind,
    Doubt,
    Doubtful,
    DoubtKind,
    Message,
    Mode,
    Reply,
    Response,
    State,
    Turn,
    Via,
)
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import MAX_TEXT, Abandoned, Answer, Kind, Missing, Question, Survey
from tests.kiosk.generated import sample
from tests.kiosk.running import make_office

Scan = Callable[[Mapping[str, Answer], str], "Sheet"]


class Sheet:
    """One sheet of the survey “digital”, read by a machine that was not sure of one mark."""

    def __init__(self, folder: Path, answers: Mapping[str, Answer], doubtful: str) -> None:
        init.make(folder)
        self.office = Office(folder)
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        doubt = Doubtful(doubtful, DoubtKind.MARK, "mark outside its box", reading="2")
        inputs: list[Input] = [Began("de"), Consented(True), Filled(answers), Submitted()]
        for number, given in enumerate(inputs):
            self.say(number, given, doubt if isinstance(given, Filled) else None)
        self.doubt = self.doubts()[0].id

    def say(self, number: int, given: Input, *doubts: Doubtful | None) -> None:
        sheet = Address(AddressKind.SERIAL, "12345678901")
        turn = Turn(f"{number}", Mode("paper"), sheet, "digital", given, 1_000, Via.READ_BY_MACHINE)
        self.intake.receive(replace(turn, doubts=tuple(filter(None, doubts))))

    def doubts(self) -> list[Doubt]:
        with closing(Reads(self.office.store_file, self.office.keyring)) as reads:
            waiting, number = reads.doubts()
        assert len(waiting) == number
        return waiting

    def settle(self, answer: Answer, doubt: int = 0, by: str = "clerk") -> None:
        self.intake.settle(doubt or self.doubt, answer, by)

    def counts(self) -> dict[str, dict[str, int]]:
        """Question -> value -> n."""
        reads = Reads(self.office.store_file, self.office.keyring)
        counted: dict[str, dict[str, int]] = {}
        for (question, value, _), n in reads.counts("digital").items():
            counted.setdefault(question, {})[value] = n
        reads.close()
        return counted

    def response(self) -> Response:
        reads = Reads(self.office.store_file, self.office.keyring)
        (response,) = reads.responses("digital")
        reads.close()
        return response


@pytest.fixture
def scan(tmp_path: Path) -> Iterator[Scan]:
    sheets: list[Sheet] = []

    def make(answers: Mapping[str, Answer], doubtful: str) -> Sheet:
        sheets.append(Sheet(tmp_path / f"office{len(sheets)}", answers, doubtful))
        return sheets[-1]

    yield make
    for sheet in sheets:
        sheet.writer.close()


def pending(*values: str, missing: Missing | None = None) -> Answer:
    return Answer(values, missing, pending=True)


DOUBTFUL_FILTER = {"skills": pending("good"), "support": Answer(("courses",)), "involved_by": Answer(("surveys",))}


def test_a_pending_answer_waits_and_is_not_counted(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    assert "skills" not in sheet.counts()
    assert sheet.response().answers["skills"].pending
    assert [(doubt.question, doubt.kind, doubt.reading) for doubt in sheet.doubts()] == [("skills", "mark", "2")]


def test_settled_it_counts_and_says_who_decided(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    sheet.settle(Answer(("very_good",)))
    assert sheet.counts()["skills"] == {"very_good": 1}
    assert sheet.doubts() == []
    response = sheet.response()
    assert response.provenance["skills"].via is Via.READ_BY_STAFF
    assert response.provenance["skills"].checked_by == "clerk"
    assert response.provenance["involved_by"].via is Via.READ_BY_MACHINE
    assert response.ended == 1_000, "the interview ended when the sheet was handed in"


def test_a_settled_filter_brings_back_what_it_had_hidden(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    assert sheet.response().answers["support"] == Answer(missing=Missing.NOT_ASKED)
    sheet.settle(Answer(("poor",)))
    assert sheet.response().answers["support"] == Answer(("courses",))
    assert sheet.counts()["support"] == {"courses": 1}


def test_an_unreadable_mark_can_be_settled(scan: Scan) -> None:
    sheet = scan({"skills": pending(missing=Missing.UNREADABLE), "involved_by": Answer(("surveys",))}, "skills")
    assert sheet.response().answers["skills"].pending
    sheet.settle(Answer(("good",)))
    assert sheet.counts()["skills"] == {"good": 1}


@pytest.mark.parametrize(
    ("question", "decision", "sentence"),
    [
        ("skills", Answer(("godo",)), "has no such choice. It has very_good, good, fair, poor, very_poor."),
        ("skills", Answer(("good", "poor")), "takes one answer alone"),
        ("skills", Answer((" ",)), "This answer is empty"),
        ("skills", Answer(missing=Missing.NOT_ASKED), "nothing that a person can decide"),
        ("wishes", Answer(), "This answer is empty"),
        ("wishes", Answer(("a" * (MAX_TEXT + 1),)), "more than 2000 letters"),
    ],
)
def test_a_decision_that_is_no_answer_is_refused_and_the_doubt_stays(
    scan: Scan, question: str, decision: Answer, sentence: str
) -> None:
    sheet = scan({"skills": pending("good"), "wishes": pending("Bus")}, question)
    with pytest.raises(UsageError, match=sentence):
        sheet.settle(decision)
    assert len(sheet.doubts()) == 1


@pytest.mark.parametrize(
    ("lowest", "highest", "sentence"),
    [
        (None, None, "takes a whole number, in digits"),
        (18, None, "takes a whole number from 18, in digits"),
        (18, 99, "takes a whole number from 18 up to 99, in digits"),
    ],
)
def test_what_is_no_number_is_told_with_the_bounds(lowest: int | None, highest: int | None, sentence: str) -> None:
    age = Question("age", Kind.INTEGER, {"de": "Wie alt sind Sie?"}, minimum=lowest, maximum=highest)
    assert sentence in review.misfit(age, Answer(("zwanzig",)))
    assert review.misfit(age, Answer(("020",))) == ""


def test_the_first_decision_counts(scan: Scan) -> None:
    sheet = scan(DOUBTFUL_FILTER, "skills")
    sheet.settle(Answer(("good",)))
    with pytest.raises(UsageError, match=r"settled by clerk on 20\d\d-.* That decision stays"):
        sheet.settle(Answer(("poor",)), by="another clerk")
    assert sheet.counts()["skills"] == {"good": 1}


def test_nobody_decides_without_a_name(scan: Scan) -> None:
    with pytest.raises(UsageError, match="Say who decides"):
        scan(DOUBTFUL_FILTER, "skills").settle(Answer(("good",)), by=" ")


def test_a_doubt_that_is_not_there(scan: Scan) -> None:
    with pytest.raises(UsageError, match="no doubt number 99"):
        scan(DOUBTFUL_FILTER, "skills").settle(Answer(("good",)), doubt=99)


# A recorded voice: two questions, neither of them required


def spoken(abandoned: Abandoned) -> Survey:
    whole = sample("digital")
    questions = tuple(question for question in whole.questions if not question.required and question.asks)
    survey = replace(whole, name=f"spoken-{abandoned}", abandoned=abandoned, questions=questions)
    return replace(survey, version=version_of(survey))


KEEPS, DISCARDS = spoken(Abandoned.KEEP), spoken(Abandoned.DISCARD)
OFFICES = Chose(("offices",), "useful_at")
WORDS = "Der Automat im Flur ist zu hoch"
SOUND = b"RIFF and what somebody said" * 99
PHONE = "+4915100000001"


class Caller:
    """An office, and somebody who speaks into it."""

    def __init__(self, folder: Path, survey: Survey) -> None:
        self.office = Office(make_office(folder))
        self.writer = Writer(self.office.store_file)
        self.intake = Intake(self.office, self.writer)
        self.intake.define(to_json(survey))
        self.survey = survey
        self._keys = count()

    def turn(self, given: Input | Said, *doubts: Doubtful) -> Turn:
        return Turn(
            key=f"{next(self._keys)}",
            mode=Mode("phone"),
            address=Address(AddressKind.PARTY, PHONE, 1),
            survey=self.survey.name,
            input=given,
            at=1_000,
            via=Via.SPOKEN if doubts else Via.KEYED,
            version=self.survey.version,
            doubts=doubts,
        )

    def say(self, *given: Input | Said) -> Reply:
        return [self.intake.receive(self.turn(one)) for one in given][-1]

    def recorded(self, question: str = "wishes") -> Turn:
        """The turn with a recording that is on the disk."""
        recording = self.office.blobs.write(SOUND)
        doubt = Doubtful(question, DoubtKind.VOICE, "recorded", evidence=recording, size=len(SOUND))
        return self.turn(Filled({question: Answer(pending=True)}), doubt)

    def speak(self, question: str = "wishes") -> Turn:
        turn = self.recorded(question)
        self.intake.receive(turn)
        return turn

    def settle(self, answer: Answer) -> None:
        (doubt,) = self.doubts()
        self.intake.settle(doubt.id, answer, "clerk")

    def doubts(self) -> list[Doubt]:
        with closing(Reads(self.office.store_file, self.office.keyring)) as reads:
            return reads.doubts()[0]

    def response(self) -> Response:
        with closing(Reads(self.office.store_file, self.office.keyring)) as reads:
            (response,) = reads.responses(self.survey.name)
        return response

    def counts(self) -> dict[tuple[str, str, str], int]:
        with closing(Reads(self.office.store_file, self.office.keyring)) as reads:
            return reads.counts(self.survey.name)

    def rows(self, sql: str) -> set[str]:
        return self.writer.run(lambda connection: {row[0] for row in connection.execute(sql)})

    def recordings(self) -> set[str]:
        """What is on the disk; it is what the store knows, and each has its doubt."""
        files = {file.name for file in (self.office.folder / "blobs").glob("??/*")}
        assert files == self.rows("SELECT uid FROM blob")
        assert files == self.rows("SELECT b.uid FROM doubt d JOIN blob b ON b.id = d.evidence")
        return files


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    caller = Caller(tmp_path / "office", KEEPS)
    caller.say(Began("de"), Consented(True), OFFICES)
    yield caller
    caller.writer.close()


@pytest.fixture
def passer_by(tmp_path: Path) -> Iterator[Caller]:
    """Somebody in a survey that discards what is broken off."""
    caller = Caller(tmp_path / "office", DISCARDS)
    caller.say(Began("de"), Consented(True))
    yield caller
    caller.writer.close()


def test_what_was_spoken_waits_for_somebody_to_listen(caller: Caller) -> None:
    turn = caller.speak()
    (doubt,) = caller.doubts()
    assert (doubt.survey, doubt.version) == (KEEPS.name, KEEPS.version)
    assert (doubt.question, doubt.kind, doubt.reading) == ("wishes", DoubtKind.VOICE, "")
    assert caller.office.blobs.read(doubt.evidence) == SOUND
    assert caller.response().answers["wishes"] == Answer(pending=True), "on record, and not invalid"
    caller.intake.receive(turn)
    assert caller.doubts() == [doubt], "a repeated turn raises nothing twice"
    assert caller.recordings() == {doubt.evidence}


def test_a_number_that_staff_saw_never_names_another_doubt(caller: Caller) -> None:
    """Whoever listened to a recording must not write its words into an answer that came after it."""
    caller.speak()
    (heard,) = caller.doubts()
    caller.say(Reopened("wishes"))
    caller.speak()
    with pytest.raises(UsageError, match="its answer was replaced"):
        caller.intake.settle(heard.id, Answer((WORDS,)), "clerk")
    caller.settle(Answer((WORDS,)))


def test_the_words_come_later_and_then_the_answer_counts(caller: Caller) -> None:
    caller.speak()
    caller.say(Submitted())
    assert caller.response().disposition is Disposition.PARTIAL, "one of two questions"
    recordings = caller.recordings()
    caller.settle(Answer((WORDS,)))
    assert caller.response().answers["wishes"] == Answer((WORDS,))
    assert (caller.response().disposition, caller.response().state) == (Disposition.COMPLETE, State.COUNTED)
    assert caller.counts()["", "complete", "phone"] == caller.counts()["wishes", "given", "phone"] == 1
    assert ("", "partial", "phone") not in caller.counts()
    assert caller.recordings() == recordings != set(), "until the retention is over: somebody may ask"


def test_a_response_that_was_not_counted_is_once_it_is_settled(passer_by: Caller) -> None:
    passer_by.say(Declined(Missing.SKIPPED, "useful_at"))
    passer_by.speak()
    passer_by.say(Submitted())
    assert passer_by.response().state is State.EXCLUDED
    passer_by.settle(Answer((WORDS,)))
    assert passer_by.response().state is State.COUNTED
    assert passer_by.counts()["", "partial", "phone"] == 1


def test_nobody_can_make_it_out(caller: Caller) -> None:
    caller.speak()
    caller.settle(Answer(missing=Missing.UNREADABLE))
    assert caller.response().answers["wishes"] == Answer(missing=Missing.UNREADABLE)


@pytest.mark.parametrize(
    "otherwise", [Chose((WORDS,), "wishes"), Declined(Missing.SKIPPED, "wishes"), Said(WORDS, "wishes")], ids=str
)
def test_who_answers_otherwise_takes_the_recording_back(caller: Caller, otherwise: Input | Said) -> None:
    caller.speak()
    caller.say(Reopened("wishes"))
    assert len(caller.recordings()) == 1, "the old answer stays until another replaces it"
    caller.say(otherwise)
    assert caller.doubts() == []
    assert caller.recordings() == set()


def test_who_speaks_anew_leaves_only_the_new_recording(caller: Caller) -> None:
    old, new = caller.speak(), caller.speak()
    assert caller.recordings() == {new.doubts[0].evidence}
    caller.intake.receive(old)
    assert caller.recordings() == {new.doubts[0].evidence}, "a late repetition brings nothing back"
    caller.intake.receive(caller.turn(new.input, *new.doubts))
    assert caller.recordings() == {new.doubts[0].evidence}, "the same recording once more"
    assert len(caller.doubts()) == 1


def test_one_scan_is_the_evidence_of_two_doubts(caller: Caller) -> None:
    scan = caller.office.blobs.write(SOUND)
    doubts = [Doubtful(name, DoubtKind.MARK, "faint", evidence=scan) for name in ("useful_at", "wishes")]
    both = Filled({"useful_at": pending("offices"), "wishes": pending(WORDS)})
    caller.intake.receive(caller.turn(both, *doubts))
    caller.say(OFFICES)
    assert caller.recordings() == {scan}
    caller.say(Chose((WORDS,), "wishes"))
    assert caller.recordings() == set()


def test_a_recording_that_is_not_waited_for_goes_at_once(caller: Caller) -> None:
    """Its answer came before the consent, after the end, or to a question that is not there."""
    caller.speak("elsewhere")
    assert (caller.doubts(), caller.recordings()) == ([], set())
    caller.say(Submitted())
    caller.speak()
    assert (caller.doubts(), caller.recordings()) == ([], set())


def test_what_comes_after_the_end_takes_no_recording_away(caller: Caller) -> None:
    kept = caller.speak()
    caller.say(Submitted())
    caller.speak()
    assert caller.recordings() == {kept.doubts[0].evidence}


def test_a_repeated_turn_that_was_recorded_anew_leaves_nothing_new(caller: Caller) -> None:
    """A provider says twice that a recording is there, and both are fetched."""
    first, again = caller.speak(), caller.recorded()
    caller.intake.receive(replace(again, key=first.key))
    assert caller.recordings() == {first.doubts[0].evidence}


def test_a_recording_that_comes_with_a_refusal_is_not_kept(caller: Caller) -> None:
    both = Together((Filled({"wishes": Answer(pending=True)}), Left(refused=True)))
    caller.intake.receive(replace(caller.recorded(), input=both))
    assert (caller.doubts(), caller.recordings()) == ([], set())


def erased(caller: Caller) -> None:
    assert caller.intake.erase(caller.say(Submitted()).code)


def stopped_by_sms(caller: Caller) -> None:
    caller.intake.exchange(Message("1", Mode("sms"), PHONE, "STOPP", 2_000, "gammu", at_once=True))


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(lambda caller: caller.say(Left(refused=True)), id="takes the consent back"),
        pytest.param(lambda caller: caller.say(Left()), id="hangs up"),
        pytest.param(lambda caller: caller.say(FellSilent(), FellSilent(), FellSilent()), id="falls silent"),
        pytest.param(stopped_by_sms, id="says STOPP by SMS"),
        pytest.param(erased, id="has the answers erased"),
    ],
)
def test_no_recording_outlives_its_answer(passer_by: Caller, ends: Callable[[Caller], object]) -> None:
    passer_by.say(OFFICES)
    late = passer_by.speak()
    assert len(passer_by.recordings()) == 1
    ends(passer_by)
    assert (passer_by.doubts(), passer_by.recordings()) == ([], set())
    passer_by.intake.receive(late)
    passer_by.speak()
    assert (passer_by.doubts(), passer_by.recordings()) == ([], set())
    assert passer_by.rows("SELECT question FROM answer") == set()


def test_nobody_goes_on_with_it(passer_by: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    passer_by.speak()
    later = passer_by.office.now() + ABANDONED + 1
    monkeypatch.setattr(passer_by.office, "now", lambda: later)
    assert passer_by.intake.expire() == 1
    assert (passer_by.doubts(), passer_by.recordings()) == ([], set())
