"""The installation: made once, opened by one-time links, set up by their holder."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk.domain.errors import (
    AlreadySetUp,
    FieldMissing,
    LinkSpent,
)
from kiosk.domain.free_text import clean_text
from kiosk.domain.operator_pin import new_operator_pin
from kiosk.domain.policy import Role
from kiosk.domain.time_zones import DEFAULT_ZONE, parse_zone
from kiosk.domain.tokens import new_token, token_hash
from kiosk.models import (
    ORGANISATION,
    Centre,
    Chain,
    Installation,
    OrganiserLink,
    table_of,
)
from kiosk.queries.people import has_organiser
from kiosk.services.accounts import NewAccount, add_account
from kiosk.services.calendar import begin_calendar
from kiosk.services.chains import begin_chain
from kiosk.services.records import Book, book
from kiosk.services.upsert import as_text

DEFAULT_CENTRE = "服务中心"
NAME_MOST = 100


def ensure_installation(session: Session, now: datetime) -> Installation:
    """Return the installation, made with one nameless centre at the first call.

    Of two servers that begin at the same moment one makes it; the other waits for
    that and finds it.
    """
    if session.get(Installation, 1) is None and session.scalar(_MAKE, _new_row(now)):
        identity = session.get_one(Installation, 1).identity
        begin_chain(session, identity, None, DEFAULT_ZONE, now)
        with book(session, "system", now) as records:
            centre = {"code": "main", "name": DEFAULT_CENTRE, "time_zone": DEFAULT_ZONE}
            centre["operator_pin"] = new_operator_pin()
            [key] = records.add(Centre, ORGANISATION, [centre])
        begin_chain(session, identity, session.get_one(Centre, key), DEFAULT_ZONE, now)
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


def set_up(records: Book, organisation: str, centre: str, zone: str) -> None:
    """Name the organisation and its centre and finish the set-up.

    Raises FieldMissing or UnknownTimeZone for what was typed, AlreadySetUp when
    somebody finished it before.
    """
    names = [clean_text(organisation), clean_text(centre)]
    if not all(0 < len(name) <= NAME_MOST for name in names):
        raise FieldMissing(most=NAME_MOST)
    parse_zone(zone)
    session = records.session
    _finish(session, records.now, demonstration=False)
    name_organisation(records, names[0])
    first = session.scalars(select(Centre.id).order_by(Centre.id).limit(1)).one()
    records.change(Centre, ORGANISATION, first, {"name": names[1], "time_zone": zone})
    # Days of the chain are the centre's days from its first real entry on.
    session.execute(update(Chain).values(time_zone=zone))
    begin_calendar(records, first, records.now.astimezone(ZoneInfo(zone)).year)


def name_organisation(records: Book, name: str) -> None:
    """Say whose installation this is."""
    records.session.execute(update(Installation).values(organisation=name))
    records.note(ORGANISATION, "organisation", {"name": name})


def make_first_organiser(
    records: Book, login: str, name: str, password_hash: str
) -> int:
    """Make the account that everybody else is invited from; return its key.

    Only while no organiser can sign in. Raises AlreadySetUp, or LoginTaken.
    """
    # Of two holders of links the second waits here, and finds the organiser made.
    records.session.get_one(Installation, 1, with_for_update=True)
    if has_organiser(records.session):
        raise AlreadySetUp
    new = NewAccount(
        login=login, name=name, password_hash=password_hash, role=Role.ORGANISER
    )
    return add_account(records, new)


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
