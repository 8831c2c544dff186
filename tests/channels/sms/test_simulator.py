"""The handset at /try/sms: for a browser on this machine and nobody else, with nothing kept but the answers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from channels.sms.simulator import LONGEST, PAGE, SHOWN
from kiosk.intake import Intake
from kiosk.office import Office
from kiosk.record import Response
from kiosk.store.reads import Reads
from kiosk.store.writer import Writer
from kiosk.web import create_app
from tests.kiosk.running import CODE, configure, make_office

HERE = "127.0.0.1"


class Page(HTMLParser):
    """A telephone as its page shows it: what stands in the thread, and what its form would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.form: list[tuple[str, str]] = []
        self.thread: list[str] = []
        self.lengths: list[str] = []
        self.action = ""
        self._tag = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self._tag = tag
        if tag == "form":
            self.action = found["action"]
        if tag == "input":
            self.form.append((found["name"], found.get("value", "")))
        if tag == "p" and found.get("lang") == "":
            self.thread.append("")

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "p" and self.thread:
            self.thread[-1] += data
        if self._tag == "small":
            self.lengths.append(data)

    def filled(self, text: str) -> dict[str, list[str]]:
        """The form as a browser sends it, with line breaks of two signs."""
        fields: dict[str, list[str]] = {}
        for name, value in self.form:
            fields.setdefault(name, []).append(value.replace("\n", "\r\n"))
        return fields | {"text": [text]}


