"""Everything the live board shows, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from kiosk.domain.board import Period, Reason, board_period, places_moved
from kiosk.domain.day_share import IntArray
from kiosk.domain.listing import Unlisted
from kiosk.domain.ranking import FairBoard, fair_scores
from kiosk.domain.served import Response
from kiosk.models import Centre, Chain, Checkpoint, Installation
from kiosk.queries.hold_reviews import held_ratings
from kiosk.queries.places import CentreView, WindowView, open_windows
from kiosk.queries.served import served_counts
from kiosk.queries.tallies import WindowCounts, ratings_by_hour, window_counts


@dataclass(frozen=True)
class Stamp:
    """By what one state of a board is told from another."""

    identity: UUID
    """The installation's."""
    demonstration: bool
    organisation: str
    centre: CentreView
    version: int
    changed_at: datetime
    checkpoint: int
    """Entries that the newest checkpoint covers, 0 before the first."""


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One window of the board. Rates are in percent, scores in points 0 to 100.

    Score, rates, effective ratings, place and reason follow the counts in steps
    of five new ratings; `ratings` and `served` move at once. None stands where a
    window has no such number.
    """

    window: str
    name: str
    unit: str
    service_type: str
    ratings: int
    effective: float
    mean: float | None
    """Plain mean of the ratings."""
    good_rate: float | None
    """Levels 4 and 5 among the ratings."""
    served: int | None
    """People served on the days on which they were counted."""
    response_rate: float | None
    """Ratings of these days among them; also None where there are more of these."""
    over_served: bool
    """Whether there are more ratings than people served, which needs a look."""
    score: float | None
    place: int | None
    low: int | None
    high: int | None
    listed: bool
    reason: Reason | None
    change: int | None
    """Places risen since the centre's yesterday; negative fell."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """The board of a centre at one version of its counts."""

    version: int
    changed_at: datetime
    """When a count last moved."""
    computed_at: datetime
    period: Period
    rows: tuple[BoardRow, ...]
    """One for every open window, by number."""
    today: int
    """Ratings counted for the period's last day."""
    hours: tuple[int, ...]
    """The same by hour of the centre's day, 24 numbers."""
    levels: tuple[int, ...]
    """Ratings of the period by level, 1 to 5, in the steps of the scores."""
    held: int = 0
    """Ratings of the period that wait until people have looked at them."""

    @property
    def listed(self) -> list[BoardRow]:
        """The listed windows, the first place first."""
        return sorted(
            (row for row in self.rows if row.place), key=lambda row: row.place or 0
        )

    @property
    def waiting(self) -> list[BoardRow]:
        """The windows not listed yet, by number."""
        return [row for row in self.rows if not row.listed]


# The end of an index: it costs the poll nothing that could be measured.
_COVERED = (
    select(func.max(Checkpoint.size))
    .where(Checkpoint.chain_id == Centre.id)
    .correlate(Centre)
    .scalar_subquery()
    .label("covered")
)


def board_stamp(reader: Connection | Session) -> Stamp | None:
    """Return what tells this state of the board from others, or None before init.

    One small statement: this is what every poll of every screen asks.
    """
    row = reader.execute(
        select(
            Installation.identity,
            Installation.demonstration,
            Installation.organisation,
            Centre.id,
            Centre.code,
            Centre.name,
            Centre.time_zone,
            Chain.number,
            Chain.changed_at,
            _COVERED,
        )
        .join_from(Centre, Chain, Chain.centre_id == Centre.id)
        .join(Installation, Installation.id == 1)
        .order_by(Centre.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Stamp(
        identity=row.identity,
        demonstration=row.demonstration,
        organisation=row.organisation,
        centre=CentreView(row.id, row.code, row.name, ZoneInfo(row.time_zone)),
        version=row.number,
        changed_at=row.changed_at,
        checkpoint=row.covered or 0,
    )


def compute_board(
    reader: Connection | Session, centre: CentreView, now: datetime
) -> Board:
    """Return the board of a centre's open windows, in six statements.

    The version is read first: where the database shows each statement a later
    state, the counts are then at least as new as the version says.
    """
    period = board_period(now.astimezone(centre.zone).date())
    version, changed_at = reader.execute(
        select(Chain.number, Chain.changed_at).where(Chain.centre_id == centre.id)
    ).one()
    windows = sorted(
        open_windows(reader, centre.id, period.last), key=lambda each: each.number
    )
    keys = [each.id for each in windows]
    counts = window_counts(reader, centre.id, keys, period)
    served = served_counts(reader, centre.id, keys, period)
    hours = ratings_by_hour(reader, centre.id, period.last)
    held = held_ratings(reader, centre.id, period)
    return Board(
        version=version,
        changed_at=changed_at,
        computed_at=now,
        period=period,
        rows=_rows(windows, counts, _responses(counts.shown, served)),
        today=sum(hours),
        hours=hours,
        levels=tuple(counts.shown.sum(axis=(0, 1, 2)).tolist()),
        held=sum(held.values()),
    )


def _responses(shown: IntArray, served: IntArray) -> list[Response]:
    """Return each window's response, of the days with a number of people served."""
    ratings = shown.sum(axis=(2, 3)) * (served > 0)
    pairs = zip(ratings.sum(axis=1).tolist(), served.sum(axis=1).tolist(), strict=True)
    return [Response(*pair) for pair in pairs]


def _rows(
    windows: list[WindowView], counts: WindowCounts, responses: list[Response]
) -> tuple[BoardRow, ...]:
    types = [each.service_type_id for each in windows]
    fair = fair_scores(counts.shown, types)
    yesterday = fair_scores(counts.shown[:, :-1], types)
    change = places_moved(yesterday.place, fair.place)
    columns = _columns(fair)
    return tuple(
        BoardRow(
            window=window.number,
            name=window.name,
            unit=window.unit,
            service_type=window.service_type,
            ratings=int(counts.live[at]),
            reason=_reason(fair, at, int(counts.live[at])),
            change=change[at],
            served=responses[at].served or None,
            response_rate=responses[at].percent,
            over_served=responses[at].exceeds,
            **{name: column[at] for name, column in columns.items()},
        )
        for at, window in enumerate(windows)
    )


def _columns(fair: FairBoard) -> dict[str, list[Any]]:
    """Return the ranking's numbers by field; what is none there is None here."""
    numbers = {
        "mean": fair.raw_mean,
        "good_rate": fair.good_rate,
        "score": fair.score,
    }
    places = {"place": fair.place, "low": fair.place_low, "high": fair.place_high}
    columns: dict[str, list[Any]] = {
        name: [None if np.isnan(value) else value for value in column.tolist()]
        for name, column in numbers.items()
    }
    for name, column in places.items():
        columns[name] = [value or None for value in column.tolist()]
    return columns | {
        "effective": fair.effective.tolist(),
        "listed": fair.listed.tolist(),
    }


def _reason(fair: FairBoard, at: int, live: int) -> Reason | None:
    why = Unlisted(int(fair.reason[at]))
    if why is Unlisted.NONE:
        return None
    if why is Unlisted.NO_RATINGS and live:
        # They are there, only no step of five has shown them yet.
        why = Unlisted.TOO_FEW
    return Reason(why, float(fair.missing[at]))
