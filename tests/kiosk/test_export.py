"""What leaves the store: whole lines by the schema, safe to open, never more in memory than a page of them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import StoreError
from kiosk.inputs import Assisted, Began, Chose, Consented, Input
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.prompt import Disposition
from kiosk.publish.export import as_data, csv_to, jsonl_to, safe
from kiosk.record import Address, AddressKind, Mode, Provenance, Response, State, Turn, Via
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.survey import Answer, Kind
from tests.kiosk.generated import sample
from tests.kiosk.running import answered, run

SCHEMA_FILE = Path(__file__).parents[2] / "kiosk" / "schemas" / "response.v1.json"
SCHEMA = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text()))
COUNTER = sample("counter")
TEXT = COUNTER.questions[-1].name
SATISFIED = COUNTER.questions[0]
WELL = ("1", "1", "1")  # to the first three questions; the fourth is then not asked


def lines(office: Path, survey: str) -> list[dict[str, Any]]:
    done = run(office, "export", survey, "--format", "jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    for line in found:
        SCHEMA.validate(line)
    return found


def table(office: Path, survey: str) -> list[dict[str, str]]:
    done = run(office, "export", survey, "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    return list(csv.DictReader(io.StringIO(done.stdout, newline="")))


def response(**changes: Any) -> Response:
    """One that is complete, with one choice and one text."""
    answers = {SATISFIED.name: Answer((SATISFIED.choices[0].name,)), TEXT: Answer(("Alles gut.",))}
    via = dict.fromkeys(answers, Provenance(Via.KEYED))
    whole = Response(
        uid="0123456789abcdef",
        survey="counter",
        version=COUNTER.version,
        mode=Mode("text"),
        site="",
        locale="de",
        state=State.COUNTED,
        trial=True,
        assisted=Assisted.NO,
        started=1_700_000_000_000,
        ended=1_700_000_060_500,
        disposition=Disposition.COMPLETE,
        answers=answers,
        provenance=via,
    )
    return replace(whole, **changes)


# From the command to the file


def test_answers_are_in_both_forms_with_the_mark_of_a_trial(office: Path) -> None:
    answered(office, "counter", *WELL, "Mehr Bänke, bitte.")
    answered(office, "counter", "7", "8", "3", "2", "skip", locale="en")
    (first, second), rows = lines(office, "counter"), table(office, "counter")
    assert [line["trial"] for line in (first, second)] == [True, True]
    assert [row["trial"] for row in rows] == ["true", "true"]
    assert first["answers"][TEXT] == {
        "values": [],
        "text": "Mehr Bänke, bitte.",
        "missing": None,
        "pending": False,
        "via": "keyed",
        "checked_by": None,
    }
    lacked = COUNTER.questions[3]
    assert first["answers"][lacked.name]["missing"] == "not_asked"
    assert second["answers"][lacked.name]["values"] == [lacked.choices[1].name]
    assert [second["answers"][question.name]["missing"] for question in COUNTER.questions] == [
        "dont_know",
        "refused",
        None,
        None,
        "skipped",
    ]
    assert (first["locale"], second["locale"]) == ("de", "en")
    assert first["survey_version"] == COUNTER.version
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first["started"])
    assert rows[0][TEXT] == "Mehr Bänke, bitte."
    assert rows[0][f"{lacked.name}.missing"] == "not_asked"
    assert rows[1][f"{SATISFIED.name}.via"] == "keyed"
    assert list(rows[0])[:3] == ["id", "survey", "survey_version"]


def test_several_choices_are_one_cell(office: Path) -> None:
    digital = sample("digital")
    several = digital.questions[0]
    assert several.kind is Kind.SELECT_MULTIPLE
    answered(office, "digital", "3, 1", "1", "1", "weiter")
    names = [several.choices[0].name, several.choices[2].name]
    assert lines(office, "digital")[0]["answers"][several.name]["values"] == names
    assert table(office, "digital")[0][several.name] == " ".join(names)


def test_what_is_refused_broken_off_or_discarded_keeps_no_answers(office: Path) -> None:
    for typed in ("2\n", "1\nStopp\n"):
        assert run(office, "try", "counter", typed=typed).returncode == 0
    run(office, "try", "vote", typed="1\n")  # the vote discards what is broken off
    refused, broken = lines(office, "counter")
    (discarded,) = lines(office, "vote")
    assert (refused["disposition"], refused["state"], refused["answers"]) == ("refusal", "excluded", {})
    assert (broken["disposition"], broken["state"]) == ("break_off", "excluded")
    assert {answer["missing"] for answer in broken["answers"].values()} == {"not_asked"}, "nobody got to them"
    assert (discarded["state"], discarded["answers"]) == ("excluded", {})


def test_an_erased_one_is_a_line_without_content(office: Path) -> None:
    code = answered(office, "counter", *WELL, "Das soll weg.")
    answered(office, "counter", *WELL, "Das bleibt.")
    assert run(office, "erase", code).returncode == 0
    erased, kept = lines(office, "counter")
    assert erased == {
        "id": erased["id"],
        "survey": "counter",
        "survey_version": COUNTER.version,
        "channel": "text",
        "site": None,
        "locale": None,
        "disposition": None,
        "state": "withdrawn",
        "trial": True,
        "assisted": None,
        "started": None,
        "duration_seconds": None,
        "answers": {},
    }
    assert kept["answers"][TEXT]["text"] == "Das bleibt."
    assert "weg" not in json.dumps(table(office, "counter"))


def test_an_open_one_is_a_draft(office: Path) -> None:
    own = Office(office)
    writer = Writer(own.store_file)
    given: list[Input] = [Began("de"), Consented(True), Chose((SATISFIED.choices[0].name,), SATISFIED.name)]
    for number, one in enumerate(given):
        visitor = Address(AddressKind.SESSION, "one")
        Intake(own, writer).receive(
            Turn(f"one:{number}", Mode("terminal"), visitor, "counter", one, own.now(), Via.TOUCH)
        )
    (draft,) = lines(office, "counter")
    assert (draft["state"], draft["disposition"], draft["duration_seconds"]) == ("draft", None, None)
    writer.close()


def test_two_versions_are_joined_by_the_questions_name(office: Path) -> None:
    """The second version asks one more, and turns the text into a choice."""
    answered(office, "counter", *WELL, "Alles gut.")
    file = office / "surveys" / "counter.toml"
    head, text = file.read_text().rsplit("[[question]]", 1)
    text = text.replace('kind = "text"', 'kind = "select_one"')
    choices = '[[question.choice]]\nname = "{0}"\nlabel = {{de = "{0}", "de@easy" = "{0}", en = "{0}"}}\n'
    gone = head.index("[[question]]", head.index('name = "waited"') - 40)
    after = head.index("[[question]]", head.index('name = "waited"'))
    file.write_text(
        head[:gone] + head[after:] + "[[question]]" + text + choices.format("more") + choices.format("less")
    )
    answered(office, "counter", "1", "1", "2")
    old, new = lines(office, "counter")
    assert old["survey_version"] != new["survey_version"]
    assert (old["answers"][TEXT]["text"], old["answers"][TEXT]["values"]) == ("Alles gut.", [])
    assert (new["answers"][TEXT]["text"], new["answers"][TEXT]["values"]) == (None, ["less"])
    rows = table(office, "counter")
    assert [row[TEXT] for row in rows] == ["Alles gut.", "less"]
    assert [bool(row["waited"]) for row in rows] == [True, False]
    assert [row["survey_version"] for row in rows] == [old["survey_version"], new["survey_version"]]


def test_a_trial_is_in_no_published_count(office: Path) -> None:
    answered(office, "vote", "1")
    own = Office(office)
    writer = Writer(own.store_file)
    question = sample("vote").questions[0]
    given: list[Input] = [Began("de"), Consented(True), Chose((question.choices[3].name,), question.name)]
    for number, one in enumerate(given):
        turn = Turn(f"real:{number}", Mode("sms"), Address(AddressKind.PARTY, "+49"), "vote", one, own.now(), Via.KEYED)
        Intake(own, writer).receive(replace(turn, review=False))
    writer.close()
    reads = Reads(own.store_file, own.keyring)
    assert reads.counts("vote") == {("", "complete", "sms"): 1, (question.name, question.choices[3].name, "sms"): 1}
    reads.close()
    assert [line["trial"] for line in lines(office, "vote")] == [True, False]


def test_a_survey_without_answers_is_a_head_and_nothing_else(office: Path) -> None:
    assert lines(office, "counter") == []
    assert table(office, "counter") == []
    assert f"{TEXT}.missing" in run(office, "export", "counter", "--format", "csv").stdout
    unknown = run(office, "export", "nothing", "--format", "csv")
    assert (unknown.returncode, unknown.stdout) == (64, "")
    assert "There is no survey “nothing”" in unknown.stderr


def test_a_survey_whose_file_is_gone_is_exported_still(office: Path) -> None:
    answered(office, "vote", "1")
    (office / "surveys" / "vote.toml").unlink()
    assert len(lines(office, "vote")) == 1


# A file appears whole or not at all


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_holds_what_standard_output_says(office: Path, tmp_path: Path, form: str) -> None:
    answered(office, "counter", *WELL, "Zwei\u2028Zeilen; „so“")
    file = tmp_path / f"answers.{form}"
    done = run(office, "export", "counter", "--format", form, "-o", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert file.read_bytes().decode().replace("\r\n", "\n") == run(office, "export", "counter", "--format", form).stdout
    assert [left.name for left in tmp_path.iterdir() if "answers" in left.name] == [file.name]


def test_when_it_breaks_off_the_old_file_stays(office: Path, tmp_path: Path) -> None:
    """One answer in the middle does not open, as on a damaged disk."""
    for text in ("eins", "zwei"):
        answered(office, "counter", *WELL, text)
    file = tmp_path / "answers.csv"
    file.write_text("the export of last week")
    own = Office(office)
    writer = Writer(own.store_file)
    writer.run(lambda c: c.execute("UPDATE answer SET sealed = zeroblob(40) WHERE response = 2 AND sealed IS NOT NULL"))
    writer.close()
    done = run(office, "export", "counter", "--format", "csv", "-o", str(file))
    assert done.returncode == StoreError.exit_status
    assert "Traceback" not in done.stderr
    assert file.read_text() == "the export of last week"
    assert [left.name for left in tmp_path.iterdir() if "answers" in left.name] == [file.name]


def test_a_place_that_cannot_be_written_is_told(office: Path, tmp_path: Path) -> None:
    done = run(office, "export", "vote", "--format", "csv", "-o", str(tmp_path / "no" / "answers.csv"))
    assert done.returncode == StoreError.exit_status
    assert "answers.csv cannot be written: No such file or directory." in done.stderr


# Flat memory: a line is written before the next one is read


@pytest.mark.parametrize("write", [csv_to, jsonl_to])
def test_it_is_streamed(write: Any) -> None:
    written: list[int] = []

    class Out(io.StringIO):
        """Counts lines and keeps none, as a pipe does."""

        def write(self, text: str) -> int:
            written[-1] += text.count("\n")
            return len(text)

    def endless() -> Iterator[Response]:
        for number in count():
            written.append(0)
            yield response(uid=f"{number:016x}")

    written.append(0)
    out = Out()
    write(out, (COUNTER,), islice(endless(), 2_000))
    assert set(written[1:-1]) == {1}


def test_the_store_is_read_page_by_page(office: Path) -> None:
    """The first response is there before the second is read: so nothing holds all of them."""
    for _ in range(2):
        answered(office, "vote", "1")
    own = Office(office)
    reads = Reads(own.store_file, own.keyring)
    responses = reads.responses("vote")
    assert isinstance(responses, Iterator)
    first = next(responses)
    assert first.answers
    reads.close()


# What a spreadsheet would run


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 3521", "'+49 3521"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("＝1", "'＝1"),  # full width, which some spreadsheets read as well
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("gut;=1+1", "gut;'=1+1"),  # where the list separator is a semicolon
        ("gut\n=1+1", "gut\n'=1+1"),
        ("gut\t@x", "gut\t'@x"),
        ("--5", "'--5"),
        ("-5", "-5"),
        ("12", "12"),
        ("a=b, c-d, e@f", "a=b, c-d, e@f"),
        ("", ""),
        (None, ""),
        (True, "true"),
        (False, "false"),
        pytest.param(-5, "-5", id="a number below zero"),
    ],
)
def test_no_cell_is_a_formula(cell: object, shown: str) -> None:
    assert safe(cell) == shown


@given(st.text("=+-@\t\r\n;,'\" a1＝", max_size=12))
def test_no_text_becomes_a_formula_in_any_cell(text: str) -> None:
    """By a comma or by a semicolon, as an English and as a German spreadsheet open it."""
    dangerous = response(answers={TEXT: Answer((text,))}, site=text, locale=text)
    out = io.StringIO(newline="")
    csv_to(out, (COUNTER,), [dangerous])
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    cells = [cell for row in rows for cell in row]
    raw = re.split(r"[;\t\r\n]", out.getvalue())
    for cell in (*cells, *raw):
        assert not re.match(r"[=+\-@＝\t\r\n]", cell) or re.fullmatch(r"-?[0-9]+.*", cell), cell
    assert len(rows) == 2


@given(st.text("=+-@\t\r\n;,'\" a1", min_size=1, max_size=12))
def test_programs_get_the_text_as_it_was_written(text: str) -> None:
    out = io.StringIO()
    jsonl_to(out, (COUNTER,), [response(answers={TEXT: Answer((text,))})])
    (line,) = out.getvalue().splitlines() if "\u2028" not in out.getvalue() else [out.getvalue()]
    assert json.loads(line)["answers"][TEXT]["text"] == text


def test_free_text_is_safe_from_the_command_to_the_cell(office: Path) -> None:
    answered(office, "counter", *WELL, '=HYPERLINK("http://example.org";"Hier")')
    (row,) = table(office, "counter")
    assert row[TEXT] == '\'=HYPERLINK("http://example.org";"Hier")'
    assert lines(office, "counter")[0]["answers"][TEXT]["text"] == '=HYPERLINK("http://example.org";"Hier")'


# The schema


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"site": "hall", "trial": False, "assisted": Assisted.TYPED},
        {"state": State.DRAFT, "ended": None, "disposition": None},
        {"state": State.EXCLUDED, "disposition": Disposition.BREAK_OFF},
        {"state": State.SUPERSEDED},
        {"answers": {TEXT: Answer(("",))}},  # its words were purged
        {"answers": {SATISFIED.name: Answer((SATISFIED.choices[0].name,), pending=True)}},
        {"answers": {TEXT: Answer(pending=True)}},  # nobody listened to it yet
        {"provenance": {SATISFIED.name: Provenance(Via.READ_BY_MACHINE, "clerk")}},
        {"provenance": {}},
    ],
)
def test_every_state_fits_the_schema(changes: dict[str, Any]) -> None:
    SCHEMA.validate(as_data(response(**changes), (COUNTER,)))


def test_the_schema_knows_every_word_the_store_uses() -> None:
    properties = SCHEMA.schema["properties"]
    assert set(properties["state"]["enum"]) == set(State)
    assert set(properties["disposition"]["enum"]) == {*Disposition, None}
    assert set(properties["assisted"]["enum"]) == {*Assisted, None}
    assert set(SCHEMA.schema["$defs"]["answer"]["properties"]["via"]["enum"]) == {*Via, None}