class Desk:
    """An office, and a browser at it."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder)
        self.writer = Writer(self.office.store_file)
        app = create_app(self.office, Intake(self.office, self.writer), dict)
        self.browser: FlaskClient = app.test_client()

    def telephone(self, locale: str = "de") -> Page:
        return Page(self.browser.get(PAGE, query_string={"lang": locale}).text)

    def text(self, page: Page, text: str) -> Page:
        answer = self.browser.post(page.action, data=page.filled(text))
        assert answer.status_code == 200
        return Page(answer.text)

    def responses(self, survey: str) -> list[Response]:
        reads = Reads(self.office.store_file, self.office.keyring)
        try:
            return [*reads.responses(survey)]
        finally:
            reads.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_office(tmp_path / "office")


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    desk = Desk(folder)
    yield desk
    desk.writer.close()


# Who gets it


@pytest.mark.parametrize(
    ("what", "address", "headers", "status"),
    [
        ("this machine", HERE, {}, 200),
        ("this machine by name", HERE, {"Host": "localhost:8080"}, 200),
        ("this machine by IPv6", "::1", {"Host": "[::1]:8080"}, 200),
        ("our own page", HERE, {"Host": "localhost:8080", "Origin": "http://localhost:8080"}, 200),
        ("another machine", "192.0.2.7", {}, 404),
        ("a web server in front", HERE, {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("a web server in front of this machine", HERE, {"X-Forwarded-For": HERE}, 404),
        ("another kind of web server", HERE, {"Forwarded": "for=192.0.2.7"}, 404),
        ("one more kind", HERE, {"X-Real-IP": "192.0.2.7"}, 404),
        ("a name that leads here", HERE, {"Host": "handset.example.org"}, 404),
        ("a name that begins like ours", HERE, {"Host": "localhost.example.org"}, 404),
        ("the public name", HERE, {"Host": "192.0.2.1:8080"}, 404),
        ("no host", HERE, {"Host": ""}, 404),
        ("half a host", HERE, {"Host": "[::1"}, 404),
        ("a page elsewhere", HERE, {"Origin": "http://example.org"}, 404),
        ("a page that hides where it is", HERE, {"Origin": "null"}, 404),
        ("another port of this machine", HERE, {"Host": "localhost:8080", "Origin": "http://localhost:8081"}, 404),
    ],
)
def test_it_answers_this_machine_alone(
    desk: Desk, what: str, address: str, headers: dict[str, str], status: int
) -> None:
    """Everybody else gets what they get for a page that is not there."""
    form = desk.telephone().filled("ZEITEN")
    asked = desk.browser.get(PAGE, headers=headers, environ_base={"REMOTE_ADDR": address})
    sent = desk.browser.post(PAGE, data=form, headers=headers, environ_base={"REMOTE_ADDR": address})
    with desk.browser.get(f"{PAGE}/static/handset.css", headers=headers, environ_base={"REMOTE_ADDR": address}) as css:
        assert (asked.status_code, sent.status_code, css.status_code) == (status, status, status)
    assert len(desk.responses("vote")) == (status == 200)
    if status == 404:
        unknown = desk.browser.get("/nothing", headers=headers, environ_base={"REMOTE_ADDR": address})
        assert asked.text == sent.text == unknown.text


@pytest.mark.parametrize(
    ("host", "locale", "link"),
    [
        ("localhost:8080", "de", f'<a class="there" href="{PAGE}?lang=de">SMS hier ausprobieren</a>'),
        ("127.0.0.1", "de@easy", f'<a class="there" href="{PAGE}?lang=de%40easy">Hier SMS testen</a>'),
        ("dialog.example.org", "de", ""),
    ],
)
def test_the_front_page_leads_this_machine_to_it(desk: Desk, host: str, locale: str, link: str) -> None:
    front = desk.browser.get("/", query_string={"lang": locale}, headers={"Host": host}).text
    assert link in front
    assert (PAGE in front) == bool(link)


def test_it_is_off_once_there_is_a_gateway(folder: Path) -> None:
    configure(folder, "sms", transport='"android"', android_url='"http://192.0.2.7:8080"', android_user='"sms"')
    for secret in ("android_password", "android_signing_key"):
        (folder / "secrets" / secret).write_text("a secret of some length")
        (folder / "secrets" / secret).chmod(0o600)
    desk = Desk(folder)
    assert desk.browser.get(PAGE).status_code == 404
    assert desk.browser.post(PAGE, data={"phone": "1", "key": "1", "text": "ZEITEN"}).status_code == 404
    assert PAGE not in desk.browser.get("/").text


def test_the_front_page_names_the_number_to_text_to(folder: Path) -> None:
    configure(folder, "sms", transport='"gammu"', number='"+493521000000"')
    desk = Desk(folder)
    try:
        front = desk.browser.get("/", query_string={"lang": "de"}).text.replace("\xa0", " ")
    finally:
        desk.writer.close()
    assert '<a class="there" href="sms:+493521000000">Mitmachen per SMS: ' in front
    assert "03521 000000" in front


def test_a_number_that_is_none_breaks_no_front_page(folder: Path) -> None:
    configure(folder, "sms", transport='"gammu"', number='"zwei"')
    desk = Desk(folder)
    try:
        assert desk.browser.get("/").status_code == 200
    finally:
        desk.writer.close()
    desk.writer.close()


# A conversation


def test_a_vote_from_the_first_word_to_the_code(desk: Desk) -> None:
    page = desk.telephone()
    for text in ("zeiten", "ja", "Samstag", "3"):
        page = desk.text(page, text)
    assert page.thread[::2] == ["zeiten", "ja", "Samstag", "3"]
    assert page.thread[1].startswith("Abstimmung: Öffnungszeiten\n")
    assert page.thread[3].splitlines()[0] == "1/1 Wann soll unser Amt zusätzlich öffnen?"
    assert page.thread[5].startswith("Bitte mit einer Zahl antworten.\n1/1 Wann")
    assert CODE.search(page.thread[7])
    (response,) = desk.responses("vote")
    assert (response.trial, response.mode, response.answers["open_longer"].values) == (
        True,
        "sms",
        ("saturday_morning",),
    )


def test_it_tells_how_many_sms_a_text_is(desk: Desk) -> None:
    page = desk.text(desk.text(desk.telephone("en"), "ZEITEN"), "👍")
    assert page.lengths[::2] == ["1 SMS, characters left: 154", "1 SMS, characters left: 68"]
    assert page.lengths[1].startswith("3 SMS, ")
    assert page.lengths[3].startswith("1 SMS, ")


def test_after_stopp_nothing_comes(desk: Desk) -> None:
    page = desk.text(desk.text(desk.telephone(), "STOPP"), "Hallo?")
    assert page.thread[-1] == "Hallo?"
    assert page.lengths[-1] == "Keine Antwort"


def test_a_page_that_is_sent_once_more_is_the_same_sms(desk: Desk) -> None:
    """As by a reload, or a second press on the button."""
    notice = desk.text(desk.telephone(), "ZEITEN")
    asked = [desk.text(notice, "ja") for _ in range(3)]
    assert asked[0].thread == asked[1].thread == asked[2].thread
    ended = [desk.text(asked[2], "4") for _ in range(2)]
    assert ended[0].thread == ended[1].thread, "with the same code"
    assert len(desk.responses("vote")) == 1


def test_two_pages_are_two_people(desk: Desk) -> None:
    one, other = desk.telephone(), desk.telephone()
    one, other = desk.text(one, "ZEITEN"), desk.text(other, "DIGITAL")
    one, other = desk.text(one, "ja"), desk.text(other, "nein")
    assert one.thread[-1].startswith("1/1 Wann")
    assert other.thread[-1] == "In Ordnung, Sie machen nicht mit. Wir behalten keine Antworten."


def test_words_are_shown_and_never_run(desk: Desk) -> None:
    words = "<script>alert(1)</script>\" ' & ä"
    page = desk.text(desk.text(desk.telephone(), words), words)
    assert page.thread[::2] == [words, words]
    assert "<script" not in desk.browser.post(page.action, data=page.filled(words)).text


def test_a_long_thread_shows_its_newest_and_fits_into_a_form(desk: Desk) -> None:
    page = desk.telephone()
    full = {"phone": ["1"], "key": ["1"], "sent": ["語" * LONGEST] * SHOWN, "came": ["ö" * 459] * SHOWN}
    page = Page(desk.browser.post(page.action, data=full | {"text": ["STOPP"]}).text)
    assert len(page.thread) == 2 * SHOWN
    page = desk.text(page, "Hallo?")
    assert (len(page.thread), page.thread[-1]) == (2 * SHOWN - 1, "Hallo?"), "and no answer"


def test_nothing_that_is_written_is_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        page = desk.text(desk.text(desk.telephone(), "ZEITEN"), "Was soll der Quatsch")
        desk.writer.close()
        refused = desk.browser.post(page.action, data=page.filled("Was soll der Quatsch"))
    assert refused.status_code == 503
    assert "Quatsch" not in refused.text
    assert "Quatsch" not in caplog.text


@pytest.mark.parametrize("form", [{}, {"text": "ZEITEN"}, {"phone": "1", "text": "ZEITEN"}, {"phone": "1", "key": "1"}])
def test_half_a_form_is_refused(desk: Desk, form: dict[str, str]) -> None:
    assert desk.browser.post(PAGE, data=form).status_code == 400


@pytest.mark.parametrize(
    ("locale", "title"), [("de", "SMS ausprobieren"), ("de@easy", "SMS testen"), ("en", "Try SMS")]
)
def test_the_page_speaks_the_readers_language(desk: Desk, locale: str, title: str) -> None:
    asked = desk.browser.get(PAGE, query_string={"lang": locale})
    assert f'<html lang="{locale[:2]}">' in asked.text
    assert f"<h1>{title}</h1>" in asked.text
    answered = desk.browser.post(Page(asked.text).action, data=Page(asked.text).filled("ZEITEN")).text
    assert f"<h1>{title}</h1>" in answered, "it stays"
