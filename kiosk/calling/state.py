"""Where one call stands, as plain data: the stage, what belongs to it, and the interview's last reply.

    GREETED -> language -> SURVEY -> (CODE_ASKED -> CODE) | RESUME | ANOTHER -> INTERVIEW -> ... -> the end
                                                                                  |
                         LACKING a number, RECORDING -> KEEPING, CHECKING, and HELPING behind key 0

It is sealed in the row of the call between two events, so that nothing of it is lost with the process, and no telephone
system has to carry any of it around.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum

from kiosk import wire
from kiosk.call import Caller
from kiosk.record import Reply


class Stage(StrEnum):
    """What the caller was asked last."""

    GREETED = "greeted"  # which language
    SURVEY = "survey"  # which one
    CODE_ASKED = "code_asked"  # a withheld number: is there a code to go on with
    CODE = "code"  # to be entered
    RESUME = "resume"  # go on where it stopped
    ANOTHER = "another"  # does somebody else want to answer
    INTERVIEW = "interview"  # what the interview's prompt asks
    LACKING = "lacking"  # why there is no number
    RECORDING = "recording"  # to speak
    KEEPING = "keeping"  # what is to become of it
    CHECKING = "checking"  # an answer, read back
    HELPING = "helping"  # the menu behind key 0
    STOPPING = "stopping"  # really no more word from us
    TRANSFERRED = "transferred"  # to a person
    OVER = "over"


LED = (Stage.INTERVIEW, Stage.LACKING, Stage.RECORDING, Stage.KEEPING, Stage.CHECKING)  # in an interview


@dataclass(frozen=True, slots=True)
class Call:
    """`notes` are messages said before anything else. `problem` is the message that says why a menu comes once more.
    `place` counts within a stage: the page of a list, the choice of several, the answer that is read back. `back` is
    the stage that the help came from. `starred` is when * was pressed last."""

    stage: Stage = Stage.GREETED
    locale: str = ""
    survey: str = ""
    episode: int = 0
    code: str = ""  # by which a withheld number came back to its interview
    reply: Reply | None = None
    notes: tuple[str, ...] = ()
    problem: str = ""
    place: int = 0
    picked: tuple[str, ...] = ()
    recording: str = ""
    whole: bool = False  # the whole privacy notice was asked for
    replays: bool = False  # the recording was asked for
    silences: int = 0
    guesses: int = 0  # codes that name nothing
    back: Stage = Stage.OVER
    starred: int = 0

    def asks(self, stage: Stage, *notes: str) -> Call:
        """On to another stage."""
        return replace(
            self,
            stage=stage,
            notes=notes,
            problem="",
            place=0,
            picked=(),
            whole=False,
            replays=False,
            silences=0,
        )

    def again(self, problem: str = "") -> Call:
        """The same once more."""
        return replace(self, notes=(), problem=problem, replays=False)


def to_json(call: Call, caller: Caller) -> str:
    """With who calls, so that a call which nobody told the end of can be brought to one."""
    state = {one.name: getattr(call, one.name) for one in fields(call)}
    state["reply"] = wire.reply_to(call.reply) if call.reply else None
    return wire.dumps({"call": state, "caller": {one.name: getattr(caller, one.name) for one in fields(caller)}})


def from_json(text: bytes) -> tuple[Call, Caller]:
    data = wire.loads(text)
    state = data["call"]
    call = Call(
        **state
        | {
            "stage": Stage(state["stage"]),
            "back": Stage(state["back"]),
            "reply": wire.reply_from(state["reply"]) if state["reply"] else None,
            "notes": tuple(state["notes"]),
            "picked": tuple(state["picked"]),
        }
    )
    return call, Caller(**data["caller"])
