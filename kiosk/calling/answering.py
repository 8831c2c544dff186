"""What follows from what happened in a call: from a `Call` and an event to the next `Call`, with the turns it takes.

Three keys mean the same at every stage: * says it again (twice within TWICE: the question before), 0 leads to help, 9
ends the call and keeps what was answered. All others mean what the stage offers (see `words`), or nothing: then the
same comes once more with a sentence that says so. This is what lies around an interview; `interviewing` is what lies
in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk import interview as machine
from kiosk.call import Event, HeardNothing, HungUp, NotReached, Pressed, Rang, Recorded, Silent
from kiosk.calling import interviewing, keys
from kiosk.calling.menus import NO_KEY, NOT_A_KEY, helping, languages, page_of
from kiosk.calling.moment import Moment
from kiosk.calling.state import LED, Call, Stage
from kiosk.errors import UsageError
from kiosk.identity import read_code
from kiosk.inputs import Began, Left, SpokeLocale
from kiosk.store import calls, correspondents
from kiosk.survey import Survey

GUESSES = 3  # codes in one call
TWICE = 3_000  # milliseconds between two * that are one **
AGAIN, HELP, BYE = "*", "0", "9"
GREETING = ("call.greeting", "call.emergency", "call.length")
SAID = (  # before what is asked next
    "call.keys",
    "call.kept",
    "call.resumed",
    "call.heard_nothing",
    "call.not_reached",
    "call.help.reach",
    "call.stopped",
    "call.silent",
    "call.bye",
    "call.bye.later",
    "call.code",
    "call.code.mistyped",
    "call.code.unknown",
    "call.code.over",
    "call.code.no_more",
    "which.none",
)
React = Callable[[Moment, Call, str], Call]


def after(moment: Moment, call: Call, event: Event) -> Call:
    """The next state of a call."""
    if call.stage in LED and moment.standing(call) is None:
        return _erased(moment, call, event)
    match event:
        case Rang():
            return _greeted(moment)
        case HungUp():
            return _kept(moment, call)
        case Silent():
            return _silent(moment, call)
        case Pressed(pressed):
            return _pressed(moment, call, pressed)
        case NotReached() if call.stage is Stage.TRANSFERRED:
            return _back(call, "call.not_reached")
        case Recorded() | HeardNothing() if call.stage is Stage.RECORDING:
            return interviewing.recorded(moment, call, event)
        case Recorded():
            moment.refuse(event)
    return call.again()  # no line tells of that here


def _erased(moment: Moment, call: Call, event: Event) -> Call:
    """The interview is gone: whoever had it erased is not to be asked anew."""
    if isinstance(event, Recorded):
        moment.refuse(event)
    return moment.drop(call).asks(Stage.OVER, "call.bye")


def _greeted(moment: Moment) -> Call:
    surveys = list(moment.surveys.values())
    spoken = languages(surveys, moment.office.catalogues)
    if not spoken:
        locale = next(iter(moment.office.catalogues))
        return replace(Call(locale=locale).asks(Stage.OVER, "call.greeting", "call.emergency", "which.none"))
    first = surveys[0].locales[0]
    call = Call(locale=first, notes=GREETING)
    return call if len(spoken) > 1 else _which(moment, call, *GREETING)


def _silent(moment: Moment, call: Call) -> Call:
    if call.stage is Stage.INTERVIEW:
        return interviewing.silent(moment, call)
    if call.stage is Stage.KEEPING:
        return interviewing.keep(moment, call)
    if call.silences + 1 >= machine.SILENCES:
        return _kept(moment, call).asks(Stage.OVER, "call.silent")
    return replace(call.again(NO_KEY), silences=call.silences + 1)


def _pressed(moment: Moment, call: Call, pressed: str) -> Call:
    call = replace(call, silences=0)
    question = moment.asked(call) if call.stage is Stage.INTERVIEW else None
    entry = call.stage is Stage.CODE or keys.is_entered(question)
    at = moment.happened.at
    if pressed and set(pressed) == {AGAIN}:
        if len(pressed) > 1 or 0 <= at - call.starred <= TWICE:
            return replace(_before(moment, call), starred=0)
        return replace(_again(moment, call), starred=at)
    call = replace(call, starred=0)
    if pressed == HELP and not keys.takes_zero(question):
        return call if call.stage is Stage.HELPING else _help(call)
    if pressed == BYE and not entry:
        return _bye(moment, call)
    return STAGES[call.stage](moment, call, pressed)


def _again(moment: Moment, call: Call) -> Call:
    if call.stage is Stage.GREETED:
        return replace(call.again(), notes=GREETING)
    return interviewing.again(moment, call) if call.stage is Stage.INTERVIEW else call.again()


def _before(moment: Moment, call: Call) -> Call:
    if call.stage in (Stage.INTERVIEW, Stage.LACKING, Stage.CHECKING):
        return interviewing.before(moment, call)
    return call.again()


def _wrong(call: Call) -> Call:
    return call.again(NOT_A_KEY)


# -- which language, which survey, whose interview


def _language(moment: Moment, call: Call, pressed: str) -> Call:
    spoken = languages(list(moment.surveys.values()), moment.office.catalogues)
    chosen = {str(key): locale for key, locale in enumerate(spoken, start=1)}.get(pressed)
    return _which(moment, replace(call, locale=chosen)) if chosen else _wrong(call)


def _which(moment: Moment, call: Call, *notes: str) -> Call:
    surveys = list(moment.surveys.values())
    return _choose(moment, call, surveys[0], *notes) if len(surveys) == 1 else call.asks(Stage.SURVEY, *notes)


def _survey(moment: Moment, call: Call, pressed: str) -> Call:
    page, more = page_of(list(moment.surveys.values()), call.place)
    chosen = {str(key): survey for key, survey in enumerate(page, start=1)}.get(pressed)
    if chosen:
        return _choose(moment, call, chosen)
    return replace(call.again(), place=call.place + 1) if more and pressed == str(len(page) + 1) else _wrong(call)


def _choose(moment: Moment, call: Call, survey: Survey, *notes: str) -> Call:
    """Begin a survey, or ask first whose interview it is. An interview that another call leads just now is none of this
    caller's."""
    call = replace(call, survey=survey.name, episode=0, code="")
    party = moment.row.party
    if party is None:
        return call.asks(Stage.CODE_ASKED, *notes)
    call = replace(call, episode=correspondents.latest(moment.connection, party, survey.name))
    standing = moment.standing(call)
    if standing is None or (standing.interview.closed and not standing.interview.consent):
        return _begin(moment, call, *notes)
    if standing.interview.closed:
        return call.asks(Stage.ANOTHER, *notes)
    now = moment.office.now()
    if calls.others_live(moment.connection, moment.row, survey.name, call.episode, now):
        return _begin(moment, call, *notes)
    return call.asks(Stage.RESUME, *notes)


