"""Counted ratings of every window and every person in a period, for a campaign.

They are read from the tallies only, over all centres, and at once: what screens show
in steps of five is counted here whole.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.campaign_readings import Rated, service_types_of
from kiosk.domain.day_share import CHANNELS
from kiosk.domain.intake import RatingState
from kiosk.domain.levels import Level
from kiosk.models import Placement, TallyClerk, TallyDay, Window

_LEVELS = len(Level)
_Cell = tuple[int, date, int, bool, int, int, int, int, int]
"""Whose, day, channel, verified, and ratings by level."""


def window_types(reader: Connection | Session, period: Period) -> dict[int, int]:
    """Return the service type of every window that was open in a period, by key.

    It is the one on the first day: a change of type counts from the next campaign.
    """
    rows = reader.execute(
        select(Window.id, Placement.service_type_id, Placement.starts_on)
        .join(Placement, Placement.window_id == Window.id)
        .where(
            Window.opened_on <= period.last,
            or_(Window.closed_on.is_(None), Window.closed_on > period.first),
            Placement.starts_on <= period.last,
        )
        .order_by(Window.id, Placement.starts_on)
    ).tuples()
    found: dict[int, int] = {}
    for key, kind, starts_on in rows:
        if key not in found or starts_on <= period.first:
            found[key] = kind
    return found


def rated_windows(
    reader: Connection | Session,
    period: Period,
    types: Mapping[int, int],
    since: Mapping[int, date],
) -> Rated:
    """Return what was counted at windows in a period, in one statement.

    types: service type of the windows that are asked for. since: first day that
    counts, where it is not the first of the period.
    """
    columns = [getattr(TallyDay, f"c{level}") for level in sorted(Level)]
    rows = reader.execute(
        select(
            TallyDay.window_id,
            TallyDay.day,
            TallyDay.channel,
            TallyDay.verified,
            *columns,
        ).where(*_counted(TallyDay, period))
    ).all()
    keys = tuple(sorted(types))
    cells: list[_Cell] = [_cell(row) for row in rows]
    return Rated(
        keys=keys,
        service_types=tuple(types[key] for key in keys),
        counts=_counts(keys, cells, period, since),
    )


def rated_people(
    reader: Connection | Session,
    period: Period,
    types: Mapping[int, int],
    since: Mapping[int, date],
) -> Rated:
    """Return what was counted of everybody who had a shift, in one statement.

    types: service type by window: a person's is that of most of their ratings.
    """
    columns = [getattr(TallyClerk, f"c{level}") for level in sorted(Level)]
    rows = reader.execute(
        select(
            TallyClerk.clerk_id,
            TallyClerk.day,
            TallyClerk.channel,
            TallyClerk.verified,
            *columns,
            TallyClerk.window_id,
        ).where(*_counted(TallyClerk, period))
    ).all()
    placed: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        kind = types.get(row.window_id, 0)
        placed[row.clerk_id][kind] += sum(row[4 : 4 + _LEVELS])
    kinds = service_types_of(placed)
    keys = tuple(sorted(kinds))
    return Rated(
        keys=keys,
        service_types=tuple(kinds[key] for key in keys),
        counts=_counts(keys, [_cell(row) for row in rows], period, since),
    )


def _cell(row: Sequence[Any]) -> _Cell:
    whose, day, channel, verified, one, two, three, four, five, *_ = row
    return whose, day, channel, verified, one, two, three, four, five


def _counted(table: type[TallyDay] | type[TallyClerk], period: Period) -> Any:
    return (
        table.day.between(period.first, period.last),
        table.state == int(RatingState.COUNTED),
    )


def _counts(
    keys: Sequence[int],
    cells: Sequence[_Cell],
    period: Period,
    since: Mapping[int, date],
) -> Any:
    counts = np.zeros((len(keys), period.days, 2, CHANNELS, _LEVELS), np.int64)
    places = {key: place for place, key in enumerate(keys)}
    numbers = {period.first + timedelta(days=past): past for past in range(period.days)}
    kept = [
        (places[cell[0]], numbers[cell[1]], int(cell[3]), cell[2], *cell[4:])
        for cell in cells
        if cell[0] in places and cell[1] >= since.get(cell[0], period.first)
    ]
    if kept:
        where, day, verified, channel, *levels = np.array(kept, np.int64).T
        np.add.at(counts, (where, day, verified, channel), np.transpose(levels))
    return counts
