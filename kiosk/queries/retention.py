"""What was kept long enough, what was erased, and when."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kiosk.domain.cases import CaseState
from kiosk.domain.contacts import KEEP_DAYS, settled_before
from kiosk.domain.mail import KEPT
from kiosk.domain.retention import PASSING, WORDS_DAYS, Erased, words_before
from kiosk.models import (
    Case,
    CaseContact,
    CaseRating,
    CaseText,
    Comment,
    Contact,
    LedgerEntry,
    MailMessage,
    Rating,
)

NOTED = "retention"
"""Kind of the entries that count what was erased because its time was over."""
_REMEMBERED = 2_000
"""Entries of the report that are read: of years."""
_PASSING = sorted(str(kind) for kind in PASSING)


@dataclass(frozen=True)
class ErasedDay:
    """What was erased on one day because its time was over."""

    day: date
    contacts: int
    comments: int
    texts: int
    backups: int


@dataclass(frozen=True)
class NextErased:
    """When the next of each goes, by what is there now; None: nothing waits."""

    contact: datetime | None
    words: datetime | None


def contacts_due(now: datetime) -> Select[tuple[int]]:
    """Select the ratings whose author's contact was kept long enough."""
    due = or_(
        Contact.settled_at <= settled_before(now),
        _closed(Contact.rating_id, settled_before(now)),
    )
    return (
        select(Contact.rating_id)
        .where(Contact.sealed.is_not(None), due)
        .order_by(Contact.rating_id)
    )


def desk_contacts_due(now: datetime) -> Select[tuple[int]]:
    """Select the cases whose own contact was kept long enough."""
    return (
        select(CaseContact.case_id)
        .join(Case, Case.id == CaseContact.case_id)
        .where(CaseContact.sealed.is_not(None), _is_closed(settled_before(now)))
        .order_by(CaseContact.case_id)
    )


def comments_due(now: datetime) -> Select[tuple[int]]:
    """Select the ratings whose words were kept long enough.

    Counted from when they were given, also where a history brought them later.
    """
    before = words_before(now)
    in_case = exists().where(CaseRating.rating_id == Comment.rating_id)
    return (
        select(Comment.rating_id)
        .join(Rating, Rating.id == Comment.rating_id)
        .where(
            Rating.tapped_at <= before,
            or_(~in_case, _closed(Comment.rating_id, before)),
        )
        .order_by(Comment.rating_id)
    )


def texts_due(now: datetime) -> Select[tuple[int]]:
    """Select the texts of cases that were kept long enough."""
    before = words_before(now)
    return (
        select(CaseText.id)
        .join(Case, Case.id == CaseText.case_id)
        .where(
            CaseText.kind.in_(_PASSING),
            CaseText.erased_at.is_(None),
            CaseText.written_at <= before,
            _is_closed(before),
        )
        .order_by(CaseText.id)
    )


def any_due(session: Session, query: Select[tuple[int]]) -> bool:
    """Whether there is anything that a query of this module selects."""
    return session.scalar(query.limit(1)) is not None


def mail_to_forget(session: Session, now: datetime) -> bool:
    """Whether there is a notice that left, or was given up, long ago."""
    over = exists().where(
        MailMessage.next_try_at.is_(None), MailMessage.created_at < now - KEPT
    )
    return bool(session.scalar(select(over)))


def erasure_moments(session: Session) -> list[datetime]:
    """Return when anything was erased, on request or by time, the first one first."""
    columns = (Contact.erased_at, CaseContact.erased_at, CaseText.erased_at)
    found: set[datetime] = set()
    for column in columns:
        query = select(column).where(column.is_not(None)).distinct()
        found.update(moment for moment in session.scalars(query) if moment is not None)
    told = session.scalars(_entries("erase", NOTED))
    found.update(
        datetime.fromisoformat(body["at"])
        for body in map(json.loads, told)
        # A backup that is deleted takes nothing from the others.
        if body.get("what") != Erased.BACKUP
    )
    return sorted(found)


