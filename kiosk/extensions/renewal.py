"""A new beginning: the demonstration's tables go, empty ones and a new link come.

Everything happens in one transaction: whoever reads meanwhile sees the old
state or the new one, and a crash in between leaves the demonstration whole.
"""

from datetime import datetime

from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from kiosk.domain.renewal import NotADemonstration
from kiosk.extensions import migrate, write
from kiosk.models import Base
from kiosk.queries.installation import installation
from kiosk.services.installation import (
    ensure_installation,
    make_organiser_link,
    open_organiser_link,
)

_TURN = 0x72656E6577  # "renew": one new beginning at a time on a PostgreSQL server


def leave_demonstration(now: datetime) -> str:
    """Replace the demonstration by an empty installation; return its holder's secret.

    Raises NotADemonstration for a real installation, whose data nobody drops.
    """
    return write(lambda connection: _begin_anew(connection, now))


def _begin_anew(connection: Connection, now: datetime) -> str:
    if connection.dialect.name == "postgresql":
        # Before any table is touched: two who press at the same moment would
        # otherwise each hold what the other wants to drop.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})
    found = installation(connection)
    if found is None or not found.demonstration:
        raise NotADemonstration
    Base.metadata.drop_all(connection)
    # Only what is ours: the database may hold tables of somebody else.
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    config = migrate.get_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    with Session(connection) as session:
        ensure_installation(session, now)
        link = make_organiser_link(session, now)
        session.flush()
        holder = open_organiser_link(session, link, now)
        session.flush()
    return holder
