"""`kiosk try SURVEY --mode sms`: a telephone in lines of text, for the survey as its file is now."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.kiosk.running import CODE, Started, command, configure, run

REPLIES = "ja\n3\n"


def responses(office: Path, survey: str) -> list[dict[str, Any]]:
    done = run(office, "export", survey, "--format", "jsonl")
    return [json.loads(line) for line in done.stdout.splitlines()]


def change(office: Path, survey: str, old: str, new: str) -> None:
    file = office / "surveys" / f"{survey}.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_pipe_reads_the_answers_alone(office: Path) -> None:
    done = run(office, "try", "vote", "--mode", "sms", typed=REPLIES)
    assert done.returncode == 0
    notice, question, end = done.stdout.removesuffix("\n\n").split("\n\n")
    assert notice.startswith("Abstimmung: Öffnungszeiten\n")
    assert question.startswith("1/1 Wann soll unser Amt zusätzlich öffnen?\n1 Dienstagabend\n")
    assert CODE.search(end)
    assert re.fullmatch(r"» ZEITEN\n\n(\[\d SMS, noch \d+ Zeichen frei\]\n){3}", done.stderr)


def test_it_is_a_trial_by_sms_and_leaves_nothing_to_send(office: Path) -> None:
    run(office, "try", "vote", "--mode", "sms", typed=REPLIES)
    (response,) = responses(office, "vote")
    assert (response["channel"], response["trial"]) == ("sms", True)
    assert response["answers"]["open_longer"]["values"] == ["saturday_morning"]
    assert run(office, "outbox").stdout == "3 sent\n"


def test_another_language_begins_with_its_word(office: Path) -> None:
    done = run(office, "try", "vote", "--mode", "sms", "--locale", "en", typed="yes\n")
    assert re.match(r"» ZEITEN\n\n\[.+\]\n» English\n\n\[.+\]\n\[1 SMS, characters left: \d+\]\n", done.stderr)
    assert done.stdout.split("\n\n")[2].startswith("1/1 At what extra time should our office open?")


def test_a_telephone_that_is_put_away_leaves_the_interview_open(office: Path) -> None:
    run(office, "try", "counter", "--mode", "sms", typed="ja\n1\n")
    (response,) = responses(office, "counter")
    assert response["state"] == "draft"


def test_after_stopp_there_is_an_empty_answer(office: Path) -> None:
    done = run(office, "try", "vote", "--mode", "sms", typed="STOPP\nHallo?\n")
    assert done.stdout.endswith("START = wieder mitmachen\n\n\n\n")
    assert done.stderr.endswith("[Keine Antwort]\n")


def test_what_is_not_open_can_be_tried(office: Path) -> None:
    for days in ("opens = 2100-01-01", "closes = 2020-01-01"):
        change(office, "vote", 'keyword = "ZEITEN"', f'{days}\nkeyword = "ZEITEN"')
        assert CODE.search(run(office, "try", "vote", "--mode", "sms", typed=REPLIES).stdout)
        change(office, "vote", f"{days}\n", "")


def test_the_file_counts_as_it_is_now_whatever_the_server_has_seen(office: Path) -> None:
    """Also within the second in which the server does not look at its folder again."""
    with Started(office):
        assert "Freitagabend" not in run(office, "try", "vote", "--mode", "sms", typed="ja\n").stdout
        for old, new in (("Dienstagabend", "Freitagabend"), ("Freitagabend", "Mittwochabend")):
            change(office, "vote", f'de = "{old}"', f'de = "{new}"')
            assert f"1 {new}" in run(office, "try", "vote", "--mode", "sms", typed="ja\n").stdout
        text = (office / "surveys" / "vote.toml").read_text().replace("ZEITEN", "NEUES")
        (office / "surveys" / "new.toml").write_text(text)
        assert CODE.search(run(office, "try", "new", "--mode", "sms", typed=REPLIES).stdout)


def test_a_real_transport_sends_nothing_of_it(office: Path) -> None:
    configure(office, "sms", transport='"gammu"')
    assert CODE.search(run(office, "try", "vote", "--mode", "sms", typed=REPLIES).stdout)
    assert run(office, "outbox").stdout == "3 sent\n"


def test_any_bytes_are_a_message(office: Path) -> None:
    done = subprocess.run(
        command(office, "try", "vote", "--mode", "sms"), input=b"\xff\xfe\x00\n\nja\n\xe4\n1\n", capture_output=True
    )
    assert done.returncode == 0
    assert CODE.search(done.stdout.decode())
