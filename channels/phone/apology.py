"""What a caller hears when the office cannot go on (its disk is full, or it is not there): the same on every line."""

from __future__ import annotations

from kiosk.call import Phrase
from kiosk.office import Office


def phrases(office: Office) -> list[Phrase]:
    """In each language that an open survey has, for nobody can look up which one was chosen; the easy words only where
    a language has no others."""
    locales = dict.fromkeys(locale for survey in office.open_surveys() for locale in survey.locales)
    spoken = [locale for locale in locales if locale.partition("@")[0] not in locales.keys() - {locale}]
    return [Phrase(office.catalogues[locale].say("phone.apology"), locale) for locale in spoken or office.catalogues]
