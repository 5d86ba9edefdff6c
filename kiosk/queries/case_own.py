"""A case as its own citizen sees it, behind the secret of their page.

The reply, the measure and the clock; of a joined case what is common to all, and
nothing about the others. Their own words are not shown again: an address may be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.case_texts import READ, Reader, TextKind
from kiosk.domain.cases import CaseState, Second, Source
from kiosk.models import (
    Case,
    CaseContact,
    CaseRating,
    CaseText,
    Centre,
    OwnKey,
    Rating,
)
from kiosk.queries.case_appeals import AppealTold, citizen_appeals
from kiosk.queries.rating_family import rating_family


@dataclass(frozen=True)
class Behind:
    """What a secret opens: a case, and by which rating its holder is in it."""

    centre_id: int
    case_id: int
    source: str
    rating_id: int | None
    """None: a complaint taken down at the desk or the hotline."""
    family: tuple[int, ...]
    """All ratings of its holder, corrected ones too."""

    @property
    def found(self) -> tuple[int, int]:
        """Keys of the centre and the case."""
        return self.centre_id, self.case_id

    @property
    def shared(self) -> bool:
        """Whether others stand behind the same case."""
        return self.source == Source.JOINED

    @property
    def written(self) -> ColumnElement[bool]:
        """Which texts its holder wrote: in a case of their own, all of a citizen's."""
        by = CaseText.rating_id.in_(self.family)
        mine = by if self.shared else or_(by, CaseText.case_id == self.case_id)
        appealed = and_(CaseText.kind == TextKind.APPEAL, CaseText.account_id.is_(None))
        return and_(mine, or_(CaseText.kind == TextKind.VOICE, appealed))


@dataclass(frozen=True)
class Told:
    """Something that the citizen is told in a case."""

    kind: TextKind
    words: str
    written_at: datetime
    erased: bool


@dataclass(frozen=True, kw_only=True)
class OwnCase:
    """A case, for its own citizen; moments are aware and in UTC."""

    number: str
    source: str
    state: CaseState
    raised: int
    accept_due: datetime
    answer_due: datetime
    accepted_at: datetime | None
    paused_at: datetime | None
    answered_at: datetime | None
    answer: str
    second_due: datetime | None
    rectify_due: datetime
    rectified_at: datetime | None
    reopened_at: datetime | None
    called_at: datetime | None
    grade: int
    closed_at: datetime | None
    closed_by: str
    rated: bool
    """Whether it belongs to a rating; else it was taken down for its citizen."""
    second: Second | None
    """What this citizen made of the answer."""
    contact: bool
    """Whether a contact taken down with the complaint is kept."""
    has_words: bool
    """Whether words of this citizen are kept in the case."""
    told: tuple[Told, ...]
    """The oldest first."""
    appeals: tuple[AppealTold, ...]


@dataclass(frozen=True)
class CaseTold:
    """All that a receipt tells of a case."""

    state: CaseState
    changed_on: date
    """The centre's day on which it came to that."""


def case_behind(session: Session, digest: bytes) -> Behind | None:
    """Return the case whose citizen holds the secret with this hash, or None."""
    root = select(OwnKey.rating_id.label("id")).where(OwnKey.key_hash == digest)
    family = tuple(rating_family(session, root))
    if family:
        own = _case_of(session, family)
        if own is None:
            return None
        return Behind(own.centre_id, own.id, own.source, own.rating_id, family)
    row = session.execute(
        select(Case.centre_id, Case.id, Case.source)
        .join(CaseContact, CaseContact.case_id == Case.id)
        .where(CaseContact.key_hash == digest)
    ).one_or_none()
    return None if row is None else Behind(row[0], row[1], row[2], None, ())


def own_case(session: Session, digest: bytes) -> OwnCase | None:
    """Return what the page of this secret's holder shows of their case, or None."""
    behind = case_behind(session, digest)
    if behind is None:
        return None
    case = session.get_one(Case, behind.case_id)
    marked = session.get(CaseRating, behind.rating_id) if behind.rating_id else None
    contact = session.get(CaseContact, case.id)
    second = marked.second if marked and behind.shared else case.second
    return OwnCase(
        **{name: getattr(case, name) for name in _SAME},
        state=CaseState(case.state),
        rated=marked is not None,
        second=None if second is None else Second(second),
        contact=contact is not None and contact.sealed is not None,
        has_words=_wrote(session, behind),
        told=_told(session, case.id),
        appeals=tuple(citizen_appeals(session, case.id)),
    )


def receipt_case(reader: Connection | Session, code: str) -> CaseTold | None:
    """Return what a receipt with this stored code tells of its case, or None."""
    roots = select(Rating.id).where(Rating.receipt == code)
    row = _case_of(reader, rating_family(reader, roots))
    if row is None:
        return None
    begun = (row.received_at, row.accepted_at, row.reopened_at)
    ended = {CaseState.ANSWERED: row.answered_at, CaseState.CLOSED: row.closed_at}
    at = ended.get(row.state) or max(moment for moment in begun if moment)
    zone = ZoneInfo(row.time_zone)
    return CaseTold(CaseState(row.state), at.astimezone(zone).date())


_SAME = (
    "number",
    "source",
    "raised",
    "accept_due",
    "answer_due",
    "accepted_at",
    "paused_at",
    "answered_at",
    "answer",
    "second_due",
    "rectify_due",
    "rectified_at",
    "reopened_at",
    "called_at",
    "grade",
    "closed_at",
    "closed_by",
)
_SHOWN = READ[Reader.CITIZEN] - {TextKind.VOICE}


def _case_of(reader: Connection | Session, family: Sequence[int]) -> Row[Any] | None:
    """Return the newest case of these ratings: a case of one's own is the later."""
    query = (
        select(
            Case.id,
            Case.centre_id,
            Case.source,
            Case.state,
            Case.received_at,
            Case.accepted_at,
            Case.reopened_at,
            Case.answered_at,
            Case.closed_at,
            CaseRating.rating_id,
            Centre.time_zone,
        )
        .join(CaseRating, CaseRating.case_id == Case.id)
        .join(Centre, Centre.id == Case.centre_id)
        .where(CaseRating.rating_id.in_(family))
        .order_by(Case.id.desc(), CaseRating.rating_id)
        .limit(1)
    )
    return reader.execute(query).one_or_none()


def _wrote(session: Session, behind: Behind) -> bool:
    query = select(CaseText.id).where(behind.written, CaseText.erased_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def _told(session: Session, case_id: int) -> tuple[Told, ...]:
    rows = session.scalars(
        select(CaseText)
        .where(CaseText.case_id == case_id, CaseText.kind.in_(sorted(_SHOWN)))
        .order_by(CaseText.id)
    )
    return tuple(
        Told(TextKind(row.kind), row.words, row.written_at, row.erased_at is not None)
        for row in rows
    )
