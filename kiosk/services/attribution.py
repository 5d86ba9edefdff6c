"""Ratings follow the shifts: whoever sat there at the counted time is their clerk.

A correction of the roster moves the ratings of its windows and times. Each is moved
with an entry of its own, so that the ledger alone tells whose it was and is. Ratings
of a history that names who served keep what their file says.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, select, update
from sqlalchemy.orm import Session

from kiosk.domain.intake import CLOCK_SLACK, TALLIED
from kiosk.domain.shifts import Sitting, Span, clerk_at
from kiosk.models import Rating, Shift, table_of
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book
from kiosk.services.tallies import add_clerk_counts

_rating = table_of(Rating)
_DAY = timedelta(days=1)
_counted_at = case(
    (_rating.c.time_uncertain, _rating.c.received_at), else_=_rating.c.tapped_at
)
"""The time a rating counts at, as kiosk.domain.intake.counted_time places it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A window for a stretch of time: where and when shifts change."""

    window_id: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Moved:
    rating: Row[Any]
    to: int | None


def attribute(records: Book, hall: Hall, places: Iterable[Place]) -> int:
    """Give the ratings of these places to who sat there; return how many moved.

    To be called after the shifts have been changed, with clerks, windows and
    screens held; locks the ratings in the order of their keys, then moves the
    clerks' counts. Repeated, it moves nothing.
    """
    # No rating can count later; rosters of coming weeks ask for none.
    latest = records.now + CLOCK_SLACK
    past = [place for place in places if place.span.start <= latest]
    if not past:
        return 0
    session = records.session
    query = _ratings(hall, past).with_for_update()
    moved = _moved(session.execute(query), past, _sittings(session, past))
    if moved:
        session.connection().execute(
            _GIVE, [{"moved": one.rating.id, "clerk": one.to} for one in moved]
        )
        add_clerk_counts(session.connection(), _counts(moved))
    for one in moved:
        told = {
            "rating": one.rating.event_id,
            "from": one.rating.clerk_id,
            "to": one.to,
        }
        records.note(hall.centre_id, "attribution", told)
    return len(moved)


def count_moves(
    session: Session, hall: Hall, instead_of: int | None, wanted: Sitting | None
) -> int:
    """Return how many ratings a correction would move, without changing anything.

    instead_of: key of the shift that would go. wanted: the one that would come.
    """
    places = [] if wanted is None else [Place(wanted.window_id, wanted.span)]
    old = None if instead_of is None else session.get(Shift, instead_of)
    if old is not None:
        places.append(Place(old.window_id, Span(old.starts_at, old.ends_at)))
    if not places:
        return 0
    there = _sittings(session, places, without=instead_of)
    if wanted is not None:
        there.append(wanted)
    return len(_moved(session.execute(_ratings(hall, places)), places, there))


def _sittings(
    session: Session, places: Sequence[Place], *, without: int | None = None
) -> list[Sitting]:
    """Return the shifts that hold anywhere near."""
    rows = session.execute(
        select(
            Shift.id, Shift.window_id, Shift.clerk_id, Shift.starts_at, Shift.ends_at
        ).where(
            Shift.window_id.in_({place.window_id for place in places}),
            Shift.superseded_at.is_(None),
            Shift.starts_at < max(place.span.end for place in places),
            Shift.ends_at > min(place.span.start for place in places),
        )
    )
    return [
        Sitting(row.window_id, row.clerk_id, Span(row.starts_at, row.ends_at))
        for row in rows
        if row.id != without
    ]


def _ratings(hall: Hall, places: Sequence[Place]) -> Select[Any]:
    first = min(place.span.start for place in places)
    last = max(place.span.end for place in places)
    return (
        select(
            _rating.c.id,
            _rating.c.event_id,
            _rating.c.window_id,
            _rating.c.day,
            _rating.c.channel,
            _rating.c.verified,
            _rating.c.state,
            _rating.c.level,
            _rating.c.clerk_id,
            _counted_at.label("moment"),
        )
        .where(
            _rating.c.window_id.in_({place.window_id for place in places}),
            # The index goes by days; one more on each side, should the centre's
            # zone have been another one then.
            _rating.c.day >= first.astimezone(hall.zone).date() - _DAY,
            _rating.c.day <= last.astimezone(hall.zone).date() + _DAY,
            _counted_at >= first,
            _counted_at < last,
            _rating.c.clerk_label == "",
        )
        .order_by(_rating.c.id)
    )


def _moved(
    ratings: Iterable[Row[Any]], places: Sequence[Place], sittings: Sequence[Sitting]
) -> list[_Moved]:
    spans: dict[int, list[Span]] = defaultdict(list)
    there: dict[int, list[Sitting]] = defaultdict(list)
    for place in places:
        spans[place.window_id].append(place.span)
    for sitting in sittings:
        there[sitting.window_id].append(sitting)
    moved = []
    for rating in ratings:
        inside = any(span.holds(rating.moment) for span in spans[rating.window_id])
        to = clerk_at(there[rating.window_id], rating.moment)
        if inside and to != rating.clerk_id:
            moved.append(_Moved(rating, to))
    return moved


def _counts(moved: Iterable[_Moved]) -> dict[tuple[Any, ...], list[int]]:
    """Return what leaves and enters the counts of clerks, by their keys."""
    counts: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 5)
    for one in moved:
        rating = one.rating
        if rating.state not in TALLIED:
            continue
        cell = (rating.day, rating.window_id, rating.channel, rating.verified)
        for clerk_id, by in ((rating.clerk_id, -1), (one.to, 1)):
            if clerk_id is not None:
                counts[(clerk_id, *cell, rating.state)][rating.level - 1] += by
    return counts


_GIVE = (
    update(_rating)
    .where(_rating.c.id == bindparam("moved"))
    .values(clerk_id=bindparam("clerk"))
)
