"""The printed notice: what stands on it, that one can read it, and that its signs are those of the survey."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.numbers import readable
from channels.sms.notice import notice, write
from channels.sms.sheet import MARGIN, SIZES, pdf
from channels.sms.signs import examples, written
from kiosk import catalogue
from kiosk.channel import Channel, Setting
from kiosk.commands import init
from kiosk.definition import from_json, to_json
from kiosk.errors import ConfigError, KioskError, StoreError, SurveyError, UsageError
from kiosk.office import Office
from kiosk.several import numbered
from kiosk.survey import MISSING_KEYS, Answer, Choice, Kind, Missing, Question, Relevant, Survey
from kiosk.understanding import LETTERS
from kiosk.wording import House, full_notice
from tests.kiosk.generated import SAMPLES, sample, surveys

OWN = Path(__file__).parents[3] / "channels/sms/locale"
CATALOGUES = catalogue.load([OWN])
LOCALES = ("de", "de@easy", "en")
HOUSE = House("Landratsamt Musterkreis", "03521 000 000", "Marktplatz 1, 01662 Musterstadt", "dsb@example.org")
NUMBER = "+4915100000001"
READABLE = "01510 0000001"
SMALLEST = {"poster": 16, "newspaper": 12}
WIDTH, HEIGHT = 595.3, 841.9  # points, A4

everywhere = pytest.mark.parametrize(
    ("survey", "locale", "size"),
    [(survey, locale, size) for survey in SAMPLES for locale in LOCALES for size in SIZES],
)


def printed(survey: Survey, locale: str, size: str = "poster", house: House = HOUSE) -> bytes:
    return pdf(notice(survey, CATALOGUES[locale], house, readable(NUMBER, "DE")), SIZES[size])


def poppler(program: str, file: bytes, folder: Path, *options: str) -> str:
    """What one of poppler's programs says of the file."""
    if shutil.which(program) is None:
        pytest.skip("poppler-utils is not installed")
    (folder / "notice.pdf").write_bytes(file)
    argv = [program, *options, str(folder / "notice.pdf"), *(["-"] if program == "pdftotext" else [])]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def flat(text: str) -> str:
    """Without the lines it is broken into."""
    return " ".join(text.split())


def pages_of(file: bytes, folder: Path) -> list[str]:
    """The words page by page, in the order they were drawn, which is that of reading."""
    return [flat(page) for page in poppler("pdftotext", file, folder, "-raw").split("\f")[:-1]]


# What stands on it


@pytest.mark.peers
@everywhere
def test_everything_is_on_it(survey: str, locale: str, size: str, tmp_path: Path) -> None:
    asked = replace(sample(survey), opens=date(2026, 5, 1), closes=date(2026, 5, 31))
    words = CATALOGUES[locale]
    pages = pages_of(printed(asked, locale, size), tmp_path)
    text = " ".join(pages)
    for sought in (
        HOUSE.name,
        HOUSE.phone,
        READABLE,
        asked.title[locale],
        asked.brief[locale],
        asked.participants[locale],
        words.say(f"notice.minors.{asked.minors}"),
        "31. Mai 2026" if locale != "en" else "May 31, 2026",
        *examples(asked, words),
        *(words.say(f"notice.sms.{message}") for message in ("cost", "emergency", "rest", "yours")),
        words.say("notice.sms.stop", stop="STOP" if locale == "en" else "STOPP"),
        words.say("notice.sms.consent", yes="YES" if locale == "en" else "JA"),
        words.say("notice.sms.keyword_only", keyword=asked.keyword, number=READABLE),
        *full_notice(asked, words, HOUSE),
    ):
        assert flat(sought) in text
    for number, question in numbered(asked):
        assert flat(f"{words.say('notice.sms.question', number=number)} ") in text
        assert flat(question.label[locale]) in text
        for letter, choice in zip(LETTERS, question.choices, strict=False):
            assert f"{number}{letter} {choice.label[locale]}" in text
    for at, page in enumerate(pages, start=1):
        assert flat(words.say("notice.sms.page", page=at, of=len(pages))) in page
        assert f"{asked.name} {asked.version}" in page


@pytest.mark.peers
@everywhere
def test_no_question_is_parted_over_two_pages(survey: str, locale: str, size: str, tmp_path: Path) -> None:
    asked = sample(survey)
    pages = pages_of(printed(asked, locale, size), tmp_path)
    groups = notice(asked, CATALOGUES[locale], HOUSE, READABLE).groups
    for group in groups:
        whole = flat(" ".join(f"{line.sign} {line.text}" for line in group))
        assert any(whole in page for page in pages), whole


