"""Held ratings as reviewers see them, and how decisions fell by unit and by level."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.board import Period
from kiosk.domain.bursts import BUCKETS
from kiosk.domain.hold_states import HoldState
from kiosk.domain.intake import TALLIED, Origin, RatingState
from kiosk.domain.levels import Level
from kiosk.models import (
    Account,
    Hold,
    Placement,
    Rating,
    ServiceType,
    TallyBucket,
    Unit,
    Window,
)


@dataclass(frozen=True, kw_only=True)
class HoldLine:
    """A heap of held ratings, and who said what about it."""

    id: int
    day: date
    bucket: int | None
    channel: int
    rule: str
    n: int
    state: HoldState
    made_at: datetime
    window_id: int
    number: str
    window: str
    unit: str
    service_type: str
    proposed_state: int | None
    proposed_by: int | None
    proposer: str
    proposed_at: datetime | None
    reason: str
    decider: str
    decided_at: datetime | None


@dataclass(frozen=True)
class HoldDay:
    """A heap's ratings by level 1 to 5, and its whole day by ten minutes."""

    levels: tuple[int, ...]
    counted: tuple[int, ...]
    """Ratings of the same window and channel that count, 144 numbers."""
    held: tuple[int, ...]
    """Those of this heap, wherever they are now."""


@dataclass(frozen=True)
class Fates:
    """How many ratings there were, and what became of those that were held."""

    ratings: int
    waiting: int
    released: int
    excluded: int

    def __add__(self, other: "Fates") -> "Fates":
        """Return both together."""
        return Fates(
            self.ratings + other.ratings,
            self.waiting + other.waiting,
            self.released + other.released,
            self.excluded + other.excluded,
        )


NONE = Fates(0, 0, 0, 0)


@dataclass(frozen=True)
class HoldReport:
    """What was decided in a period, by unit and by level; and whole heaps."""

    by_unit: dict[str, Fates]
    by_level: dict[int, Fates]
    heaps: Fates
    """Heaps instead of ratings; their `ratings` is how many there were."""


def hold_lines(
    session: Session, centre_id: int, hidden: Iterable[int], *, decided: bool = False
) -> list[HoldLine]:
    """Return what waits, the oldest first; or what is decided, the newest first.

    hidden: keys of units of whose windows nothing is shown.
    """
    open_ = Hold.state == HoldState.OPEN
    query = _lines(centre_id, hidden).where(~open_ if decided else open_)
    order = Hold.decided_at.desc() if decided else Hold.made_at
    return [_line(row) for row in session.execute(query.order_by(order, Hold.id))]


def hold_line(
    session: Session, centre_id: int, hidden: Iterable[int], hold_id: int
) -> HoldLine | None:
    """Return one heap, or None where it is not there or not for who asks."""
    query = _lines(centre_id, hidden).where(Hold.id == hold_id)
    row = session.execute(query).one_or_none()
    return None if row is None else _line(row)


def hold_day(session: Session, line: HoldLine) -> HoldDay:
    """Return a heap's ratings by level and the day around it."""
    of_heap = session.execute(
        select(Rating.level, Rating.bucket).where(
            Rating.hold_id == line.id, Rating.state.in_(TALLIED)
        )
    ).all()
    levels = Counter(row.level for row in of_heap)
    held = Counter(row.bucket for row in of_heap)
    counted = dict(
        session.execute(
            select(TallyBucket.bucket, TallyBucket.n).where(
                TallyBucket.window_id == line.window_id,
                TallyBucket.day == line.day,
                TallyBucket.channel == line.channel,
                TallyBucket.state == RatingState.COUNTED,
            )
        )
        .tuples()
        .all()
    )
    if line.state is HoldState.RELEASED:
        counted = {b: n - held[b] for b, n in counted.items()}
    return HoldDay(
        tuple(levels[level] for level in sorted(Level)),
        tuple(counted.get(bucket, 0) for bucket in range(BUCKETS)),
        tuple(held[bucket] for bucket in range(BUCKETS)),
    )


