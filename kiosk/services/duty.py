"""Who was on duty at a window at a moment, as the shifts that hold say."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from kiosk.domain.shifts import LOOK_BACK
from kiosk.models import Clerk, Device, Shift, Window, table_of
from kiosk.services.prepared import Prepared

_shift = table_of(Shift)
_window = table_of(Window)


def clerk_on_duty(connection: Connection, window_id: int, at: datetime) -> int | None:
    """Return the clerk who sat at the window at that moment, or None.

    A shift holds from its first moment up to, not including, its end. Of several
    the one that began last counts: who came took over.
    """
    found = _ON_DUTY.rows(
        connection, {"window": window_id, "moment": at, "since": at - LOOK_BACK}
    )
    return int(found[0][0]) if found else None


def keep_shifts(connection: Connection, window_id: int) -> None:
    """Let nobody correct the window's shifts before this rating is committed.

    A rating by phone asks for it; one from a screen has locked the screen's row,
    which a correction waits for too.
    """
    _KEEP.rows(connection, {"window": window_id})


def hold_clerks(session: Session, clerk_ids: Collection[int]) -> None:
    """Lock clerks in the order of their keys: nobody else gives them shifts.

    Weaker than FOR UPDATE: ratings, whose rows refer to the clerk, pass.
    """
    _hold(session, Clerk, clerk_ids)


def hold_windows(
    session: Session, window_ids: Collection[int], disturbed: Collection[int]
) -> None:
    """Lock windows in the order of their keys, after the clerks.

    disturbed: windows at which shifts change that ratings of now may ask for. Their
    screens are locked too, so that a tap on its way is either here and is moved
    with the others, or waits and finds the shifts as they are then.
    """
    _hold(session, Window, window_ids)
    session.execute(
        select(Device.id)
        .where(Device.window_id.in_(disturbed), Device.revoked_at.is_(None))
        .order_by(Device.id)
        .with_for_update()
    )


def _hold(session: Session, model: type[Clerk | Window], keys: Collection[int]) -> None:
    session.execute(
        select(model.id)
        .where(model.id.in_(keys))
        .order_by(model.id)
        .with_for_update(key_share=True)
    )


_ON_DUTY = Prepared(
    select(_shift.c.clerk_id)
    .where(
        _shift.c.window_id == bindparam("window"),
        _shift.c.superseded_at.is_(None),
        _shift.c.starts_at <= bindparam("moment"),
        # Where nobody is, the look-up would else go through all shifts there were.
        _shift.c.starts_at > bindparam("since"),
        _shift.c.ends_at > bindparam("moment"),
    )
    .order_by(_shift.c.starts_at.desc(), _shift.c.id.desc())
    .limit(1)
)
_KEEP = Prepared(
    select(_window.c.id)
    .where(_window.c.id == bindparam("window"))
    .with_for_update(read=True)
)