def test_what_it_says_of_one_question() -> None:
    """Number, condition, question, how to write it, and every answer with its sign."""
    group = notice(sample("digital"), CATALOGUES["de"], HOUSE, READABLE).groups
    third = next(lines for lines in group if lines[0].text == "Frage 3")
    assert [f"{line.sign} {line.text}".strip() for line in third] == [
        "Frage 3",
        "Antworten Sie hier nur, wenn Sie das gewählt haben: "
        "2C („Teils, teils“), 2D („Schlecht“) oder 2E („Sehr schlecht“).",
        "Was hilft den Menschen bei digitalen Angeboten am meisten?",
        "3A Kurse",
        "3B Hilfe im Amt",
        "3C Hilfe zu Hause",
        "3D Einfachere Angebote",
        "3G Weiß nicht",
        "3H Keine Angabe",
    ]


def survey_of(*questions: Question) -> Survey:
    return replace(sample("digital"), questions=questions)


def words(text: str) -> Mapping[str, str]:
    return dict.fromkeys(LOCALES, text)


AGE = Question("age", Kind.INTEGER, words("Wie alt sind Sie?"), minimum=16, maximum=100)
NOTE = Question("note", Kind.NOTE, words("Jetzt geht es um den Bus."))
BUS = Question(
    "bus", Kind.SELECT_ONE, words("Fahren Sie Bus?"), choices=(Choice("yes", words("Ja")), Choice("no", words("Nein")))
)


def test_a_number_follows_a_colon_and_a_note_has_no_number_of_its_own() -> None:
    asked = survey_of(NOTE, AGE, BUS)
    groups = notice(asked, CATALOGUES["de"], HOUSE, READABLE).groups
    lines = [f"{line.sign} {line.text}".strip() for group in groups for line in group]
    start = lines.index("Jetzt geht es um den Bus.")
    assert lines[start : start + 8] == [
        "Jetzt geht es um den Bus.",
        "Frage 1",
        "Wie alt sind Sie?",
        "Diese Frage dürfen Sie auslassen.",
        "Eine Zahl von 16 bis 100.",
        "Ist Ihre Zahl 44? Dann schreiben Sie 1:44.",
        "1G Weiß nicht",
        "1H Keine Angabe",
    ]
    assert examples(asked, CATALOGUES["de"]) == ("DIGITAL JA 1:44 2B", "DIGITAL JA 1:72 2A")


def test_without_a_phone_it_leads_to_the_counter() -> None:
    groups = notice(sample("vote"), CATALOGUES["de"], House("Bürgerbüro", ""), READABLE).groups
    text = " ".join(line.text for group in groups for line in group)
    assert "Kommen Sie zu uns: Bürgerbüro." in text
    assert "Telefon" not in text.split("Datenschutz")[0]


# The examples


@pytest.mark.parametrize(
    ("survey", "locale", "expected"),
    [
        ("digital", "de", ("DIGITAL JA 1AC 2B 4D 5: Ihr Text", "DIGITAL JA 1BD 2D 3B 4A 5: Ihr Text")),
        ("digital", "en", ("DIGITAL YES 1AC 2B 4D 5: your text", "DIGITAL YES 1BD 2D 3B 4A 5: your text")),
        ("vote", "de@easy", ("ZEITEN JA 1A", "ZEITEN JA 1D")),
    ],
)
def test_the_examples_of_the_samples(survey: str, locale: str, expected: tuple[str, str]) -> None:
    assert examples(sample(survey), CATALOGUES[locale]) == expected


def read_back(survey: Survey, example: str) -> dict[str, Answer]:
    """The answers in an example, read the way a resident would read them off the sheet."""
    answers: dict[str, Answer] = {}
    by_number = dict(numbered(survey))
    rest = example.split(" ", 2)[2]
    for part in re.split(r" (?=\d[A-H:])", rest):
        number, said = int(part[0]), part[1:]
        question = by_number[number]
        if question.choices:
            answers[question.name] = Answer(tuple(question.choices[LETTERS.index(letter)].name for letter in said))
        else:
            answers[question.name] = Answer((said.removeprefix(":").strip(),))
        assert written(number, question, answers[question.name]) == part
    return answers


@given(surveys(), st.data())
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
def test_an_example_uses_signs_that_exist_and_answers_just_what_is_asked(survey: Survey, data: st.DataObject) -> None:
    locale = data.draw(st.sampled_from(survey.locales))
    for example in examples(survey, CATALOGUES[locale]):
        assert len(example) <= 160
        answers = read_back(survey, example)
        assert list(answers) == [question.name for question in survey.route(answers)]
        for question in survey.route(answers):
            if question.kind is Kind.INTEGER:
                value = int(answers[question.name].values[0])
                assert question.minimum is None or question.minimum <= value
                assert question.maximum is None or value <= question.maximum


