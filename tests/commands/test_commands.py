"""The commands as an administrator types them: what they do, and that every mishap ends in one clear sentence."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kiosk.commands.init import FOLDERS
from kiosk.identity import check_digit
from tests.kiosk.generated import LOCALES, SAMPLES, sample
from tests.kiosk.running import CODE, PHONE, Started, answered, command, configure, make_office, run

USAGE, FAULTS, DISK, CONFIG = 64, 65, 74, 78  # sysexits.h
SECRET = "Zwischen Birnbaum und Bushaltestelle wackelt die Laterne"


def told(done: subprocess.CompletedProcess[str], status: int, *parts: str) -> None:
    """It ended with this status and a sentence, and not with a traceback."""
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("kiosk: ") or "\nkiosk: " in done.stderr
    for part in parts:
        assert part in done.stderr


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def survey_file(office: Path, name: str) -> Path:
    return office / "surveys" / f"{name}.toml"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


# init


def test_init_makes_a_whole_office_that_only_its_owner_can_open(tmp_path: Path) -> None:
    office = tmp_path / "a" / "new one"
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "init", str(office)], capture_output=True, text=True, check=True
    )
    assert f"kiosk --office {office} start" in done.stdout
    assert {file.name for file in office.iterdir()} == {"office.toml", *FOLDERS}
    assert [file.stem for file in sorted((office / "surveys").iterdir())] == list(SAMPLES)
    modes = {name: stat.S_IMODE((office / name).stat().st_mode) for name in FOLDERS}
    assert modes == dict.fromkeys(FOLDERS, 0o700)
    assert stat.S_IMODE((office / "secrets" / "keyring.json").stat().st_mode) == 0o600
    assert run(office, "try", "vote", typed="1\n1\n").returncode == 0, "nothing has to be configured"


def test_init_on_an_office_changes_nothing(office: Path) -> None:
    configure(office, name='"Rathaus"')
    before = content(office)
    told(run(office, "init", str(office)), CONFIG, "is an office already. Nothing was changed.")
    assert content(office) == before


def test_init_goes_on_where_it_was_broken_off(office: Path) -> None:
    """The keys and the surveys that are there stay."""
    (office / "office.toml").unlink()
    edit(survey_file(office, "vote"), "Dienstagabend", "Dienstags")
    survey_file(office, "counter").unlink()
    before = content(office)
    assert run(office, "init", str(office)).returncode == 0
    after = content(office)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"office.toml", "surveys/counter.toml"}


def test_init_where_a_file_stands_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "office"
    file.write_text("a file")
    told(run(tmp_path, "init", str(file)), CONFIG, "cannot be made", "Choose another place")
    assert file.read_text() == "a file"


# start


class Links(HTMLParser):
    """The links of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attributes if name in ("href", "src") and value]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """An office that runs, for tests that only look."""
    with Started(make_office(tmp_path_factory.mktemp("house") / "office")) as started:
        yield started


@pytest.mark.parametrize("locale", LOCALES)
def test_the_front_page_leads_to_everything(house: Started, locale: str) -> None:
    asked = f"/?lang={locale.replace('@', '%40')}"
    status, page, _ = house.get(asked)
    front = Links(page)
    assert status == 200
    for name in SAMPLES:
        survey = sample(name)
        assert survey.title[locale] in front.words
        status, text, _ = house.get(f"/survey/{name}{asked[1:]}")
        read = Links(text).words
        assert status == 200
        for question in survey.questions:
            assert " ".join(question.label[locale].split()) in " ".join(read.split())
        assert " ".join(survey.notice[locale].split()) in " ".join(read.split())
    assert PHONE in front.words
    assert not [link for link in front.links if "//" in link], "everything comes from here"
    for link in front.links:
        path = link if link.startswith("/") else f"/{link}"
        assert house.get(path)[0] == 200, link


def test_the_browsers_language_is_spoken(house: Started) -> None:
    assert sample("vote").title["en"] in house.get("/", **{"Accept-Language": "en-GB,en;q=0.9"})[1]
    assert sample("vote").title["de"] in house.get("/", **{"Accept-Language": "pl"})[1]
    assert sample("vote").title["de"] in house.get("/?lang=nothing")[1]


@pytest.mark.parametrize("path", ["/", "/survey/vote", "/healthz", "/static/kiosk.css", "/nothing"])
def test_every_page_has_the_headers_that_protect_it(house: Started, path: str) -> None:
    _, _, headers = house.get(path)
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers
    assert "Server" not in headers or "waitress" not in headers["Server"]


