"""The heap that one rating too many is held with."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from kiosk.domain.hold_states import HoldState
from kiosk.models import Hold, table_of

_hold = table_of(Hold)


@dataclass(frozen=True, slots=True)
class Heap:
    """Ratings that one rule holds together, on one day at one window."""

    centre_id: int
    window_id: int
    day: date
    channel: int
    rule: str
    bucket: int | None = None
    """Ten minutes of the day; None: not a matter of ten minutes."""


def join_heap(connection: Connection, heap: Heap, now: datetime, more: int = 1) -> int:
    """Return the key of the open hold for `more` ratings; make it where none is.

    Two that come first at the same time may make one each; people then look at both.
    """
    found = connection.scalar(
        select(_hold.c.id)
        .where(
            _hold.c.window_id == heap.window_id,
            _hold.c.day == heap.day,
            _hold.c.channel == heap.channel,
            _hold.c.rule == heap.rule,
            _hold.c.bucket.is_not_distinct_from(heap.bucket),
            _hold.c.state == HoldState.OPEN,
        )
        .order_by(_hold.c.id)
        .limit(1)
        .with_for_update(key_share=True)
    )
    if found is not None:
        connection.execute(
            update(_hold).where(_hold.c.id == found).values(n=_hold.c.n + more)
        )
        return int(found)
    row = {
        "centre_id": heap.centre_id,
        "window_id": heap.window_id,
        "day": heap.day,
        "bucket": heap.bucket,
        "channel": heap.channel,
        "rule": heap.rule,
        "state": int(HoldState.OPEN),
        "made_at": now,
        "n": more,
    }
    made = connection.scalar(insert(_hold).values(row).returning(_hold.c.id))
    return int(made or 0)
