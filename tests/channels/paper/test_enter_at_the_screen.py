"""Stories at the real screen: `kiosk enter` in a pty, an office on the disk, and a server or none."""

from __future__ import annotations

import os
import re
import signal
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.channels.paper.at_desk import CTRL_C, CTRL_J, ENTER, ESCAPE, AtDesk
from tests.channels.paper.typist import serial
from tests.kiosk.running import Started, run
from tests.terminal_ui.exported import given, responses

FIRST, SECOND, LAST = "1 Wie zufrieden", "2 Wie lange", "5 Was soll"
TEXT = "Mehr Bänke in der Wartehalle"
SUMMARY = "Are these the answers on the form?"
NEXT = "The number of the next form"


@pytest.mark.peers
def test_a_form_from_its_number_to_the_next(office: Path) -> None:
    number = serial()
    with AtDesk(office, "counter") as desk:
        desk.types(number).sees("Who filled it in?").types(ENTER).sees(FIRST)
        desk.types("2").sees(SECOND).types("1").sees("3 Konnten Sie").types("3").sees("4 Was hat")
        desk.types("1").sees(LAST).types(TEXT).sees(TEXT).types(ENTER).sees(SUMMARY)
        desk.sees("Zufrieden").sees(TEXT)
        desk.types(ENTER).sees("The form is in.").sees("1 form").types(ESCAPE)
        assert desk.ended() == 0
        written = re.sub(rb"\x1b\].*?\x07", b"", desk.raw)  # without commands, which end like this
        assert written.endswith(b"1 form handed in.\r\n")
        assert written.count(b"\x07") == 0, "the bell rang"
    (response,) = responses(office, "counter")
    assert (response["channel"], response["state"], response["assisted"]) == ("paper", "counted", "no")
    assert given(response) == {
        "satisfied": ["satisfied"],
        "waited": ["under_10_minutes"],
        "got_done": ["no"],
        "lacked": ["documents"],
        "remarks": TEXT,
    }
    assert "Zufrieden" in run(office, "show", number).stdout


@pytest.mark.peers
def test_a_hand_that_is_quicker_than_the_screen_types_into_the_right_places(office: Path) -> None:
    """Two forms in one burst of bytes, with the server on another process."""
    one, other = serial(), serial()
    with Started(office), AtDesk(office, "counter") as desk:
        desk.types(f"{one}{ENTER}111erste{ENTER}{ENTER}{other}{ENTER}2234zweite{CTRL_J}Zeile{ENTER}{ENTER}")
        desk.sees("2 forms")
    first, second = (given(response) for response in responses(office, "counter"))
    assert (first["satisfied"], first["remarks"]) == (["very_satisfied"], "erste")
    assert (second["lacked"], second["remarks"]) == (["something_else"], "zweite\nZeile")


@pytest.mark.peers
@pytest.mark.parametrize("served", [True, False], ids=["with a server", "without"])
def test_when_the_lights_go_out_nothing_that_was_typed_is_lost(office: Path, served: bool) -> None:
    number = serial()
    server = Started(office).__enter__() if served else None
    try:
        with AtDesk(office, "counter") as desk:
            desk.types(f"{number}{ENTER}111").sees(LAST).types(TEXT).sees(TEXT)
            time.sleep(2.2)  # the text is stored while it is typed
            desk.kill()
        with AtDesk(office, "counter") as desk:
            desk.types(number).sees("This form is half typed.")
            desk.sees(TEXT).types("+").sees(SUMMARY).types(ENTER).sees("The form is in.")
    finally:
        if server:
            server.__exit__(None, None, None)
    (response,) = responses(office, "counter")
    assert (response["state"], given(response)["remarks"]) == ("counted", TEXT)


@pytest.mark.peers
def test_a_form_without_a_number_survives_as_well(office: Path) -> None:
    with AtDesk(office, "counter") as desk:
        desk.types(f"{ENTER}{ENTER}21").sees("3 Konnten Sie").kill()
    with AtDesk(office, "counter") as desk:
        desk.types(ENTER).sees("A form without a number is half typed here.").types("+").sees("3 Konnten Sie")
        desk.types(f"1{ENTER}").sees(SUMMARY).types(ENTER).sees("The form is in.")
    (response,) = responses(office, "counter")
    assert given(response)["satisfied"] == ["satisfied"]


@pytest.mark.peers
def test_two_at_once_have_a_seat_each(office: Path) -> None:
    with Started(office), AtDesk(office, "counter") as one, AtDesk(office, "counter") as other:
        one.types(f"{ENTER}{ENTER}1").sees(SECOND)
        other.types(f"{ENTER}{ENTER}").sees(FIRST).types("5").sees(SECOND)
        for desk in (one, other):
            desk.types(f"11{ENTER}").sees(SUMMARY).types(ENTER).sees("The form is in.")
    assert sorted(given(response)["satisfied"][0] for response in responses(office, "counter")) == [
        "very_dissatisfied",
        "very_satisfied",
    ]


@pytest.mark.peers
def test_while_the_server_is_away_the_screen_says_so_and_goes_on_by_itself(office: Path) -> None:
    number = serial()
    with Started(office) as server:
        desk = AtDesk(office, "counter").__enter__()
        desk.types(f"{number}{ENTER}").sees(FIRST)
        server.process.kill()
        server.process.wait()
    try:
        desk.types("1").sees("The kiosk server does not answer.").sees("goes in by itself")
        desk.resize(100, 30)
        desk.types(f"23{ENTER}")  # no box is named by Enter: the fourth question has no answer yet
        with Started(office):
            desk.sees("4 Was hat").sees("Choose first.").types("-2").sees(LAST)
            desk.types(ENTER).sees(SUMMARY).types(ENTER).sees("The form is in.")
    finally:
        desk.kill()
    (response,) = responses(office, "counter")
    assert [given(response)[name] for name in ("satisfied", "waited", "got_done", "lacked")] == [
        ["very_satisfied"],
        ["10_to_30_minutes"],
        ["no"],
        ["time"],
    ]


