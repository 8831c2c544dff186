"""A channel that exists only in the tests: answers carried by pigeons. It brings everything a channel can bring."""

from __future__ import annotations

from pathlib import Path

from kiosk.channel import Argument, Channel, Command, Setting

channel = Channel(
    mode="pigeon",
    commands=(
        Command(
            "pigeon",
            "send a pigeon with one answer",
            "carrier_pigeon.loft:send",
            (
                Argument(("survey",), "what it is about", metavar="SURVEY"),
                Argument(("--weather",), "how it is outside", choices=("fair", "foul"), default="fair"),
                Argument(("--express",), "without a rest", flag=True),
            ),
        ),
    ),
    settings=(
        Setting("loft", "roof", "where the pigeons live"),
        Setting("grams", 20, "what one of them carries"),
        Setting("ringed", True, "whether they wear rings"),
    ),
    catalogues=Path(__file__).parent / "locale",
    survey_checks="carrier_pigeon.loft:check",
    doctor="carrier_pigeon.loft:findings",
    blueprint="carrier_pigeon.loft:blueprint",
    workers="carrier_pigeon.loft:workers",
    links="carrier_pigeon.loft:links",
)
