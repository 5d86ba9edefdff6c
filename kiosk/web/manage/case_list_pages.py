"""What the lists of cases are given."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.queries.cases import Show
from kiosk.web.manage.case_pages import LineView
from kiosk.web.manage.lists import Paged

SHOW_WORDS: dict[Show, str] = {
    Show.DUE: sentence("To be done"),
    Show.OPEN: sentence("Not closed"),
    Show.ANSWERED: sentence("Answered"),
    Show.CLOSED: sentence("Closed"),
    Show.SUGGESTIONS: sentence("Suggestions"),
    Show.LOOK_BACK: sentence("Look-back"),
}


@dataclass(frozen=True, kw_only=True)
class CasesPage:
    """A list of cases, and how many the others have."""

    lines: Paged[LineView]
    show: Show
    counts: dict[Show, int]
    outside: bool
    zone: ZoneInfo
    searched: bool

    @property
    def tabs(self) -> list[tuple[str, str, int, bool]]:
        """Name, words and number of each list, and whether it is this one."""
        return [
            (str(show), str(gettext(words)), self.counts[show], show is self.show)
            for show, words in SHOW_WORDS.items()
        ]

    @property
    def words(self) -> str:
        """What this list has."""
        return str(gettext(SHOW_WORDS[self.show]))
