"""Signing on and off at a window's screen: duty as it really is, over any plan."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.shift_errors import ClerkNotServing, NotOnDutyHere
from kiosk.domain.shifts import LOOK_BACK, Span, day_end
from kiosk.domain.staff import badge_words, normal_badge, typed_pin
from kiosk.models import Clerk, Shift
from kiosk.services.attribution import Place, attribute
from kiosk.services.duty import hold_clerks, hold_windows
from kiosk.services.passwords import password_matches
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book
from kiosk.services.shifts import Wanted, shift_row


def clerk_by_pin(
    session: Session, centre_id: int, badge: str, pin: str, today: date
) -> int | None:
    """Return the clerk in service with this badge number and PIN, or None.

    today: the centre's day. It takes as long for a badge that nobody bears. Only for
    a try that was claimed before.
    """
    found = session.execute(
        select(Clerk.id, Clerk.pin_hash)
        .where(
            Clerk.centre_id == centre_id,
            Clerk.badge == normal_badge(badge),
            or_(Clerk.ended_on.is_(None), Clerk.ended_on > today),
        )
        # One who leaves soon may have a successor with the same badge already.
        .order_by(Clerk.ended_on.is_(None), Clerk.id)
    ).all()
    stored = [row.pin_hash or "" for row in found] or [""]
    right = [password_matches(each, typed_pin(pin)) for each in stored]
    return next((row.id for row, ok in zip(found, right, strict=False) if ok), None)


def sign_on(records: Book, hall: Hall, window_id: int, clerk_id: int) -> datetime:
    """Put a clerk on duty at a window from now on; return until when at the latest.

    Harmless when they are on duty there already. Whoever was on duty there ends now,
    and so does the clerk at another window. It lasts until the next planned shift of
    either begins, at most to the end of the centre's day. Raises ClerkNotServing.
    """
    session, now = records.session, records.now
    hold_clerks(session, [clerk_id])
    _check_serving(session, hall, clerk_id, now)
    mine = _running(session, now, Shift.clerk_id == clerk_id)
    for shift in mine:
        if shift.window_id == window_id:
            ends: datetime = shift.ends_at
            return ends
    windows = {window_id, *(shift.window_id for shift in mine)}
    hold_windows(session, windows, windows)
    here = (Shift.clerk_id == clerk_id) | (Shift.window_id == window_id)
    ended = _end_all(records, hall, _running(session, now, here))
    until = _next_start(session, here, now, day_end(now, hall.zone))
    wanted = Wanted(clerk_id, window_id, Span(now, until))
    records.add(Shift, hall.centre_id, [shift_row(records, hall, wanted, "sign-on")])
    attribute(records, hall, [*ended, Place(window_id, wanted.span)])
    return until


def sign_off(records: Book, hall: Hall, window_id: int, clerk_id: int) -> None:
    """End a clerk's duty at a window now. Raises NotOnDutyHere."""
    session, now = records.session, records.now
    hold_clerks(session, [clerk_id])
    hold_windows(session, [window_id], [window_id])
    mine = _running(
        session, now, (Shift.clerk_id == clerk_id) & (Shift.window_id == window_id)
    )
    if not mine:
        raise NotOnDutyHere
    attribute(records, hall, _end_all(records, hall, mine))


def _check_serving(session: Session, hall: Hall, clerk_id: int, now: datetime) -> None:
    clerk = session.execute(
        select(Clerk.name, Clerk.badge, Clerk.started_on, Clerk.ended_on).where(
            Clerk.id == clerk_id
        )
    ).one()
    today = now.astimezone(hall.zone).date()
    left = clerk.ended_on is not None and clerk.ended_on <= today
    if left or clerk.started_on > today:
        who = badge_words(clerk.name, clerk.badge)
        raise ClerkNotServing(name=who, day=today.isoformat())


def _running(
    session: Session, now: datetime, which: ColumnElement[bool]
) -> list[Row[Any]]:
    """Return the shifts that hold now."""
    query = (
        select(Shift.id, Shift.window_id, Shift.starts_at, Shift.ends_at)
        .where(
            which,
            Shift.superseded_at.is_(None),
            Shift.starts_at <= now,
            Shift.starts_at > now - LOOK_BACK,
            Shift.ends_at > now,
        )
        .order_by(Shift.id)
    )
    return list(session.execute(query))


def _end_all(records: Book, hall: Hall, running: list[Row[Any]]) -> list[Place]:
    """End shifts now; return where and when nobody is on duty for that any more."""
    for shift in running:
        if shift.starts_at < records.now:
            ended: dict[str, object] = {"ends_at": records.now}
        else:
            # Of no length: it never was.
            ended = {"superseded_at": records.now}
        records.change(Shift, hall.centre_id, shift.id, ended)
    return [
        Place(shift.window_id, Span(records.now, shift.ends_at)) for shift in running
    ]


def _next_start(
    session: Session, which: ColumnElement[bool], now: datetime, end: datetime
) -> datetime:
    """Return when the next planned shift begins, at the latest `end`."""
    planned = session.scalar(
        select(func.min(Shift.starts_at)).where(
            which,
            Shift.superseded_at.is_(None),
            Shift.starts_at > now,
            Shift.starts_at < end,
        )
    )
    return planned or end
