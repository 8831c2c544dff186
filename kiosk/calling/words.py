"""What a caller hears at each stage of a call, and what the line waits for: from a `Call` to its next `Step`.

Always the same for the same call, so that a step which is asked for once more is said once more. Every word can be cut
off by a key but title, brief and purpose of a survey, which must be heard before the yes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kiosk import wording
from kiosk.call import HangUp, Keys, Pause, Phrase, Record, Replay, Sound, Step, Then, Transfer
from kiosk.calling.keys import NO, YES
from kiosk.calling.menus import (
    CHECKING,
    KEEPING,
    MENUS,
    Offers,
    Scene,
    answers_of,
    helping,
    lacking,
    languages,
    page_of,
    survey_lets_go,
)
from kiosk.calling.state import LED, Call, Stage
from kiosk.catalogue import Catalogue
from kiosk.office import Office
from kiosk.prompt import Ask, Close, Consent, Prompt, Review
from kiosk.survey import Answer, Kind, Question, Survey
from kiosk.wording import Does, Wording

ENTRY = 15  # keys of a number or a code: always ended by #, or its # would fall on what is asked next
BETWEEN, APART = 0.1, 0.6  # seconds between two digits of a code, and around its groups, beside each sound's own
# Seconds of a call that is heard to its end: greeting, notice, and the code twice; and for each time that is asked.
AROUND, EACH = 100, 17


@dataclass(frozen=True, slots=True)
class _Said:
    sounds: tuple[Sound, ...]
    then: Then
    must: tuple[Sound, ...] = ()


class Words:
    """Says calls for one office, in the words of one channel."""

    def __init__(self, office: Office, mode: str, speak: Callable[[Wording, Catalogue], str]) -> None:
        self._office = office
        self._mode = mode
        self._speak = speak

    def step(self, number: int, call: Call, scene: Scene) -> Step:
        """What the line does next."""
        notes = self._notes(call, scene)
        said = self._at(call, scene)
        return Step(
            number, (*notes, *said.must, *said.sounds), said.then, len(notes) + len(said.must) if said.must else 0
        )

    def minutes(self, surveys: Sequence[Survey]) -> int:
        """How long a call takes, of the longest survey."""
        most = max(map(_times_asked, surveys), default=0)
        return max(1, round((AROUND + most * EACH) / 60))

    # -- the stages

    def _at(self, call: Call, scene: Scene) -> _Said:
        if call.stage in LED and scene.interview is None:  # it was erased
            return _Said((self._phrase(call.locale, "call.bye"),), HangUp())
        if call.stage in (Stage.GREETED, Stage.SURVEY) and not scene.surveys:  # it was closed meanwhile
            return _Said(self._told(call, "which.none"), HangUp())
        match call.stage:
            case Stage.GREETED:
                return _Said((*self._problem(call), *self._languages(scene)), self._one())
            case Stage.SURVEY:
                return _Said(self._surveys(call, scene.surveys), self._one())
            case Stage.CODE:
                return _Said(self._menu(call, "call.code.enter", ()), self._many())
            case Stage.INTERVIEW:
                return self._prompt(call, scene)
            case Stage.LACKING:
                return _Said(
                    self._menu(call, "call.lacking", lacking(_asked(call, scene), _survey(scene))), self._one()
                )
            case Stage.RECORDING:
                return _Said(self._menu(call, "call.record", ()), Record())
            case Stage.KEEPING:
                replay = (Replay(call.recording),) if call.replays else ()
                return _Said((*replay, *self._menu(call, "call.recorded", KEEPING)), self._one())
            case Stage.CHECKING:
                return _Said(self._checked(call, scene), self._one())
            case Stage.HELPING:
                return _Said(self._menu(call, "call.help", helping(scene)), self._one())
            case Stage.TRANSFERRED:
                number = str(self._office.settings(self._mode)["transfer"])
                return _Said(self._menu(call, "call.transfer", ()), Transfer(number))
            case Stage.OVER:
                return _Said((), HangUp())
            case _:
                message, offers = MENUS[call.stage]
                return _Said(self._menu(call, message, offers), self._one())

    def _languages(self, scene: Scene) -> Iterator[Phrase]:
        """Each in itself."""
        for key, locale in enumerate(languages(scene.surveys, self._office.catalogues), start=1):
            yield from self._say(self._wording(locale, "", ((str(key), "call.language"),)), locale)

    def _surveys(self, call: Call, surveys: Sequence[Survey]) -> tuple[Phrase, ...]:
        """One page of those that are open."""
        catalogue = self._office.catalogues[call.locale]
        page, more = page_of(surveys, call.place)
        words = wording.which_survey(page, catalogue, self._mode, self._office.house)
        if more:
            offer = self._wording(call.locale, "", ((str(len(page) + 1), "call.more"),))
            words = replace(words, options=(*words.options, *offer.options))
        return (*self._problem(call), *self._say(words, call.locale))

    def _prompt(self, call: Call, scene: Scene) -> _Said:
        """What the interview asks."""
        if call.reply is None or scene.interview is None:
            return _Said((), HangUp())
        shown, survey = call.reply.prompt, scene.interview.survey
        words = wording.word(shown, survey, self._office.catalogues[call.locale], self._mode, self._office.house)
        match shown:
            case Consent():
                return self._consent(call, shown, survey, words)
            case Ask():
                return self._ask(call, _asked(call, scene), survey, words)
            case Review():
                offers = self._wording(call.locale, "", ((YES, "call.review.submit"), (NO, "call.review.hear")))
                return _Said(self._say(replace(words, options=offers.options), call.locale), self._one())
            case Close():
                return self._close(call, words)

    def _consent(self, call: Call, shown: Consent, survey: Survey, words: Wording) -> _Said:
        offers = self._wording(
            call.locale, "", ((YES, "call.consent.yes"), (NO, "call.consent.no"), ("3", "call.notice"))
        )
        asks = replace(offers, problem=words.problem, help=words.help)
        sounds = self._say(asks, call.locale)
        if shown.problem:
            return _Said(sounds, self._one())
        if call.whole:
            catalogue, house = self._office.catalogues[call.locale], self._office.house
            whole = wording.full_notice(survey, catalogue, house, self._mode)
            lines = (line for paragraph in whole for line in paragraph.split("\n"))
            return _Said((*(Phrase(line, call.locale) for line in lines), *sounds), self._one())
        return _Said(sounds, self._one(), self._say(Wording(text=words.text, notes=words.notes), call.locale))

    def _ask(self, call: Call, question: Question | None, survey: Survey, words: Wording) -> _Said:
        if question is None:
            return _Said((), HangUp())
        many = question.kind is Kind.INTEGER
        match question.kind:
            case Kind.SELECT_MULTIPLE:
                words = self._one_of_several(call, question, words)
            case Kind.TEXT:
                offers: Offers = ((YES, "call.speak"), (NO, "call.speak.not"))
                silent = survey_lets_go(survey, question)
                options = self._wording(call.locale, "", offers if silent else offers[:1]).options
                words = replace(words, options=options)
            case Kind.INTEGER:
                how = ("call.number.enter", *(("call.number.none",) if lacking(question, survey) else ()))
                hint = " ".join(self._wording(call.locale, message, ()).text for message in how)
                words = replace(words, options=(), hint=f"{words.hint} {hint}")
        return _Said(self._say(words, call.locale), self._many() if many else self._one())

    def _one_of_several(self, call: Call, question: Question, words: Wording) -> Wording:
        """Yes or no to one of the choices; the way out is named with the first."""
        label = words.options[call.place].label
        offers = self._wording(call.locale, "", ((YES, "call.yes"), (NO, "call.no"))).options
        ways_out = tuple(option for option in words.options if option.does is Does.DECLINE)
        choice = self._wording(call.locale, "call.several", (), label=label).text
        if call.place:
            return Wording(text=choice, options=offers, problem=words.problem, help=words.help)
        return replace(words, hint=choice, options=(*offers, *ways_out))

    def _close(self, call: Call, words: Wording) -> _Said:
        """The end, and the code twice, digit by digit; it can be heard again for as long as somebody listens."""
        sounds = self._say(Wording(text=words.text), call.locale)
        code = call.reply.code if call.reply else ""
        if not code:
            return _Said((*sounds, self._phrase(call.locale, "call.bye")), HangUp())
        return _Said(
            (*sounds, *self._code(call.locale, code), self._phrase(call.locale, "call.code.star")), self._one()
        )

    def _code(self, locale: str, code: str) -> Iterator[Sound]:
        for message in ("call.code", "call.code.again"):
            yield self._phrase(locale, message)
            for place, digit in enumerate(code):
                yield Pause(APART if place % 4 == 0 else BETWEEN)
                yield Phrase(digit, locale)
            yield Pause(APART)
        yield self._phrase(locale, "call.code.use")

    def _checked(self, call: Call, scene: Scene) -> tuple[Sound, ...]:
        """One answer, read back; words that somebody wrote or said are not."""
        interview = scene.interview
        if interview is None:
            return ()
        answered = answers_of(interview)
        if call.place >= len(answered):  # a message has changed what is asked, since the key was pressed
            return self._menu(call, "", CHECKING)
        question = answered[call.place]
        answer = interview.answers[question.name]
        label = Phrase(_line(question.label_for(self._mode, call.locale)), call.locale)
        if answer.pending or (question.kind is Kind.TEXT and not answer.missing):
            told: Iterable[Sound] = (self._phrase(call.locale, "call.check.words"),)
        else:
            told = (self._phrase(call.locale, "call.check"), *self._given(call.locale, question, answer))
        return (label, *told, *self._menu(call, "", CHECKING))

    def _given(self, locale: str, question: Question, answer: Answer) -> Iterator[Sound]:
        """Each value by itself, so that each is one sound wherever it stands; a number digit by digit, because sounds
        are kept, and none may be what somebody entered."""
        catalogue = self._office.catalogues[locale]
        is_number = question.kind is Kind.INTEGER and not answer.missing
        values = [digit for digit in "".join(answer.values) if digit.isdecimal()] if is_number else answer.values
        for one in [replace(answer, values=(value,)) for value in values] or [answer]:
            yield Pause(BETWEEN)
            yield Phrase(wording.answer_words(question, one, catalogue), locale)

    # -- words

    def _notes(self, call: Call, scene: Scene) -> tuple[Sound, ...]:
        sounds: list[Sound] = []
        minutes = self.minutes(scene.surveys)
        for note in call.notes:
            message = "call.length.one" if note == "call.length" and minutes == 1 else note
            if message == "call.code":
                sounds.extend(self._code(call.locale, scene.code))
            else:
                sounds.extend(self._told(call, message, minutes=minutes))
        return tuple(sounds)

    def _told(self, call: Call, message: str, **values: object) -> tuple[Phrase, ...]:
        catalogue, house = self._office.catalogues[call.locale], self._office.house
        return self._say(wording.tell(message, catalogue, self._mode, house, **values), call.locale)

    def _menu(self, call: Call, message: str, offers: Offers) -> tuple[Phrase, ...]:
        words = self._wording(call.locale, message, offers)
        return (*self._problem(call), *self._say(words, call.locale))

    def _problem(self, call: Call) -> tuple[Phrase, ...]:
        return self._say(self._wording(call.locale, call.problem, ()), call.locale) if call.problem else ()

    def _wording(self, locale: str, message: str, offers: Offers, **values: object) -> Wording:
        catalogue = self._office.catalogues[locale]
        return wording.menu(message, offers, catalogue, self._mode, self._office.house, **values)

    def _phrase(self, locale: str, message: str, **values: object) -> Phrase:
        return Phrase(_line(self._wording(locale, message, (), **values).text), locale)

    def _say(self, words: Wording, locale: str) -> tuple[Phrase, ...]:
        lines = self._speak(words, self._office.catalogues[locale]).split("\n")
        return tuple(Phrase(line, locale) for line in lines if line)

    def _one(self) -> Keys:
        return Keys(1, self._patience)

    def _many(self) -> Keys:
        return Keys(ENTRY, self._patience)

    @property
    def _patience(self) -> int:
        return max(3, min(10, int(self._office.settings(self._mode)["patience_seconds"])))


def _asked(call: Call, scene: Scene) -> Question | None:
    shown: Prompt | None = call.reply.prompt if call.reply else None
    survey = _survey(scene)
    return survey.question(shown.question) if survey and isinstance(shown, Ask) else None


def _survey(scene: Scene) -> Survey | None:
    return scene.interview.survey if scene.interview else None


def _times_asked(survey: Survey) -> int:
    """A choice of several is asked choice by choice."""
    asked = (question for question in survey.questions if question.asks)
    return sum(len(one.choices) if one.kind is Kind.SELECT_MULTIPLE else 1 for one in asked)


def _line(text: str) -> str:
    return " ".join(text.split())