def test_the_letters_of_what_is_no_choice_are_the_same_everywhere() -> None:
    groups = notice(sample("counter"), CATALOGUES["de"], HOUSE, READABLE).groups
    signs = {line.text: line.sign[1:] for group in groups for line in group if line.sign}
    assert signs["Weiß nicht"] == LETTERS[int(MISSING_KEYS[Missing.DONT_KNOW]) - 1] == "G"
    assert signs["Keine Angabe"] == LETTERS[int(MISSING_KEYS[Missing.REFUSED]) - 1] == "H"


# How it looks


@pytest.mark.peers
@everywhere
def test_letters_are_large_black_upright_and_in_the_file(survey: str, locale: str, size: str, tmp_path: Path) -> None:
    file = printed(sample(survey), locale, size)
    described = ElementTree.fromstring(poppler("pdftohtml", file, tmp_path, "-xml", "-stdout", "-i", "-zoom", "1"))
    fonts = list(described.iter("fontspec"))
    assert min(int(font.attrib["size"]) for font in fonts) >= SMALLEST[size]
    assert {font.attrib["color"] for font in fonts} == {"#000000"}
    embedded = [line.split() for line in poppler("pdffonts", file, tmp_path).splitlines()[2:]]
    assert {line[0].split("+")[1] for line in embedded} == {"BitstreamVeraSans-Roman", "BitstreamVeraSans-Bold"}
    assert {line[-5] for line in embedded} == {"yes"}


@pytest.mark.peers
@everywhere
def test_nothing_is_cut_and_nothing_overlaps(survey: str, locale: str, size: str, tmp_path: Path) -> None:
    boxes = poppler("pdftotext", printed(sample(survey), locale, size), tmp_path, "-bbox")
    pages = boxes.split("<page ")[1:]
    assert pages
    for page in pages:
        words = [
            tuple(float(side) for side in word)
            for word in re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', page)
        ]
        for left, top, right, bottom in words:
            assert MARGIN - 0.5 <= left < right <= WIDTH - MARGIN + 0.5
            assert MARGIN - 0.5 <= top < bottom <= HEIGHT - MARGIN + 0.3 * SMALLEST[size]
        for (left, top, right, bottom), (other_left, other_top, other_right, other_bottom) in combinations(words, 2):
            beside = right <= other_left + 0.1 or other_right <= left + 0.1
            assert beside or bottom <= other_top + 0.1 or other_bottom <= top + 0.1


@pytest.mark.peers
@pytest.mark.parametrize("locale", LOCALES)
def test_a_line_of_the_poster_has_at_most_70_letters(locale: str, tmp_path: Path) -> None:
    lines = poppler("pdftotext", printed(sample("digital"), locale), tmp_path, "-raw").splitlines()
    assert max(map(len, lines)) <= 70


@pytest.mark.peers
def test_the_file_says_its_title_and_language(tmp_path: Path) -> None:
    file = printed(sample("digital"), "de@easy")
    assert re.search(r"Title: +Was soll im Internet gehen\?", poppler("pdfinfo", file, tmp_path))
    assert b"/Lang (de)" in file
    assert b"/DisplayDocTitle true" in file


def test_the_same_survey_gives_the_same_file() -> None:
    assert printed(sample("vote"), "de") == printed(sample("vote"), "de")


@pytest.mark.peers
def test_the_newspaper_takes_more_pages_rather_than_smaller_letters(tmp_path: Path) -> None:
    pages = {survey: pages_of(printed(sample(survey), "de", "newspaper"), tmp_path) for survey in SAMPLES}
    assert {survey: len(found) for survey, found in pages.items()} == {"counter": 3, "digital": 3, "vote": 2}


# Whatever a survey holds


@given(surveys(), st.sampled_from(sorted(SIZES)), st.data())
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
def test_every_survey_that_can_be_asked_can_be_printed(survey: Survey, size: str, data: st.DataObject) -> None:
    """But for signs that the font has not; see below for those."""
    locale = data.draw(st.sampled_from(survey.locales))
    assert printed(from_json(to_json(survey).replace("😀", ":-)")), locale, size).startswith(b"%PDF")


@pytest.mark.peers
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("long", ["Wort " * 900, "W" * 900, "Zeile\n" * 200], ids=["words", "one word", "lines"])
def test_what_is_longer_than_a_page_flows_on(long: str, size: str, tmp_path: Path) -> None:
    asked = survey_of(replace(BUS, label=words(long.strip())), AGE)
    asked = replace(asked, title=words(long.strip()), notice=words(long.strip()))
    text = "".join(poppler("pdftotext", printed(asked, "de", size), tmp_path, "-raw").split())
    pages = re.compile(r"Seite\d+von\d+digital[0-9a-f]{16}")
    assert pages.sub("", text).count("".join(long.split())) == 3


