"""Who stands behind a case, on its own page: closed until a handler gives a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from kiosk.domain.cases import WORDS_MOST, CallOutcome, CaseState, Side
from kiosk.domain.contacts import (
    OPEN_FOR,
    REASON_MOST,
    ContactKeyUnreadable,
    Reach,
    SealBroken,
    is_open,
)
from kiosk.domain.errors import sentence
from kiosk.domain.policy import Action
from kiosk.domain.receipts import format_receipt
from kiosk.extensions.sealing import kept_sealer
from kiosk.models import Case
from kiosk.queries.case_contact import (
    Left,
    Link,
    case_links,
    case_openings,
    has_ratings,
    left_contacts,
)
from kiosk.queries.contacts import OpeningLine
from kiosk.services.case_returns import TRIES
from kiosk.web import current
from kiosk.web.access import allowed, person
from kiosk.web.errors import refusal_sentence
from kiosk.web.forms import Form
from kiosk.web.manage.case_sides import Standing

CALL_WORDS: dict[CallOutcome, str] = {
    CallOutcome.CONTENT: sentence("Reached: content"),
    CallOutcome.NOT_CONTENT: sentence("Reached: not content"),
    CallOutcome.NOT_REACHED: sentence("Not reached"),
    CallOutcome.UNWANTED: sentence("No call wanted any more"),
}


@dataclass(frozen=True, kw_only=True)
class Called:
    """How far the call-back has come."""

    early: bool
    """There is no answer yet."""
    tries: int
    at: datetime | None
    outcome: str
    """In words; "" while it is not made."""


@dataclass(frozen=True, kw_only=True)
class ContactPart:
    """Contact and link of a case, and the call; for handlers outside its unit."""

    form: Form
    left: int
    """Contacts that were left."""
    kept: int
    """Those that are still there."""
    rated: bool
    """Whether ratings stand behind it."""
    openings: Sequence[OpeningLine]
    opened_until: datetime | None
    """Until when it is open to the reader; None: closed."""
    reaches: Sequence[Reach] = ()
    links: Sequence[Link] = ()
    unreadable: str = ""
    """Why a contact cannot be shown though it may be."""
    call: Called
    tries: int = TRIES
    reason_most: int = REASON_MOST
    most: int = WORDS_MOST

    @property
    def can_open(self) -> bool:
        """Whether there is something that a reason opens."""
        return self.opened_until is None and (self.kept > 0 or self.rated)

    @property
    def can_call(self) -> bool:
        """Whether the result of a call may be noted."""
        return self.kept > 0 and not self.call.early and self.call.at is None

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """What may be noted of the call."""
        return [(str(one), str(gettext(words))) for one, words in CALL_WORDS.items()]

    def receipt(self, link: Link) -> str:
        """Return a receipt as it is read."""
        return format_receipt(link.receipt)


def contact_part(
    session: Session, case: Case, stands: Standing, form: Form
) -> ContactPart | None:
    """Return what a handler sees of who stands behind a case; None for all others.

    Also None where nobody does. In at most eight statements. Raises NotOpen for
    whoever has no side in the case.
    """
    outside = stands.side(case.unit_id) is Side.OUTSIDE
    if not outside or not allowed(Action.OPEN_CONTACTS):
        return None
    left, rated = left_contacts(session, case.id), has_ratings(session, case.id)
    if not left and not rated:
        return None
    openings = case_openings(session, case.id)
    until = _open_until(openings)
    reaches, unreadable = _opened(left) if until else ([], "")
    return ContactPart(
        form=form,
        left=len(left),
        kept=sum(each.sealed is not None for each in left),
        rated=rated,
        openings=openings,
        opened_until=until,
        reaches=reaches,
        links=case_links(session, case.id) if until else [],
        unreadable=unreadable,
        call=_called(case),
    )


def _open_until(openings: Sequence[OpeningLine]) -> datetime | None:
    own = person().id
    last = max((e.opened_at for e in openings if e.account_id == own), default=None)
    if last is None or not is_open(last, current.now()):
        return None
    return last + OPEN_FOR


def _opened(left: Sequence[Left]) -> tuple[list[Reach], str]:
    """Return the contacts that are kept, or why they cannot be shown."""
    kept = [(each.sealed, each.event_id) for each in left if each.sealed is not None]
    try:
        sealer = kept_sealer(current.settings().instance)
        return [sealer.open(*each) for each in kept], ""
    except (SealBroken, ContactKeyUnreadable) as broken:
        return [], refusal_sentence(broken)


def _called(case: Case) -> Called:
    outcome = case.call_outcome
    return Called(
        early=case.state < CaseState.ANSWERED,
        tries=case.call_tries,
        at=case.called_at,
        outcome=str(gettext(CALL_WORDS[CallOutcome(outcome)])) if outcome else "",
    )