def test_what_is_not_there_is_not_found(house: Started) -> None:
    assert house.get("/survey/nothing")[0] == 404
    assert house.get("/../secrets/keyring.json")[0] == 404
    assert house.get("/static/../../office.toml")[0] == 404


def test_healthz_names_every_part(house: Started) -> None:
    status, body, _ = house.get("/healthz")
    assert status == 200
    assert re.sub(r"\s", "", body) == '{"parts":{"door":true,"paperinbox":true,"web":true},"status":"ok"}'


def test_a_second_start_is_refused_while_the_first_goes_on(house: Started) -> None:
    configure(house.office, port=str(int(re.findall(r"port = (\d+)", (house.office / "office.toml").read_text())[0])))
    done = run(house.office, "start")
    told(done, DISK, f"Another kiosk process (number {house.process.pid}) writes to this office already")
    assert house.get("/healthz")[0] == 200
    assert CODE.search(run(house.office, "try", "vote", typed="1\n1\n").stdout)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(office: Path, number: int) -> None:
    with Started(office) as started:
        code = answered(office, "vote", "1")
        assert started.stop(number) == 0
    assert not list(office.glob("*.sock"))
    assert "Traceback" not in started.log
    assert "WARNING" not in started.log
    assert run(office, "show", code).returncode == 0
    with Started(office):
        assert run(office, "show", code).returncode == 0


def test_the_first_start_makes_the_office_and_names_a_port_in_use(tmp_path: Path) -> None:
    office = tmp_path / "office"
    with closing(socket.socket()) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8080))
            taken.listen()
        except OSError:
            pass  # something else uses it, which does as well
        done = run(office, "start")
    assert f"made a new office in {office}" in done.stderr
    told(done, CONFIG, "http://127.0.0.1:8080 cannot be served", "Set another host or port under [server]")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        configure(office, port=str(free.getsockname()[1]), browser_port="0")
    with Started(office) as started:
        assert started.get("/")[0] == 200


def test_a_changed_survey_file_is_noticed(office: Path) -> None:
    with Started(office) as started:
        edit(survey_file(office, "vote"), 'de = "Abstimmung: Öffnungszeiten"', 'de = "Wann öffnen wir?"')
        started.wait_for("survey vote: version ")
        assert "Wann öffnen wir?" in started.get("/")[1]
        shutil.copy(survey_file(office, "vote"), survey_file(office, "second"))
        started.wait_for("survey second: version ")
        assert "/survey/second" in started.get("/")[1]
        survey_file(office, "second").unlink()
        started.wait_for("survey second: its file is gone; it is not asked any more")
        assert started.get("/survey/second")[0] == 404


@pytest.mark.peers
def test_a_broken_edit_keeps_the_last_good_version(office: Path) -> None:
    file = survey_file(office, "vote")
    good = file.read_bytes()
    with Started(office) as started:
        for time, broken in enumerate(
            [b"no TOML", b'locales = ["de"]', "Öffnungszeiten".encode("latin-1"), b""], start=1
        ):
            file.write_bytes(broken)
            started.wait_for("is still asked:\nvote.toml", time)
            assert sample("vote").title["de"] in started.get("/survey/vote")[1]
        told(run(office, "try", "vote", typed="1\n1\n"), FAULTS, "vote.toml")
        assert run(office, "try", "counter", typed="1\nStopp\n").returncode == 0, "the others go on"
        file.write_bytes(good)
        started.wait_for(f"survey vote: version {sample('vote').version}")
        assert CODE.search(run(office, "try", "vote", typed="1\n1\n").stdout)