def _begin(moment: Moment, call: Call, *notes: str) -> Call:
    """A new interview: of this number, or of this call alone."""
    party = moment.row.party
    # Not the one after the one that was offered: another call may have begun that while we asked.
    episode = correspondents.latest(moment.connection, party, call.survey) + 1 if party else 0
    try:
        return moment.take(replace(call, episode=episode, code=""), Began(call.locale), *notes, part="begin")
    except UsageError:  # it was closed while we were talking
        return replace(call, survey="").asks(Stage.OVER, "which.none")


def _go_on(moment: Moment, call: Call) -> Call:
    """Where it stopped, in the language that was chosen today."""
    then = moment.take(call, Began(), "call.resumed", part="begin")
    standing = moment.standing(then)
    if standing and call.locale != then.locale and call.locale in standing.interview.survey.locales:
        then = moment.take(then, SpokeLocale(call.locale), "call.resumed", part="locale")
    return then


def _resume(moment: Moment, call: Call, pressed: str) -> Call:
    if pressed == keys.YES and moment.standing(call):
        return _go_on(moment, call)
    # Where it was erased while we asked, there is nothing to go on with.
    return _begin(moment, call) if pressed in (keys.YES, keys.NO) else _wrong(call)


def _another(moment: Moment, call: Call, pressed: str) -> Call:
    if pressed == keys.YES:
        return _begin(moment, call)
    return call.asks(Stage.OVER, "call.bye") if pressed == keys.NO else _wrong(call)


