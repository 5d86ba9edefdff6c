"""What the author's own page is given: a receipt, and the wish to be called."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from kiosk.domain.contacts import KEEP_DAYS, NAME_MOST, PHONE_MOST
from kiosk.queries.contacts import ContactState
from kiosk.queries.receipts import ReceiptView
from kiosk.web.forms import Form
from kiosk.web.phone.case_pages import CasePart


class Stage(StrEnum):
    """How far a wish to be called has come."""

    NONE = "none"
    WAITING = "waiting"
    SETTLED = "settled"
    ERASED = "erased"
    """Settled, and the contact is gone."""


@dataclass(frozen=True, kw_only=True)
class Own:
    """Whose page it is, and how it is read; every link of it carries both."""

    secret: str
    elder: bool
    """In large type."""

    @property
    def view(self) -> str | None:
        """What the address says of the type's size."""
        return "elder" if self.elder else None

    @property
    def other_view(self) -> str | None:
        """The same for the other size."""
        return None if self.elder else "elder"


@dataclass(frozen=True, kw_only=True)
class WaitPage(Own):
    """Nothing is known under the address so far."""

    seconds: int
    """Until it looks again by itself; 0: it looked often enough."""


@dataclass(frozen=True, kw_only=True)
class MinePage(Own):
    """A receipt without level, window or minute, its case, and what can be done."""

    receipt: str
    """"" for a complaint that was taken down at the desk or the hotline."""
    found: ReceiptView | None
    case: CasePart | None
    zone: ZoneInfo
    has_words: bool
    """Whether words of the author are kept."""
    stage: Stage
    form: Form
    hint: str = ""
    """Last digits of the number that is kept."""
    kept_until: datetime | None = None
    change: bool = False
    """Whether another number is to be given in the place of the kept one."""
    done: str = ""
    """What was just done: `given`, `withdrawn`, `words` and those of the case."""
    notice: str = ""
    keep_days: int = KEEP_DAYS
    name_most: int = NAME_MOST
    phone_most: int = PHONE_MOST

    @property
    def asks(self) -> bool:
        """Whether the form is shown; what is over needs no call."""
        if self.changes:
            return True
        over = self.case is not None and bool(self.case.closed)
        return self.stage is Stage.NONE and bool(self.receipt) and not over

    @property
    def called(self) -> bool:
        """Whether there is something to say of a call about the rating."""
        return self.stage is not Stage.NONE and not self.changes

    @property
    def changes(self) -> bool:
        """Whether the form gives another number instead of a first one."""
        return self.stage is Stage.WAITING and self.change


def stage_of(contact: ContactState | None) -> Stage:
    """Return how far a wish to be called has come."""
    if contact is None or (contact.sealed is None and contact.settled_at is None):
        return Stage.NONE
    if contact.settled_at is None:
        return Stage.WAITING
    return Stage.ERASED if contact.sealed is None else Stage.SETTLED
