"""`kiosk notice`: a survey on paper, for the local paper and the wall, with all that is needed to answer it in one SMS.

What is printed is plain data that knows no sizes; `sheet` draws it. The words are those of
the SMS mode, because whoever texts is asked in them whatever is still open. In front of every answer stands the very
sign to write for it (see signs). The whole privacy notice stands on the paper, so that the JA in the SMS is an informed
consent without anything to look up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.lists import format_list

from channels.numbers import FIRM, readable
from channels.sms.sheet import SIZES, Group, Line, Notice, Role, pdf
from channels.sms.signs import examples, sample, sign, to_type, written
from kiosk.catalogue import Catalogue
from kiosk.errors import StoreError, UsageError
from kiosk.office import Office
from kiosk.prompt import Ask
from kiosk.several import numbered
from kiosk.survey import MISSING_KEYS, Kind, Missing, Question, Relevant, Survey
from kiosk.wording import House, full_notice, reach, word

MODE = "sms"


def run(folder: Path, options: Mapping[str, Any]) -> int:
    """Write the PDF, whole or not at all. Raises UsageError for an unknown survey or locale, ConfigError without a
    number to text to, StoreError when the file cannot be written."""
    return write(Office(folder), options)


def write(office: Office, options: Mapping[str, Any]) -> int:
    """The same for an office that is there."""
    survey = office.survey(options["survey"])
    locale = options["locale"] or survey.locales[0]
    if locale not in survey.locales:
        raise UsageError(
            "locale.unknown", f"{survey.name} has no locale “{locale}”. It has: {', '.join(survey.locales)}."
        )
    settings = office.settings(MODE)
    number = readable(str(settings["number"]), str(settings["country"]))
    page = notice(survey, office.catalogues[locale], office.house, number)
    _write_file(Path(options["output"]), pdf(page, SIZES[options["size"]]))
    return 0


def notice(survey: Survey, catalogue: Catalogue, house: House, number: str) -> Notice:
    """Everything that is printed. `number` is what residents text to, as they read it."""
    return Notice(
        language=_language(catalogue),
        house=house.name,
        title=survey.title[catalogue.locale],
        mark=f"{survey.name} {survey.version}",
        page=catalogue.messages["notice.sms.page"],
        head=tuple(_head(survey, catalogue, house)),
        groups=(
            *_how(survey, catalogue, house, number),
            *_questions(survey, catalogue, house),
            *_privacy(survey, catalogue, house),
        ),
    )


def _head(survey: Survey, catalogue: Catalogue, house: House) -> Iterator[Line]:
    locale = catalogue.locale
    yield Line(Role.HOUSE, house.name)
    yield Line(Role.TITLE, survey.title[locale])
    yield Line(Role.BRIEF, survey.brief_for(MODE, locale))
    yield Line(Role.TEXT, catalogue.say("notice.participants", who=survey.participants[locale]))
    yield Line(Role.TEXT, catalogue.say(f"notice.minors.{survey.minors}"))
    days = [("opens", survey.opens), ("closes", survey.closes)]
    said = [catalogue.say(f"notice.sms.{which}", day=_day(day, catalogue)) for which, day in days if day]
    if said:
        yield Line(Role.TEXT, "\n".join(said))


# -- How to take part


def _how(survey: Survey, catalogue: Catalogue, house: House, number: str) -> Iterator[Group]:
    say, keyword, yes = catalogue.say, survey.keyword, to_type(catalogue, "words.yes")
    yield (
        Line(Role.HEADING, say("notice.sms.how")),
        Line(Role.TEXT, say("notice.sms.number")),
        Line(Role.TO_TYPE, number),
        Line(Role.TEXT, say("notice.sms.begin", keyword=keyword, yes=yes)),
        Line(Role.TEXT, say("notice.sms.consent", yes=yes)),
        *([Line(Role.TEXT, say("notice.sms.signs"))] if any(question.choices for question in survey.questions) else []),
    )
    yield (
        Line(Role.TEXT, say("notice.sms.examples")),
        *(Line(Role.TO_TYPE, example) for example in examples(survey, catalogue)),
        Line(Role.TEXT, say("notice.sms.yours")),
    )
    yield (Line(Role.TEXT, say("notice.sms.rest")),)
    yield (
        Line(Role.SUBHEADING, say("notice.sms.one_by_one")),
        Line(Role.TEXT, say("notice.sms.keyword_only", keyword=keyword, number=number)),
    )
    dialled = House(house.name, house.phone.replace(" ", FIRM))  # nobody should have to find half a number
    yield (
        Line(Role.SUBHEADING, say("notice.sms.without")),
        Line(Role.TEXT, reach("notice.sms.call", catalogue, dialled)),
        *([Line(Role.TEXT, say("notice.address", address=house.address))] if house.address else []),
    )
    yield (
        Line(Role.SUBHEADING, say("notice.sms.know")),
        Line(Role.TEXT, say("notice.sms.cost")),
        Line(Role.TEXT, say("notice.sms.emergency")),
        Line(Role.TEXT, say("notice.sms.stop", stop=to_type(catalogue, "words.command.stop"))),
    )


# -- The questions


def _questions(survey: Survey, catalogue: Catalogue, house: House) -> Iterator[Group]:
    numbers = {question.name: number for number, question in numbered(survey)}
    heading: Group = (Line(Role.HEADING, catalogue.say("web.survey.questions")),)
    for question in survey.questions:
        yield (*heading, *_question(numbers, question, survey, catalogue, house))
        heading = ()


def _question(
    numbers: Mapping[str, int], question: Question, survey: Survey, catalogue: Catalogue, house: House
) -> Iterator[Line]:
    conditions = [Line(Role.TEXT, _only_if(numbers, condition, survey, catalogue)) for condition in question.relevant]
    if not question.asks:
        yield from conditions
        yield Line(Role.TEXT, question.label_for(MODE, catalogue.locale))
        return
    number = numbers[question.name]
    words = word(Ask(question.name, number, len(numbers)), survey, catalogue, MODE, house)
    yield Line(Role.SUBHEADING, catalogue.say("notice.sms.question", number=number))
    yield from conditions
    yield Line(Role.ASKED, words.text)
    optional = "" if question.required else catalogue.say("notice.sms.optional")
    hints = (optional, words.hint, _how_to_write(number, question, catalogue))
    yield from (Line(Role.TEXT, hint) for hint in hints if hint)
    for option in words.options:
        if option.value != Missing.SKIPPED:
            key = option.key or MISSING_KEYS[option.value]
            yield Line(Role.OPTION, option.label, sign(number, key))


def _how_to_write(number: int, question: Question, catalogue: Catalogue) -> str:
    """Where a sign is not all there is to write."""
    answer = sample(number, question, catalogue)
    example = written(number, question, answer)
    match question.kind:
        case Kind.SELECT_MULTIPLE:
            return catalogue.say("notice.sms.several", sample=example)
        case Kind.INTEGER:
            return catalogue.say("notice.sms.integer", sample=example, value=answer.values[0])
        case Kind.TEXT:
            return catalogue.say("notice.sms.text", sign=f"{number}:")
        case _:
            return ""


def _only_if(numbers: Mapping[str, int], condition: Relevant, survey: Survey, catalogue: Catalogue) -> str:
    about = survey.question(condition.question)
    if about is None:
        raise LookupError(condition.question)
    answers = [
        catalogue.say(
            "notice.sms.answer",
            sign=sign(numbers[about.name], str(key)),
            label=" ".join(choice.label[catalogue.locale].split()),
        )
        for key, choice in enumerate(about.choices, start=1)
        if choice.name in condition.among
    ]
    return catalogue.say("notice.sms.only_if", answers=format_list(answers, style="or", locale=_language(catalogue)))


# -- The privacy notice, and small things


def _privacy(survey: Survey, catalogue: Catalogue, house: House) -> Iterator[Group]:
    heading: Group = (Line(Role.HEADING, catalogue.say("web.survey.notice")),)
    for paragraph in full_notice(survey, catalogue, house):
        yield (*heading, Line(Role.TEXT, paragraph))
        heading = ()


def _day(day: date, catalogue: Catalogue) -> str:
    return format_date(day, "full", locale=_language(catalogue))


def _language(catalogue: Catalogue) -> str:
    """Babel's formats and a PDF's readers know no easy German."""
    return catalogue.locale.partition("@")[0]


def _write_file(file: Path, pdf: bytes) -> None:
    new = file.with_name(file.name + ".new")
    try:
        new.write_bytes(pdf)
        new.replace(file)
    except OSError as error:
        raise StoreError("notice.disk", f"{file} cannot be written: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            new.unlink()  # it is still there when something went wrong