def _code_asked(moment: Moment, call: Call, pressed: str) -> Call:
    if pressed == keys.YES and call.guesses < GUESSES and moment.guesses.allowed(moment.office.now()):
        return call.asks(Stage.CODE)
    if pressed == keys.YES:
        return _begin(moment, call, "call.code.no_more")
    return _begin(moment, call) if pressed == keys.NO else _wrong(call)


def _code(moment: Moment, call: Call, pressed: str) -> Call:
    """A code joins its interview from any telephone. One that is wrong in form is no guess."""
    try:
        named = replace(call, code=read_code(pressed))
    except UsageError:
        return call.asks(Stage.CODE_ASKED, "call.code.mistyped")
    try:
        standing = moment.standing(named)
    except UsageError:
        moment.guesses.note(moment.office.now())
        return replace(call.asks(Stage.CODE_ASKED, "call.code.unknown"), guesses=call.guesses + 1)
    if standing is None or standing.interview.closed:
        return call.asks(Stage.CODE_ASKED, "call.code.over")
    return _go_on(moment, named)


# -- help, and the end


def _help(call: Call) -> Call:
    return replace(call.again(), stage=Stage.HELPING, back=call.stage)


def _back(call: Call, *notes: str) -> Call:
    """From the help to where it was asked for."""
    return replace(call.again(), stage=call.back, notes=notes)


def _helping(moment: Moment, call: Call, pressed: str) -> Call:
    match dict(helping(moment.scene(call))).get(pressed):
        case "call.help.person" if moment.office.settings(moment.mode)["transfer"]:
            return replace(call.again(), stage=Stage.TRANSFERRED)
        case "call.help.person":
            return _back(call, "call.help.reach")
        case "call.help.stop":
            return replace(call.again(), stage=Stage.STOPPING)
        case "call.help.code":
            return _back(call, "call.code")
        case "call.help.back":
            return _back(call)
    return _wrong(call)


def _stopping(moment: Moment, call: Call, pressed: str) -> Call:
    """No more word from us, in any channel that sends. It ends what is open, and keeps what was answered."""
    party = moment.row.party
    if pressed != keys.YES or party is None:
        return _back(call) if pressed == keys.NO else _wrong(call)
    call = _kept(moment, call)
    standing = moment.standing(call)
    if standing and not standing.interview.closed:
        call = moment.take(call, Left(refused=standing.interview.consent is None), "call.stopped", part="left")
    else:
        call = call.asks(Stage.OVER, "call.stopped")
    moment.dropped.extend(moment.turns.stop(moment.connection, party))
    return call


def _bye(moment: Moment, call: Call) -> Call:
    """The end at once; the interview stays open, to be gone on with."""
    call = _kept(moment, call)
    standing = moment.standing(call)
    is_open = standing and standing.interview.consent and not standing.interview.closed
    return call.asks(Stage.OVER, "call.bye.later" if is_open and not moment.withheld else "call.bye")


def _kept(moment: Moment, call: Call) -> Call:
    """With what was recorded, before the call comes to an end."""
    return interviewing.keep(moment, call, part="kept") if call.recording else call


def _nothing(moment: Moment, call: Call, pressed: str) -> Call:
    return call.again()


STAGES: dict[Stage, React] = {
    Stage.GREETED: _language,
    Stage.SURVEY: _survey,
    Stage.CODE_ASKED: _code_asked,
    Stage.CODE: _code,
    Stage.RESUME: _resume,
    Stage.ANOTHER: _another,
    Stage.INTERVIEW: interviewing.pressed,
    Stage.LACKING: interviewing.lacking,
    Stage.RECORDING: _nothing,
    Stage.KEEPING: interviewing.keeping,
    Stage.CHECKING: interviewing.checking,
    Stage.HELPING: _helping,
    Stage.STOPPING: _stopping,
    Stage.TRANSFERRED: _nothing,
    Stage.OVER: _nothing,
}