def test_marks_of_markup_are_letters() -> None:
    asked = survey_of(replace(BUS, label=words("<b>Bus</b> & Bahn, 50 % {so}?")), AGE)
    assert printed(asked, "de").startswith(b"%PDF")


def test_two_conditions_are_two_sentences() -> None:
    other = replace(BUS, name="other")
    last = replace(AGE, relevant=(Relevant("bus", frozenset({"yes"})), Relevant("other", frozenset({"yes", "no"}))))
    groups = notice(survey_of(BUS, other, last), CATALOGUES["en"], HOUSE, READABLE).groups
    third = next(group for group in groups if group[0].text == "Question 3")
    assert [line.text for line in third[1:3]] == [
        "Answer this only if you chose 1A (“Ja”).",
        "Answer this only if you chose 2A (“Ja”) or 2B (“Nein”).",
    ]


# The command


SETTINGS = (Setting("number", "", "what residents text to"), Setting("country", "DE", "where that is"))


@pytest.fixture
def make_office(tmp_path: Path) -> Callable[[str], Office]:
    """An office whose one channel is this one."""

    def make(number: str) -> Office:
        folder = tmp_path / "office"
        init.make(folder)
        (folder / "office.toml").write_text(f'[house]\nname = "Bürgerbüro"\n[sms]\nnumber = "{number}"\n')
        return Office(folder, [Channel("sms", settings=SETTINGS, catalogues=OWN)])

    return make


def options(file: Path, **others: str) -> Mapping[str, Any]:
    return {"survey": "vote", "output": str(file), "locale": "", "size": "poster", **others}


def test_the_file_is_there_and_an_older_one_replaced(make_office: Callable[[str], Office], tmp_path: Path) -> None:
    file = tmp_path / "notice.pdf"
    file.write_text("older")
    assert write(make_office(NUMBER), options(file, locale="en", size="newspaper")) == 0
    assert file.read_bytes() == pdf(
        notice(sample("vote"), CATALOGUES["en"], House("Bürgerbüro", ""), READABLE.replace(" ", "\xa0")),
        SIZES["newspaper"],
    )
    assert [left.name for left in tmp_path.glob("notice.pdf*")] == ["notice.pdf"]


@pytest.mark.parametrize(
    ("number", "others", "error", "says"),
    [
        ("", {}, ConfigError, "Set number in [sms]"),
        ("0151 0000", {}, ConfigError, "Set number in [sms]"),
        ("+49", {}, ConfigError, "Set number in [sms]"),
        (NUMBER, {"locale": "fr"}, UsageError, "vote has no locale “fr”. It has: de, de@easy, en."),
        (NUMBER, {"survey": "nothing"}, UsageError, "There is no survey “nothing”"),
        (NUMBER, {"output": "/dev/null/notice.pdf"}, StoreError, "/dev/null/notice.pdf cannot be written"),
    ],
)
def test_what_cannot_be_printed_is_said(
    make_office: Callable[[str], Office],
    tmp_path: Path,
    number: str,
    others: Mapping[str, str],
    error: type[KioskError],
    says: str,
) -> None:
    file = tmp_path / "notice.pdf"
    with pytest.raises(error, match=re.escape(says)):
        write(make_office(number), options(file, **others))
    assert not list(tmp_path.glob("notice.pdf*"))


def test_a_sign_that_the_font_has_not_is_named(make_office: Callable[[str], Office], tmp_path: Path) -> None:
    office = make_office(NUMBER)
    file = office.folder / "surveys" / "vote.toml"
    file.write_text(file.read_text().replace("Wie bisher", "Kaž dotal, ně"))
    with pytest.raises(ConfigError, match="The font for print has no ě"):
        write(office, options(tmp_path / "notice.pdf"))


def test_a_faulty_survey_is_not_printed(make_office: Callable[[str], Office], tmp_path: Path) -> None:
    office = make_office(NUMBER)
    (office.folder / "surveys" / "vote.toml").write_text("locales = 1")
    with pytest.raises(SurveyError):
        write(office, options(tmp_path / "notice.pdf"))


@pytest.mark.parametrize(
    ("number", "country", "reads"),
    [
        (NUMBER, "DE", "01510 0000001"),
        ("+43 664 0000000", "DE", "00 43 664 0000000"),
        ("+43 664 0000000", "AT", "0664 0000000"),
    ],
)
def test_a_number_reads_as_one_dials_it(number: str, country: str, reads: str) -> None:
    assert readable(number, country).replace("\xa0", " ") == reads
