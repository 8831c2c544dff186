"""Phone: residents call and press keys, or speak. This module only says what the channel brings.

line         the contract of a line that is held open, and how a call is led over it
asterisk/    FastAGI: the office's own telephone system
twilio/      TwiML, a document for each step
simulator    a telephone in the browser, at /try/phone
render       from a wording to sentences, each of which is one sound; checks refuses what takes too long
sounds       from a sentence to a sound file: recorded, or made ahead by a voice
script       what the office may record
"""

from __future__ import annotations

from pathlib import Path

from kiosk.channel import Argument, Channel, Command, Setting

LOCALE = Path(__file__).parent / "locale"

channel = Channel(
    mode="phone",
    commands=(
        Command(
            "phone",
            "script: list every sentence that a call about a survey can say, for the office to record",
            "channels.phone.command:script",
            (
                Argument(("what",), "script", metavar="WHAT", choices=("script",)),
                Argument(("survey",), "the survey's name, as in surveys/NAME.toml", metavar="SURVEY"),
                Argument(("--csv",), "write it for a spreadsheet instead", metavar="FILE", default=""),
            ),
        ),
    ),
    settings=(
        Setting("transport", "simulator", "simulator (nobody can call), asterisk or twilio"),
        Setting("number", "", "what residents call, as in +493521000000"),
        Setting("country", "DE", "where numbers without + are from"),
        Setting("patience_seconds", 8, "to press a key, from 3 to 10"),
        Setting("expires_hours", 72, "an interview that nobody goes on with ends after so many hours"),
        Setting("transfer", "", "key 0 connects with this number, as in +493521000001; empty: it is only named"),
        Setting("sounds", "", "where the sound files are made; empty: the folder sounds in this office"),
        Setting("fastagi_host", "127.0.0.1", "where Asterisk reaches us; FastAGI asks for no password"),
        Setting("fastagi_port", 4573, "its port"),
        Setting("recordings", "/run/kiosk-phone", "in memory, shared with Asterisk; see deploy/asterisk/README.md"),
        Setting("dial", "PJSIP/{number}@pbx", "how Asterisk dials the number of `transfer`"),
        Setting("twilio_account", "", "AC...; the token is in secrets/twilio_auth_token"),
        Setting("twilio_region", "", "ie1 for Ireland; empty for the United States"),
    ),
    catalogues=LOCALE,
    survey_checks="channels.phone.checks:check",
    doctor="channels.phone.doctor:findings",
    services="channels.phone.service:services",
    blueprint="channels.phone.blueprint:blueprint",
    links="channels.phone.blueprint:links",
    speak="channels.phone.render:speak",
    measure="channels.phone.render:measure",
)
