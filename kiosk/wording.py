"""From a prompt to words: the only module that phrases anything for a respondent.

What is said is data (`Wording`), not a page or a message: a terminal draws it, a text channel joins it, a phone reads
it. All sentences are whole messages of the catalogue with named fields; none is built by concatenation, because word
order differs between languages.

A channel may say a message in its own words: its catalogue has it under the mode's name ("sms.consent.ask"), and those
words come first. The meaning stays the same.

The notice is the survey's own text plus sentences that follow from its settings (who may take part, minors, identity,
retention, what a broken-off interview becomes). So the notice cannot say something else than what the store does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.catalogue import Catalogue
from kiosk.prompt import Ask, Close, Consent, Problem, Prompt, Review
from kiosk.survey import MAX_TEXT, MISSING_KEYS, Answer, Kind, Missing, Question, Survey


class Does(StrEnum):
    """What an option does, so that a channel can make the input from it."""

    CHOOSE = "choose"
    DECLINE = "decline"
    CONSENT = "consent"
    SUBMIT = "submit"
    CALL = "call"  # something about the call itself; its label is a whole sentence with the key


@dataclass(frozen=True, slots=True)
class House:
    """Whom a respondent can reach: as the office's [house] section names it. `officer`: for data protection."""

    name: str
    phone: str
    address: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `key` is the same sign in every channel (SMS number, phone digit, box number); "" where a
    digit would be an answer itself. `value` is a choice's name, a `Missing`, or yes/no."""

    key: str
    value: str
    label: str
    does: Does = Does.CHOOSE


