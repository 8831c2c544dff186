"""TwiML as Twilio's documentation allows it: which element stands where, with which attributes and values.

https://www.twilio.com/docs/voice/twiml and its pages for each element, read in November 2026. Only what a voice
document of ours may use; whatever else there is (Say, Enqueue, speech) is none of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

LARGEST = 64 * 1024  # bytes; https://www.twilio.com/docs/api/errors/11750
METHODS = r"GET|POST"
SWITCH = r"true|false"
SECONDS = r"[1-9]\d*"
E164 = r"\+[1-9]\d{6,14}"
URL = "a URL"


class Rule(NamedTuple):
    """`attributes`: name -> the form of its values. `text`: the form of what stands in it, "" for nothing."""

    attributes: Mapping[str, str]
    inside: frozenset[str] = frozenset()
    text: str = ""


RULES: Mapping[str, Rule] = {
    "Response": Rule({}, frozenset({"Play", "Gather", "Record", "Dial", "Redirect", "Hangup", "Pause"})),
    "Play": Rule({"loop": r"\d+", "digits": r"[0-9A-DWw#*]+"}, text=URL),
    "Pause": Rule({"length": SECONDS}),
    "Gather": Rule(
        {
            "action": URL,
            "method": METHODS,
            "input": r"dtmf",  # "speech" is allowed as well, and would let others listen
            "timeout": SECONDS,
            "finishOnKey": r"[0-9#*]?",
            "numDigits": SECONDS,
            "actionOnEmptyResult": SWITCH,
        },
        frozenset({"Play", "Pause"}),
    ),
    "Record": Rule(
        {
            "action": URL,
            "method": METHODS,
            "timeout": SECONDS,
            "finishOnKey": r"[0-9#*]+",
            "maxLength": r"[2-9]|[1-9]\d+",
            "playBeep": SWITCH,
            "trim": r"trim-silence|do-not-trim",
            "recordingStatusCallback": URL,
            "recordingStatusCallbackMethod": METHODS,
            "recordingStatusCallbackEvent": r"(in-progress|completed|absent)( (in-progress|completed|absent))*",
        }
    ),
    "Dial": Rule(
        {
            "action": URL,
            "method": METHODS,
            "timeout": r"[5-9]|[1-9]\d|[1-5]\d\d|600",
            "callerId": E164,
            "hangupOnStar": SWITCH,
            "timeLimit": SECONDS,
            "answerOnBridge": SWITCH,
        },
        text=E164,
    ),
    "Redirect": Rule({"method": METHODS}, text=URL),
    "Hangup": Rule({}),
}
ENDS = ("Redirect", "Hangup")  # nothing behind them is ever reached


def read(content: bytes, kind: str, base: str) -> Element:
    """The document that came from `base`, with whole addresses in it. AssertionError for one that is no TwiML."""
    assert kind.split(";")[0] in ("text/xml", "application/xml"), f"this is no TwiML: {kind}"
    assert len(content) <= LARGEST
    text = content.decode("utf-8")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    root = ElementTree.fromstring(text)
    assert root.tag == "Response"
    _check(root, base)
    for verb in root[:-1]:
        assert verb.tag not in ENDS, f"what stands behind <{verb.tag}> is never reached"
    return root


def _check(element: Element, base: str) -> None:
    assert element.tag in RULES, f"<{element.tag}> is no element of a voice document"
    rule = RULES[element.tag]
    for name, value in element.attrib.items():
        assert name in rule.attributes, f"<{element.tag}> has no attribute {name}"
        element.set(name, _value(value, rule.attributes[name], f"{name} of <{element.tag}>", base))
    text = (element.text or "").strip()
    assert rule.text or not text, f"text in <{element.tag}>"
    if rule.text:
        element.text = _value(text, rule.text, f"what stands in <{element.tag}>", base)
    for child in element:
        assert child.tag in rule.inside, f"<{child.tag}> stands in <{element.tag}>"
        assert not (child.tail or "").strip(), f"text between the elements of <{element.tag}>"
        _check(child, base)


def _value(value: str, form: str, what: str, base: str) -> str:
    if form is URL:
        whole = urljoin(base, value)
        assert value, f"{what} is empty"
        assert urlsplit(whole).scheme == "https", f"{what} is no HTTPS address: {value}"
        return whole
    assert re.fullmatch(form, value), f"{what} may not be {value!r}"
    return value
