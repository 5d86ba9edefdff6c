"""The hall on one day: its windows, ratings, people served, and signs of screens."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from kiosk.domain.intake import RatingState
from kiosk.domain.policy import Scope
from kiosk.domain.served import Response
from kiosk.models import Device, ServedDay, TallyDay, Window
from kiosk.queries.places import WHOLE_CENTRE, WindowView, open_windows


@dataclass(frozen=True)
class WindowDay:
    """A window, how many ratings it counts on the day, and its newest heartbeat."""

    window: WindowView
    ratings: int
    served: int
    """People served on the day; 0 where nobody counted them."""
    screens: int
    """Screens paired with it now."""
    last_heard_at: datetime | None
    """Newest sign of life of any of them; None without a screen."""

    @property
    def response(self) -> Response:
        """Ratings beside people served; without these it tells nothing."""
        return Response(self.ratings, self.served)


def windows_on_day(
    reader: Connection | Session,
    centre_id: int,
    day: date,
    scope: Scope = WHOLE_CENTRE,
) -> list[WindowDay]:
    """Return the open windows of the scope by number, in four statements."""
    ratings = _ratings(reader, centre_id, day)
    screens = _screens(reader, centre_id)
    served = _served(reader, centre_id, day)
    nothing = (0, None)
    return [
        WindowDay(
            window,
            ratings.get(window.id, 0),
            served.get(window.id, 0),
            *screens.get(window.id, nothing),
        )
        for window in open_windows(reader, centre_id, day, scope)
    ]


def _ratings(reader: Connection | Session, centre_id: int, day: date) -> dict[int, int]:
    counts = TallyDay.c1 + TallyDay.c2 + TallyDay.c3 + TallyDay.c4 + TallyDay.c5
    rows = reader.execute(
        select(TallyDay.window_id, func.sum(counts))
        .join(Window, Window.id == TallyDay.window_id)
        .where(
            Window.centre_id == centre_id,
            TallyDay.day == day,
            TallyDay.state == int(RatingState.COUNTED),
        )
        .group_by(TallyDay.window_id)
    )
    return {window_id: int(count) for window_id, count in rows}


def _screens(
    reader: Connection | Session, centre_id: int
) -> dict[int, tuple[int, datetime]]:
    rows = reader.execute(
        select(Device.window_id, func.count(Device.id), func.max(Device.last_heard_at))
        .where(Device.centre_id == centre_id, Device.revoked_at.is_(None))
        .group_by(Device.window_id)
    )
    return {window_id: (count, heard) for window_id, count, heard in rows}


def _served(reader: Connection | Session, centre_id: int, day: date) -> dict[int, int]:
    rows = reader.execute(
        select(ServedDay.window_id, ServedDay.n)
        .join(Window, Window.id == ServedDay.window_id)
        .where(Window.centre_id == centre_id, ServedDay.day == day)
    )
    return {window_id: int(n) for window_id, n in rows}