def test_an_open_interview_finishes_on_the_version_it_began_with(office: Path) -> None:
    old = sample("vote")
    with Started(office) as started:
        talk = subprocess.Popen(
            command(office, "try", "vote"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert talk.stdin
        assert talk.stdout
        talk.stdin.write("1\n")
        said = ""
        while old.questions[0].choices[-1].label["de"] not in said:
            said += talk.stdout.readline()
        edit(survey_file(office, "vote"), "Donnerstagabend", "Freitagabend")
        started.wait_for("survey vote: version ")
        end, _ = talk.communicate("donnerstagabend\n")
        assert CODE.search(end)
        assert "Freitagabend" in run(office, "try", "vote", typed="1\nfreitagabend\n").stdout
    lines = run(office, "export", "vote", "--format", "jsonl").stdout.splitlines()
    assert len(lines) == 2
    assert old.version in lines[0]
    assert old.version not in lines[1]
    assert all("thursday_evening" in line for line in lines)


def test_a_faulty_survey_stops_the_start_with_every_fault(office: Path) -> None:
    edit(survey_file(office, "vote"), 'keyword = "ZEITEN"', 'keyword = "?"')
    edit(survey_file(office, "counter"), "retention_days = 90", "retention_days = 0")
    told(run(office, "start"), FAULTS, "vote.toml: the keyword", "counter.toml: `retention_days`")


@pytest.mark.parametrize(
    ("keyword", "why"),
    [("STOPP", "is a word that always means something"), ("NEIN", "is a word that"), ("GUT", "is an answer")],
)
def test_a_keyword_that_means_something_else_is_refused(office: Path, keyword: str, why: str) -> None:
    edit(survey_file(office, "vote"), 'keyword = "ZEITEN"', f'keyword = "{keyword}"')
    told(run(office, "start"), FAULTS, f"vote.toml: its keyword {keyword} {why}", "Choose a word of its own")


# show and erase


@pytest.fixture(params=["with a server", "without a server"])
def either(office: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    if request.param == "without a server":
        yield office
        return
    with Started(office):
        yield office


def test_a_code_shows_and_erases_what_was_answered(either: Path) -> None:
    code = answered(either, "counter", "2", "1", "1", SECRET)
    other = answered(either, "counter", "1", "1", "1", "Alles gut.", locale="en")
    shown = run(either, "show", code)
    assert shown.returncode == 0
    first = sample("counter").questions[0]
    for words in (first.label["de"], first.choices[1].label["de"], SECRET, "text, trial", "counted, complete", "de"):
        assert words in shown.stdout
    assert first.choices[0].label["en"] in run(either, "show", other.replace(" ", "")).stdout

    done = run(either, "erase", code.replace(" ", "-"))
    assert "Erased for good:\n    the response to counter by text, " in done.stdout
    gone = run(either, "show", code)
    assert gone.stdout == "counter: the response with this code was erased.\n"
    again = run(either, "erase", code)
    assert (again.returncode, "Nothing of it was left." in again.stdout) == (0, True)
    assert "Alles gut." in run(either, "show", other).stdout


def wrong(code: str) -> str:
    """The code with two neighbouring digits swapped."""
    at = next(at for at in range(len(code) - 1) if code[at] != code[at + 1])
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


@pytest.mark.parametrize("name", ["show", "erase"])
def test_a_mistyped_code_touches_nothing(either: Path, name: str) -> None:
    code = answered(either, "counter", "2", "1", "1", SECRET).replace(" ", "")
    typo = code[:3] + str((int(code[3]) + 1) % 10) + code[4:]
    unknown = "0000000001" + check_digit("0000000001")
    told(run(either, name, typo), USAGE, "A digit of this code is wrong, or two are swapped")
    told(run(either, name, wrong(code)), USAGE, "two are swapped")
    told(run(either, name, code[:-1]), USAGE, "A code has 11 digits")
    told(run(either, name, unknown), USAGE, "There is no response with this code in this office")
    assert SECRET in run(either, "show", code).stdout


@pytest.mark.parametrize("name", ["show", "erase"])
def test_a_code_in_an_office_without_answers(office: Path, name: str) -> None:
    told(run(office, name, "0000 0000 000"), USAGE, "There is no response with this code")


# try


def test_what_is_not_there_cannot_be_tried(office: Path) -> None:
    told(run(office, "try", "nothing"), USAGE, "There is no survey “nothing”", "There: counter, digital, vote")
    told(
        run(office, "try", "vote", "--mode", "phon"),
        USAGE,
        "There is no mode “phon”. There are: text, paper, phone, sms",
    )
    told(run(office, "try", "vote", "--locale", "fr"), USAGE, "vote has no locale “fr”. It has: de, de@easy, en")


def test_any_bytes_on_standard_input_are_a_reply(office: Path) -> None:
    done = subprocess.run(
        command(office, "try", "counter"),
        input=b"1\n\xff\xfe\x00\n1\n1\n1\n\xe4 schlecht kodiert\n",
        capture_output=True,
        check=True,
    )
    assert CODE.search(done.stdout.decode())
    assert done.stderr == b""


def test_any_locale_of_the_machine_will_do(office: Path) -> None:
    for settings in ({"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        done = run(office, "try", "vote", typed="1\n1\n", env=settings)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_has_enough_is_no_error(office: Path) -> None:
    answered(office, "vote", "1")
    child = subprocess.Popen(
        command(office, "export", "vote", "--format", "csv"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout
    assert child.stderr
    child.stdout.close()
    with child.stderr as errors:
        assert errors.read() == b""
    assert child.wait() == 0


# doctor


def test_doctor_says_what_is_there_and_what_is_optional(office: Path) -> None:
    configure(office, phone='""')
    done = run(office, "doctor")
    assert done.returncode == 0, "nothing that is needed is missing"
    assert re.search(r"ok +key file", done.stdout)
    assert re.search(r"to do +phone of the house\n +Set phone under \[house\]", done.stdout)
    assert re.search(r"to do +server: not running\n +Start it: kiosk start", done.stdout)


def test_doctor_finds_a_running_server(house: Started) -> None:
    assert re.search(r"ok +sealed files\n(.*\n)*ok +server\n", run(house.office, "doctor").stdout)


def test_doctor_names_what_is_needed_and_missing(office: Path) -> None:
    answered(office, "vote", "1")
    (office / "secrets" / "keyring.json").unlink()
    edit(survey_file(office, "vote"), 'keyword = "ZEITEN"', 'keyword = "?"')
    done = run(office, "doctor")
    assert done.returncode == CONFIG
    assert re.search(r"MISSING +key file\n.*Put it back from your backup", done.stdout)
    assert re.search(r"MISSING +survey vote\n +vote\.toml: the keyword", done.stdout)
    assert re.search(r"ok +survey counter", done.stdout)


def test_doctor_without_an_office(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing", "doctor")
    assert done.returncode == CONFIG
    assert f"Make one: kiosk init {tmp_path / 'nothing'}" in done.stdout


# Where the office is


def test_the_office_is_named_by_option_by_environment_or_stands_here(office: Path, tmp_path: Path) -> None:
    kiosk = [sys.executable, "-m", "kiosk"]

    def knows(*argv: str, here: Path = Path("/"), **env: str) -> bool:
        return f"office {office}" in run_in(here, [*kiosk, *argv], env)

    assert knows("--office", str(office), "doctor")
    assert knows("doctor", "--office", str(office))
    assert knows("doctor", KIOSK_OFFICE=str(office))
    assert not knows("doctor", "--office", str(tmp_path / "other"), KIOSK_OFFICE=str(office)), "the option wins"
    assert "office office" in run_in(office.parent, [*kiosk, "doctor"], {})


def run_in(folder: Path, argv: list[str], env: dict[str, str]) -> str:

    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, env={**os.environ, **env}).stdout


@pytest.mark.parametrize("argv", ["paper read --json SCAN", "paper --json read SCAN"])
def test_options_may_stand_before_or_behind_the_words(office: Path, tmp_path: Path, argv: str) -> None:
    (tmp_path / "scan.txt").write_text("no scan")
    done = run(office, *argv.replace("SCAN", str(tmp_path / "scan.txt")).split())
    assert '"state": "refused"' in done.stdout


def test_a_word_too_many_is_refused(office: Path) -> None:
    done = run(office, "doctor", "now")
    assert done.returncode == 2
    assert "unrecognized arguments: now" in done.stderr


COMMANDS = (
    ("start",),
    ("try", "vote"),
    ("export", "vote", "--format", "csv"),
    ("show", "0000 0000 000"),
    ("erase", "0000 0000 000"),
)


@pytest.mark.parametrize("argv", COMMANDS[1:], ids=" ".join)
def test_without_an_office_every_command_says_how_to_make_one(tmp_path: Path, argv: tuple[str, ...]) -> None:
    told(run(tmp_path / "nothing", *argv), CONFIG, "is no office folder. Make one: kiosk init")
    assert not (tmp_path / "nothing").exists()


# When something is wrong with the office: a sentence, a status, and nothing lost


@pytest.fixture
def with_answer(office: Path) -> tuple[Path, str]:
    """An office, and the code of an answer in it."""
    return office, answered(office, "counter", "2", "1", "1", SECRET)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("[server]", "[sever]", "[sever] means nothing. Known: house, server", id="an unknown section"),
        pytest.param("port =", "prot =", "prot means nothing in [server]. Known: host, port", id="an unknown setting"),
        pytest.param('host = "127.0.0.1"', "host = 127", "host in [server] has to be a text in quotes", id="no text"),
        pytest.param("port = ", "port = true #", "port in [server] has to be a whole number", id="no number"),
        pytest.param("[server]", "[server", "office.toml cannot be read", id="no TOML"),
        pytest.param("[house]", "house = 1\n[house2]", "means nothing", id="no section"),
    ],
)
@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_a_mistake_in_office_toml_is_named(office: Path, argv: tuple[str, ...], old: str, new: str, says: str) -> None:
    edit(office / "office.toml", old, new)
    told(run(office, *argv), CONFIG, f"{office}/office.toml", says)


def test_office_toml_in_another_encoding(office: Path) -> None:
    (office / "office.toml").write_bytes((office / "office.toml").read_text().encode("latin-1"))
    told(run(office, "try", "vote"), CONFIG, "office.toml cannot be read")


def commands_for(code: str) -> list[tuple[str, ...]]:
    return [("start",), ("try", "counter"), ("export", "counter", "--format", "csv"), ("show", code), ("erase", code)]


def test_a_missing_key_is_never_made_anew(with_answer: tuple[Path, str]) -> None:
    office, code = with_answer
    key = office / "secrets" / "keyring.json"
    kept = key.read_bytes()
    key.unlink()
    for argv in commands_for(code):
        told(run(office, *argv), CONFIG, f"The key file {key} is missing. Put it back from your backup")
        assert not key.exists()
    told(run(office, "init", str(office)), CONFIG, "is an office already")
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    assert SECRET in run(office, "show", code).stdout


def test_a_key_that_others_can_read_is_refused(with_answer: tuple[Path, str]) -> None:
    office, code = with_answer
    key = office / "secrets" / "keyring.json"
    key.chmod(0o644)
    for argv in commands_for(code):
        told(run(office, *argv), CONFIG, f"Others can read {key}. Run: chmod 600 {key}")


def test_a_store_of_a_newer_version_is_left_alone(with_answer: tuple[Path, str]) -> None:
    office, code = with_answer
    store = office / "store" / "kiosk.db"
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kiosk', 'm999_future', '2099')"
        )
    for argv in commands_for(code):
        told(
            run(office, *argv), DISK, "was written by a newer version of the kiosk (m999_future)", "nothing was changed"
        )
    done = run(office, "doctor")
    assert done.returncode == CONFIG
    assert re.search(r"MISSING +store\n.*newer version", done.stdout)
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm999_future'")
    assert SECRET in run(office, "show", code).stdout


@pytest.mark.parametrize("damage", [b"this is no store " * 999, b"SQLite format 3\x00" + b"\xff" * 9_000])
def test_a_damaged_store_is_told(with_answer: tuple[Path, str], damage: bytes) -> None:
    office, code = with_answer
    store = office / "store" / "kiosk.db"
    for left in store.parent.glob("kiosk.db-*"):
        left.unlink()
    kept = store.read_bytes()
    store.write_bytes(damage)
    for argv in commands_for(code):
        told(run(office, *argv), DISK, f"{store}")
    assert re.search(r"MISSING +store\n.*Put it back from your backup", run(office, "doctor").stdout)
    assert store.read_bytes() == damage, "nothing was made worse"
    for left in store.parent.glob("kiosk.db-*"):
        left.unlink()
    store.write_bytes(kept)
    assert SECRET in run(office, "show", code).stdout


# The words of residents


def test_what_residents_write_is_in_no_log_and_no_file(office: Path) -> None:
    """Neither while the server runs nor afterwards, erased or not."""
    with Started(office) as started:
        typed = f"{SECRET}\n1\n{SECRET}\n2\n1\n1\n{SECRET}\n"
        done = run(office, "try", "counter", typed=typed)
        assert (done.returncode, done.stderr) == (0, "")
        code = CODE.findall(done.stdout)[-1]
        assert SECRET in run(office, "show", code).stdout
        assert nowhere(office, SECRET)
        answered(office, "counter", "2", "1", "1", SECRET)
        run(office, "erase", code)
        assert started.stop() == 0
    assert started.log.endswith(" INFO stopping\n"), "no library complains afterwards"
    assert SECRET not in started.log
    assert nowhere(office, SECRET)


def nowhere(office: Path, words: str) -> bool:
    """In no byte of the office, in no encoding."""
    forms = [words.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    parts = [form[at : at + 24] for form in forms for at in (0, len(form) // 2)]
    return not [name for name, held in content(office).items() if any(part in held for part in parts)]
