"""What the pages of objections are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.domain.objections import (
    CONTACT_MOST,
    NAME_MOST,
    OPEN,
    WORDS_MOST,
    ObjectionState,
)
from kiosk.domain.receipts import format_receipt
from kiosk.queries.campaign_sheets import SheetView
from kiosk.queries.objections import ObjectionView
from kiosk.web.campaign.vote_pages import ElectorPage
from kiosk.web.language import language

STATES = {
    ObjectionState.RECEIVED: sentence("Received; it is being read."),
    ObjectionState.ADMITTED: sentence("Admitted; it is being looked into."),
    ObjectionState.REFUSED: sentence("Not admitted."),
    ObjectionState.UPHELD: sentence("Upheld."),
    ObjectionState.DISMISSED: sentence("Dismissed."),
}


@dataclass(frozen=True, kw_only=True)
class ObjectPage(ElectorPage):
    """The form of an objection."""

    sheet: SheetView | None
    now: datetime
    zone: ZoneInfo
    values: Mapping[str, str] = field(default_factory=dict)
    words_most: int = WORDS_MOST
    name_most: int = NAME_MOST
    contact_most: int = CONTACT_MOST

    @property
    def taken(self) -> bool:
        """Whether objections are taken now."""
        until = self.sheet.objections_until if self.sheet else None
        over = self.campaign.final_at or self.campaign.dropped_at
        return until is not None and self.now <= until and not over

    @property
    def until(self) -> datetime | None:
        """Until when they are, or were, taken."""
        return self.sheet.objections_until if self.sheet else None

    @property
    def names(self) -> list[tuple[str, str]]:
        """Keys and words of everybody on the list."""
        if self.sheet is None:
            return []
        found = []
        for award in self.campaign.rules.awards:
            outcome = self.sheet.outcome.award(award.key)
            title = award.title.read(language())
            for row in outcome.elected if outcome else ():
                unit = "" if row.unit_name == row.name else f" · {row.unit_name}"
                found.append((str(row.key), f"{row.name}{unit} · {title}"))
        return found


@dataclass(frozen=True, kw_only=True)
class ObjectionPage(ElectorPage):
    """What came of an objection, for whoever holds its receipt."""

    objection: ObjectionView

    @property
    def receipt(self) -> str:
        """The receipt in groups."""
        return format_receipt(self.objection.receipt)

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        return str(gettext(STATES[self.objection.state]))

    @property
    def open(self) -> bool:
        """Whether it is not decided."""
        return self.objection.state in OPEN
