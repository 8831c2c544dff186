"""The part of a call that leads an interview: keys become its inputs, speech becomes an answer that waits for a person.

A recording is made only after the caller said so by a key of its own (§ 201 StGB). It is one of the response's blobs
from then on, so it goes with it; to discard it, or to refuse, leaves no file. Silence after it keeps it, and so does
hanging up: whoever spoke wanted to be heard.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk import interview as machine
from kiosk.call import HeardNothing, Recorded
from kiosk.calling import keys
from kiosk.calling.menus import NOT_A_KEY, answers_of, survey_lets_go
from kiosk.calling.menus import lacking as offers_of
from kiosk.calling.moment import Moment
from kiosk.calling.state import Call, Stage
from kiosk.inputs import AskedAgain, Chose, FellSilent, Filled, Input, Misunderstood, Reopened, Submitted
from kiosk.prompt import Ask, Close, Consent, Problem, Review
from kiosk.record import Doubtful, DoubtKind, Reply, Via
from kiosk.survey import Answer, Kind, Question

SPOKEN = "spoken"  # why it is a doubt


def pressed(moment: Moment, call: Call, entered: str) -> Call:
    """Keys at what the interview asks."""
    shown = call.reply.prompt if call.reply else None
    if moment.ended(call) and not isinstance(shown, Close):
        return again(moment, call)
    match shown:
        case Consent() if entered == "3":
            return replace(again(moment, call), whole=True)
        case Consent():
            given = keys.to_consent(entered)
            return moment.take(call, given, *(("call.keys",) if entered == keys.YES else ()))
        case Ask():
            question = moment.asked(call)
            return _to_question(moment, call, question, entered) if question else call.again()
        case Review() if entered == keys.YES:
            return moment.take(call, Submitted())
        case Review() if entered == keys.NO:
            return call.asks(Stage.CHECKING)
        case Review():
            return moment.take(call, Misunderstood(Problem.NOT_A_CHOICE))
    return call.asks(Stage.OVER, "call.bye")


def again(moment: Moment, call: Call) -> Call:
    """The same once more, without what was wrong before."""
    if call.reply is None or isinstance(call.reply.prompt, Close):
        return call.again()
    return _same(call, moment.take(call, AskedAgain()))


def silent(moment: Moment, call: Call) -> Call:
    """Once more, or the end with what was answered."""
    if call.reply is None or isinstance(call.reply.prompt, Close):
        return call.asks(Stage.OVER, "call.bye")
    question = moment.asked(call)
    if question and question.kind is Kind.INTEGER and offers_of(question, moment.survey(call)):
        return call.asks(Stage.LACKING)  # not every line tells # alone from silence
    then = moment.take(call, FellSilent())
    over = then.reply is not None and isinstance(then.reply.prompt, Close)
    return replace(then, notes=("call.silent",)) if over else _same(call, then)


def before(moment: Moment, call: Call) -> Call:
    """The question before; of a choice of several, the choice before."""
    if call.stage is Stage.CHECKING:
        return replace(call.again(), place=max(0, call.place - 1))
    question = moment.asked(call)
    if call.stage is Stage.LACKING:
        return again(moment, call)
    if question and call.place:
        place = call.place - 1
        picked = tuple(name for name in call.picked if name != question.choices[place].name)
        return replace(call.again(), place=place, picked=picked)
    standing = moment.standing(call)
    name = machine.question_before(standing.interview) if standing and not standing.interview.closed else ""
    return moment.take(call, Reopened(name) if name else Misunderstood(Problem.NO_WAY_BACK))


def _same(call: Call, then: Call) -> Call:
    """Where a choice of several stands is not forgotten while its question stays."""
    asked = [one.reply.prompt for one in (call, then) if one.reply and isinstance(one.reply.prompt, Ask)]
    if len(asked) == 2 and asked[0].question == asked[1].question:
        return replace(then, place=call.place, picked=call.picked)
    return then


# -- one question


def _to_question(moment: Moment, call: Call, question: Question, entered: str) -> Call:
    survey = moment.survey(call)
    match question.kind:
        case Kind.SELECT_MULTIPLE:
            return _one_of_several(moment, call, question, entered)
        case Kind.INTEGER if entered in keys.NOTHING and offers_of(question, survey):
            return call.asks(Stage.LACKING)
        case Kind.INTEGER:
            return moment.take(call, keys.to_number(question, entered))
        case Kind.TEXT if entered == keys.YES:
            return call.asks(Stage.RECORDING)
        case Kind.TEXT if entered in (keys.NO, *keys.NOTHING) and survey_lets_go(survey, question):
            return moment.take(call, keys.left_out(survey, question))
        case Kind.TEXT:
            return moment.take(call, Misunderstood(Problem.NOT_A_CHOICE))
    return moment.take(call, keys.to_choice(survey, question, entered))


def _one_of_several(moment: Moment, call: Call, question: Question, entered: str) -> Call:
    """Yes or no to the choice at `place`; after the last one all of them are the answer."""
    survey = moment.survey(call)
    if entered in (keys.YES, keys.NO):
        name = question.choices[call.place].name
        picked = (*call.picked, name) if entered == keys.YES else call.picked
        if call.place + 1 < len(question.choices):
            return replace(call.again(), place=call.place + 1, picked=picked, reply=_plain(call))
        return moment.take(call, Chose(picked, question.name) if picked else _none_of_them(moment, call, question))
    if entered in keys.NOTHING:
        return moment.take(call, _none_of_them(moment, call, question))
    given = keys.declined(survey, question, entered)
    return moment.take(call, given) if given else _same(call, moment.take(call, Misunderstood(Problem.NOT_A_CHOICE)))


def _none_of_them(moment: Moment, call: Call, question: Question) -> Input:
    if question.required:
        return Misunderstood(Problem.REQUIRED)
    return keys.left_out(moment.survey(call), question)


def _plain(call: Call) -> Reply | None:
    """The reply without what was wrong: it was told."""
    if call.reply and isinstance(call.reply.prompt, Ask):
        return replace(call.reply, prompt=replace(call.reply.prompt, problem=None, help=False))
    return call.reply


def lacking(moment: Moment, call: Call, entered: str) -> Call:
    """Why there is no number."""
    question = moment.asked(call)
    if question is None:
        return again(moment, call)
    survey = moment.survey(call)
    match dict(offers_of(question, survey)).get(entered):
        case "call.number":
            return again(moment, call)
        case "call.lacking.skip":
            return moment.take(call, keys.left_out(survey, question))
    given = keys.declined(survey, question, entered)
    return moment.take(call, given) if given else call.again(NOT_A_KEY)


# -- speech


def recorded(moment: Moment, call: Call, event: Recorded | HeardNothing) -> Call:
    """Ask what is to become of it."""
    standing, ended = moment.standing(call), moment.ended(call)
    if standing and isinstance(event, Recorded) and not ended:
        moment.claim(event, standing.id)
        return replace(call.asks(Stage.KEEPING), recording=event.recording)
    if isinstance(event, Recorded):
        moment.refuse(event)
    then = again(moment, call.asks(Stage.INTERVIEW))
    return then if ended else replace(then, notes=("call.heard_nothing",))


def keeping(moment: Moment, call: Call, entered: str) -> Call:
    """Keep, listen, once more, or discard."""
    question = moment.asked(call)
    match entered:
        case _ if moment.ended(call):
            return keep(moment, call)
        case "1":
            return keep(moment, call)
        case "2":
            return replace(call.again(), replays=True)
        case "3":
            return moment.drop(call).asks(Stage.RECORDING)
        case "4" if question:
            return moment.take(moment.drop(call), keys.left_out(moment.survey(call), question))
    return call.again(NOT_A_KEY)


def keep(moment: Moment, call: Call, part: str = "") -> Call:
    """What was said is the answer, and waits for a person to write it down; of what has ended it is none any more."""
    question = moment.asked(call)
    if question is None:
        return moment.drop(call)
    if moment.ended(call):
        return moment.take(moment.drop(call), AskedAgain(), part=part)
    doubt = Doubtful(question.name, DoubtKind.VOICE, SPOKEN, evidence=call.recording)
    said = Filled({question.name: Answer(pending=True)})
    then = moment.take(call, said, "call.kept", part=part, via=Via.SPOKEN, doubts=(doubt,))
    return replace(then, recording="")


# -- the answers read back


def checking(moment: Moment, call: Call, entered: str) -> Call:
    """The next answer, or another one in its place."""
    standing = moment.standing(call)
    if standing is None or standing.interview.closed:
        return call.asks(Stage.OVER, "call.bye")
    answered = answers_of(standing.interview)
    if entered == "1" and call.place + 1 < len(answered):
        return replace(call.again(), place=call.place + 1)
    if entered == "1" or call.place >= len(answered):
        return again(moment, call.asks(Stage.INTERVIEW))
    if entered == "2":
        return moment.take(call, Reopened(answered[call.place].name))
    return call.again(NOT_A_KEY)