@dataclass(frozen=True, slots=True)
class Wording:
    """One prompt in words. Empty strings mean: nothing to say there. `number` is the question's place in the
    questionnaire and `numbers` how many there are, as a printed notice has them; 0 for what is no question."""

    text: str
    options: tuple[Option, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str = ""
    problem: str = ""
    help: str = ""
    progress: str = ""
    number: int = 0
    numbers: int = 0
    languages: tuple[str, ...] = ()  # how to go on in another one, each in itself


@dataclass(frozen=True, slots=True)
class _Voice:
    """Says messages in the words of one mode, where it has its own."""

    catalogue: Catalogue
    mode: str
    house: House

    def say(self, message: str, **values: object) -> str:
        own = f"{self.mode}.{message}"
        form = own if own in self.catalogue.messages else message
        return self.catalogue.say(form, **values)

    def reach(self, message: str, **values: object) -> str:
        """A message that may name the house's phone, or its other form where the office has none."""
        other = f"{message}.no_phone"
        form = message if self.house.phone or other not in self.catalogue.messages else other
        return self.say(form, house=self.house.name, phone=self.house.phone, **values)


def word(prompt: Prompt, survey: Survey, catalogue: Catalogue, mode: str, house: House, code: str = "") -> Wording:
    """The prompt in the words of the catalogue's locale, for one mode. `code`: the receipt code that goes with it."""
    voice = _Voice(catalogue, mode, house)
    match prompt:
        case Consent(problem, help):
            return _consent(survey, voice, problem, help)
        case Ask():
            return _ask(prompt, survey, voice)
        case Review(notes, problem, help):
            return Wording(
                text=voice.say("review.ask"),
                options=(Option("1", "yes", voice.say("review.submit"), Does.SUBMIT),),
                notes=_notes(notes, survey, voice),
                problem=_problem(problem, voice),
                help=voice.reach("help") if help else "",
            )
        case Close(disposition):
            handed = voice.say("close.code", code=code) if code else ""
            return Wording(text=voice.say(f"close.{disposition}"), hint=handed)


def which_survey(
    surveys: Sequence[Survey], catalogue: Catalogue, mode: str, house: House, *, again: bool = False, help: bool = False
) -> Wording:
    """Several surveys are open: which one? `again`: what was said named none of them."""
    voice = _Voice(catalogue, mode, house)
    return Wording(
        text=voice.say("which.ask"),
        options=tuple(
            Option(str(place), survey.name, _title(survey, catalogue.locale)) for place, survey in enumerate(surveys, 1)
        ),
        problem=voice.say("problem.not_a_choice") if again else "",
        help=voice.reach("help") if help else "",
    )


def another(survey: Survey, catalogue: Catalogue, mode: str, house: House, *, again: bool = False) -> Wording:
    """There are answers from this number already: does somebody else want to answer?"""
    voice = _Voice(catalogue, mode, house)
    return Wording(
        text=voice.say("another.ask", title=_title(survey, catalogue.locale)),
        options=(
            Option("1", "yes", voice.say("another.yes"), Does.CONSENT),
            Option("2", "no", voice.say("another.no"), Does.CONSENT),
        ),
        problem=voice.say("problem.no_yes") if again else "",
    )


def menu(
    message: str,
    offers: Sequence[tuple[str, str]],
    catalogue: Catalogue,
    mode: str,
    house: House,
    **values: object,
) -> Wording:
    """Something that a call itself says or asks, which is in no survey. `offers` are keys, each with the id of the
    sentence that names it."""
    voice = _Voice(catalogue, mode, house)
    return Wording(
        text=voice.say(message, **values) if message else "",
        options=tuple(Option(key, key, voice.say(words, key=key), Does.CALL) for key, words in offers),
    )


def tell(message: str, catalogue: Catalogue, mode: str, house: House, **values: object) -> Wording:
    """A message that asks nothing."""
    return Wording(text=_Voice(catalogue, mode, house).reach(message, **values))


def receipt(code: str, catalogue: Catalogue) -> str:
    """The sentence that hands over the code, grouped for reading."""
    return catalogue.say("close.code", code=code)


def help_words(catalogue: Catalogue, house: House) -> str:
    """How to reach a person."""
    return reach("help", catalogue, house)


def reach(message: str, catalogue: Catalogue, house: House) -> str:
    """A message that names the house's phone, or its other form where the office has none."""
    return _Voice(catalogue, "", house).reach(message)


def full_notice(survey: Survey, catalogue: Catalogue, house: House, mode: str = "") -> tuple[str, ...]:
    """The whole privacy notice (Art. 13 GDPR) by paragraphs: who asks, the survey's own, and what follows from its
    settings, in the words of the mode where it is heard or read in one."""
    own = [part.strip() for part in survey.notice[catalogue.locale].split("\n\n") if part.strip()]
    return ("\n".join(_who(catalogue, house)), *own, *_settings(survey, _Voice(catalogue, mode, house)))


def answer_words(question: Question, answer: Answer, catalogue: Catalogue) -> str:
    """An answer as its respondent reads it: labels, the number, the text, or why there is none. What waits for a person
    is none yet, whatever a machine read."""
    if answer.pending:
        return catalogue.say("answer.pending")
    if answer.missing:
        return catalogue.say(f"missing.{answer.missing}")
    labels = {choice.name: choice.label[catalogue.locale] for choice in question.choices}
    return catalogue.say("list.joiner").join(labels.get(value, value) for value in answer.values)


def _who(catalogue: Catalogue, house: House) -> Iterator[str]:
    yield catalogue.say("notice.house", house=house.name)
    if house.address:
        yield catalogue.say("notice.address", address=house.address)
    if house.phone:
        yield catalogue.say("notice.phone", phone=house.phone)
    if house.officer:
        yield catalogue.say("notice.officer", officer=house.officer)


def _settings(survey: Survey, voice: _Voice) -> tuple[str, ...]:
    words = any(question.kind is Kind.TEXT for question in survey.questions)
    retention = "notice.retention" if words else "notice.retention.choices"
    return (
        voice.say("notice.participants", who=survey.participants[voice.catalogue.locale]),
        voice.say(f"notice.minors.{survey.minors}"),
        voice.say(f"notice.identity.{survey.identity_mode}"),
        voice.say(f"notice.abandoned.{survey.abandoned}"),
        voice.say(retention, days=survey.retention_days),
        voice.say("notice.code"),
    )


def _title(survey: Survey, locale: str) -> str:
    """In the locale, or in the survey's first where it lacks that."""
    return survey.title.get(locale) or survey.title[survey.locales[0]]


def _consent(survey: Survey, voice: _Voice, problem: Problem | None, help: bool) -> Wording:
    locale = voice.catalogue.locale
    return Wording(
        text=voice.say("consent.ask", house=voice.house.name),
        options=(
            Option("1", "yes", voice.say("consent.yes"), Does.CONSENT),
            Option("2", "no", voice.say("consent.no"), Does.CONSENT),
        ),
        notes=(survey.title[locale], survey.brief_for(voice.mode, locale)),
        hint=voice.reach("consent.full"),
        languages=tuple(voice.say(f"language.{other}") for other in survey.locales if other != locale),
        problem=voice.say("problem.no_yes") if problem is Problem.NOT_A_CHOICE else _problem(problem, voice),
        help=voice.reach("help") if help else "",
    )


def _ask(ask: Ask, survey: Survey, voice: _Voice) -> Wording:
    asking = [question for question in survey.questions if question.asks]
    question = survey.question(ask.question)
    if question is None:
        raise LookupError(ask.question)
    locale = voice.catalogue.locale
    return Wording(
        text=question.label_for(voice.mode, locale),
        options=options(survey, question, voice.catalogue, voice.mode),
        notes=_notes(ask.notes, survey, voice),
        hint=question.hint_for(voice.mode, locale) or _usual_hint(question, voice),
        problem=_problem(ask.problem, voice, question),
        help=voice.reach("help") if ask.help else "",
        progress=voice.say("progress", asked=ask.asked, of=ask.of),
        number=asking.index(question) + 1,
        numbers=len(asking),
    )


def options(survey: Survey, question: Question, catalogue: Catalogue, mode: str = "") -> tuple[Option, ...]:
    """The choices with keys 1, 2, 3 ..., then the missing categories the survey offers, then skipping where allowed.
    A free text is refused by leaving it out, so it offers nothing but that."""
    voice, locale = _Voice(catalogue, mode, House("", "")), catalogue.locale
    chosen = [
        Option(str(position), choice.name, choice.label[locale])
        for position, choice in enumerate(question.choices, start=1)
    ]
    declined = [
        Option(
            key=MISSING_KEYS[missing] if question.choices else "",
            value=missing,
            label=voice.say(f"missing.{missing}"),
            does=Does.DECLINE,
        )
        for missing in survey.missing
        if question.kind is not Kind.TEXT
    ]
    if not question.required:
        declined.append(Option("", Missing.SKIPPED, voice.say("option.skip"), Does.DECLINE))
    return (*chosen, *declined)


def _notes(names: tuple[str, ...], survey: Survey, voice: _Voice) -> tuple[str, ...]:
    notes = (survey.question(name) for name in names)
    return tuple(note.label_for(voice.mode, voice.catalogue.locale) for note in notes if note)


def _usual_hint(question: Question, voice: _Voice) -> str:
    if question.kind is Kind.SELECT_MULTIPLE:
        return voice.say("hint.select_multiple")
    if question.kind is Kind.TEXT:
        return voice.say("hint.text")
    if question.kind is Kind.INTEGER and question.minimum is not None and question.maximum is not None:
        return voice.say("hint.integer", minimum=question.minimum, maximum=question.maximum)
    return ""


def _problem(problem: Problem | None, voice: _Voice, question: Question | None = None) -> str:
    if problem is None:
        return ""
    if problem is Problem.OUT_OF_RANGE:
        return _range_problem(question, voice)
    return voice.say(f"problem.{problem}", letters=MAX_TEXT)


def _range_problem(question: Question | None, voice: _Voice) -> str:
    """With the bounds there are. The number may have been meant for another question than the one that is shown now,
    or be longer than any number counts."""
    if question is None or (question.minimum is None and question.maximum is None):
        return voice.say(f"problem.{Problem.NOT_A_NUMBER}")
    if question.minimum is None:
        return voice.say("problem.too_high", maximum=question.maximum)
    if question.maximum is None:
        return voice.say("problem.too_low", minimum=question.minimum)
    return voice.say("problem.out_of_range", minimum=question.minimum, maximum=question.maximum)
