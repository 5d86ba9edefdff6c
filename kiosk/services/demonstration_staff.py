"""Clerks and their roster for the demonstration, so that pages show who serves."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.demonstration import Demonstration
from kiosk.domain.demonstration_roster import (
    PIN,
    clerks_in_week,
    duty_days,
    duty_span,
    hall_clerks,
    opened,
    week_of,
)
from kiosk.models import Clerk, Posting, Shift, Unit, Window
from kiosk.services.passwords import hash_password
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book


def staff_demonstration(
    records: Book, hall: Hall, whole: Demonstration, ends_at: datetime
) -> None:
    """Take the clerks on and plan their shifts, from the first day on.

    ends_at: the moment at which the demonstration's ratings end.
    """
    first = min(whole.opened_on)
    session = records.session
    units = dict(session.execute(select(Unit.name, Unit.id)).tuples().all())
    pin = hash_password(PIN)
    clerks = [
        {
            "centre_id": hall.centre_id,
            "name": clerk.name,
            "badge": clerk.badge,
            "named": clerk.named,
            "pin_hash": pin,
            "started_on": first,
        }
        for clerk in hall_clerks()
    ]
    keys = records.add(Clerk, hall.centre_id, clerks)
    postings = [
        {"clerk_id": key, "unit_id": units[clerk.unit], "starts_on": first}
        for key, clerk in zip(keys, hall_clerks(), strict=True)
    ]
    records.add(Posting, hall.centre_id, postings)
    rows = _plan(records, hall, whole, ends_at)
    for row in rows:
        row["clerk_id"] = keys[row["clerk_id"]]
    records.add(Shift, hall.centre_id, rows)


def demonstration_clerks(session: Session) -> tuple[int, ...]:
    """Return the keys of the clerks, in the order of `hall_clerks()`."""
    ours = select(Clerk.id).order_by(Clerk.id).limit(len(hall_clerks()))
    return tuple(session.scalars(ours))


def _plan(
    records: Book, hall: Hall, whole: Demonstration, ends_at: datetime
) -> list[dict[str, Any]]:
    """Return the rows of the shifts, with clerks by their place in `hall_clerks()`."""
    ours = select(Window.id).order_by(Window.id).limit(len(whole.windows))
    windows = tuple(records.session.scalars(ours))
    rows = []
    for day in duty_days(min(whole.opened_on), ends_at.astimezone(hall.zone).date()):
        span = duty_span(day, ends_at, hall.zone)
        sits = clerks_in_week(week_of(day))
        rows += [
            {
                "centre_id": hall.centre_id,
                "clerk_id": sits[place],
                "window_id": windows[place],
                "starts_at": span.start,
                "ends_at": span.end,
                "source": "roster",
                "made_at": records.now,
            }
            for place in opened(whole.opened_on, day)
        ]
    return rows
