"""The clock of a centre's cases: its calendar, its hours and its periods."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.case_periods import Clock, Periods
from kiosk.models import Centre
from kiosk.queries.calendar import work_calendar

_BEFORE, _AHEAD = timedelta(days=400), timedelta(days=800)
"""Pauses reach back, and the longest period with all its days off ends before."""


def case_clock(
    session: Session, centre_id: int, now: datetime, *, second: int, look_back: int
) -> Clock:
    """Return the clock of a centre's cases, in three statements.

    second, look_back: working days of the installation's settings.
    """
    centre = session.execute(
        select(
            Centre.time_zone,
            Centre.accept_days,
            Centre.answer_days,
            Centre.rectify_days,
        ).where(Centre.id == centre_id)
    ).one()
    zone = ZoneInfo(centre.time_zone)
    today = now.astimezone(zone).date()
    calendar = work_calendar(session, centre_id, today - _BEFORE, today + _AHEAD)
    periods = Periods(
        accept=centre.accept_days,
        answer=centre.answer_days,
        rectify=centre.rectify_days,
        second=second,
        look_back=look_back,
    )
    return Clock(calendar, zone, periods)
