"""What a call offers to choose from beside the questions of a survey: keys, each with the id of the sentence that names
it. Both who says them (`words`) and who hears the keys (`answering`, `interviewing`) read them here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.calling.state import Stage
from kiosk.interview import Interview
from kiosk.survey import MISSING_KEYS, Missing, Question, Survey

Offers = Sequence[tuple[str, str]]
A_PAGE = 3  # surveys in one menu, where there are more than 4
MOST = 4  # offers in one menu
NOT_A_KEY, NO_KEY = "problem.not_a_choice", "problem.nothing_heard"  # why a menu comes once more
KEEPING: Offers = (("1", "call.keep"), ("2", "call.listen"), ("3", "call.record.again"), ("4", "call.discard"))
CHECKING: Offers = (("1", "call.check.next"), ("2", "call.check.change"))
MENUS: dict[Stage, tuple[str, Offers]] = {
    Stage.CODE_ASKED: ("call.withheld", (("1", "call.withheld.code"), ("2", "call.withheld.new"))),
    Stage.RESUME: ("call.resume", (("1", "call.resume.on"), ("2", "call.resume.new"))),
    Stage.ANOTHER: ("call.another", (("1", "call.another.yes"), ("2", "call.another.no"))),
    Stage.STOPPING: ("call.stop", (("1", "call.stop.yes"), ("2", "call.help.back"))),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What the words need to know beyond the call: the surveys that are open, and the interview with its code, if there
    is one."""

    surveys: Sequence[Survey]
    interview: Interview | None
    code: str
    withheld: bool


def languages(surveys: Sequence[Survey], catalogues: Iterable[str]) -> list[str]:
    """Those that any open survey is asked in."""
    spoken = {locale for survey in surveys for locale in survey.locales}
    return [locale for locale in catalogues if locale in spoken]


def page_of(surveys: Sequence[Survey], place: int) -> tuple[Sequence[Survey], bool]:
    """The surveys of one page of the menu, and whether the key behind them leads to more; from the last to the
    first."""
    if len(surveys) <= MOST:
        return surveys, False
    pages = -(-len(surveys) // A_PAGE)
    start = place % pages * A_PAGE
    return surveys[start : start + A_PAGE], True


def helping(scene: Scene) -> Offers:
    """What key 0 offers: a person; to be left alone, for a number that we see, or else the code to come back with; and
    back."""
    offers = ["call.help.person"]
    if not scene.withheld:
        offers.append("call.help.stop")
    elif scene.interview and scene.interview.consent and not scene.interview.closed:
        offers.append("call.help.code")
    return [(str(key), words) for key, words in enumerate([*offers, "call.help.back"], start=1)]


def lacking(question: Question | None, survey: Survey | None) -> Offers:
    """Why there is no number; nothing, where there has to be one."""
    if question is None or survey is None:
        return ()
    offers = [] if question.required else ["call.lacking.skip"]
    ways = [(str(key), words) for key, words in enumerate(["call.number", *offers], start=1)]
    declined = [
        (key, f"call.lacking.{missing}") for missing, key in MISSING_KEYS.items() if Missing(missing) in survey.missing
    ]
    return [*ways, *declined] if offers or declined else ()


def survey_lets_go(survey: Survey, question: Question) -> bool:
    """Whether a question may stay without an answer."""
    return not question.required or Missing.REFUSED in survey.missing


def answers_of(interview: Interview) -> list[Question]:
    """The questions whose answers can be read back, one after the other."""
    return [question for question in interview.survey.route(interview.answers) if question.name in interview.answers]