def held_ratings(
    reader: Connection | Session, centre_id: int, period: Period
) -> dict[int, int]:
    """Return how many ratings of a period wait for reviewers, by window."""
    rows = reader.execute(
        select(Hold.window_id, func.sum(Hold.n))
        .where(
            Hold.centre_id == centre_id,
            Hold.state == HoldState.OPEN,
            Hold.day.between(period.first, period.last),
        )
        .group_by(Hold.window_id)
    )
    return {window_id: int(n) for window_id, n in rows}


def hold_report(session: Session, centre_id: int, period: Period) -> HoldReport:
    """Return what became of the ratings of a period, by unit and by level."""
    cells = session.execute(
        select(
            func.coalesce(Unit.name, ""),
            Rating.level,
            Rating.state,
            Rating.hold_id.is_not(None),
            func.count(),
        )
        .join(Window, Window.id == Rating.window_id)
        .outerjoin(Placement, _then(Rating.day))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(
            Window.centre_id == centre_id,
            Rating.day.between(period.first, period.last),
            Rating.state.in_(TALLIED),
            Rating.origin != Origin.HISTORY,
        )
        .group_by(Unit.name, Rating.level, Rating.state, Rating.hold_id.is_not(None))
    )
    by_unit: dict[str, Fates] = {}
    by_level = dict.fromkeys(sorted(Level, reverse=True), NONE)
    for unit, level, state, looked_at, n in cells:
        fates = _fates(state, n, looked_at=bool(looked_at))
        by_unit[unit] = by_unit.get(unit, NONE) + fates
        by_level[Level(level)] += fates
    return HoldReport(
        dict(sorted(by_unit.items())),
        {int(level): fates for level, fates in by_level.items()},
        _heaps(session, centre_id, period),
    )


def _heaps(session: Session, centre_id: int, period: Period) -> Fates:
    rows = session.execute(
        select(Hold.state, func.count())
        .where(Hold.centre_id == centre_id, Hold.day.between(period.first, period.last))
        .group_by(Hold.state)
    ).tuples()
    found = dict(rows.all())
    return Fates(
        sum(found.values()),
        found.get(HoldState.OPEN, 0),
        found.get(HoldState.RELEASED, 0),
        found.get(HoldState.EXCLUDED, 0),
    )


def _fates(state: int, n: int, *, looked_at: bool) -> Fates:
    return Fates(
        n,
        n if state == RatingState.HELD else 0,
        n if looked_at and state == RatingState.COUNTED else 0,
        n if state == RatingState.EXCLUDED else 0,
    )


def _then(day: Any) -> Any:
    return and_(
        Placement.window_id == Window.id,
        Placement.starts_on <= day,
        or_(Placement.ends_on.is_(None), Placement.ends_on > day),
    )


def _lines(centre_id: int, hidden: Iterable[int]) -> Select[Any]:
    first, second = aliased(Account), aliased(Account)
    return (
        select(
            Hold.id,
            Hold.day,
            Hold.bucket,
            Hold.channel,
            Hold.rule,
            Hold.n,
            Hold.state,
            Hold.made_at,
            Hold.window_id,
            Window.number,
            Window.name.label("window"),
            func.coalesce(Unit.name, "").label("unit"),
            func.coalesce(ServiceType.name, "").label("service_type"),
            Hold.proposed_state,
            Hold.proposed_by,
            func.coalesce(first.name, "").label("proposer"),
            Hold.proposed_at,
            Hold.reason,
            func.coalesce(second.name, "").label("decider"),
            Hold.decided_at,
        )
        .join(Window, Window.id == Hold.window_id)
        .outerjoin(Placement, _then(Hold.day))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(ServiceType, ServiceType.id == Placement.service_type_id)
        .outerjoin(first, first.id == Hold.proposed_by)
        .outerjoin(second, second.id == Hold.decided_by)
        .where(
            Hold.centre_id == centre_id,
            or_(Unit.id.is_(None), Unit.id.not_in(sorted(hidden))),
        )
    )


def _line(row: Any) -> HoldLine:
    return HoldLine(**row._asdict() | {"state": HoldState(row.state)})
