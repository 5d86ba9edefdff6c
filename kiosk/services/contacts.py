"""Calling back: contacts given by consent, opened with a reason, settled, erased.

A contact is sealed before it is stored, apart from the rating. The ledger tells that
one was given, changed, opened, settled or erased, and never what it says.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from kiosk.domain.contacts import (
    CALLED,
    NOTICE_VERSION,
    CallWaits,
    ContactGone,
    ContactSettled,
    ContactThere,
    OpeningNeeded,
    Outcome,
    OwnUnknown,
    Reach,
    ReceiptUnknown,
)
from kiosk.domain.policy import NotOpen
from kiosk.domain.receipts import parse_receipt
from kiosk.domain.tokens import token_hash
from kiosk.models import Contact, ContactOpening, OwnKey, Rating, Window
from kiosk.services.case_inbox import queue_rating
from kiosk.services.records import Book
from kiosk.services.sealing import Sealer

KIND = "contact"
"""Kind of the entries that tell of contacts."""


def give_contact(records: Book, secret: str, reach: Reach, sealer: Sealer) -> None:
    """Keep or change how to reach the author who holds a rating's secret.

    The same again changes nothing that anybody sees. Raises OwnUnknown, and
    ContactSettled once the call was made.
    """
    rating = _own(records.session, secret)
    _keep(records, rating, sealer.seal(reach, rating.event_id), road="phone")


def register_contact(
    records: Book, centre_id: int, receipt: str, reach: Reach, sealer: Sealer
) -> int:
    """Keep how to reach somebody who came to the desk; return the rating's key.

    A receipt can be read over a shoulder, so it adds a contact and changes none.
    Raises ReceiptUnknown, ContactThere and ContactSettled.
    """
    session = records.session
    code = parse_receipt(receipt)
    query = _locked().where(Rating.receipt == code, Window.centre_id == centre_id)
    rating = session.execute(query.order_by(Rating.id).limit(1)).one_or_none()
    if code is None or rating is None:
        raise ReceiptUnknown
    there = session.get(Contact, rating.id, populate_existing=True)
    if there is not None and there.sealed is not None and there.settled_at is None:
        raise ContactThere
    _keep(records, rating, sealer.seal(reach, rating.event_id), road="desk")
    return int(rating.id)


def withdraw_contact(records: Book, secret: str) -> bool:
    """Erase at once what the author left; return whether there was something."""
    rating = _own(records.session, secret)
    contact = records.session.get(Contact, rating.id, populate_existing=True)
    if contact is None or contact.sealed is None:
        return False
    _erase(records, contact)
    _note(records, rating, what="withdrawn")
    return True


def open_contact(
    records: Book, centre_id: int, rating_id: int, account_id: int, reason: str
) -> None:
    """Note that a case handler opens a contact, and why.

    Raises NotOpen where nobody wants a call, and ContactGone.
    """
    rating, contact = _wanted(records.session, centre_id, rating_id)
    if contact.sealed is None:
        raise ContactGone
    records.session.add(
        ContactOpening(
            rating_id=rating_id,
            account_id=account_id,
            opened_at=records.now,
            reason=reason,
        )
    )
    _note(records, rating, what="opened", reason=reason)


def settle_call(
    records: Book, centre_id: int, rating_id: int, outcome: Outcome
) -> None:
    """Note how a call went; from now on the days run until the contact is erased.

    Whoever wants no call any more is forgotten at once. The same again does nothing.
    Raises NotOpen, ContactGone, OpeningNeeded, and ContactSettled where somebody
    noted something else.
    """
    rating, contact = _wanted(records.session, centre_id, rating_id)
    if contact.settled_at is not None:
        if contact.outcome == outcome:
            return
        raise ContactSettled
    if contact.sealed is None:
        raise ContactGone
    if outcome in CALLED and not _opened(records.session, rating_id):
        raise OpeningNeeded
    contact.settled_at, contact.outcome = records.now, str(outcome)
    if outcome is Outcome.UNWANTED:
        _erase(records, contact)
    _note(records, rating, what="settled", outcome=outcome)


def erase_contact(records: Book, centre_id: int, rating_id: int) -> bool:
    """Erase a contact because its owner asks for it at the desk.

    Returns whether it was still there. Raises NotOpen, and CallWaits where nobody has
    settled the call: it would be forgotten with the number.
    """
    rating, contact = _wanted(records.session, centre_id, rating_id)
    if contact.settled_at is None:
        raise CallWaits
    if contact.sealed is None:
        return False
    _erase(records, contact)
    _note(records, rating, what="erased")
    return True


def _keep(records: Book, rating: Row[Any], sealed: bytes, *, road: str) -> None:
    contact = records.session.get(Contact, rating.id, populate_existing=True)
    changed = contact is not None and contact.sealed is not None
    if contact is None:
        contact = Contact(rating_id=rating.id)
        records.session.add(contact)
    elif contact.settled_at is not None:
        raise ContactSettled
    contact.sealed, contact.erased_at = sealed, None
    if not changed:
        # A corrected number does not send its owner back to the end of the list.
        contact.consented_at = records.now
        queue_rating(records.session.connection(), rating.id)
    what = "changed" if changed else "given"
    _note(records, rating, what=what, road=road, notice=NOTICE_VERSION)


def _erase(records: Book, contact: Contact) -> None:
    contact.sealed, contact.erased_at = None, records.now


def _note(records: Book, rating: Row[Any], **told: object) -> None:
    event: UUID = rating.event_id
    records.note(rating.centre_id, KIND, {"rating": event, **told})


def _own(session: Session, secret: str) -> Row[Any]:
    """Return the rating of a secret, locked: two forms at once take turns."""
    query = _locked().join(OwnKey, OwnKey.rating_id == Rating.id)
    rating = session.execute(
        query.where(OwnKey.key_hash == token_hash(secret))
    ).one_or_none()
    if rating is None:
        raise OwnUnknown
    return rating


def _wanted(
    session: Session, centre_id: int, rating_id: int
) -> tuple[Row[Any], Contact]:
    rating = session.execute(
        _locked().where(Rating.id == rating_id, Window.centre_id == centre_id)
    ).one_or_none()
    contact = session.get(Contact, rating_id, populate_existing=True)
    if rating is None or contact is None:
        raise NotOpen
    return rating, contact


def _opened(session: Session, rating_id: int) -> bool:
    found = session.scalar(
        select(ContactOpening.id).where(ContactOpening.rating_id == rating_id).limit(1)
    )
    return found is not None


def _rating() -> Select[tuple[int, UUID, int]]:
    return select(Rating.id, Rating.event_id, Window.centre_id).join(
        Window, Window.id == Rating.window_id
    )


def _locked() -> Select[tuple[int, UUID, int]]:
    # The rating stands for its contact, which may not be there yet to be locked.
    return _rating().with_for_update(of=Rating)
