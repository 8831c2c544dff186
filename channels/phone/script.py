"""Everything that a call about a survey can say: what the office may record, and what is made ahead.

It is found by saying every stage, question, answer and end, in every language, with the very words that a call is led
with; so nothing is said that does not stand here, and nothing that stands here is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from channels.phone.render import speak
from kiosk.call import Phrase
from kiosk.calling.answering import GREETING, SAID
from kiosk.calling.menus import NOT_A_KEY, Scene, languages
from kiosk.calling.state import Call, Stage
from kiosk.calling.words import Words
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.prompt import Ask, Close, Consent, Disposition, Problem, Prompt, Review
from kiosk.record import Reply
from kiosk.survey import Answer, Kind, Missing, Question, Survey

MODE = "phone"
CODE = "01234567890"  # every digit
PROBLEMS = (Problem.NOT_A_CHOICE, Problem.NOTHING_HEARD, Problem.REQUIRED, Problem.NO_WAY_BACK, Problem.STALE)
OF_NUMBERS = (Problem.NOT_A_NUMBER, Problem.OUT_OF_RANGE)
SETTLED = (Missing.UNREADABLE, Missing.INVALID)  # as a person may settle what was said, while the call still lasts
AROUND = [stage for stage in Stage if stage not in (Stage.INTERVIEW, Stage.LACKING, Stage.CHECKING)]


def phrases(office: Office, survey: Survey) -> tuple[Phrase, ...]:
    """Each once, in the order of a call, one language after the other."""
    words = Words(office, MODE, speak)
    said = (
        phrase
        for locale in languages([survey], office.catalogues)
        for call, scene in _calls(office, survey, locale)
        for phrase in words.step(1, call, scene).say
        if isinstance(phrase, Phrase)
    )
    return tuple(dict.fromkeys(said))


def _calls(office: Office, survey: Survey, locale: str) -> Iterator[tuple[Call, Scene]]:
    interview = Interview(survey, locale, consent=True, answers={})
    surveys = office.open_surveys() or [survey]
    scene = Scene(surveys, interview, CODE, withheld=False)
    call = Call(locale=locale, survey=survey.name)
    yield replace(call, notes=GREETING), Scene([survey], None, "", withheld=False)
    yield call, scene
    for shown in _prompts(survey):
        yield replace(call, stage=Stage.INTERVIEW, reply=Reply(shown, locale)), scene
    yield replace(call, stage=Stage.INTERVIEW, reply=Reply(Consent(), locale), whole=True), scene
    for question in survey.questions:
        if question.asks:
            yield from ((one, scene) for one in _of(call, question))
            yield from _checked(call, question, scene)
    for stage in AROUND:
        yield replace(call, stage=stage), scene
        yield replace(call, stage=stage, place=1, problem=NOT_A_KEY), replace(scene, withheld=True)
    for note in SAID:
        yield replace(call, stage=Stage.OVER, notes=(note,)), scene
    for disposition in Disposition:
        for code in ("", CODE):
            reply = Reply(Close(disposition), locale, code)
            yield replace(call, stage=Stage.INTERVIEW, reply=reply), scene


def _prompts(survey: Survey) -> Iterator[Prompt]:
    yield Consent()
    yield from (Consent(problem, help=True) for problem in PROBLEMS)
    notes: tuple[str, ...] = ()
    for question in survey.questions:
        if not question.asks:
            notes = (*notes, question.name)
            continue
        yield Ask(question.name, 1, 1, notes)
        notes = ()
        numbers = OF_NUMBERS if question.kind is Kind.INTEGER else ()
        yield from (Ask(question.name, 1, 1, (), problem, help=True) for problem in (*PROBLEMS, *numbers))
    yield Review(notes)
    yield from (Review((), problem, help=True) for problem in PROBLEMS)


def _of(call: Call, question: Question) -> Iterator[Call]:
    """What is said of one question beside its prompt."""
    asked = replace(call, reply=Reply(Ask(question.name, 1, 1), call.locale))
    if question.kind is Kind.SELECT_MULTIPLE:
        for place in range(len(question.choices)):
            yield replace(asked, stage=Stage.INTERVIEW, place=place)
    if question.kind is Kind.INTEGER:
        yield replace(asked, stage=Stage.LACKING)


def _checked(call: Call, question: Question, scene: Scene) -> Iterator[tuple[Call, Scene]]:
    """Every answer, read back."""
    if scene.interview is None:
        return
    alone = replace(scene.interview.survey, questions=(replace(question, relevant=()),))
    answers = [Answer((choice.name,)) for choice in question.choices] or [Answer(pending=True)]
    answers += [Answer(missing=missing) for missing in (*alone.missing, Missing.SKIPPED, *SETTLED)]
    for answer in answers:
        interview = Interview(alone, call.locale, consent=True, answers={question.name: answer})
        yield replace(call, stage=Stage.CHECKING), replace(scene, interview=interview)
