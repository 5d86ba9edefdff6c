"""What systems outside may read of ratings: closed days, and no group under five."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.intake import BUCKET_MINUTES, RatingState
from kiosk.domain.interface import cursor_of
from kiosk.domain.levels import Level
from kiosk.domain.small_groups import SMALLEST_GROUP, are_told_apart, shown_count
from kiosk.models import Rating, ServedDay, TallyDay, Window

_NOON = 12 * 60 // BUCKET_MINUTES
_LEVELS = [getattr(TallyDay, f"c{level}") for level in sorted(Level)]


@dataclass(frozen=True, slots=True)
class DayCount:
    """One window on one day."""

    window: str
    window_code: str
    day: date
    ratings: int | None
    """None under five."""
    levels: tuple[int, ...] | None
    """By level 1 to 5; None where one of them has one to four."""
    served: int | None
    """People served, where they were counted."""


@dataclass(frozen=True, slots=True)
class SingleRating:
    """One counted rating, without anything that leads to whoever gave it."""

    window: str
    window_code: str
    day: date
    half: str | None
    """`morning` or `afternoon`; None where that would tell a few people apart."""
    verified: bool | None
    """None likewise."""
    level: int


@dataclass(frozen=True, slots=True)
class RatingsPage:
    """Some single ratings, and where the next page begins."""

    ratings: list[SingleRating]
    next: str | None
    """None on the last page."""


def day_counts(
    reader: Connection | Session, centre_id: int, period: Period
) -> list[DayCount]:
    """Return the counted ratings of a centre's windows by day and window."""
    served = {
        (row.window_id, row.day): row.n
        for row in reader.execute(
            select(ServedDay.window_id, ServedDay.day, ServedDay.n).where(
                ServedDay.day.between(period.first, period.last)
            )
        )
    }
    rows = reader.execute(
        select(
            TallyDay.window_id,
            Window.number,
            Window.code,
            TallyDay.day,
            *(func.sum(count) for count in _LEVELS),
        )
        .join(Window, Window.id == TallyDay.window_id)
        .where(
            Window.centre_id == centre_id,
            TallyDay.state == int(RatingState.COUNTED),
            TallyDay.day.between(period.first, period.last),
        )
        .group_by(TallyDay.window_id, Window.number, Window.code, TallyDay.day)
        .order_by(TallyDay.day, Window.number, TallyDay.window_id)
    )
    counts = []
    for window_id, number, code, day, *sums in rows:
        levels = tuple(int(each) for each in sums)
        # Without a rating left on a day there is nothing to tell.
        if any(levels):
            there = served.get((window_id, day))
            counts.append(_day_count(number, code, day, levels, there))
    return counts


def single_ratings(
    reader: Connection | Session,
    centre_id: int,
    period: Period,
    after: tuple[date, int] | None,
    most: int,
) -> RatingsPage:
    """Return the counted ratings of the next `most` days at windows after a cursor.

    A day at a window with fewer than five is left out. Within one, their order is
    that of the levels, so that nobody reads from it who came when.
    """
    query = (
        select(TallyDay.day, TallyDay.window_id)
        .join(Window, Window.id == TallyDay.window_id)
        .where(
            Window.centre_id == centre_id,
            TallyDay.state == int(RatingState.COUNTED),
            TallyDay.day.between(period.first, period.last),
        )
        .group_by(TallyDay.day, TallyDay.window_id)
        .having(func.sum(sum(_LEVELS[1:], _LEVELS[0])) >= SMALLEST_GROUP)
        .order_by(TallyDay.day, TallyDay.window_id)
        .limit(most + 1)
    )
    if after is not None:
        day, window_id = after
        same = and_(TallyDay.day == day, TallyDay.window_id > window_id)
        query = query.where(or_(TallyDay.day > day, same))
    places = list(reader.execute(query).tuples())
    page = places[:most]
    more = len(places) > most
    return RatingsPage(_ratings(reader, page), cursor_of(*page[-1]) if more else None)


def _day_count(
    number: str, code: str, day: date, levels: tuple[int, ...], served: int | None
) -> DayCount:
    apart = sum(levels) >= SMALLEST_GROUP and are_told_apart(levels)
    return DayCount(
        window=number,
        window_code=code,
        day=day,
        ratings=shown_count(sum(levels)),
        levels=levels if apart else None,
        served=served,
    )


def _ratings(
    reader: Connection | Session, places: Sequence[tuple[date, int]]
) -> list[SingleRating]:
    half = case((Rating.bucket < _NOON, 0), else_=1).label("half")
    rows = reader.execute(
        select(
            Rating.day,
            Rating.window_id,
            Window.number,
            Window.code,
            half,
            Rating.verified,
            Rating.level,
            func.count().label("n"),
        )
        .join(Window, Window.id == Rating.window_id)
        .where(
            tuple_(Rating.day, Rating.window_id).in_(places),
            Rating.state == int(RatingState.COUNTED),
        )
        .group_by(
            Rating.day,
            Rating.window_id,
            Window.number,
            Window.code,
            half,
            Rating.verified,
            Rating.level,
        )
        .order_by(Rating.day, Rating.window_id, Rating.level)
    ).all()
    found: list[SingleRating] = []
    for _place, cells in groupby(rows, key=lambda row: (row.day, row.window_id)):
        found += _of_one_place(list(cells))
    return found


def _of_one_place(cells: Sequence[Row[Any]]) -> list[SingleRating]:
    sizes: dict[tuple[int, bool], int] = {}
    for cell in cells:
        kind = (cell.half, cell.verified)
        sizes[kind] = sizes.get(kind, 0) + cell.n
    apart = are_told_apart(sizes.values())
    told = [
        SingleRating(
            window=cell.number,
            window_code=cell.code,
            day=cell.day,
            half=("morning", "afternoon")[cell.half] if apart else None,
            verified=bool(cell.verified) if apart else None,
            level=cell.level,
        )
        for cell in cells
        for _ in range(cell.n)
    ]
    return sorted(
        told, key=lambda one: (one.level, one.half or "", one.verified or False)
    )
