"""From a step of a call to TwiML, the document that tells Twilio what to do until the next webhook. Pure.

    must be heard   <Play> before <Gather>: what is pressed then counts for nothing
    Keys            <Gather> with what may be interrupted in it, then the webhook `step`
    Record          our own tone, <Record>, then the webhook `recorded`
    Transfer        <Dial>, then the webhook `dialled`
    HangUp          <Hangup>

What the documentation says, and what follows from it:

- <Gather> ends at `finishOnKey`, which is not sent, or at `numDigits`. "" ends at no key: so with one key, # is a key
  like any other. With several, # ends them. For # alone the documentation has had two readings: it does nothing
  ("finishOnKey only works when a digit sequence precedes it"), or it ends the <Gather> with nothing entered. The first
  is silence in the end; the second comes with the field `FinishedOnKey`.
- Nothing entered is no webhook, but the next verb, and after the last verb Twilio hangs up. `actionOnEmptyResult` makes
  it a webhook; and so that no reading of the documentation hangs up on somebody who is only slow, a <Redirect> to the
  same webhook stands behind. `timeout` begins when what is nested was played, and anew at each key.
  https://www.twilio.com/docs/voice/twiml/gather
- <Record> ends at any of `finishOnKey`, at `maxLength`, after `timeout` seconds of silence, or when the caller hangs up
  (`Digits` is "hangup" then). An empty recording is no webhook but the next verb, hence the <Redirect>, too. Nothing is
  trimmed: whoever speaks softly would lose words. `recordingStatusCallback` comes when the file can be fetched.
  https://www.twilio.com/docs/voice/twiml/record
- <Pause> knows whole seconds, so every pause is a sound file, as on every other line.
  https://www.twilio.com/docs/voice/twiml/pause
- Without `callerId` a <Dial> shows the caller's number, and fails where that is withheld.
  https://www.twilio.com/docs/voice/twiml/dial
- A document has at most 64 kB. https://www.twilio.com/docs/api/errors/11750
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse

from kiosk.call import HangUp, Keys, Record, Sound, Step, Transfer

EVERY_KEY = "1234567890*#"
SILENCE = 8  # seconds without a word that end a recording: somebody who speaks of a trouble may stop to think
RINGING = 30  # seconds that a transferred call rings, before the caller is told that nobody is there


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Twilio finds us. `pages` is the address that all our webhooks begin with, `sound` gives the address of a
    sound's file, `tone` that of the tone before a recording. `number` is ours, "" if not set."""

    pages: str
    sound: Callable[[Sound], str]
    tone: Callable[[], str]
    number: str = ""

    def after(self, kind: str, step: Step) -> str:
        """The webhook for what happens after a step: step, recorded or dialled."""
        return f"{self.pages}/{kind}/{step.number}"


def document(step: Step, addresses: Addresses) -> str:
    """The TwiML of a step; the same for the same step."""
    response = VoiceResponse()
    _play(response, step.say[: step.must_hear], addresses)
    then, sounds = step.then, step.say[step.must_hear :]
    match then:
        case Keys():
            _gather(response, then, sounds, addresses, addresses.after("step", step))
        case Record(seconds):
            _play(response, sounds, addresses)
            _record(response, seconds, addresses, addresses.after("recorded", step))
        case Transfer(number):
            _play(response, sounds, addresses)
            response.dial(
                number,
                action=addresses.after("dialled", step),
                method="POST",
                timeout=RINGING,
                caller_id=addresses.number or None,
            )
        case HangUp():
            _play(response, sounds, addresses)
            response.hangup()
    return str(response)


def apology(sounds: Iterable[str]) -> str:
    """Says these, by their addresses, and hangs up."""
    response = VoiceResponse()
    for address in sounds:
        response.play(address)
    response.hangup()
    return str(response)


def _play(into: TwiML, sounds: Iterable[Sound], addresses: Addresses) -> None:
    for sound in sounds:
        into.play(addresses.sound(sound))


def _gather(response: VoiceResponse, keys: Keys, sounds: Iterable[Sound], addresses: Addresses, after: str) -> None:
    gather = response.gather(
        input="dtmf",  # never speech: others would listen
        num_digits=keys.most,
        finish_on_key="#" if keys.most > 1 else "",
        timeout=keys.patience,
        action=after,
        method="POST",
        action_on_empty_result=True,
    )
    _play(gather, sounds, addresses)
    response.redirect(after, method="POST")


def _record(response: VoiceResponse, seconds: int, addresses: Addresses, after: str) -> None:
    response.play(addresses.tone())
    response.record(
        action=after,
        method="POST",
        max_length=seconds,
        timeout=SILENCE,
        finish_on_key=EVERY_KEY,
        play_beep=False,
        trim="do-not-trim",
        recording_status_callback=f"{addresses.pages}/fetched",
        recording_status_callback_method="POST",
    )
    response.redirect(after, method="POST")
