"""Objections to a posted list: taken from anybody, decided without conflict.

The ledger tells that there is one, about whom and how it was decided; words, name and
contact stay out of it, and only those who decide read them.
"""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.candidates import CandidateState
from kiosk.domain.objections import (
    NotOnList,
    ObjectionMoved,
    ObjectionState,
    check_handler,
    check_taken,
    parse_objection,
    parse_objector,
    parse_ruling,
)
from kiosk.domain.policy import NotOpen
from kiosk.domain.receipts import receipt_code
from kiosk.models import ORGANISATION, Candidate, Objection, Publication
from kiosk.queries.calendar import work_calendar
from kiosk.queries.campaign_inputs import CentreDays
from kiosk.queries.campaigns import campaign_by_slug
from kiosk.services.candidate_locks import locked_campaign
from kiosk.services.records import Book
from kiosk.services.sealing import Sealer

_LOOK_AHEAD = timedelta(days=400)
_DECISIONS = {
    (ObjectionState.RECEIVED, ObjectionState.ADMITTED),
    (ObjectionState.RECEIVED, ObjectionState.REFUSED),
    (ObjectionState.ADMITTED, ObjectionState.UPHELD),
    (ObjectionState.ADMITTED, ObjectionState.DISMISSED),
}


@dataclass(frozen=True, kw_only=True)
class ObjectionDraft:
    """What somebody objects, as it was typed."""

    event_id: UUID
    """Of the form: the same once more is the same objection."""
    candidate_id: int | None
    """Whom it is about; None: the list as a whole."""
    words: str
    name: str = ""
    contact: str = ""


def receive_objection(
    records: Book, slug: str, draft: ObjectionDraft, centre: CentreDays, sealer: Sealer
) -> str:
    """Take an objection while the list is posted; return its receipt.

    Raises NotOpen, ObjectionsClosed, ObjectionEmpty, ObjectionLong, NotOnList and
    NoWorkingDays.
    """
    receipt = receipt_code(draft.event_id)
    words = parse_objection(draft.words)
    name, contact = parse_objector(draft.name, draft.contact)
    session = records.session
    found = campaign_by_slug(session, slug)
    if found is None:
        raise NotOpen
    locked_campaign(session, found.id)
    if session.scalar(select(Objection.id).where(Objection.receipt == receipt)):
        return receipt
    until = _until(session, found.id)
    over = found.final_at is not None or found.dropped_at is not None
    check_taken(records.now, until, final=over)
    if draft.candidate_id is not None:
        _check_on_list(session, found.id, draft.candidate_id)
    today = centre.day(records.now)
    calendar = work_calendar(session, centre.centre_id, today, today + _LOOK_AHEAD)
    due = calendar.deadline(records.now, found.rules.ruling_days, centre.zone)
    row = {
        "campaign_id": found.id,
        "candidate_id": draft.candidate_id,
        "receipt": receipt,
        "words": words,
        "name": name,
        "contact": _sealed(contact, receipt, sealer),
        "state": int(ObjectionState.RECEIVED),
        "received_at": records.now,
        "due": due.astimezone(centre.zone).date(),
    }
    records.add(Objection, ORGANISATION, [row])
    return receipt


def decide_objection(
    records: Book,
    key: int,
    decision: ObjectionState,
    ruling: str,
    handler_id: int,
    own_units: Collection[int],
) -> None:
    """Admit, refuse, uphold or dismiss an objection, with its reason.

    own_units: those of which the handler is no outsider. Raises NotOpen,
    RulingMissing, Conflict, ObjectionMoved.
    """
    session = records.session
    found = session.scalar(
        select(Objection)
        .where(Objection.id == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotOpen
    units = session.scalars(
        select(Candidate.unit_id).where(Candidate.id == found.candidate_id)
    ).all()
    check_handler(units, own_units)
    if (ObjectionState(found.state), decision) not in _DECISIONS:
        raise ObjectionMoved
    row: dict[str, object] = {"state": int(decision), "handler_id": handler_id}
    if decision is ObjectionState.ADMITTED:
        row["admitted_at"] = records.now
    else:
        row |= {"ruling": parse_ruling(ruling), "decided_at": records.now}
    records.change(Objection, ORGANISATION, key, row)


def read_objector(session: Session, key: int, sealer: Sealer) -> tuple[str, str]:
    """Return name and contact of whoever objected, each empty where none was left.

    Raises NotOpen, SealBroken.
    """
    found = session.get(Objection, key)
    if found is None:
        raise NotOpen
    if not found.contact:
        return found.name, ""
    sealed = base64.b64decode(found.contact)
    return found.name, sealer.open_words(sealed, _owner(found.receipt))


def _until(session: Session, campaign_id: int) -> datetime | None:
    """Return until when the newest sheet takes objections; None: it does not."""
    return session.scalars(
        select(Publication.objections_until)
        .where(Publication.campaign_id == campaign_id)
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()


def _check_on_list(session: Session, campaign_id: int, candidate_id: int) -> None:
    found = session.scalar(
        select(Candidate.id).where(
            Candidate.id == candidate_id,
            Candidate.campaign_id == campaign_id,
            Candidate.state == int(CandidateState.STANDING),
        )
    )
    if found is None:
        raise NotOnList


def _sealed(contact: str, receipt: str, sealer: Sealer) -> str:
    if not contact:
        return ""
    return base64.b64encode(sealer.seal_words(contact, _owner(receipt))).decode()


def _owner(receipt: str) -> UUID:
    """Return by what a contact is bound to its row."""
    return UUID(bytes=receipt.encode().ljust(16, b"\0")[:16])
