"""A year of counts at every window, written in bulk.

The board reads counts and never ratings, so only counts are made: whoever wants to
know what ten million rows of ratings weigh does not learn it here. Each window has
a row for each day and channel at every size, if need be a row of zeros; so all
sizes read the same number of rows, as a hall does that has been open for a while.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from kiosk.clock import utc_now
from kiosk.domain.intake import Channel, RatingState
from kiosk.extensions import reading, write
from kiosk.models import TallyBucket, TallyDay, table_of
from kiosk.queries.places import only_centre
from kiosk.services.ledger import Draft, append

DAYS = 365
_LEVELS = np.array([0.01, 0.02, 0.07, 0.30, 0.60])
_OFFICE = range(9 * 6, 17 * 6)
"""Ten-minute parts of the day in which the hall is open."""


def fill_year(window_ids: list[int], ratings: int) -> None:
    """Spread `ratings` over windows, days, channels and levels; the last day is today.

    The same number always gives the same counts.
    """
    with reading() as session:
        centre = only_centre(session)
    if centre is None:
        raise LookupError("the installation has no centre")
    today = utc_now().astimezone(centre.zone).date()

    def act(connection: Connection) -> None:
        days = list(_days(window_ids, today, ratings))
        connection.execute(insert(table_of(TallyDay)), days)
        buckets = list(_buckets(window_ids, today))
        connection.execute(insert(table_of(TallyBucket)), buckets)
        # Boards look at the head of the chain to see that something moved.
        append(connection, centre.id, [Draft("bench", "{}")], utc_now())

    write(act)


def _days(window_ids: list[int], today: date, ratings: int) -> Iterator[dict[str, Any]]:
    cells = list(product(window_ids, range(DAYS), Channel))
    chosen = np.random.default_rng(1)
    busy = chosen.gamma(4.0, size=len(cells))
    each = chosen.multinomial(ratings, busy / busy.sum())
    levels = chosen.multinomial(each, _LEVELS).tolist()
    pending = {f"p{level}": 0 for level in range(1, 6)}
    for (window_id, ago, channel), counts in zip(cells, levels, strict=True):
        yield {
            "window_id": window_id,
            "day": today - timedelta(days=ago),
            "channel": int(channel),
            "verified": False,
            "state": int(RatingState.COUNTED),
            **{f"c{level}": n for level, n in enumerate(counts, 1)},
            **pending,
        }


def _buckets(window_ids: list[int], today: date) -> Iterator[dict[str, Any]]:
    for window_id, bucket, channel in product(window_ids, _OFFICE, Channel):
        yield {
            "window_id": window_id,
            "day": today,
            "bucket": bucket,
            "channel": int(channel),
            "state": int(RatingState.COUNTED),
            "n": 1,
        }
