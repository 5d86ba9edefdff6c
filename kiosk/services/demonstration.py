"""The demonstration: an invented hall with ninety days of ratings.

It ends at the moment at which it was begun, whoever goes on with it and when, so
a loading that was cut off takes the rest and nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from kiosk.domain.demonstration import Demonstration, demonstration
from kiosk.domain.demonstration_errors import InstallationReal, WindowsThere
from kiosk.domain.demonstration_hall import CENTRE, ORGANISATION
from kiosk.domain.tokens import new_code
from kiosk.models import ORGANISATION as ORGANISATION_CHAIN
from kiosk.models import (
    Centre,
    Installation,
    Placement,
    ServiceType,
    Unit,
    Window,
)
from kiosk.queries.demonstration import DemonstrationProgress
from kiosk.queries.places import count_windows
from kiosk.services.calendar import begin_calendar
from kiosk.services.demonstration_people import add_demonstration_people
from kiosk.services.demonstration_staff import (
    demonstration_clerks,
    staff_demonstration,
)
from kiosk.services.history import Committer
from kiosk.services.installation import (
    begin_demonstration,
    ensure_installation,
    name_organisation,
)
from kiosk.services.past_ratings import record_history
from kiosk.services.places import named_keys
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book, book

BATCH = 2_000
"""Ratings in one transaction: the progress moves several times a second."""


@dataclass(frozen=True)
class _Stage:
    """What the loading needs to know of the hall it fills."""

    hall: Hall
    whole: Demonstration
    window_ids: tuple[int, ...]
    clerk_ids: tuple[int, ...]
    identity: UUID
    """Of the installation: a new one may have taken the place of this one."""


def load_demonstration(
    write: Committer,
    now: datetime,
    report: Callable[[DemonstrationProgress], object],
) -> None:
    """Make this installation a demonstration and load it, or go on with that.

    `report` hears after each batch how far it has come. Any number of workers may
    do this at once: each batch is taken by one of them. Raises InstallationReal,
    also when the demonstration is left meanwhile, or WindowsThere.
    """
    stage = write(partial(_stage, now=now))
    complete = False
    while not complete:
        progress = write(partial(_load_batch, stage=stage, now=now))
        report(progress)
        complete = progress.complete


def _stage(connection: Connection, now: datetime) -> _Stage:
    with Session(connection) as session:
        ensure_installation(session, now)
        # Whoever comes second waits here and finds the hall made.
        row = session.get_one(Installation, 1, with_for_update=True)
        there = count_windows(session)
        if row.set_up_at is None:
            if there:
                raise WindowsThere
            begin_demonstration(session, now)
            session.refresh(row)
        if not row.demonstration:
            raise InstallationReal
        centre = session.scalars(select(Centre).order_by(Centre.id).limit(1)).one()
        zone = ZoneInfo(centre.time_zone)
        ends_at = row.set_up_at or now
        whole = demonstration(ends_at, zone)
        if not there:
            with book(session, "system", now) as records:
                name_organisation(records, ORGANISATION)
                records.change(Centre, ORGANISATION_CHAIN, centre.id, {"name": CENTRE})
                _make_places(records, centre.id, whole)
                begin_calendar(records, centre.id, now.astimezone(zone).year)
                staff_demonstration(records, Hall(centre.id, zone), whole, ends_at)
                first = select(Unit.id).order_by(Unit.id).limit(1)
                add_demonstration_people(records, session.scalars(first).one())
        ours = select(Window.id).order_by(Window.id).limit(len(whole.windows))
        window_ids = tuple(session.scalars(ours))
        clerk_ids = demonstration_clerks(session)
        hall = Hall(centre.id, zone)
        return _Stage(hall, whole, window_ids, clerk_ids, row.identity)


def _make_places(records: Book, centre_id: int, whole: Demonstration) -> None:
    units = named_keys(records, Unit, centre_id, [w.unit for w in whole.windows])
    kinds = named_keys(
        records, ServiceType, centre_id, [w.service_type for w in whole.windows]
    )
    windows = [
        {
            "centre_id": centre_id,
            "code": new_code(),
            "number": window.number,
            "name": window.name,
            "location": window.location,
            "phone": window.phone,
            "opened_on": opened_on,
        }
        for window, opened_on in zip(whole.windows, whole.opened_on, strict=True)
    ]
    keys = records.add(Window, centre_id, windows)
    placements = [
        {
            "window_id": key,
            "unit_id": units[window.unit],
            "service_type_id": kinds[window.service_type],
            "starts_on": opened_on,
        }
        for key, window, opened_on in zip(
            keys, whole.windows, whole.opened_on, strict=True
        )
    ]
    records.add(Placement, centre_id, placements)


def _load_batch(
    connection: Connection, stage: _Stage, now: datetime
) -> DemonstrationProgress:
    # Locked until the batch is committed: of two workers one takes it.
    done = connection.scalar(
        select(Installation.demonstration_rows)
        .where(Installation.identity == stage.identity)
        .with_for_update()
    )
    if done is None:
        # Left meanwhile: what comes after a demonstration is not ours to fill.
        raise InstallationReal
    taps = stage.whole.taps(stage.window_ids, done, done + BATCH, stage.clerk_ids)
    record_history(connection, taps, stage.hall, now, "system")
    done += len(taps)
    connection.execute(update(Installation).values(demonstration_rows=done))
    return DemonstrationProgress(done, stage.whole.total)
