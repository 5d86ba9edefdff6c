"""What the opening of cases looks at: the inbox, one opinion, and bare bad ratings."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from kiosk.domain.case_opening import Said, first_cause, week_of
from kiosk.domain.comments import Wish
from kiosk.domain.intake import TALLIED, Channel, Origin, RatingState
from kiosk.domain.levels import Level
from kiosk.models import (
    CaseInbox,
    CaseRating,
    Comment,
    Contact,
    Placement,
    Rating,
    RatingReason,
    TallyDay,
    Window,
)
from kiosk.queries.rating_family import rating_family

PAGE = 100
"""Ratings of the inbox in one look."""
_WEEK = timedelta(days=6)
_BAD = max(level for level in Level if level.bad)


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """One visitor's rating with its corrections, and all that came with it."""

    centre_id: int
    family: tuple[int, ...]
    """Keys of all its events, the first one first."""
    event_id: UUID
    """Of the first event, whatever corrected it: a case is opened once."""
    stands: int
    """Key of the event that stands."""
    standing_id: UUID
    window_id: int
    clerk_id: int | None
    channel: Channel
    day: date
    moment: datetime | None
    """When it was given; None where that is uncertain."""
    came_at: datetime
    """When what asks for an answer had come: words with the tap, a contact later."""
    verified: bool
    said: Said


@dataclass(frozen=True)
class Bare:
    """A counted bad rating that belongs to no case."""

    rating_id: int
    event_id: UUID
    clerk_id: int | None
    channel: Channel
    day: date
    reasons: bool


def waiting_ratings(session: Session, beyond: int) -> list[tuple[int, int]]:
    """Return (rating, centre) of the inbox behind a key, at most PAGE."""
    rows = session.execute(
        select(CaseInbox.rating_id, Window.centre_id)
        .join(Rating, Rating.id == CaseInbox.rating_id)
        .join(Window, Window.id == Rating.window_id)
        .where(CaseInbox.rating_id > beyond)
        .order_by(CaseInbox.rating_id)
        .limit(PAGE)
    )
    return [(row[0], row[1]) for row in rows]


def opinion_of(session: Session, rating_id: int) -> Opinion:
    """Return the opinion that a rating belongs to, in three statements."""
    family = rating_family(session, select(Rating.id).where(Rating.id == rating_id))
    rows = session.execute(
        select(
            Rating,
            Window.centre_id,
            func.coalesce(Comment.words, "").label("words"),
            func.coalesce(Comment.kind, 0).label("kind"),
            Contact.sealed.is_not(None).label("contact"),
            Contact.consented_at,
        )
        .join(Window, Window.id == Rating.window_id)
        .outerjoin(Comment, Comment.rating_id == Rating.id)
        .outerjoin(Contact, Contact.rating_id == Rating.id)
        .where(Rating.id.in_(family))
        .order_by(Rating.id)
    ).all()
    reasons = session.scalars(
        select(RatingReason.reason).where(RatingReason.rating_id.in_(family))
    )
    return _opinion(rows, rating_id, first_cause(reasons))


def bad_by_week(
    session: Session, first: date
) -> dict[tuple[int, int, date], tuple[int, int]]:
    """Return (bad, all) counted ratings by centre, window and Monday from a day on.

    Only where there is a bad one. Read from the counts: it does not grow with ratings.
    """
    bad = TallyDay.c1 + TallyDay.c2
    every = bad + TallyDay.c3 + TallyDay.c4 + TallyDay.c5
    rows = session.execute(
        select(
            Window.centre_id,
            Window.id,
            TallyDay.day,
            func.sum(bad),
            func.sum(every),
        )
        .join(TallyDay, TallyDay.window_id == Window.id)
        .where(TallyDay.day >= first, TallyDay.state == RatingState.COUNTED)
        .group_by(Window.centre_id, Window.id, TallyDay.day)
    )
    sums: dict[tuple[int, int, date], list[int]] = defaultdict(lambda: [0, 0])
    for centre_id, window_id, day, few, many in rows:
        cell = sums[centre_id, window_id, week_of(day)]
        cell[0] += int(few)
        cell[1] += int(many)
    return {cell: (few, many) for cell, (few, many) in sums.items() if few}


def bare_ratings(session: Session, window_id: int, week: date) -> list[Bare]:
    """Return a window's counted bad ratings of a week that are in no case, by key.

    Past ratings of files aside, and those with words or a contact: they have a case of
    their own, or are about to.
    """
    of_rating = CaseRating.rating_id == Rating.id
    words = exists().where(Comment.rating_id == Rating.id, Comment.words != "")
    contact = exists().where(
        Contact.rating_id == Rating.id, Contact.sealed.is_not(None)
    )
    reasons = exists().where(RatingReason.rating_id == Rating.id)
    rows = session.execute(
        select(
            Rating.id,
            Rating.event_id,
            Rating.clerk_id,
            Rating.channel,
            Rating.day,
            reasons.label("reasons"),
            Rating.revises,
        )
        .where(
            Rating.window_id == window_id,
            Rating.day.between(week, week + _WEEK),
            Rating.state == RatingState.COUNTED,
            Rating.level <= _BAD,
            Rating.origin != Origin.HISTORY,
            ~exists().where(of_rating),
            ~words,
            ~contact,
        )
        .order_by(Rating.id)
    ).all()
    return [
        _bare(row)
        for row in rows
        if row.revises is None or not _in_a_case(session, row.id)
    ]


def unit_on(session: Session, window_id: int, day: date) -> int:
    """Return the unit a window belonged to on a day, or else nearest before it.

    Before its first placement that is its first one's.
    """
    units = select(Placement.unit_id).where(Placement.window_id == window_id)
    begun = units.where(Placement.starts_on <= day)
    found = session.scalar(begun.order_by(Placement.starts_on.desc()).limit(1))
    if found is None:
        found = session.scalars(units.order_by(Placement.starts_on).limit(1)).one()
    return found


def _bare(row: Row[Any]) -> Bare:
    channel = Channel(row.channel)
    return Bare(row.id, row.event_id, row.clerk_id, channel, row.day, bool(row.reasons))


def _in_a_case(session: Session, rating_id: int) -> bool:
    family = rating_family(session, select(Rating.id).where(Rating.id == rating_id))
    there = exists().where(CaseRating.rating_id.in_(family))
    return bool(session.scalar(select(there)))


def _opinion(rows: Sequence[Row[Any]], rating_id: int, cause: int) -> Opinion:
    ratings = {row.Rating.id: row.Rating for row in rows}
    tallied = [key for key, each in ratings.items() if each.state in TALLIED]
    stands = ratings[max(tallied, default=rating_id)]
    first = rows[0].Rating
    wishes = [row.kind for row in rows if row.kind]
    contacts = [row for row in rows if row.contact]
    said = Said(
        level=Level(stands.level),
        state=RatingState(stands.state),
        wish=Wish(wishes[-1]) if wishes else Wish.NONE,
        words=any(row.words for row in rows),
        contact=bool(contacts),
        cause=cause,
    )
    spoke = [row.Rating.received_at for row in rows if row.words or row.kind]
    spoke += [row.consented_at for row in contacts]
    return Opinion(
        centre_id=rows[0].centre_id,
        family=tuple(ratings),
        event_id=first.event_id,
        stands=stands.id,
        standing_id=stands.event_id,
        window_id=stands.window_id,
        clerk_id=stands.clerk_id,
        channel=Channel(stands.channel),
        day=stands.day,
        moment=None if stands.time_uncertain else stands.tapped_at,
        came_at=min(spoke, default=stands.received_at),
        verified=stands.verified,
        said=said,
    )
