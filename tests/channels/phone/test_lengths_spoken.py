"""How long a call takes in real sounds: every question and the notice 20 seconds at most, and the whole of it what the
greeting says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from channels.phone.render import speak
from channels.phone.sounds import Sounds, make, seconds
from kiosk.call import Pause, Phrase, Sound, Step
from kiosk.calling.answering import GREETING
from kiosk.calling.menus import Scene
from kiosk.calling.state import Call, Stage
from kiosk.calling.words import Words
from kiosk.interview import Interview
from kiosk.office import Office
from kiosk.prompt import Ask, Close, Consent, Disposition, Prompt, Review
from kiosk.record import Reply
from kiosk.survey import Kind, Survey
from tests.kiosk.generated import LOCALES, SAMPLES
from tests.kiosk.running import make_office
from tests.kiosk.voice.standins import need_espeak

pytestmark = pytest.mark.peers

PROMPT = 20.0  # seconds
NEAR = 30.0  # seconds: half a minute, because the greeting tells whole ones
KEY = 1.0  # seconds that somebody takes to press one


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    need_espeak()
    return Office(make_office(tmp_path_factory.mktemp("lengths") / "office"))


class Heard:
    """One survey in one language, as it is said."""

    def __init__(self, office: Office, survey: Survey, locale: str) -> None:
        self.sounds = make(office)
        self.words = Words(office, "phone", speak)
        self.survey = survey
        self.call = Call(locale=locale, survey=survey.name)
        self.scene = Scene([survey], Interview(survey, locale, consent=True), "01234567890", withheld=False)

    def step(self, shown: Prompt, code: str = "", place: int = 0) -> Step:
        reply = Reply(shown, self.call.locale, code)
        return self.words.step(1, replace(self.call, stage=Stage.INTERVIEW, reply=reply, place=place), self.scene)

    @property
    def questions(self) -> Iterator[Step]:
        for question in self.survey.questions:
            if question.asks:
                yield self.step(Ask(question.name, 1, 1))
                for place in range(1, len(question.choices) if question.kind is Kind.SELECT_MULTIPLE else 0):
                    yield self.step(Ask(question.name, 1, 1), place=place)

    @property
    def whole(self) -> Iterator[Step]:
        """From the greeting to the code, which is said twice."""
        yield self.words.step(1, replace(self.call, notes=GREETING), self.scene)
        yield self.step(Consent())
        yield from self.questions
        yield self.step(Review())
        yield self.step(Close(Disposition.COMPLETE), "01234567890")

    def seconds(self, said: tuple[Sound, ...]) -> float:
        return sum(_seconds(self.sounds, one) for one in said)


def _seconds(sounds: Sounds, one: Sound) -> float:
    match one:
        case Phrase():
            return seconds(sounds.file(one))
        case Pause(length):
            return length
    raise TypeError(one)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_takes_too_long(office: Office, name: str, locale: str) -> None:
    heard = Heard(office, office.survey(name), locale)
    for step in heard.questions:
        assert heard.seconds(step.say) <= PROMPT, step.say[0]
    notice = heard.step(Consent())
    assert heard.seconds(notice.say[: notice.must_hear]) <= PROMPT, notice.say[0]
    told = 60 * heard.words.minutes([heard.survey])
    assert sum(heard.seconds(step.say) + KEY for step in heard.whole) == pytest.approx(told, abs=NEAR)
