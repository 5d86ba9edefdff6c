"""The demonstration: an invented hall with ninety days of ratings.

It ends at the moment at which it was begun, whoever goes on with it and when, so
a loading that was cut off takes the rest and nothing twice.
"""

from collections.abc import Callable, Iterable
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
from kiosk.domain.tokens import new_window_code
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
from kiosk.services.history import Committer
from kiosk.services.installation import begin_demonstration, ensure_installation
from kiosk.services.ratings import Hall, record_history

BATCH = 2_000
"""Ratings in one transaction: the progress moves several times a second."""


@dataclass(frozen=True)
class _Stage:
    """What the loading needs to know of the hall it fills."""

    hall: Hall
    whole: Demonstration
    window_ids: tuple[int, ...]
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
        whole = demonstration(row.set_up_at or now, zone)
        if not there:
            row.organisation, centre.name = ORGANISATION, CENTRE
            _make_places(session, centre.id, whole)
        ours = select(Window.id).order_by(Window.id).limit(len(whole.windows))
        window_ids = tuple(session.scalars(ours))
        return _Stage(Hall(centre.id, zone), whole, window_ids, row.identity)


def _make_places(session: Session, centre_id: int, whole: Demonstration) -> None:
    units = _named(session, Unit, centre_id, [w.unit for w in whole.windows])
    kinds = _named(
        session, ServiceType, centre_id, [w.service_type for w in whole.windows]
    )
    windows = [
        Window(
            centre_id=centre_id,
            code=new_window_code(),
            number=window.number,
            name=window.name,
            location=window.location,
            phone=window.phone,
            opened_on=opened_on,
        )
        for window, opened_on in zip(whole.windows, whole.opened_on, strict=True)
    ]
    session.add_all(windows)
    session.flush()
    session.add_all(
        Placement(
            window_id=made.id,
            unit_id=units[window.unit],
            service_type_id=kinds[window.service_type],
            starts_on=made.opened_on,
        )
        for made, window in zip(windows, whole.windows, strict=True)
    )
    session.flush()


def _named(
    session: Session,
    model: type[Unit | ServiceType],
    centre_id: int,
    names: Iterable[str],
) -> dict[str, int]:
    made = [model(centre_id=centre_id, name=name) for name in dict.fromkeys(names)]
    session.add_all(made)
    session.flush()
    return {row.name: row.id for row in made}


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
    taps = stage.whole.taps(stage.window_ids, done, done + BATCH)
    record_history(connection, taps, stage.hall, now)
    done += len(taps)
    connection.execute(update(Installation).values(demonstration_rows=done))
    return DemonstrationProgress(done, stage.whole.total)