@pytest.mark.peers
def test_a_server_that_does_not_move_is_waited_for_as_well(office: Path) -> None:
    with Started(office) as server, AtDesk(office, "counter") as desk:
        desk.types(f"{serial()}{ENTER}").sees(FIRST)
        server.process.send_signal(signal.SIGSTOP)
        try:
            desk.types("1").sees("The kiosk server is slow to answer.")
        finally:
            server.process.send_signal(signal.SIGCONT)
        desk.sees(SECOND)
        desk.wait(lambda: "slow" not in desk.words, "the sentence to go")


@pytest.mark.peers
def test_who_leaves_while_the_server_is_away_is_told_what_to_do(office: Path) -> None:
    number = serial()
    with Started(office) as server:
        desk = AtDesk(office, "counter").__enter__()
        desk.types(f"{number}{ENTER}1").sees(SECOND)
        server.process.kill()
        server.process.wait()
    desk.types("1").sees("The kiosk server does not answer.").types(CTRL_C)
    assert desk.ended() == 0
    assert desk.raw.count(b"What was typed last is not stored. Type the form's number again") == 1
    with AtDesk(office, "counter") as again:
        again.types(number).sees("This form is half typed.").types("+").sees(SECOND)


@pytest.mark.peers
def test_a_server_can_start_while_somebody_sits_there_without_one(office: Path) -> None:
    number = serial()
    with AtDesk(office, "counter") as desk:
        desk.types(f"{number}{ENTER}1").sees(SECOND)
        time.sleep(7.5)  # nothing typed for a while: the office is let go
        with Started(office):
            desk.types(f"11{ENTER}").sees(SUMMARY).types(ENTER).sees("The form is in.")


@pytest.mark.peers
def test_forms_that_come_late_can_still_be_typed(office: Path) -> None:
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011  as the office means it
    file = office / "surveys/counter.toml"
    file.write_text(f"closes = {yesterday}\n{file.read_text()}")
    with AtDesk(office, "counter") as desk:
        desk.sees(f"Closed since {yesterday}").types(f"{serial()}{ENTER}111{ENTER}{ENTER}").sees("The form is in.")
    assert [response["state"] for response in responses(office, "counter")] == ["counted"]


@pytest.mark.peers
def test_the_window_may_be_too_small_and_become_larger(office: Path) -> None:
    desk = AtDesk(office, "counter", columns=50, rows=12)
    try:
        desk.sees("This window is too small. Make it 80 columns by 24 rows or more.")
        desk.resize(80, 24)
        desk.sees(NEXT)
    finally:
        desk.kill()


@pytest.mark.peers
def test_a_keyboard_with_another_alphabet_does_not_end_it(office: Path) -> None:
    with AtDesk(office, "counter") as desk:
        desk.types(f"{serial()}{ENTER}111").sees(LAST)
        os.write(desk.process.child_fd, "ä".encode("latin-1"))
        desk.types("u")  # this may be lost with it, for it looked like a part of the same letter
        time.sleep(0.3)
        desk.types("Gut").sees("Gut")


@pytest.mark.peers
def test_asked_to_end_it_stores_what_is_typed(office: Path) -> None:
    number = serial()
    with AtDesk(office, "counter") as desk:
        desk.types(f"{number}{ENTER}111").sees(LAST).types(TEXT).sees(TEXT)
        desk.process.kill(signal.SIGTERM)
        assert desk.ended() == 0
    with AtDesk(office, "counter") as desk:
        desk.types(number).sees(TEXT)


@pytest.mark.peers
def test_when_its_window_is_closed_it_stores_what_is_typed(office: Path) -> None:
    number = serial()
    with AtDesk(office, "counter") as desk:
        desk.types(f"{number}{ENTER}111").sees(LAST).types(TEXT).sees(TEXT)
        desk.hang_up()
    with AtDesk(office, "counter") as desk:
        desk.types(number).sees(TEXT)


@pytest.mark.peers
def test_when_its_window_is_closed_while_the_server_does_not_move_it_ends(office: Path) -> None:
    with Started(office) as server, AtDesk(office, "counter") as desk:
        desk.types(f"{serial()}{ENTER}111").sees(LAST)
        server.process.send_signal(signal.SIGSTOP)
        try:
            desk.types(TEXT).hang_up()
        finally:
            server.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["counter"], 78, "This is no terminal. Run `kiosk enter` in a terminal window."),
        (["nothing"], 64, "There is no survey “nothing”"),
        (["counter", "--locale", "fr"], 64, "counter has no locale “fr”. It has: de, de@easy, en."),
        (["later"], 64, "later opens on 2999-01-01. Until then nobody has a form of it."),
    ],
)
def test_what_cannot_be_typed_in_is_told_in_one_sentence(
    office: Path, arguments: list[str], status: int, told: str
) -> None:
    text = (office / "surveys/counter.toml").read_text()
    (office / "surveys/later.toml").write_text(f"opens = 2999-01-01\n{text.replace('BESUCH', 'SPAETER')}")
    done = run(office, "enter", *arguments)
    assert done.returncode == status
    assert re.match(rf"(kiosk: )?{re.escape(told)}", done.stderr), done.stderr
    assert done.stdout == ""
