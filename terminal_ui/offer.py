"""Which surveys this terminal offers now, and in which language it waits."""

from __future__ import annotations

from kiosk.errors import ConfigError
from kiosk.office import Office
from kiosk.survey import Survey
from terminal_ui.scene import offered_locales, speaks


class Offer:
    """`surveys`: those that were open at the last look."""

    def __init__(self, office: Office, only: str = "") -> None:
        """`only` one survey, or "" for all. Raises ConfigError."""
        self._office = office
        self._only = only
        self.surveys = self._open()

    @property
    def home(self) -> str:
        """The language of the first screen: the first that the open surveys name."""
        spoken = (locale for locale in offered_locales(self.surveys) if speaks(self._office.catalogues, locale))
        return next(spoken, next(iter(sorted(self._office.catalogues))))

    def look(self) -> bool:
        """Whether surveys have opened, closed or changed since the last look."""
        try:
            surveys = self._open()
        except ConfigError:
            return False  # somebody is copying a file into place; what was open stays open
        before, self.surveys = self.surveys, surveys
        return before != surveys

    def _open(self) -> tuple[Survey, ...]:
        return tuple(survey for survey in self._office.open_surveys() if self._only in ("", survey.name))
