"""SMS: residents text their answers. This module only says what the channel brings.

gateway      the contract of all transports, and transports/ with one module for each
incoming     from a gateway's event to a message of the core
gsm, render  from a wording to one SMS; checks refuses what does not fit
service      polls and sends, inside the server
blueprint    the webhooks; without a gateway the simulator, a handset at /try/sms
"""

from __future__ import annotations

from pathlib import Path

from kiosk.channel import Argument, Channel, Command, Setting

LOCALE = Path(__file__).parent / "locale"

channel = Channel(
    mode="sms",
    commands=(
        Command(
            "notice",
            "print a survey for the local paper or the wall, with how to answer it in one SMS",
            "channels.sms.notice:run",
            (
                Argument(("survey",), "the survey's name, as in surveys/NAME.toml", metavar="SURVEY"),
                Argument(("-o", "--output"), "the PDF to write", metavar="FILE", required=True),
                Argument(("--locale",), "in this language (default: the survey's first)", metavar="L", default=""),
                Argument(
                    ("--size",),
                    "poster: A4 in large print, to be enlarged to A3; newspaper: A4 in two columns (default: poster)",
                    default="poster",
                    choices=("poster", "newspaper"),
                ),
            ),
        ),
    ),
    settings=(
        Setting("transport", "simulator", "simulator (nothing leaves this machine), gammu, android or twilio"),
        Setting("number", "", "what residents text to, as in +493521000000; stands on printed notices"),
        Setting("country", "DE", "where numbers without + are from"),
        Setting("expires_hours", 72, "an interview that nobody goes on with ends after so many hours"),
        Setting("messages_per_hour", 40, "of one number; then one polite reply, and silence until the hour is over"),
        Setting("per_minute", 30, "so many SMS go out in a minute at most"),
        Setting("gammu_folder", "/var/spool/kiosk-sms", "shared with gammu-smsd; see deploy/server/gammu/README.md"),
        Setting("android_url", "", "the phone with the gateway app, as in http://192.0.2.7:8080"),
        Setting("android_user", "", "its user; the password is in secrets/android_password"),
        Setting("twilio_account", "", "AC...; the token is in secrets/twilio_auth_token"),
        Setting("twilio_region", "", "ie1 for Ireland; empty for the United States"),
    ),
    catalogues=LOCALE,
    survey_checks="channels.sms.checks:check",
    doctor="channels.sms.doctor:findings",
    blueprint="channels.sms.blueprint:blueprint",
    services="channels.sms.service:services",
    links="channels.sms.blueprint:links",
    render="channels.sms.render:render",
    measure="channels.sms.render:measure",
)