def erased_days(session: Session) -> list[ErasedDay]:
    """Return what was erased by time, day by day, the newest first."""
    rows = session.execute(
        _entries(NOTED).add_columns(LedgerEntry.day).limit(_REMEMBERED)
    )
    counts: dict[date, Counter[str]] = {}
    for text, day in rows:
        body = json.loads(text)
        counts.setdefault(day, Counter())[body["what"]] += body["n"]
    return [
        ErasedDay(
            day,
            n[Erased.CONTACT],
            n[Erased.COMMENT],
            n[Erased.TEXT],
            n[Erased.BACKUP],
        )
        for day, n in sorted(counts.items(), reverse=True)
    ]


def next_erased(session: Session) -> NextErased:
    """Return when the next contact and the next words go, as things stand."""
    done = Case.state == int(CaseState.CLOSED)
    behind = CaseRating.rating_id == Contact.rating_id
    contacts = _first(
        session,
        select(func.min(Contact.settled_at)).where(Contact.sealed.is_not(None)),
        select(func.min(Case.closed_at))
        .join(CaseRating, CaseRating.case_id == Case.id)
        .join(Contact, behind)
        .where(done, Contact.sealed.is_not(None)),
        select(func.min(Case.closed_at))
        .join(CaseContact, CaseContact.case_id == Case.id)
        .where(done, CaseContact.sealed.is_not(None)),
    )
    in_case = exists().where(CaseRating.rating_id == Comment.rating_id)
    words = _first(
        session,
        select(func.min(Rating.tapped_at))
        .join(Comment, Comment.rating_id == Rating.id)
        .where(~in_case),
        select(func.min(Case.closed_at))
        .join(CaseRating, CaseRating.case_id == Case.id)
        .join(Comment, Comment.rating_id == CaseRating.rating_id)
        .where(done),
        select(func.min(Case.closed_at))
        .join(CaseText, CaseText.case_id == Case.id)
        .where(done, CaseText.kind.in_(_PASSING), CaseText.erased_at.is_(None)),
    )
    return NextErased(_after(contacts, KEEP_DAYS), _after(words, WORDS_DAYS))


def taken_backups(session: Session) -> dict[str, datetime]:
    """Return the backups that somebody downloaded, and when last."""
    taken: dict[str, datetime] = {}
    for body in map(json.loads, session.scalars(_entries("export"))):
        if body.get("what") == "backup":
            taken.setdefault(body["file"], datetime.fromisoformat(body["at"]))
    return taken


def removed_backups(session: Session) -> dict[str, datetime]:
    """Return the backups that were deleted from the server, and when last."""
    removed: dict[str, datetime] = {}
    for body in map(json.loads, session.scalars(_entries("backup-removed"))):
        removed.setdefault(body["file"], datetime.fromisoformat(body["at"]))
    return removed


def _closed(
    rating_id: InstrumentedAttribute[int], before: datetime
) -> ColumnElement[bool]:
    """Whether the case of a rating was closed up to a moment and is so still."""
    return exists().where(
        CaseRating.rating_id == rating_id,
        Case.id == CaseRating.case_id,
        _is_closed(before),
    )


def _is_closed(before: datetime) -> ColumnElement[bool]:
    return and_(Case.state == int(CaseState.CLOSED), Case.closed_at <= before)


def _entries(*kinds: str) -> Select[Any]:
    return (
        select(LedgerEntry.body)
        .where(
            LedgerEntry.rating_id.is_(None),
            LedgerEntry.kind.in_(kinds),
            LedgerEntry.body.is_not(None),
        )
        .order_by(LedgerEntry.chain_id, LedgerEntry.number.desc())
    )


def _first(session: Session, *queries: Select[Any]) -> datetime | None:
    moments = [session.scalar(query) for query in queries]
    return min((moment for moment in moments if moment is not None), default=None)


def _after(moment: datetime | None, days: int) -> datetime | None:
    return None if moment is None else moment + timedelta(days=days)
