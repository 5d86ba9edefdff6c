"""The installation: made once, opened by one-time links, set up by their holder."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk.domain.errors import (
    AlreadySetUp,
    FieldMissing,
    LinkSpent,
)
from kiosk.domain.free_text import clean_text
from kiosk.domain.time_zones import DEFAULT_ZONE, parse_zone
from kiosk.domain.tokens import new_token, token_hash
from kiosk.models import Centre, CentreHead, Installation, OrganiserLink, table_of
from kiosk.services.upsert import as_text

DEFAULT_CENTRE = "服务中心"
NAME_MOST = 100


def ensure_installation(session: Session, now: datetime) -> Installation:
    """Return the installation, made with one nameless centre at the first call.

    Of two servers that begin at the same moment one makes it; the other waits for
    that and finds it.
    """
    if session.get(Installation, 1) is None and session.scalar(_MAKE, _new_row(now)):
        centre = Centre(code="main", name=DEFAULT_CENTRE, time_zone=DEFAULT_ZONE)
        session.add(centre)
        session.flush()
        session.add(CentreHead(centre_id=centre.id, version=0, changed_at=now))
        session.flush()
    return session.get_one(Installation, 1)


def make_organiser_link(session: Session, now: datetime) -> str:
    """Return the secret of a new one-time link; unused older ones are withdrawn."""
    session.execute(
        update(OrganiserLink).where(OrganiserLink.used_at.is_(None)).values(used_at=now)
    )
    token = new_token()
    session.add(OrganiserLink(token_hash=token_hash(token), created_at=now))
    return token


def open_organiser_link(session: Session, token: str, now: datetime) -> str:
    """Use up an organiser's link; return its holder's secret. Raises LinkSpent."""
    holder = new_token()
    taken = session.execute(
        update(OrganiserLink)
        .where(
            OrganiserLink.token_hash == token_hash(token),
            OrganiserLink.used_at.is_(None),
        )
        .values(used_at=now, holder_hash=token_hash(holder))
        .returning(OrganiserLink.id)
    ).one_or_none()
    if taken is None:
        raise LinkSpent
    return holder


def set_up(
    session: Session, organisation: str, centre: str, zone: str, now: datetime
) -> None:
    """Name the organisation and its centre and finish the set-up.

    Raises FieldMissing or UnknownTimeZone for what was typed, AlreadySetUp when
    somebody finished it before.
    """
    names = [clean_text(organisation), clean_text(centre)]
    if not all(0 < len(name) <= NAME_MOST for name in names):
        raise FieldMissing(most=NAME_MOST)
    parse_zone(zone)
    _finish(session, now, demonstration=False)
    session.execute(update(Installation).values(organisation=names[0]))
    first = session.scalars(select(Centre).order_by(Centre.id).limit(1)).one()
    first.name, first.time_zone = names[1], zone


def begin_demonstration(session: Session, now: datetime) -> None:
    """Make this installation a demonstration for ever. Raises AlreadySetUp."""
    _finish(session, now, demonstration=True)


def _finish(session: Session, now: datetime, *, demonstration: bool) -> None:
    # One conditional write decides between two who press at the same moment.
    done = session.execute(
        update(Installation)
        .where(Installation.id == 1, Installation.set_up_at.is_(None))
        .values(set_up_at=now, demonstration=demonstration)
        .returning(Installation.id)
    ).one_or_none()
    if done is None:
        raise AlreadySetUp


def _new_row(now: datetime) -> dict[str, object]:
    return {
        "id": 1,
        "identity": uuid4(),
        "organisation": "",
        "demonstration": False,
        "demonstration_rows": 0,
        "created_at": now,
        "set_up_at": None,
    }


_installation = table_of(Installation)
_MAKE = as_text(
    _installation,
    sqlite.insert(_installation)
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(_installation.c.id),
    _installation.c.id,
)
